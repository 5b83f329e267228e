#include "cuda/cudnn_attend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "cuda/cudnn_graph.h"
#include "spc/abi.h"

// What a caller gives: ids of tensors. cuDNN sorts operations by their tensors, so ids here and the order in which others are made are
// cudnn-frontend's too.
enum { SCALE = 1, V_POOL, K_POOL, Q, V_TABLE, K_TABLE, KEYS, ROWS, OUT, PADDING, FUTURE, END };
#define GIVEN (END - 1)
#define MOST_HEAD_SIZE 256  // engines are proposed for more, but cudnn-frontend gives them none

typedef struct plan_t {
  spc_cudnn_shape_t shape;
  spc_cudnn_graph_t graph;
  cudnnBackendDescriptor_t plan;  // NULL: refused
  uint64_t workspace_bytes;
  char refusal[128];
  struct plan_t *next;
} plan_t;

struct spc_cudnn_attend_t {
  const spc_cudnn_t *dnn;
  cudnnHandle_t handle;
  plan_t *plans;
};

// ---- The graph. softmax(mask(scale Q K^T)) V, in the operations and with the order that cuDNN's engine for attention recognises: those
// that NVIDIA's cudnn-frontend makes of its `sdpa` with paged K and V, padding and a causal mask that ends at the last key.

typedef cudnnBackendDescriptor_t tensor_t;

typedef struct builder_t {
  spc_cudnn_graph_t *graph;
  const spc_cudnn_shape_t *shape;
  int type;  // data type of q, K, V and out
  int64_t most_keys;
  tensor_t rows, keys;
} builder_t;

static tensor_t make(const builder_t *b, int64_t id, int type, const int64_t dims[4], const int64_t strides[4], int64_t alignment,
                     bool by_value) {
  spc_cudnn_tensor_t tensor = {.type = type, .id = id, .alignment = alignment, .by_value = by_value};
  memcpy(tensor.dims, dims, sizeof tensor.dims);
  memcpy(tensor.strides, strides, sizeof tensor.strides);
  return spc_cudnn_tensor(b->graph, &tensor);
}

// [1, heads, rows, keys] inside the graph.
static tensor_t scores(const builder_t *b, int type) {
  const spc_cudnn_shape_t *s = b->shape;
  return make(b, 0, type, (int64_t[]){1, s->heads, s->rows, b->most_keys},
              (int64_t[]){s->heads * s->rows * b->most_keys, s->rows * b->most_keys, b->most_keys, 1}, 16, false);
}

// [1, heads, rows, 1] inside the graph.
static tensor_t row_numbers(const builder_t *b) {
  const spc_cudnn_shape_t *s = b->shape;
  return make(b, 0, CUDNN_DATA_FLOAT, (int64_t[]){1, s->heads, s->rows, 1}, (int64_t[]){s->heads * s->rows, s->rows, 1, 1}, 16, false);
}

static tensor_t number(const builder_t *b, int64_t id, int type, bool by_value) {
  const int64_t ones[] = {1, 1, 1, 1};
  return make(b, id, type, ones, ones, 16, by_value);
}

// [1, heads, rows, head_size] of q and out.
static tensor_t rows_of_heads(const builder_t *b, int64_t id) {
  const spc_cudnn_shape_t *s = b->shape;
  return make(b, id, b->type, (int64_t[]){1, s->heads, s->rows, s->head_size},
              (int64_t[]){s->rows * s->heads * s->head_size, s->head_size, s->heads * s->head_size, 1}, 16, false);
}

