#include "tools/cost/work.h"

#include "spc/memory_model.h"

uint64_t spc_work_selected(const spc_plan_t *plan, uint64_t tokens) {
  uint64_t most = plan->dims.budget + plan->dims.sink + plan->dims.recent;
  return tokens < most ? tokens : most;
}

static const spc_operand_t *operands_of(const spc_plan_t *plan, const spc_command_t *command) { return &plan->operands[command->operand_begin]; }

static bool has_operand(const spc_plan_t *plan, const spc_command_t *command, uint32_t kind, int64_t value) {
  const spc_operand_t *operands = operands_of(plan, command);
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    if (operands[i].kind == kind && operands[i].value == value) return true;
  }
  return false;
}

// A kernel that looks up tables by token id or position reads a row of them for each row of the call; any other reads its weights whole.
static uint64_t weight_bytes(const spc_plan_t *plan, const spc_command_t *command, uint32_t weight, uint64_t rows) {
  const spc_weight_t *w = &plan->weights[weight];
  bool gathers = command->opcode == SPC_OP_LAUNCH && (has_operand(plan, command, SPC_OPERAND_STATE, SPC_STATE_IDS) ||
                                                      has_operand(plan, command, SPC_OPERAND_STATE, SPC_STATE_POSITIONS));
  uint64_t row = w->cols * spc_memory_element_bytes(w->element);
  return gathers && rows < w->rows ? rows * row : w->rows * row;
}

static void add_cache(const spc_plan_t *plan, spc_work_t *work, int64_t cache, uint64_t tokens) {
  const spc_cache_t *c = &plan->caches[cache];
  uint64_t bytes = tokens * spc_memory_token_bytes(c);
  if (c->kind == SPC_CACHE_LLM) {
    work->kv_bytes += bytes;
  } else {
    work->retrieval_bytes += bytes;
  }
}

spc_work_t spc_work_command(const spc_plan_t *plan, const spc_command_t *command, uint64_t rows, uint64_t tokens) {
  spc_work_t work = {0};
  const spc_operand_t *operands = operands_of(plan, command);
  if (command->opcode == SPC_OP_ATTEND_FULL) add_cache(plan, &work, command->cache, rows * tokens);
  if (command->opcode != SPC_OP_LAUNCH && command->opcode != SPC_OP_LINEAR) return work;
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    int64_t value = operands[i].value;
    if (operands[i].kind == SPC_OPERAND_WEIGHT) {
      work.weight_bytes += weight_bytes(plan, command, (uint32_t)value, rows);
    } else if (operands[i].kind == SPC_OPERAND_POOL && !has_operand(plan, command, SPC_OPERAND_APPEND_ROWS, value)) {
      bool chosen = has_operand(plan, command, SPC_OPERAND_READ_ROWS, value);
      add_cache(plan, &work, value, rows * (chosen ? spc_work_selected(plan, tokens) : tokens));
    }
  }
  return work;
}

spc_work_t spc_work_step(const spc_plan_t *plan, spc_program_id_t program, uint64_t rows, uint64_t tokens) {
  spc_work_t sum = {0};
  const spc_program_t *p = &plan->programs[program];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    spc_work_t work = spc_work_command(plan, &plan->commands[p->command_begin + i], rows, tokens);
    sum.weight_bytes += work.weight_bytes;
    sum.kv_bytes += work.kv_bytes;
    sum.retrieval_bytes += work.retrieval_bytes;
  }
  return sum;
}

// ---- The retrieval head

static bool appends_to_llm(const spc_plan_t *plan, const spc_command_t *command) {
  const spc_operand_t *operands = operands_of(plan, command);
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    if (operands[i].kind == SPC_OPERAND_APPEND_ROWS && plan->caches[operands[i].value].kind == SPC_CACHE_LLM) return true;
  }
  return false;
}

static bool selects(const spc_plan_t *plan, const spc_command_t *command) {
  if (command->opcode == SPC_OP_KV_PREFETCH) return true;
  const spc_operand_t *operands = operands_of(plan, command);
  for (uint32_t i = 0; i < command->operand_count; ++i) {
    bool state = operands[i].kind == SPC_OPERAND_STATE;
    if (state && operands[i].value >= SPC_STATE_SELECTED && operands[i].value <= SPC_STATE_APPEND_SLOT_ROWS) return true;
  }
  return false;
}

// Whether the first of |commands| looks up token ids for a command behind |count|: what it writes stays where it is, and none of the others touches it.
static bool embeds_for_later(const spc_plan_t *plan, const spc_command_t *commands, uint32_t count) {
  if (count == 0 || !has_operand(plan, commands, SPC_OPERAND_STATE, SPC_STATE_IDS)) return false;
  const spc_operand_t *operands = operands_of(plan, commands);
  for (uint32_t i = 0; i < commands->operand_count; ++i) {
    for (uint32_t k = 1; k < count && operands[i].kind == SPC_OPERAND_BUFFER; ++k) {
      if (has_operand(plan, &commands[k], SPC_OPERAND_BUFFER, operands[i].value)) return false;
    }
  }
  return true;
}

spc_work_range_t spc_work_retrieval(const spc_plan_t *plan) {
  const spc_program_t *p = &plan->programs[SPC_PROGRAM_DECODE];
  uint32_t end = 0;
  for (uint32_t i = 0; i < p->command_count; ++i) {
    const spc_command_t *command = &plan->commands[p->command_begin + i];
    if (appends_to_llm(plan, command)) break;  // the LLM's first layer
    if (selects(plan, command)) end = i + 1;
  }
  return (spc_work_range_t){embeds_for_later(plan, &plan->commands[p->command_begin], end), end};
}

// ---- Prefill

static double linear_flops(const spc_plan_t *plan, spc_program_id_t program, double rows) {
  const spc_program_t *p = &plan->programs[program];
  double sum = 0;
  for (uint32_t i = 0; i < p->command_count; ++i) {
    const spc_command_t *command = &plan->commands[p->command_begin + i];
    if (command->opcode == SPC_OP_LINEAR) sum += 2.0 * (double)command->imm[0] * (double)command->imm[1] * rows;
  }
  return sum;
}

double spc_work_prefill_flops(const spc_plan_t *plan, uint64_t tokens) {
  double t = (double)tokens, pairs = t * (t + 1) / 2;  // a query and a key that it may see
  double sum = linear_flops(plan, SPC_PROGRAM_PREFILL, t) + linear_flops(plan, SPC_PROGRAM_LOGITS, 1);
  const spc_program_t *p = &plan->programs[SPC_PROGRAM_PREFILL];
  for (uint32_t i = 0; i < p->command_count; ++i) {
    const spc_command_t *command = &plan->commands[p->command_begin + i];
    if (command->opcode != SPC_OP_ATTEND_FULL) continue;
    sum += 4.0 * (double)command->imm[0] * (double)plan->caches[command->cache].head_size * pairs;
  }
  return sum;
}
