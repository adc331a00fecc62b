import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `The matrix product` {
    static func add(
        _ shape: MatrixProduct, _ a: [Float], _ b: [Float], to c: [Float], plainly: Bool
    ) -> [Float] {
        var result = c
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                result.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress
                    else { return }
                    if plainly {
                        shape.addPlainly(a: a, b: b, c: c)
                    } else {
                        Float.addProduct(shape, a: a, b: b, c: c)
                    }
                }
            }
        }
        return result
    }

    @Test(arguments: Seed.first(60))
    func `has the bits of the plain loops at every size`(seed: Seed) {
        var random = seed.stream
        let (rows, columns) = (1 + random.integer(below: 11), 1 + random.integer(below: 40))
        let depth = 1 + random.integer(below: 20)
        let shape = MatrixProduct(
            rows: rows, columns: columns, depth: depth, transposed: random.bernoulli(0.5))
        let a = (0..<(rows * depth)).map { _ in Float(random.normal()) }
        let b = (0..<(depth * columns)).map { _ in Float(random.normal()) }
        let c = (0..<(rows * columns)).map { _ in Float(random.normal()) }
        let plain = Self.add(shape, a, b, to: c, plainly: true)
        let tiled = Self.add(shape, a, b, to: c, plainly: false)
        #expect(plain.map(\.bitPattern) == tiled.map(\.bitPattern), "\(shape)")
    }

    @Test func `adds the product of two small matrices`() {
        let a: [Float] = [1, 2, 3, 4, 5, 6]
        let b: [Float] = [7, 8, 9, 10, 11, 12]
        let shape = MatrixProduct(rows: 2, columns: 2, depth: 3)
        #expect(Self.add(shape, a, b, to: [1, 0, 0, -1], plainly: false) == [59, 64, 139, 153])
        let transposed = MatrixProduct(rows: 2, columns: 2, depth: 3, transposed: true)
        let columns: [Float] = [1, 4, 2, 5, 3, 6]
        #expect(
            Self.add(transposed, columns, b, to: [0, 0, 0, 0], plainly: false)
                == [58, 64, 139, 154])
    }
}
