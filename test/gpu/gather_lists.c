#include "test/gpu/gather_lists.h"

#include "test/gpu/elements.h"

void gather_lists_make(gather_lists_t *g) {
  enum { rows = k_gather_rows, heads = k_gather_heads, page = k_gather_page, max_pages = k_gather_max_pages, n = k_gather_list, pages = k_gather_batch * max_pages };
  static const int32_t counts[rows][heads] = {{96, 0}, {1, 33}, {7, 95}};
  g->table = array_input("page_table", SPC_I32, pages), g->sequences = array_input("sequences", SPC_I32, rows);
  g->tokens = array_input("load_tokens", SPC_I32, rows * heads * n), g->slots = array_input("load_slots", SPC_I32, rows * heads * n);
  g->count = array_input("load_count", SPC_I32, rows * heads);
  g->copying = array_input("copying", SPC_I32, SPC_COPYING_COUNTS);
  g->load_count = 0;
  for (size_t i = 0; i < pages; ++i) array_i32(g->table)[i] = (int32_t)((i * 7 + 3) % pages);
  for (size_t r = 0; r < rows; ++r) {
    size_t sequence = rows - r;
    array_i32(g->sequences)[r] = (int32_t)sequence;
    for (size_t h = 0; h < heads; ++h) {
      size_t list = (r * heads + h) * n;
      array_i32(g->count)[r * heads + h] = counts[r][h];
      for (size_t i = 0; i < n; ++i) {
        bool taken = i < (size_t)counts[r][h];
        size_t token = (size_t)random_below(page * max_pages), slot = (i * 5 + 1) % n;
        array_i32(g->tokens)[list + i] = taken ? (int32_t)token : 0x3fffffff;
        array_i32(g->slots)[list + i] = taken ? (int32_t)slot : 0x3fffffff;
        if (!taken) continue;
        size_t from = ((size_t)array_i32(g->table)[sequence * max_pages + token / page] * heads + h) * page + token % page;
        g->loads[g->load_count].from = from;
        g->loads[g->load_count++].to = (sequence * heads + h) * n + slot;
      }
    }
  }
}

void gather_lists_check_copying(const gather_lists_t *g) {
  static const int32_t none[SPC_COPYING_COUNTS];
  check_same_bits(g->copying->host, none, sizeof none, "counts of blocks that copy");
}
