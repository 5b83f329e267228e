// Weight files: mapped on first use, never past their end.
#include "frontend/weight_files.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "mlir-c/BuiltinAttributes.h"

static MlirContext g_context;
static MlirModule g_module;
static char g_folder[64];
static spc_weight_files_t *g_files;

enum { DATA, EMPTY, MISSING, FOLDER, FILE_COUNT };
static char g_paths[FILE_COUNT][128];

static void set_files(MlirAttribute attribute) {
  mlirOperationSetDiscardableAttributeByName(mlirModuleGetOperation(g_module), mlirStringRefCreateFromCString("spc.files"), attribute);
}

static int setup(void **state) {
  (void)state;
  g_context = mlirContextCreateWithThreading(false);
  mlirContextSetAllowUnregisteredDialects(g_context, true);
  g_module = mlirModuleCreateEmpty(mlirLocationUnknownGet(g_context));
  strcpy(g_folder, "/tmp/spc-weights-XXXXXX");
  if (!mkdtemp(g_folder)) return 1;
  static const char *const names[FILE_COUNT] = {"data", "empty", "missing", "folder"};
  MlirAttribute paths[FILE_COUNT];
  for (int i = 0; i < FILE_COUNT; ++i) {
    snprintf(g_paths[i], sizeof g_paths[i], "%s/%s", g_folder, names[i]);
    paths[i] = mlirStringAttrGet(g_context, mlirStringRefCreateFromCString(g_paths[i]));
  }
  set_files(mlirArrayAttrGet(g_context, FILE_COUNT, paths));
  FILE *data = fopen(g_paths[DATA], "wb"), *empty = fopen(g_paths[EMPTY], "wb");
  if (!data || !empty) return 1;
  for (int i = 0; i < 100; ++i) fputc(i, data);
  fclose(data);
  fclose(empty);
  if (mkdir(g_paths[FOLDER], 0700)) return 1;
  spc_status_t status = spc_weight_files_create(g_module, &g_files);
  spc_status_ignore(status);
  return status != NULL;
}

static int teardown(void **state) {
  (void)state;
  spc_weight_files_destroy(g_files);
  g_files = NULL;
  mlirModuleDestroy(g_module);
  mlirContextDestroy(g_context);
  unlink(g_paths[DATA]);
  unlink(g_paths[EMPTY]);
  return rmdir(g_paths[FOLDER]) || rmdir(g_folder);
}

static void expect_error(int64_t index, uint64_t offset, uint64_t length, spc_status_code_t code, const char *part) {
  const void *data = &data;
  spc_status_t status = spc_weight_files_map(g_files, index, offset, length, &data);
  assert_int_equal(spc_status_code(status), code);
  if (!strstr(spc_status_message(status), part)) fail_msg("'%s' is not in: %s", part, spc_status_message(status));
  assert_null(data);
  spc_status_ignore(status);
}

static void test_maps_bytes(void **state) {
  (void)state;
  assert_int_equal(spc_weight_files_count(g_files), FILE_COUNT);
  const void *data, *again;
  assert_null(spc_weight_files_map(g_files, DATA, 40, 60, &data));
  assert_int_equal(((const uint8_t *)data)[0], 40);
  assert_int_equal(((const uint8_t *)data)[59], 99);
  assert_null(spc_weight_files_map(g_files, DATA, 41, 1, &again));
  assert_ptr_equal(again, (const uint8_t *)data + 1);  // one mapping
  assert_null(spc_weight_files_map(g_files, DATA, 100, 0, &data));
  assert_non_null(data);
  assert_null(spc_weight_files_map(g_files, EMPTY, 0, 0, &data));
  assert_non_null(data);
}

static void test_release(void **state) {
  (void)state;
  const void *data;
  assert_null(spc_weight_files_map(g_files, DATA, 0, 100, &data));
  spc_weight_files_release(g_files, DATA, 10, 50);
  assert_int_equal(((const uint8_t *)data)[20], 20);  // comes back from the file
  spc_weight_files_release(g_files, DATA, 90, 20);    // past the end, of no file, of one not mapped: nothing happens
  spc_weight_files_release(g_files, -1, 0, 1);
  spc_weight_files_release(g_files, MISSING, 0, 1);
  assert_int_equal(((const uint8_t *)data)[99], 99);
}

static void test_past_the_end(void **state) {
  (void)state;
  expect_error(DATA, 41, 60, SPC_OUT_OF_RANGE, "60 bytes at 41 are past its end at 100");
  expect_error(DATA, 101, 0, SPC_OUT_OF_RANGE, g_paths[DATA]);
  expect_error(DATA, 1, UINT64_MAX, SPC_OUT_OF_RANGE, "past its end");
  expect_error(DATA, UINT64_MAX, 2, SPC_OUT_OF_RANGE, "past its end");
  expect_error(EMPTY, 0, 1, SPC_OUT_OF_RANGE, "past its end at 0");
}

static void test_no_such_file(void **state) {
  (void)state;
  expect_error(MISSING, 0, 1, SPC_NOT_FOUND, g_paths[MISSING]);
  expect_error(FOLDER, 0, 1, SPC_INVALID_ARGUMENT, "not a regular file");
  expect_error(FILE_COUNT, 0, 1, SPC_INVALID_ARGUMENT, "weight file 4 of 4");
  expect_error(-1, 0, 1, SPC_INVALID_ARGUMENT, "weight file -1 of 4");
}

static void test_exist(void **state) {
  (void)state;
  assert_true(spc_weight_files_exist(g_files, DATA));
  assert_true(spc_weight_files_exist(g_files, EMPTY));
  assert_false(spc_weight_files_exist(g_files, MISSING));
  assert_false(spc_weight_files_exist(g_files, FOLDER));
  assert_false(spc_weight_files_exist(g_files, FILE_COUNT));
  assert_string_equal(spc_weight_files_path(g_files, MISSING), g_paths[MISSING]);
  assert_non_null(spc_weight_files_path(g_files, -1));
}

static void test_attribute(void **state) {
  (void)state;
  spc_weight_files_t *files;
  mlirOperationRemoveDiscardableAttributeByName(mlirModuleGetOperation(g_module), mlirStringRefCreateFromCString("spc.files"));
  assert_null(spc_weight_files_create(g_module, &files));
  assert_int_equal(spc_weight_files_count(files), 0);
  spc_weight_files_destroy(files);
  spc_weight_files_destroy(NULL);

  MlirAttribute unit = mlirUnitAttrGet(g_context), list = mlirArrayAttrGet(g_context, 1, &unit);
  MlirAttribute wrong[] = {unit, list};
  for (size_t i = 0; i < 2; ++i) {
    set_files(wrong[i]);
    spc_status_t status = spc_weight_files_create(g_module, &files);
    assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
    assert_non_null(strstr(spc_status_message(status), "spc.files"));
    assert_null(files);
    spc_status_ignore(status);
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_maps_bytes), TEST(test_release), TEST(test_past_the_end), TEST(test_no_such_file), TEST(test_exist), TEST(test_attribute),
  };
  return cmocka_run_group_tests_name("weight_files", tests, NULL, NULL);
}
