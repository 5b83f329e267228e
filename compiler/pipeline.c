#include "compiler/pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/codegen/host.h"
#include "compiler/codegen/nvptx.h"
#include "compiler/codegen/ptxas.h"
#include "compiler/context.h"
#include "compiler/plan/emit.h"
#include "compiler/plan/lower.h"
#include "compiler/weights/pack.h"
#include "frontend/onnx_import.h"
#include "passes/ir/target.h"
#include "passes/passes.h"
#include "spc/abi.h"

enum { PHASES = 6 };

typedef struct compilation_t {
  const spc_compile_options_t *options;
  const spc_compile_observer_t *observer;
  spc_context_t context;
  MlirModule module;
  const spc_nvptx_target_t *gpu;  // NULL: the CPU
  bool narrows;                   // activations take the weights' 16 bits
  spc_host_target_t *target;      // of the object's code
  char *ptx;
  uint8_t *cubin;
  spc_kernel_set_t *kernels;
  spc_weight_table_t weights;
  spc_weight_files_t *files;
  uint64_t weights_header;  // where the data begins in the weights file
  spc_plan_builder_t plan;
  LLVMContextRef llvm;
  LLVMModuleRef code;
  char *weights_path;  // beside the output
  char *object_path;   // a temporary file
  bool weights_written;
} compilation_t;

static void begin_phase(compilation_t *c, int index, const char *what) {
  if (c->observer->phase) c->observer->phase(c->observer->user, index, PHASES, what);
}

static spc_status_t run_pass(compilation_t *c, spc_status_t (*create)(const char *, MlirPass *), const char *options) {
  MlirPass pass;
  SPC_RETURN_IF_ERROR(create(options, &pass));
  spc_status_t status = spc_context_run_pass(&c->context, c->module, pass);
  char *remarks = spc_context_take_remarks(&c->context);
  if (remarks && !status && c->observer->remark) c->observer->remark(c->observer->user, remarks);
  free(remarks);
  return status;
}

// ---- Text outputs --------------------------------------------------------------------------------------------------

static void write_text(MlirStringRef text, void *file) { fwrite(text.data, 1, text.length, file); }

static spc_status_t open_text(compilation_t *c, FILE **out_file) {
  *out_file = c->options->text_out;
  if (!c->options->output) return NULL;
  *out_file = fopen(c->options->output, "w");
  if (!*out_file) return SPC_STATUS(SPC_IO, "%s: %s", c->options->output, strerror(errno));
  return NULL;
}

static spc_status_t close_text(compilation_t *c, FILE *file) {
  int failed = ferror(file) | (c->options->output ? fclose(file) : fflush(file));
  return failed ? SPC_STATUS(SPC_IO, "%s: writing failed", c->options->output ? c->options->output : "standard output") : NULL;
}

static spc_status_t emit_module(compilation_t *c) {
  FILE *file;
  SPC_RETURN_IF_ERROR(open_text(c, &file));
  mlirOperationPrint(mlirModuleGetOperation(c->module), write_text, file);
  return close_text(c, file);
}

static spc_status_t emit_plan(compilation_t *c) {
  FILE *file;
  SPC_RETURN_IF_ERROR(open_text(c, &file));
  spc_status_t status = spc_plan_print(&c->plan.plan, file);
  return spc_status_join(status, close_text(c, file));
}

static spc_status_t emit_ptx(compilation_t *c) {
  FILE *file;
  SPC_RETURN_IF_ERROR(open_text(c, &file));
  fputs(c->ptx, file);
  return close_text(c, file);
}

static spc_status_t emit_llvm(compilation_t *c) {
  FILE *file;
  SPC_RETURN_IF_ERROR(open_text(c, &file));
  char *text = LLVMPrintModuleToString(c->code);
  fputs(text, file);
  LLVMDisposeMessage(text);
  return close_text(c, file);
}

// ---- Stages --------------------------------------------------------------------------------------------------------

