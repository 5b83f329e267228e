#include "passes/memory/placement.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Comparisons of two intervals that the local search may spend: a few tenths of a second.
#define SEARCH_WORK UINT64_C(100000000)
// The search stops when the arena is within this fraction of the lower bound: the rest is not worth compile time.
#define GOOD_ENOUGH 128

typedef enum fit_t { FIT_FIRST, FIT_BEST, FIT_COUNT } fit_t;

// Everything below works on indices into |items|.
typedef struct placer_t {
  const spc_interval_t *items;
  uint64_t *size;      // aligned
  uint64_t *floor;     // scratch of a skyline
  uint64_t *load;      // most bytes alive together during the item's life
  size_t count;
  size_t *placed;      // by offset; scratch of one placement
  uint64_t *offset;    // of the placement being made
  uint64_t *best_offset;
  uint64_t best;       // bytes of best_offset; UINT64_MAX before the first
  uint64_t lower_bound;
  uint64_t work;
} placer_t;

// ---- One placement ---------------------------------------------------------------------------------------------------

static bool alive_together(const spc_interval_t *a, const spc_interval_t *b) { return a->begin <= b->end && b->begin <= a->end; }

// The lowest (or tightest) gap for |item| among the |n| placed items that live while it does.
static uint64_t find_gap(const placer_t *self, size_t item, size_t n, fit_t fit) {
  const uint64_t need = self->size[item];
  uint64_t top = 0, found = UINT64_MAX, found_gap = UINT64_MAX;
  for (size_t i = 0; i < n; ++i) {
    const size_t other = self->placed[i];
    if (!alive_together(&self->items[item], &self->items[other])) continue;
    const uint64_t begin = self->offset[other], end = begin + self->size[other];
    if (begin >= top && begin - top >= need && begin - top < found_gap) {
      if (fit == FIT_FIRST) return top;
      found = top;
      found_gap = begin - top;
    }
    if (end > top) top = end;
  }
  return found == UINT64_MAX ? top : found;
}

// Places all items in |order|; the bytes they take, or UINT64_MAX as soon as they pass |limit|.
static uint64_t place(placer_t *self, const size_t *order, fit_t fit, uint64_t limit) {
  uint64_t total = 0;
  for (size_t n = 0; n < self->count; ++n) {
    const size_t item = order[n];
    const uint64_t at = find_gap(self, item, n, fit);
    self->work += n + 1;
    if (at + self->size[item] > total) total = at + self->size[item];
    if (total > limit) return UINT64_MAX;
    self->offset[item] = at;
    size_t slot = n;
    for (; slot > 0 && self->offset[self->placed[slot - 1]] > at; --slot) self->placed[slot] = self->placed[slot - 1];
    self->placed[slot] = item;
  }
  return total;
}

// Keeps the placement just made when it is no worse than the best; a different one of the same size is a step for the search.
static bool keep_if_no_worse(placer_t *self, uint64_t total) {
  if (total > self->best) return false;
  self->best = total;
  memcpy(self->best_offset, self->offset, self->count * sizeof(*self->offset));
  return true;
}

// ---- Orders ----------------------------------------------------------------------------------------------------------

// What an order looks at first; larger keys go first, then larger items, then earlier ones.
typedef enum order_t { ORDER_SIZE, ORDER_LIFETIME, ORDER_AREA, ORDER_CONTENTION, ORDER_BEGIN, ORDER_END, ORDER_COUNT } order_t;

typedef struct keyed_t {
  double key;
  uint64_t size;
  size_t index;
} keyed_t;

static int compare_keyed(const void *a, const void *b) {
  const keyed_t *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? 1 : -1;
  if (x->size != y->size) return x->size < y->size ? 1 : -1;
  return (x->index > y->index) - (x->index < y->index);
}

static double order_key(const placer_t *self, order_t by, size_t i) {
  const spc_interval_t *item = &self->items[i];
  const double lifetime = (double)item->end - (double)item->begin + 1;
  switch (by) {
    case ORDER_SIZE: return (double)self->size[i];
    case ORDER_LIFETIME: return lifetime;
    case ORDER_AREA: return (double)self->size[i] * lifetime;
    case ORDER_CONTENTION: return (double)self->load[i];
    case ORDER_BEGIN: return -(double)item->begin;
    case ORDER_END: return (double)item->end;
    case ORDER_COUNT: break;
  }
  return 0;
}

