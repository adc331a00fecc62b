// Counts allocations: a program that links this has its own malloc and relatives, which count and
// then do what the C library's do. For tests and benchmarks only.
#ifndef EDGEFLOCK_ALLOCATION_COUNTER_H
#define EDGEFLOCK_ALLOCATION_COUNTER_H

#include <stdint.h>

/// How many blocks of memory the calling thread has asked for since it started.
uint64_t edgeflock_allocations(void);

#endif
