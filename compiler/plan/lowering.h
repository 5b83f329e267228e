// What the files of the lowering share: the plan so far, and where each value of the current program is.
#ifndef COMPILER_PLAN_LOWERING_H_
#define COMPILER_PLAN_LOWERING_H_

#include "compiler/plan/lower.h"
#include "passes/ir/ir.h"
#include "passes/memory/inventory.h"

typedef struct spc_lowering_t {
  MlirModule module;
  MlirAttribute options;    // spc.options
  MlirAttribute retriever;  // spc.retriever, or null
  spc_inventory_t inventory;
  spc_plan_builder_t *builder;
  spc_kernel_set_t *kernels;
  const spc_weight_table_t *weights;
  uint64_t slots;      // rows of a selection and of a slot pool: budget + sink + recent, rounded up to 16
  uint64_t max_pages;  // of one sequence

  // The current program.
  spc_program_id_t program;
  uint32_t command_begin;
  // Commands that made a token, in program order; a token's op is found by its place in this list.
  MlirOperation *tokens;
  uint32_t *token_commands;
  size_t token_count, token_capacity;
} spc_lowering_t;

// How an op becomes commands.
typedef struct spc_op_lowering_t {
  const char *name;  // "spc.linear"; NULL ends a table
  spc_status_t (*lower)(spc_lowering_t *lowering, MlirOperation op);
} spc_op_lowering_t;
extern const spc_op_lowering_t spc_lower_cpu_ops[], spc_lower_cuda_ops[];  // what a target has of its own

// Lowers one op to commands; ops without code (weights, caches, none, return) give none.
SPC_WARN_UNUSED spc_status_t spc_lower_op(spc_lowering_t *lowering, MlirOperation op);

// The plan's index of the cache that an spc.kv_cache op names.
SPC_WARN_UNUSED spc_status_t spc_lower_cache_index(spc_lowering_t *lowering, MlirValue cache, int32_t *out_index);

// The arena offset of a tensor value: its op's spc.offset, or its function's spc.input_offset.
SPC_WARN_UNUSED spc_status_t spc_lower_offset(MlirValue value, int64_t *out_offset);

// Whether the current program is |id|.
bool spc_lower_in_program(const spc_lowering_t *lowering, spc_program_id_t id);
// Whether an spc.attend_cached reads a selection.
bool spc_lower_is_sparse(MlirOperation attend);
// Notes that the next command makes the token that |op| stands for.
SPC_WARN_UNUSED spc_status_t spc_lower_note_token(spc_lowering_t *lowering, MlirOperation op);
// spc.kv_diff, whose kernel has the same arguments on every target.
SPC_WARN_UNUSED spc_status_t spc_lower_kv_diff(spc_lowering_t *lowering, MlirOperation op);

const char *spc_element_name(spc_element_t element);

#endif  // COMPILER_PLAN_LOWERING_H_
