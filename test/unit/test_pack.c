// The weight table and the packer: sharing, layout, transposes, slices, widening, and what goes wrong.
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

#include "compiler/context.h"
#include "compiler/weights/pack.h"
#include "passes/ir/ir.h"

static spc_context_t g_context;
static char g_folder[] = "/tmp/spc-pack-XXXXXX", g_source[64], g_output[64];

enum { ROWS = 37, COLS = 53, LARGE_ROWS = 300, LARGE_COLS = 5000, BF16_AT = 3 };  // an odd offset: files align nothing
#define F32_AT (BF16_AT + 2 * ROWS * COLS)
#define LARGE_AT (F32_AT + 4 * ROWS * COLS)
static uint16_t g_bf16[ROWS * COLS];
static float g_f32[ROWS * COLS];
static float *g_large;  // (LARGE_ROWS, LARGE_COLS)

static uint32_t float_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}
static float from_bf16(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, 4);
  return value;
}

static int setup(void **state) {
  (void)state;
  if (spc_context_init(&g_context) || !mkdtemp(g_folder)) return 1;
  snprintf(g_source, sizeof g_source, "%s/source.bin", g_folder);
  snprintf(g_output, sizeof g_output, "%s/packed.safetensors", g_folder);
  g_large = malloc(sizeof *g_large * LARGE_ROWS * LARGE_COLS);
  if (!g_large) return 1;
  for (int i = 0; i < ROWS * COLS; ++i) {
    g_f32[i] = (float)i * 0.37f - 100;
    g_bf16[i] = (uint16_t)(float_bits((float)i - 700) >> 16);
  }
  for (int i = 0; i < LARGE_ROWS * LARGE_COLS; ++i) g_large[i] = (float)i;
  FILE *file = fopen(g_source, "wb");
  if (!file) return 1;
  fwrite("abc", 1, BF16_AT, file);
  fwrite(g_bf16, 2, ROWS * COLS, file);
  fwrite(g_f32, 4, ROWS * COLS, file);
  fwrite(g_large, 4, LARGE_ROWS * LARGE_COLS, file);
  return fclose(file);
}

static int teardown(void **state) {
  (void)state;
  unlink(g_source);
  unlink(g_output);
  free(g_large);
  spc_context_deinit(&g_context);
  return rmdir(g_folder);  // fails when a temporary file was left
}

static MlirModule parse_weights(const char *weights) {
  char text[8192];
  snprintf(text, sizeof text, "module attributes {spc.files = [\"%s\", \"%s/missing.bin\"]} {\n  func.func @f() {\n%s\n  return\n  }\n}", g_source,
           g_folder, weights);
  MlirModule module;
  spc_status_t status = spc_context_parse(&g_context, text, strlen(text), "weights.mlir", &module);
  if (status) fail_msg("%s", spc_status_message(status));
  return module;
}

#define PART(rest) "{file = 0 : i64, " rest "}"
#define BF16_PART(more) PART("offset = 3 : i64, length = 3922 : i64, element = bf16, rows = 37 : i64, cols = 53 : i64" more)
#define F32_PART(more) PART("offset = 3925 : i64, length = 7844 : i64, element = f32, rows = 37 : i64, cols = 53 : i64" more)
#define LARGE_PART(more) PART("offset = 11769 : i64, length = 6000000 : i64, element = f32, rows = 300 : i64, cols = 5000 : i64" more)
#define WEIGHT(name, parts, type) "\"spc.weight\"() {name = \"" name "\", parts = [" parts "]} : () -> " type "\n"

typedef struct packed_t {
  MlirModule module;
  spc_weight_table_t table;
  uint8_t *bytes;
  const uint8_t *data;
  size_t size;
} packed_t;

static void count_progress(void *user, uint64_t done, uint64_t total) {
  assert_true(done <= total);
  ++*(int *)user;
}

// Packs |weights| and reads the file back.
static packed_t pack(const char *weights) {
  packed_t packed = {.module = parse_weights(weights)};
  spc_weight_files_t *files;
  assert_null(spc_weight_files_create(packed.module, &files));
  assert_null(spc_weight_table_init(&packed.table, packed.module));
  assert_null(spc_weights_missing_file(&packed.table, files));
  uint64_t data_offset;
  int calls = 0;
  spc_status_t status = spc_weights_pack(&packed.table, files, g_output, count_progress, &calls, &data_offset);
  if (status) fail_msg("%s", spc_status_message(status));
  assert_true(calls > 0);
  assert_int_equal(data_offset % SPC_WEIGHT_ALIGNMENT, 0);
  spc_weight_files_destroy(files);

  struct stat info;
  assert_int_equal(stat(g_output, &info), 0);
  packed.size = (size_t)info.st_size;
  assert_int_equal(packed.size, data_offset + packed.table.data_size);
  packed.bytes = malloc(packed.size + 1);
  FILE *file = fopen(g_output, "rb");
  assert_true(packed.bytes && file && fread(packed.bytes, 1, packed.size, file) == packed.size);
  fclose(file);
  uint64_t header = 0;
  for (int i = 7; i >= 0; --i) header = header << 8 | packed.bytes[i];
  assert_int_equal(header + 8, data_offset);
  packed.data = packed.bytes + data_offset;
  for (size_t i = 0; i < packed.table.count; ++i) assert_int_equal(packed.table.weights[i].offset % SPC_WEIGHT_ALIGNMENT, 0);
  return packed;
}

