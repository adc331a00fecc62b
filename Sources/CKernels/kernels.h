// What `narrow.c` and `wide.c` have in common: all of the code. Everything here is static, so that
// no linker can take a function of the one for that of the other.
#include "CKernels.h"

#define INLINE inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define VECTORS _Pragma("clang loop vectorize(enable)")

#include "product.h"
#include "elementwise.h"
