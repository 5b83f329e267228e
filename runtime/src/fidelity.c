#include "fidelity.h"

#include "alloc.h"
#include "session.h"

spc_status_t spc_fidelity_init(spc_session_t *session, const spc_session_options_t *options) {
  spc_fidelity_t *f = &session->fidelity;
  double min_captured = options->min_captured;
  if (!(min_captured >= 0 && min_captured <= 1)) return SPC_STATUS(SPC_OUT_OF_RANGE, "min_captured %g is outside [0, 1]", min_captured);
  if (min_captured == 0 && !options->measure_captured) return NULL;
  const spc_plan_t *plan = session->plan;
  if (session->select_command == UINT32_MAX) return SPC_STATUS(SPC_UNSUPPORTED, "measuring what selections capture needs a retriever; this object was compiled without one");
  const spc_command_t *select = &plan->commands[plan->programs[SPC_PROGRAM_DECODE].command_begin + session->select_command];
  const spc_operand_t *operands = &plan->operands[select->operand_begin];
  if (select->operand_count < 8 || operands[0].kind != SPC_OPERAND_BUFFER || operands[4].kind != SPC_OPERAND_I64) {
    return SPC_STATUS(SPC_UNSUPPORTED, "measuring what selections capture needs a selection from probabilities; this object's reads none");
  }
  f->on = true;
  f->least = min_captured;
  f->probs_offset = (uint64_t)operands[0].value;
  f->stride = (uint64_t)operands[4].value;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("rows below min_captured", session->max_batch, sizeof *f->below, (void **)&f->below));
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("a part of a step", 2 * session->max_batch, sizeof *f->part, (void **)&f->part));
  f->kept_size = plan->dims.window_tokens ? spc_session_kept_count(session) : 0;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("kept rows", session->max_batch * f->kept_size, sizeof *f->kept, (void **)&f->kept));
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("next tokens", session->max_batch, sizeof *f->next_ids, (void **)&f->next_ids));
  return spc_alloc_zeroed("logits", session->max_batch * plan->dims.vocab, sizeof *f->logits, (void **)&f->logits);
}

void spc_fidelity_deinit(spc_fidelity_t *fidelity) {
  spc_free(fidelity->part);
  spc_free(fidelity->kept);
  spc_free(fidelity->below);
  spc_free(fidelity->logits);
  spc_free(fidelity->next_ids);
}

// Of one list: the share of the candidates' probability that is selected. Sums in double, so that their order does not matter for what is decided.
static double captured(const float *probs, const int32_t *selected, uint64_t count, uint64_t first, uint64_t end) {
  double all = 0, taken = 0;
  for (uint64_t t = first; t < end; ++t) all += (double)probs[t];
  for (uint64_t i = 0; i < count; ++i) {
    if ((uint64_t)selected[i] >= first && (uint64_t)selected[i] < end) taken += (double)probs[selected[i]];
  }
  return all > 0 ? taken / all : 1;
}

uint64_t spc_fidelity_measure(spc_session_t *session, uint64_t rows) {
  spc_fidelity_t *f = &session->fidelity;
  spc_session_stats_t *stats = &session->stats;
  const spc_dims_t *d = &session->plan->dims;
  uint64_t below = 0;
  for (uint64_t r = 0; r < rows; ++r) {
    uint64_t length = (uint64_t)session->inputs.positions[r] + 1, count = (uint64_t)session->outputs.selected_count[r];
    uint64_t end = length > session->recent ? length - session->recent : 0;
    double least = 1;
    for (uint64_t h = 0; h < d->selection_heads && count < length; ++h) {
      uint64_t list = r * d->selection_heads + h;
      double share = captured(session->outputs.probs + list * f->stride, session->outputs.selected + list * session->slots, count, d->sink, end);
      if (share < least) least = share;
    }
    f->below[r] = least < f->least;
    below += f->below[r];
    stats->captured_least = stats->rows_captured == 0 || least < stats->captured_least ? least : stats->captured_least;
    stats->captured_sum += least;
    ++stats->rows_captured;
  }
  stats->rows_fallen_back += below;
  return below;
}
