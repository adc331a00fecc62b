import EdgeModel
import Messaging

/// What `lad-ts` remembers: the probabilities of a station's last decision for tasks of the same
/// class and ordinal in their slot (the class alone, where there are no slots).
///
/// They are kept by server, since slots change their servers from task to task. A server that was
/// no candidate then counts 0.
struct ChoiceMemory: Sendable, Codable {
    /// Decisions that are remembered in one episode; those beyond start anew each time.
    static let limit = 4096

    private struct Key: Hashable, Codable {
        var trafficClass: UInt16
        var ordinal: UInt16
    }

    private struct Entry: Codable {
        var server: NodeIndex
        var probability: Float
    }

    private var decisions: [Key: [Entry]] = [:]

    mutating func forget() { decisions.removeAll(keepingCapacity: true) }

    /// The last probabilities by slot of this observation; nil for a first decision.
    func probabilities(for observation: Observation, slots: Int) -> [Float]? {
        guard let decision = decisions[key(of: observation)] else { return nil }
        var result = [Float](repeating: 0, count: slots)
        for (slot, candidate) in observation.candidates.enumerated() where slot < slots {
            for entry in decision where entry.server == candidate.server {
                result[slot] = entry.probability
            }
        }
        return result
    }

    mutating func remember(_ probabilities: [Float], for observation: Observation) {
        let key = key(of: observation)
        guard decisions.count < Self.limit || decisions[key] != nil else { return }
        decisions[key] = zip(observation.candidates, probabilities).map {
            Entry(server: $0.server, probability: $1)
        }
    }

    private func key(of observation: Observation) -> Key {
        Key(trafficClass: observation.task.trafficClass, ordinal: observation.task.ordinal)
    }
}