static void unpack(packed_t *packed) {
  spc_weight_table_deinit(&packed->table);
  mlirModuleDestroy(packed->module);
  free(packed->bytes);
}

static float f32_at(const packed_t *packed, size_t weight, size_t i) {
  float value;
  memcpy(&value, packed->data + packed->table.weights[weight].offset + 4 * i, 4);
  return value;
}
static uint16_t bf16_at(const packed_t *packed, size_t weight, size_t i) {
  uint16_t value;
  memcpy(&value, packed->data + packed->table.weights[weight].offset + 2 * i, 2);
  return value;
}

static void test_plain_and_transposed(void **state) {
  (void)state;
  packed_t packed = pack(WEIGHT("plain", BF16_PART(""), "tensor<37x53xbf16>") WEIGHT("turned", BF16_PART(", transpose = true"), "tensor<53x37xbf16>")
                             WEIGHT("turned32", F32_PART(", transpose = true"), "tensor<53x37xf32>"));
  assert_int_equal(packed.table.count, 3);
  for (size_t r = 0; r < ROWS; ++r) {
    for (size_t c = 0; c < COLS; ++c) {
      assert_int_equal(bf16_at(&packed, 0, r * COLS + c), g_bf16[r * COLS + c]);
      assert_int_equal(bf16_at(&packed, 1, c * ROWS + r), g_bf16[r * COLS + c]);
      assert_true(f32_at(&packed, 2, c * ROWS + r) == g_f32[r * COLS + c]);
    }
  }
  unpack(&packed);
}

// Rows of a transposed part, zeros, a constant and a bf16 part that widens, in one weight.
static void test_stack(void **state) {
  (void)state;
  packed_t packed = pack(WEIGHT("stack",
                                F32_PART(", transpose = true, row_begin = 5 : i64, row_end = 9 : i64") ", "
                                "{zeros = true, element = f32, rows = 2 : i64, cols = 37 : i64}, "
                                "{value = dense<2.5> : tensor<1x37xf32>, element = f32, rows = 1 : i64, cols = 37 : i64}, "
                                BF16_PART(", transpose = true, row_begin = 50 : i64, row_end = 53 : i64"),
                                "tensor<10x37xf32>"));
  for (size_t c = 0; c < ROWS; ++c) {
    for (size_t r = 0; r < 4; ++r) assert_true(f32_at(&packed, 0, r * ROWS + c) == g_f32[c * COLS + 5 + r]);
    for (size_t r = 4; r < 6; ++r) assert_true(f32_at(&packed, 0, r * ROWS + c) == 0);
    assert_true(f32_at(&packed, 0, 6 * ROWS + c) == 2.5f);
    for (size_t r = 7; r < 10; ++r) assert_true(f32_at(&packed, 0, r * ROWS + c) == from_bf16(g_bf16[c * COLS + 50 + r - 7]));
  }
  unpack(&packed);
}

// f16 to f32: ordinary, subnormal, infinite, negative zero.
static void test_half_widens(void **state) {
  (void)state;
  packed_t packed = pack(WEIGHT("half", "{value = dense<[1.0, -2.5, 5.9604644775390625e-08, 0x7C00, -0.0, 65504.0]> : tensor<6xf16>, element = f16, "
                                        "rows = 6 : i64, cols = 1 : i64}", "tensor<6xf32>"));
  static const float expected[] = {1.0f, -2.5f, 0x1p-24f, __builtin_inff(), -0.0f, 65504.0f};
  for (size_t i = 0; i < 6; ++i) assert_int_equal(float_bits(f32_at(&packed, 0, i)), float_bits(expected[i]));
  assert_true(packed.table.weights[0].is_vector);
  unpack(&packed);
}

