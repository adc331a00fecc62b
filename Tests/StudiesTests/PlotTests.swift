import Foundation
import FoundationXML
import Studies
import Testing

@Suite struct `A picture` {
    private static let line = LineChart(
        title: "Delay <&> \"load\"", caption: "Seeds 1 to 10; bands are 95 % bootstrap intervals.",
        x: Axis("Offered load"), y: Axis("Mean delay", unit: "ms", scale: .logarithmic),
        series: [
            LineChart.Series(
                "waterfill",
                points: [
                    LineChart.Point(x: 0.6, y: 100, low: 90, high: 110),
                    LineChart.Point(x: 0.9, y: 300, low: 250, high: 360),
                ]),
            LineChart.Series("fit", mark: .guide, points: [.init(x: 0.6, y: 0)]),
            LineChart.Series("runs", mark: .points, points: [.init(x: 0.7, y: 150)]),
        ],
        references: [LineChart.Reference(200, "deadline")])

    private static let intervals = IntervalChart(
        title: "Delay", caption: "10 seeds.", axis: Axis("Mean delay", unit: "ms"),
        rows: [
            .init("waterfill", Estimate(135, low: 130, high: 141)), .init("broken", [nil]),
        ], reference: 132)

    @Test(arguments: [PlotTheme.paper, .page])
    func `is well-formed XML that needs no other file`(theme: PlotTheme) throws {
        for svg in [Self.line.svg(theme), Self.intervals.svg(theme)] {
            #expect(XMLParser(data: Data(svg.utf8)).parse())
            #expect(svg.components(separatedBy: "http").count == 2, "only the name space")
            #expect(!svg.contains("nan") && !svg.contains("inf,"))
        }
    }

    @Test func `names axes with their units, series and seeds`() {
        let svg = Self.line.svg()
        for text in [
            "Mean delay (ms)", ">Offered load<", ">waterfill<", "Seeds 1 to 10", ">deadline<",
            "Delay &lt;&amp;&gt; &quot;load&quot;", ">100<", ">200<",
        ] { #expect(svg.contains(text), "\(text)") }
    }

    @Test func `shows that a result is missing`() {
        #expect(Self.intervals.svg().contains(">no result<"))
    }

    @Test func `takes its colours from a page, or has its own`() {
        #expect(Self.line.svg(.page).contains("var(--plot-series-1)"))
        #expect(!Self.line.svg(.paper).contains("var("))
        #expect(PlotTheme.pageStyle.dark.contains("--plot-series-1:"))
    }
}
