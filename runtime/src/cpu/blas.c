#include "cpu/blas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

// From cblas.h; OpenBLAS with 32-bit integers, as Debian builds it.
enum { CBLAS_ROW_MAJOR = 101, CBLAS_NO_TRANS = 111, CBLAS_TRANS = 112 };
typedef void (*sgemm_fn_t)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
                           int ldb, float beta, float *c, int ldc);
typedef void (*set_threads_fn_t)(int threads);

static pthread_once_t g_once = PTHREAD_ONCE_INIT;
static sgemm_fn_t g_sgemm;  // written once, under g_once

static void open_library(void) {
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);  // never closed: it has threads
  if (!library) return;
  void *sgemm = dlsym(library, "cblas_sgemm"), *set_threads = dlsym(library, "openblas_set_num_threads");
  if (!sgemm || !set_threads) return;
  set_threads_fn_t set;
  memcpy(&set, &set_threads, sizeof set);
  set(1);
  memcpy(&g_sgemm, &sgemm, sizeof g_sgemm);
}

bool spc_blas_available(void) {
  pthread_once(&g_once, open_library);
  return g_sgemm;
}

void spc_blas_gemm_xwt(int64_t m, int64_t n, int64_t k, const float *x, const float *w, float *y, int64_t ldy, bool accumulate) {
  g_sgemm(CBLAS_ROW_MAJOR, CBLAS_NO_TRANS, CBLAS_TRANS, (int)m, (int)n, (int)k, 1.0f, x, (int)k, w, (int)k, accumulate ? 1.0f : 0.0f, y,
          (int)ldy);
}
