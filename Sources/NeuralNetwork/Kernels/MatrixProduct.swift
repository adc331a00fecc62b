/// C = S + A B, the one operation that forward and backward passes are made of.
///
/// A is read through strides, so that a transposed matrix needs no copy of its own; C is dense and
/// row-major; B has been rearranged into `Panels`. Each element of C starts from its place in S and
/// takes the products of its row and column in ascending order of depth, each product and sum
/// fused into one rounding. So an element depends neither on how many rows there are nor on the
/// kernel that computes it: one row alone has the same bits as inside a batch, and every processor
/// has the same bits as every other. A test holds the kernels to that.
package struct MatrixProduct: Hashable, Sendable {
    package var rows: Int
    package var columns: Int
    package var depth: Int
    /// Whether A is stored as `[depth, rows]` instead of `[rows, depth]`.
    package var isTransposed: Bool
    /// Whether S is one row, with which every row of C starts, instead of `[rows, columns]`.
    package var repeatsStart: Bool

    /// - Parameters:
    ///   - transposed: A is stored as `[depth, rows]` instead of `[rows, depth]`.
    ///   - repeatsStart: S is one row, with which every row of C starts.
    package init(
        rows: Int, columns: Int, depth: Int, transposed: Bool = false, repeatsStart: Bool = false
    ) {
        precondition(rows >= 0 && columns >= 0 && depth >= 0)
        self.rows = rows
        self.columns = columns
        self.depth = depth
        isTransposed = transposed
        self.repeatsStart = repeatsStart
    }

    /// The reference for C += A B: three loops. B is `[depth, columns]`, row-major, as it is.
    package func addPlainly<Scalar: NetworkScalar>(
        a: UnsafePointer<Scalar>, b: UnsafePointer<Scalar>, c: UnsafeMutablePointer<Scalar>
    ) {
        let (rowStride, depthStride) = isTransposed ? (1, rows) : (depth, 1)
        for row in 0..<rows {
            let target = c + row * columns
            for step in 0..<depth {
                let factor = a[row * rowStride + step * depthStride]
                let source = b + step * columns
                for column in 0..<columns {
                    target[column].addProduct(factor, source[column])
                }
            }
        }
    }

    /// One row of a panel after another: what is left to Double, which nothing fast is made of.
    func setByRows<Scalar: NetworkScalar>(
        a: UnsafePointer<Scalar>, panels: UnsafePointer<Scalar>, start: UnsafePointer<Scalar>,
        c: UnsafeMutablePointer<Scalar>
    ) {
        let (rowStride, depthStride) = isTransposed ? (1, rows) : (depth, 1)
        for left in stride(from: 0, to: columns, by: Panels.width) {
            let filled = min(Panels.width, columns - left)
            for row in 0..<rows {
                let (from, to) = (start + (repeatsStart ? 0 : row * columns), c + row * columns)
                var sums = SIMD16<Scalar>(repeating: 0)
                for column in 0..<filled { sums[column] = from[left + column] }
                for step in 0..<depth {
                    let factor = a[row * rowStride + step * depthStride]
                    let values = UnsafeRawPointer(panels + left * depth + step * Panels.width)
                    sums.addProduct(
                        SIMD16(repeating: factor),
                        values.loadUnaligned(as: SIMD16<Scalar>.self))
                }
                for column in 0..<filled { to[left + column] = sums[column] }
            }
        }
    }
}

/// How the right factor of a product is laid out, so that kernels read it from front to back.
///
/// Sixteen neighbouring columns make a panel, `[depth, 16]`; one panel follows another, and the
/// last is filled up with zeros.
package enum Panels {
    package static var width: Int { 16 }

    /// The room that `[depth, columns]` takes as panels.
    package static func count(depth: Int, columns: Int) -> Int {
        (columns + width - 1) / width * width * depth
    }

    /// Rearranges `[depth, columns]`, row-major.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package static func pack<Scalar: NetworkScalar>(
        _ source: UnsafePointer<Scalar>, depth: Int, columns: Int,
        into target: UnsafeMutablePointer<Scalar>
    ) {
        var panel = target
        for left in stride(from: 0, to: columns, by: width) {
            let filled = min(width, columns - left)
            if filled == width {
                for step in 0..<depth {
                    copy(SIMD16<Scalar>.self, source + step * columns + left, to: panel + step * 16)
                }
            } else {
                for step in 0..<depth {
                    let row = source + step * columns + left
                    for column in 0..<16 {
                        panel[step * 16 + column] = column < filled ? row[column] : 0
                    }
                }
            }
            panel += depth * width
        }
    }

    /// Copies as many numbers as the vector has.
    @inline(__always)
    static func copy<Vector: SIMD>(
        _: Vector.Type, _ source: UnsafePointer<Vector.Scalar>,
        to target: UnsafeMutablePointer<Vector.Scalar>
    ) {
        let values = UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
        UnsafeMutableRawPointer(target).storeBytes(of: values, as: Vector.self)
    }

    /// Rearranges the transpose of `[columns, depth]`, row-major.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package static func packTransposed<Scalar: NetworkScalar>(
        _ source: UnsafePointer<Scalar>, depth: Int, columns: Int,
        into target: UnsafeMutablePointer<Scalar>
    ) {
        var panel = target
        for left in stride(from: 0, to: columns, by: width) {
            let filled = min(width, columns - left)
            for column in 0..<filled {
                let row = source + (left + column) * depth
                for step in 0..<depth { panel[step * width + column] = row[step] }
            }
            for column in filled..<width {
                for step in 0..<depth { panel[step * width + column] = 0 }
            }
            panel += depth * width
        }
    }
}
