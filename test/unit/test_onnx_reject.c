// External data, and files that the importer must refuse, saying where and why: graphs, models and bytes that are wrong.
#include "frontend/onnx_import.h"

#include "test/unit/onnx_import_fixture.h"

// ---- External data -------------------------------------------------------------------------------------------------

static bytes_t *external_w(const char *location, const char *offset, const char *length) {
  return model_with_w(external(tensor("w", ONNX_FLOAT, DIMS(4)), location, offset, length));
}

static void test_external(void **state) {
  (void)state;
  write_file(g_folder, "data.bin", 64);
  const char *text = import_ok(external_w("data.bin", "48", "16"));
  assert_has(text, "{file = 1 : i64, length = 16 : i64, name = \"w\", offset = 48 : i64, type = tensor<4xf32>}");
  assert_has(text, "/data.bin\"]");
}

// Large constants of nodes may be external too.
static void test_external_constant(void **state) {
  (void)state;
  write_file(g_folder, "data.bin", 64);
  bytes_t *value = external(tensor("", ONNX_FLOAT, DIMS(4)), "./data.bin", "16", NULL);
  bytes_t *graph = add_node(graph_of_x(), constant("c", put_message(attribute("value", ATTR_TENSOR), 5, value)));
  add_initializer(graph, external(tensor("w", ONNX_FLOAT, DIMS(4)), "data.bin", NULL, NULL));  // the same file by another name
  const char *text = import_ok(model_of(add_node(graph, node("Sum", "s", "x,c,w", "y")), "y"));
  assert_has(text, "{file = 1 : i64, length = 16 : i64, name = \"c\", offset = 16 : i64, type = tensor<4xf32>}");
  assert_has(text, "{file = 1 : i64, length = 16 : i64, name = \"w\", offset = 0 : i64, type = tensor<4xf32>}");
}

static void test_external_missing_file(void **state) {
  (void)state;
  char link[160];
  snprintf(link, sizeof link, "%s/sub", g_folder);
  const char *text = import_ok(external_w("sub/data.bin", NULL, NULL));  // a graph without its weights
  assert_has(text, "/sub/data.bin\"]");
  assert_has(text, "length = 16 : i64, name = \"w\", offset = 0 : i64");
  mlirModuleDestroy(g_module);
  g_module = mlirModuleCreateEmpty(mlirLocationUnknownGet(g_context.mlir));
  assert_int_equal(symlink("/usr", link), 0);
  expect_error(external_w("sub/data.bin", NULL, NULL), SPC_INVALID_ARGUMENT, "initializer 'w'", "outside");
  assert_int_equal(unlink(link), 0);
  assert_int_equal(symlink("/nowhere/at/all", link), 0);
  expect_error(external_w("sub", NULL, NULL), SPC_NOT_FOUND, "link to nowhere");
}

static void test_external_outside(void **state) {
  (void)state;
  write_file(g_folder, "data.bin", 64);
  expect_error(external_w("/etc/passwd", NULL, NULL), SPC_INVALID_ARGUMENT, "initializer 'w'", "/etc/passwd", "relative");
  expect_error(external_w("../data.bin", NULL, NULL), SPC_INVALID_ARGUMENT, "'..'");
  expect_error(external_w("a/../data.bin", NULL, NULL), SPC_INVALID_ARGUMENT, "'..'");
  expect_error(external_w("a/..", NULL, NULL), SPC_INVALID_ARGUMENT, "'..'");
  expect_error(external_w("", NULL, NULL), SPC_INVALID_ARGUMENT, "empty location");
  expect_error(external_w(NULL, "0", NULL), SPC_INVALID_ARGUMENT, "without a location");
  expect_error(external_w(".", NULL, NULL), SPC_INVALID_ARGUMENT, "outside");
  assert_int_equal(mkdir(strcat(strcpy((char[160]){0}, g_folder), "/sub"), 0700), 0);
  expect_error(external_w("sub", NULL, NULL), SPC_INVALID_ARGUMENT, "not a regular file");
}

