// The memory model: regions that do not overlap, sums that match a count by hand, thresholds that match a search without cleverness.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "passes/solve_memory.h"
#include "passes/state_layout.h"
#include "spc/memory_model.h"

#define LAYERS 4

// Four layers of 2 KV heads of 16, bf16; a deep retriever's lower layer; retrieval keys of 1 head of 8, f32.
static const spc_cache_t caches[] = {
    {SPC_CACHE_LLM, SPC_BF16, 2, 16, 1, 0}, {SPC_CACHE_LLM, SPC_BF16, 2, 16, 1, 0}, {SPC_CACHE_LLM, SPC_BF16, 2, 16, 1, 0},
    {SPC_CACHE_LLM, SPC_BF16, 2, 16, 1, 0}, {SPC_CACHE_RETRIEVER, SPC_BF16, 2, 8, 1, 0}, {SPC_CACHE_KEYS, SPC_F32, 1, 8, 0, 0},
};

static spc_memory_model_t make_model(void) {
  return (spc_memory_model_t){.weights = 10000,
                              .activations = 5000,
                              .state = 700,
                              .staging = 3000,
                              .layers = LAYERS,
                              .page_tokens = 64,
                              .slots = 96,
                              .cache_count = 6,
                              .caches = caches};
}

static void sums_match_a_count_by_hand(void **state) {
  (void)state;
  const spc_memory_model_t model = make_model();
  // 3 sequences of 100 tokens: 2 pages each, 384 rows of every KV head.
  const uint64_t fixed = 5056 + 704, layer = 384 * 2 * 32 * 2, retriever = 384 * 2 * 16 * 2, keys = 384 * 8 * 4, slots = 3 * 96 * 2 * 32 * 2;
  assert_int_equal(spc_memory_pages(&model, 3, 100), 6);
  assert_int_equal(spc_memory_device_bytes(&model, 3, 100, 0), 10000 + fixed + keys + retriever + 4 * layer);
  assert_int_equal(spc_memory_device_bytes(&model, 3, 100, 1), 10000 + fixed + 3008 + keys + retriever + 3 * layer + slots);
  assert_int_equal(spc_memory_device_bytes(&model, 3, 100, 4), 10000 + fixed + 3008 + keys + retriever + 4 * slots);
}

// Weights in host memory take none of the device's.
static void weights_in_host_memory_do_not_count(void **state) {
  (void)state;
  const spc_plan_t plan = {.weights_size = 10048, .device_weights_size = 8000, .dims = {.layers = LAYERS, .page_tokens = 64}, .cache_count = 6, .caches = caches};
  spc_memory_model_t model;
  spc_memory_model_init(&plan, &model);
  assert_int_equal(model.weights, 8000);
  assert_int_equal(spc_memory_host_weights(&plan), 2048);
  assert_int_equal(spc_memory_device_bytes(&model, 3, 100, 0), 8000 + spc_memory_arena_bytes(&model, 3, 100, 0));
}

static void regions_are_in_order_and_disjoint(void **state) {
  (void)state;
  const spc_memory_model_t model = make_model();
  static const uint32_t order[] = {5, 4, 0, 1, 2, 3};  // keys, the retriever's cache, layers
  for (uint64_t n = 0; n <= LAYERS; ++n) {
    const uint64_t pages = spc_memory_pages(&model, 2, 77), arena = spc_memory_arena_bytes(&model, 2, 77, n);
    uint64_t at = spc_memory_pools_offset(&model);
    assert_int_equal(at, 5056 + 704);
    for (size_t i = 0; i < 6; ++i) {
      if (spc_memory_is_offloaded(&model, order[i], n)) continue;
      assert_int_equal(spc_memory_pool_offset(&model, order[i], pages, n), at);
      assert_int_equal(at % 64, 0);
      at += spc_memory_pool_bytes(&model, order[i], 2, 77, n);
    }
    for (uint64_t layer = LAYERS - n; layer < LAYERS; ++layer) {
      assert_int_equal(spc_memory_slots_offset(&model, arena, 2, layer), at);
      at += spc_memory_slot_bytes(&model, (uint32_t)layer, 2);
    }
    if (n) assert_int_equal(spc_memory_staging_offset(&model, arena), at);
    assert_int_equal(arena, at + (n ? 3008 : 0));
  }
}