// A weight of several blocks: 6 MB transposed in strips.
static void test_large_transpose(void **state) {
  (void)state;
  packed_t packed = pack(WEIGHT("large", LARGE_PART(", transpose = true") ", " LARGE_PART(", transpose = true") ", "
                                LARGE_PART(", transpose = true") ", " LARGE_PART(", transpose = true"), "tensor<20000x300xf32>"));
  for (size_t r = 0; r < 20000; r += 7) {
    for (size_t c = 0; c < LARGE_ROWS; ++c) assert_true(f32_at(&packed, 0, r * LARGE_ROWS + c) == g_large[c * LARGE_COLS + r % LARGE_COLS]);
  }
  unpack(&packed);
}

static void test_header(void **state) {
  (void)state;
  packed_t packed = pack("\"spc.weight\"() {name = \"a \\22b\", value = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>} : () -> tensor<3xf32>\n"
                         "\"spc.weight\"() {name = \"c\", value = dense<7> : tensor<2x2xi32>} : () -> tensor<2x2xi32>");
  static const char expected[] =
      "{\"__metadata__\":{\"format\":\"spc\"},\"a__b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
      "\"_padding.0\":{\"dtype\":\"U8\",\"shape\":[52],\"data_offsets\":[12,64]},"
      "\"c\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[64,80]},"
      "\"_padding.1\":{\"dtype\":\"U8\",\"shape\":[48],\"data_offsets\":[80,128]}}";
  assert_memory_equal(packed.bytes + 8, expected, sizeof expected - 1);
  for (const uint8_t *at = packed.bytes + 8 + sizeof expected - 1; at < packed.data; ++at) assert_int_equal(*at, ' ');
  assert_int_equal(packed.table.weights[1].element, SPC_I32);
  unpack(&packed);
}

// Those in host memory are the last of the file; the table keeps its order.
static void test_weights_in_host_memory_are_last(void **state) {
  (void)state;
  packed_t packed = pack("\"spc.weight\"() {name = \"table\", value = dense<1.0> : tensor<3xf32>, spc.on_host} : () -> tensor<3xf32>\n"
                         "\"spc.weight\"() {name = \"c\", value = dense<7> : tensor<2x2xi32>} : () -> tensor<2x2xi32>\n"
                         "\"spc.weight\"() {name = \"second\", value = dense<2.0> : tensor<3xf32>, spc.on_host} : () -> tensor<3xf32>\n"
                         "\"spc.weight\"() {name = \"d\", value = dense<4.0> : tensor<3xf32>} : () -> tensor<3xf32>\n");
  static const char *const names[] = {"table", "c", "second", "d"};
  static const uint64_t offsets[] = {128, 0, 192, 64};
  for (size_t i = 0; i < 4; ++i) {
    assert_string_equal(packed.table.weights[i].name, names[i]);
    assert_int_equal(packed.table.weights[i].offset, offsets[i]);
  }
  assert_int_equal(packed.table.device_size, 128);
  assert_int_equal(packed.table.data_size, 256);
  assert_true(f32_at(&packed, 0, 2) == 1 && f32_at(&packed, 2, 2) == 2 && f32_at(&packed, 3, 2) == 4);
  unpack(&packed);
}

static void test_sharing(void **state) {
  (void)state;
  MlirModule module = parse_weights("%0 = " WEIGHT("w", F32_PART(""), "tensor<37x53xf32>") "%1 = " WEIGHT("w", F32_PART(""), "tensor<37x53xf32>")
                                    "%2 = " WEIGHT("w", BF16_PART(""), "tensor<37x53xbf16>"));
  spc_weight_table_t table;
  assert_null(spc_weight_table_init(&table, module));
  assert_int_equal(table.count, 2);
  assert_string_equal(table.weights[0].name, "w");
  assert_string_equal(table.weights[1].name, "w.1");
  MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(spc_module_func(module, "f")));
  static const int64_t indices[] = {0, 0, 1};
  for (int i = 0; i < 3; ++i, op = mlirOperationGetNextInBlock(op)) assert_int_equal(spc_weight_table_find(&table, op), indices[i]);
  spc_weight_table_deinit(&table);
  mlirModuleDestroy(module);
}