// A Hugging Face cache: the model's files are links to blobs elsewhere.
static void test_external_links(void **state) {
  (void)state;
  char snapshot[160], blobs[160], link[200], blob[200];
  snprintf(snapshot, sizeof snapshot, "%s/snapshot", g_folder);
  snprintf(blobs, sizeof blobs, "%s/blobs", g_folder);
  snprintf(link, sizeof link, "%s/data.bin", snapshot);
  snprintf(blob, sizeof blob, "%s/0123abcd", blobs);
  assert_int_equal(mkdir(snapshot, 0700), 0);
  assert_int_equal(mkdir(blobs, 0700), 0);
  write_file(blobs, "0123abcd", 64);
  assert_int_equal(symlink("../blobs/0123abcd", link), 0);
  snprintf(g_path, sizeof g_path, "%s/model.onnx", snapshot);

  bytes_t *model = external_w("data.bin", NULL, NULL);
  expect_error(model, SPC_INVALID_ARGUMENT, "data.bin", "outside", "data root");
  expect_failure(import_with(model, "/usr"), SPC_INVALID_ARGUMENT, (const char *const[]){"outside", NULL});
  expect_failure(import_with(model, "/no/such/folder"), SPC_NOT_FOUND, (const char *const[]){"/no/such/folder", NULL});
  assert_null(import_with(model, g_folder));
  assert_has(printed(), blob);
}

static void test_external_sizes(void **state) {
  (void)state;
  write_file(g_folder, "data.bin", 64);
  expect_error(external_w("data.bin", "49", NULL), SPC_OUT_OF_RANGE, "initializer 'w'", "16 bytes at 49", "data.bin", "64");
  expect_error(external_w("data.bin", "9223372036854775807", NULL), SPC_OUT_OF_RANGE, "past the end");
  expect_error(external_w("data.bin", "0", "15"), SPC_INVALID_ARGUMENT, "length 15", "need 16");
  expect_error(external_w("data.bin", "-1", NULL), SPC_INVALID_ARGUMENT, "offset '-1'");
  expect_error(external_w("data.bin", "0x10", NULL), SPC_INVALID_ARGUMENT, "offset '0x10'");
  expect_error(external_w("data.bin", "", NULL), SPC_INVALID_ARGUMENT, "offset ''");
  expect_error(external_w("data.bin", "18446744073709551616", NULL), SPC_INVALID_ARGUMENT, "offset '18446744073709551616'");
  bytes_t *both = external(raw_tensor("w", ONNX_FLOAT, DIMS(4), k_floats, 16), "data.bin", NULL, NULL);
  expect_error(model_with_w(both), SPC_INVALID_ARGUMENT, "both external and inside");
  bytes_t *twice = external(external(tensor("w", ONNX_FLOAT, DIMS(4)), "data.bin", NULL, NULL), "data.bin", NULL, NULL);
  expect_error(model_with_w(twice), SPC_INVALID_ARGUMENT, "twice");
}

// ---- Graphs that are wrong -----------------------------------------------------------------------------------------

static void test_cycle(void **state) {
  (void)state;
  bytes_t *graph = graph_of_x();
  add_node(add_node(graph, node("Add", "one", "x,b", "a")), node("Neg", "two", "a", "b"));
  expect_error(model_of(graph, "a"), SPC_INVALID_ARGUMENT, "cyclic", "node 'one' (Add)", "node 'two' (Neg)");
  expect_error(model_of(add_node(graph_of_x(), node("Add", "self", "x,y", "y")), "y"), SPC_INVALID_ARGUMENT, "cyclic", "node 'self' (Add)");
}

static void test_undefined_and_duplicate_names(void **state) {
  (void)state;
  expect_error(model_of(add_node(graph_of_x(), node("MatMul", "proj", "x,w", "y")), "y"), SPC_INVALID_ARGUMENT, "node 'proj' (MatMul)",
               "'w'", "initializer missing");
  expect_error(model_of(add_node(graph_of_x(), node("Relu", "r", "x", "y")), "z"), SPC_INVALID_ARGUMENT, "output 0, 'z'");
  expect_error(model_of(add_node(graph_of_x(), node("Relu", "r", "x", "x")), "x"), SPC_INVALID_ARGUMENT, "'x' is defined twice", "input 0");
  bytes_t *graph = add_node(add_node(graph_of_x(), node("Relu", "r", "x", "y")), node("Neg", "", "x", "y"));
  expect_error(model_of(graph, "y"), SPC_INVALID_ARGUMENT, "'y' is defined twice", "node 'r' (Relu)", "node 1 (Neg -> y)");
  bytes_t *twice = add_initializer(graph_of_x(), tensor("w", ONNX_FLOAT, DIMS(0)));
  add_node(add_initializer(twice, tensor("w", ONNX_FLOAT, DIMS(0))), node("Relu", "r", "x", "y"));
  expect_error(model_of(twice, "y"), SPC_INVALID_ARGUMENT, "'w' is defined twice", "initializer");
  expect_error(model_with_w(tensor("", ONNX_FLOAT, DIMS(0))), SPC_INVALID_ARGUMENT, "initializer 0 has no name");
  expect_error(model_of(add_node(graph_of_x(), node("", "n", "x", "y")), "y"), SPC_INVALID_ARGUMENT, "node 'n'", "no op type");
  expect_error(model_of(add_node(add_node(graph_of_x(), node("Relu", "r", "x", "y")), node("Neg", "n", "x", "")), "y"),
               SPC_INVALID_ARGUMENT, "node 'n' (Neg)", "no output");
}

