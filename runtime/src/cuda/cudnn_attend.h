// Causal attention of a prefill chunk by cuDNN, over K and V where they are: in pages of the cache.
//
// cuDNN is given the operations of attention as a graph and has an engine that does them all in one kernel, or none: support is its own to
// say. A plan is built for a shape and kept as long as the session lives. Its numbers of rows and keys are upper limits; how many there are
// is read from device memory, but a plan takes the time of its most rows whatever they are.
#ifndef SPC_RUNTIME_CUDA_CUDNN_ATTEND_H_
#define SPC_RUNTIME_CUDA_CUDNN_ATTEND_H_

#include <stdbool.h>

#include "cuda/driver.h"

typedef struct spc_cudnn_attend_t spc_cudnn_attend_t;

// Compared as bytes, so it has no padding.
typedef struct spc_cudnn_shape_t {
  int64_t rows;  // at most
  int64_t heads, kv_heads, head_size;
  int64_t page_tokens;
  int64_t table_pages;  // of the page table: at most that many pages of keys
  int64_t pool_pages;
  int64_t element;  // spc_element_t of q, the pool and out: bf16 or f16
  double scale;
} spc_cudnn_shape_t;

typedef struct spc_cudnn_call_t {
  CUdeviceptr q;           // [shape's rows, heads, head_size]; those past |rows| are read
  CUdeviceptr pool;        // [pool_pages, kv_heads, page_tokens, 2, head_size]: K then V; finite numbers, behind |keys| too
  CUdeviceptr table;       // i32 [table_pages]: pages of the sequence; at a multiple of 16 bytes when table_pages is one of 4
  CUdeviceptr rows, keys;  // i32 [1] each, at multiples of 16 bytes: row i of q sees the keys up to keys - rows + i
  CUdeviceptr out;         // as q; zeros past |rows|
  CUdeviceptr workspace;
  uint64_t workspace_bytes;
} spc_cudnn_call_t;

// One thread at a time makes the calls of an object.
// NULL without an error when cuDNN is not there, is too old or does not start. The device's context is current, here and in all calls.
SPC_WARN_UNUSED spc_status_t spc_cudnn_attend_create(spc_cudnn_attend_t **out_attend);
void spc_cudnn_attend_destroy(spc_cudnn_attend_t *attend);

// "cuDNN 9.19.0"
const char *spc_cudnn_attend_name(const spc_cudnn_attend_t *attend);

// Builds the plan for |shape|, or finds that there is none; does nothing when that is known already. Takes up to a second or two of the
// host's time.
SPC_WARN_UNUSED spc_status_t spc_cudnn_attend_prepare(spc_cudnn_attend_t *attend, const spc_cudnn_shape_t *shape);

// Why there is no plan for |shape|, which was prepared: "cudnnBackendFinalize: CUDNN_STATUS_NOT_SUPPORTED". NULL when there is one.
const char *spc_cudnn_attend_refusal(const spc_cudnn_attend_t *attend, const spc_cudnn_shape_t *shape);

// Starts attention. |*out_done| is false, and nothing was started, when there is no plan for |shape|, or when it needs more workspace than
// there is.
SPC_WARN_UNUSED spc_status_t spc_cudnn_attend_run(const spc_cudnn_attend_t *attend, const spc_cudnn_shape_t *shape,
                                                  const spc_cudnn_call_t *call, CUstream stream, bool *out_done);

#endif  // SPC_RUNTIME_CUDA_CUDNN_ATTEND_H_
