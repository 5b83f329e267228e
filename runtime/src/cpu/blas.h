// The GEMM library of the CPU: OpenBLAS, opened with dlopen, so that the runtime works (slower at prefill) without it.
#ifndef SPC_RUNTIME_CPU_BLAS_H_
#define SPC_RUNTIME_CPU_BLAS_H_

#include <stdbool.h>
#include <stdint.h>

// True when the library was found. Opens it on first use; thread-safe. OpenBLAS is set to one thread per call, for the whole process, because
// the executor's threads call it side by side on parts of a product.
bool spc_blas_available(void);

// y[m, n] (row stride ldy) = x[m, k] w[n, k]^T, plus y itself when |accumulate|. One thread. Only when available.
void spc_blas_gemm_xwt(int64_t m, int64_t n, int64_t k, const float *x, const float *w, float *y, int64_t ldy, bool accumulate);

#endif  // SPC_RUNTIME_CPU_BLAS_H_
