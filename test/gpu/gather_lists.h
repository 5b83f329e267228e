// Lists of rows to load, as kv_diff makes them for kv_gather and kv_gather_packed, with what they mean.
#ifndef TEST_GPU_GATHER_LISTS_H_
#define TEST_GPU_GATHER_LISTS_H_

#include "test/gpu/arrays.h"

enum {
  k_gather_rows = 3, k_gather_batch = 4, k_gather_heads = 2, k_gather_page = 16, k_gather_max_pages = 9, k_gather_list = 96,
  k_gather_pool_rows = k_gather_batch * k_gather_max_pages * k_gather_heads * k_gather_page,
  k_gather_layer_rows = k_gather_batch * k_gather_heads * k_gather_list,  // of the slots of a layer
  k_gather_most = k_gather_rows * k_gather_heads * k_gather_list
};

typedef struct gather_lists_t {
  array_t *table, *sequences, *tokens, *slots, *count;
  array_t *copying;  // as SPC_STATE_COPYING is when nothing copies; and so it must be left
  struct {
    size_t from, to;  // rows: of the host pool, of a layer's slots
  } loads[k_gather_most];
  size_t load_count;
} gather_lists_t;

// Random tokens to slots in some order, lists that are full and empty; what lies behind a list's end is far outside of everything.
void gather_lists_make(gather_lists_t *out_lists);
void gather_lists_check_copying(const gather_lists_t *lists);

#endif  // TEST_GPU_GATHER_LISTS_H_
