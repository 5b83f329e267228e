// The page allocator of a session: page ids with a free list. A page id means the same page in every paged pool, on the device and in host
// memory, so one allocator serves all layers.
#ifndef SPC_RUNTIME_PAGES_H_
#define SPC_RUNTIME_PAGES_H_

#include <stdint.h>

#include "spc/status.h"

typedef struct spc_pages_t {
  int32_t *free;  // a heap; the lowest is free[0], so that pages in use stay together at the beginning of a pool
  uint32_t free_count, total;
} spc_pages_t;

SPC_WARN_UNUSED spc_status_t spc_pages_init(uint64_t total, spc_pages_t *out_pages);
void spc_pages_deinit(spc_pages_t *pages);
// The lowest free page; -1 when none is free.
int32_t spc_pages_take(spc_pages_t *pages);
void spc_pages_give(spc_pages_t *pages, int32_t page);

#endif  // SPC_RUNTIME_PAGES_H_
