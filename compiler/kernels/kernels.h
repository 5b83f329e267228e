// The kernels a plan needs: which source, with which parameters, as which index.
#ifndef COMPILER_KERNELS_KERNELS_H_
#define COMPILER_KERNELS_KERNELS_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"
#include "spc/status.h"

// One alias of the kernel's source and what it becomes: {"!elem", "bf16"}, {"#d", "128 : index"}.
typedef struct spc_kernel_param_t {
  const char *alias;
  const char *value;
} spc_kernel_param_t;

// Whose sources: the folder under compiler/kernels.
typedef enum spc_kernel_target_t { SPC_KERNELS_HOST = 0, SPC_KERNELS_NVPTX } spc_kernel_target_t;

// An ordered set of specialisations; requesting the same one twice gives the same index.
typedef struct spc_kernel_set_t spc_kernel_set_t;
SPC_WARN_UNUSED spc_status_t spc_kernel_set_create(spc_kernel_set_t **out_set);  // of the host
SPC_WARN_UNUSED spc_status_t spc_kernel_set_create_for(spc_kernel_target_t target, spc_kernel_set_t **out_set);
// The dynamic shared memory that a block may have on the GPU: before the first request. Without it, what every GPU allows.
void spc_kernel_set_allow_shared(spc_kernel_set_t *set, uint32_t bytes);
void spc_kernel_set_destroy(spc_kernel_set_t *set);
// Whether kernels requested after this may use Hopper's wgmma instructions, which only sm_90a has. At first they may not.
void spc_kernel_set_use_wgmma(spc_kernel_set_t *set, bool use);
// Likewise the bulk copies (cp.async.bulk) that sm_90 and later have.
void spc_kernel_set_use_bulk_copies(spc_kernel_set_t *set, bool use);

// Adds kernel |name| of the target. NOT_FOUND when there is no such kernel, INVALID_ARGUMENT when it has no such alias.
SPC_WARN_UNUSED spc_status_t spc_kernel_set_request(spc_kernel_set_t *set, const char *name, intptr_t n_params,
                                                    const spc_kernel_param_t *params, int32_t *out_index);
spc_kernel_target_t spc_kernel_set_target(const spc_kernel_set_t *set);
intptr_t spc_kernel_set_count(const spc_kernel_set_t *set);
// Unique in the set and readable: "attend_rows.bf16.d128.g4.h8". Lives as long as the set.
const char *spc_kernel_set_name(const spc_kernel_set_t *set, intptr_t i);
// The name of the function in the source that is the kernel: "linear" for linear_m8. Static.
const char *spc_kernel_set_function(const spc_kernel_set_t *set, intptr_t i);
// The number of arguments; on the host, before begin and end.
uint32_t spc_kernel_set_arg_count(const spc_kernel_set_t *set, intptr_t i);
// The threads of a block; 0 on the host.
uint32_t spc_kernel_set_threads(const spc_kernel_set_t *set, intptr_t i);
// The dynamic shared memory that a block needs; 0 on the host.
uint32_t spc_kernel_set_shared_bytes(const spc_kernel_set_t *set, intptr_t i);
// The rows that a block takes, which a kernel whose grid depends on it says by the attribute spc.block_rows; 0 when it says nothing.
uint32_t spc_kernel_set_block_rows(const spc_kernel_set_t *set, intptr_t i);
// As many blocks as do all that the kernel can, which one that runs beside others says by the attribute spc.blocks; 0 when it says nothing.
uint32_t spc_kernel_set_blocks(const spc_kernel_set_t *set, intptr_t i);
// The specialised MLIR source (malloc, the caller frees).
SPC_WARN_UNUSED spc_status_t spc_kernel_set_source(const spc_kernel_set_t *set, intptr_t i, char **out_text);

// The kernels that compute a linear of few rows, by the most rows they take: command.kernels[] of SPC_OP_LINEAR in spc/abi.h. NULL where the target has none for
// weights of |element| ("bf16"); more rows than the last takes are the GEMM library's.
#define SPC_LINEAR_VARIANTS 4
const char *spc_kernel_linear_variant(spc_kernel_target_t target, const char *element, int i);

#endif  // COMPILER_KERNELS_KERNELS_H_