static void sort_order(const placer_t *self, order_t by, keyed_t *keyed, size_t *order) {
  for (size_t i = 0; i < self->count; ++i) keyed[i] = (keyed_t){order_key(self, by, i), self->size[i], i};
  qsort(keyed, self->count, sizeof(*keyed), compare_keyed);
  for (size_t i = 0; i < self->count; ++i) order[i] = keyed[i].index;
}

// ---- Skyline ---------------------------------------------------------------------------------------------------------

// Builds upwards: always the item that can lie lowest above what is placed, the larger |key| first among equals. Finds packings that no order by a
// single property finds, since what comes next depends on what is there. |floor| is scratch.
static uint64_t place_skyline(placer_t *self, order_t by, uint64_t *floor, bool *done) {
  uint64_t total = 0;
  memset(floor, 0, self->count * sizeof(*floor));
  memset(done, 0, self->count * sizeof(*done));
  for (size_t n = 0; n < self->count; ++n) {
    size_t chosen = self->count;
    for (size_t i = 0; i < self->count; ++i) {
      if (done[i]) continue;
      if (chosen == self->count || floor[i] < floor[chosen] ||
          (floor[i] == floor[chosen] && order_key(self, by, i) > order_key(self, by, chosen))) {
        chosen = i;
      }
    }
    const uint64_t end = floor[chosen] + self->size[chosen];
    self->offset[chosen] = floor[chosen];
    done[chosen] = true;
    if (end > total) total = end;
    for (size_t i = 0; i < self->count; ++i) {
      if (!done[i] && floor[i] < end && alive_together(&self->items[i], &self->items[chosen])) floor[i] = end;
    }
  }
  return total;
}

// The order of the best placement, lowest first. Placing first-fit in this order gives the same or better.
static void order_by_offset(const placer_t *self, keyed_t *keyed, size_t *order) {
  for (size_t i = 0; i < self->count; ++i) keyed[i] = (keyed_t){-(double)self->best_offset[i], self->size[i], i};
  qsort(keyed, self->count, sizeof(*keyed), compare_keyed);
  for (size_t i = 0; i < self->count; ++i) order[i] = keyed[i].index;
}

// ---- Local search ----------------------------------------------------------------------------------------------------

static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

static void move_forward(size_t *order, size_t from, size_t to) {
  const size_t item = order[from];
  memmove(order + to + 1, order + to, (from - to) * sizeof(*order));
  order[to] = item;
}

// An item that reaches the end of the arena was placed too late: bring it forward in the order, or swap two at random, and keep what is no worse.
// |order| gave the best placement so far.
static void search(placer_t *self, size_t *order, size_t *candidate) {
  uint64_t random = UINT64_C(0x9e3779b97f4a7c15);
  const uint64_t target = self->lower_bound + self->lower_bound / GOOD_ENOUGH;
  self->work = 0;
  while (self->best > target && self->work < SEARCH_WORK) {
    memcpy(candidate, order, self->count * sizeof(*order));
    size_t from = next_random(&random) % self->count;
    const size_t other = next_random(&random) % self->count;
    if (next_random(&random) % 4 != 0) {
      // From a random start, the next item in the order that is at the top.
      for (size_t i = 0; i < self->count; ++i, from = (from + 1) % self->count) {
        if (self->best_offset[candidate[from]] + self->size[candidate[from]] == self->best) break;
      }
      move_forward(candidate, from, from ? other % from : 0);
    } else {
      const size_t item = candidate[from];
      candidate[from] = candidate[other];
      candidate[other] = item;
    }
    self->work += self->count;
    if (keep_if_no_worse(self, place(self, candidate, FIT_FIRST, self->best))) memcpy(order, candidate, self->count * sizeof(*order));
  }
}

// ---- Bounds and entry ------------------------------------------------------------------------------------------------

