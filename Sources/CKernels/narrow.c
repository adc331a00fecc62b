// Vectors that every processor has that this program runs on: sixteen registers of 256 bits with
// AVX2, thirty-two of 128 bits on arm64.
#if __x86_64__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#endif

#define TILE_ROWS 6
#define TILE_PANELS 1
#define ROW_PANELS 4
#include "kernels.h"

const struct edgeflock_kernels edgeflock_narrow_kernels = {
    product, mish, hyperbolic_tangent, slope_down, adam};

#if __x86_64__
#pragma clang attribute pop
#endif
