// Static memory allocation: offsets for buffers whose lifetimes are known, so that no two that live together overlap.
//
// This is the dynamic storage allocation problem (NP-hard; Garey and Johnson SR2). No placement can be smaller than the most bytes alive at any one
// time; programs of transformers reach that bound with a good order, and a local search closes most of what is left elsewhere.
#ifndef PASSES_MEMORY_PLACEMENT_H_
#define PASSES_MEMORY_PLACEMENT_H_

#include <stddef.h>
#include <stdint.h>

#include "spc/status.h"

typedef struct spc_interval_t {
  uint64_t size;        // bytes; rounded up to the alignment when placed
  uint32_t begin, end;  // alive at times begin..end, both included
  uint64_t offset;      // out
} spc_interval_t;

typedef struct spc_placement_t {
  uint64_t size;         // bytes that hold all
  uint64_t lower_bound;  // most bytes alive at one time: no placement can be smaller
} spc_placement_t;

// Sets every offset to a multiple of |alignment| (a power of two). Deterministic. Errors: OUT_OF_RANGE when all sizes together pass 64 bits,
// INVALID_ARGUMENT when an interval ends before it begins, OUT_OF_MEMORY.
SPC_WARN_UNUSED spc_status_t spc_place_intervals(spc_interval_t *intervals, size_t count, uint64_t alignment, spc_placement_t *out_placement);

#endif  // PASSES_MEMORY_PLACEMENT_H_
