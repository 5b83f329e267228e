// What the importer makes of small files written byte by byte, and of the exported fixtures.
#include "frontend/onnx_import.h"

#include "test/unit/onnx_import_fixture.h"

// ---- What imports --------------------------------------------------------------------------------------------------

static void test_graph(void **state) {
  (void)state;
  bytes_t *sum = node("Add", "sum", "x,w", "y");
  bytes_t *model = model_of(add_node(add_initializer(graph_of_x(), raw_tensor("w", ONNX_FLOAT, DIMS(4), k_floats, 16)), sum), "y");
  put_text(put_text(model, 2, "maker"), 3, "1.2");
  put_message(model, 14, put_text(put_text(bytes_new(), 1, "key"), 2, "value"));
  const char *text = import_ok(model);
  assert_has(text, "func.func @llm(%arg0: !onnx.value {onnx.dims = [\"batch\", \"4\"], onnx.name = \"x\", onnx.type = tensor<?x4xf32>})");
  assert_has(text, "(!onnx.value {onnx.name = \"y\"})");
  assert_has(text, "onnx.metadata = {key = \"value\"}, onnx.ms_opset = 0 : i64, onnx.opset = 17 : i64, onnx.producer = \"maker 1.2\"");
  assert_has(text, "\"onnx.Add\"(%arg0, %0) {outputs = [\"y\"]} : (!onnx.value, !onnx.value) -> !onnx.value");
  char expected[512];
  const uint8_t *data = memmem(model->data, model->size, k_floats, sizeof k_floats);
  snprintf(expected, sizeof expected, "\"onnx.initializer\"() {file = 0 : i64, length = 16 : i64, name = \"w\", offset = %td : i64, type = tensor<4xf32>}",
           data - model->data);
  assert_has(text, expected);
  snprintf(expected, sizeof expected, "spc.files = [\"%s\"]", g_path);
  assert_has(text, expected);
}

static void test_locations(void **state) {
  (void)state;
  bytes_t *graph = graph_of_x();
  add_node(add_node(graph, node("Relu", "first", "x", "a")), node("Neg", "", "a", "y"));
  import_ok(model_of(graph, "y"));
  bytes_t *text = bytes_new();
  MlirOpPrintingFlags flags = mlirOpPrintingFlagsCreate();
  mlirOpPrintingFlagsEnableDebugInfo(flags, true, false);
  mlirOperationPrintWithFlags(mlirModuleGetOperation(g_module), flags, append_text, text);
  mlirOpPrintingFlagsDestroy(flags);
  put(text, "", 1);
  assert_has((const char *)text->data, "loc(\"first\")");
  assert_has((const char *)text->data, "loc(\"Neg -> y\")");
}

static void test_operands_and_ops(void **state) {
  (void)state;
  bytes_t *graph = graph_of_x();
  bytes_t *skip = node("SkipSimplifiedLayerNormalization", "skip", "x,x,x", "a,-,-,s");
  put_text(skip, 7, "com.microsoft");
  add_node(graph, skip);
  add_node(graph, node("Clip", "clip", "a,-,s,-,-", "b"));   // trailing absent operands are left out
  add_node(graph, put_text(node("MyOp", "mine", "b", "c"), 7, "my.domain"));
  add_node(graph, put_text(node("Relu", "alias", "c", "d"), 7, "ai.onnx"));
  add_node(graph, node("initializer", "disguised", "d", "y"));  // must not become our op of that name
  const char *text = import_ok(model_of(graph, "y"));
  assert_has(text, "%0:4 = \"onnx_ms.SkipSimplifiedLayerNormalization\"(%arg0, %arg0, %arg0) {outputs = [\"a\", \"\", \"\", \"s\"]}");
  assert_has(text, "%1 = \"onnx.none\"() : () -> !onnx.value");
  assert_has(text, "\"onnx.Clip\"(%0#0, %1, %0#3)");
  assert_has(text, "\"onnx.unsupported\"(%2) {domain = \"my.domain\", op_type = \"MyOp\", outputs = [\"c\"]}");
  assert_has(text, "\"onnx.Relu\"(%3)");
  assert_has(text, "\"onnx.unsupported\"(%4) {domain = \"\", op_type = \"initializer\"");
}

