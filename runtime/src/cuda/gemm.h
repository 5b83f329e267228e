// Dense products through the GEMM library: y[rows, N] = x[rows, K] W[N, K]^T + bias + residual.
//
// The library offers several algorithms for a shape. One is chosen for each shape and kept as long as the model lives: the first that the library
// proposes, or the fastest of its first few where `spc_gemm_prepare` has measured them. A model's sessions share the choices, so that
// the same shape has the same bits in all of them.
#ifndef SPC_RUNTIME_CUDA_GEMM_H_
#define SPC_RUNTIME_CUDA_GEMM_H_

#include <stdbool.h>

#include "cuda/driver.h"

typedef struct spc_gemm_t spc_gemm_t;

typedef struct spc_gemm_call_t {
  int64_t n, k, rows;
  uint32_t w_element, x_element, y_element;  // spc_element_t; those of W and x are the same
  CUdeviceptr x, w, y;
  CUdeviceptr bias;      // [N] of y's type, or 0
  CUdeviceptr residual;  // [rows, N] of y's type, may be y; or 0
  CUdeviceptr workspace;
  uint64_t workspace_bytes;
} spc_gemm_call_t;

// NULL without an error when the library is not there. The device's context is current, here and in all calls.
SPC_WARN_UNUSED spc_status_t spc_gemm_create(const spc_cuda_driver_t *cu, spc_gemm_t **out_gemm);
void spc_gemm_destroy(spc_gemm_t *gemm);

// Measures algorithms for the shape of |call| and keeps the fastest; does nothing when there is one already. Overwrites y, and waits.
SPC_WARN_UNUSED spc_status_t spc_gemm_prepare(spc_gemm_t *gemm, const spc_gemm_call_t *call, CUstream stream);

// Starts the product. The stream may be capturing.
SPC_WARN_UNUSED spc_status_t spc_gemm_run(spc_gemm_t *gemm, const spc_gemm_call_t *call, CUstream stream);

#endif  // SPC_RUNTIME_CUDA_GEMM_H_
