import CKernels
import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

/// Processes of one run may have different processors: what they compute must not differ.
@Suite struct `The loops of Float, whatever the width of vectors,` {
    /// All that this processor can run.
    static let widths = [edgeflock_narrow_kernels, edgeflock_wide_kernels()?.pointee]
        .compactMap { $0 }

    static func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    static func random(_ count: Int, _ stream: inout RandomStream) -> [Float] {
        (0..<count).map { _ in Float(stream.normal()) }
    }

    @Test(arguments: Seed.first(150))
    func `multiply matrices to the bits of three plain loops`(seed: Seed) {
        var stream = seed.stream
        let shape = MatrixProduct(
            rows: 1 + stream.integer(below: 40), columns: 1 + stream.integer(below: 90),
            depth: stream.integer(below: 300), transposed: stream.bernoulli(0.5))
        let (depth, columns) = (shape.depth, shape.columns)
        let a = Self.random(shape.rows * depth, &stream)
        let b = Self.random(depth * columns, &stream)
        let start = Self.random(shape.rows * columns, &stream)
        var expected = start
        shape.addPlainly(a: a, b: b, c: &expected)
        var panels = [Float](repeating: .nan, count: Panels.count(depth: depth, columns: columns))
        Panels.pack(b, depth: depth, columns: columns, into: &panels)
        for kernels in Self.widths {
            var (kernelShape, c) = (shape.kernelShape, start.map { _ in Float.nan })
            kernels.product(&kernelShape, a, panels, start, &c)
            #expect(Self.bits(c) == Self.bits(expected), "\(shape)")
        }
    }

    @Test(arguments: 1...67)
    func `apply the functions of one number, operation by operation`(count: Int) {
        var stream = Seed(UInt64(count)).stream
        let special: [Float] = [0, -0.0, 1e-38, -1e-30, 30, -30, 88, -88, 1e20, -1e20, .infinity]
        let sums = (0..<count).map {
            $0 % 7 == 0 ? special[$0 / 7] : Float(5 * stream.normal())
        }
        let mish = sums.map { Mathematics.mishWithDerivative($0) }
        let tanh = sums.map { Mathematics.tanh($0) }
        for kernels in Self.widths {
            var (values, slopes, alone) = (sums, sums, sums)
            kernels.mish(&values, &slopes, count)
            kernels.mish(&alone, nil, count)
            #expect(Self.bits(values) == Self.bits(mish.map(\.0)))
            #expect(Self.bits(slopes) == Self.bits(mish.map(\.1)))
            #expect(Self.bits(alone) == Self.bits(values))
            (values, alone) = (sums, sums)
            kernels.tanh(&values, &slopes, count)
            kernels.tanh(&alone, nil, count)
            #expect(Self.bits(values) == Self.bits(tanh))
            #expect(Self.bits(slopes) == Self.bits(tanh.map { 1 - $0 * $0 }))
            #expect(Self.bits(alone) == Self.bits(values))
        }
    }

    @Test(arguments: [(1, 1), (5, 16), (9, 20), (3, 40)])
    func `multiply by slopes, and sum rows in their order`(rows: Int, columns: Int) {
        var stream = Seed(8).stream
        let (old, slopes) = (
            Self.random(rows * columns, &stream), Self.random(rows * columns, &stream)
        )
        let start = Self.random(columns, &stream)
        let expected = zip(old, slopes).map { $0 * $1 }
        let totals = (0..<columns).map { column in
            (0..<rows).reduce(start[column]) { $0 + expected[$1 * columns + column] }
        }
        var expectedPanels = [Float](
            repeating: .nan, count: Panels.count(depth: rows, columns: columns))
        Panels.pack(expected, depth: rows, columns: columns, into: &expectedPanels)
        for kernels in Self.widths {
            var (values, total) = (old, start)
            var panels = expectedPanels.map { _ in Float.nan }
            kernels.slope_down(&values, slopes, rows, columns, &panels, &total)
            #expect(Self.bits(values) == Self.bits(expected))
            #expect(Self.bits(panels) == Self.bits(expectedPanels))
            #expect(Self.bits(total) == Self.bits(totals))
            kernels.slope_down(&values, slopes, rows, columns, &panels, nil)
            #expect(Self.bits(values) == Self.bits(zip(expected, slopes).map { $0 * $1 }))
        }
    }

    @Test(arguments: [1, 15, 16, 67])
    func `take the steps of Adam of one number`(count: Int) {
        var stream = Seed(9).stream
        let numbers = AdamConstants<Float>(
            scale: 0.7, firstDecay: 0.9, secondDecay: 0.999, rate: 0.01, secondRoot: 1.5,
            epsilon: 1e-8)
        var constants = edgeflock_adam(numbers)
        let (old, gradient) = (Self.random(count, &stream), Self.random(count, &stream))
        let (mean, average) = (Self.random(count, &stream), Self.random(count, &stream))
        var (expected, means, squares) = (old, mean, mean.map(\.magnitude))
        for i in 0..<count { numbers.step(&expected[i], gradient[i], &means[i], &squares[i]) }
        let averages = (0..<count).map { Float(0.75) * average[$0] + 0.25 * expected[$0] }
        for kernels in Self.widths {
            for isAveraged in [false, true] {
                var (new, first, second) = (old, mean, mean.map(\.magnitude))
                var moved = average
                moved.withUnsafeMutableBufferPointer { moved in
                    kernels.adam(
                        &new, gradient, &first, &second, count, &constants,
                        isAveraged ? moved.baseAddress : nil, 0.25)
                }
                #expect(Self.bits(new) == Self.bits(expected))
                #expect(first == means)
                #expect(second == squares)
                #expect(moved == (isAveraged ? averages : average))
            }
        }
    }
}
