#include "frontend/onnx_import.h"

#include <errno.h>
#include <fcntl.h>
#include <onnx/onnx.pb-c.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frontend/model_files.h"
#include "frontend/onnx_function.h"
#include "frontend/onnx_graph.h"
#include "frontend/onnx_skeleton.h"
#include "frontend/onnx_tensor.h"
#include "mlir-c/BuiltinAttributes.h"

#define OLDEST_IR_VERSION 3  // the first with opset_import

static spc_status_t check_context(MlirModule module, const char *function) {
  MlirContext ctx = mlirModuleGetContext(module);
  static const char *const needed[] = {"func.func", "func.return", "onnx.initializer", "onnx.constant", "onnx.none", "onnx.unsupported"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; ++i)
    if (!mlirContextIsRegisteredOperation(ctx, mlirStringRefCreateFromCString(needed[i])))
      return SPC_STATUS(SPC_INTERNAL, "the context has no %s: load the onnx dialects into it", needed[i]);
  MlirAttribute wanted = mlirStringAttrGet(ctx, mlirStringRefCreateFromCString(function));
  for (MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(module)); !mlirOperationIsNull(op);
       op = mlirOperationGetNextInBlock(op)) {
    MlirAttribute name = mlirOperationGetAttributeByName(op, mlirSymbolTableGetSymbolAttributeName());
    if (mlirAttributeEqual(name, wanted)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the module has a function @%s already", function);
  }
  return NULL;
}

static spc_status_t check_opsets(const Onnx__ModelProto *model) {
  bool found = false;
  for (size_t i = 0; i < model->n_opset_import; ++i) {
    const char *domain = spc_onnx_text(model->opset_import[i]->domain);
    if (*domain && strcmp(domain, "ai.onnx")) continue;
    int64_t version = model->opset_import[i]->version;
    if (found) return SPC_STATUS(SPC_INVALID_ARGUMENT, "it imports the ONNX opset twice");
    if (version < 1) return SPC_STATUS(SPC_INVALID_ARGUMENT, "it imports ONNX opset %lld", (long long)version);
    found = true;
  }
  if (!found) return SPC_STATUS(SPC_INVALID_ARGUMENT, "it imports no ONNX opset (opset_import of the domain '')");
  return NULL;
}

// What makes a node control flow, or NULL.
static const char *subgraph_attribute(const Onnx__NodeProto *node) {
  for (size_t i = 0; i < node->n_attribute; ++i) {
    Onnx__AttributeProto__AttributeType type = node->attribute[i]->type;
    if (type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH || type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS)
      return spc_onnx_text(node->attribute[i]->name);
  }
  return NULL;
}

// Lists the nodes with subgraphs, not only the first.
static spc_status_t check_control_flow(const Onnx__GraphProto *graph) {
  enum { SHOWN = 16 };
  size_t found = 0;
  char text[SHOWN * 256 + 1] = "";
  size_t used = 0;
  for (size_t i = 0; i < graph->n_node; ++i) {
    const char *attribute = subgraph_attribute(graph->node[i]);
    if (!attribute || ++found > SHOWN) continue;
    char label[200];
    int n = snprintf(text + used, sizeof text - used, "\n  %s: attribute '%.40s'",
                     spc_onnx_node_label(graph, i, label, sizeof label), attribute);
    used += (size_t)n;
  }
  if (!found) return NULL;
  return SPC_STATUS(SPC_UNSUPPORTED, "%zu nodes have control-flow subgraphs, which spc does not compile; export a graph without them:%s%s",
                    found, text, found > SHOWN ? "\n  ..." : "");
}

// What spc does not take, said once and clearly before anything is built.
static spc_status_t check_model(const Onnx__ModelProto *model) {
  const Onnx__GraphProto *graph = model->graph;
  if (!graph) return SPC_STATUS(SPC_INVALID_ARGUMENT, "not an ONNX model: it has no graph");
  if (!model->has_ir_version) return SPC_STATUS(SPC_INVALID_ARGUMENT, "not an ONNX model: it has no ir_version");
  if (model->ir_version < OLDEST_IR_VERSION)
    return SPC_STATUS(SPC_UNSUPPORTED, "ONNX IR version %lld is older than %d: convert it with onnx.version_converter",
                      (long long)model->ir_version, OLDEST_IR_VERSION);
  SPC_RETURN_IF_ERROR(check_opsets(model));
  for (size_t i = 0; i < graph->n_input; ++i) {
    if (!strcmp(spc_onnx_text(graph->input[i]->name), "use_cache_branch"))
      return SPC_STATUS(SPC_UNSUPPORTED,
                        "input 'use_cache_branch' makes it a merged decoder, two graphs in one: export a single graph with past keys and "
                        "values (decoder_with_past_model.onnx, or optimum-cli export onnx --no-post-process --task text-generation-with-past)");
  }
  if (model->n_functions)
    return SPC_STATUS(SPC_UNSUPPORTED, "it has %zu local functions, the first '%s': inline them (onnx.inliner.inline_local_functions)",
                      model->n_functions, spc_onnx_text(model->functions[0]->name));
  if (graph->n_sparse_initializer)
    return SPC_STATUS(SPC_UNSUPPORTED, "it has %zu sparse initializers: save them as dense ones", graph->n_sparse_initializer);
  SPC_RETURN_IF_ERROR(check_control_flow(graph));
  if (!graph->n_node) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the graph is empty: it has no nodes");
  if (!graph->n_output) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the graph has no outputs");
  return NULL;
}

