// The placement of buffers: on random programs no two that live together overlap, and the arena is near its lower bound.
#include "passes/memory/placement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include <cmocka.h>

// Every pair, by the definition: alive at a common time and sharing a byte.
static void assert_disjoint(const spc_interval_t *items, size_t count, uint64_t alignment, uint64_t size) {
  for (size_t i = 0; i < count; ++i) {
    assert_int_equal(items[i].offset % alignment, 0);
    assert_true(items[i].offset + items[i].size <= size);
    for (size_t j = 0; j < i; ++j) {
      const bool together = items[i].begin <= items[j].end && items[j].begin <= items[i].end;
      const bool share = items[i].offset < items[j].offset + items[j].size && items[j].offset < items[i].offset + items[i].size;
      if (together && share) fail_msg("buffers %zu and %zu of %zu overlap", i, j, count);
    }
  }
}

// Most aligned bytes alive at any time, time by time.
static uint64_t peak(const spc_interval_t *items, size_t count, uint64_t alignment, uint32_t last_time) {
  uint64_t most = 0;
  for (uint32_t time = 0; time <= last_time; ++time) {
    uint64_t alive = 0;
    for (size_t i = 0; i < count; ++i) {
      if (items[i].begin <= time && time <= items[i].end) alive += (items[i].size + alignment - 1) / alignment * alignment;
    }
    if (alive > most) most = alive;
  }
  return most;
}

static uint64_t next_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 33;
}

typedef enum shape_t { SHORT_LIVES, LONG_LIVES, POWERS_OF_TWO, SHAPE_COUNT } shape_t;

static void make_random(spc_interval_t *items, size_t count, shape_t shape, uint64_t seed) {
  uint64_t state = seed;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t longest = shape == SHORT_LIVES ? 8 : count / 2 + 1;
    items[i].begin = (uint32_t)(next_random(&state) % count);
    items[i].end = items[i].begin + (uint32_t)(next_random(&state) % longest);
    items[i].size = shape == POWERS_OF_TWO ? UINT64_C(1) << (next_random(&state) % 16) : 1 + next_random(&state) % 100000;
    items[i].offset = UINT64_MAX;
  }
}

static void random_programs_fit_tightly(void **state) {
  (void)state;
  static const size_t counts[] = {1, 2, 3, 7, 20, 60, 120, 240};
  double worst = 1;
  for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); ++c) {
    for (shape_t shape = 0; shape < SHAPE_COUNT; ++shape) {
      for (uint64_t seed = 1; seed <= 3; ++seed) {
        spc_interval_t items[240];
        spc_placement_t placement;
        make_random(items, counts[c], shape, seed * 977 + c);
        assert_null(spc_place_intervals(items, counts[c], 64, &placement));
        assert_disjoint(items, counts[c], 64, placement.size);
        assert_int_equal(placement.lower_bound, peak(items, counts[c], 64, 2 * (uint32_t)counts[c]));
        const double ratio = (double)placement.size / (double)placement.lower_bound;
        if (ratio > worst) worst = ratio;
      }
    }
  }
  print_message("worst arena over lower bound: %.4f\n", worst);
  assert_true(worst <= 1.05);
}

static void a_chain_needs_two_buffers(void **state) {
  (void)state;
  // x0 -> x1 -> x2 -> ...: each op reads one and writes the next, so two are alive at any time.
  spc_interval_t items[20];
  for (uint32_t i = 0; i < 20; ++i) items[i] = (spc_interval_t){.size = 640, .begin = i, .end = i + 1};
  spc_placement_t placement;
  assert_null(spc_place_intervals(items, 20, 64, &placement));
  assert_int_equal(placement.size, 1280);
  assert_int_equal(placement.lower_bound, 1280);
  assert_disjoint(items, 20, 64, placement.size);
}

static void the_same_input_gives_the_same_placement(void **state) {
  (void)state;
  spc_interval_t first[150], second[150];
  spc_placement_t a, b;
  make_random(first, 150, LONG_LIVES, 5);
  make_random(second, 150, LONG_LIVES, 5);
  assert_null(spc_place_intervals(first, 150, 64, &a));
  assert_null(spc_place_intervals(second, 150, 64, &b));
  assert_int_equal(a.size, b.size);
  for (size_t i = 0; i < 150; ++i) assert_int_equal(first[i].offset, second[i].offset);
}

static void nothing_takes_nothing(void **state) {
  (void)state;
  spc_placement_t placement = {1, 1};
  assert_null(spc_place_intervals(NULL, 0, 64, &placement));
  assert_int_equal(placement.size, 0);
  assert_int_equal(placement.lower_bound, 0);
}

static void bad_buffers_are_errors(void **state) {
  (void)state;
  spc_placement_t placement;
  spc_interval_t backwards = {.size = 64, .begin = 3, .end = 2};
  spc_status_t status = spc_place_intervals(&backwards, 1, 64, &placement);
  assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
  spc_status_ignore(status);
  spc_interval_t huge[] = {{.size = UINT64_MAX / 2 + 1}, {.size = UINT64_MAX / 2}};
  status = spc_place_intervals(huge, 2, 64, &placement);
  assert_int_equal(spc_status_code(status), SPC_OUT_OF_RANGE);
  spc_status_ignore(status);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_programs_fit_tightly),  cmocka_unit_test(a_chain_needs_two_buffers),
      cmocka_unit_test(the_same_input_gives_the_same_placement), cmocka_unit_test(nothing_takes_nothing),
      cmocka_unit_test(bad_buffers_are_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
