import Recording

/// A row for each name, with a point or bar and its interval: who is how good, and how sure that
/// is.
package struct IntervalChart: Hashable, Sendable {
    package enum Mark: Hashable, Sendable {
        case point
        /// From 0, so only for axes that show it.
        case bar
    }

    package struct Row: Hashable, Sendable {
        package var name: String
        /// By series; nil where there is no result.
        package var estimates: [Estimate?]

        package init(_ name: String, _ estimates: [Estimate?]) {
            self.name = name
            self.estimates = estimates
        }

        package init(_ name: String, _ estimate: Estimate) { self.init(name, [estimate]) }
    }

    package var title: String
    /// Below the picture: which seeds, what the intervals are.
    package var caption: String
    package var axis: Axis
    /// What the estimates of a row are, such as loads; one without a name needs no legend.
    package var series: [String]
    package var rows: [Row]
    package var mark: Mark
    /// A value to compare with, such as 0 for differences.
    package var reference: Double?

    package init(
        title: String, caption: String, axis: Axis, series: [String] = [""], rows: [Row],
        mark: Mark = .point, reference: Double? = nil
    ) {
        precondition(
            rows.allSatisfy { $0.estimates.count == series.count },
            "rows with an estimate for each of \(series.count) series")
        self.title = title
        self.caption = caption
        self.axis = axis
        self.series = series
        self.rows = rows
        self.mark = mark
        self.reference = reference
    }

    private static let lane = 18.0
    private static let gap = 12.0

    package func svg(_ theme: PlotTheme = .paper, width: Double = 720) -> String {
        var canvas = Canvas(theme: theme)
        let fitted = FittedAxis(shownAxis, values: values)
        let nameWidth = rows.map { Canvas.width(of: $0.name, size: 12) }.max() ?? 0
        let left = min(24 + nameWidth + 12, width / 2)
        let right = width - 24 - valueWidth
        func x(_ value: Double) -> Double { left + fitted.place(value) * (right - left) }

        canvas.text(title, x: 24, y: 28, size: 15, isBold: true)
        let legend = Legend(names: series.count > 1 ? series : [], width: width - 48)
        legend.draw(on: &canvas, x: 24, y: 50)
        let top = 46 + legend.height
        let rowHeight = Double(series.count) * Self.lane + Self.gap
        let bottom = top + Double(rows.count) * rowHeight
        for tick in fitted.ticks {
            canvas.line((x(tick.value), top), (x(tick.value), bottom), ink: .grid)
            canvas.text(tick.label, x: x(tick.value), y: bottom + 18, ink: .quiet, anchor: .middle)
        }
        canvas.line((left, bottom), (right, bottom), ink: .axis)
        if let reference, axis.shows(reference) {
            canvas.line(
                (x(reference), top), (x(reference), bottom), ink: .quiet, width: 1.4, dash: "4 3")
        }
        for (index, row) in rows.enumerated() {
            let start = top + Double(index) * rowHeight + Self.gap / 2
            canvas.text(
                row.name, x: left - 12, y: start + (rowHeight - Self.gap) / 2 + 4, anchor: .end)
            for (lane, estimate) in row.estimates.enumerated() {
                let middle = start + (Double(lane) + 0.5) * Self.lane
                draw(estimate, row.name, lane, at: middle, right: right, x, on: &canvas)
            }
        }
        canvas.text(axis.label, x: (left + right) / 2, y: bottom + 38, anchor: .middle)
        let lines = PlotFrame.wrapped(caption, width: width - 48, size: 11)
        for (index, line) in lines.enumerated() {
            canvas.text(line, x: 24, y: bottom + 62 + Double(index) * 15, size: 11, ink: .quiet)
        }
        return canvas.document(
            width: width, height: bottom + 62 + Double(lines.count) * 15, title: title,
            description: "\(axis.label). \(caption)")
    }

    private func draw(
        _ estimate: Estimate?, _ name: String, _ lane: Int, at middle: Double, right: Double,
        _ x: (Double) -> Double, on canvas: inout Canvas
    ) {
        let ink = PlotTheme.Ink.series(lane)
        guard let estimate, axis.shows(estimate.value), axis.shows(estimate.low) else {
            canvas.text("no result", x: right + 10, y: middle + 4, size: 11, ink: .quiet)
            return
        }
        let label = Self.label(estimate)
        let tip = "\(name)\(series[lane].isEmpty ? "" : ", \(series[lane])"): \(label) \(axis.unit)"
        if mark == .bar {
            let zero = x(0)
            let end = x(estimate.value)
            canvas.rectangle(
                x: min(zero, end), y: middle - 6, width: abs(end - zero), height: 12, ink: ink,
                opacity: 0.75, tip: tip)
        }
        canvas.line(
            (x(estimate.low), middle), (x(estimate.high), middle),
            ink: mark == .bar ? .text : ink, width: mark == .bar ? 1.4 : 3)
        if mark == .point {
            canvas.mark(lane, x: x(estimate.value), y: middle, radius: 5, ink: ink, tip: tip)
        }
        canvas.text(label, x: right + 10, y: middle + 4, size: 11, ink: .quiet)
    }

    private static func label(_ estimate: Estimate) -> String {
        "\(Figure.number(estimate.value)) "
            + "[\(Figure.number(estimate.low)), \(Figure.number(estimate.high))]"
    }

    private var valueWidth: Double {
        let labels = rows.flatMap(\.estimates).map { $0.map(Self.label) ?? "no result" }
        return (labels.map { Canvas.width(of: $0, size: 11) }.max() ?? 0) + 10
    }

    private var values: [Double] {
        let estimates = rows.flatMap(\.estimates).compactMap(\.self)
        return estimates.flatMap { [$0.value, $0.low, $0.high] } + (reference.map { [$0] } ?? [])
    }

    private var shownAxis: Axis {
        var axis = axis
        if mark == .bar { axis.includesZero = true }
        return axis
    }
}
