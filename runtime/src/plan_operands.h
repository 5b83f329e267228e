// What a command of a plan is given.
#ifndef SPC_RUNTIME_PLAN_OPERANDS_H_
#define SPC_RUNTIME_PLAN_OPERANDS_H_

#include <stdbool.h>

#include "spc/abi.h"

static inline bool spc_command_takes(const spc_plan_t *plan, const spc_command_t *command, spc_operand_kind_t kind, int64_t value) {
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    const spc_operand_t *operand = &plan->operands[command->operand_begin + i];
    if (operand->kind == (uint32_t)kind && operand->value == value) return true;
  }
  return false;
}

#endif  // SPC_RUNTIME_PLAN_OPERANDS_H_
