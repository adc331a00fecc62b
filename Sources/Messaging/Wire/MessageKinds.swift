/// A set of kinds of messages.
package struct MessageKinds: Hashable, Sendable {
    private var bits: UInt32 = 0

    package init(_ kinds: MessageKind...) {
        for kind in kinds { bits |= 1 &<< UInt32(kind.rawValue) }
    }

    package static let all: MessageKinds = {
        var all = MessageKinds()
        for kind in MessageKind.allCases { all.bits |= 1 &<< UInt32(kind.rawValue) }
        return all
    }()

    package func contains(_ kind: MessageKind) -> Bool {
        bits & (1 &<< UInt32(kind.rawValue)) != 0
    }
}
