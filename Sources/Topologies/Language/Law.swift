import EdgeModel

/// The distributions of the language and how they are written: a mapping with one key.
enum Law {
    /// Which distributions a key accepts.
    enum Kinds: Sendable {
        /// Only those without a tail: for what the network is built from.
        case bounded
        case all
    }

    static func names(_ kinds: Kinds) -> [String] {
        switch kinds {
        case .bounded: ["uniform", "integers", "choice"]
        case .all: ["uniform", "integers", "choice", "exponential", "normal", "lognormal"]
        }
    }

    /// For the manual: the form of each and what it means.
    static let manual: [(form: String, meaning: String)] = [
        ("{uniform: [LOW, HIGH]}", "uniform from LOW up to HIGH"),
        ("{integers: [LOW, HIGH]}", "one of the whole numbers LOW … HIGH of the base unit"),
        ("{choice: [A, B, …]}", "one of the values, with equal probability"),
        ("{exponential: MEAN}", "exponential"),
        (
            "{normal: {mean: M, deviation: D}}",
            "normal, values below zero drawn again; the mean of what is drawn is then above M"
        ),
        (
            "{lognormal: {mean: M, sigma: S}}",
            "the logarithm is normal with deviation S; M is the mean of the value itself"
        ),
    ]
}
