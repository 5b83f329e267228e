// Attention by cuDNN on a library that only keeps books: which graph it is given, what a plan is executed with, and every way in which it
// can be missing, which must leave attention to our own kernel without an error.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cuda/cudnn_attend.h"
#include "fake_cudnn.h"
#include "spc/abi.h"

// ---- Tests

static const spc_cudnn_shape_t k_shape = {.rows = 4096,
                                          .heads = 32,
                                          .kv_heads = 8,
                                          .head_size = 128,
                                          .page_tokens = 64,
                                          .table_pages = 516,
                                          .pool_pages = 12384,
                                          .element = SPC_BF16,
                                          .scale = 0.125};
static const spc_cudnn_call_t k_call = {.q = 0x1000,
                                        .pool = 0x2000,
                                        .table = 0x3000,
                                        .rows = 0x4000,
                                        .keys = 0x4010,
                                        .out = 0x5000,
                                        .workspace = 0x6000,
                                        .workspace_bytes = 256};

#define ASSERT_OK(expr)                                       \
  do {                                                        \
    spc_status_t status_ = (expr);                            \
    if (status_) fail_msg("%s", spc_status_message(status_)); \
  } while (0)

static spc_cudnn_attend_t *open_fake(void) {
  spc_cudnn_attend_t *attend = NULL;
  fake_cudnn.proposals = 2;
  fake_cudnn.workspace = 256;
  spc_cudnn_set_library(NULL);
  ASSERT_OK(spc_cudnn_attend_create(&attend));
  return attend;
}

static int reset(void **state) {
  (void)state;
  memset(&fake_cudnn, 0, sizeof fake_cudnn);
  fake_cudnn.version = 91900;
  return 0;
}

static void test_missing_libraries(void **state) {
  (void)state;
  spc_cudnn_attend_t *attend = (spc_cudnn_attend_t *)&fake_cudnn;
  spc_cudnn_set_library("/nonexistent");
  ASSERT_OK(spc_cudnn_attend_create(&attend));
  assert_null(attend);
  fake_cudnn.version = 90501;  // too old
  assert_null(open_fake());
  fake_cudnn.version = 100000;  // values of another major version
  assert_null(open_fake());
  fake_cudnn.version = 91900;
  fake_cudnn.does_not_start = true;
  assert_null(open_fake());
  spc_cudnn_attend_destroy(NULL);
  assert_int_equal(fake_cudnn.live, 0);
}

static void test_running(void **state) {
  (void)state;
  spc_cudnn_attend_t *attend = open_fake();
  bool done = true;
  assert_string_equal(spc_cudnn_attend_name(attend), "cuDNN 9.19.0");
  ASSERT_OK(spc_cudnn_attend_run(attend, &k_shape, &k_call, NULL, &done));
  assert_false(done);            // not prepared
  fake_cudnn.refused_plans = 1;  // the second engine takes it
  ASSERT_OK(spc_cudnn_attend_prepare(attend, &k_shape));
  assert_null(spc_cudnn_attend_refusal(attend, &k_shape));
  assert_int_equal(fake_cudnn.operations, 24);
  assert_int_equal(fake_cudnn.paged_loads, 2);
  assert_int_equal(fake_cudnn.matmuls, 2);
  uint64_t calls = fake_cudnn.calls;
  ASSERT_OK(spc_cudnn_attend_prepare(attend, &k_shape));
  assert_int_equal(fake_cudnn.calls, calls);  // kept
  int64_t live = fake_cudnn.live;
  ASSERT_OK(spc_cudnn_attend_run(attend, &k_shape, &k_call, (CUstream)&fake_cudnn, &done));
  assert_true(done && fake_cudnn.executed == 1 && fake_cudnn.stream == (CUstream)&fake_cudnn && fake_cudnn.live == live);
  static const uintptr_t expected[] = {0x1000, 0x2000, 0x2100, 0x3000, 0x3000, 0x4000, 0x4010, 0x5000};  // V lies a K further
  assert_int_equal(fake_cudnn.given, 11);
  for (size_t i = 0; i < 8; ++i) assert_ptr_equal(fake_cudnn.pointers[i], (void *)expected[i]);
  assert_ptr_equal(fake_cudnn.workspace_pointer, (void *)0x6000);
  assert_true(fake_cudnn.scale == 0.125f);
  spc_cudnn_call_t small = k_call;
  small.workspace_bytes = 255;
  ASSERT_OK(spc_cudnn_attend_run(attend, &k_shape, &small, NULL, &done));
  assert_false(done);
  fake_cudnn.fail_at = fake_cudnn.calls + 6;  // a plan that was there and fails is an error
  spc_status_t status = spc_cudnn_attend_run(attend, &k_shape, &k_call, NULL, &done);
  assert_non_null(status);
  assert_string_equal(spc_status_message(status), "attention by cuDNN 9.19.0: cudnnBackendExecute: FAKE_NOT_SUPPORTED");
  spc_status_ignore(status);
  spc_cudnn_attend_destroy(attend);
  assert_int_equal(fake_cudnn.live, 0);
}

