#include "compiler/context.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/diagnostics.h"
#include "frontend/onnx_dialect.h"
#include "mlir-c/Dialect/Arith.h"
#include "mlir-c/Dialect/ControlFlow.h"
#include "mlir-c/Dialect/Func.h"
#include "mlir-c/Dialect/IRDL.h"
#include "mlir-c/Dialect/Index.h"
#include "mlir-c/Dialect/LLVM.h"
#include "mlir-c/Dialect/Math.h"
#include "mlir-c/Dialect/MemRef.h"
#include "mlir-c/Dialect/SCF.h"
#include "mlir-c/Dialect/Vector.h"
#include "mlir-c/RegisterEverything.h"
#include "passes/ir/embedded.h"
#include "passes/ir/ir.h"

extern const spc_embedded_file_t spc_dialect_files[];

static pthread_once_t g_passes_once = PTHREAD_ONCE_INIT;

// The dialects that kernels are written in, not all of MLIR's: it saves 3 MB, and 40 ms when libMLIR's pages are not in memory yet
// (docs/development.md). Conversions load the dialects they produce themselves.
static void register_dialects(MlirContext mlir) {
  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__arith__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__cf__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__func__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__index__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__irdl__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__llvm__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__math__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__memref__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__scf__(), registry);
  mlirDialectHandleInsertDialect(mlirGetDialectHandle__vector__(), registry);
  mlirContextAppendDialectRegistry(mlir, registry);
  mlirDialectRegistryDestroy(registry);
  mlirRegisterAllLLVMTranslations(mlir);
  // Passes and the importer create func ops in contexts that have parsed none yet.
  mlirContextGetOrLoadDialect(mlir, spc_str("func"));
}

static spc_status_t load_own_dialects(spc_context_t *context) {
  for (const spc_embedded_file_t *file = spc_dialect_files; file->name; ++file) {
    MlirModule module;
    SPC_RETURN_IF_ERROR(spc_context_parse(context, file->text, file->length, file->name, &module));
    spc_onnx_dialect_restore_names(module);
    bool loaded = mlirLogicalResultIsSuccess(mlirLoadIRDLDialects(module));
    mlirModuleDestroy(module);
    if (!loaded) {
      return spc_status_annotate(spc_context_take_errors(context, SPC_INTERNAL, "the dialect does not load"), "%s", file->name);
    }
  }
  return NULL;
}

spc_status_t spc_context_init(spc_context_t *context) {
  memset(context, 0, sizeof *context);
  spc_diagnostics_t *diagnostics = malloc(sizeof *diagnostics);
  if (!diagnostics) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a compiler context (%zu bytes)", sizeof *diagnostics);
  spc_diagnostics_init(diagnostics);
  context->diagnostics = diagnostics;

  pthread_once(&g_passes_once, mlirRegisterAllPasses);
  context->mlir = mlirContextCreateWithThreading(false);  // diagnostics in order; threads gain nothing on one module
  mlirContextAttachDiagnosticHandler(context->mlir, spc_diagnostics_handle, diagnostics, NULL);
  register_dialects(context->mlir);
  spc_status_t status = load_own_dialects(context);
  if (status) spc_context_deinit(context);
  return status;
}

void spc_context_deinit(spc_context_t *context) {
  if (!context) return;
  if (!mlirContextIsNull(context->mlir)) mlirContextDestroy(context->mlir);
  spc_diagnostics_deinit(context->diagnostics);
  free(context->diagnostics);
  memset(context, 0, sizeof *context);
}

spc_status_t spc_context_take_errors(spc_context_t *context, spc_status_code_t code, const char *fallback) {
  bool lost = context->diagnostics->out_of_memory;
  context->diagnostics->out_of_memory = false;
  char *errors = spc_diagnostics_take(context->diagnostics, true);
  spc_status_t status;
  if (errors) {
    status = SPC_STATUS(code, "%s", errors);
  } else if (lost) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory to collect error messages");
  } else {
    status = SPC_STATUS(code, "%s", fallback);
  }
  free(errors);
  return status;
}

char *spc_context_take_remarks(spc_context_t *context) { return spc_diagnostics_take(context->diagnostics, false); }

