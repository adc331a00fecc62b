import NeuralNetwork
import Policies

/// A layer as reference files hold it.
struct ReferenceLayer: Decodable {
    /// `[outputs, inputs]`
    var weight: [[Double]]
    /// `[outputs]`
    var bias: [Double]

    /// Both as our networks hold them: `[inputs, outputs]`, then the biases.
    ///
    /// - Parameter order: which column of the file stands at each input of ours; nil for the same.
    func flat(
        inputs: Int, outputs: Int, order: [Int]? = nil, _ place: String
    ) throws(ReferenceFlaw) -> [Double] {
        let rows = try ReferenceArray.matrix(weight, (outputs, inputs), "\(place).weight")
        let biases = try ReferenceArray.vector(bias, outputs, "\(place).bias")
        var values: [Double] = []
        values.reserveCapacity(rows.count + outputs)
        for input in 0..<inputs {
            let column = order?[input] ?? input
            for output in 0..<outputs { values.append(rows[output * inputs + column]) }
        }
        return values + biases
    }
}

/// A multilayer perceptron as reference files hold it.
enum ReferenceNetwork {
    /// The widths of the hidden layers.
    static func hidden(
        _ layers: [ReferenceLayer], _ width: Int, _ place: String
    ) throws(ReferenceFlaw) -> [Int] {
        guard layers.count > 1 else {
            throw ReferenceFlaw(place: place, problem: "has \(layers.count) layers")
        }
        return Array(repeating: width, count: layers.count - 1)
    }

    static func flat(
        _ layers: [ReferenceLayer], _ network: MultilayerPerceptron, order: [Int]? = nil,
        _ place: String
    ) throws(ReferenceFlaw) -> [Double] {
        try ReferenceArray.count(layers.count, network.layers.count, place)
        var values: [Double] = []
        for (index, (layer, shape)) in zip(layers, network.layers).enumerated() {
            values += try layer.flat(
                inputs: shape.inputs, outputs: shape.outputs, order: index == 0 ? order : nil,
                "\(place)[\(index)]")
        }
        return values
    }

    static func activation(_ text: String, _ place: String) throws(ReferenceFlaw) -> Activation {
        guard let activation = Activation.allCases.first(where: { "\($0)" == text }) else {
            let known = Activation.allCases.map { "\($0)" }.joined(separator: ", ")
            throw ReferenceFlaw(place: place, problem: "is '\(text)'; known are \(known)")
        }
        return activation
    }
}

/// The actor as reference files hold it: the network of the step number, and the denoiser.
struct ReferenceActor: Decodable {
    var time: [ReferenceLayer]?
    var eps: [ReferenceLayer]

    func flat(
        _ policy: DiffusionPolicy, order: [Int]? = nil, _ place: String
    ) throws(ReferenceFlaw) -> [Double] {
        var values: [Double] = []
        if let network = policy.timeNetwork {
            guard let time else {
                throw ReferenceFlaw(place: "\(place).time", problem: "is missing")
            }
            values = try ReferenceNetwork.flat(time, network, "\(place).time")
        }
        return values
            + (try ReferenceNetwork.flat(eps, policy.denoiser, order: order, "\(place).eps"))
    }
}
