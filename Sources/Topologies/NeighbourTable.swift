package import EdgeModel

/// The links between stations, row by row; holds only the links that exist.
///
/// Where there is a link from a to b there is one from b to a (its values may differ).
package struct NeighbourTable: Hashable, Sendable {
    package struct Neighbour: Hashable, Sendable {
        /// The station at the far end.
        package var station: Int
        /// The link towards it.
        package var link: Link

        package init(station: Int, link: Link) {
            self.station = station
            self.link = link
        }
    }

    /// `[stations + 1]`: where each station's row starts in `entries`.
    private let starts: [Int]
    /// Each row ascends by station.
    private let entries: [Neighbour]

    /// - Parameter rows: for each station its neighbours, ascending.
    package init(rows: [[Neighbour]]) {
        var starts = [0]
        starts.reserveCapacity(rows.count + 1)
        var entries: [Neighbour] = []
        entries.reserveCapacity(rows.reduce(0) { $0 + $1.count })
        for (station, row) in rows.enumerated() {
            precondition(
                zip(row, row.dropFirst()).allSatisfy { $0.station < $1.station }
                    && !row.contains { $0.station == station },
                "the neighbours of station \(station) ascend and leave it out")
            entries += row
            starts.append(entries.count)
        }
        self.starts = starts
        self.entries = entries
    }

    package var stationCount: Int { starts.count - 1 }

    /// Directed links in all.
    package var linkCount: Int { entries.count }

    /// The neighbours of a station, ascending by index.
    package subscript(station: Int) -> ArraySlice<Neighbour> {
        entries[starts[station]..<starts[station + 1]]
    }

    /// The link from one station to another, if they are neighbours.
    package func link(from: Int, to: Int) -> Link? {
        let row = self[from]
        var (low, high) = (row.startIndex, row.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if row[middle].station < to { low = middle + 1 } else { high = middle }
        }
        return low < row.endIndex && row[low].station == to ? row[low].link : nil
    }
}