// MLIR names the file only when it parses exactly one top-level op; text of several needs the entry point that wraps them in a module
// and calls the file "-".
static MlirModule parse_several_ops(spc_context_t *context, MlirStringRef source, const char *name) {
  context->diagnostics->source_name = name;
  MlirModule module = mlirModuleCreateParse(context->mlir, source);
  context->diagnostics->source_name = NULL;
  return module;
}

static bool only_error_is_op_count(const spc_diagnostics_t *diagnostics, size_t begin) {
  return diagnostics->count == begin + 1 && strstr(diagnostics->records[begin].message, "single top-level operation") != NULL;
}

spc_status_t spc_context_parse(spc_context_t *context, const char *text, size_t length, const char *name, MlirModule *out_module) {
  *out_module = (MlirModule){NULL};
  MlirStringRef source = mlirStringRefCreate(text, length);
  size_t begin = context->diagnostics->count;
  MlirOperation op = mlirOperationCreateParse(context->mlir, source, spc_str(name));
  MlirModule module = {NULL};
  if (spc_op_is(op, "builtin.module")) {
    module = mlirModuleFromOperation(op);
  } else if (!mlirOperationIsNull(op)) {
    module = mlirModuleCreateEmpty(mlirOperationGetLocation(op));
    mlirBlockAppendOwnedOperation(mlirModuleGetBody(module), op);
  } else if (only_error_is_op_count(context->diagnostics, begin)) {
    spc_diagnostics_truncate(context->diagnostics, begin);
    module = parse_several_ops(context, source, name);
  }
  if (mlirModuleIsNull(module)) {
    char fallback[256];
    snprintf(fallback, sizeof fallback, "%s: not valid MLIR", name);
    return spc_context_take_errors(context, SPC_INVALID_ARGUMENT, fallback);
  }
  *out_module = module;
  return NULL;
}

// Runs and destroys |manager|.
static spc_status_t run_manager(spc_context_t *context, MlirModule module, MlirPassManager manager) {
  MlirOperation op = mlirModuleGetOperation(module);
  mlirPassManagerEnableVerifier(manager, false);  // ours below, to tell a pass that refuses from a pass that errs
  bool ran = mlirLogicalResultIsSuccess(mlirPassManagerRunOnOp(manager, op));
  mlirPassManagerDestroy(manager);
  bool said_why = spc_diagnostics_has_errors(context->diagnostics);
  if (!ran || said_why) {
    return spc_context_take_errors(context, said_why ? SPC_INVALID_ARGUMENT : SPC_INTERNAL, "the pass failed without saying why");
  }
  if (!mlirOperationVerify(op)) {
    return spc_status_annotate(spc_context_take_errors(context, SPC_INTERNAL, "verification failed"), "the pass made invalid IR");
  }
  return NULL;
}

spc_status_t spc_context_run_pass(spc_context_t *context, MlirModule module, MlirPass pass) {
  MlirPassManager manager = mlirPassManagerCreateOnOperation(context->mlir, spc_str("builtin.module"));
  mlirPassManagerAddOwnedPass(manager, pass);
  return run_manager(context, module, manager);
}

// Collects what the pipeline parser says into a buffer of fixed size.
typedef struct parser_message_t {
  char text[512];
  size_t length;
} parser_message_t;

static void append_parser_message(MlirStringRef part, void *user_data) {
  parser_message_t *message = user_data;
  size_t room = sizeof message->text - 1 - message->length;
  size_t n = part.length < room ? part.length : room;
  memcpy(message->text + message->length, part.data, n);
  message->length += n;
}

spc_status_t spc_context_run_pipeline(spc_context_t *context, MlirModule module, const char *pipeline) {
  MlirPassManager manager = mlirPassManagerCreateOnOperation(context->mlir, spc_str("builtin.module"));
  parser_message_t message = {.length = 0};
  MlirLogicalResult parsed =
      mlirParsePassPipeline(mlirPassManagerGetAsOpPassManager(manager), spc_str(pipeline), append_parser_message, &message);
  if (mlirLogicalResultIsFailure(parsed)) {
    mlirPassManagerDestroy(manager);
    while (message.length && message.text[message.length - 1] == '\n') message.text[--message.length] = '\0';
    return spc_context_take_errors(context, SPC_INVALID_ARGUMENT, message.length ? message.text : "not a pass pipeline");
  }
  return run_manager(context, module, manager);
}