static spc_status_t find_target(compilation_t *c) {
  const spc_compile_options_t *o = c->options;
  if (o->target && strcmp(o->target, "cpu")) SPC_RETURN_IF_ERROR(spc_nvptx_target_find(o->target, &c->gpu));
  if (c->gpu && o->cpu) return SPC_STATUS(SPC_INVALID_ARGUMENT, "--cpu=%s: of the CPU target, not of %s", o->cpu, o->target);
  if (!c->gpu && o->ptxas) return SPC_STATUS(SPC_INVALID_ARGUMENT, "--ptxas=%s: of GPU targets, not of the CPU", o->ptxas);
  const char *activations = o->activations ? o->activations : c->gpu ? "weights" : "f32";
  c->narrows = !strcmp(activations, "weights");
  if (!c->narrows && strcmp(activations, "f32")) return SPC_STATUS(SPC_INVALID_ARGUMENT, "--activations=%s: one of weights, f32", activations);
  if (!c->gpu && c->narrows) return SPC_STATUS(SPC_INVALID_ARGUMENT, "--activations=weights: of GPU targets; the CPU's activations are f32");
  if (!c->gpu && o->embeddings && !strcmp(o->embeddings, "host")) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "--embeddings=host: of GPU targets; the CPU's weights are all in host memory");
  }
  if (c->gpu || o->emit != SPC_EMIT_PTX) return NULL;
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "--emit=ptx: the CPU target has none; name a GPU, such as --target=sm_90");
}

static spc_status_t import(compilation_t *c) {
  c->module = mlirModuleCreateEmpty(mlirLocationUnknownGet(c->context.mlir));
  spc_module_set_target(mlirModuleGetOperation(c->module), c->gpu ? c->gpu->name : "cpu");
  spc_onnx_import_options_t llm = {.function = "llm"}, dlm = {.function = "dlm"};
  SPC_RETURN_IF_ERROR(spc_onnx_import_file(c->module, c->options->model, &llm));
  if (c->options->retriever) SPC_RETURN_IF_ERROR(spc_onnx_import_file(c->module, c->options->retriever, &dlm));
  return run_pass(c, spc_create_onnx_fold_pass, "");
}

static spc_status_t derive(compilation_t *c) {
  const spc_compile_options_t *o = c->options;
  if (o->retriever) {
    char *text = NULL, layer[32] = "";
    if (o->retriever_layer >= 0) snprintf(layer, sizeof layer, "layer=%" PRId64 " ", o->retriever_layer);
    if (asprintf(&text, "%s%s%s %s%s", layer, o->retriever_heads ? "heads=" : "", o->retriever_heads ? o->retriever_heads : "",
                 o->feature_layers ? "feature-layers=" : "", o->feature_layers ? o->feature_layers : "") < 0) {
      return SPC_STATUS(SPC_OUT_OF_MEMORY, "pass options");
    }
    spc_status_t status = run_pass(c, spc_create_derive_retrieval_head_pass, text);
    free(text);
    SPC_RETURN_IF_ERROR(spc_status_annotate(status, "%s", o->retriever));
  }
  SPC_RETURN_IF_ERROR(run_pass(c, spc_create_pack_projections_pass, ""));
  char text[256];
  snprintf(text, sizeof text,
           "budget=%" PRIu64 " sink=%" PRId64 " recent=%" PRId64 " max-seq=%" PRIu64 " max-batch=%" PRIu64 " prefill-chunk=%" PRIu64
           " selection=%s host-rows=%s",
           o->retriever ? (o->budget ? o->budget : 2048) : 0, o->sink >= 0 ? o->sink : 4, o->recent >= 0 ? o->recent : 64,
           o->max_seq ? o->max_seq : 4096, o->max_batch ? o->max_batch : 1, o->prefill_chunk ? o->prefill_chunk : 256,
           o->selection ? o->selection : "head", o->host_rows ? o->host_rows : "auto");
  SPC_RETURN_IF_ERROR(run_pass(c, spc_create_insert_kv_prefetch_pass, text));
  return c->narrows ? run_pass(c, spc_create_narrow_activations_pass, "") : NULL;
}

