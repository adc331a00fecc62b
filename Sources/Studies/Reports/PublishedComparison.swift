import Recording
package import Topologies

/// A published figure beside the study's own, in every setting that has both values.
package struct PublishedComparison: Sendable {
    /// What a setting says of the published figure.
    package enum Verdict: Hashable, Sendable {
        /// At least as large, with the interval on its side of 0.
        case holds
        /// In the same direction, but smaller; by so many per cent of the reference.
        case smaller(points: Double)
        /// The interval leaves open which of the two is lower.
        case open
        /// The other way round.
        case contrary

        package var words: String {
            switch self {
            case .holds: "holds"
            case .smaller(let points): "smaller by \(Figures.text(points, digits: 3)) points"
            case .open: "not clear"
            case .contrary: "the other way round"
            }
        }
    }

    package struct Setting: Sendable {
        /// In words; empty where the study varies nothing else.
        package let label: String
        /// Per cent of the reference.
        package let ours: Estimate
        package let verdict: Verdict
    }

    package let published: StudyFile.Published
    package let metric: StudyMetric
    package let settings: [Setting]

    static func verdict(on published: Double, _ ours: Estimate) -> Verdict {
        guard ours.excludes(0) else { return .open }
        guard (ours.value < 0) == (published < 0) else { return .contrary }
        let missing = abs(published) - abs(ours.value)
        return missing <= 0 ? .holds : .smaller(points: missing)
    }

    /// Where the figure holds, or how far the study is from it.
    package var sentence: String {
        let subject = metric.title.prefix(1).lowercased() + metric.title.dropFirst()
        let claim =
            "\(published.row) against \(published.against), \(subject): published "
            + "\(Self.signed(published.percent)) % (\(published.source)); "
        let holding = settings.filter { $0.verdict == .holds }
        if !holding.isEmpty {
            let places = holding.map { "\($0.label): \(Self.text($0.ours))" }
            return claim + "holds in \(holding.count) of \(settings.count) settings ("
                + places.joined(separator: "; ") + ")."
        }
        let direction = published.percent < 0 ? -1.0 : 1.0
        guard
            let best = settings.max(by: { direction * $0.ours.value < direction * $1.ours.value })
        else { return claim + "no setting has both." }
        let missing = abs(published.percent) - direction * best.ours.value
        return claim + "holds in none of \(settings.count) settings; the nearest is "
            + "\(best.label): \(Self.text(best.ours)), short of it by "
            + "\(Figures.text(missing, digits: 3)) points."
    }

    static func text(_ ours: Estimate) -> String {
        "\(signed(ours.value)) % [\(signed(ours.low)), \(signed(ours.high))]"
    }

    static func signed(_ value: Double) -> String {
        (value > 0 ? "+" : "") + Figures.text(value, digits: 3)
    }
}

extension StudyResults {
    package func publishedComparisons(
        _ bootstrap: Bootstrap = Bootstrap()
    ) -> [PublishedComparison] {
        (record.published ?? []).compactMap { published in
            let values = record.axes[record.compared].values
            guard let row = values.firstIndex(of: published.row),
                let against = values.firstIndex(of: published.against),
                let metric = (published.metric ?? record.metrics.first).flatMap(StudyMetric.named)
            else { return nil }
            return PublishedComparison(
                published: published, metric: metric,
                settings: settings(of: published, row, against, metric, bootstrap))
        }
    }

    private func settings(
        of published: StudyFile.Published, _ row: Int, _ against: Int, _ metric: StudyMetric,
        _ bootstrap: Bootstrap
    ) -> [PublishedComparison.Setting] {
        contexts(without: [record.compared]).compactMap { context in
            var first = context
            var second = context
            first[record.compared] = row
            second[record.compared] = against
            guard let (own, reference) = pair(first, second, metric.name),
                let ours = PairedComparison(
                    own, against: reference, better: metric.better, bootstrap: bootstrap
                ).relative?.scaled(by: 100)
            else { return nil }
            return PublishedComparison.Setting(
                label: label(context, without: [record.compared]), ours: ours,
                verdict: PublishedComparison.verdict(on: published.percent, ours))
        }
    }
}
