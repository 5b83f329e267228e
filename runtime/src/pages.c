#include "pages.h"

#include <inttypes.h>

#include "alloc.h"

spc_status_t spc_pages_init(uint64_t total, spc_pages_t *out_pages) {
  *out_pages = (spc_pages_t){0};
  if (total > INT32_MAX) return SPC_STATUS(SPC_OUT_OF_RANGE, "%" PRIu64 " KV pages; page ids are 32 bits wide", total);
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("free list of KV pages", total, sizeof *out_pages->free, (void **)&out_pages->free));
  out_pages->total = out_pages->free_count = (uint32_t)total;
  for (uint32_t i = 0; i < out_pages->total; ++i) out_pages->free[i] = (int32_t)i;
  return NULL;
}

void spc_pages_deinit(spc_pages_t *pages) {
  spc_free(pages->free);
  *pages = (spc_pages_t){0};
}

int32_t spc_pages_take(spc_pages_t *pages) {
  if (!pages->free_count) return -1;
  int32_t *heap = pages->free, lowest = heap[0], last = heap[--pages->free_count];
  uint32_t at = 0;
  for (uint32_t child; (child = 2 * at + 1) < pages->free_count; at = child) {
    if (child + 1 < pages->free_count && heap[child + 1] < heap[child]) ++child;
    if (last <= heap[child]) break;
    heap[at] = heap[child];
  }
  heap[at] = last;
  return lowest;
}

void spc_pages_give(spc_pages_t *pages, int32_t page) {
  int32_t *heap = pages->free;
  uint32_t at = pages->free_count++;
  for (uint32_t parent; at > 0 && heap[parent = (at - 1) / 2] > page; at = parent) heap[at] = heap[parent];
  heap[at] = page;
}
