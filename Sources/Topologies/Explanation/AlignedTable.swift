/// Columns of text, two blanks apart.
struct AlignedTable {
    enum Column {
        case left(String)
        case right(String)

        var title: String {
            switch self {
            case .left(let title), .right(let title): title
            }
        }
    }

    private let columns: [Column]
    private var rows: [[String]]

    init(_ columns: [Column]) {
        self.columns = columns
        rows = [columns.map(\.title)]
    }

    mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "\(row) in \(columns.count) columns")
        rows.append(row)
    }

    /// Lines that end in a line feed.
    var text: String {
        let widths = columns.indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for column in columns.indices {
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                switch columns[column] {
                case .left: line += "  " + row[column] + padding
                case .right: line += "  " + padding + row[column]
                }
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
