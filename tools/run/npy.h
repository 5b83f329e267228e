// Writes a float32 NumPy array of three dimensions, row by row in any order.
#ifndef TOOLS_RUN_NPY_H_
#define TOOLS_RUN_NPY_H_

#include <stdint.h>

#include "spc/status.h"

typedef struct spc_npy_t {
  FILE *file;
  const char *path;  // the caller's
  uint64_t header;   // bytes before the data
  uint64_t shape[3];
} spc_npy_t;

// Creates |path|. Every row is then to be written once.
SPC_WARN_UNUSED spc_status_t spc_npy_create(const char *path, uint64_t d0, uint64_t d1, uint64_t d2, spc_npy_t *out_npy);
// Writes array[i, j .. j + rows, :].
SPC_WARN_UNUSED spc_status_t spc_npy_write(spc_npy_t *npy, uint64_t i, uint64_t j, uint64_t rows, const float *values);
// Fills array[i, j .., :] with NaN.
SPC_WARN_UNUSED spc_status_t spc_npy_fill_nan(spc_npy_t *npy, uint64_t i, uint64_t j);
// Closes the file; with |failed| removes it, so that no half file stays.
SPC_WARN_UNUSED spc_status_t spc_npy_close(spc_npy_t *npy, bool failed);

#endif  // TOOLS_RUN_NPY_H_
