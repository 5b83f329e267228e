// Statuses: what they say, how they are annotated and joined. Built-in leaks are found by the sanitizer build.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "spc/status.h"

static void test_success(void **state) {
  (void)state;
  assert_true(spc_status_is_ok(NULL));
  assert_int_equal(spc_status_code(NULL), SPC_OK);
  assert_string_equal(spc_status_message(NULL), "OK");
  assert_null(SPC_STATUS(SPC_OK, "no message for success"));
  assert_null(spc_status_annotate(NULL, "nothing"));
  spc_status_ignore(NULL);
}

static void test_create(void **state) {
  (void)state;
  spc_status_t status = SPC_STATUS(SPC_OUT_OF_RANGE, "token %d of a vocabulary of %s", 300, "260");
  assert_false(spc_status_is_ok(status));
  assert_int_equal(spc_status_code(status), SPC_OUT_OF_RANGE);
  assert_string_equal(spc_status_message(status), "token 300 of a vocabulary of 260");
  spc_status_ignore(status);
}

static void test_annotate(void **state) {
  (void)state;
  spc_status_t status = SPC_STATUS(SPC_IO, "no space");
  status = spc_status_annotate(status, "writing %s", "a.so");
  status = spc_status_annotate(status, "linking");
  assert_int_equal(spc_status_code(status), SPC_IO);
  assert_string_equal(spc_status_message(status), "linking: writing a.so: no space");
  spc_status_ignore(status);
}

// A message longer than any fixed buffer arrives whole.
static void test_long_message(void **state) {
  (void)state;
  char text[20000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  spc_status_t status = spc_status_annotate(SPC_STATUS(SPC_INTERNAL, "%s", text), "%s", text);
  assert_int_equal(strlen(spc_status_message(status)), 2 * (sizeof text - 1) + 2);
  spc_status_ignore(status);
}

static void test_join(void **state) {
  (void)state;
  assert_null(spc_status_join(NULL, NULL));
  spc_status_t only = spc_status_join(NULL, SPC_STATUS(SPC_IO, "second"));
  assert_string_equal(spc_status_message(only), "second");
  spc_status_t first = spc_status_join(SPC_STATUS(SPC_DEVICE, "first"), only);
  assert_string_equal(spc_status_message(first), "first");
  spc_status_ignore(first);
}

static void test_code_names(void **state) {
  (void)state;
  for (int code = SPC_OK; code <= SPC_INTERNAL; ++code) {
    assert_string_not_equal(spc_status_code_name((spc_status_code_t)code), "UNKNOWN");
    for (int other = SPC_OK; other < code; ++other) {
      assert_string_not_equal(spc_status_code_name((spc_status_code_t)code), spc_status_code_name((spc_status_code_t)other));
    }
  }
}

static spc_status_t fails_at(int step, int *out_steps) {
  spc_status_t status = NULL;
  *out_steps = 0;
  SPC_GOTO_IF_ERROR(step == 0 ? SPC_STATUS(SPC_INVALID_ARGUMENT, "step 0") : NULL);
  ++*out_steps;
  SPC_RETURN_IF_ERROR(step == 1 ? SPC_STATUS(SPC_NOT_FOUND, "step 1") : NULL);
  ++*out_steps;
cleanup:
  return status;
}

static void test_macros(void **state) {
  (void)state;
  static const spc_status_code_t codes[] = {SPC_INVALID_ARGUMENT, SPC_NOT_FOUND, SPC_OK};
  for (int step = 0; step < 3; ++step) {
    int steps;
    spc_status_t status = fails_at(step, &steps);
    assert_int_equal(spc_status_code(status), codes[step]);
    assert_int_equal(steps, step);
    spc_status_ignore(status);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_success), cmocka_unit_test(test_create),     cmocka_unit_test(test_annotate), cmocka_unit_test(test_long_message),
      cmocka_unit_test(test_join),    cmocka_unit_test(test_code_names), cmocka_unit_test(test_macros),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