// K^T [1, kv_heads, head_size, keys] or V [1, kv_heads, keys, head_size], from the pages.
static tensor_t paged(const builder_t *b, int64_t pool_id, int64_t table_id, bool transposed) {
  const spc_cudnn_shape_t *s = b->shape;
  int64_t d = s->head_size, keys = b->most_keys, row = 2 * d;
  tensor_t pool = make(b, pool_id, b->type, (int64_t[]){s->pool_pages, s->kv_heads, s->page_tokens, d},
                       (int64_t[]){s->kv_heads * s->page_tokens * row, s->page_tokens * row, row, 1}, 16, false);
  tensor_t table = make(b, table_id, CUDNN_DATA_INT32, (int64_t[]){1, 1, s->table_pages, 1},
                        (int64_t[]){s->table_pages, s->table_pages, 1, 1}, s->table_pages % 4 == 0 ? 16 : (int64_t)sizeof(int32_t), false);
  tensor_t y =
      transposed
          ? make(b, 0, b->type, (int64_t[]){1, s->kv_heads, d, keys}, (int64_t[]){d * keys * s->kv_heads, d * keys, 1, d}, 16, false)
          : make(b, 0, b->type, (int64_t[]){1, s->kv_heads, keys, d}, (int64_t[]){d * keys * s->kv_heads, d * keys, d, 1}, 16, false);
  spc_cudnn_paged_load(b->graph, pool, table, b->keys, y);
  return y;
}

static tensor_t indices(const builder_t *b, int64_t axis, int compute, tensor_t x) {
  tensor_t y = scores(b, CUDNN_DATA_INT32);
  spc_cudnn_pointwise(b->graph, CUDNN_POINTWISE_GEN_INDEX, compute, axis, x, NULL, NULL, y);
  return y;
}

// mode(x, other) of the scores' shape.
static tensor_t combine(const builder_t *b, int mode, int type, tensor_t x, tensor_t other) {
  tensor_t y = scores(b, type);
  spc_cudnn_pointwise(b->graph, mode, type, 0, x, other, NULL, y);
  return y;
}

// x where |mask|, elsewhere minus infinity.
static tensor_t keep(const builder_t *b, tensor_t x, int64_t infinity_id, tensor_t mask) {
  tensor_t y = scores(b, CUDNN_DATA_FLOAT);
  spc_cudnn_pointwise(b->graph, CUDNN_POINTWISE_BINARY_SELECT, CUDNN_DATA_FLOAT, 0, x, number(b, infinity_id, CUDNN_DATA_FLOAT, true), mask,
                      y);
  return y;
}

// Rows and keys that there are.
static tensor_t mask_padding(const builder_t *b, tensor_t x) {
  tensor_t row = indices(b, 2, CUDNN_DATA_INT32, x), key = indices(b, 3, CUDNN_DATA_INT32, x);
  tensor_t is_row = combine(b, CUDNN_POINTWISE_CMP_LT, CUDNN_DATA_BOOLEAN, row, b->rows);
  tensor_t is_key = combine(b, CUDNN_POINTWISE_CMP_LT, CUDNN_DATA_BOOLEAN, key, b->keys);
  return keep(b, x, PADDING, combine(b, CUDNN_POINTWISE_LOGICAL_AND, CUDNN_DATA_BOOLEAN, is_row, is_key));
}

// Keys up to the row's own: row + keys - rows >= key.
static tensor_t mask_future(const builder_t *b, tensor_t x) {
  tensor_t row = indices(b, 2, CUDNN_DATA_FLOAT, x), key = indices(b, 3, CUDNN_DATA_FLOAT, x);
  tensor_t own =
      combine(b, CUDNN_POINTWISE_SUB, CUDNN_DATA_INT32, combine(b, CUDNN_POINTWISE_ADD, CUDNN_DATA_INT32, row, b->keys), b->rows);
  return keep(b, x, FUTURE, combine(b, CUDNN_POINTWISE_CMP_GE, CUDNN_DATA_BOOLEAN, own, key));
}

