import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `The matrix product` {
    static func add<Scalar: NetworkScalar>(
        _ shape: MatrixProduct, _ a: [Scalar], _ b: [Scalar], to c: [Scalar], plainly: Bool
    ) -> [Scalar] {
        var result = c
        if plainly {
            shape.addPlainly(a: a, b: b, c: &result)
        } else {
            var panels = [Scalar](
                repeating: .nan, count: Panels.count(depth: shape.depth, columns: shape.columns))
            Panels.pack(b, depth: shape.depth, columns: shape.columns, into: &panels)
            result.withUnsafeMutableBufferPointer { result in
                guard let c = result.baseAddress else { return }
                Scalar.product(shape, a: a, panels: panels, start: c, c: c)
            }
        }
        return result
    }

    static func random<Scalar: NetworkScalar>(
        _ count: Int, _ stream: inout RandomStream
    ) -> [Scalar] {
        (0..<count).map { _ in Scalar(stream.normal()) }
    }

    static func expectPlain<Scalar: NetworkScalar>(
        _: Scalar.Type, _ shape: MatrixProduct, _ stream: inout RandomStream
    ) {
        let a: [Scalar] = random(shape.rows * shape.depth, &stream)
        let b: [Scalar] = random(shape.depth * shape.columns, &stream)
        let c: [Scalar] = random(shape.rows * shape.columns, &stream)
        let plain = add(shape, a, b, to: c, plainly: true)
        let tiled = add(shape, a, b, to: c, plainly: false)
        #expect(plain == tiled, "\(shape)")
    }

    @Test(arguments: Seed.first(150))
    func `has the bits of three plain loops whatever its shape`(seed: Seed) {
        var stream = seed.stream
        let shape = MatrixProduct(
            rows: 1 + stream.integer(below: 40), columns: 1 + stream.integer(below: 90),
            depth: stream.integer(below: 70), transposed: stream.bernoulli(0.5))
        Self.expectPlain(Float.self, shape, &stream)
        Self.expectPlain(Double.self, shape, &stream)
    }

    @Test(arguments: [(100, 17, 300), (97, 33, 257), (1, 200, 600), (200, 16, 513)])
    func `has them beyond one block of rows and depth`(rows: Int, columns: Int, depth: Int) {
        var stream = Seed(3).stream
        for transposed in [false, true] {
            let shape = MatrixProduct(
                rows: rows, columns: columns, depth: depth, transposed: transposed)
            Self.expectPlain(Float.self, shape, &stream)
        }
    }

    @Test(arguments: [(1, 3), (9, 40), (5, 300)])
    func `starts every row from one row if asked to`(rows: Int, depth: Int) {
        var stream = Seed(4).stream
        let shape = MatrixProduct(rows: rows, columns: 21, depth: depth, repeatsStart: true)
        let a: [Float] = Self.random(rows * depth, &stream)
        let b: [Float] = Self.random(depth * 21, &stream)
        let start: [Float] = Self.random(21, &stream)
        var panels = [Float](repeating: 0, count: Panels.count(depth: depth, columns: 21))
        Panels.pack(b, depth: depth, columns: 21, into: &panels)
        var c = [Float](repeating: .nan, count: rows * 21)
        Float.product(shape, a: a, panels: panels, start: start, c: &c)
        let repeated = (0..<(rows * 21)).map { start[$0 % 21] }
        #expect(c == Self.add(shape, a, b, to: repeated, plainly: true))
        let wide = (start.map(Double.init), a.map(Double.init), panels.map(Double.init))
        var doubles = [Double](repeating: .nan, count: rows * 21)
        Double.product(shape, a: wide.1, panels: wide.2, start: wide.0, c: &doubles)
        #expect(zip(c, doubles).allSatisfy { (Double($0) - $1).magnitude < 1e-4 })
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

    @Test func `rounds a product and its sum once`() {
        // 1 + 2^-12 squared needs 25 bits; less 1 it fits again.
        let factor: Float = 1 + 0x1p-12
        let shape = MatrixProduct(rows: 1, columns: 1, depth: 1)
        #expect(
            Self.add(shape, [factor], [factor], to: [-1], plainly: false)
                == [0x1p-11 + 0x1p-24])
    }
}

@Suite struct `The panels of a matrix` {
    @Test(arguments: [(1, 1), (3, 16), (5, 17), (7, 40)])
    func `hold a matrix sixteen columns at a time, filled up with zeros`(depth: Int, columns: Int) {
        let matrix = (0..<(depth * columns)).map { Float($0 + 1) }
        let transpose = (0..<(depth * columns)).map { matrix[$0 % depth * columns + $0 / depth] }
        var panels = [Float](
            repeating: .nan, count: Panels.count(depth: depth, columns: columns))
        var same = panels
        Panels.pack(matrix, depth: depth, columns: columns, into: &panels)
        Panels.packTransposed(transpose, depth: depth, columns: columns, into: &same)
        #expect(panels == same)
        for step in 0..<depth {
            for column in 0..<(columns + 15) / 16 * 16 {
                let place = (column / 16 * depth + step) * 16 + column % 16
                let expected = column < columns ? matrix[step * columns + column] : 0
                #expect(panels[place] == expected, "row \(step), column \(column)")
            }
        }
    }
}
