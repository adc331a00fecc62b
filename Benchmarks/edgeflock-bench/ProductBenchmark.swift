import NeuralNetwork
import SimulationKernel

#if canImport(Glibc)
    import Glibc
#endif

/// The processor's time, which other programs on the machine do not add to.
enum ProcessorTime {
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// The median over runs of the mean time of one call, in seconds; the runs take `total`
    /// together.
    static func median(total: Double = 1, runs: Int = 5, of work: () -> Void) -> Double {
        for _ in 0..<3 { work() }
        var start = now
        work()
        let count = max(1, Int(total / Double(runs) / (now - start)))
        var times: [Double] = []
        for _ in 0..<runs {
            start = now
            for _ in 0..<count { work() }
            times.append((now - start) / Double(count))
        }
        times.sort()
        return times[runs / 2]
    }
}

/// OpenBLAS as it is found on the machine, on one thread.
struct OpenBLAS {
    private typealias Product =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
            UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
        ) -> Void
    private typealias SetThreads = @convention(c) (Int32) -> Void
    private let product: Product

    init() throws {
        guard let library = dlopen("libopenblas.so.0", RTLD_NOW),
            let product = dlsym(library, "cblas_sgemm"),
            let setThreads = dlsym(library, "openblas_set_num_threads")
        else { throw BenchmarkError.noOpenBLAS }
        self.product = unsafeBitCast(product, to: Product.self)
        unsafeBitCast(setThreads, to: SetThreads.self)(1)
    }

    /// C = A B, or A^T B, or A B^T, all row-major; `transposedB` means `[columns, depth]`.
    func multiply(
        _ shape: MatrixProduct, transposedB: Bool = false, a: [Float], b: [Float], c: inout [Float]
    ) {
        let (rows, columns) = (Int32(shape.rows), Int32(shape.columns))
        let depth = Int32(shape.depth)
        let (rowMajor, plain, transposed): (Int32, Int32, Int32) = (101, 111, 112)
        product(
            rowMajor, shape.isTransposed ? transposed : plain, transposedB ? transposed : plain,
            rows, columns, depth, 1, a, shape.isTransposed ? rows : depth, b,
            transposedB ? depth : columns, 0, &c, columns)
    }

    /// GFLOP/s of the best large square product.
    func bestRate() -> Double {
        [512, 768, 1024, 1536].reduce(0) { best, size in
            let shape = MatrixProduct(rows: size, columns: size, depth: size)
            let matrix = numbers(size * size)
            var c = matrix
            let seconds = ProcessorTime.median { multiply(shape, a: matrix, b: matrix, c: &c) }
            return max(best, rate(shape, seconds))
        }
    }
}

enum BenchmarkError: Error { case noOpenBLAS }

private func numbers(_ count: Int) -> [Float] {
    var stream = RandomStream(seed: 1, entity: "bench", purpose: "products")
    var result = [Float](repeating: 0, count: count)
    stream.fillWithNormals(&result)
    return result
}

private func rate(_ shape: MatrixProduct, _ seconds: Double) -> Double {
    2e-9 * Double(shape.rows * shape.columns * shape.depth) / seconds
}

/// The three products of a layer of H inputs and H outputs for a batch, ours with what it takes to
/// rearrange the right factor.
func printProducts() throws {
    let library = try OpenBLAS()
    var lines: [String] = []
    for hidden in [20, 64, 128, 256, 512] {
        for batch in [1, 64, 256, 512] {
            let forward = MatrixProduct(rows: batch, columns: hidden, depth: hidden)
            let gradient = MatrixProduct(
                rows: hidden, columns: hidden, depth: batch, transposed: true)
            lines.append(measure("y = x W", hidden, batch, forward, library))
            lines.append(measure("x' = y' W^T", hidden, batch, forward, library, transposedB: true))
            lines.append(measure("W' = x^T y'", hidden, batch, gradient, library))
        }
    }
    print("[\n    " + lines.joined(separator: ",\n    ") + "\n]")
}

private func measure(
    _ name: String, _ hidden: Int, _ batch: Int, _ shape: MatrixProduct, _ library: OpenBLAS,
    transposedB: Bool = false
) -> String {
    let a = numbers(shape.rows * shape.depth)
    let b = numbers(shape.depth * shape.columns)
    var c = numbers(shape.rows * shape.columns)
    var panels = numbers(Panels.count(depth: shape.depth, columns: shape.columns))
    let pack = {
        if transposedB {
            Panels.packTransposed(b, depth: shape.depth, columns: shape.columns, into: &panels)
        } else {
            Panels.pack(b, depth: shape.depth, columns: shape.columns, into: &panels)
        }
    }
    let multiply = {
        c.withUnsafeMutableBufferPointer { c in
            guard let c = c.baseAddress else { return }
            Float.product(shape, a: a, panels: panels, start: c, c: c)
        }
    }
    let packed = ProcessorTime.median(total: 0.15) {
        multiply()
    }
    let whole = ProcessorTime.median(total: 0.15) {
        pack()
        multiply()
    }
    let theirs = ProcessorTime.median(total: 0.15) {
        library.multiply(shape, transposedB: transposedB, a: a, b: b, c: &c)
    }
    func text(_ seconds: Double) -> String {
        let tenths = Int((rate(shape, seconds) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
    return #"{ "product": "\#(name)", "hidden": \#(hidden), "batch": \#(batch), "#
        + #""ours": \#(text(whole)), "ours_packed_before": \#(text(packed)), "#
        + #""openblas": \#(text(theirs)) }"#
}
