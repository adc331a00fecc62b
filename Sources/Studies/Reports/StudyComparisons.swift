/// What a study concludes: pairs of values of the compared axis, in each setting of the others.
package struct StudyComparison: Sendable {
    /// Place of the first, and of what it is compared with.
    package let first: [Int]
    package let second: [Int]
    package let metric: StudyMetric
    package let comparison: PairedComparison
    package let sentence: String
}

/// How a metric grows along an axis of numbers.
package struct StudyGrowth: Sendable {
    package let context: [Int]
    package let metric: StudyMetric
    package let fit: GrowthFit
    package let sentence: String
}

extension StudyResults {
    package var metrics: [StudyMetric] { record.metrics.compactMap(StudyMetric.named) }

    /// For the headline metric.
    package func comparisons(_ bootstrap: Bootstrap = Bootstrap()) -> [StudyComparison] {
        guard let metric = metrics.first else { return [] }
        let axis = record.compared
        let values = record.axes[axis].values
        var result: [StudyComparison] = []
        for context in contexts(without: [axis]) {
            for reference in record.against {
                guard let other = values.firstIndex(of: reference) else { continue }
                for value in values.indices where value != other {
                    if let found = compare(context, axis, value, other, metric, bootstrap) {
                        result.append(found)
                    }
                }
            }
        }
        return result
    }

    private func compare(
        _ context: [Int], _ axis: Int, _ value: Int, _ other: Int, _ metric: StudyMetric,
        _ bootstrap: Bootstrap
    ) -> StudyComparison? {
        var first = context
        var second = context
        first[axis] = value
        second[axis] = other
        guard let (own, reference) = pair(first, second, metric.name) else { return nil }
        let comparison = PairedComparison(
            own, against: reference, better: metric.better, bootstrap: bootstrap)
        let names = record.axes[axis].values
        let setting = label(context, without: [axis])
        let sentence = comparison.sentence(names[value], names[other], unit: metric.unit)
        let subject = metric.title.prefix(1).lowercased() + metric.title.dropFirst()
        return StudyComparison(
            first: first, second: second, metric: metric, comparison: comparison,
            sentence: (setting.isEmpty ? "" : "\(setting): ") + "\(subject), \(sentence).")
    }

    /// For all metrics, along the axis of numbers if there is one.
    package var growths: [StudyGrowth] {
        guard let axis = record.along, let numbers = numbers(along: axis) else { return [] }
        var result: [StudyGrowth] = []
        for context in contexts(without: [axis]) {
            for metric in metrics {
                var x: [Double] = []
                var y: [Double] = []
                for (value, number) in numbers.values.enumerated() {
                    var place = context
                    place[axis] = value
                    for score in scores(at: place, metric.name).sorted(by: { $0.key < $1.key })
                    where score.value > 0 && number > 0 {
                        x.append(number)
                        y.append(score.value)
                    }
                }
                guard Set(x).count > 1 else { continue }
                let fit = GrowthFit(x: x, y: y)
                let setting = label(context, without: [axis])
                let error = Figures.text(fit.standardError, digits: 2)
                result.append(
                    StudyGrowth(
                        context: context, metric: metric, fit: fit,
                        sentence: (setting.isEmpty ? "" : "\(setting): ")
                            + "\(metric.title) grows as \(axisNames[axis]) "
                            + "to the power \(Figures.text(fit.exponent, digits: 3)) "
                            + "(standard error \(error), \(x.count) runs)."))
            }
        }
        return result
    }
}
