// A command being put together from an op. Errors stick: the first one wins and the rest of the calls do nothing, so that a lowering reads as
// an argument list.
#ifndef COMPILER_PLAN_DRAFT_H_
#define COMPILER_PLAN_DRAFT_H_

#include <string.h>

#include "compiler/plan/lowering.h"

typedef struct spc_draft_t {
  spc_lowering_t *lowering;
  MlirOperation op;
  spc_command_t command;
  spc_status_t status;
} spc_draft_t;

spc_draft_t spc_draft_begin(spc_lowering_t *lowering, MlirOperation op, spc_opcode_t opcode);
// Appends the command with a label that says op, and weight or layer.
SPC_WARN_UNUSED spc_status_t spc_draft_finish(spc_draft_t *d);

// Operands, in the order of the calls.
void spc_draft_operand(spc_draft_t *d, spc_operand_kind_t kind, int64_t value);
// A value: weights by index, absent ones as null, the token ids and positions as the runtime's state, everything else in the arena.
void spc_draft_value(spc_draft_t *d, MlirValue v);
// Sets the command's cache (and layer); no operand.
void spc_draft_cache(spc_draft_t *d, MlirValue v);

// The work of a launch. CPU: |items| a row. CUDA: a grid of (x, y, rows) blocks.
void spc_draft_work(spc_draft_t *d, int64_t items, int64_t x, int64_t y);

// Requests a specialisation into |slot| of the command.
void spc_draft_kernel(spc_draft_t *d, int32_t *slot, const char *name, intptr_t n, const spc_kernel_param_t *params);
// The element of a tensor value; SPC_F32 when it is absent.
spc_element_t spc_draft_element(spc_draft_t *d, MlirValue v);
// {"!elem", "bf16"}: a parameter that is the element of a value.
spc_kernel_param_t spc_draft_elem(spc_draft_t *d, const char *alias, MlirValue v);

// The parameters that attention and scoring kernels share, from the command's cache and the op's head counts. |act| is the element of the activations
// that they read and write, which only the GPU's kernels have as a parameter.
typedef struct spc_head_params_t {
  char d[32], group[32], heads[32], page[32];
  spc_kernel_param_t elem, head_size, act;
  spc_kernel_param_t all[6];  // with act: all of them
  intptr_t count;             // of |all|, for the target
} spc_head_params_t;
void spc_draft_head_params(spc_draft_t *d, MlirValue act, spc_head_params_t *out_params);

static inline bool draft_is_cuda(const spc_draft_t *d) { return d->lowering->inventory.state.target == SPC_TARGET_CUDA; }
static inline MlirValue draft_in(const spc_draft_t *d, intptr_t i) { return mlirOperationGetOperand(d->op, i); }
static inline MlirValue draft_out(const spc_draft_t *d) { return mlirOperationGetResult(d->op, 0); }
static inline int64_t draft_attr(const spc_draft_t *d, const char *name) { return spc_attr_i64(d->op, name, 0); }
static inline int64_t draft_option(const spc_draft_t *d, const char *name) { return spc_dict_i64(d->lowering->options, name, 0); }
static inline int64_t draft_ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
// Blocks of a GPU's grid for the columns of a row: kernels that go through rows take 1024 a block.
static inline int64_t draft_column_blocks(int64_t columns) { return draft_ceil_div(columns, 1024); }

static inline void draft_i64(spc_draft_t *d, int64_t value) { spc_draft_operand(d, SPC_OPERAND_I64, value); }
static inline void draft_state(spc_draft_t *d, spc_state_id_t id) { spc_draft_operand(d, SPC_OPERAND_STATE, id); }
static inline void draft_f64(spc_draft_t *d, double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  spc_draft_operand(d, SPC_OPERAND_F64, bits);
}

#endif  // COMPILER_PLAN_DRAFT_H_
