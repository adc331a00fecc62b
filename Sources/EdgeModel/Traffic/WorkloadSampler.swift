import SimulationKernel

/// Draws the work of the tasks of one class at one station.
package struct WorkloadSampler: Sendable {
    private let law: WorkloadLaw
    private var stream: RandomStream
    /// Where the values that last for the whole run come from, and those drawn so far by index.
    private var indexStream: RandomStream
    private var byIndex: [Double] = []

    /// - Parameter entity: the station's and the class's name, as in `bs3/images`.
    package init(law: WorkloadLaw, seed: UInt64, episode: Int, entity: String) {
        self.law = law
        stream = RandomStream(seed: seed, episode: episode, entity: entity, purpose: "workload")
        indexStream = RandomStream(seed: seed, entity: entity, purpose: "workload by index")
    }

    /// The work of one task.
    ///
    /// Draws the law's quantities in the order in which they are written; with `perIndex` the
    /// values of an index are the same in every slot and episode, and index k's are the k-th draw.
    package mutating func sample(size: Megabits, index: Int) -> Gigacycles {
        switch law {
        case .work(let work):
            return Gigacycles(work.sample(&stream))
        case .density(let density, let perIndex):
            guard perIndex else { return Gigacycles(size.value * density.sample(&stream)) }
            return Gigacycles(size.value * kept(index) { density.sample(&$0) })
        case .steps(let count, let perStep, let perIndex):
            func product(_ stream: inout RandomStream) -> Double {
                let steps = count.sample(&stream)
                return steps * perStep.sample(&stream)
            }
            return Gigacycles(perIndex ? kept(index, product) : product(&stream))
        }
    }

    private mutating func kept(
        _ index: Int, _ draw: (inout RandomStream) -> Double
    ) -> Double {
        while byIndex.count <= index { byIndex.append(draw(&indexStream)) }
        return byIndex[index]
    }
}

extension WorkloadLaw {
    /// Expected work of a task whose expected input is given; Gcycles.
    package func mean(size: Double) -> Double {
        switch self {
        case .work(let work): work.mean
        case .density(let density, _): size * density.mean
        case .steps(let count, let perStep, _): count.mean * perStep.mean
        }
    }
}
