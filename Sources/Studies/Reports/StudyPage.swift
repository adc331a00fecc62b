/// `report.html`: one file that needs no other, in light and dark.
struct StudyPage {
    private let report: StudyReport
    private let pictures: [StudyPicture]

    init(_ report: StudyReport, pictures: [StudyPicture]) {
        self.report = report
        self.pictures = pictures
    }

    var html: String {
        let title = Canvas.escaped("Study \(report.results.record.name)")
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            <p>\(Canvas.escaped(report.origin))</p>
            \(notices)
            <h2>What came of it</h2>
            \(published)
            \(comparisons)
            \(growths)
            <h2>All settings</h2>
            \(Self.table(report.header, report.rows, left: report.results.record.axes.count))
            <p>\(Canvas.escaped(report.gapNote ?? ""))</p>
            <h2>Pictures</h2>
            \(pictures.map { "<figure>\($0.svg(.page))</figure>" }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private var notices: String {
        let notices = report.notices
        guard !notices.isEmpty else { return "" }
        let items = notices.map { "<li>\(Canvas.escaped($0))</li>" }.joined()
        return "<section class=\"notice\"><h2>Before you read the numbers</h2><ul>\(items)</ul>"
            + "</section>"
    }

    private var comparisons: String {
        let found = report.results.comparisons()
        guard !found.isEmpty else {
            return "<p>No two values have two seeds in common, so nothing is compared.</p>"
        }
        let items = found.map { comparison in
            "<li class=\"\(comparison.comparison.isClear ? "clear" : "open")\">"
                + "\(Canvas.escaped(comparison.sentence)) "
                + "<small>\(Canvas.escaped(StudyReport.odds(comparison.comparison)))</small></li>"
        }
        let list = "<ul>\(items.joined(separator: "\n"))</ul>"
        guard items.count > Self.openComparisons else { return list }
        return "<details><summary>All \(items.count) comparisons</summary>\(list)</details>"
    }

    /// More comparisons than these are folded away: a reader wants to see the pictures.
    private static let openComparisons = 20

    private var published: String {
        let found = report.results.publishedComparisons()
        guard !found.isEmpty else { return "" }
        let items = found.map { "<li>\(Canvas.escaped($0.sentence))</li>" }
        return "<h3>Published figures beside ours</h3><ul>\(items.joined(separator: "\n"))</ul>"
            + Self.table(StudyReport.publishedHeader, report.publishedRows, left: 3)
            + "<h3>Comparisons</h3>"
    }

    private var growths: String {
        let found = report.results.growths
        guard !found.isEmpty else { return "" }
        let items = found.map { "<li>\(Canvas.escaped($0.sentence))</li>" }
        return "<h2>Growth</h2><ul>\(items.joined(separator: "\n"))</ul>"
    }

    /// - Parameter left: columns of words, which stand left.
    private static func table(_ header: [String], _ rows: [[String]], left: Int) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            let cells = cells.enumerated().map { index, cell -> String in
                let text = Canvas.escaped(cell)
                guard tag == "td", index >= left else {
                    let kind = index < left ? "" : " class=\"number\""
                    return "<\(tag)\(kind)>\(text)</\(tag)>"
                }
                // A long value may only break before its interval.
                let parts = text.split(separator: " [", maxSplits: 1)
                    .map { $0.split(separator: " ").joined(separator: "&nbsp;") }
                return "<td class=\"number\">\(parts.joined(separator: " ["))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return "<div class=\"wide\"><table><thead>\(row(header, "th"))</thead><tbody>"
            + rows.map { row($0, "td") }.joined(separator: "\n") + "</tbody></table></div>"
    }

    private static var style: String {
        let (light, dark) = PlotTheme.pageStyle
        return """

            :root { \(light) --soft: #f4f6f8; --bad: #a4262c; }
            @media (prefers-color-scheme: dark) {
              :root { \(dark) --soft: #1f242a; --bad: #ff9a9e; }
            }
            body { margin: 0; background: var(--plot-ground); color: var(--plot-text);
              font: 16px/1.55 Inter, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
            main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
            h1 { font-size: 1.8rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
            figure { margin: 1.5rem 0; } svg { max-width: 100%; height: auto; display: block; }
            /* Wide tables take the window's width and scroll beyond it. */
            .wide { overflow-x: auto; width: fit-content; max-width: calc(100vw - 3rem);
              min-width: 100%; position: relative; left: 50%; transform: translateX(-50%); }
            table { border-collapse: collapse; font-size: .88rem; }
            th, td { padding: .35rem .6rem; text-align: left;
              border-bottom: 1px solid var(--plot-grid); }
            th { white-space: normal; vertical-align: bottom; color: var(--plot-quiet); }
            tbody tr:nth-child(even) { background: var(--soft); }
            .number { text-align: right; font-variant-numeric: tabular-nums; }
            summary { cursor: pointer; } small { color: var(--plot-quiet); } li { margin: .35rem 0; }
            li.open { color: var(--plot-quiet); }
            .notice { border-left: 4px solid var(--bad); background: var(--soft);
              padding: .2rem 1.2rem; }

            """
    }
}
