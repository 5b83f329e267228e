#include "cuda/cudnn_graph.h"

#define CANDIDATES 8
#define FIRST_INSIDE 1000  // above what callers give; ids are not negative

static void note(spc_cudnn_graph_t *g, cudnnStatus_t error, const char *function) {
  if (error == CUDNN_STATUS_SUCCESS || g->failed) return;
  g->error = error;
  g->failed = function;
}

static cudnnBackendDescriptor_t create(spc_cudnn_graph_t *g, int type) {
  cudnnBackendDescriptor_t descriptor = NULL;
  if (g->failed) return NULL;
  if (g->owned_count == SPC_CUDNN_MOST_DESCRIPTORS) {
    note(g, -1, "too many descriptors");
    return NULL;
  }
  note(g, g->dnn->cudnnBackendCreateDescriptor(type, &descriptor), "cudnnBackendCreateDescriptor");
  if (descriptor) g->owned[g->owned_count++] = descriptor;
  return descriptor;
}

static void set(spc_cudnn_graph_t *g, cudnnBackendDescriptor_t descriptor, int attribute, int type, int64_t count, const void *values) {
  if (!g->failed) note(g, g->dnn->cudnnBackendSetAttribute(descriptor, attribute, type, count, values), "cudnnBackendSetAttribute");
}

static void set_descriptor(spc_cudnn_graph_t *g, cudnnBackendDescriptor_t descriptor, int attribute, cudnnBackendDescriptor_t value) {
  if (value) set(g, descriptor, attribute, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &value);
}

static void finalize(spc_cudnn_graph_t *g, cudnnBackendDescriptor_t descriptor) {
  if (!g->failed) note(g, g->dnn->cudnnBackendFinalize(descriptor), "cudnnBackendFinalize");
}

static void finalize_operation(spc_cudnn_graph_t *g, cudnnBackendDescriptor_t operation) {
  finalize(g, operation);
  if (g->failed) return;
  if (g->operation_count == SPC_CUDNN_MOST_OPERATIONS) {
    note(g, -1, "too many operations");
    return;
  }
  g->operations[g->operation_count++] = operation;
}

void spc_cudnn_graph_deinit(spc_cudnn_graph_t *g) {
  while (g->owned_count > 0) (void)g->dnn->cudnnBackendDestroyDescriptor(g->owned[--g->owned_count]);
}

cudnnBackendDescriptor_t spc_cudnn_tensor(spc_cudnn_graph_t *g, const spc_cudnn_tensor_t *t) {
  cudnnBackendDescriptor_t tensor = create(g, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  bool inside = t->id == 0;
  int64_t id = inside ? FIRST_INSIDE + g->inside_count++ : t->id;
  set(g, tensor, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &t->type);
  set(g, tensor, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4, t->dims);
  set(g, tensor, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4, t->strides);
  set(g, tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &id);
  set(g, tensor, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &t->alignment);
  set(g, tensor, CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, 1, &inside);
  set(g, tensor, CUDNN_ATTR_TENSOR_IS_BY_VALUE, CUDNN_TYPE_BOOLEAN, 1, &t->by_value);
  finalize(g, tensor);
  return tensor;
}

void spc_cudnn_pointwise(spc_cudnn_graph_t *g, int mode, int compute, int64_t axis, cudnnBackendDescriptor_t x, cudnnBackendDescriptor_t b,
                         cudnnBackendDescriptor_t t, cudnnBackendDescriptor_t y) {
  cudnnBackendDescriptor_t what = create(g, CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  set(g, what, CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, 1, &mode);
  set(g, what, CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, 1, &compute);
  if (mode == CUDNN_POINTWISE_GEN_INDEX) set(g, what, CUDNN_ATTR_POINTWISE_AXIS, CUDNN_TYPE_INT64, 1, &axis);
  finalize(g, what);
  cudnnBackendDescriptor_t operation = create(g, CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, what);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_POINTWISE_BDESC, b);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_POINTWISE_TDESC, t);
  finalize_operation(g, operation);
}

void spc_cudnn_reduction(spc_cudnn_graph_t *g, int mode, cudnnBackendDescriptor_t x, cudnnBackendDescriptor_t y) {
  const int compute = CUDNN_DATA_FLOAT;
  cudnnBackendDescriptor_t what = create(g, CUDNN_BACKEND_REDUCTION_DESCRIPTOR);
  set(g, what, CUDNN_ATTR_REDUCTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &compute);
  set(g, what, CUDNN_ATTR_REDUCTION_OPERATOR, CUDNN_TYPE_REDUCTION_OPERATOR_TYPE, 1, &mode);
  finalize(g, what);
  cudnnBackendDescriptor_t operation = create(g, CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_REDUCTION_DESC, what);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_REDUCTION_XDESC, x);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_REDUCTION_YDESC, y);
  finalize_operation(g, operation);
}

