// A selection made in parts. The link has nothing to do before tokens are selected, and most of what comes before is scoring. So, where rows are to be loaded, one sequence is scored first,
// then twice as many, and so on; the rest of the selection of a part runs on a stream of its own, beside the scoring of the next, and so does its prefetch of the first group of layers. A row's
// selection and its bits are the same.
#include "cuda/cuda_session.h"
#include "plan_operands.h"

static const spc_command_t *command_at(const spc_cuda_t *c, uint32_t index) {
  return &c->plan->commands[c->plan->programs[SPC_PROGRAM_DECODE].command_begin + index];
}

static bool takes_first_row(const spc_cuda_t *c, uint32_t index) { return spc_command_takes(c->plan, command_at(c, index), SPC_OPERAND_FIRST_ROW, 0); }

void spc_cuda_find_divisible(spc_cuda_t *c) {
  c->divisible = UINT32_MAX;
  uint32_t begin = UINT32_MAX;
  for (uint32_t i = 0; i < c->plan->programs[SPC_PROGRAM_DECODE].command_count; ++i) {
    if (!takes_first_row(c, i)) {
      begin = UINT32_MAX;
    } else if (begin == UINT32_MAX) {
      begin = i;
    }
    if (begin == UINT32_MAX || command_at(c, i)->opcode != SPC_OP_KV_PREFETCH) continue;
    c->divisible = begin;
    return;
  }
}

bool spc_cuda_divides_selection(const spc_cuda_t *c, uint32_t index, uint32_t *out_prefetch) {
  if (c->program != SPC_PROGRAM_DECODE || index != c->divisible || c->rows < 2) return false;
  // A trace has one span for a command; a step that is run in two goes looks at the selection between them.
  if (c->tracing || c->session->first_command || c->session->end_command) return false;
  for (uint32_t i = index; i < c->plan->programs[SPC_PROGRAM_DECODE].command_count && takes_first_row(c, i); ++i) {
    *out_prefetch = i;
    if (command_at(c, i)->opcode == SPC_OP_KV_PREFETCH && spc_cuda_copies(c, command_at(c, i))) return true;
  }
  return false;
}

static spc_status_t issue_range(spc_cuda_t *c, uint32_t begin, uint32_t end) {
  for (uint32_t i = begin; i < end; ++i) SPC_RETURN_IF_ERROR(spc_cuda_issue_command(c, i));
  return NULL;
}

// All but the scores of a part that others follow, and its prefetch.
static spc_status_t issue_beside(spc_cuda_t *c, uint32_t begin, uint32_t prefetch) {
  uint32_t end = begin;
  while (command_at(c, end)->opcode != SPC_OP_KV_PREFETCH) ++end;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->computed, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamWaitEvent, c->select, c->computed, 0));
  c->selects_beside = true;
  c->after_kernel = false;
  spc_status_t status = issue_range(c, begin, end);
  c->selects_beside = false;
  c->after_kernel = false;
  SPC_RETURN_IF_ERROR(status);
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->selected, c->select));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamWaitEvent, c->copy, c->selected, 0));
  c->forked_here = true;  // the prefetch needs nothing else
  return spc_cuda_issue_command(c, prefetch);
}

spc_status_t spc_cuda_issue_divided(spc_cuda_t *c, uint32_t begin, uint32_t prefetch) {
  const uint64_t rows = c->rows;
  spc_status_t status = NULL;
  for (uint64_t first = 0, part = 1; !status && first < rows; first += c->rows, part *= 2) {
    bool last = rows - first < 2 * part;
    c->first_row = first;
    c->rows = last ? rows - first : part;
    status = spc_cuda_issue_command(c, begin);
    if (!status) status = last ? issue_range(c, begin + 1, prefetch + 1) : issue_beside(c, begin + 1, prefetch);
  }
  c->first_row = 0;
  c->rows = rows;
  c->after_kernel = false;
  SPC_RETURN_IF_ERROR(status);
  return SPC_CU(c->cu, cuStreamWaitEvent, c->compute, c->selected, 0);
}