// What a session that adapts can hold with n layers out is what the plan's thresholds say.
static void pages_that_fit_are_the_thresholds(void **state) {
  (void)state;
  const spc_memory_model_t model = make_model();
  for (uint64_t budget = 60000; budget < 800000; budget += 7919) {
    uint64_t thresholds[LAYERS + 1], most = 0;
    spc_solve_thresholds(&model, 2, 6400, budget, thresholds);
    for (uint64_t n = 0; n <= LAYERS; ++n) {
      const uint64_t pages = spc_memory_pages_that_fit(&model, 2, 200, n, budget - model.weights);
      assert_true(pages == 200 || spc_memory_arena_of_pages(&model, 2, pages + 1, n) > budget - model.weights);
      assert_true(pages == 0 || spc_memory_arena_of_pages(&model, 2, pages, n) <= budget - model.weights);
      if (pages / 2 * 64 > most) most = pages / 2 * 64;
      assert_int_equal(thresholds[n], most);
    }
  }
}

static void the_deepest_layers_go_first(void **state) {
  (void)state;
  const spc_memory_model_t model = make_model();
  for (uint64_t n = 0; n <= LAYERS; ++n) {
    for (uint32_t i = 0; i < 6; ++i) assert_int_equal(spc_memory_is_offloaded(&model, i, n), i < LAYERS && i >= LAYERS - n);
  }
}

static void thresholds_are_the_longest_that_fit(void **state) {
  (void)state;
  const spc_memory_model_t model = make_model();
  for (uint64_t max_seq = 1; max_seq < 900; max_seq += 149) {
    for (uint64_t budget = 15000; budget < 800000; budget += 7919) {
      uint64_t thresholds[LAYERS + 1], longest = 0;
      spc_solve_thresholds(&model, 2, max_seq, budget, thresholds);
      for (uint64_t n = 0; n <= LAYERS; ++n) {
        for (uint64_t tokens = 1; tokens <= max_seq; ++tokens) {
          if (spc_memory_device_bytes(&model, 2, tokens, n) <= budget && tokens > longest) longest = tokens;
        }
        assert_int_equal(thresholds[n], longest);  // of at most n layers out, so it never falls
      }
    }
  }
}

static void no_budget_is_no_limit(void **state) {
  (void)state;
  const spc_memory_model_t model = make_model();
  uint64_t thresholds[LAYERS + 1];
  spc_solve_thresholds(&model, 8, 1 << 20, 0, thresholds);
  for (int n = 0; n <= LAYERS; ++n) assert_int_equal(thresholds[n], 1 << 20);
}