// The lower bound, and each item's share in it. Bytes alive rise only when an item begins, so those are the times to look at. O(n^2), as one
// placement is; |alive| is scratch.
static void measure_loads(placer_t *self, uint64_t *alive) {
  for (size_t i = 0; i < self->count; ++i) {
    const uint32_t time = self->items[i].begin;
    alive[i] = 0;
    for (size_t j = 0; j < self->count; ++j) {
      if (self->items[j].begin <= time && time <= self->items[j].end) alive[i] += self->size[j];
    }
    if (alive[i] > self->lower_bound) self->lower_bound = alive[i];
  }
  for (size_t i = 0; i < self->count; ++i) {
    self->load[i] = 0;
    for (size_t j = 0; j < self->count; ++j) {
      const uint32_t time = self->items[j].begin;
      if (self->items[i].begin <= time && time <= self->items[i].end && alive[j] > self->load[i]) self->load[i] = alive[j];
    }
  }
}

// Tries every order with every fit and every skyline, then searches from the best.
static void solve(placer_t *self, keyed_t *keyed, size_t *order, size_t *candidate, bool *done) {
  for (int by = 0; by < ORDER_COUNT && self->best > self->lower_bound; ++by) {
    sort_order(self, (order_t)by, keyed, order);
    for (int fit = 0; fit < FIT_COUNT && self->best > self->lower_bound; ++fit) {
      keep_if_no_worse(self, place(self, order, (fit_t)fit, self->best));
    }
    if (self->best > self->lower_bound) keep_if_no_worse(self, place_skyline(self, (order_t)by, self->floor, done));
  }
  if (self->best == self->lower_bound) return;
  order_by_offset(self, keyed, order);
  keep_if_no_worse(self, place(self, order, FIT_FIRST, self->best));
  search(self, order, candidate);
}

static spc_status_t check_intervals(const spc_interval_t *intervals, size_t count, uint64_t alignment) {
  uint64_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    if (intervals[i].end < intervals[i].begin) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "buffer %zu ends at %" PRIu32 ", before it begins at %" PRIu32, i, intervals[i].end, intervals[i].begin);
    }
    if (__builtin_add_overflow(total, intervals[i].size, &total) || __builtin_add_overflow(total, alignment, &total)) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "buffer %zu of %" PRIu64 " bytes: all buffers together pass 64 bits", i, intervals[i].size);
    }
  }
  return NULL;
}

spc_status_t spc_place_intervals(spc_interval_t *intervals, size_t count, uint64_t alignment, spc_placement_t *out_placement) {
  *out_placement = (spc_placement_t){0};
  if (count == 0) return NULL;
  SPC_RETURN_IF_ERROR(check_intervals(intervals, count, alignment));
  spc_status_t status = NULL;
  placer_t self = {.items = intervals, .count = count, .best = UINT64_MAX};
  self.size = calloc(count, sizeof(*self.size));
  self.load = calloc(count, sizeof(*self.load));
  self.floor = calloc(count, sizeof(*self.floor));
  bool *done = calloc(count, sizeof(*done));
  self.offset = calloc(count, sizeof(*self.offset));
  self.best_offset = calloc(count, sizeof(*self.best_offset));
  self.placed = calloc(count, sizeof(*self.placed));
  keyed_t *keyed = calloc(count, sizeof(*keyed));
  size_t *order = calloc(count, sizeof(*order)), *candidate = calloc(count, sizeof(*candidate));
  if (!self.size || !self.load || !self.floor || !done || !self.offset || !self.best_offset || !self.placed || !keyed || !order || !candidate) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "placing %zu buffers", count);
    goto cleanup;
  }
  for (size_t i = 0; i < count; ++i) self.size[i] = (intervals[i].size + alignment - 1) & ~(alignment - 1);
  measure_loads(&self, self.offset);
  solve(&self, keyed, order, candidate, done);
  for (size_t i = 0; i < count; ++i) intervals[i].offset = self.best_offset[i];
  *out_placement = (spc_placement_t){.size = self.best, .lower_bound = self.lower_bound};

cleanup:
  free(self.size);
  free(self.load);
  free(self.floor);
  free(done);
  free(self.offset);
  free(self.best_offset);
  free(self.placed);
  free(keyed);
  free(order);
  free(candidate);
  return status;
}
