#include "cuda/gemm.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>

#include "alloc.h"
#include "cuda/cublaslt.h"
#include "spc/abi.h"

#define CANDIDATES 8  // algorithms that are measured
#define REPEATS 3
#define MOST_ALIGNMENT 256

// What an algorithm is chosen for. Compared as bytes, so it has no padding.
typedef struct shape_t {
  int64_t n, k, rows;
  uint32_t w_element, y_element, has_bias, has_residual;
  uint64_t alignment;  // of every operand
  uint64_t workspace_bytes;
} shape_t;

typedef struct choice_t {
  shape_t shape;
  cublasLtMatmulAlgo_t algo;
  struct choice_t *next;
} choice_t;

struct spc_gemm_t {
  const spc_cuda_driver_t *cu;
  const spc_cublaslt_t *lt;
  cublasLtHandle_t handle;
  pthread_mutex_t mutex;
  choice_t *choices;  // under the mutex
};

// ---- Descriptions. The library thinks in columns: y^T [N, rows] = (W^T)^T x^T, where a row-major matrix is its own transpose.

typedef struct operation_t {
  cublasLtMatmulDesc_t desc;
  cublasLtMatrixLayout_t w, x, y;
} operation_t;

static int data_type(uint32_t element) {
  return element == SPC_BF16 ? CUDA_R_16BF : element == SPC_F16 ? CUDA_R_16F : CUDA_R_32F;
}

static spc_status_t check(cublasStatus_t result, const char *function) {
  return result == CUBLAS_STATUS_SUCCESS ? NULL : SPC_STATUS(SPC_DEVICE, "%s: status %d of cuBLAS", function, result);
}
#define LT(gemm, function, ...) check((gemm)->lt->function(__VA_ARGS__), #function)

static void operation_deinit(const spc_gemm_t *g, operation_t *o) {
  if (o->y) (void)g->lt->cublasLtMatrixLayoutDestroy(o->y);
  if (o->x) (void)g->lt->cublasLtMatrixLayoutDestroy(o->x);
  if (o->w) (void)g->lt->cublasLtMatrixLayoutDestroy(o->w);
  if (o->desc) (void)g->lt->cublasLtMatmulDescDestroy(o->desc);
}

static spc_status_t operation_init(const spc_gemm_t *g, const spc_gemm_call_t *c, operation_t *o) {
  *o = (operation_t){0};
  int32_t transpose = CUBLAS_OP_T;
  uint32_t epilogue = CUBLASLT_EPILOGUE_BIAS;
  uint64_t n = (uint64_t)c->n, k = (uint64_t)c->k, rows = (uint64_t)c->rows;
  SPC_RETURN_IF_ERROR(LT(g, cublasLtMatmulDescCreate, &o->desc, CUBLAS_COMPUTE_32F, CUDA_R_32F));
  SPC_RETURN_IF_ERROR(LT(g, cublasLtMatmulDescSetAttribute, o->desc, CUBLASLT_MATMUL_DESC_TRANSA, &transpose, sizeof transpose));
  if (c->bias) {
    SPC_RETURN_IF_ERROR(LT(g, cublasLtMatmulDescSetAttribute, o->desc, CUBLASLT_MATMUL_DESC_EPILOGUE, &epilogue, sizeof epilogue));
    SPC_RETURN_IF_ERROR(LT(g, cublasLtMatmulDescSetAttribute, o->desc, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &c->bias, sizeof c->bias));
  }
  SPC_RETURN_IF_ERROR(LT(g, cublasLtMatrixLayoutCreate, &o->w, data_type(c->w_element), k, n, c->k));
  SPC_RETURN_IF_ERROR(LT(g, cublasLtMatrixLayoutCreate, &o->x, data_type(c->x_element), k, rows, c->k));
  return LT(g, cublasLtMatrixLayoutCreate, &o->y, data_type(c->y_element), n, rows, c->n);
}

static void *address(CUdeviceptr pointer) { return (void *)(uintptr_t)pointer; }

