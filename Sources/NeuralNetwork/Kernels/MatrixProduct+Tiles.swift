/// The kernel for Float: tiles of C stay in vector registers while the depth runs.
///
/// Columns go by 16, then 8, 4 and 1; rows by 4, then 1. Four rows of sixteen columns fill eight
/// AVX2 registers with sums and leave room for the operands.
extension MatrixProduct {
    func addTiled(
        a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        while column + 16 <= columns {
            var row = 0
            while row + 4 <= rows {
                addTile4x2(
                    SIMD8<Float>.self, a + row * rowStride, b + column, c + row * columns + column)
                row += 4
            }
            while row < rows {
                addTile1x2(
                    SIMD8<Float>.self, a + row * rowStride, b + column, c + row * columns + column)
                row += 1
            }
            column += 16
        }
        column = addColumns(SIMD8<Float>.self, from: column, a, b, c)
        column = addColumns(SIMD4<Float>.self, from: column, a, b, c)
        while column < columns {
            addColumn(a, b + column, c + column)
            column += 1
        }
    }

    /// Goes on from a column by the width of V as long as that fits; returns where it stopped.
    @inline(__always)
    private func addColumns<V: SIMD>(
        _ width: V.Type, from start: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>
    ) -> Int where V.Scalar == Float {
        var column = start
        while column + V.scalarCount <= columns {
            var row = 0
            while row + 4 <= rows {
                addTile4x1(V.self, a + row * rowStride, b + column, c + row * columns + column)
                row += 4
            }
            while row < rows {
                addTile1x1(V.self, a + row * rowStride, b + column, c + row * columns + column)
                row += 1
            }
            column += V.scalarCount
        }
        return column
    }

    /// One column, four rows at a time so that their sums do not wait for each other.
    private func addColumn(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
    ) {
        var row = 0
        while row + 4 <= rows {
            let target = c + row * columns
            var (s0, s1) = (target[0], target[columns])
            var (s2, s3) = (target[2 * columns], target[3 * columns])
            var left = a + row * rowStride
            var right = b
            for _ in 0..<depth {
                let factor = right[0]
                s0 += left[0] * factor
                s1 += left[rowStride] * factor
                s2 += left[2 * rowStride] * factor
                s3 += left[3 * rowStride] * factor
                left += depthStride
                right += columns
            }
            (target[0], target[columns]) = (s0, s1)
            (target[2 * columns], target[3 * columns]) = (s2, s3)
            row += 4
        }
        while row < rows {
            var sum = c[row * columns]
            var left = a + row * rowStride
            var right = b
            for _ in 0..<depth {
                sum += left[0] * right[0]
                left += depthStride
                right += columns
            }
            c[row * columns] = sum
            row += 1
        }
    }

    @inline(__always)
    private func addTile4x2<V: SIMD>(
        _: V.Type, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>
    ) where V.Scalar == Float {
        let width = V.scalarCount
        let (r1, r2, r3) = (c + columns, c + 2 * columns, c + 3 * columns)
        var (s00, s01) = (load(V.self, c), load(V.self, c + width))
        var (s10, s11) = (load(V.self, r1), load(V.self, r1 + width))
        var (s20, s21) = (load(V.self, r2), load(V.self, r2 + width))
        var (s30, s31) = (load(V.self, r3), load(V.self, r3 + width))
        var left = a
        var right = b
        for _ in 0..<depth {
            let (b0, b1) = (load(V.self, right), load(V.self, right + width))
            let a0 = V(repeating: left[0])
            s00 += a0 * b0
            s01 += a0 * b1
            let a1 = V(repeating: left[rowStride])
            s10 += a1 * b0
            s11 += a1 * b1
            let a2 = V(repeating: left[2 * rowStride])
            s20 += a2 * b0
            s21 += a2 * b1
            let a3 = V(repeating: left[3 * rowStride])
            s30 += a3 * b0
            s31 += a3 * b1
            left += depthStride
            right += columns
        }
        store(s00, c)
        store(s01, c + width)
        store(s10, r1)
        store(s11, r1 + width)
        store(s20, r2)
        store(s21, r2 + width)
        store(s30, r3)
        store(s31, r3 + width)
    }

    @inline(__always)
    private func addTile1x2<V: SIMD>(
        _: V.Type, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>
    ) where V.Scalar == Float {
        let width = V.scalarCount
        var (s0, s1) = (load(V.self, c), load(V.self, c + width))
        var left = a
        var right = b
        for _ in 0..<depth {
            let factor = V(repeating: left[0])
            s0 += factor * load(V.self, right)
            s1 += factor * load(V.self, right + width)
            left += depthStride
            right += columns
        }
        store(s0, c)
        store(s1, c + width)
    }

    @inline(__always)
    private func addTile4x1<V: SIMD>(
        _: V.Type, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>
    ) where V.Scalar == Float {
        let (r1, r2, r3) = (c + columns, c + 2 * columns, c + 3 * columns)
        var (s0, s1) = (load(V.self, c), load(V.self, r1))
        var (s2, s3) = (load(V.self, r2), load(V.self, r3))
        var left = a
        var right = b
        for _ in 0..<depth {
            let factor = load(V.self, right)
            s0 += V(repeating: left[0]) * factor
            s1 += V(repeating: left[rowStride]) * factor
            s2 += V(repeating: left[2 * rowStride]) * factor
            s3 += V(repeating: left[3 * rowStride]) * factor
            left += depthStride
            right += columns
        }
        store(s0, c)
        store(s1, r1)
        store(s2, r2)
        store(s3, r3)
    }

    @inline(__always)
    private func addTile1x1<V: SIMD>(
        _: V.Type, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>
    ) where V.Scalar == Float {
        var sum = load(V.self, c)
        var left = a
        var right = b
        for _ in 0..<depth {
            sum += V(repeating: left[0]) * load(V.self, right)
            left += depthStride
            right += columns
        }
        store(sum, c)
    }

    @inline(__always)
    private func load<V: SIMD>(_: V.Type, _ source: UnsafePointer<Float>) -> V {
        UnsafeRawPointer(source).loadUnaligned(as: V.self)
    }

    @inline(__always)
    private func load<V: SIMD>(_: V.Type, _ source: UnsafeMutablePointer<Float>) -> V {
        UnsafeRawPointer(source).loadUnaligned(as: V.self)
    }

    @inline(__always)
    private func store<V: SIMD>(_ value: V, _ target: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(target).storeBytes(of: value, as: V.self)
    }
}
