// Tensor lifecycle, random values and comparison.
#include "passes/eval/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct spc_eval_buffer_t {
  int64_t references;
  int64_t words[];  // double or int64
} spc_eval_buffer_t;

spc_status_t spc_eval_tensor_init_shape(spc_eval_element_t element, int32_t rank, const int64_t *dims, spc_eval_tensor_t *out_tensor) {
  memset(out_tensor, 0, sizeof *out_tensor);
  if (rank < 0 || rank > SPC_EVAL_MAX_RANK) {
    return SPC_STATUS(SPC_UNSUPPORTED, "a tensor of rank %d: the evaluator goes up to rank %d", rank, SPC_EVAL_MAX_RANK);
  }
  int64_t count = 1, product = 1;  // the product ignores zeros, so that [2^40, 2^40, 0] is an error in any order
  for (int32_t d = 0; d < rank; d++) {
    if (dims[d] < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "dimension %d of a shape is negative (%lld)", d, (long long)dims[d]);
    if (dims[d] > 0 && __builtin_mul_overflow(product, dims[d], &product)) product = INT64_MAX;
    if (product > INT64_MAX / 16) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the number of elements of a shape overflows at dimension %d", d);
    count = dims[d] == 0 ? 0 : count == 0 ? 0 : product;
  }
  out_tensor->element = element;
  out_tensor->rank = rank;
  for (int32_t d = 0; d < rank; d++) out_tensor->dims[d] = dims[d];
  out_tensor->count = count;
  return NULL;
}

spc_status_t spc_eval_tensor_init(spc_eval_element_t element, int32_t rank, const int64_t *dims, spc_eval_tensor_t *out_tensor) {
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init_shape(element, rank, dims, out_tensor));
  // One word at least, so that an empty tensor with values differs from a shape-only one.
  size_t words = out_tensor->count > 0 ? (size_t)out_tensor->count : 1;
  spc_eval_buffer_t *buffer = calloc(1, sizeof *buffer + words * sizeof buffer->words[0]);
  if (!buffer) {
    spc_eval_tensor_t shape = *out_tensor;
    memset(out_tensor, 0, sizeof *out_tensor);
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a tensor of %lld values", (long long)shape.count);
  }
  buffer->references = 1;
  out_tensor->owner = buffer;
  if (spc_eval_element_is_float(element)) {
    out_tensor->f = (double *)(void *)buffer->words;
  } else {
    out_tensor->i = buffer->words;
  }
  return NULL;
}

void spc_eval_tensor_share(const spc_eval_tensor_t *source, spc_eval_tensor_t *out_tensor) {
  *out_tensor = *source;
  if (source->owner) source->owner->references++;
}

spc_status_t spc_eval_tensor_share_as(const spc_eval_tensor_t *source, int32_t rank, const int64_t *dims, spc_eval_tensor_t *out_tensor) {
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init_shape(source->element, rank, dims, out_tensor));
  if (out_tensor->count != source->count) {
    char from[128], to[128];
    spc_eval_tensor_describe(source, from, sizeof from);
    spc_eval_tensor_describe(out_tensor, to, sizeof to);
    memset(out_tensor, 0, sizeof *out_tensor);
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s cannot be viewed as %s: the numbers of elements differ", from, to);
  }
  out_tensor->f = source->f;
  out_tensor->i = source->i;
  out_tensor->owner = source->owner;
  if (source->owner) source->owner->references++;
  return NULL;
}

void spc_eval_tensor_deinit(spc_eval_tensor_t *tensor) {
  if (tensor->owner && --tensor->owner->references == 0) free(tensor->owner);
  memset(tensor, 0, sizeof *tensor);
}

// splitmix64: a full-period mix of a counter, so that neighbouring seeds are unrelated.
static uint64_t mix(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

spc_status_t spc_eval_tensor_init_random(spc_eval_element_t element, int32_t rank, const int64_t *dims, double low, double high,
                                         uint64_t seed, spc_eval_tensor_t *out_tensor) {
  SPC_RETURN_IF_ERROR(spc_eval_tensor_init(element, rank, dims, out_tensor));
  uint64_t state = seed;
  for (int64_t n = 0; n < out_tensor->count; n++) {
    uint64_t bits = mix(&state);
    double unit = (double)(bits >> 11) * 0x1p-53;
    if (out_tensor->f) {
      out_tensor->f[n] = low + unit * (high - low);
    } else if (element == SPC_EVAL_BOOL) {
      out_tensor->i[n] = (int64_t)(bits & 1);
    } else {
      out_tensor->i[n] = (int64_t)floor(low + unit * (high - low));
    }
  }
  return NULL;
}

bool spc_eval_tensor_difference(const spc_eval_tensor_t *a, const spc_eval_tensor_t *b, double *out_absolute, double *out_relative) {
  double absolute = 0, relative = 0, scale = 0;
  if (out_absolute) *out_absolute = INFINITY;
  if (out_relative) *out_relative = INFINITY;
  if (a->rank != b->rank || !spc_eval_has_data(a) || !spc_eval_has_data(b)) return false;
  for (int32_t d = 0; d < a->rank; d++) {
    if (a->dims[d] != b->dims[d]) return false;
  }
  for (int64_t n = 0; n < b->count; n++) {
    double y = b->f ? b->f[n] : (double)b->i[n];
    if (isfinite(y) && fabs(y) > scale) scale = fabs(y);
  }
  for (int64_t n = 0; n < a->count; n++) {
    double x = a->f ? a->f[n] : (double)a->i[n], y = b->f ? b->f[n] : (double)b->i[n];
    if (x == y || (isnan(x) && isnan(y))) continue;
    double difference = fabs(x - y);
    if (!isfinite(difference)) difference = INFINITY;
    double ratio = difference / fmax(fabs(y), 1e-6 * scale + 1e-30);
    if (isnan(ratio)) ratio = INFINITY;
    if (difference > absolute) absolute = difference;
    if (ratio > relative) relative = ratio;
  }
  if (out_absolute) *out_absolute = absolute;
  if (out_relative) *out_relative = relative;
  return true;
}

const char *spc_eval_tensor_describe(const spc_eval_tensor_t *tensor, char *buffer, size_t size) {
  int used = snprintf(buffer, size, "%s[", spc_eval_element_name(tensor->element));
  for (int32_t d = 0; d < tensor->rank && used >= 0 && (size_t)used < size; d++) {
    used += snprintf(buffer + used, size - (size_t)used, "%s%lld", d ? "," : "", (long long)tensor->dims[d]);
  }
  if (used >= 0 && (size_t)used < size) snprintf(buffer + used, size - (size_t)used, "]");
  return buffer;
}