static void test_table_errors(void **state) {
  (void)state;
  static const struct {
    const char *weight, *message;
  } cases[] = {
      {WEIGHT("w", F32_PART(""), "tensor<38x53xf32>"), "weight 'w': its parts have 37 rows together, the weight 38"},
      {WEIGHT("w", F32_PART(", transpose = true"), "tensor<37x53xf32>"), "part 0 has 37 columns, the weight 53"},
      {WEIGHT("w", F32_PART(", row_end = 38 : i64"), "tensor<38x53xf32>"), "rows 0 to 38 of a part with 37 rows"},
      {WEIGHT("w", F32_PART(""), "tensor<37x53xbf16>"), "is F32 and cannot become BF16"},
      {WEIGHT("w", PART("offset = 0 : i64, length = 8 : i64, element = f32, rows = 3 : i64, cols = 1 : i64"), "tensor<3xf32>"),
       "3 x 1 elements is 12 bytes, but 8 bytes are given"},
      {WEIGHT("w", PART("offset = 0 : i64, length = 8 : i64, element = f32, rows = 4611686018427387904 : i64, cols = 4 : i64"), "tensor<3xf32>"),
       "overflows"},
      {WEIGHT("w", PART("element = f32, rows = 3 : i64, cols = 1 : i64"), "tensor<3xf32>"), "neither file, offset and length, nor a value, nor zeros"},
      {WEIGHT("w", PART("element = f64, rows = 3 : i64, cols = 1 : i64"), "tensor<3xf32>"), "none of f32, f16, bf16, i32"},
      {"\"spc.weight\"() {name = \"w\"} : () -> tensor<3xf32>", "weight 'w' has neither parts nor a value"},
      {"\"spc.weight\"() {name = \"w\", value = dense<1.0> : tensor<4xf32>} : () -> tensor<3xf32>", "4 elements, its shape 3 x 1"},
      {"\"spc.weight\"() {name = \"w\", value = dense<1.0> : tensor<4xf32>} : () -> tensor<?xf32>", "no tensor of one or two fixed dimensions"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    MlirModule module = parse_weights(cases[i].weight);
    spc_weight_table_t table;
    spc_status_t status = spc_weight_table_init(&table, module);
    if (!status || !strstr(spc_status_message(status), cases[i].message)) {
      fail_msg("case %zu: '%s' lacks '%s'", i, spc_status_message(status), cases[i].message);
    }
    spc_status_ignore(status);
    mlirModuleDestroy(module);
  }
}

static spc_status_t try_pack(const char *weight, const char *path, const char **out_missing, spc_weight_files_t **out_files) {
  MlirModule module = parse_weights(weight);
  spc_weight_table_t table;
  uint64_t data_offset;
  assert_null(spc_weight_files_create(module, out_files));
  assert_null(spc_weight_table_init(&table, module));
  *out_missing = spc_weights_missing_file(&table, *out_files);
  spc_status_t status = spc_weights_pack(&table, *out_files, path, NULL, NULL, &data_offset);
  spc_weight_table_deinit(&table);
  mlirModuleDestroy(module);
  return status;
}

static void expect_failure(const char *weight, const char *path, spc_status_code_t code, const char *message, bool is_missing) {
  const char *missing;
  spc_weight_files_t *files;
  spc_status_t status = try_pack(weight, path, &missing, &files);
  assert_int_equal(spc_status_code(status), code);
  if (!strstr(spc_status_message(status), message)) fail_msg("'%s' lacks '%s'", spc_status_message(status), message);
  assert_int_equal(missing != NULL, is_missing);
  spc_status_ignore(status);
  spc_weight_files_destroy(files);
}

// None leaves a file: teardown removes the folder.
static void test_pack_errors(void **state) {
  (void)state;
  unlink(g_output);
  expect_failure(WEIGHT("w", "{file = 1 : i64, offset = 0 : i64, length = 12 : i64, element = f32, rows = 3 : i64, cols = 1 : i64}", "tensor<3xf32>"),
                 g_output, SPC_NOT_FOUND, "missing.bin", true);
  expect_failure(WEIGHT("w", PART("offset = 99999999 : i64, length = 12 : i64, element = f32, rows = 3 : i64, cols = 1 : i64"), "tensor<3xf32>"),
                 g_output, SPC_OUT_OF_RANGE, "weight 'w', part 0: ", false);
  expect_failure(WEIGHT("w", F32_PART(""), "tensor<37x53xf32>"), "/no/such/folder/w.safetensors", SPC_NOT_FOUND, "/no/such/folder/w.safetensors",
                 false);
  expect_failure(WEIGHT("w", "{zeros = true, element = f32, rows = 1 : i64, cols = 100000000 : i64}", "tensor<1x100000000xf32>"), g_output,
                 SPC_UNSUPPORTED, "a row is 400000000 bytes", false);
  assert_int_not_equal(access(g_output, F_OK), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_and_transposed), cmocka_unit_test(test_stack),        cmocka_unit_test(test_half_widens),
      cmocka_unit_test(test_large_transpose),      cmocka_unit_test(test_header),       cmocka_unit_test(test_sharing),
      cmocka_unit_test(test_weights_in_host_memory_are_last),
      cmocka_unit_test(test_table_errors),         cmocka_unit_test(test_pack_errors),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
