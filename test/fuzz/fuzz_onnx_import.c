// The importer on arbitrary bytes: no crash, no leak, valid IR or an untouched module.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "compiler/context.h"
#include "frontend/onnx_import.h"
#include "test/fuzz/wire_mutator.h"

// Types and attributes live as long as their context, so it is renewed before they fill the memory.
#define RUNS_PER_CONTEXT 5000

static char g_folder[] = "/tmp/spc-fuzz-XXXXXX";
static char g_model[64], g_data[64];

static void remove_folder(void) {
  unlink(g_data);
  rmdir(g_folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  // A folder with one data file, for external tensors that exist.
  if (!mkdtemp(g_folder)) abort();
  snprintf(g_model, sizeof g_model, "%s/model.onnx", g_folder);
  snprintf(g_data, sizeof g_data, "%s/data", g_folder);
  FILE *data = fopen(g_data, "wb");
  if (!data || ftruncate(fileno(data), 64) || fclose(data)) abort();
  atexit(remove_folder);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
  return spc_fuzz_mutate_message(data, size, max_size, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static spc_context_t context;
  static unsigned runs;
  if (runs == RUNS_PER_CONTEXT) {
    spc_context_deinit(&context);
    runs = 0;
  }
  if (!runs++ && spc_context_init(&context)) abort();

  MlirModule module = mlirModuleCreateEmpty(mlirLocationUnknownGet(context.mlir));
  spc_onnx_import_options_t options = {.function = "llm"};
  spc_status_t status = spc_onnx_import_memory(module, data, size, g_model, &options);
  MlirOperation first = mlirBlockGetFirstOperation(mlirModuleGetBody(module));
  if (spc_status_is_ok(status) ? !mlirOperationVerify(mlirModuleGetOperation(module)) : !mlirOperationIsNull(first)) abort();
  if (spc_status_code(status) == SPC_INTERNAL) abort();
  spc_status_ignore(status);
  mlirModuleDestroy(module);
  return 0;
}