// As |b|'s type, which the product with V takes. The logarithm of the sum, which training needs, belongs to what the engine recognises:
// without a place inside the graph it writes it somewhere.
static tensor_t softmax(const builder_t *b, tensor_t x) {
  tensor_t statistic = row_numbers(b), y = scores(b, b->type), most = row_numbers(b);
  spc_cudnn_reduction(b->graph, CUDNN_REDUCE_TENSOR_MAX, x, most);
  tensor_t below = combine(b, CUDNN_POINTWISE_SUB, CUDNN_DATA_FLOAT, x, most);
  tensor_t exponential = combine(b, CUDNN_POINTWISE_EXP, CUDNN_DATA_FLOAT, below, NULL);
  tensor_t sum = row_numbers(b), log_sum = row_numbers(b);
  spc_cudnn_reduction(b->graph, CUDNN_REDUCE_TENSOR_ADD, exponential, sum);
  spc_cudnn_pointwise(b->graph, CUDNN_POINTWISE_LOG, CUDNN_DATA_FLOAT, 0, sum, NULL, NULL, log_sum);
  spc_cudnn_pointwise(b->graph, CUDNN_POINTWISE_ADD, CUDNN_DATA_FLOAT, 0, most, log_sum, NULL, statistic);
  spc_cudnn_pointwise(b->graph, CUDNN_POINTWISE_DIV, CUDNN_DATA_FLOAT, 0, exponential, sum, NULL, y);
  return y;
}

static void describe(spc_cudnn_graph_t *graph, const spc_cudnn_shape_t *shape) {
  builder_t b = {.graph = graph,
                 .shape = shape,
                 .type = shape->element == SPC_BF16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_HALF,
                 .most_keys = shape->table_pages * shape->page_tokens};
  b.rows = number(&b, ROWS, CUDNN_DATA_INT32, false);
  b.keys = number(&b, KEYS, CUDNN_DATA_INT32, false);
  tensor_t keys = paged(&b, K_POOL, K_TABLE, true), products = scores(&b, CUDNN_DATA_FLOAT);
  spc_cudnn_matmul(graph, rows_of_heads(&b, Q), keys, products, b.rows, b.keys, NULL);
  tensor_t scaled = combine(&b, CUDNN_POINTWISE_MUL, CUDNN_DATA_FLOAT, products, number(&b, SCALE, CUDNN_DATA_FLOAT, true));
  tensor_t weights = softmax(&b, mask_future(&b, mask_padding(&b, scaled)));
  spc_cudnn_matmul(graph, weights, paged(&b, V_POOL, V_TABLE, false), rows_of_heads(&b, OUT), b.rows, NULL, b.keys);
}

// ---- Plans

static spc_status_t check(const spc_cudnn_t *dnn, cudnnStatus_t result, const char *function) {
  return result == CUDNN_STATUS_SUCCESS ? NULL : SPC_STATUS(SPC_DEVICE, "%s: %s", function, dnn->cudnnGetErrorString(result));
}
#define DNN(dnn, function, ...) check((dnn), (dnn)->function(__VA_ARGS__), #function)

static plan_t *find(const spc_cudnn_attend_t *a, const spc_cudnn_shape_t *shape) {
  plan_t *at = a->plans;
  while (at && memcmp(&at->shape, shape, sizeof *shape) != 0) at = at->next;
  return at;
}

// Of what is not there cuDNN would say so, but in a graph that it is asked for needlessly.
static const char *refuse(const spc_cudnn_shape_t *s) {
  if (s->element != SPC_BF16 && s->element != SPC_F16) return "neither bf16 nor f16";
  if (s->head_size % 8 != 0) return "rows that are not of 16 bytes each";
  return s->head_size > MOST_HEAD_SIZE ? "heads of more than 256 numbers" : NULL;
}

spc_status_t spc_cudnn_attend_prepare(spc_cudnn_attend_t *a, const spc_cudnn_shape_t *shape) {
  if (find(a, shape)) return NULL;
  plan_t *plan = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("plan of attention", 1, sizeof *plan, (void **)&plan));
  plan->shape = *shape;
  plan->graph.dnn = a->dnn;
  plan->next = a->plans;
  a->plans = plan;
  const char *refusal = refuse(shape);
  if (!refusal) {
    describe(&plan->graph, shape);
    plan->plan = spc_cudnn_graph_plan(&plan->graph, a->handle, &plan->workspace_bytes);
    if (plan->plan) return NULL;
    if (plan->graph.error < 0) refusal = plan->graph.failed;
  }
  if (refusal) {
    snprintf(plan->refusal, sizeof plan->refusal, "%s", refusal);
  } else {
    snprintf(plan->refusal, sizeof plan->refusal, "%s: %s", plan->graph.failed, a->dnn->cudnnGetErrorString(plan->graph.error));
  }
  spc_cudnn_graph_deinit(&plan->graph);
  return NULL;
}

