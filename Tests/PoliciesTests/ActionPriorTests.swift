import EdgeModel
import Messaging
import Policies
import SimulationKernel
import Testing

@Suite struct `A prior of actions` {
    /// Completion at home 0.2 s, on server 1 0.25 s, on server 2 0.85 s; the fourth slot is empty.
    private let observation = ObservationFixture.observation([
        (server: 0, wait: 0, capacity: 40), (server: 1, wait: 0, capacity: 40),
        (server: 2, wait: 0.65, capacity: 40),
    ])

    private func features(_ space: ActionSpace) -> [Float] {
        let prior = ActionPrior(space: space, scale: 0.5)
        let encoder = ObservationEncoder(slots: 4, scales: FeatureScales(), prior: prior)
        #expect(encoder.featureCount == 20 + space.count(slots: 4))
        var features = [Float](repeating: 9, count: encoder.featureCount)
        var mask = [Bool](repeating: false, count: 4)
        encoder.encode(observation, features: &features, mask: &mask)
        return Array(features[20...])
    }

    @Test func `is 1 for the best estimate and falls with what the others take longer`() {
        let expected: [Float] = [1, 0.9, -0.3, -1]
        for (a, b) in zip(features(.servers), expected) { #expect((a - b).magnitude < 1e-5) }
    }

    @Test func `knows that servers do together what none does alone`() {
        let subsets = features(.subsets)
        // Bits of a + 1: home and server 1 share the work.
        #expect(subsets[2] == 1)
        #expect(subsets[0] < 1 && subsets[1] < subsets[0])
        // What the empty slot takes part in cannot be chosen.
        #expect(subsets[7...].allSatisfy { $0 == -1 })
    }
}