static spc_status_t multiply(const spc_gemm_t *g, const spc_gemm_call_t *c, const operation_t *o, const cublasLtMatmulAlgo_t *algo, CUstream stream) {
  const float one = 1.0f, beta = c->residual ? 1.0f : 0.0f;
  CUdeviceptr added = c->residual ? c->residual : c->y;
  return LT(g, cublasLtMatmul, g->handle, o->desc, &one, address(c->w), o->w, address(c->x), o->x, &beta, address(added), o->y, address(c->y), o->y,
            algo, address(c->workspace), c->workspace_bytes, stream);
}

// ---- Choosing

static shape_t shape_of(const spc_gemm_call_t *c) {
  shape_t s;
  memset(&s, 0, sizeof s);
  s.n = c->n;
  s.k = c->k;
  s.rows = c->rows;
  s.w_element = c->w_element;
  s.y_element = c->y_element;
  s.has_bias = c->bias != 0;
  s.has_residual = c->residual != 0;
  uint64_t bits = c->x | c->w | c->y | c->residual | MOST_ALIGNMENT;
  s.alignment = bits & -bits;
  s.workspace_bytes = c->workspace_bytes;
  return s;
}

static spc_status_t propose(const spc_gemm_t *g, const shape_t *s, const operation_t *o, cublasLtMatmulHeuristicResult_t *results, int *out_count) {
  cublasLtMatmulPreference_t preference = NULL;
  uint32_t alignment = (uint32_t)s->alignment;
  spc_status_t status = LT(g, cublasLtMatmulPreferenceCreate, &preference);
  if (!status) {
    status = LT(g, cublasLtMatmulPreferenceSetAttribute, preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &s->workspace_bytes,
                sizeof s->workspace_bytes);
  }
  for (int i = 0; !status && i < 4; ++i) {
    status = LT(g, cublasLtMatmulPreferenceSetAttribute, preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES + i, &alignment, sizeof alignment);
  }
  *out_count = 0;
  if (!status) status = LT(g, cublasLtMatmulAlgoGetHeuristic, g->handle, o->desc, o->w, o->x, o->y, o->y, preference, CANDIDATES, results, out_count);
  if (preference) (void)g->lt->cublasLtMatmulPreferenceDestroy(preference);
  return status;
}

typedef struct stopwatch_t {
  CUevent begin, end;
} stopwatch_t;

// Milliseconds of REPEATS products, after one that is not counted. A negative number when the algorithm does not run.
static spc_status_t measure(const spc_gemm_t *g, const spc_gemm_call_t *c, const operation_t *o, const cublasLtMatmulAlgo_t *algo,
                            const stopwatch_t *watch, CUstream stream, float *out_milliseconds) {
  *out_milliseconds = -1;
  spc_status_t refused = multiply(g, c, o, algo, stream);
  if (refused) {
    spc_status_ignore(refused);
    return NULL;
  }
  SPC_RETURN_IF_ERROR(SPC_CU(g->cu, cuEventRecord, watch->begin, stream));
  for (int i = 0; i < REPEATS; ++i) SPC_RETURN_IF_ERROR(multiply(g, c, o, algo, stream));
  SPC_RETURN_IF_ERROR(SPC_CU(g->cu, cuEventRecord, watch->end, stream));
  SPC_RETURN_IF_ERROR(SPC_CU(g->cu, cuEventSynchronize, watch->end));
  return SPC_CU(g->cu, cuEventElapsedTime, out_milliseconds, watch->begin, watch->end);
}

// Leaves |*out_best| when none runs.
static spc_status_t choose_fastest(const spc_gemm_t *g, const spc_gemm_call_t *c, const operation_t *o, const cublasLtMatmulHeuristicResult_t *results,
                                   int count, CUstream stream, int *out_best) {
  stopwatch_t watch = {0};
  float least = -1, time = -1;
  spc_status_t status = SPC_CU(g->cu, cuEventCreate, &watch.begin, CU_EVENT_DEFAULT);
  if (!status) status = SPC_CU(g->cu, cuEventCreate, &watch.end, CU_EVENT_DEFAULT);
  for (int i = 0; !status && i < count; ++i) {
    if (results[i].state != CUBLAS_STATUS_SUCCESS) continue;
    status = measure(g, c, o, &results[i].algo, &watch, stream, &time);
    if (time >= 0 && (least < 0 || time < least)) *out_best = i, least = time;
  }
  if (watch.begin) (void)g->cu->cuEventDestroy(watch.begin);
  if (watch.end) (void)g->cu->cuEventDestroy(watch.end);
  return status;
}