// Of ten layers in groups from the deepest on, which may be smaller, where so many may be out; the shallowest group takes what is left over, up to half a group, and what is not out is in none.
static void groups_are_counted_from_the_deepest_layer(void **state) {
  (void)state;
  static const struct {
    uint64_t group, last_group, most;
    uint64_t begins[10];  // of layers that may be out
  } cases[] = {{3, 3, 0, {0, 0, 0, 0, 4, 4, 4, 7, 7, 7}}, {3, 3, 10, {0, 0, 0, 0, 4, 4, 4, 7, 7, 7}}, {3, 3, 9, {0, 1, 1, 1, 4, 4, 4, 7, 7, 7}},
               {3, 3, 8, {0, 0, 2, 2, 4, 4, 4, 7, 7, 7}}, {4, 4, 10, {0, 0, 0, 0, 0, 0, 6, 6, 6, 6}}, {4, 4, 7, {0, 0, 0, 3, 3, 3, 6, 6, 6, 6}}, {3, 3, 3, {0, 0, 0, 0, 0, 0, 0, 7, 7, 7}},  {3, 3, 2, {0, 0, 0, 0, 0, 0, 0, 0, 8, 8}},
               {1, 1, 2, {0, 0, 0, 0, 0, 0, 0, 0, 8, 9}}, {10, 10, 10, {0}},
               {4, 2, 10, {0, 0, 0, 0, 4, 4, 4, 4, 8, 8}}, {4, 2, 8, {0, 0, 2, 2, 2, 2, 2, 2, 8, 8}}, {4, 1, 8, {0, 0, 2, 2, 2, 5, 5, 5, 5, 9}}, {4, 1, 3, {0, 0, 0, 0, 0, 0, 0, 7, 7, 7}},
               {4, 1, 4, {0, 0, 0, 0, 0, 0, 6, 6, 6, 9}}, {3, 1, 0, {0, 0, 0, 3, 3, 3, 6, 6, 6, 9}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    const spc_memory_model_t model = {.layers = 10, .host_group = cases[i].group, .host_last_group = cases[i].last_group, .host_layers = cases[i].most};
    const uint64_t *begins = cases[i].begins, shallowest = cases[i].most ? 10 - cases[i].most : 0;
    for (uint64_t layer = shallowest; layer < 10; ++layer) {
      uint64_t end = layer + 1;
      while (end < 10 && begins[end] == begins[layer]) ++end;
      assert_int_equal(spc_memory_group_end(&model, layer), end);
      assert_int_equal(spc_memory_group_layers(&model, layer), end - layer);
      for (uint64_t offloaded = 10 - layer; offloaded <= 10 - shallowest; ++offloaded) {
        uint64_t first = 10 - offloaded;
        assert_int_equal(spc_memory_group_begin(&model, layer, offloaded), begins[layer] > first ? begins[layer] : first);
      }
    }
  }
}

static void too_large_saturates(void **state) {
  (void)state;
  spc_memory_model_t model = make_model();
  assert_int_equal(spc_memory_device_bytes(&model, UINT64_MAX / 64, UINT64_MAX / 64, 0), UINT64_MAX);
  assert_int_equal(spc_memory_longest(&model, UINT64_MAX / 128, 1000, 0, UINT64_MAX - 1), 0);
  model.state = UINT64_MAX;
  assert_int_equal(spc_memory_arena_bytes(&model, 1, 1, 0), UINT64_MAX);
  assert_int_equal(spc_memory_round_up(UINT64_MAX - 3, 64), UINT64_MAX);
}

static void slots_are_rounded_and_absent_without_a_retriever(void **state) {
  (void)state;
  spc_dims_t dims = {.budget = 1000, .sink = 4, .recent = 64};
  assert_int_equal(spc_memory_slots(&dims), 1072);
  dims.budget = 0;
  assert_int_equal(spc_memory_slots(&dims), 0);
}

static spc_dims_t make_dims(void) {
  return (spc_dims_t){.vocab = 128, .hidden = 64, .layers = LAYERS, .q_heads = 4, .kv_heads = 2, .head_size = 16, .max_seq = 500, .max_batch = 3,
                      .prefill_chunk = 128, .page_tokens = 64, .budget = 64, .sink = 4, .recent = 12, .feature_size = 192, .selection_heads = 2, .host_group = 1, .host_last_group = 1};
}

static void state_has_the_documented_shapes(void **state) {
  (void)state;
  const spc_dims_t dims = make_dims();
  spc_state_layout_t layout;
  const spc_state_needs_t needs = {.element_bytes = 2, .cache_count = 6, .max_kv_heads = 2, .max_q_heads = 4, .panel_bytes = 4096};
  spc_state_layout(&dims, &needs, &layout);
  const uint64_t n = 80;
  assert_int_equal(layout.size[SPC_STATE_IDS], 4 * 128);
  assert_int_equal(layout.size[SPC_STATE_PAGE_TABLE], 4 * 3 * 8);
  assert_int_equal(layout.size[SPC_STATE_SELECTED], 4 * 3 * 2 * n);
  assert_int_equal(layout.size[SPC_STATE_RESIDENT_COUNT], 4 * 3);
  assert_int_equal(layout.size[SPC_STATE_LOAD_COUNT], 4 * 3 * 2);
  assert_int_equal(layout.size[SPC_STATE_FEATURES], 4 * 3 * 192);
  assert_int_equal(layout.size[SPC_STATE_ATTEND], 4 * 128 * 4 * 2);
  assert_int_equal(layout.size[SPC_STATE_APPEND_ROWS], 4 * 6 * 128 * 2);
  assert_int_equal(layout.size[SPC_STATE_PANEL], 4096);
  assert_int_equal(layout.staging_size, (2 * 64 + 128) * 2 * 16 * 2 * 2);
  for (int i = SPC_STATE_NARROW; i < SPC_STATE_COUNT; ++i) assert_int_equal(layout.size[i], 0);  // a GPU's
  uint64_t end = 0;
  for (int i = 0; i < SPC_STATE_COUNT; ++i) {
    if (i == SPC_STATE_STAGING) continue;
    assert_int_equal(layout.offset[i] % 64, 0);
    assert_true(layout.offset[i] >= end);
    end = layout.offset[i] + layout.size[i];
  }
  assert_true(layout.total >= end && layout.total < end + 64);
}

static void one_set_for_all_heads_is_one_list(void **state) {
  (void)state;
  spc_dims_t dims = make_dims();
  dims.selection_heads = 1;
  spc_state_layout_t layout;
  const spc_state_needs_t needs = {.element_bytes = 2, .cache_count = 6, .max_kv_heads = 2, .max_q_heads = 4, .panel_bytes = 4096};
  spc_state_layout(&dims, &needs, &layout);
  assert_int_equal(layout.size[SPC_STATE_SELECTED], 4 * 3 * 80);
  assert_int_equal(layout.size[SPC_STATE_SLOT_ROWS], 4 * 3 * 2 * 80);
}

// Ten layers with two KV heads of 128 numbers of bf16, in groups of three, eight of which may be out: two, three and three.
static void packed_rows_take_fewer_bytes_of_the_link(void **state) {
  (void)state;
  spc_cache_t caches[10];
  for (int i = 0; i < 10; ++i) caches[i] = (spc_cache_t){.element = SPC_BF16, .kv_heads = 2, .head_size = 128, .has_value = 1};
  spc_memory_model_t model = {.layers = 10, .page_tokens = 16, .host_group = 3, .host_last_group = 3, .host_layers = 8, .cache_count = 10, .caches = caches};
  const uint64_t rows = 5 * 16 * 2, row = 512, part = 3 * 128;
  assert_int_equal(spc_memory_host_bytes(&model, 8, 5), 8 * rows * row);
  assert_int_equal(spc_memory_loaded_link_bytes(&model, 8), 8 * row);
  assert_int_equal(spc_memory_loaded_link_bytes(&model, 5), 5 * row);
  assert_int_equal(spc_memory_row_link_bytes(&model), row);
  model.host_packed = true;
  const uint64_t two = 2 * part + 128, three = 3 * part + 128, rest = 128;  // words, up to a request's bytes
  assert_int_equal(spc_memory_host_bytes(&model, 8, 5), rows * (two + 2 * rest) + 2 * rows * (three + 3 * rest));
  assert_int_equal(spc_memory_host_bytes(&model, 0, 5), 0);
  assert_int_equal(spc_memory_entry_link_bytes(&model, 2), 2 * part + 32);
  assert_int_equal(spc_memory_entry_link_bytes(&model, 3), part + 32);  // the last of its group, and the words of all
  assert_int_equal(spc_memory_loaded_link_bytes(&model, 8), 8 * part + 3 * 32);
  assert_int_equal(spc_memory_loaded_link_bytes(&model, 5), 5 * part + 2 * 32);
  assert_int_equal(spc_memory_row_link_bytes(&model), part + 8);
  assert_int_equal(spc_host_most_group(128), 7);  // with half as many again: ten layers in 4 KiB
  assert_true(spc_host_can_pack(&caches[0]));
  caches[0].element = SPC_F16;
  assert_false(spc_host_can_pack(&caches[0]));
}

// A session for shorter sequences than the object's stages fewer pages; a page table's worth of numbers stays, and with packed rows numbers and room for the new rows of a call.
static void staging_of_a_shorter_session(void **state) {
  (void)state;
  const spc_cache_t cache = {.element = SPC_BF16, .kv_heads = 2, .head_size = 16, .has_value = 1};
  spc_plan_t plan = {.target = SPC_TARGET_CUDA, .dims = make_dims(), .caches = &cache, .cache_count = 1};
  const uint64_t page = 64 * 2 * 2 * 16 * 2, numbers = 256;  // of 8 * 4 bytes
  plan.staging_size = 8 * page + numbers;
  spc_memory_model_t model;
  spc_memory_model_init(&plan, &model);
  spc_memory_limit_staging(&plan, 500, &model);
  assert_int_equal(model.staging, 8 * page + numbers);
  spc_memory_limit_staging(&plan, 65, &model);
  assert_int_equal(model.staging, 2 * page + numbers);
  plan.dims.host_packed = 1;
  plan.staging_size = 1 << 20;
  spc_memory_model_init(&plan, &model);
  spc_memory_limit_staging(&plan, 65, &model);
  assert_int_equal(model.staging, 2 * page + 128 * 2 * 4 + 128 * (2 * 2 * 16 * 2));
  plan.dims.host_packed = 0;
  plan.target = SPC_TARGET_CPU;  // two pages, whatever the length
  spc_memory_model_init(&plan, &model);
  spc_memory_limit_staging(&plan, 65, &model);
  assert_int_equal(model.staging, plan.staging_size);
}

static void state_on_a_gpu_has_the_documented_shapes(void **state) {
  (void)state;
  const spc_dims_t dims = make_dims();
  const spc_state_needs_t needs = {.target = SPC_TARGET_CUDA, .element_bytes = 2, .cache_count = 6, .max_kv_heads = 2, .max_q_heads = 4, .panel_bytes = 4096,
                                   .narrow_columns = 96, .split_heads = 4, .split_columns = 4 * 16, .score_heads = 8};
  spc_state_layout_t layout;
  spc_state_layout(&dims, &needs, &layout);
  assert_int_equal(layout.size[SPC_STATE_SELECTED], 4 * 3 * 2 * 80);
  assert_int_equal(layout.size[SPC_STATE_ATTEND], 0);
  assert_int_equal(layout.size[SPC_STATE_PANEL], 32 << 20);
  assert_int_equal(layout.size[SPC_STATE_NARROW], 2 * 128 * 96);
  assert_int_equal(layout.size[SPC_STATE_SPLIT_STATE], 4 * 3 * 4 * SPC_ATTEND_SPLITS * 2);
  assert_int_equal(layout.size[SPC_STATE_SPLIT_SUMS], 4 * 3 * 4 * SPC_ATTEND_SPLITS * 16);
  assert_int_equal(layout.size[SPC_STATE_SCORE_STATS], 4 * 3 * 8 * 2 * 2);  // 500 tokens are two blocks
  assert_int_equal(layout.size[SPC_STATE_NEXT_IDS], 4 * 3);
  assert_int_equal(layout.staging_size, 8 * 64 * 2 * 16 * 2 * 2 + 256);
  uint64_t end = 0;
  for (int i = 0; i < SPC_STATE_COUNT; ++i) {
    if (i == SPC_STATE_STAGING) continue;
    assert_int_equal(layout.offset[i] % 256, 0);
    assert_true(layout.offset[i] >= end);
    end = layout.offset[i] + layout.size[i];
  }
  assert_int_equal(layout.total % 256, 0);
  assert_int_equal(layout.offset[SPC_STATE_STAGING], layout.total);
}

static void state_without_a_retriever_selects_nothing(void **state) {
  (void)state;
  spc_dims_t dims = make_dims();
  dims.budget = dims.feature_size = 0;
  spc_state_layout_t layout;
  const spc_state_needs_t needs = {.element_bytes = 2, .cache_count = 4, .max_kv_heads = 2, .max_q_heads = 4};
  spc_state_layout(&dims, &needs, &layout);
  for (int i = SPC_STATE_SELECTED; i <= SPC_STATE_FEATURES; ++i) assert_int_equal(layout.size[i], 0);
  assert_int_equal(layout.size[SPC_STATE_PANEL], 0);
  assert_true(layout.size[SPC_STATE_ATTEND] > 0);
}

static void impossible_state_saturates(void **state) {
  (void)state;
  spc_dims_t dims = make_dims();
  dims.max_batch = UINT64_MAX / 16;
  spc_state_layout_t layout;
  const spc_state_needs_t needs = {.element_bytes = 2, .cache_count = 6, .max_kv_heads = 2, .max_q_heads = 4};
  spc_state_layout(&dims, &needs, &layout);
  assert_int_equal(layout.total, UINT64_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_match_a_count_by_hand),
      cmocka_unit_test(weights_in_host_memory_do_not_count),
      cmocka_unit_test(regions_are_in_order_and_disjoint),
      cmocka_unit_test(pages_that_fit_are_the_thresholds),
      cmocka_unit_test(the_deepest_layers_go_first),
      cmocka_unit_test(thresholds_are_the_longest_that_fit),
      cmocka_unit_test(no_budget_is_no_limit),
      cmocka_unit_test(groups_are_counted_from_the_deepest_layer),
      cmocka_unit_test(too_large_saturates),
      cmocka_unit_test(slots_are_rounded_and_absent_without_a_retriever),
      cmocka_unit_test(state_has_the_documented_shapes),
      cmocka_unit_test(state_on_a_gpu_has_the_documented_shapes), cmocka_unit_test(one_set_for_all_heads_is_one_list),
      cmocka_unit_test(packed_rows_take_fewer_bytes_of_the_link), cmocka_unit_test(staging_of_a_shorter_session),
      cmocka_unit_test(state_without_a_retriever_selects_nothing),
      cmocka_unit_test(impossible_state_saturates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