// |path| is what the caller named, |resolved| what `spc.files` records.
static spc_status_t import_model(MlirModule module, const void *data, size_t size, const char *path, const char *resolved,
                                 const spc_onnx_import_options_t *options) {
  MlirContext ctx = mlirModuleGetContext(module);
  spc_onnx_skeleton_t skeleton = {0};
  Onnx__ModelProto *model = NULL;
  spc_onnx_graph_t graph = {0};
  spc_model_files_t files = {0};
  MlirOperation function = {NULL};
  spc_status_t status = NULL;

  SPC_GOTO_IF_ERROR(check_context(module, options->function));
  SPC_GOTO_IF_ERROR(spc_onnx_skeleton_init(data, size, &skeleton));
  model = onnx__model_proto__unpack(NULL, skeleton.size, skeleton.data);
  if (!model) {
    // The scan has checked all that can be wrong with the bytes.
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory to parse a graph of %zu bytes", skeleton.size);
    goto cleanup;
  }
  spc_onnx_skeleton_deinit(&skeleton);
  SPC_GOTO_IF_ERROR(check_model(model));
  SPC_GOTO_IF_ERROR(spc_onnx_graph_init(model->graph, &graph));
  SPC_GOTO_IF_ERROR(spc_model_files_init(module, path, resolved, options->data_root, &files));
  spc_onnx_source_t source = {.ctx = ctx, .data = data, .size = size, .files = &files};
  SPC_GOTO_IF_ERROR(spc_onnx_function_create(&source, model, &graph, options->function, &function));

  MlirAttribute paths = spc_model_files_attribute(&files, ctx);
  if (mlirAttributeIsNull(paths)) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the list of weight files");
    mlirOperationDestroy(function);
    goto cleanup;
  }
  mlirOperationSetDiscardableAttributeByName(mlirModuleGetOperation(module), mlirStringRefCreateFromCString("spc.files"), paths);
  mlirBlockAppendOwnedOperation(mlirModuleGetBody(module), function);

cleanup:
  spc_model_files_deinit(&files);
  spc_onnx_graph_deinit(&graph);
  if (model) onnx__model_proto__free_unpacked(model, NULL);
  spc_onnx_skeleton_deinit(&skeleton);
  return spc_status_annotate(status, "%s", path);
}

spc_status_t spc_onnx_import_memory(MlirModule module, const void *data, size_t size, const char *path,
                                    const spc_onnx_import_options_t *options) {
  return import_model(module, data, size, path, path, options);
}

// Maps a regular file. *out_data is NULL when it is empty.
static spc_status_t map_file(const char *path, void **out_data, size_t *out_size) {
  *out_data = NULL;
  *out_size = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO must not block
  if (fd < 0) return SPC_STATUS(errno == ENOENT || errno == ENOTDIR ? SPC_NOT_FOUND : SPC_IO, "%s: %s", path, strerror(errno));
  spc_status_t status = NULL;
  struct stat info;
  if (fstat(fd, &info)) {
    status = SPC_STATUS(SPC_IO, "%s: %s", path, strerror(errno));
  } else if (!S_ISREG(info.st_mode)) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: not a regular file", path);
  } else if (info.st_size) {
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) {
      status = SPC_STATUS(SPC_IO, "%s: mapping %lld bytes: %s", path, (long long)info.st_size, strerror(errno));
    } else {
      *out_data = data;
      *out_size = (size_t)info.st_size;
    }
  }
  close(fd);
  return status;
}

spc_status_t spc_onnx_import_file(MlirModule module, const char *path, const spc_onnx_import_options_t *options) {
  void *data;
  size_t size;
  SPC_RETURN_IF_ERROR(map_file(path, &data, &size));
  char *resolved = realpath(path, NULL);
  spc_status_t status = resolved ? import_model(module, data, size, path, resolved, options)
                                 : SPC_STATUS(SPC_IO, "%s: %s", path, strerror(errno));
  if (data) munmap(data, size);
  free(resolved);
  return status;
}
