/// The kernel: tiles of C stay in vector registers while the depth runs.
///
/// Six rows of sixteen columns fill twelve of the sixteen AVX2 registers with sums, enough for the
/// latency of two fused operations a cycle. A panel of B and the rows of A that meet it stay in the
/// first cache, a block of rows in the second. A transposed A is rearranged block by block.
extension MatrixProduct {
    /// Rows of a tile.
    private static var tileRows: Int { 6 }
    /// Rows and depth of a block.
    private static var blockRows: Int { 96 }
    private static var blockDepth: Int { 256 }

    /// Room for a block of a transposed A, or for the edge of C.
    package static var scratchCount: Int { blockRows * blockDepth }

    /// - Parameters:
    ///   - panels: B as `Panels`.
    ///   - scratch: room for `scratchCount` numbers.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func addTiled<Scalar: NetworkScalar>(
        a: UnsafePointer<Scalar>, panels: UnsafePointer<Scalar>, c: UnsafeMutablePointer<Scalar>,
        scratch: UnsafeMutablePointer<Scalar>
    ) {
        if rows == 1 {
            addRow(a: a, panels: panels, c: c, scratch: scratch)
            return
        }
        for first in stride(from: 0, to: depth, by: Self.blockDepth) {
            let steps = min(Self.blockDepth, depth - first)
            for top in stride(from: 0, to: rows, by: Self.blockRows) {
                let count = min(Self.blockRows, rows - top)
                let right = panels + first * Panels.width
                if isTransposed {
                    packBlock(a + first * rows + top, rows: count, depth: steps, into: scratch)
                    addBlock(
                        rows: count, depth: steps, a: scratch, rowStride: 1,
                        depthStride: Self.tileRows, tileStride: Self.tileRows * steps,
                        panels: right, c: c + top * columns)
                } else {
                    addBlock(
                        rows: count, depth: steps, a: a + top * depth + first, rowStride: depth,
                        depthStride: 1, tileStride: Self.tileRows * depth, panels: right,
                        c: c + top * columns)
                }
            }
        }
    }

    /// Rearranges `[depth, rows]`, a part of a transposed A, into tiles `[depth, 6]`.
    @inline(__always)
    private func packBlock<Scalar: NetworkScalar>(
        _ source: UnsafePointer<Scalar>, rows count: Int, depth steps: Int,
        into target: UnsafeMutablePointer<Scalar>
    ) {
        let whole = count / 6
        for step in 0..<steps {
            let from = source + step * rows
            for tile in 0..<whole {
                let to = target + (tile * steps + step) * 6
                Panels.copy(SIMD4<Scalar>.self, from + tile * 6, to: to)
                Panels.copy(SIMD2<Scalar>.self, from + tile * 6 + 4, to: to + 4)
            }
            let to = target + (whole * steps + step) * 6
            for row in (whole * 6)..<count { to[row - whole * 6] = from[row] }
        }
    }

    @inline(__always)
    private func addBlock<Scalar: NetworkScalar>(
        rows count: Int, depth steps: Int, a: UnsafePointer<Scalar>, rowStride: Int,
        depthStride: Int, tileStride: Int, panels: UnsafePointer<Scalar>,
        c: UnsafeMutablePointer<Scalar>
    ) {
        var panel = panels
        for left in stride(from: 0, to: columns, by: Panels.width) {
            let filled = min(Panels.width, columns - left)
            var tile = a
            for top in stride(from: 0, to: count, by: Self.tileRows) {
                let height = min(Self.tileRows, count - top)
                let target = c + top * columns + left
                if filled == Panels.width {
                    addTile(
                        height, depth: steps, a: tile, rowStride, depthStride, b: panel,
                        c: target, columns)
                } else {
                    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 96) { edge in
                        guard let edge = edge.baseAddress else { return }
                        copy(target, columns, to: edge, 16, rows: height, width: filled)
                        addTile(
                            height, depth: steps, a: tile, rowStride, depthStride, b: panel,
                            c: edge, 16)
                        copy(edge, 16, to: target, columns, rows: height, width: filled)
                    }
                }
                tile += tileStride
            }
            panel += depth * Panels.width
        }
    }

    @inline(__always)
    private func copy<Scalar: NetworkScalar>(
        _ source: UnsafeMutablePointer<Scalar>, _ sourceStride: Int,
        to target: UnsafeMutablePointer<Scalar>, _ targetStride: Int, rows: Int, width: Int
    ) {
        for row in 0..<rows {
            for column in 0..<width {
                target[row * targetStride + column] = source[row * sourceStride + column]
            }
        }
    }

    /// Height is a constant in each case, so that what it does not reach is never compiled.
    @inline(__always)
    private func addTile<Scalar: NetworkScalar>(
        _ height: Int, depth: Int, a: UnsafePointer<Scalar>, _ rowStride: Int, _ depthStride: Int,
        b: UnsafePointer<Scalar>, c: UnsafeMutablePointer<Scalar>, _ stride: Int
    ) {
        switch height {
        case 6: Tile.add(6, depth, a, rowStride, depthStride, b, c, stride)
        case 5: Tile.add(5, depth, a, rowStride, depthStride, b, c, stride)
        case 4: Tile.add(4, depth, a, rowStride, depthStride, b, c, stride)
        case 3: Tile.add(3, depth, a, rowStride, depthStride, b, c, stride)
        case 2: Tile.add(2, depth, a, rowStride, depthStride, b, c, stride)
        default: Tile.add(1, depth, a, rowStride, depthStride, b, c, stride)
        }
    }

    /// One row, which an inference is: four panels side by side, since one alone would wait for its
    /// own sums.
    @inline(__always)
    private func addRow<Scalar: NetworkScalar>(
        a: UnsafePointer<Scalar>, panels: UnsafePointer<Scalar>, c: UnsafeMutablePointer<Scalar>,
        scratch: UnsafeMutablePointer<Scalar>
    ) {
        var panel = panels
        var left = 0
        while columns - left >= 64 {
            Tile.addRow(4, depth, a, panel, c + left)
            panel += 64 * depth
            left += 64
        }
        guard left < columns else { return }
        let width = columns - left
        for column in 0..<width { scratch[column] = c[left + column] }
        switch (width + 15) / 16 {
        case 4: Tile.addRow(4, depth, a, panel, scratch)
        case 3: Tile.addRow(3, depth, a, panel, scratch)
        case 2: Tile.addRow(2, depth, a, panel, scratch)
        default: Tile.addRow(1, depth, a, panel, scratch)
        }
        for column in 0..<width { c[left + column] = scratch[column] }
    }
}

