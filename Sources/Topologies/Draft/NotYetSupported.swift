/// What the grammar knows and the program does not do yet: one place to strike it from.
enum NotYetSupported {
    static func report(_ what: String, at place: Place, _ log: DiagnosticLog) {
        log.error(
            .notYetSupported, at: place, "\(what) is part of the language but not yet supported")
    }
}