static void test_shapes(void **state) {
  (void)state;
  expect_error(model_with_w(tensor("w", ONNX_FLOAT, DIMS(3, -2))), SPC_INVALID_ARGUMENT, "initializer 'w'", "dimension 1 is -2");
  expect_error(model_with_w(tensor("w", ONNX_FLOAT, DIMS(INT64_MAX, 2))), SPC_INVALID_ARGUMENT, "overflows");
  expect_error(model_with_w(tensor("w", ONNX_FLOAT, DIMS(INT64_C(1) << 61))), SPC_INVALID_ARGUMENT, "overflows", "bytes");
  expect_error(model_with_w(tensor("w", ONNX_FLOAT, DIMS(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))),
               SPC_UNSUPPORTED, "33 dimensions");
  expect_error(model_with_w(raw_tensor("w", ONNX_FLOAT, DIMS(5), k_floats, 16)), SPC_INVALID_ARGUMENT, "16 bytes of data", "need 20");
  expect_error(model_with_w(raw_tensor("w", ONNX_FLOAT, DIMS(0), k_floats, 16)), SPC_INVALID_ARGUMENT, "need 0");
  expect_error(model_with_w(put_data(tensor("w", ONNX_FLOAT, DIMS(5)), 4, k_floats, 16)), SPC_INVALID_ARGUMENT, "4 entries", "need 5");
  expect_error(model_with_w(tensor("w", ONNX_FLOAT, DIMS(4))), SPC_INVALID_ARGUMENT, "0 entries", "need 4");
  expect_error(model_with_w(put_varint(tensor("w", ONNX_INT8, DIMS(1)), 5, 128)), SPC_INVALID_ARGUMENT, "entry 0", "INT8");
  expect_error(model_with_w(put_varint(tensor("w", ONNX_F16, DIMS(1)), 5, 65536)), SPC_INVALID_ARGUMENT, "entry 0", "FLOAT16");
  expect_error(model_with_w(put_varint(raw_tensor("w", ONNX_FLOAT, DIMS(4), k_floats, 16), 5, 1)), SPC_INVALID_ARGUMENT, "several fields");
  bytes_t *graph = put_message(bytes_new(), 11, value_info("x", ONNX_FLOAT, "batch,-1"));
  expect_error(model_of(add_node(graph, node("Relu", "r", "x", "y")), "y"), SPC_INVALID_ARGUMENT, "input 'x'", "dimension 1 is -1");
}

static void test_types(void **state) {
  (void)state;
  expect_error(model_with_w(tensor("w", ONNX_STRING, DIMS(1))), SPC_UNSUPPORTED, "initializer 'w'", "STRING");
  expect_error(model_with_w(tensor("w", 99, DIMS(1))), SPC_UNSUPPORTED, "element type 99");
  expect_error(model_with_w(tensor("w", 0, DIMS(1))), SPC_INVALID_ARGUMENT, "element type 0");
  bytes_t *sequence = put_message(put_text(bytes_new(), 1, "x"), 2, put_message(bytes_new(), 4, bytes_new()));
  bytes_t *graph = put_message(bytes_new(), 11, sequence);
  expect_error(model_of(add_node(graph, node("Relu", "r", "x", "y")), "y"), SPC_UNSUPPORTED, "input 'x'", "tensor");
}

static void expect_bad_attribute(bytes_t *bad, spc_status_code_t code, const char *why) {
  bytes_t *n = put_message(node("Relu", "r", "x", "y"), 5, bad);
  expect_error(model_of(add_node(graph_of_x(), n), "y"), code, "node 'r' (Relu)", why);
}

