// NVIDIA's matrix library, opened when a model for CUDA is loaded: our own declarations of what is used of it.
//
// It is looked for as library.h says. Version 13 or 12.
#ifndef SPC_RUNTIME_CUDA_CUBLASLT_H_
#define SPC_RUNTIME_CUDA_CUBLASLT_H_

#include <stddef.h>
#include <stdint.h>

#include "cuda/driver.h"

typedef struct cublasLtContext *cublasLtHandle_t;
typedef struct cublasLtMatmulDescOpaque *cublasLtMatmulDesc_t;
typedef struct cublasLtMatrixLayoutOpaque *cublasLtMatrixLayout_t;
typedef struct cublasLtMatmulPreferenceOpaque *cublasLtMatmulPreference_t;
typedef int cublasStatus_t;

enum {
  CUBLAS_STATUS_SUCCESS = 0,
  CUBLAS_OP_T = 1,
  CUBLAS_COMPUTE_32F = 68,  // f32 operands are not rounded to tf32
  CUDA_R_32F = 0,
  CUDA_R_16F = 2,
  CUDA_R_16BF = 14,
  CUBLASLT_MATMUL_DESC_TRANSA = 3,
  CUBLASLT_MATMUL_DESC_EPILOGUE = 7,
  CUBLASLT_MATMUL_DESC_BIAS_POINTER = 8,
  CUBLASLT_EPILOGUE_BIAS = 4,
  CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES = 1,
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES = 5,  // then B, C and D
};

typedef struct cublasLtMatmulAlgo_t {
  uint64_t data[8];
} cublasLtMatmulAlgo_t;

typedef struct cublasLtMatmulHeuristicResult_t {
  cublasLtMatmulAlgo_t algo;
  size_t workspaceSize;
  cublasStatus_t state;
  float wavesCount;
  int reserved[4];
} cublasLtMatmulHeuristicResult_t;

#define SPC_CUBLASLT_FUNCTIONS(X)                                                                                                          \
  X(cublasLtCreate, (cublasLtHandle_t * handle))                                                                                           \
  X(cublasLtDestroy, (cublasLtHandle_t handle))                                                                                            \
  X(cublasLtMatmulDescCreate, (cublasLtMatmulDesc_t * desc, int compute_type, int scale_type))                                             \
  X(cublasLtMatmulDescDestroy, (cublasLtMatmulDesc_t desc))                                                                                \
  X(cublasLtMatmulDescSetAttribute, (cublasLtMatmulDesc_t desc, int attribute, const void *value, size_t bytes))                           \
  X(cublasLtMatrixLayoutCreate, (cublasLtMatrixLayout_t * layout, int type, uint64_t rows, uint64_t cols, int64_t ld))                     \
  X(cublasLtMatrixLayoutDestroy, (cublasLtMatrixLayout_t layout))                                                                          \
  X(cublasLtMatmulPreferenceCreate, (cublasLtMatmulPreference_t * preference))                                                             \
  X(cublasLtMatmulPreferenceDestroy, (cublasLtMatmulPreference_t preference))                                                              \
  X(cublasLtMatmulPreferenceSetAttribute, (cublasLtMatmulPreference_t preference, int attribute, const void *value, size_t bytes))         \
  X(cublasLtMatmulAlgoGetHeuristic,                                                                                                        \
    (cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c,     \
     cublasLtMatrixLayout_t d, cublasLtMatmulPreference_t preference, int wanted, cublasLtMatmulHeuristicResult_t *results, int *count))   \
  X(cublasLtMatmul, (cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, const void *alpha, const void *a, cublasLtMatrixLayout_t a_layout, \
                     const void *b, cublasLtMatrixLayout_t b_layout, const void *beta, const void *c, cublasLtMatrixLayout_t c_layout,     \
                     void *d, cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t *algo, void *workspace, size_t workspace_bytes,  \
                     CUstream stream))

typedef struct spc_cublaslt_t {
#define SPC_CUBLASLT_DECLARE(function, parameters) cublasStatus_t(*function) parameters;
  SPC_CUBLASLT_FUNCTIONS(SPC_CUBLASLT_DECLARE)
#undef SPC_CUBLASLT_DECLARE
} spc_cublaslt_t;

// The library, opened once a process and never closed; NULL when it is not there.
const spc_cublaslt_t *spc_cublaslt_get(void);

// Tests: the library to open instead; NULL: this program. Forgets the one that is open.
void spc_cublaslt_set_library(const char *path);

#endif  // SPC_RUNTIME_CUDA_CUBLASLT_H_