/// The innermost loops.
private enum Tile {
    @inline(__always)
    static func load<Scalar>(_ source: UnsafePointer<Scalar>) -> SIMD8<Scalar> {
        UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Scalar>.self)
    }

    @inline(__always)
    static func load<Scalar>(_ source: UnsafeMutablePointer<Scalar>) -> SIMD8<Scalar> {
        UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Scalar>.self)
    }

    @inline(__always)
    static func store<Scalar>(_ value: SIMD8<Scalar>, _ target: UnsafeMutablePointer<Scalar>) {
        UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD8<Scalar>.self)
    }

    /// C += A B for `rows` (a constant of 1 ... 6) rows and sixteen columns; b is one panel.
    @inline(__always)
    static func add<Scalar: NetworkScalar>(
        _ rows: Int, _ depth: Int, _ a: UnsafePointer<Scalar>, _ rowStride: Int,
        _ depthStride: Int, _ b: UnsafePointer<Scalar>, _ c: UnsafeMutablePointer<Scalar>,
        _ stride: Int
    ) {
        typealias Vector = SIMD8<Scalar>
        let (c1, c2, c3) = (c + stride, c + 2 * stride, c + 3 * stride)
        let (c4, c5) = (c + 4 * stride, c + 5 * stride)
        let zero = Vector(repeating: 0)
        var (s00, s01) = (load(c), load(c + 8))
        var (s10, s11) = rows > 1 ? (load(c1), load(c1 + 8)) : (zero, zero)
        var (s20, s21) = rows > 2 ? (load(c2), load(c2 + 8)) : (zero, zero)
        var (s30, s31) = rows > 3 ? (load(c3), load(c3 + 8)) : (zero, zero)
        var (s40, s41) = rows > 4 ? (load(c4), load(c4 + 8)) : (zero, zero)
        var (s50, s51) = rows > 5 ? (load(c5), load(c5 + 8)) : (zero, zero)
        var (left, right) = (a, b)
        for _ in 0..<depth {
            let (b0, b1) = (load(right), load(right + 8))
            multiply(left, b0, b1, &s00, &s01)
            if rows > 1 { multiply(left + rowStride, b0, b1, &s10, &s11) }
            if rows > 2 { multiply(left + 2 * rowStride, b0, b1, &s20, &s21) }
            if rows > 3 { multiply(left + 3 * rowStride, b0, b1, &s30, &s31) }
            if rows > 4 { multiply(left + 4 * rowStride, b0, b1, &s40, &s41) }
            if rows > 5 { multiply(left + 5 * rowStride, b0, b1, &s50, &s51) }
            left += depthStride
            right += 16
        }
        store(s00, s01, c)
        if rows > 1 { store(s10, s11, c1) }
        if rows > 2 { store(s20, s21, c2) }
        if rows > 3 { store(s30, s31, c3) }
        if rows > 4 { store(s40, s41, c4) }
        if rows > 5 { store(s50, s51, c5) }
    }

    @inline(__always)
    private static func multiply<Scalar: NetworkScalar>(
        _ a: UnsafePointer<Scalar>, _ b0: SIMD8<Scalar>, _ b1: SIMD8<Scalar>,
        _ s0: inout SIMD8<Scalar>, _ s1: inout SIMD8<Scalar>
    ) {
        let factor = SIMD8<Scalar>(repeating: a[0])
        s0.addProduct(factor, b0)
        s1.addProduct(factor, b1)
    }

    @inline(__always)
    private static func store<Scalar>(
        _ v0: SIMD8<Scalar>, _ v1: SIMD8<Scalar>, _ target: UnsafeMutablePointer<Scalar>
    ) {
        store(v0, target)
        store(v1, target + 8)
    }

    /// C += A B for one row and `count` (a constant of 1 ... 4) panels.
    @inline(__always)
    static func addRow<Scalar: NetworkScalar>(
        _ count: Int, _ depth: Int, _ a: UnsafePointer<Scalar>, _ panels: UnsafePointer<Scalar>,
        _ c: UnsafeMutablePointer<Scalar>
    ) {
        typealias Vector = SIMD8<Scalar>
        let zero = Vector(repeating: 0)
        let distance = depth * 16
        var (s00, s01) = (load(c), load(c + 8))
        var (s10, s11) = count > 1 ? (load(c + 16), load(c + 24)) : (zero, zero)
        var (s20, s21) = count > 2 ? (load(c + 32), load(c + 40)) : (zero, zero)
        var (s30, s31) = count > 3 ? (load(c + 48), load(c + 56)) : (zero, zero)
        var right = panels
        for step in 0..<depth {
            let factor = Vector(repeating: a[step])
            s00.addProduct(factor, load(right))
            s01.addProduct(factor, load(right + 8))
            if count > 1 {
                s10.addProduct(factor, load(right + distance))
                s11.addProduct(factor, load(right + distance + 8))
            }
            if count > 2 {
                s20.addProduct(factor, load(right + 2 * distance))
                s21.addProduct(factor, load(right + 2 * distance + 8))
            }
            if count > 3 {
                s30.addProduct(factor, load(right + 3 * distance))
                s31.addProduct(factor, load(right + 3 * distance + 8))
            }
            right += 16
        }
        store(s00, s01, c)
        if count > 1 { store(s10, s11, c + 16) }
        if count > 2 { store(s20, s21, c + 32) }
        if count > 3 { store(s30, s31, c + 48) }
    }
}