void spc_cudnn_matmul(spc_cudnn_graph_t *g, cudnnBackendDescriptor_t a, cudnnBackendDescriptor_t b, cudnnBackendDescriptor_t c,
                      cudnnBackendDescriptor_t m, cudnnBackendDescriptor_t n, cudnnBackendDescriptor_t k) {
  const int compute = CUDNN_DATA_FLOAT;
  cudnnBackendDescriptor_t what = create(g, CUDNN_BACKEND_MATMUL_DESCRIPTOR);
  set(g, what, CUDNN_ATTR_MATMUL_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &compute);
  finalize(g, what);
  cudnnBackendDescriptor_t operation = create(g, CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_MATMUL_ADESC, a);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_MATMUL_BDESC, b);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_MATMUL_CDESC, c);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_MATMUL_DESC, what);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_MATMUL_GEMM_M_OVERRIDE_DESC, m);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_MATMUL_GEMM_N_OVERRIDE_DESC, n);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_MATMUL_GEMM_K_OVERRIDE_DESC, k);
  finalize_operation(g, operation);
}

void spc_cudnn_paged_load(spc_cudnn_graph_t *g, cudnnBackendDescriptor_t container, cudnnBackendDescriptor_t table,
                          cudnnBackendDescriptor_t length, cudnnBackendDescriptor_t y) {
  cudnnBackendDescriptor_t operation = create(g, CUDNN_BACKEND_OPERATION_PAGED_CACHE_LOAD_DESCRIPTOR);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_CONTAINER_DESC, container);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_PAGE_TABLE_DESC, table);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_SEQUENCE_DESC, length);
  set_descriptor(g, operation, CUDNN_ATTR_OPERATION_PAGED_CACHE_LOAD_YDESC, y);
  finalize_operation(g, operation);
}

// ---- Plans

static void propose(spc_cudnn_graph_t *g, cudnnHandle_t handle, cudnnBackendDescriptor_t *configurations, int64_t *out_count) {
  const int mode = CUDNN_HEUR_MODE_A;
  *out_count = 0;
  cudnnBackendDescriptor_t graph = create(g, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  set(g, graph, CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR, g->operation_count, g->operations);
  set(g, graph, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &handle);
  finalize(g, graph);
  cudnnBackendDescriptor_t heuristics = create(g, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  set_descriptor(g, heuristics, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph);
  set(g, heuristics, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
  finalize(g, heuristics);
  for (int i = 0; i < CANDIDATES; ++i) configurations[i] = create(g, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
  if (g->failed) return;
  cudnnStatus_t error = g->dnn->cudnnBackendGetAttribute(heuristics, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                                         CANDIDATES, out_count, configurations);
  note(g, error, "cudnnBackendGetAttribute");
  if (*out_count > CANDIDATES) *out_count = CANDIDATES;
  if (*out_count == 0) note(g, -1, "no engine is proposed");
}

// A candidate may be refused only when its plan is made.
static cudnnBackendDescriptor_t try_candidate(spc_cudnn_graph_t *g, cudnnHandle_t handle, cudnnBackendDescriptor_t configuration,
                                              uint64_t *out_bytes) {
  int64_t bytes = 0, count = 0;
  g->failed = NULL;
  cudnnBackendDescriptor_t plan = create(g, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  set(g, plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1, &handle);
  set_descriptor(g, plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
  finalize(g, plan);
  if (g->failed) return NULL;
  cudnnStatus_t error =
      g->dnn->cudnnBackendGetAttribute(plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &count, &bytes);
  note(g, error, "cudnnBackendGetAttribute");
  *out_bytes = bytes > 0 ? (uint64_t)bytes : 0;
  return g->failed ? NULL : plan;
}

cudnnBackendDescriptor_t spc_cudnn_graph_plan(spc_cudnn_graph_t *g, cudnnHandle_t handle, uint64_t *out_workspace_bytes) {
  cudnnBackendDescriptor_t configurations[CANDIDATES], plan = NULL;
  int64_t count;
  *out_workspace_bytes = 0;
  propose(g, handle, configurations, &count);
  if (g->failed) return NULL;
  for (int64_t i = 0; i < count && !plan; ++i) plan = try_candidate(g, handle, configurations[i], out_workspace_bytes);
  return plan;
}
