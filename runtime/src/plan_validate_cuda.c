// What only plans for CUDA have: images, and kernels with blocks of threads. Grids and operands are checked with the commands.
#include <inttypes.h>
#include <string.h>

#include "cuda/cuda_model.h"
#include "plan_validate.h"
#include "spc/memory_model.h"

#define INVALID(...) SPC_STATUS(SPC_INVALID_ARGUMENT, "plan: " __VA_ARGS__)

#define MAX_THREADS 1024
#define MAX_SHARED_BYTES (227u << 10)  // of a block, on any GPU there is
#define MAX_ROWS 65535                 // blocks of a grid in z

// "sm_90", "sm_90a", "sm_120f".
static bool is_target(const char *text) {
  if (strncmp(text, "sm_", 3)) return false;
  size_t digits = strspn(text + 3, "0123456789");
  if (digits < 2 || digits > 4) return false;
  const char *rest = text + 3 + digits;
  return !*rest || !strcmp(rest, "a") || !strcmp(rest, "f");
}

static spc_status_t validate_images(const spc_plan_t *plan) {
  if (!is_target(plan->cpu)) return INVALID("'cpu' is '%s', not the name of a GPU such as sm_90", plan->cpu);
  if (!plan->ptx || plan->ptx_size < 2) return INVALID("there is no PTX");
  if (strnlen((const char *)plan->ptx, plan->ptx_size) != plan->ptx_size - 1) {
    return INVALID("the PTX is not text of %" PRIu64 " bytes that ends in a NUL", plan->ptx_size);
  }
  if (!plan->cubin != !plan->cubin_size) return INVALID("the machine code has %" PRIu64 " bytes", plan->cubin_size);
  if (plan->cubin && (plan->cubin_size < 64 || memcmp(plan->cubin, "\177ELF", 4))) return INVALID("the machine code is not an ELF image");
  return NULL;
}

static spc_status_t validate_kernels(const spc_plan_t *plan) {
  for (uint32_t i = 0; i < plan->kernel_count; ++i) {
    const spc_kernel_t *k = &plan->kernels[i];
    if (!spc_plan_is_text(k->entry) || !*k->entry) return INVALID("kernel %u (%s) has no entry", i, k->name);
    if (k->threads < 1 || k->threads > MAX_THREADS) return INVALID("kernel %u (%s) has blocks of %u threads", i, k->name, k->threads);
    if (k->shared_bytes > MAX_SHARED_BYTES) {
      return INVALID("kernel %u (%s) asks for %u bytes of shared memory, the most is %u", i, k->name, k->shared_bytes,
                     MAX_SHARED_BYTES);
    }
    if (k->flags & ~(uint32_t)SPC_KERNEL_OVERLAPS) return INVALID("kernel %u (%s) has flags 0x%x", i, k->name, k->flags);
  }
  return NULL;
}

// What pages move with between the device and packed rows in host memory (spc/host_rows.h), by name.
static spc_status_t validate_packing(const spc_plan_t *plan) {
  for (int i = 0; plan->dims.host_packed && i < 2; ++i) {
    bool to_host = i == 0;
    int32_t kernel = spc_cuda_find_packing_kernel(plan, to_host);
    if (kernel >= 0 && plan->kernels[kernel].arg_count == 7) continue;
    return INVALID("rows are packed in host memory, but there is no kernel kv_%s.d%" PRIu64 " of 7 arguments", to_host ? "pack" : "unpack", plan->dims.head_size);
  }
  return NULL;
}

spc_status_t spc_plan_validate_cuda(const spc_plan_t *plan) {
  SPC_RETURN_IF_ERROR(validate_images(plan));
  SPC_RETURN_IF_ERROR(validate_kernels(plan));
  SPC_RETURN_IF_ERROR(validate_packing(plan));
  uint64_t rows = spc_memory_max_rows(&plan->dims);
  if (rows > MAX_ROWS) return INVALID("a call of %" PRIu64 " rows; a GPU takes %d", rows, MAX_ROWS);
  return NULL;
}