// The choice for the shape of |c|, made now if there is none. The mutex is held.
static spc_status_t find_or_choose(spc_gemm_t *g, const spc_gemm_call_t *c, const operation_t *o, bool measured, CUstream stream,
                                   const choice_t **out_choice) {
  const shape_t shape = shape_of(c);
  for (choice_t *at = g->choices; at; at = at->next) {
    if (memcmp(&at->shape, &shape, sizeof shape) == 0) {
      *out_choice = at;
      return NULL;
    }
  }
  cublasLtMatmulHeuristicResult_t results[CANDIDATES];
  int count = 0, best = 0;
  SPC_RETURN_IF_ERROR(propose(g, &shape, o, results, &count));
  while (best < count && results[best].state != CUBLAS_STATUS_SUCCESS) ++best;
  if (best == count) return SPC_STATUS(SPC_DEVICE, "cuBLAS has no algorithm");
  if (measured) SPC_RETURN_IF_ERROR(choose_fastest(g, c, o, results, count, stream, &best));
  choice_t *choice = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("choice of a GEMM algorithm", 1, sizeof *choice, (void **)&choice));
  *choice = (choice_t){.shape = shape, .algo = results[best].algo, .next = g->choices};
  g->choices = choice;
  *out_choice = choice;
  return NULL;
}

static spc_status_t with_choice(spc_gemm_t *g, const spc_gemm_call_t *c, bool prepare, CUstream stream) {
  operation_t operation;
  const choice_t *choice = NULL;  // stays where it is until the model is destroyed
  spc_status_t status = operation_init(g, c, &operation);
  if (!status) {
    pthread_mutex_lock(&g->mutex);
    status = find_or_choose(g, c, &operation, prepare, stream, &choice);
    pthread_mutex_unlock(&g->mutex);
  }
  if (!status && !prepare) status = multiply(g, c, &operation, &choice->algo, stream);
  operation_deinit(g, &operation);
  return spc_status_annotate(status, "product of %" PRId64 " x %" PRId64 " by %" PRId64 " x %" PRId64, c->rows, c->k, c->k, c->n);
}

spc_status_t spc_gemm_prepare(spc_gemm_t *gemm, const spc_gemm_call_t *call, CUstream stream) { return with_choice(gemm, call, true, stream); }

spc_status_t spc_gemm_run(spc_gemm_t *gemm, const spc_gemm_call_t *call, CUstream stream) { return with_choice(gemm, call, false, stream); }

// ---- Life

spc_status_t spc_gemm_create(const spc_cuda_driver_t *cu, spc_gemm_t **out_gemm) {
  *out_gemm = NULL;
  const spc_cublaslt_t *lt = spc_cublaslt_get();
  if (!lt) return NULL;
  spc_gemm_t *gemm = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("GEMM library", 1, sizeof *gemm, (void **)&gemm));
  gemm->cu = cu;
  gemm->lt = lt;
  spc_status_t status = LT(gemm, cublasLtCreate, &gemm->handle);
  if (status) {
    spc_free(gemm);
    return status;
  }
  pthread_mutex_init(&gemm->mutex, NULL);
  *out_gemm = gemm;
  return NULL;
}

void spc_gemm_destroy(spc_gemm_t *gemm) {
  if (!gemm) return;
  for (choice_t *at = gemm->choices, *next; at; at = next) {
    next = at->next;
    spc_free(at);
  }
  (void)gemm->lt->cublasLtDestroy(gemm->handle);
  pthread_mutex_destroy(&gemm->mutex);
  spc_free(gemm);
}
