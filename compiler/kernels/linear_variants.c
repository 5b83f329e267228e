// Which linear kernels a target has.
#include <string.h>

#include "compiler/kernels/kernels.h"

typedef const char *variants_t[SPC_LINEAR_VARIANTS];

static const variants_t k_host = {"linear_m1", "linear_m2", "linear_m4", "linear_m8"};
// The tensor cores take up to 32 rows at the cost of the weights' bytes. In f32 they would round, and without them more rows cost more.
static const variants_t k_nvptx_16_bits = {"linear_m8", "linear_m16", "linear_m24", "linear_m32"};
static const variants_t k_nvptx_f32 = {"linear_m8", NULL, NULL, NULL};

const char *spc_kernel_linear_variant(spc_kernel_target_t target, const char *element, int i) {
  if (target == SPC_KERNELS_HOST) return k_host[i];
  return strcmp(element, "f32") == 0 ? k_nvptx_f32[i] : k_nvptx_16_bits[i];
}
