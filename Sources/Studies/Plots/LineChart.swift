import Recording

/// Lines with bands, or points, over two axes.
package struct LineChart: Hashable, Sendable {
    package enum Mark: Hashable, Sendable {
        /// A line through the points, with a band where they have intervals.
        case line
        /// Points by themselves, with bars where they have intervals.
        case points
        /// A thin dashed line without marks, such as a fitted law.
        case guide
        /// A thin dashed line below the others with its band, for what does not depend on x.
        case level
    }

    package struct Point: Hashable, Sendable {
        package var x: Double
        package var y: Double
        /// Nil without an interval.
        package var low: Double?
        package var high: Double?

        package init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
            self.x = x
            self.y = y
            self.low = low
            self.high = high
        }

        package init(x: Double, _ estimate: Estimate) {
            self.init(x: x, y: estimate.value, low: estimate.low, high: estimate.high)
        }
    }

    package struct Series: Hashable, Sendable {
        package var name: String
        package var mark: Mark
        package var points: [Point]

        package init(_ name: String, mark: Mark = .line, points: [Point]) {
            self.name = name
            self.mark = mark
            self.points = points
        }

        package init(_ name: String, band: CurveBand) {
            self.init(
                name, points: zip(band.x, band.estimates).map { Point(x: $0, $1) })
        }
    }

    /// A value that the reader should compare with, as a line across.
    package struct Reference: Hashable, Sendable {
        package var value: Double
        package var label: String

        package init(_ value: Double, _ label: String) {
            self.value = value
            self.label = label
        }
    }

    package var title: String
    /// Below the picture: which seeds, what the bands are.
    package var caption: String
    package var x: Axis
    package var y: Axis
    package var series: [Series]
    package var references: [Reference]

    package init(
        title: String, caption: String, x: Axis, y: Axis, series: [Series],
        references: [Reference] = []
    ) {
        self.title = title
        self.caption = caption
        self.x = x
        self.y = y
        self.series = series
        self.references = references
    }

    /// The picture; points that have no place on a logarithmic axis are left out.
    package func svg(_ theme: PlotTheme = .paper, width: Double = 720) -> String {
        let values = series.flatMap { series in
            series.points.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }
        }
        var frame = PlotFrame(
            title: title, caption: caption,
            x: FittedAxis(x, values: series.flatMap { $0.points.map(\.x) }),
            y: FittedAxis(y, values: values + references.map(\.value)),
            names: series.count > 1 ? series.map(\.name) : [], width: width, height: 340,
            theme: theme)
        frame.drawAxes()
        for reference in references where y.shows(reference.value) {
            let height = frame.y(reference.value)
            frame.canvas.line(
                (frame.left, height), (frame.right, height), ink: .quiet, dash: "2 3")
            frame.canvas.text(
                reference.label, x: frame.right - 4, y: height - 4, size: 11, ink: .quiet,
                anchor: .end)
        }
        for index in series.indices { draw(index, on: &frame, bandsOnly: true) }
        let levels = series.indices.filter { series[$0].mark == .level }
        for index in levels + series.indices.filter({ series[$0].mark != .level }) {
            draw(index, on: &frame, bandsOnly: false)
        }
        return frame.document(description: "\(y.label) against \(x.label). \(caption)")
    }

    private func draw(_ index: Int, on frame: inout PlotFrame, bandsOnly: Bool) {
        let series = series[index]
        let ink = PlotTheme.Ink.series(index)
        let points = series.points.filter { x.shows($0.x) && y.shows($0.y) }
        if bandsOnly {
            guard series.mark == .line || series.mark == .level else { return }
            let bounded = points.filter { $0.low.map(y.shows) == true && $0.high != nil }
            let upper = bounded.map { (frame.x($0.x), frame.y($0.high ?? $0.y)) }
            let lower = bounded.map { (frame.x($0.x), frame.y($0.low ?? $0.y)) }
            frame.canvas.area(upper + lower.reversed(), ink: ink, opacity: 0.16)
            return
        }
        let places = points.map { (x: frame.x($0.x), y: frame.y($0.y)) }
        switch series.mark {
        case .guide:
            frame.canvas.path(places, ink: ink, width: 1.2, dash: "6 4")
            return
        case .level:
            frame.canvas.path(places, ink: ink, width: 1.2, dash: "6 4")
        case .line:
            frame.canvas.path(places, ink: ink, dash: PlotFrame.dash(index))
        case .points:
            for (point, place) in zip(points, places) {
                guard let low = point.low, let high = point.high, y.shows(low) else { continue }
                frame.canvas.line(
                    (place.x, frame.y(low)), (place.x, frame.y(high)), ink: ink, width: 1.4)
            }
        }
        // Marks on a dense curve would hide it.
        guard series.mark == .points || points.count <= 24 else { return }
        for (point, place) in zip(points, places) {
            frame.canvas.mark(
                index, x: place.x, y: place.y, ink: ink, tip: tip(series.name, point))
        }
    }

    private func tip(_ name: String, _ point: Point) -> String {
        var text = "\(name): \(x.title) \(Figure.plain(point.x))\(x.suffix), "
        text += "\(y.title) \(Figure.number(point.y))\(y.suffix)"
        if let low = point.low, let high = point.high {
            text += " [\(Figure.number(low)), \(Figure.number(high))]"
        }
        return text
    }
}
