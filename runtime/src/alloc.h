// Every allocation of the runtime goes through here: sizes are checked for overflow, and tests make the Nth one fail.
#ifndef SPC_RUNTIME_ALLOC_H_
#define SPC_RUNTIME_ALLOC_H_

#include <stdint.h>

#include "spc/status.h"

// |count| * |size| zeroed bytes. OUT_OF_MEMORY names |what| and the bytes. A count of 0 gives a valid pointer.
SPC_WARN_UNUSED spc_status_t spc_alloc_zeroed(const char *what, uint64_t count, uint64_t size, void **out_pointer);
void spc_free(void *pointer);

// A large zeroed region, 64-byte aligned (in fact page-aligned), whose pages cost memory when first touched. For arenas and pools.
typedef struct spc_region_t {
  uint8_t *data;
  uint64_t size;
} spc_region_t;
SPC_WARN_UNUSED spc_status_t spc_region_init(const char *what, uint64_t size, spc_region_t *out_region);
void spc_region_deinit(spc_region_t *region);

// Tests: fails the |nth| allocation from now on (1 is the next); 0 fails none. Returns how many allocations were made since the last call.
// Not for concurrent use.
uint64_t spc_alloc_fail_nth(uint64_t nth);

#endif  // SPC_RUNTIME_ALLOC_H_
