// From a placed module (docs/ir.md, level 5) to a plan and the kernels it needs.
#ifndef COMPILER_PLAN_LOWER_H_
#define COMPILER_PLAN_LOWER_H_

#include "compiler/codegen/nvptx.h"
#include "compiler/kernels/kernels.h"
#include "compiler/plan/plan_builder.h"
#include "compiler/weights/weight_table.h"
#include "mlir-c/IR.h"

typedef struct spc_plan_lower_options_t {
  const char *model;         // the model's name, for people
  const char *cpu;           // of the kernels, or the GPU
  const char *cpu_features;  // checked at load; "" for a GPU
  const spc_nvptx_target_t *gpu;  // what spc.target says; NULL for the CPU
  const char *weights_file;  // plain file name
} spc_plan_lower_options_t;

// Fills |builder| (initialised by the caller) from |module|: every op of every program becomes the commands of one kernel each, the table |weights| becomes the
// plan's, every specialisation a kernel of |kernels|. Errors name the op.
SPC_WARN_UNUSED spc_status_t spc_plan_lower(MlirModule module, const spc_plan_lower_options_t *options, spc_kernel_set_t *kernels,
                                            const spc_weight_table_t *weights, spc_plan_builder_t *builder);

// The plan as text, for --emit=plan: what lives where, and the programs command by command.
SPC_WARN_UNUSED spc_status_t spc_plan_print(const spc_plan_t *plan, FILE *out);

#endif  // COMPILER_PLAN_LOWER_H_