static void test_attributes(void **state) {
  (void)state;
  bytes_t *n = node("Gemm", "n", "x", "y");
  put_message(n, 5, put_float(attribute("f", ATTR_FLOAT), 2, 0.5f));
  put_message(n, 5, put_varint(attribute("i", ATTR_INT), 3, (uint64_t)-3));
  put_message(n, 5, put_text(attribute("s", ATTR_STRING), 4, "text"));
  put_message(n, 5, put_float(put_data(attribute("fs", ATTR_FLOATS), 7, k_floats, 8), 7, 3.0f));  // packed and not
  put_message(n, 5, put_varint(put_data(attribute("is", ATTR_INTS), 8, "\x01\x02", 2), 8, 3));
  put_message(n, 5, put_list(attribute("ss", ATTR_STRINGS), 9, "a,b"));
  put_message(n, 5, attribute("none", ATTR_INTS));
  put_message(n, 5, put_message(attribute("t", ATTR_TENSOR), 5, raw_tensor("", ONNX_INT64, DIMS(1), "\x07\0\0\0\0\0\0\0", 8)));
  const char *text = import_ok(model_of(add_node(graph_of_x(), n), "y"));
  assert_has(text,
             "{f = 5.000000e-01 : f32, fs = array<f32: 1.000000e+00, 2.000000e+00, 3.000000e+00>, i = -3 : i64, is = array<i64: 1, 2, 3>, "
             "none = array<i64>, outputs = [\"y\"], s = \"text\", ss = [\"a\", \"b\"], t = dense<7> : tensor<1xi64>}");
}

static void test_constants(void **state) {
  (void)state;
  bytes_t *graph = graph_of_x();
  add_node(graph, constant("a", put_message(attribute("value", ATTR_TENSOR), 5, raw_tensor("", ONNX_FLOAT, DIMS(4), k_floats, 16))));
  add_node(graph, constant("b", put_message(attribute("value", ATTR_TENSOR), 5, tensor("", ONNX_INT64, DIMS(0)))));
  add_node(graph, constant("c", put_varint(attribute("value_int", ATTR_INT), 3, 5)));
  add_node(graph, constant("d", put_data(attribute("value_ints", ATTR_INTS), 8, "\x01\x02", 2)));
  add_node(graph, constant("e", put_float(attribute("value_float", ATTR_FLOAT), 2, 1.5f)));
  add_node(graph, constant("f", put_data(attribute("value_floats", ATTR_FLOATS), 7, k_floats, 8)));
  add_node(graph, constant("g", attribute("value_ints", ATTR_INTS)));
  const char *text = import_ok(model_of(add_node(graph, node("Sum", "s", "x,a,b,c,d,e,f,g", "y")), "y"));
  assert_has(text, "\"onnx.initializer\"() {file = 0 : i64, length = 16 : i64, name = \"a\"");
  assert_has(text, "\"onnx.constant\"() {name = \"b\", value = dense<> : tensor<0xi64>}");
  assert_has(text, "{name = \"c\", value = dense<5> : tensor<i64>}");
  assert_has(text, "{name = \"d\", value = dense<[1, 2]> : tensor<2xi64>}");
  assert_has(text, "{name = \"e\", value = dense<1.500000e+00> : tensor<f32>}");
  assert_has(text, "{name = \"f\", value = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>}");
  assert_has(text, "{name = \"g\", value = dense<> : tensor<0xi64>}");
}

