package import EdgeModel
package import Messaging

extension Observation {
    /// What is known about a candidate, as the split's arithmetic takes it (docs/MODEL.md,
    /// section 4).
    package func completionEstimate(of candidate: Candidate) -> CompletionEstimate {
        // Links between stations have a positive delay, so only the own server has none.
        CompletionEstimate(
            ready: candidate.delay == 0 ? 0 : egressWait + candidate.delay,
            transfer: candidate.transfer, wait: candidate.wait, service: candidate.service,
            resultTransfer: candidate.resultTransfer,
            resultDelay: candidate.resultTransfer > 0 ? candidate.delay : 0)
    }

    /// When the whole task would be complete on a candidate by what is known, seconds from now.
    package func estimatedCompletion(on candidate: Candidate) -> Double {
        completionEstimate(of: candidate).finish(1)
    }
}
