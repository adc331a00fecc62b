// Thirty-two registers of 512 bits, which processors with AVX-512 have.
#include "CKernels.h"
#include <stddef.h>

#if __x86_64__
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)

#define TILE_ROWS 8
#define TILE_PANELS 2
#define ROW_PANELS 4
#include "kernels.h"

static const struct edgeflock_kernels kernels = {
    product, mish, hyperbolic_tangent, slope_down, adam};
#pragma clang attribute pop

const struct edgeflock_kernels *edgeflock_wide_kernels(void) {
    return __builtin_cpu_supports("x86-64-v4") ? &kernels : NULL;
}
#else
const struct edgeflock_kernels *edgeflock_wide_kernels(void) { return NULL; }
#endif
