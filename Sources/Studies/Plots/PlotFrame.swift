/// The frame of a picture with two axes: title, legend, grid, ticks, axis titles and caption, and
/// where a pair of values lies in it.
struct PlotFrame {
    var canvas: Canvas
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    private let width: Double
    private let title: String
    private let caption: [String]
    private let xAxis: FittedAxis
    private let yAxis: FittedAxis
    private let legend: Legend

    /// - Parameters:
    ///   - names: of the series, for the legend; none for a picture without one.
    ///   - height: of the part inside the axes.
    init(
        title: String, caption: String, x: FittedAxis, y: FittedAxis, names: [String],
        width: Double, height: Double, theme: PlotTheme
    ) {
        canvas = Canvas(theme: theme)
        self.title = title
        self.width = width
        xAxis = x
        yAxis = y
        let widest = y.ticks.map { Canvas.width(of: $0.label, size: 12) }.max() ?? 0
        left = widest + 48
        right = width - 24
        legend = Legend(names: names, width: width - 48)
        top = 48 + legend.height
        bottom = top + height
        self.caption = Self.wrapped(caption, width: width - 48, size: 11)
    }

    func x(_ value: Double) -> Double { left + xAxis.place(value) * (right - left) }

    func y(_ value: Double) -> Double { bottom - yAxis.place(value) * (bottom - top) }

    mutating func drawAxes() {
        canvas.text(title, x: 24, y: 28, size: 15, isBold: true)
        legend.draw(on: &canvas, x: 24, y: 50)
        for tick in yAxis.ticks {
            canvas.line((left, y(tick.value)), (right, y(tick.value)), ink: .grid)
            canvas.text(
                tick.label, x: left - 8, y: y(tick.value) + 4, ink: .quiet, anchor: .end)
        }
        for tick in xAxis.ticks {
            canvas.line((x(tick.value), bottom), (x(tick.value), bottom + 4), ink: .axis)
            canvas.text(
                tick.label, x: x(tick.value), y: bottom + 18, ink: .quiet, anchor: .middle)
        }
        canvas.line((left, bottom), (right, bottom), ink: .axis)
        canvas.text(
            xAxis.axis.label, x: (left + right) / 2, y: bottom + 38, anchor: .middle)
        canvas.text(
            yAxis.axis.label, x: 24, y: (top + bottom) / 2, anchor: .middle, rotation: -90)
    }

    func document(description: String) -> String {
        var canvas = canvas
        for (index, line) in caption.enumerated() {
            canvas.text(line, x: 24, y: bottom + 62 + Double(index) * 15, size: 11, ink: .quiet)
        }
        return canvas.document(
            width: width, height: bottom + 62 + Double(caption.count) * 15, title: title,
            description: description)
    }

    /// Series beyond the colours are dashed.
    static func dash(_ index: Int) -> String {
        ["", "7 4", "2 3"][index / PlotTheme.colorCount % 3]
    }

    /// Lines of a text that fit into a width.
    static func wrapped(_ text: String, width: Double, size: Double) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last,
                Canvas.width(of: "\(last) \(word)", size: size) <= width
            {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

/// The names of series beside their marks, in as many rows as they need.
struct Legend {
    private let entries: [(name: String, x: Double, row: Int)]
    let height: Double

    static let rowHeight = 20.0

    init(names: [String], width: Double) {
        var entries: [(name: String, x: Double, row: Int)] = []
        var x = 0.0
        var row = 0
        for name in names {
            let length = 24 + Canvas.width(of: name, size: 12) + 18
            if x > 0, x + length > width {
                x = 0
                row += 1
            }
            entries.append((name, x, row))
            x += length
        }
        self.entries = entries
        height = names.isEmpty ? 0 : Double(row + 1) * Self.rowHeight + 6
    }

    func draw(on canvas: inout Canvas, x: Double, y: Double) {
        for (index, entry) in entries.enumerated() {
            let height = y + Double(entry.row) * Self.rowHeight
            let start = x + entry.x
            canvas.line(
                (start, height - 4), (start + 18, height - 4), ink: .series(index), width: 2,
                dash: PlotFrame.dash(index))
            canvas.mark(index, x: start + 9, y: height - 4, ink: .series(index))
            canvas.text(entry.name, x: start + 24, y: height)
        }
    }
}
