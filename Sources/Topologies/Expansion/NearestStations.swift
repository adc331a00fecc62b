import EdgeModel

/// Who is near whom: each station's k nearest, and everybody that it is among the k nearest of.
enum NearestStations {
    /// By place in file order, on a ring; an odd k counts as the next even one, being symmetric.
    static func onRing(count: Int, k: Int) -> [[Int]] {
        let reach = min((k + 1) / 2, count / 2)
        return (0..<count).map { station in
            var row: Set<Int> = []
            for step in stride(from: 1, through: reach, by: 1) {
                row.insert((station + step) % count)
                row.insert((station + count - step) % count)
            }
            row.remove(station)
            return row.sorted()
        }
    }

    /// By distance, ties by index.
    ///
    /// Stations are sorted into square cells of about two stations; rings of cells around a
    /// station are searched until no unseen cell can hold a nearer one.
    static func byPosition(_ positions: [Position], k: Int) -> [[Int]] {
        let cells = CellGrid(positions)
        var rows = [[Int]](repeating: [], count: positions.count)
        for station in positions.indices {
            for other in cells.nearest(to: station, k: min(k, positions.count - 1)) {
                rows[station].append(other)
                rows[other].append(station)
            }
        }
        return rows.map { Set($0).sorted() }
    }
}

/// Positions in square cells.
private struct CellGrid {
    private let positions: [Position]
    private let side: Double
    private let origin: Position
    private let columns: Int
    private let rows: Int
    private var cells: [[Int]]

    init(_ positions: [Position]) {
        self.positions = positions
        let xs = positions.map(\.x)
        let ys = positions.map(\.y)
        origin = Position(x: xs.min() ?? 0, y: ys.min() ?? 0)
        let width = (xs.max() ?? 0) - origin.x
        let height = (ys.max() ?? 0) - origin.y
        // About two stations a cell, and never more cells than a few times the stations.
        let wanted = max(1, Double(positions.count) / 2)
        let longest = max(width, height, 1)
        side = max((width * height / wanted).squareRoot(), longest / wanted)
        columns = Int(width / side) + 1
        rows = Int(height / side) + 1
        cells = [[Int]](repeating: [], count: columns * rows)
        for (station, position) in positions.enumerated() {
            cells[
                cell(position.y - origin.y, rows) * columns + cell(position.x - origin.x, columns)
            ]
            .append(station)
        }
    }

    private func cell(_ offset: Double, _ count: Int) -> Int {
        min(max(0, Int(offset / side)), count - 1)
    }

    func nearest(to station: Int, k: Int) -> [Int] {
        let here = positions[station]
        let column = cell(here.x - origin.x, columns)
        let row = cell(here.y - origin.y, rows)
        var found: [(squared: Double, station: Int)] = []
        var ring = 0
        while ring <= max(columns, rows) {
            for other in stations(inRing: ring, row: row, column: column) where other != station {
                found.append((here.squared(to: positions[other]), other))
            }
            found.sort { ($0.squared, $0.station) < ($1.squared, $1.station) }
            // Beyond this ring everything is at least `ring` cells away.
            let reach = Double(ring) * side
            if found.count >= k, k == 0 || found[k - 1].squared < reach * reach { break }
            ring += 1
        }
        return found.prefix(k).map(\.station)
    }

    private func stations(inRing ring: Int, row: Int, column: Int) -> [Int] {
        var result: [Int] = []
        for r in max(0, row - ring)...min(rows - 1, row + ring) where r >= 0 {
            let isEdge = abs(r - row) == ring
            let step = isEdge || ring == 0 ? 1 : 2 * ring
            for c in stride(from: column - ring, through: column + ring, by: step)
            where (0..<columns).contains(c) {
                result += cells[r * columns + c]
            }
        }
        return result
    }
}
