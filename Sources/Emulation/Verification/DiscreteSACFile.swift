/// The format of files with updates of discrete soft actor-critic under the published recipe:
/// networks before and after, and for each update its batch, its noise and what an independent
/// program computed.
struct DiscreteSACFile: Decodable {
    var state_dim: Int
    var action_dim: Int
    var hidden: Int
    var batch: Int
    var denoise_steps: Int
    var gamma: Double
    var tau: Double
    /// nats, above 0 and below ln(action_dim).
    var target_entropy: Double
    var actor_lr: Double
    var critic_lr: Double
    var alpha_lr: Double
    /// Optimiser, order and formulas in words; see `checkWords`.
    var adam: String
    var clip_denoised: Bool
    var order: String?
    var actor: String
    var critic: String
    var target: String?
    var critic_loss_is: String?
    var actor_loss_is: String?
    var alpha_loss_is: String?
    var polyak: String?
    var start: Networks
    var updates: [Update]
    var end: Networks

    /// `target1` and `target2` are the critics at the start, if not given.
    struct Networks: Decodable {
        var actor: ReferenceActor
        var critic1: [ReferenceLayer]
        var critic2: [ReferenceLayer]
        var target1: [ReferenceLayer]?
        var target2: [ReferenceLayer]?
        /// Only at the start; the updates say what becomes of it.
        var log_alpha: Double?
    }

    struct Update: Decodable {
        /// `[batch, state]`
        var state: [[Double]]
        var next_state: [[Double]]
        /// `[batch]`
        var action: [Int]
        var reward: [Double]
        /// 1 where the episode ended.
        var done: [Double]
        /// `[batch, action]`
        var x_T: [[Double]]
        var x_T_next: [[Double]]
        /// `[steps, batch, action]`, step i at place i - 1.
        var noise: [[[Double]]]
        var noise_next: [[[Double]]]
        /// `[batch]`
        var target: [Double]
        var critic_loss: Double
        var actor_loss: Double
        var alpha_loss: Double
        var log_alpha_after: Double
        /// The batch's mean.
        var entropy: Double
    }
}
