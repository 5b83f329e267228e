#include "tools/run/npy.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static spc_status_t write_failed(const spc_npy_t *npy) {
  return SPC_STATUS(SPC_IO, "%s: cannot write: %s", npy->path, strerror(errno));
}

// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0.
static spc_status_t write_header(spc_npy_t *npy) {
  char text[256];
  int n = snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%" PRIu64 ", %" PRIu64 ", %" PRIu64 "), }",
                   npy->shape[0], npy->shape[1], npy->shape[2]);
  size_t length = ((size_t)n + 1 + 10 + 63) / 64 * 64 - 10;  // padded with spaces, so that the data is 64-byte aligned
  memset(text + n, ' ', length - (size_t)n);
  text[length - 1] = '\n';
  const uint8_t prefix[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)length, (uint8_t)(length >> 8)};
  npy->header = 10 + length;
  if (fwrite(prefix, 1, sizeof prefix, npy->file) != sizeof prefix || fwrite(text, 1, length, npy->file) != length) return write_failed(npy);
  return NULL;
}

spc_status_t spc_npy_create(const char *path, uint64_t d0, uint64_t d1, uint64_t d2, spc_npy_t *out_npy) {
  *out_npy = (spc_npy_t){.path = path, .shape = {d0, d1, d2}};
  uint64_t values;
  if (__builtin_mul_overflow(d0, d1, &values) || __builtin_mul_overflow(values, d2, &values) || values > INT64_MAX / 8) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "%s: %" PRIu64 " x %" PRIu64 " x %" PRIu64 " logits are too many", path, d0, d1, d2);
  }
  out_npy->file = fopen(path, "wb");
  if (!out_npy->file) return SPC_STATUS(SPC_IO, "%s: cannot create: %s", path, strerror(errno));
  spc_status_t status = write_header(out_npy);
  if (!status) return NULL;
  return spc_status_join(status, spc_npy_close(out_npy, true));
}

static spc_status_t seek_row(spc_npy_t *npy, uint64_t i, uint64_t j) {
  uint64_t at = npy->header + (i * npy->shape[1] + j) * npy->shape[2] * sizeof(float);
  return fseeko(npy->file, (off_t)at, SEEK_SET) == 0 ? NULL : write_failed(npy);
}

spc_status_t spc_npy_fill_nan(spc_npy_t *npy, uint64_t i, uint64_t j) {
  SPC_RETURN_IF_ERROR(seek_row(npy, i, j));
  const float nan = NAN;
  for (uint64_t n = (npy->shape[1] - j) * npy->shape[2]; n > 0; --n) {  // stdio gathers them
    if (fwrite(&nan, sizeof nan, 1, npy->file) != 1) return write_failed(npy);
  }
  return NULL;
}

spc_status_t spc_npy_write(spc_npy_t *npy, uint64_t i, uint64_t j, uint64_t rows, const float *values) {
  SPC_RETURN_IF_ERROR(seek_row(npy, i, j));
  size_t n = (size_t)(rows * npy->shape[2]);
  return fwrite(values, sizeof *values, n, npy->file) == n ? NULL : write_failed(npy);
}

spc_status_t spc_npy_close(spc_npy_t *npy, bool failed) {
  if (!npy->file) return NULL;
  spc_status_t status = fclose(npy->file) != 0 && !failed ? write_failed(npy) : NULL;
  if (failed || status) unlink(npy->path);
  npy->file = NULL;
  return status;
}
