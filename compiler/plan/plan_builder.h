// A plan under construction: growable tables with the same records as spc/abi.h, and the strings they point to.
#ifndef COMPILER_PLAN_PLAN_BUILDER_H_
#define COMPILER_PLAN_PLAN_BUILDER_H_

#include <stddef.h>

#include "spc/abi.h"
#include "spc/status.h"

// Everything is owned by the builder and freed by deinit. |plan| is complete after spc_plan_lower except for the kernels' function pointers, which
// only exist in the emitted object; its table pointers point into the builder.
typedef struct spc_plan_builder_t {
  spc_plan_t plan;
  spc_kernel_t *kernels;
  spc_weight_t *weights;
  spc_cache_t *caches;
  spc_operand_t *operands;
  spc_command_t *commands;
  uint64_t *thresholds;
  size_t operand_capacity, command_capacity;
  char **strings;
  size_t string_count, string_capacity;
} spc_plan_builder_t;

void spc_plan_builder_init(spc_plan_builder_t *builder);
void spc_plan_builder_deinit(spc_plan_builder_t *builder);

// Copies |format|'s result and returns the builder's copy in *out_text; equal strings are stored once.
SPC_WARN_UNUSED spc_status_t spc_plan_builder_string(spc_plan_builder_t *builder, const char **out_text, const char *format, ...)
    SPC_PRINTF(3, 4);

// Appends a command; it reads operands [operand_begin, operand_begin + operand_count) appended before it.
SPC_WARN_UNUSED spc_status_t spc_plan_builder_command(spc_plan_builder_t *builder, const spc_command_t *command);
SPC_WARN_UNUSED spc_status_t spc_plan_builder_operand(spc_plan_builder_t *builder, spc_operand_kind_t kind, int64_t value);

#endif  // COMPILER_PLAN_PLAN_BUILDER_H_
