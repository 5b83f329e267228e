// The GEMM library of fake_cuda.h: products in plain C, with three algorithms of which only the first runs.
#include <stdlib.h>
#include <string.h>

#include "cuda/cublaslt.h"
#include "fake_cuda.h"
#include "test/gpu/elements.h"

#define EXPORT __attribute__((visibility("default")))
enum { NOT_SUPPORTED = 15, INVALID = 7, ALGORITHMS = 3 };

struct cublasLtMatmulDescOpaque {
  int transposed, epilogue;
  CUdeviceptr bias;
};
struct cublasLtMatrixLayoutOpaque {
  int type;
  uint64_t rows, cols;
  int64_t ld;
};
struct cublasLtMatmulPreferenceOpaque {
  uint64_t workspace;
};

EXPORT int cublasLtCreate(cublasLtHandle_t *handle) {
  *handle = malloc(1);
  ++fake_cuda.live;
  return 0;
}
EXPORT int cublasLtDestroy(cublasLtHandle_t handle) {
  free(handle);
  --fake_cuda.live;
  return 0;
}
EXPORT int cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *desc, int compute, int scale) {
  *desc = calloc(1, sizeof **desc);
  ++fake_cuda.live;
  return compute == CUBLAS_COMPUTE_32F && scale == CUDA_R_32F ? 0 : INVALID;
}
EXPORT int cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc) {
  free(desc);
  --fake_cuda.live;
  return 0;
}
EXPORT int cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t desc, int attribute, const void *value, size_t bytes) {
  if (attribute == CUBLASLT_MATMUL_DESC_TRANSA && bytes == 4) memcpy(&desc->transposed, value, 4);
  else if (attribute == CUBLASLT_MATMUL_DESC_EPILOGUE && bytes == 4) memcpy(&desc->epilogue, value, 4);
  else if (attribute == CUBLASLT_MATMUL_DESC_BIAS_POINTER && bytes == 8) memcpy(&desc->bias, value, 8);
  else return INVALID;
  return 0;
}
EXPORT int cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *layout, int type, uint64_t rows, uint64_t cols, int64_t ld) {
  *layout = malloc(sizeof **layout);
  **layout = (struct cublasLtMatrixLayoutOpaque){type, rows, cols, ld};
  ++fake_cuda.live;
  return 0;
}
EXPORT int cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  free(layout);
  --fake_cuda.live;
  return 0;
}
EXPORT int cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t *preference) {
  *preference = calloc(1, sizeof **preference);
  ++fake_cuda.live;
  return 0;
}
EXPORT int cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  free(preference);
  --fake_cuda.live;
  return 0;
}
EXPORT int cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference, int attribute, const void *value, size_t bytes) {
  if (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) {
    memcpy(&preference->workspace, value, 8);
    return bytes == 8 ? 0 : INVALID;
  }
  uint32_t alignment = 0;
  memcpy(&alignment, value, sizeof alignment);
  return bytes == 4 && alignment >= 4 && alignment <= 256 ? 0 : INVALID;
}
EXPORT int cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                          cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d, cublasLtMatmulPreference_t preference, int wanted,
                                          cublasLtMatmulHeuristicResult_t *results, int *count) {
  if (!handle || !desc || !preference || a->rows != b->rows || c != d) return INVALID;
  memset(results, 0, (size_t)wanted * sizeof *results);
  *count = wanted < ALGORITHMS ? wanted : ALGORITHMS;
  for (int i = 0; i < *count; ++i) {
    results[i].algo.data[0] = (uint64_t)i;
    results[i].state = i == 1 ? NOT_SUPPORTED : 0;
  }
  return 0;
}

// -1: a type that the runtime does not multiply.
static int element_of(int type) { return type == CUDA_R_32F ? SPC_F32 : type == CUDA_R_16F ? SPC_F16 : type == CUDA_R_16BF ? SPC_BF16 : -1; }

// w, x, added, y, n, k, rows, types of w and y, bias, beta
static void product(const spc_arg_t *args, fake_grid_t grid) {
  int64_t n = args[4].i64, k = args[5].i64;
  int w = element_of((int)(args[7].i64 & 0xff)), y = element_of((int)(args[7].i64 >> 8));
  if (grid.x != 1 || w < 0 || y < 0) abort();
  for (int64_t r = 0; r < args[6].i64; ++r) {
    for (int64_t c = 0; c < n; ++c) {
      float sum = args[9].f64 != 0 ? element_load(args[2].ptr, y, (size_t)(r * n + c)) : 0;
      for (int64_t i = 0; i < k; ++i) sum += element_load(args[0].ptr, w, (size_t)(c * k + i)) * element_load(args[1].ptr, w, (size_t)(r * k + i));
      if (args[8].ptr) sum += element_load(args[8].ptr, y, (size_t)c);
      element_store(args[3].ptr, y, (size_t)(r * n + c), sum);
    }
  }
  ++fake_cuda.products;
}

EXPORT int cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, const void *alpha, const void *a, cublasLtMatrixLayout_t a_layout,
                          const void *b, cublasLtMatrixLayout_t b_layout, const void *beta, const void *c, cublasLtMatrixLayout_t c_layout, void *d,
                          cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t *algo, void *workspace, size_t workspace_bytes,
                          CUstream stream) {
  static const fake_kernel_t kernel = {"product", product, 10, NULL};
  float scale, old;
  memcpy(&scale, alpha, 4);
  memcpy(&old, beta, 4);
  uint64_t n = a_layout->cols, k = a_layout->rows, rows = b_layout->cols;
  bool valid = handle && scale == 1 && desc->transposed == CUBLAS_OP_T && b_layout->rows == k && a_layout->ld == (int64_t)k &&
               b_layout->ld == (int64_t)k && a_layout->type == b_layout->type && c_layout == d_layout && d_layout->rows == n &&
               d_layout->cols == rows && d_layout->ld == (int64_t)n && (workspace || !workspace_bytes) && !desc->epilogue == !desc->bias;
  if (!valid) return INVALID;
  if (algo->data[0] == 2) return NOT_SUPPORTED;  // proposed, but does not run: only measuring finds out
  const spc_arg_t args[] = {{.ptr = (void *)(uintptr_t)a}, {.ptr = (void *)(uintptr_t)b}, {.ptr = (void *)(uintptr_t)c}, {.ptr = d},
                            {.i64 = (int64_t)n}, {.i64 = (int64_t)k}, {.i64 = (int64_t)rows}, {.i64 = a_layout->type | d_layout->type << 8},
                            {.ptr = (void *)(uintptr_t)desc->bias}, {.f64 = (double)old}};
  return fake_cuda_enqueue(stream, &kernel, args);
}