static spc_status_t solve(compilation_t *c) {
  const spc_compile_options_t *o = c->options;
  char text[96];
  snprintf(text, sizeof text, "device-memory=%" PRIu64 " embeddings=%s", o->device_memory, o->embeddings ? o->embeddings : "auto");
  return run_pass(c, spc_create_solve_memory_pass, text);
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

// "dir/libllm.so" -> "dir/libllm.safetensors".
static spc_status_t weights_path(const char *output, char **out_path) {
  size_t length = strlen(output);
  if (length > 3 && !strcmp(output + length - 3, ".so")) length -= 3;
  if (asprintf(out_path, "%.*s.safetensors", (int)length, output) < 0) {
    *out_path = NULL;
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "a path");
  }
  return NULL;
}

// Before any code is generated, because a model without its data is the most common mistake.
static spc_status_t check_weights_exist(compilation_t *c) {
  SPC_RETURN_IF_ERROR(spc_weight_files_create(c->module, &c->files));
  const char *missing = c->options->no_weights ? NULL : spc_weights_missing_file(&c->weights, c->files);
  if (!missing) return NULL;
  return SPC_STATUS(SPC_NOT_FOUND, "%s: the model's weights are not there: put the file beside the model, or compile the graph alone with --no-weights",
                    missing);
}

static spc_status_t plan(compilation_t *c) {
  // The query function is all the host code that an object for a GPU has: any x86-64 runs it, and it is the same wherever it is compiled.
  SPC_RETURN_IF_ERROR(spc_host_target_create(c->gpu ? "x86-64" : c->options->cpu, &c->target));
  SPC_RETURN_IF_ERROR(spc_kernel_set_create_for(c->gpu ? SPC_KERNELS_NVPTX : SPC_KERNELS_HOST, &c->kernels));
  if (c->gpu) spc_nvptx_target_allow(c->gpu, c->kernels);
  SPC_RETURN_IF_ERROR(spc_weight_table_init(&c->weights, c->module));
  if (c->options->emit == SPC_EMIT_SO) SPC_RETURN_IF_ERROR(check_weights_exist(c));
  SPC_RETURN_IF_ERROR(weights_path(c->options->output ? c->options->output : "a.so", &c->weights_path));
  spc_plan_lower_options_t lower = {.model = base_name(c->options->model),
                                    .cpu = c->gpu ? c->gpu->name : spc_host_target_cpu(c->target),
                                    .cpu_features = c->gpu ? "" : spc_host_target_features(c->target),
                                    .gpu = c->gpu,
                                    .weights_file = base_name(c->weights_path)};
  return spc_plan_lower(c->module, &lower, c->kernels, &c->weights, &c->plan);
}

// PTX, and a cubin where there is an assembler.
static spc_status_t generate_gpu(compilation_t *c) {
  SPC_RETURN_IF_ERROR(spc_nvptx_codegen(&c->context, c->kernels, c->gpu, &c->ptx));
  if (c->options->emit == SPC_EMIT_PTX) return NULL;
  size_t cubin_size;
  SPC_RETURN_IF_ERROR(spc_ptxas_assemble(c->options->ptxas, c->gpu, c->ptx, &c->cubin, &cubin_size));
  spc_plan_t *plan = &c->plan.plan;
  plan->ptx = (const uint8_t *)c->ptx;
  plan->ptx_size = strlen(c->ptx) + 1;
  plan->cubin = c->cubin;
  plan->cubin_size = cubin_size;
  if (!c->cubin && c->observer->remark) {
    c->observer->remark(c->observer->user, "remark: no machine code without ptxas: the driver compiles the PTX whenever the object is loaded");
  }
  c->code = spc_host_module_create(c->target, c->llvm);
  return NULL;
}

static spc_status_t generate(compilation_t *c) {
  c->llvm = LLVMContextCreate();
  if (c->gpu) return generate_gpu(c);
  return spc_host_codegen(&c->context, c->kernels, c->target, c->llvm, &c->code);
}

