import Recording
import Topologies

/// Numbers in reports.
enum Figures {
    static func text(_ value: Double, digits: Int = 4) -> String {
        Figure.number(value, digits: digits)
    }

    static func text(_ estimate: Estimate) -> String {
        "\(text(estimate.value)) [\(text(estimate.low)), \(text(estimate.high))]"
    }
}

/// A picture of a study.
package struct StudyPicture: Sendable {
    /// Of its file, without the ending.
    package let name: String
    let draw: @Sendable (PlotTheme) -> String

    package func svg(_ theme: PlotTheme = .paper) -> String { draw(theme) }
}

extension StudyResults {
    /// Pictures of metrics beyond this many are left out; tables have everything.
    private static let pictureLimit = 40

    /// The values of an axis as numbers, with their unit; nil unless all are.
    package func numbers(along axis: Int) -> (values: [Double], unit: String)? {
        let found = record.axes[axis].values.map(QuantityText.magnitude)
        let numbers = found.compactMap { $0 }
        guard numbers.count == found.count, let unit = numbers.first?.unit,
            numbers.allSatisfy({ $0.unit == unit })
        else { return nil }
        return (numbers.map(\.value), unit)
    }

    /// The curves, then for every metric one picture for each setting that it does not itself show.
    package func pictures(_ bootstrap: Bootstrap = Bootstrap()) -> [StudyPicture] {
        curvePictures(bootstrap) + metricPictures(bootstrap).prefix(Self.pictureLimit)
    }

    private func metricPictures(_ bootstrap: Bootstrap) -> [StudyPicture] {
        var result: [StudyPicture] = []
        for metric in metrics {
            let axis = record.along
            if let axis, let numbers = numbers(along: axis), axis != record.compared {
                for context in contexts(without: [axis, record.compared]) {
                    result += lines(metric, context, axis, numbers, bootstrap).map { [$0] } ?? []
                }
            } else {
                for context in contexts(without: [record.compared]) {
                    result += intervals(metric, context, bootstrap).map { [$0] } ?? []
                }
            }
        }
        return result
    }

    private func estimate(
        _ place: [Int], _ metric: StudyMetric, _ bootstrap: Bootstrap
    ) -> Estimate? {
        table(at: place, metric.name).map { bootstrap.estimate(.interquartileMean, of: $0) }
    }

    private var caption: String {
        "Interquartile mean over \(seedsText), with 95 % bootstrap intervals; "
            + "\(record.episodesText) each. Study \(record.name)."
    }

    private func lines(
        _ metric: StudyMetric, _ context: [Int], _ axis: Int,
        _ numbers: (values: [Double], unit: String), _ bootstrap: Bootstrap
    ) -> StudyPicture? {
        let compared = record.compared
        var ends: [Double] = []
        let series = record.axes[compared].values.enumerated().map { value, name in
            var points: [LineChart.Point] = []
            for (step, number) in numbers.values.enumerated() {
                var place = context
                place[compared] = value
                place[axis] = step
                guard let estimate = estimate(place, metric, bootstrap) else { continue }
                points.append(LineChart.Point(x: number, estimate))
                ends.append(estimate.value)
            }
            return LineChart.Series(name, points: points.sorted { $0.x < $1.x })
        }
        guard !ends.isEmpty else { return nil }
        let setting = label(context, without: [axis, compared])
        let chart = LineChart(
            title: setting.isEmpty ? metric.title : "\(metric.title): \(setting)",
            caption: caption,
            x: Axis(
                axisNames[axis].capitalizedFirst, unit: numbers.unit,
                scale: Self.scale(numbers.values, ratio: 10)),
            y: Axis(metric.title, unit: metric.unit, scale: Self.scale(ends, ratio: 20)),
            series: series)
        return StudyPicture(name: fileName(metric.name, context, [axis, compared])) {
            chart.svg($0)
        }
    }

    private func intervals(
        _ metric: StudyMetric, _ context: [Int], _ bootstrap: Bootstrap
    ) -> StudyPicture? {
        let rows = record.axes[record.compared].values.enumerated().compactMap {
            value, name -> IntervalChart.Row? in
            var place = context
            place[record.compared] = value
            guard has(place) else { return nil }
            return IntervalChart.Row(name, [estimate(place, metric, bootstrap)])
        }
        let values = rows.compactMap { $0.estimates[0]?.value }
        guard !values.isEmpty else { return nil }
        let setting = label(context, without: [record.compared])
        let chart = IntervalChart(
            title: setting.isEmpty ? metric.title : "\(metric.title): \(setting)",
            caption: caption,
            axis: Axis(metric.title, unit: metric.unit, scale: Self.scale(values, ratio: 8)),
            rows: rows)
        return StudyPicture(name: fileName(metric.name, context, [record.compared])) {
            chart.svg($0)
        }
    }

    /// Logarithmic where values are positive and far apart.
    static func scale(_ values: [Double], ratio: Double) -> Axis.Scale {
        guard let low = values.min(), let high = values.max(), low > 0 else { return .linear }
        return high / low >= ratio ? .logarithmic : .linear
    }

    func fileName(_ subject: String, _ context: [Int], _ without: Set<Int>) -> String {
        let words = subject + " " + label(context, without: without)
        let parts = words.lowercased().split { !($0.isLetter || $0.isNumber || $0 == ".") }
        return String(parts.joined(separator: "-").prefix(120))
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