static void assert_refused(spc_cudnn_attend_t *attend, const spc_cudnn_shape_t *shape, const char *why) {
  bool done = true;
  ASSERT_OK(spc_cudnn_attend_prepare(attend, shape));
  const char *refusal = spc_cudnn_attend_refusal(attend, shape);
  assert_non_null(refusal);
  if (why) assert_string_equal(refusal, why);
  ASSERT_OK(spc_cudnn_attend_run(attend, shape, &k_call, NULL, &done));
  assert_false(done);
  assert_int_equal(fake_cudnn.executed, 0);
}

static void test_refusals(void **state) {
  (void)state;
  spc_cudnn_attend_t *attend = open_fake();
  spc_cudnn_shape_t shape = k_shape;
  shape.element = SPC_F32;
  assert_refused(attend, &shape, "neither bf16 nor f16");
  shape = k_shape;
  shape.head_size = 100;
  assert_refused(attend, &shape, "rows that are not of 16 bytes each");
  shape.head_size = 512;
  assert_refused(attend, &shape, "heads of more than 256 numbers");
  shape.head_size = 192;
  fake_cudnn.refused_plans = 2;
  assert_refused(attend, &shape, "cudnnBackendFinalize: FAKE_NOT_SUPPORTED");
  shape.head_size = 256;
  fake_cudnn.proposals = 0;
  assert_refused(attend, &shape, NULL);
  assert_int_equal(fake_cudnn.live, 1);  // what was refused keeps nothing but the handle
  spc_cudnn_attend_destroy(attend);
  assert_int_equal(fake_cudnn.live, 0);
}

// Whatever call of building says no, nothing is left behind and nothing runs.
static void test_every_call_refused(void **state) {
  (void)state;
  uint64_t calls = 0;
  for (uint64_t fail_at = 0; fail_at <= calls; ++fail_at) {
    reset(NULL);
    spc_cudnn_attend_t *attend = open_fake();
    fake_cudnn.proposals = 1;
    fake_cudnn.fail_at = fail_at;
    if (fail_at == 0) {
      ASSERT_OK(spc_cudnn_attend_prepare(attend, &k_shape));
      assert_null(spc_cudnn_attend_refusal(attend, &k_shape));
      calls = fake_cudnn.calls;
      assert_true(calls > 100);
    } else {
      assert_refused(attend, &k_shape, NULL);
    }
    spc_cudnn_attend_destroy(attend);
    assert_int_equal(fake_cudnn.live, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup(test_missing_libraries, reset), cmocka_unit_test_setup(test_running, reset),
                                     cmocka_unit_test_setup(test_refusals, reset), cmocka_unit_test_setup(test_every_call_refused, reset)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