static spc_status_t pack(compilation_t *c) {
  if (c->options->no_weights) return NULL;
  SPC_RETURN_IF_ERROR(
      spc_weights_pack(&c->weights, c->files, c->weights_path, c->observer->progress, c->observer->user, &c->weights_header));
  c->weights_written = true;
  return NULL;
}

static spc_status_t emit_object(compilation_t *c) {
  const spc_compile_options_t *o = c->options;
  bool embed = o->embed_weights && !o->no_weights;
  SPC_RETURN_IF_ERROR(spc_plan_emit(&c->plan, c->code, embed ? c->weights_path : NULL, c->weights_header));
  SPC_RETURN_IF_ERROR(spc_host_optimize(c->target, c->code));
  if (o->emit == SPC_EMIT_LLVM) return emit_llvm(c);
  if (asprintf(&c->object_path, "%s.%ld.o", o->output, (long)getpid()) < 0) {
    c->object_path = NULL;
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "a path");
  }
  SPC_RETURN_IF_ERROR(spc_host_write_object(c->target, c->code, c->object_path));
  return spc_link_shared(c->object_path, o->output, SPC_PLAN_QUERY_SYMBOL);
}

static spc_status_t compile(compilation_t *c) {
  const spc_compile_options_t *o = c->options;
  SPC_RETURN_IF_ERROR(find_target(c));
  begin_phase(c, 1, "import");
  SPC_RETURN_IF_ERROR(spc_context_init(&c->context));
  SPC_RETURN_IF_ERROR(import(c));
  if (o->emit == SPC_EMIT_ONNX) return emit_module(c);
  begin_phase(c, 2, "raise");
  SPC_RETURN_IF_ERROR(run_pass(c, spc_create_raise_pass, ""));
  begin_phase(c, 3, "retrieval, prefetch, memory");
  SPC_RETURN_IF_ERROR(derive(c));
  SPC_RETURN_IF_ERROR(solve(c));
  if (o->emit == SPC_EMIT_SPC) return emit_module(c);
  begin_phase(c, 4, "plan and kernels");
  SPC_RETURN_IF_ERROR(plan(c));
  if (o->emit == SPC_EMIT_PLAN) return emit_plan(c);
  SPC_RETURN_IF_ERROR(generate(c));
  if (o->emit == SPC_EMIT_PTX) return emit_ptx(c);
  if (o->emit == SPC_EMIT_SO) {
    begin_phase(c, 5, o->no_weights ? "weights (none written)" : "weights");
    SPC_RETURN_IF_ERROR(pack(c));
  }
  begin_phase(c, 6, o->emit == SPC_EMIT_LLVM ? "LLVM IR" : "shared object");
  return emit_object(c);
}

spc_status_t spc_compile(const spc_compile_options_t *options, const spc_compile_observer_t *observer) {
  static const spc_compile_observer_t silent = {0};
  compilation_t c = {.options = options, .observer = observer ? observer : &silent};
  if (options->emit == SPC_EMIT_SO && !options->output) return SPC_STATUS(SPC_INVALID_ARGUMENT, "-o FILE is missing: where to write the shared object");
  spc_plan_builder_init(&c.plan);
  spc_status_t status = compile(&c);
  if (c.weights_written && (status || options->embed_weights)) unlink(c.weights_path);
  if (c.object_path) unlink(c.object_path);
  if (c.code) LLVMDisposeModule(c.code);
  if (c.llvm) LLVMContextDispose(c.llvm);
  spc_plan_builder_deinit(&c.plan);
  spc_weight_files_destroy(c.files);
  spc_weight_table_deinit(&c.weights);
  spc_kernel_set_destroy(c.kernels);
  spc_host_target_destroy(c.target);
  free(c.ptx);
  free(c.cubin);
  free(c.weights_path);
  free(c.object_path);
  if (!mlirModuleIsNull(c.module)) mlirModuleDestroy(c.module);
  spc_context_deinit(&c.context);
  return status;
}
