// What the tests of the importer share: a context for all, a module and a folder for each, and ways to say what must come of an import.
#ifndef TEST_UNIT_ONNX_IMPORT_FIXTURE_H_
#define TEST_UNIT_ONNX_IMPORT_FIXTURE_H_

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "compiler/context.h"
#include "frontend/onnx_import.h"
#include "mlir-c/BuiltinAttributes.h"
#include "test/unit/onnx_bytes.h"

static spc_context_t g_context;
static MlirModule g_module;
static char g_folder[64];
static char g_path[256];

static inline int open_context(void **state) {
  (void)state;
  return spc_context_init(&g_context) ? 1 : 0;
}

static inline int close_context(void **state) {
  (void)state;
  spc_context_deinit(&g_context);
  return 0;
}

static inline int setup(void **state) {
  (void)state;
  g_module = mlirModuleCreateEmpty(mlirLocationUnknownGet(g_context.mlir));
  strcpy(g_folder, "/tmp/spc-import-XXXXXX");
  if (!mkdtemp(g_folder)) return 1;
  char resolved[PATH_MAX];  // /tmp may be a link
  if (!realpath(g_folder, resolved) || strlen(resolved) >= sizeof g_folder) return 1;
  strcpy(g_folder, resolved);
  snprintf(g_path, sizeof g_path, "%s/model.onnx", g_folder);
  return 0;
}

static inline int teardown(void **state) {
  (void)state;
  mlirModuleDestroy(g_module);
  bytes_free_all();
  char command[160];
  snprintf(command, sizeof command, "rm -rf '%s'", g_folder);
  return system(command);
}

static inline spc_status_t import_with(const bytes_t *model, const char *data_root) {
  spc_onnx_import_options_t options = {.function = "llm", .data_root = data_root};
  return spc_onnx_import_memory(g_module, model->data, model->size, g_path, &options);
}

static inline void append_text(MlirStringRef text, void *user_data) { put(user_data, text.data, text.length); }

// The module as text.
static inline const char *printed(void) {
  bytes_t *text = bytes_new();
  mlirOperationPrint(mlirModuleGetOperation(g_module), append_text, text);
  return (const char *)put(text, "", 1)->data;
}

static inline void assert_has(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("'%s' is not in:\n%s", part, text);
}

static inline void assert_before(const char *text, const char *first, const char *second) {
  assert_has(text, first);
  assert_has(strstr(text, first), second);
}

static inline const char *import_ok(const bytes_t *model) {
  spc_status_t status = import_with(model, NULL);
  if (status) fail_msg("%s", spc_status_message(status));
  assert_true(mlirOperationVerify(mlirModuleGetOperation(g_module)));
  return printed();
}

// The import must fail with |code|, name the file and the |parts| (NULL-ended), and leave the module as it was.
static inline void expect_failure(spc_status_t status, spc_status_code_t code, const char *const *parts) {
  assert_non_null(status);
  if (spc_status_code(status) != code) fail_msg("%s: %s", spc_status_code_name(spc_status_code(status)), spc_status_message(status));
  assert_has(spc_status_message(status), "model.onnx");
  for (; *parts; ++parts) assert_has(spc_status_message(status), *parts);
  spc_status_ignore(status);
  assert_true(mlirOperationIsNull(mlirBlockGetFirstOperation(mlirModuleGetBody(g_module))));
  assert_true(mlirAttributeIsNull(mlirOperationGetDiscardableAttributeByName(mlirModuleGetOperation(g_module),
                                                                              mlirStringRefCreateFromCString("spc.files"))));
}
#define expect_error(model, code, ...) expect_failure(import_with((model), NULL), (code), (const char *const[]){__VA_ARGS__, NULL})

static inline void write_file(const char *folder, const char *name, size_t size) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  for (size_t i = 0; i < size; ++i) fputc((int)(i & 255), file);
  fclose(file);
}

static inline bytes_t *add_node(bytes_t *graph, bytes_t *n) { return put_message(graph, 1, n); }
static inline bytes_t *add_initializer(bytes_t *graph, bytes_t *t) { return put_message(graph, 5, t); }

// y = x + w with |w| as given.
static inline bytes_t *model_with_w(bytes_t *w) { return model_of(add_node(add_initializer(graph_of_x(), w), node("Add", "sum", "x,w", "y")), "y"); }

static inline bytes_t *simple_model(void) { return model_of(add_node(graph_of_x(), node("Relu", "act", "x", "y")), "y"); }

static const float k_floats[4] = {1.0f, 2.0f, 3.0f, 4.0f};

static inline bytes_t *constant(const char *output, bytes_t *value) { return put_message(node("Constant", "", "", output), 5, value); }

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif  // TEST_UNIT_ONNX_IMPORT_FIXTURE_H_