static void test_bad_attributes(void **state) {
  (void)state;
  expect_bad_attribute(attribute("", ATTR_INT), SPC_INVALID_ARGUMENT, "has no name");
  expect_bad_attribute(attribute("outputs", ATTR_INT), SPC_INVALID_ARGUMENT, "'outputs'");
  expect_bad_attribute(attribute("t", ATTR_TENSOR), SPC_INVALID_ARGUMENT, "holds none");
  expect_bad_attribute(attribute("a", 0), SPC_INVALID_ARGUMENT, "type 0");
  expect_bad_attribute(attribute("a", 13), SPC_UNSUPPORTED, "type 13");
  expect_bad_attribute(put_text(attribute("a", ATTR_INT), 21, "outer"), SPC_INVALID_ARGUMENT, "'outer'");
  expect_bad_attribute(put_message(attribute("t", ATTR_TENSOR), 5, external(tensor("", ONNX_FLOAT, DIMS(4)), "data.bin", NULL, NULL)),
                       SPC_UNSUPPORTED, "only Constant");
  bytes_t *graph = add_node(graph_of_x(), constant("y", put_text(attribute("value_string", ATTR_STRING), 4, "s")));
  expect_error(model_of(graph, "y"), SPC_UNSUPPORTED, "(Constant -> y)", "value_string");
  expect_error(model_of(add_node(graph_of_x(), node("Constant", "c", "", "y")), "y"), SPC_INVALID_ARGUMENT, "node 'c' (Constant)", "one attribute");
  expect_error(model_of(add_node(graph_of_x(), constant("y", attribute("value_int", ATTR_FLOAT))), "y"), SPC_INVALID_ARGUMENT, "value_int");
}

// ---- Models of a kind that spc does not take ------------------------------------------------------------------------

static void test_unsupported_models(void **state) {
  (void)state;
  bytes_t *graph = graph_of_x();
  add_node(graph, put_message(node("If", "branch", "x", "y"), 5, attribute("then_branch", ATTR_GRAPH)));
  add_node(graph, put_message(node("Loop", "repeat", "x", "z"), 5, attribute("body", ATTR_GRAPH)));
  expect_error(model_of(graph, "y"), SPC_UNSUPPORTED, "2 nodes", "node 'branch' (If): attribute 'then_branch'", "node 'repeat' (Loop)");

  bytes_t *functions = put_message(simple_model(), 25, put_text(bytes_new(), 1, "my_function"));
  expect_error(functions, SPC_UNSUPPORTED, "my_function", "inline");

  bytes_t *sparse = put_message(add_node(graph_of_x(), node("Relu", "r", "x", "y")), 15, bytes_new());
  expect_error(model_of(sparse, "y"), SPC_UNSUPPORTED, "sparse initializers");

  bytes_t *merged = put_message(graph_of_x(), 11, value_info("use_cache_branch", ONNX_BOOL, "1"));
  expect_error(model_of(add_node(merged, node("Relu", "r", "x", "y")), "y"), SPC_UNSUPPORTED, "use_cache_branch", "decoder_with_past");

  expect_error(model_of(graph_of_x(), "x"), SPC_INVALID_ARGUMENT, "no nodes");
  bytes_t *no_output = add_node(graph_of_x(), node("Relu", "r", "x", "y"));
  bytes_t *opset = put_varint(bytes_new(), 2, 17);
  expect_error(put_message(put_message(put_varint(bytes_new(), 1, 8), 8, opset), 7, no_output), SPC_INVALID_ARGUMENT, "no outputs");
  expect_error(put_message(put_message(bytes_new(), 8, opset), 7, no_output), SPC_INVALID_ARGUMENT, "no ir_version");
  expect_error(put_message(put_varint(bytes_new(), 1, 8), 7, no_output), SPC_INVALID_ARGUMENT, "no ONNX opset");
  expect_error(put_message(put_message(put_varint(bytes_new(), 1, 2), 8, opset), 7, no_output), SPC_UNSUPPORTED, "IR version 2");
  expect_error(put_message(put_varint(bytes_new(), 1, 8), 8, opset), SPC_INVALID_ARGUMENT, "no graph");
}

// ---- Bytes that are wrong ------------------------------------------------------------------------------------------

