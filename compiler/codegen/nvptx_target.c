// The GPUs there is code for.
#include <stdio.h>
#include <string.h>

#include "compiler/codegen/nvptx.h"

static const spc_nvptx_target_t k_targets[] = {
    {"sm_80", "+ptx70", 80, 163 << 10, false},    // A100
    {"sm_86", "+ptx71", 86, 99 << 10, false},     // RTX 30, A10, A40
    {"sm_89", "+ptx78", 89, 99 << 10, false},     // RTX 40, L4, L40
    {"sm_90", "+ptx80", 90, 227 << 10, false},    // H100, H200
    {"sm_90a", "+ptx80", 90, 227 << 10, true},    // the same, with its own instructions
    {"sm_100", "+ptx86", 100, 227 << 10, false},  // B200
    {"sm_120", "+ptx87", 120, 99 << 10, false},   // RTX 50
};
enum { k_target_count = sizeof k_targets / sizeof *k_targets };

const spc_nvptx_target_t *spc_nvptx_targets(intptr_t *out_count) {
  *out_count = k_target_count;
  return k_targets;
}

const char *spc_nvptx_target_names(char *out, size_t size) {
  size_t used = 0;
  if (size) out[0] = '\0';
  for (int i = 0; i < k_target_count; ++i) {
    int n = snprintf(out + used, size - used, "%s%s", used ? ", " : "", k_targets[i].name);
    if (n < 0 || (size_t)n >= size - used) break;
    used += (size_t)n;
  }
  return out;
}

spc_status_t spc_nvptx_target_find(const char *name, const spc_nvptx_target_t **out_target) {
  *out_target = NULL;
  for (int i = 0; i < k_target_count; ++i) {
    if (strcmp(k_targets[i].name, name) == 0) *out_target = &k_targets[i];
  }
  if (*out_target) return NULL;
  char known[128];
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "unknown GPU target '%s'; there are: %s", name, spc_nvptx_target_names(known, sizeof known));
}

void spc_nvptx_target_allow(const spc_nvptx_target_t *target, spc_kernel_set_t *set) {
  spc_kernel_set_allow_shared(set, target->shared_bytes);
  spc_kernel_set_use_wgmma(set, target->exact && target->compute == 90);
  spc_kernel_set_use_bulk_copies(set, target->compute >= 90);
}
