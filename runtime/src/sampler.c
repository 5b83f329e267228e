#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "spc/spc.h"

typedef struct choice_t {
  float logit;
  int32_t token;
} choice_t;

struct spc_sampler_t {
  spc_sampler_options_t options;
  size_t vocab;
  uint64_t state;
  choice_t *choices;  // [vocab], scratch
};

void spc_sampler_options_init(spc_sampler_options_t *out_options) { *out_options = (spc_sampler_options_t){.top_p = 1.0f}; }

int32_t spc_logits_argmax(const float *logits, size_t vocab) {
  size_t best = 0;
  for (size_t i = 1; i < vocab; ++i) {
    if (logits[i] > logits[best] || (isnan(logits[best]) && !isnan(logits[i]))) best = i;
  }
  return (int32_t)best;
}

spc_status_t spc_sampler_create(const spc_sampler_options_t *options, size_t vocab, spc_sampler_t **out_sampler) {
  *out_sampler = NULL;
  if (vocab == 0 || vocab > INT32_MAX) return SPC_STATUS(SPC_OUT_OF_RANGE, "a vocabulary of %zu", vocab);
  if (!(options->temperature >= 0) || isinf(options->temperature)) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "temperature %g is not a finite number of at least 0", (double)options->temperature);
  }
  if (options->top_k < 0) return SPC_STATUS(SPC_OUT_OF_RANGE, "top-k %d is negative", options->top_k);
  if (!(options->top_p > 0) || options->top_p > 1) return SPC_STATUS(SPC_OUT_OF_RANGE, "top-p %g is outside (0, 1]", (double)options->top_p);
  spc_sampler_t *sampler = NULL;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("sampler", 1, sizeof *sampler, (void **)&sampler));
  *sampler = (spc_sampler_t){.options = *options, .vocab = vocab, .state = options->seed};
  if (options->temperature > 0) {
    spc_status_t status = spc_alloc_zeroed("sampler's candidates", vocab, sizeof *sampler->choices, (void **)&sampler->choices);
    if (status) {
      spc_free(sampler);
      return status;
    }
  }
  *out_sampler = sampler;
  return NULL;
}

void spc_sampler_destroy(spc_sampler_t *sampler) {
  if (!sampler) return;
  spc_free(sampler->choices);
  spc_free(sampler);
}

// SplitMix64 (Steele, Lea, Flood 2014): small, and every seed is a good one. In [0, 1).
static double next_uniform(spc_sampler_t *sampler) {
  uint64_t z = sampler->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

// Descending logits, ascending tokens among equals: a total order, so that the result does not depend on the sort.
static int compare(const void *a, const void *b) {
  const choice_t *x = a, *y = b;
  if (x->logit != y->logit) return x->logit > y->logit ? -1 : 1;
  return (x->token > y->token) - (x->token < y->token);
}

int32_t spc_sampler_choose(spc_sampler_t *sampler, const float *logits) {
  if (sampler->options.temperature == 0) return spc_logits_argmax(logits, sampler->vocab);
  size_t n = 0;
  for (size_t i = 0; i < sampler->vocab; ++i) {
    if (!isnan(logits[i])) sampler->choices[n++] = (choice_t){logits[i], (int32_t)i};
  }
  if (n == 0) return 0;
  qsort(sampler->choices, n, sizeof *sampler->choices, compare);
  if (sampler->options.top_k && (size_t)sampler->options.top_k < n) n = (size_t)sampler->options.top_k;
  double scale = 1.0 / (double)sampler->options.temperature, top = (double)sampler->choices[0].logit, total = 0;
  if (isinf(top)) return sampler->choices[0].token;  // one certain choice, or nothing but -inf
  for (size_t i = 0; i < n; ++i) total += exp(((double)sampler->choices[i].logit - top) * scale);
  if (sampler->options.top_p < 1) {
    double kept = 0;
    size_t i = 0;
    while (i < n && kept < (double)sampler->options.top_p * total) kept += exp(((double)sampler->choices[i++].logit - top) * scale);
    n = i;
    total = kept;
  }
  double at = next_uniform(sampler) * total;
  for (size_t i = 0; i + 1 < n; ++i) {
    at -= exp(((double)sampler->choices[i].logit - top) * scale);
    if (at < 0) return sampler->choices[i].token;
  }
  return sampler->choices[n - 1].token;
}
