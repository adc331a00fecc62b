// The loops over Float that learning spends its time in, each compiled for two widths of vectors.
//
// Results have the same bits in either width, and on every processor: what a number becomes is a
// fixed sequence of operations, and no sum runs across the lanes of a vector. Elementary functions
// have the bits of their namesakes in `Mathematics` (tests hold both forms to that).
#ifndef EDGEFLOCK_CKERNELS_H
#define EDGEFLOCK_CKERNELS_H

/// C = S + A B for `[rows, depth]` times `[depth, columns]`.
struct edgeflock_product {
    long rows, columns, depth;
    /// From one row of A, and from one step of depth, to the next.
    long row_stride, depth_stride;
    /// From one row of S to the next: 0 repeats its first.
    long start_stride;
};

/// The numbers of one step of Adam; see `AdamConstants`.
struct edgeflock_adam {
    float scale, first_decay, second_decay, rate, second_root, epsilon;
};

struct edgeflock_kernels {
    /// Each element of C starts from S and takes its products in ascending depth, each fused with
    /// its sum. B is given as panels of sixteen columns (`Panels`); S may be C.
    void (*product)(
        const struct edgeflock_product *shape, const float *a, const float *panels,
        const float *start, float *c);
    /// Replace each value by f(x), and write f'(x) where `slopes` is not null.
    void (*mish)(float *values, float *slopes, long count);
    void (*tanh)(float *values, float *slopes, long count);
    /// Multiplies `[rows, columns]` by slopes, in place; the products are also arranged as panels
    /// and, where `total` is not null, each row is added to it.
    void (*slope_down)(
        float *values, const float *slopes, long rows, long columns, float *panels, float *total);
    /// One step of Adam; `average` (or null) moves towards the new parameters by `rate`.
    void (*adam)(
        float *parameters, const float *gradient, float *first, float *second, long count,
        const struct edgeflock_adam *constants, float *average, float rate);
};

/// Vectors of 256 bits on x86-64, of 128 on others.
extern const struct edgeflock_kernels edgeflock_narrow_kernels;

/// Vectors of 512 bits; null where this processor has none.
const struct edgeflock_kernels *edgeflock_wide_kernels(void);

#endif