const char *spc_cudnn_attend_refusal(const spc_cudnn_attend_t *a, const spc_cudnn_shape_t *shape) {
  const plan_t *plan = find(a, shape);
  if (!plan) return "not prepared";
  return plan->plan ? NULL : plan->refusal;
}

static spc_status_t execute(const spc_cudnn_attend_t *a, const plan_t *plan, const spc_cudnn_call_t *c, CUstream stream) {
  const spc_cudnn_t *dnn = a->dnn;
  float scale = (float)plan->shape.scale, infinity = -INFINITY;
  CUdeviceptr values = c->pool + (uint64_t)plan->shape.head_size * sizeof(uint16_t);
  const int64_t ids[GIVEN] = {Q, K_POOL, V_POOL, K_TABLE, V_TABLE, ROWS, KEYS, OUT, SCALE, PADDING, FUTURE};
#define DEVICE(pointer) ((void *)(uintptr_t)(pointer))
  void *pointers[GIVEN] = {DEVICE(c->q),    DEVICE(c->pool), DEVICE(values), DEVICE(c->table), DEVICE(c->table), DEVICE(c->rows),
                           DEVICE(c->keys), DEVICE(c->out),  &scale,         &infinity,        &infinity};
  void *workspace = DEVICE(c->workspace);
#undef DEVICE
  cudnnBackendDescriptor_t pack = NULL;
  spc_status_t status = DNN(dnn, cudnnBackendCreateDescriptor, CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, &pack);
  if (!status) status = DNN(dnn, cudnnBackendSetAttribute, pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, GIVEN, ids);
  if (!status) status = DNN(dnn, cudnnBackendSetAttribute, pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, GIVEN, pointers);
  if (!status) status = DNN(dnn, cudnnBackendSetAttribute, pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, &workspace);
  if (!status) status = DNN(dnn, cudnnBackendFinalize, pack);
  if (!status) status = DNN(dnn, cudnnSetStream, a->handle, stream);
  if (!status) status = DNN(dnn, cudnnBackendExecute, a->handle, plan->plan, pack);
  if (pack) (void)dnn->cudnnBackendDestroyDescriptor(pack);
  return spc_status_annotate(status, "attention by %s", dnn->name);
}

spc_status_t spc_cudnn_attend_run(const spc_cudnn_attend_t *a, const spc_cudnn_shape_t *shape, const spc_cudnn_call_t *call,
                                  CUstream stream, bool *out_done) {
  const plan_t *plan = find(a, shape);
  *out_done = plan && plan->plan && plan->workspace_bytes <= call->workspace_bytes;
  return *out_done ? execute(a, plan, call, stream) : NULL;
}

// ---- Life

spc_status_t spc_cudnn_attend_create(spc_cudnn_attend_t **out_attend) {
  *out_attend = NULL;
  const spc_cudnn_t *dnn = spc_cudnn_get();
  if (!dnn) return NULL;
  spc_cudnn_attend_t *attend = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("attention library", 1, sizeof *attend, (void **)&attend));
  attend->dnn = dnn;
  if (dnn->cudnnCreate(&attend->handle) != CUDNN_STATUS_SUCCESS) {  // another CUDA than the driver's, a part of the library missing
    spc_free(attend);
    return NULL;
  }
  *out_attend = attend;
  return NULL;
}

void spc_cudnn_attend_destroy(spc_cudnn_attend_t *attend) {
  if (!attend) return;
  for (plan_t *at = attend->plans, *next; at; at = next) {
    next = at->next;
    spc_cudnn_graph_deinit(&at->graph);
    spc_free(at);
  }
  (void)attend->dnn->cudnnDestroy(attend->handle);
  spc_free(attend);
}

const char *spc_cudnn_attend_name(const spc_cudnn_attend_t *attend) { return attend->dnn->name; }
