import CZeroMQ

/// How a socket talks to its peers; libzmq's manual has the full story of each.
package enum SocketKind: Hashable, Sendable, CaseIterable {
    /// One peer, both ways.
    case pair
    /// Sends to the next of its peers in turn, receives from all; used with one peer here.
    case dealer
    /// Knows its peers by routing id and sends to the one that is named.
    case router
    case push, pull
    /// Sends to all whose subscription matches; drops what a subscriber has no room for.
    case pub
    /// A publisher that also receives the subscriptions of its peers.
    case xpub
    case sub

    var code: Int32 {
        switch self {
        case .pair: ZMQ_PAIR
        case .dealer: ZMQ_DEALER
        case .router: ZMQ_ROUTER
        case .push: ZMQ_PUSH
        case .pull: ZMQ_PULL
        case .pub: ZMQ_PUB
        case .xpub: ZMQ_XPUB
        case .sub: ZMQ_SUB
        }
    }
}
