/// C += A B, the one operation that forward and backward passes are made of.
///
/// A is read through strides, so that a transposed matrix needs no copy; B and C are dense and
/// row-major. Each element of C starts from the value it has and takes the products of its row
/// and column in ascending order of depth, one rounding for the product and one for the sum. So an
/// element depends neither on how many rows there are nor on the kernel that computes it: one row
/// alone has the same bits as inside a batch. A test holds the kernels to that.
package struct MatrixProduct: Hashable, Sendable {
    package var rows: Int
    package var columns: Int
    package var depth: Int
    /// Distance in A from one row to the next, and from one depth to the next.
    package var rowStride: Int
    package var depthStride: Int

    /// - Parameter transposed: A is stored as `[depth, rows]` instead of `[rows, depth]`.
    package init(rows: Int, columns: Int, depth: Int, transposed: Bool = false) {
        precondition(rows >= 0 && columns >= 0 && depth >= 0)
        self.rows = rows
        self.columns = columns
        self.depth = depth
        rowStride = transposed ? 1 : depth
        depthStride = transposed ? rows : 1
    }

    /// The reference: three loops.
    package func addPlainly<Scalar: NetworkScalar>(
        a: UnsafePointer<Scalar>, b: UnsafePointer<Scalar>, c: UnsafeMutablePointer<Scalar>
    ) {
        for row in 0..<rows {
            let target = c + row * columns
            for step in 0..<depth {
                let factor = a[row * rowStride + step * depthStride]
                let source = b + step * columns
                for column in 0..<columns { target[column] += factor * source[column] }
            }
        }
    }
}
