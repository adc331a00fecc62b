/// One key of the language: what may be written there, and what it does.
///
/// The same table is read by the walker, which enforces it, and by the manual, which prints it.
struct Key: Sendable {
    enum Form: Sendable {
        /// A whole number.
        case count(ClosedRange<Int>)
        /// A whole number of 64 bits.
        case seed
        /// A number with one of the units of its measure.
        case quantity(Measure, Bounds)
        /// A quantity, or a distribution that it is drawn from.
        case law(Measure, Bounds, Law.Kinds)
        case word([String])
        case flag
        case name
        /// A path or a text.
        case text
        /// A mapping with the keys below this one.
        case section
        /// A list of mappings with the keys below this one.
        case sections
        /// Something of its own, in words.
        case special(String)
    }

    enum Default: Sendable {
        case required
        /// As it would be written.
        case value(String)
        /// Nothing, or something that follows from the rest of the file: in words.
        case otherwise(String)
    }

    /// Such as `links.pairs[].rate`.
    let path: String
    let form: Form
    let standard: Default
    /// One sentence.
    let effect: String

    init(_ path: String, _ form: Form, _ standard: Default, _ effect: String) {
        self.path = path
        self.form = form
        self.standard = standard
        self.effect = effect
    }

    /// The last part of the path.
    var name: String {
        String(path.split(separator: ".").last ?? "")
    }

    /// The path of the section that the key belongs to.
    var section: String {
        path.lastIndex(of: ".").map { String(path[..<$0]) } ?? ""
    }
}
