// One set of tokens or one a KV head: what the model of their time chooses, and the pages that go with it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "passes/retrieval/selection_level.h"

// Llama-3.1-8B in bf16.
static spc_selection_shape_t llama(spc_target_t target, uint64_t max_seq, uint64_t max_batch) {
  return (spc_selection_shape_t){.target = target, .layers = 32, .kv_heads = 8, .row_bytes = 512, .q_heads = 32, .selected = 2116, .max_seq = max_seq,
                                 .max_batch = max_batch};
}

// Where the link decides heads keep their own sets: where translations are cached, and where one brings the rows of enough layers.
static void test_a_gpu(void **state) {
  (void)state;
  spc_selection_shape_t near = llama(SPC_TARGET_CUDA, 4096, 1), far = llama(SPC_TARGET_CUDA, 32768, 8);
  assert_int_equal(spc_selection_choose(&near), 8);
  spc_selection_cost_t heads = spc_selection_cost(&near, 8), one = spc_selection_cost(&near, 1);
  assert_true(heads.load_seconds == one.load_seconds && heads.select_seconds < one.select_seconds);
  assert_int_equal(spc_selection_choose(&far), 8);
  heads = spc_selection_cost(&far, 8), one = spc_selection_cost(&far, 1);
  double bytes = 32.0 * 8 * 8 * 0.2 * 2116 * 512;
  assert_true(bytes / heads.load_seconds > 49e9 && bytes / one.load_seconds > 49e9);
}

// Eight layers' rows of 128 bytes are half of what a translation is worth; those of a token's heads lie together besides.
static void test_a_gpu_with_small_heads(void **state) {
  (void)state;
  spc_selection_shape_t far = llama(SPC_TARGET_CUDA, 131072, 8);
  far.row_bytes = 128;
  assert_int_equal(spc_selection_choose(&far), 1);
  assert_true(spc_selection_cost(&far, 8).load_seconds > 1.5 * spc_selection_cost(&far, 1).load_seconds);
}

static void test_host_groups(void **state) {
  (void)state;
  spc_selection_shape_t s = llama(SPC_TARGET_CUDA, 32768, 1);
  assert_int_equal(spc_selection_host_group(&s, 8), 4);  // 2 KiB
  assert_int_equal(spc_selection_host_group(&s, 1), 1);  // 4 KiB a layer
  s.packed = true;
  assert_int_equal(spc_selection_host_group(&s, 8), 5);  // 1960 bytes
  assert_int_equal(spc_selection_host_group(&s, 1), 4);
  assert_int_equal(spc_selection_host_last_group(&s, 8), 5);
  assert_int_equal(spc_selection_host_last_group(&s, 1), 2);
  s.row_bytes = 256 * 4;
  assert_int_equal(spc_selection_host_group(&s, 8), 2);
  s.row_bytes = 64;
  assert_int_equal(spc_selection_host_group(&s, 8), 8);
  s.packed = false;
  s.row_bytes = 1024;
  assert_int_equal(spc_selection_host_group(&s, 8), 2);
  s.row_bytes = 4096;
  assert_int_equal(spc_selection_host_group(&s, 8), 1);
  s.row_bytes = 64;
  assert_int_equal(spc_selection_host_group(&s, 8), 8);
  s.layers = 3;
  assert_int_equal(spc_selection_host_group(&s, 8), 3);
  s.target = SPC_TARGET_CPU;
  assert_int_equal(spc_selection_host_group(&s, 8), 1);
}

static void test_a_cpu(void **state) {
  (void)state;
  spc_selection_shape_t many_heads = llama(SPC_TARGET_CPU, 131072, 1), few = llama(SPC_TARGET_CPU, 4096, 1);
  many_heads.kv_heads = 32;
  many_heads.selected = 256;
  assert_int_equal(spc_selection_choose(&many_heads), 1);
  assert_int_equal(spc_selection_choose(&few), 8);
}

static void test_pages(void **state) {
  (void)state;
  spc_selection_shape_t s = llama(SPC_TARGET_CUDA, 32768, 1);
  assert_int_equal(spc_selection_page_tokens(&s, 64), 16);  // 64 KiB
  s.row_bytes = 256;
  assert_int_equal(spc_selection_page_tokens(&s, 64), 32);
  s.kv_heads = 1;
  assert_int_equal(spc_selection_page_tokens(&s, 64), 64);
  s.kv_heads = 64;
  s.row_bytes = 1024;
  assert_int_equal(spc_selection_page_tokens(&s, 64), 16);  // the fewest that the kernels take
  s.target = SPC_TARGET_CPU;
  assert_int_equal(spc_selection_page_tokens(&s, 64), 64);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_gpu), cmocka_unit_test(test_a_gpu_with_small_heads), cmocka_unit_test(test_host_groups),
                                     cmocka_unit_test(test_a_cpu), cmocka_unit_test(test_pages)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
