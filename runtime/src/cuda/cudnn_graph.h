// A graph of cuDNN's operations while it is built, and the plan that comes of it.
#ifndef SPC_RUNTIME_CUDA_CUDNN_GRAPH_H_
#define SPC_RUNTIME_CUDA_CUDNN_GRAPH_H_

#include <stdbool.h>

#include "cuda/cudnn.h"

#define SPC_CUDNN_MOST_DESCRIPTORS 112
#define SPC_CUDNN_MOST_OPERATIONS 32

// Descriptors belong to the graph: a plan needs those of its tensors and operations. The first call that fails is remembered and later ones
// do nothing, so that only the end has to be checked.
typedef struct spc_cudnn_graph_t {
  const spc_cudnn_t *dnn;
  cudnnBackendDescriptor_t owned[SPC_CUDNN_MOST_DESCRIPTORS];
  int owned_count;
  cudnnBackendDescriptor_t operations[SPC_CUDNN_MOST_OPERATIONS];
  int operation_count;
  int64_t inside_count;  // of tensors inside the graph
  cudnnStatus_t error;   // of |failed|; negative: |failed| says it, and is no function's name
  const char *failed;    // NULL so far
} spc_cudnn_graph_t;

typedef struct spc_cudnn_tensor_t {
  int type;
  int64_t dims[4], strides[4];
  int64_t id;         // of a tensor that a caller gives; 0: one inside the graph
  int64_t alignment;  // bytes
  bool by_value;      // its number is on the host
} spc_cudnn_tensor_t;

void spc_cudnn_graph_deinit(spc_cudnn_graph_t *graph);

cudnnBackendDescriptor_t spc_cudnn_tensor(spc_cudnn_graph_t *graph, const spc_cudnn_tensor_t *tensor);

// y = mode(x, b, t); b and t are NULL where the mode takes none. |axis|: of GEN_INDEX. |compute| is a data type.
void spc_cudnn_pointwise(spc_cudnn_graph_t *graph, int mode, int compute, int64_t axis, cudnnBackendDescriptor_t x,
                         cudnnBackendDescriptor_t b, cudnnBackendDescriptor_t t, cudnnBackendDescriptor_t y);
// y = x reduced to y's dimensions.
void spc_cudnn_reduction(spc_cudnn_graph_t *graph, int mode, cudnnBackendDescriptor_t x, cudnnBackendDescriptor_t y);
// c [M, N] = a [M, K] b [K, N]. |m|, |n|, |k|: how many of M, N and K there are, or NULL: all.
void spc_cudnn_matmul(spc_cudnn_graph_t *graph, cudnnBackendDescriptor_t a, cudnnBackendDescriptor_t b, cudnnBackendDescriptor_t c,
                      cudnnBackendDescriptor_t m, cudnnBackendDescriptor_t n, cudnnBackendDescriptor_t k);
// y = rows of |container| in the order of |table|, |length| of them.
void spc_cudnn_paged_load(spc_cudnn_graph_t *graph, cudnnBackendDescriptor_t container, cudnnBackendDescriptor_t table,
                          cudnnBackendDescriptor_t length, cudnnBackendDescriptor_t y);

// The plan of the first engine that takes the graph: owned by it. NULL when none does: |graph| says why.
cudnnBackendDescriptor_t spc_cudnn_graph_plan(spc_cudnn_graph_t *graph, cudnnHandle_t handle, uint64_t *out_workspace_bytes);

#endif  // SPC_RUNTIME_CUDA_CUDNN_GRAPH_H_
