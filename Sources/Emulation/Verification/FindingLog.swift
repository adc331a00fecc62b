/// Gathers the largest error of each quantity of a case.
struct FindingLog {
    /// In the order in which quantities were first compared.
    private(set) var findings: [ReferenceVerification.Finding] = []

    /// Compares values with recorded ones.
    ///
    /// - Parameters:
    ///   - scale: errors are relative to it; nil for max(1, |recorded value|) of each.
    ///   - place: says where a value is, from its number.
    mutating func compare(
        _ quantity: String, _ values: some Collection<Double>, with recorded: [Double],
        tolerance: Double, scale: Double? = nil,
        place: (Int) -> String = { "value \($0)" }
    ) {
        guard values.count == recorded.count else {
            preconditionFailure("\(values.count) values of \(quantity) for \(recorded.count)")
        }
        for (index, (value, expected)) in zip(values, recorded).enumerated() {
            let error = (value - expected).magnitude / (scale ?? max(1, expected.magnitude))
            note(quantity, error, tolerance: tolerance, place: place(index))
        }
    }

    /// Compares what was computed in Float32, relative to the largest recorded value.
    ///
    /// The record itself was rounded, in Float64, to what its largest terms allow: where all of it
    /// is smaller than that, as the gradient of a policy that is one-hot to 16 digits, nothing
    /// could agree to 2e-4. So differences below `recordRounding` count as agreement.
    ///
    /// - Parameter terms: what the values are sums of, when these may cancel: the largest of them
    ///   is what Float32 rounds by.
    mutating func compareSingle(
        _ quantity: String, _ values: some Collection<Float>, with recorded: [Double],
        terms: [Double] = [], place: (Int) -> String = { "value \($0)" }
    ) {
        let largest = (recorded + terms).reduce(0) { max($0, $1.magnitude) }
        let least = Self.recordRounding / Self.singleTolerance
        compare(
            "\(quantity), Float32", values.map { Double($0) }, with: recorded,
            tolerance: Self.singleTolerance, scale: max(largest, least), place: place)
    }

    /// Keeps the error if it is the largest of its quantity; what is not a number is infinitely
    /// wrong.
    mutating func note(
        _ quantity: String, _ error: Double, tolerance: Double, place: @autoclosure () -> String
    ) {
        let error = error.isNaN ? Double.infinity : error
        let index = findings.firstIndex { $0.quantity == quantity }
        if let index, findings[index].error >= error { return }
        let finding = ReferenceVerification.Finding(
            quantity: quantity, error: error, tolerance: tolerance, place: place())
        if let index { findings[index] = finding } else { findings.append(finding) }
    }

    /// What a program that computes with numbers around 1 in Float64 leaves undecided.
    private static var recordRounding: Double { 1e-12 }
    /// Agreement in Float32.
    static var singleTolerance: Double { 2e-4 }
    /// Agreement of forward values, losses and gradients in Float64.
    static var doubleTolerance: Double { 1e-9 }
    /// Agreement of whole updates, which repeat and therefore add up.
    static var updateTolerance: Double { 1e-8 }
}
