/// What kind of fault a diagnostic reports; the number is stable and shown as `E020` or `W038`.
package enum DiagnosticCode: Int, Hashable, Sendable, CaseIterable {
    case noSuchFile = 1
    case notARegularFile = 2
    case permissionDenied = 3
    case fileTooLarge = 4
    case empty = 5
    case invalidUTF8 = 6
    case controlCharacter = 7
    case utf16 = 8
    case anchor = 9
    case tag = 10
    case nesting = 11
    case tab = 12
    case structure = 13
    case neverClosed = 14
    case secondDocument = 15
    case repeatedKey = 16
    case wrongKind = 17
    case missingKey = 18
    case version = 19
    case unknownKey = 20
    case notANumber = 21
    case ambiguousWord = 22
    case emptyValue = 23
    case badName = 24
    case nameInUse = 25
    case outOfRange = 26
    case notFinite = 27
    case ambiguousNumber = 28
    case numberTooLarge = 29
    case notAnInteger = 30
    case unit = 31
    case law = 32
    case noStations = 33
    case policy = 34
    case unknownStation = 35
    case selfLink = 36
    case repeatedLink = 37
    case unreachableStation = 38
    case overload = 40
    case linkDelay = 41
    case tooManyStations = 42
    case time = 43
    case batch = 44
    case event = 45
    case host = 46
    case unknownHost = 47
    case keysNeeded = 54
    case override = 58
    case unknownWord = 62
    case conflict = 63
    case noWayBack = 64
    case dataFile = 65
    case missingFile = 66
    case manyLines = 67
    case position = 68
    case tooManyDiagnostics = 70

    /// One line for the manual.
    package var meaning: String {
        switch self {
        case .noSuchFile: "the file does not exist"
        case .notARegularFile: "the path is a directory, pipe or device"
        case .permissionDenied: "the file may not be read"
        case .fileTooLarge: "the file is over its size limit"
        case .empty: "the file holds no topology"
        case .invalidUTF8: "the bytes are not UTF-8"
        case .controlCharacter: "a control character or unusual line break"
        case .utf16: "the file is UTF-16"
        case .anchor: "an anchor or alias"
        case .tag: "a tag or directive"
        case .nesting: "nesting over the limit"
        case .tab: "a tab as indentation"
        case .structure: "indentation or punctuation that does not fit"
        case .neverClosed: "a quote or bracket that is never closed"
        case .secondDocument: "a second document in the file"
        case .repeatedKey: "a key given twice in one mapping"
        case .wrongKind: "a mapping, list or value where another of these belongs"
        case .missingKey: "a key that must be given is missing"
        case .version: "a version of the language that this program does not read"
        case .unknownKey: "a key that the language does not have"
        case .notANumber: "text where a number belongs"
        case .ambiguousWord: "a plain word that YAML readers take for a boolean or nothing"
        case .emptyValue: "a key without a value"
        case .badName: "a name with other characters than the language allows"
        case .nameInUse: "a name given twice"
        case .outOfRange: "a number outside its range"
        case .notFinite: "a number that is not finite"
        case .ambiguousNumber: "a number that YAML readers take for another number"
        case .numberTooLarge: "more digits than a number can hold"
        case .notAnInteger: "a fraction where a whole number belongs"
        case .unit: "a unit that is missing or does not measure this"
        case .law: "a distribution or profile with values that do not fit together"
        case .noStations: "a topology without stations"
        case .policy: "a policy that cannot run as the file says"
        case .unknownStation: "a station that does not exist"
        case .selfLink: "a link from a station to itself"
        case .repeatedLink: "a link given twice"
        case .unreachableStation: "a station without users and without neighbours"
        case .overload: "more offered than the network can carry"
        case .linkDelay: "a link without delay, or with one beyond every deadline"
        case .tooManyStations: "more stations or links than the program accepts"
        case .time: "durations that do not fit together"
        case .batch: "a batch that the replay buffer cannot fill"
        case .event: "scheduled events that do not fit together"
        case .host: "hosts that do not fit together, or what cannot name one"
        case .unknownHost: "a host that does not exist"
        case .keysNeeded: "hosts that others can reach, and no keys"
        case .override: "a --set that does not name a place in the file"
        case .unknownWord: "a word that is not among the choices"
        case .conflict: "keys that exclude each other"
        case .noWayBack: "a link in one direction only"
        case .dataFile: "a trace or site file with a bad header or row"
        case .missingFile: "a trace, site or checkpoint file that is not there"
        case .manyLines: "text over several lines"
        case .position: "stations with and without positions, or of two kinds"
        case .tooManyDiagnostics: "more faults than are shown"
        }
    }
}