static bytes_t *text_file(const char *text) { return put(bytes_new(), text, strlen(text)); }

static void test_foreign_files(void **state) {
  (void)state;
  expect_error(bytes_new(), SPC_INVALID_ARGUMENT, "empty");
  expect_error(text_file("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), SPC_INVALID_ARGUMENT, "git lfs pull");
  expect_error(text_file("PK\x03\x04 zip"), SPC_INVALID_ARGUMENT, "zip archive");
  expect_error(text_file("GGUF"), SPC_INVALID_ARGUMENT, "GGUF");
  expect_error(text_file("{\"a\": 1}"), SPC_INVALID_ARGUMENT, "JSON");
  expect_error(text_file("\x7f" "ELF\x02"), SPC_INVALID_ARGUMENT, "ELF");
  expect_error(text_file("hello, this is no model"), SPC_INVALID_ARGUMENT, "not a valid ONNX file", "byte ");
}

static void test_wire_errors(void **state) {
  (void)state;
  expect_error(put(bytes_new(), "\x08\x08\x3a\x7f", 4), SPC_INVALID_ARGUMENT, "byte 2", "field 7 (graph) of ModelProto", "127 bytes", "0 are left");
  expect_error(put(bytes_new(), "\x08", 1), SPC_INVALID_ARGUMENT, "byte 0", "ir_version");
  expect_error(put(bytes_new(), "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12), SPC_INVALID_ARGUMENT, "does not end");
  expect_error(put(bytes_new(), "\x00\x01", 2), SPC_INVALID_ARGUMENT, "byte 0", "impossible tag");
  expect_error(put(bytes_new(), "\x0b", 1), SPC_INVALID_ARGUMENT, "wire type 3");
  expect_error(put(bytes_new(), "\x0e", 1), SPC_INVALID_ARGUMENT, "wire type 6");
  expect_error(put_text(bytes_new(), 1, "text"), SPC_INVALID_ARGUMENT, "ir_version of ModelProto has wire type 2");
  expect_error(put_varint(put_varint(bytes_new(), 1, 8), 1, 8), SPC_INVALID_ARGUMENT, "byte 2", "appears twice");
  expect_error(put_data(bytes_new(), 2, "a\0b", 3), SPC_INVALID_ARGUMENT, "producer_name", "NUL");
  expect_error(model_with_w(put_data(tensor("w", ONNX_FLOAT, DIMS(1)), 4, "abc", 3)), SPC_INVALID_ARGUMENT, "float_data", "multiple of 4");
  expect_error(model_with_w(put_data(tensor("w", ONNX_INT64, DIMS(1)), 7, "\x80", 1)), SPC_INVALID_ARGUMENT, "int64_data", "does not end");
}

// Every prefix of a model must fail or import, never crash; so must every single wrong byte.
static void test_truncation_and_corruption(void **state) {
  (void)state;
  bytes_t *model = model_with_w(raw_tensor("w", ONNX_FLOAT, DIMS(4), k_floats, 16));
  for (size_t n = 0; n < model->size; ++n) {
    bytes_t *cut = put(bytes_new(), model->data, n);
    spc_status_t status = import_with(cut, NULL);
    assert_non_null(status);
    spc_status_ignore(status);
  }
  size_t failed = 0;
  for (size_t i = 0; i < model->size; ++i) {
    for (int value = 0; value < 256; value += 5) {
      bytes_t *wrong = put(bytes_new(), model->data, model->size);
      wrong->data[i] = (uint8_t)value;
      spc_status_t status = import_with(wrong, NULL);
      failed += status != NULL;
      spc_status_ignore(status);
      mlirModuleDestroy(g_module);
      g_module = mlirModuleCreateEmpty(mlirLocationUnknownGet(g_context.mlir));
    }
  }
  assert_true(failed > model->size);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_external),
      TEST(test_external_constant),
      TEST(test_external_missing_file),
      TEST(test_external_outside),
      TEST(test_external_links),
      TEST(test_external_sizes),
      TEST(test_cycle),
      TEST(test_undefined_and_duplicate_names),
      TEST(test_shapes),
      TEST(test_types),
      TEST(test_bad_attributes),
      TEST(test_unsupported_models),
      TEST(test_foreign_files),
      TEST(test_wire_errors),
      TEST(test_truncation_and_corruption),
  };
  return cmocka_run_group_tests_name("onnx_reject", tests, open_context, close_context);
}
