package import CKernels

/// The loops of Float with the widest vectors that this processor has. The bits of their results
/// do not depend on the width, so processes of one run may have different processors.
enum VectorKernels {
    static let product = kernels.product!
    static let mish = kernels.mish!
    static let tanh = kernels.tanh!
    static let slopeDown = kernels.slope_down!
    static let adam = kernels.adam!

    private static var kernels: edgeflock_kernels {
        edgeflock_wide_kernels()?.pointee ?? edgeflock_narrow_kernels
    }
}

extension MatrixProduct {
    /// This shape as the kernels want it.
    package var kernelShape: edgeflock_product {
        edgeflock_product(
            rows: rows, columns: columns, depth: depth, row_stride: isTransposed ? 1 : depth,
            depth_stride: isTransposed ? rows : 1, start_stride: repeatsStart ? 0 : columns)
    }
}

extension edgeflock_adam {
    package init(_ k: AdamConstants<Float>) {
        self.init(
            scale: k.scale, first_decay: k.firstDecay, second_decay: k.secondDecay, rate: k.rate,
            second_root: k.secondRoot, epsilon: k.epsilon)
    }
}