static void test_typed_fields(void **state) {
  (void)state;
  static const double doubles[2] = {0.25, -1.0};
  bytes_t *graph = graph_of_x();
  add_initializer(graph, put_data(tensor("f32", ONNX_FLOAT, DIMS(2, 2)), 4, k_floats, 16));
  add_initializer(graph, put_float(put_float(tensor("f32u", ONNX_FLOAT, DIMS(2)), 4, 1.0f), 4, 2.0f));  // not packed
  add_initializer(graph, put_data(tensor("f64", ONNX_DOUBLE, DIMS(2)), 10, doubles, 16));
  add_initializer(graph, put_data(tensor("i32", ONNX_INT32, DIMS(2)), 5, "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
  add_initializer(graph, put_varint(put_varint(tensor("i64", ONNX_INT64, DIMS(2)), 7, (uint64_t)INT64_MIN), 7, 7));
  add_initializer(graph, put_varint(tensor("i8", ONNX_INT8, DIMS(1)), 5, (uint64_t)-128));
  add_initializer(graph, put_data(tensor("bool", ONNX_BOOL, DIMS(3)), 5, "\x01\x00\x01", 3));
  add_initializer(graph, put_varint(put_varint(tensor("f16", ONNX_F16, DIMS(2)), 5, 0x3c00), 5, 0xc000));
  add_initializer(graph, put_varint(tensor("bf16", ONNX_BF16, SCALAR), 5, 0x3f80));
  add_initializer(graph, put_varint(tensor("u32", ONNX_UINT32, DIMS(1)), 11, 4000000000u));
  add_initializer(graph, put_varint(put_varint(tensor("u4", ONNX_UINT4, DIMS(3)), 5, 0x21), 5, 0x0f));  // low nibble first
  const char *text = import_ok(model_of(add_node(graph, node("Relu", "r", "x", "y")), "y"));
  assert_has(text, "name = \"f32\", value = dense<[[1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>");
  assert_has(text, "name = \"f32u\", value = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>");
  assert_has(text, "name = \"f64\", value = dense<[2.500000e-01, -1.000000e+00]> : tensor<2xf64>");
  assert_has(text, "name = \"i32\", value = dense<[1, -1]> : tensor<2xi32>");
  assert_has(text, "name = \"i64\", value = dense<[-9223372036854775808, 7]> : tensor<2xi64>");
  assert_has(text, "name = \"i8\", value = dense<-128> : tensor<1xi8>");
  assert_has(text, "name = \"bool\", value = dense<[true, false, true]> : tensor<3xi1>");
  assert_has(text, "name = \"f16\", value = dense<[1.000000e+00, -2.000000e+00]> : tensor<2xf16>");
  assert_has(text, "name = \"bf16\", value = dense<1.000000e+00> : tensor<bf16>");
  assert_has(text, "name = \"u32\", value = dense<4000000000> : tensor<1xui32>");
  assert_has(text, "name = \"u4\", value = dense<[1, 2, 15]> : tensor<3xui4>");
}

// The types of quantised weights: two 4-bit numbers share a byte, the low half first.
static void test_small_integers(void **state) {
  (void)state;
  bytes_t *graph = graph_of_x();
  add_initializer(graph, raw_tensor("packed", ONNX_UINT8, DIMS(2, 2), "\x01\x02\x03\x04", 4));
  add_initializer(graph, raw_tensor("i4", ONNX_INT4, DIMS(3), "\x21\x0f", 2));
  bytes_t *n = node("ConstantOfShape", "n", "x", "y");
  put_message(n, 5, put_message(attribute("i4", ATTR_TENSOR), 5, raw_tensor("", ONNX_INT4, DIMS(3), "\x21\x0f", 2)));
  put_message(n, 5, put_message(attribute("b", ATTR_TENSOR), 5, raw_tensor("", ONNX_BOOL, DIMS(2), "\0\x01", 2)));
  const char *text = import_ok(model_of(add_node(graph, n), "y"));
  assert_has(text, "length = 4 : i64, name = \"packed\"");
  assert_has(text, "type = tensor<2x2xui8>");
  assert_has(text, "length = 2 : i64, name = \"i4\"");
  assert_has(text, "type = tensor<3xi4>");
  assert_has(text, "{b = dense<[false, true]> : tensor<2xi1>, i4 = dense<[1, 2, -1]> : tensor<3xi4>");
}

// Long packed floats are used where they lie; long varints can't be.
static void test_long_typed_fields(void **state) {
  (void)state;
  enum { COUNT = 20000 };
  uint8_t *zeros = calloc(COUNT, 40);
  bytes_t *floats = put_data(tensor("w", ONNX_FLOAT, DIMS(COUNT)), 4, zeros, COUNT * 4);
  assert_has(import_ok(model_with_w(floats)), "\"onnx.initializer\"() {file = 0 : i64, length = 80000 : i64, name = \"w\"");
  mlirModuleDestroy(g_module);
  g_module = mlirModuleCreateEmpty(mlirLocationUnknownGet(g_context.mlir));
  expect_error(model_with_w(put_data(tensor("w", ONNX_INT64, DIMS(COUNT)), 7, zeros, COUNT)), SPC_UNSUPPORTED, "initializer 'w'",
               "160000 bytes in typed fields", "raw_data");
  expect_error(model_with_w(put_data(tensor("w", ONNX_INT64, DIMS(COUNT)), 7, zeros, COUNT * 40)), SPC_UNSUPPORTED, "int64_data", "byte ");
  bytes_t *twice = put_data(put_data(tensor("w", ONNX_FLOAT, DIMS(COUNT)), 9, zeros, COUNT * 4), 4, zeros, COUNT * 4);
  expect_error(model_with_w(twice), SPC_INVALID_ARGUMENT, "data twice");
  bytes_t *wrong_field = put_data(tensor("w", ONNX_DOUBLE, DIMS(COUNT / 2)), 4, zeros, COUNT * 4);
  expect_error(model_with_w(wrong_field), SPC_INVALID_ARGUMENT, "not in the field of its type DOUBLE");
  free(zeros);
}

static void test_sorts_nodes(void **state) {
  (void)state;
  bytes_t *graph = graph_of_x();
  add_node(graph, node("Add", "last", "b,c", "y"));
  add_node(graph, node("Neg", "left", "a", "b"));
  add_node(graph, node("Abs", "right", "a", "c"));
  add_node(graph, node("Relu", "first", "x", "a"));
  const char *text = import_ok(model_of(graph, "y"));
  assert_before(text, "onnx.Relu", "onnx.Neg");
  assert_before(text, "onnx.Neg", "onnx.Abs");
  assert_before(text, "onnx.Abs", "onnx.Add");
}

// A chain of many nodes in reverse: the search must not use the stack.
static void test_sorts_long_chain(void **state) {
  (void)state;
  enum { LENGTH = 50000 };
  bytes_t *graph = graph_of_x();
  for (int i = LENGTH; i-- > 0;) {
    char from[16], to[16];
    snprintf(from, sizeof from, i ? "v%d" : "x", i);
    snprintf(to, sizeof to, i == LENGTH - 1 ? "y" : "v%d", i + 1);
    add_node(graph, node("Neg", "", from, to));
  }
  assert_null(import_with(model_of(graph, "y"), NULL));
  assert_true(mlirOperationVerify(mlirModuleGetOperation(g_module)));  // checks that definitions come before uses
}

static void test_initialized_input(void **state) {
  (void)state;
  bytes_t *graph = put_message(graph_of_x(), 11, value_info("w", ONNX_FLOAT, "4"));
  add_initializer(graph, raw_tensor("w", ONNX_FLOAT, DIMS(4), k_floats, 16));
  const char *text = import_ok(model_of(add_node(graph, node("Add", "sum", "x,w", "y")), "y"));
  assert_has(text, "\"onnx.Add\"(%arg0, %0)");
  assert_null(strstr(text, "%arg1"));
}

static void test_ignores_the_rest(void **state) {
  (void)state;
  bytes_t *graph = add_node(graph_of_x(), put_message(node("Relu", "r", "x", "y"), 9, put_text(bytes_new(), 1, "namespace")));
  put_message(graph, 13, put_text(bytes_new(), 1, "value_info"));
  bytes_t *model = model_of(graph, "y");
  put_message(model, 20, put_text(bytes_new(), 9, "training info that is no message we know"));
  put_float(put_varint(model, 200, 1), 201, 1.0f);  // unknown fields
  import_ok(model);
}

static void test_unranked_input(void **state) {
  (void)state;
  bytes_t *graph = put_message(bytes_new(), 11, value_info("x", ONNX_INT64, NULL));
  assert_has(import_ok(model_of(add_node(graph, node("Relu", "", "x", "y")), "y")), "{onnx.dims = [], onnx.name = \"x\", onnx.type = tensor<*xi64>}");
}

static void test_two_models(void **state) {
  (void)state;
  import_ok(model_with_w(raw_tensor("w", ONNX_FLOAT, DIMS(4), k_floats, 16)));
  spc_onnx_import_options_t options = {.function = "dlm"};
  char other[160];
  snprintf(other, sizeof other, "%s/other.onnx", g_folder);
  bytes_t *model = model_with_w(raw_tensor("w", ONNX_FLOAT, DIMS(4), k_floats, 16));
  assert_null(spc_onnx_import_memory(g_module, model->data, model->size, other, &options));
  const char *text = printed();
  assert_has(text, "/model.onnx\", \"");
  assert_has(text, "/other.onnx\"]");
  assert_before(text, "@dlm", "file = 1 : i64");
  spc_status_t status = spc_onnx_import_memory(g_module, model->data, model->size, other, &options);
  assert_int_equal(spc_status_code(status), SPC_INVALID_ARGUMENT);
  assert_has(spc_status_message(status), "@dlm already");
  spc_status_ignore(status);
}

// ---- Files ---------------------------------------------------------------------------------------------------------

static void test_files(void **state) {
  (void)state;
  spc_onnx_import_options_t options = {.function = "llm"};
  expect_failure(spc_onnx_import_file(g_module, g_path, &options), SPC_NOT_FOUND, (const char *const[]){"No such file", NULL});
  write_file(g_folder, "model.onnx", 0);
  expect_failure(spc_onnx_import_file(g_module, g_path, &options), SPC_INVALID_ARGUMENT, (const char *const[]){"empty", NULL});
  assert_int_equal(unlink(g_path), 0);
  assert_int_equal(mkdir(g_path, 0700), 0);
  expect_failure(spc_onnx_import_file(g_module, g_path, &options), SPC_INVALID_ARGUMENT, (const char *const[]){"not a regular file", NULL});
}

// The exported graphs of the repository, whatever exporter made them: each has no unknown op.
static void test_fixtures(void **state) {
  (void)state;
  static const char *const models[] = {"llama3_eager_ts_17", "llama3_sdpa_dynamo_18", "llama3_sdpa_dynamo_23",
                                       "llama_eager_ts_17",  "llama_sdpa_dynamo_18",  "llama_sdpa_dynamo_23",
                                       "qwen3_eager_ts_17",  "qwen3_sdpa_dynamo_18",  "qwen3_sdpa_dynamo_23"};
  for (size_t i = 0; i < sizeof models / sizeof *models; ++i) {
    char path[PATH_MAX], function[16];
    snprintf(path, sizeof path, "%s/%s.onnx", SPC_TEST_DATA, models[i]);
    snprintf(function, sizeof function, "llm%zu", i);
    spc_onnx_import_options_t options = {.function = function};
    spc_status_t status = spc_onnx_import_file(g_module, path, &options);
    if (status) fail_msg("%s", spc_status_message(status));
  }
  assert_true(mlirOperationVerify(mlirModuleGetOperation(g_module)));
  const char *text = printed();
  assert_null(strstr(text, "onnx.unsupported"));
  assert_has(text, "onnx.name = \"past_key_values.0.key\"");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_graph),
      TEST(test_locations),
      TEST(test_operands_and_ops),
      TEST(test_attributes),
      TEST(test_constants),
      TEST(test_typed_fields),
      TEST(test_small_integers),
      TEST(test_long_typed_fields),
      TEST(test_sorts_nodes),
      TEST(test_sorts_long_chain),
      TEST(test_initialized_input),
      TEST(test_ignores_the_rest),
      TEST(test_unranked_input),
      TEST(test_two_models),
      TEST(test_files),
      TEST(test_fixtures),
  };
  return cmocka_run_group_tests_name("onnx_import", tests, open_context, close_context);
}
