#include "passes/solve_memory.h"

void spc_solve_thresholds(const spc_memory_model_t *model, uint64_t sequences, uint64_t max_seq, uint64_t device_memory,
                          uint64_t *out_thresholds) {
  uint64_t longest = 0;
  for (uint64_t n = 0; n <= model->layers; ++n) {
    const uint64_t tokens = spc_memory_longest(model, sequences, max_seq, n, device_memory);
    if (tokens > longest) longest = tokens;
    out_thresholds[n] = longest;
  }
}
