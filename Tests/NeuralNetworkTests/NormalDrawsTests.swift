import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `Normals in bulk` {
    @Test(arguments: [0, 1, 2, 3, 64, 127, 128, 129, 300, 1001])
    func `are those of one word after another`(count: Int) {
        var (bulk, single) = (Seed(4).stream, Seed(4).stream)
        var numbers = [Float](repeating: 7, count: count + 2)
        bulk.fillWithNormals(&numbers, from: 2)
        #expect(numbers[0..<2] == [7, 7])
        let pairs = (count + 1) / 2
        for pair in 0..<pairs {
            let word = single.generator.next()
            let (x, y) = Mathematics.normals(
                radiusBits: Int32(word >> 40), angleBits: Int32(word & 0xFF_FFFF))
            #expect(numbers[2 + pair].bitPattern == x.bitPattern)
            if pairs + pair < count {
                #expect(numbers[2 + pairs + pair].bitPattern == y.bitPattern)
            }
        }
        #expect(bulk == single, "both streams go on from the same state")
    }

    @Test func `are the same for both kinds of network`() {
        var (first, second) = (Seed(5).stream, Seed(5).stream)
        var floats = [Float](repeating: 0, count: 77)
        var doubles = [Double](repeating: 0, count: 77)
        first.fillWithNormals(&floats)
        second.fillWithNormals(&doubles)
        #expect(floats.map { Double($0) } == doubles)
    }

    @Test func `are Box and Muller's, to a Float's accuracy`() {
        var stream = Seed(6).stream
        let cases = (0..<20_000).map { _ in stream.generator.next() } + [0, .max, 0xFF_FFFF]
        for word in cases {
            let (radiusBits, angleBits) = (Int32(word >> 40), Int32(word & 0xFF_FFFF))
            let (x, y) = Mathematics.normals(radiusBits: radiusBits, angleBits: angleBits)
            let radius = (-2 * Mathematics.log((Double(radiusBits) + 1) * 0x1p-24)).squareRoot()
            let angle = 2 * Double.pi * Double(angleBits) * 0x1p-24
            #expect((Double(x) - radius * Mathematics.cos(angle)).magnitude < 2e-6, "\(word)")
            #expect((Double(y) - radius * Mathematics.sin(angle)).magnitude < 2e-6, "\(word)")
        }
    }

    @Test func `have the moments and tails of the normal distribution`() {
        var stream = Seed(7).stream
        var numbers = [Double](repeating: 0, count: 200_000)
        stream.fillWithNormals(&numbers)
        let count = Double(numbers.count)
        func mean(_ function: (Double) -> Double) -> Double {
            numbers.reduce(0) { $0 + function($1) } / count
        }
        // Four standard errors each.
        #expect(mean { $0 }.magnitude < 4 / count.squareRoot())
        #expect((mean { $0 * $0 } - 1).magnitude < 4 * (2 / count).squareRoot())
        #expect(mean { $0 * $0 * $0 }.magnitude < 4 * (15 / count).squareRoot())
        #expect((mean { $0 * $0 * $0 * $0 } - 3).magnitude < 4 * (96 / count).squareRoot())
        let beyond = mean { $0.magnitude > 1.959964 ? 1 : 0 }
        #expect((beyond - 0.05).magnitude < 4 * (0.05 * 0.95 / count).squareRoot())
        // Neighbours, and the two numbers of a word, are independent.
        let pairs = numbers.count / 2
        let neighbours = (1..<numbers.count).reduce(0) { $0 + numbers[$1] * numbers[$1 - 1] }
        let partners = (0..<pairs).reduce(0) { $0 + numbers[$1] * numbers[pairs + $1] }
        #expect((neighbours / count).magnitude < 4 / count.squareRoot())
        #expect((partners / Double(pairs)).magnitude < 4 / Double(pairs).squareRoot())
    }
}
