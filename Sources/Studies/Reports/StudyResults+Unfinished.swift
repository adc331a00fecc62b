/// Settings whose delays say less than they seem to: means are over tasks that finished, and what
/// had no end would have lengthened them.
extension StudyResults {
    /// Per cent of the tasks that may be in flight at the end without a word about it.
    static let inFlightLimit = 0.1

    /// The mean over seeds of the tasks in flight at the end, per cent, where it is worth a word.
    func inFlight(at place: [Int]) -> (mean: Double, most: Double)? {
        let shares = scores(at: place, "in-flight").sorted { $0.key < $1.key }.map(\.value)
        guard let most = shares.max() else { return nil }
        let mean = Aggregate.mean(shares)
        return mean > Self.inFlightLimit ? (mean, most) : nil
    }

    /// A sentence for each setting with tasks in flight.
    var inFlightNotices: [String] {
        places.compactMap { place in
            guard let share = inFlight(at: place) else { return nil }
            let mean = Figures.text(share.mean, digits: 3)
            let most = Figures.text(share.most, digits: 3)
            let worst = most == mean ? "" : " (\(most) % with the worst seed)"
            return "Lower bound: \(label(place)): \(mean) % of the tasks were still in flight at "
                + "the end\(worst); delays are means of the others, so the true ones are higher."
        }
    }

    /// A sentence for each setting that is offered more work than its servers can do; for all
    /// values of the compared axis at once where none of them is offered less.
    var overloadNotices: [String] {
        contexts(without: [record.compared]).flatMap { context -> [String] in
            let own = record.axes[record.compared].values.indices.map { value in
                var place = context
                place[record.compared] = value
                return place
            }.filter(has)
            let loads = own.map { ($0, load(at: $0) ?? 0) }
            let over = loads.filter { $0.1 >= 1 }
            guard over.count == loads.count, Set(over.map(\.1)).count == 1 else {
                return over.map { Self.overload(label($0.0), $0.1) }
            }
            let setting = label(context, without: [record.compared])
            return [Self.overload(setting.isEmpty ? "every setting" : setting, over[0].1)]
        }
    }

    private static func overload(_ setting: String, _ load: Double) -> String {
        "Overloaded: \(setting): the work that is offered is \(Figures.text(load, digits: 3)) of "
            + "what the servers can do, so queues grow as long as a run lasts, and every delay "
            + "depends on how long that is."
    }
}
