// Prefill and decode: fills the state buffers that programs read, runs them, and keeps count.
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "session.h"

// ---- Checks; nothing has changed when one fails.

static spc_status_t check_sequence(const spc_session_t *session, int32_t sequence, uint64_t new_tokens) {
  if (spc_session_sequence_length(session, sequence) < 0) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "sequence %d does not exist; spc_session_sequence_create makes one", sequence);
  }
  uint64_t length = session->sequences[sequence].length;
  if (new_tokens > session->max_seq - length) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "sequence %d has %" PRIu64 " tokens and cannot take %" PRIu64 " more: max_seq is %" PRIu64, sequence,
                      length, new_tokens, session->max_seq);
  }
  return NULL;
}

static spc_status_t check_tokens(const spc_session_t *session, size_t n, const int32_t *tokens) {
  for (size_t i = 0; i < n; ++i) {
    if (tokens[i] < 0 || (uint64_t)tokens[i] >= session->plan->dims.vocab) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "token %zu is %d, outside the vocabulary [0, %" PRIu64 ")", i, tokens[i], session->plan->dims.vocab);
    }
  }
  return NULL;
}

static void clear_marks(spc_session_t *session, size_t n, const int32_t *sequences) {
  for (size_t i = 0; i < n; ++i) session->sequences[sequences[i]].in_step = false;
}

static spc_status_t check_step(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens) {
  if (n == 0 || n > session->max_batch) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "a step of %zu sequences; the session takes 1 to %" PRIu64, n, session->max_batch);
  }
  SPC_RETURN_IF_ERROR(check_tokens(session, n, tokens));
  for (size_t i = 0; i < n; ++i) {
    spc_status_t status = check_sequence(session, sequences[i], 1);
    if (!status && session->sequences[sequences[i]].in_step) {
      status = SPC_STATUS(SPC_INVALID_ARGUMENT, "sequence %d is twice in one step", sequences[i]);
    }
    if (status) {
      clear_marks(session, i, sequences);
      return status;
    }
    session->sequences[sequences[i]].in_step = true;
  }
  clear_marks(session, n, sequences);
  return NULL;
}

// ---- Rows of a program

// Pages that |sequence| lacks for |tokens| tokens.
static uint64_t missing_pages(const spc_session_t *session, int32_t sequence, uint64_t tokens) {
  uint64_t need = spc_memory_ceil_div(tokens, session->plan->dims.page_tokens), have = session->sequences[sequence].pages;
  return need > have ? need - have : 0;
}

// Takes pages for |tokens| tokens of |sequence|, which spc_residency_reserve has seen to.
static spc_status_t take_pages(spc_session_t *session, int32_t sequence, uint64_t tokens) {
  spc_sequence_t *s = &session->sequences[sequence];
  int32_t *table = session->page_table + (uint64_t)sequence * session->table_pages;
  for (uint64_t n = missing_pages(session, sequence, tokens); n > 0; --n, ++s->pages) {
    int32_t page = spc_pages_take(&session->pages);
    if (page < 0) return SPC_STATUS(SPC_INTERNAL, "no free KV page of %u", session->pages.total);
    table[s->pages] = page;
    spc_residency_page_taken(session, page);
    spc_session_table_changed(session, (uint64_t)sequence * session->table_pages + s->pages);
  }
  return NULL;
}

static void set_row(spc_session_t *session, uint64_t row, int32_t sequence, uint64_t position, int32_t token) {
  session->inputs.ids[row] = token;
  session->inputs.positions[row] = (int32_t)position;
  session->inputs.sequences[row] = sequence;
}

// Where each row's keys and values go, for every cache; in staging, row t and head h are at t * kv_heads + h.
static void set_append_rows(spc_session_t *session, uint64_t rows) {
  const spc_plan_t *plan = session->plan;
  const int32_t *positions = session->inputs.positions, *sequences = session->inputs.sequences;
  uint64_t page_tokens = plan->dims.page_tokens;
  for (uint32_t c = 0, group = 0; c < plan->cache_count; ++c) {
    if (session->caches[c].append_group != group) continue;  // the first cache of each group, which are numbered in order
    ++group;
    uint64_t heads = plan->caches[c].kv_heads;
    bool staged = session->caches[c].offloaded && session->device->stages_new_rows;
    int32_t *out = session->inputs.append_rows + spc_session_append_offset(session, c);
    for (uint64_t t = 0; t < rows; ++t) {
      uint64_t position = (uint64_t)positions[t];
      uint64_t page = (uint64_t)session->page_table[(uint64_t)sequences[t] * session->table_pages + position / page_tokens];
      for (uint64_t h = 0; h < heads; ++h) {
        out[t * heads + h] = staged ? (int32_t)(t * heads + h) : (int32_t)((page * heads + h) * page_tokens + position % page_tokens);
      }
    }
  }
}

// ---- Prefill

// Logits of |rows| rows of the last prefill chunk from |first| on, in groups of as many as the program takes.
static spc_status_t run_logits(spc_session_t *session, uint64_t first, uint64_t rows, float *out_logits) {
  uint64_t vocab = session->plan->dims.vocab, most = session->plan->programs[SPC_PROGRAM_LOGITS].max_rows;
  double begin = spc_now();
  for (uint64_t at = 0; at < rows;) {
    uint64_t n = rows - at < most ? rows - at : most;
    SPC_RETURN_IF_ERROR(session->device->take_hidden(session, first + at, n));
    SPC_RETURN_IF_ERROR(spc_trace_run(session, SPC_PROGRAM_LOGITS, n));
    SPC_RETURN_IF_ERROR(session->device->finish(session, SPC_RESULT_LOGITS));
    memcpy(out_logits + at * vocab, session->outputs.logits, n * vocab * sizeof *out_logits);
    at += n;
  }
  session->stats.logits_seconds += spc_now() - begin;
  return NULL;
}

// Starts a chunk; the next one may be started while it runs.
static spc_status_t prefill_chunk(spc_session_t *session, int32_t sequence, uint64_t rows, const int32_t *tokens) {
  spc_sequence_t *s = &session->sequences[sequence];
  SPC_RETURN_IF_ERROR(take_pages(session, sequence, s->length + rows));
  SPC_RETURN_IF_ERROR(session->device->begin(session));
  for (uint64_t t = 0; t < rows; ++t) set_row(session, t, sequence, s->length + t, tokens[t]);
  set_append_rows(session, rows);
  SPC_RETURN_IF_ERROR(spc_trace_run(session, SPC_PROGRAM_PREFILL, rows));
  s->length += rows;
  session->stats.prefill_tokens += rows;
  return NULL;
}

spc_status_t spc_session_prefill(spc_session_t *session, int32_t sequence, size_t n_tokens, const int32_t *tokens, spc_logits_mode_t mode,
                                 float *out_logits) {
  if (n_tokens == 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "no tokens to prefill");
  SPC_RETURN_IF_ERROR(check_sequence(session, sequence, n_tokens));
  SPC_RETURN_IF_ERROR(check_tokens(session, n_tokens, tokens));
  SPC_RETURN_IF_ERROR(spc_residency_reserve(session, missing_pages(session, sequence, session->sequences[sequence].length + n_tokens)));
  session->selected_rows = 0;
  for (size_t at = 0; at < n_tokens;) {
    double begin = spc_now();
    uint64_t rows = n_tokens - at < session->prefill_chunk ? n_tokens - at : session->prefill_chunk;
    SPC_RETURN_IF_ERROR(prefill_chunk(session, sequence, rows, tokens + at));
    bool last = at + rows == n_tokens;
    if (last || mode == SPC_LOGITS_ALL) SPC_RETURN_IF_ERROR(session->device->finish(session, 0));
    session->stats.prefill_seconds += spc_now() - begin;
    if (mode == SPC_LOGITS_ALL) {
      SPC_RETURN_IF_ERROR(run_logits(session, 0, rows, out_logits + at * session->plan->dims.vocab));
    } else if (mode == SPC_LOGITS_LAST && last) {
      SPC_RETURN_IF_ERROR(run_logits(session, rows - 1, 1, out_logits));
    }
    at += rows;
  }
  return NULL;
}

// ---- Decode

static void count_sparse_step(spc_session_t *session, size_t n) {
  uint64_t heads = session->plan->dims.kv_heads, selected = 0, loaded = 0;
  const int32_t *counts = session->outputs.selected_count, *loads = session->outputs.load_count;
  for (size_t r = 0; r < n; ++r) {
    selected += (uint64_t)counts[r] * heads;
    for (uint64_t h = 0; h < heads; ++h) loaded += (uint64_t)loads[r * heads + h];
  }
  uint64_t row_bytes = session->caches[0].row_bytes;
  session->stats.rows_selected += selected;
  session->stats.rows_loaded += loaded;
  session->stats.bytes_loaded += loaded * row_bytes * session->offloaded;
  session->stats.bytes_linked += loaded * spc_memory_loaded_link_bytes(&session->memory, session->offloaded);
  session->stats.kv_bytes_attended += selected * row_bytes * session->plan->dims.layers;
}

static void count_full_step(spc_session_t *session, size_t n) {
  const int32_t *positions = session->inputs.positions;
  for (size_t r = 0; r < n; ++r) {
    session->stats.kv_bytes_attended +=
        (uint64_t)(positions[r] + 1) * session->plan->dims.kv_heads * session->caches[0].row_bytes * session->plan->dims.layers;
  }
}

static void set_rows(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens) {
  for (size_t r = 0; r < n; ++r) set_row(session, r, sequences[r], session->sequences[sequences[r]].length, tokens[r]);
  set_append_rows(session, n);
  if (session->synthetic) spc_synthetic_write(session, n);
}

// Runs |program|, or what |session->first_command| leaves of it, over the rows that are set; |results| of it are in session->outputs afterwards.
static spc_status_t run_rows(spc_session_t *session, spc_program_id_t program, size_t n, const int32_t *sequences, unsigned results) {
  SPC_RETURN_IF_ERROR(spc_trace_run(session, program, n));
  if (session->synthetic && program == SPC_PROGRAM_DECODE) SPC_RETURN_IF_ERROR(spc_synthetic_change(session, n));
  SPC_RETURN_IF_ERROR(session->device->finish(session, results | (program == SPC_PROGRAM_DECODE ? SPC_RESULT_COUNTS : 0)));
  for (size_t r = 0; r < n; ++r) ++session->sequences[sequences[r]].length;
  if (program == SPC_PROGRAM_DECODE) {
    session->selected_rows = n;
    count_sparse_step(session, n);
  } else {
    count_full_step(session, n);
  }
  return NULL;
}

// Rows whose mark is |below|, by |program|; their results go to where those of the whole step are collected.
static spc_status_t run_part(spc_session_t *session, spc_program_id_t program, bool below, size_t n, const int32_t *sequences, const int32_t *tokens,
                             unsigned results) {
  const spc_fidelity_t *f = &session->fidelity;
  uint64_t vocab = session->plan->dims.vocab;
  size_t count = 0;
  int32_t *of = session->fidelity.part, *next = of + session->max_batch;
  for (size_t r = 0; r < n; ++r) {
    if (f->below[r] == below) of[count] = sequences[r], next[count++] = tokens[r];
  }
  if (count == 0) return NULL;
  SPC_RETURN_IF_ERROR(session->device->begin(session));
  set_rows(session, count, of, next);
  SPC_RETURN_IF_ERROR(run_rows(session, program, count, of, results));
  for (size_t r = 0, at = 0; r < n; ++r) {
    if (f->below[r] != below) continue;
    if (results & SPC_RESULT_LOGITS) memcpy(f->logits + r * vocab, session->outputs.logits + at * vocab, vocab * sizeof(float));
    if (results & SPC_RESULT_NEXT) f->next_ids[r] = session->outputs.next_ids[at];
    ++at;
  }
  return NULL;
}

// The selection first; then the rest of the step, or, when it captures too little of some rows, the step anew in two parts.
static spc_status_t run_guarded(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens, unsigned results) {
  spc_fidelity_t *f = &session->fidelity;
  for (size_t r = 0; r < n && f->kept_size; ++r) {
    SPC_RETURN_IF_ERROR(session->device->save_kept(session, (uint64_t)sequences[r], f->kept + r * f->kept_size));
  }
  session->end_command = session->select_command + 1;
  spc_status_t status = spc_trace_run(session, SPC_PROGRAM_DECODE, n);
  session->end_command = 0;
  if (!status) status = session->device->finish(session, SPC_RESULT_COUNTS | SPC_RESULT_SELECTION | SPC_RESULT_PROBS);
  SPC_RETURN_IF_ERROR(status);
  if (spc_fidelity_measure(session, n) == 0) {
    session->first_command = session->select_command + 1;
    status = run_rows(session, SPC_PROGRAM_DECODE, n, sequences, results);
    session->first_command = 0;
    return status;
  }
  for (size_t r = 0; r < n && f->kept_size; ++r) {
    SPC_RETURN_IF_ERROR(session->device->restore_kept(session, (uint64_t)sequences[r], f->kept + r * f->kept_size));
  }
  SPC_RETURN_IF_ERROR(run_part(session, SPC_PROGRAM_DECODE, false, n, sequences, tokens, results));
  SPC_RETURN_IF_ERROR(run_part(session, SPC_PROGRAM_DECODE_FULL, true, n, sequences, tokens, results));
  session->selected_rows = 0;
  session->outputs = (spc_outputs_t){.logits = session->fidelity.logits, .next_ids = session->fidelity.next_ids};
  return NULL;
}

// One step; |results| of it are in session->outputs afterwards.
static spc_status_t decode_step(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens, unsigned results) {
  SPC_RETURN_IF_ERROR(check_step(session, n, sequences, tokens));
  double begin = spc_now();
  uint64_t pages = 0;
  for (size_t r = 0; r < n; ++r) pages += missing_pages(session, sequences[r], session->sequences[sequences[r]].length + 1);
  SPC_RETURN_IF_ERROR(spc_residency_reserve(session, pages));
  SPC_RETURN_IF_ERROR(spc_residency_advance(session, pages));
  SPC_RETURN_IF_ERROR(session->device->begin(session));
  for (size_t r = 0; r < n; ++r) SPC_RETURN_IF_ERROR(take_pages(session, sequences[r], session->sequences[sequences[r]].length + 1));
  set_rows(session, n, sequences, tokens);
  spc_program_id_t program = session->full_attention ? SPC_PROGRAM_DECODE_FULL : SPC_PROGRAM_DECODE;
  session->selected_rows = 0;
  if (program == SPC_PROGRAM_DECODE && session->fidelity.on && !session->command_seconds) {
    SPC_RETURN_IF_ERROR(run_guarded(session, n, sequences, tokens, results));
  } else {
    SPC_RETURN_IF_ERROR(run_rows(session, program, n, sequences, results));
  }
  ++session->stats.decode_steps;
  session->stats.decode_tokens += n;
  session->stats.decode_seconds += spc_now() - begin;
  return NULL;
}

spc_status_t spc_session_decode(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens, float *out_logits) {
  SPC_RETURN_IF_ERROR(decode_step(session, n, sequences, tokens, out_logits ? SPC_RESULT_LOGITS : 0));
  if (out_logits) memcpy(out_logits, session->outputs.logits, n * session->plan->dims.vocab * sizeof *out_logits);
  return NULL;
}

spc_status_t spc_session_decode_next(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens, int32_t *out_tokens) {
  SPC_RETURN_IF_ERROR(decode_step(session, n, sequences, tokens, SPC_RESULT_NEXT));
  memcpy(out_tokens, session->outputs.next_ids, n * sizeof *out_tokens);
  return NULL;
}

spc_status_t spc_session_decode_profile(spc_session_t *session, size_t n, const int32_t *sequences, const int32_t *tokens, double *out_seconds) {
  session->command_seconds = out_seconds;
  spc_status_t status = decode_step(session, n, sequences, tokens, 0);
  session->command_seconds = NULL;
  return status;
}

void spc_session_selection(spc_session_t *session, size_t row, size_t head, const int32_t **out_tokens, size_t *out_count) {
  *out_tokens = NULL;
  *out_count = 0;
  uint64_t heads = session->plan->dims.kv_heads;
  if (row >= session->selected_rows || head >= heads) return;
  if (!session->outputs.selected) {
    spc_status_t status = session->device->finish(session, SPC_RESULT_COUNTS | SPC_RESULT_SELECTION);
    if (status) {
      session->selected_rows = 0;
      spc_status_ignore(status);
      return;
    }
  }
  uint64_t lists = session->plan->dims.selection_heads;
  *out_tokens = session->outputs.selected + (row * lists + (lists == heads ? head : 0)) * session->slots;
  *out_count = (size_t)session->outputs.selected_count[row];
}

// ---- Benchmarks

spc_status_t spc_session_sequence_fill(spc_session_t *session, int32_t sequence, uint64_t length, uint64_t seed) {
  SPC_RETURN_IF_ERROR(check_sequence(session, sequence, 0));
  spc_sequence_t *s = &session->sequences[sequence];
  if (length > session->max_seq) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "a length of %" PRIu64 "; max_seq is %" PRIu64, length, session->max_seq);
  }
  SPC_RETURN_IF_ERROR(spc_residency_reserve(session, missing_pages(session, sequence, length)));
  SPC_RETURN_IF_ERROR(session->device->reset_sequence(session, (uint64_t)sequence));
  SPC_RETURN_IF_ERROR(take_pages(session, sequence, length));
  session->selected_rows = 0;
  const int32_t *table = session->page_table + (uint64_t)sequence * session->table_pages;
  spc_residency_rewritten(session, sequence);
  uint64_t pages = spc_memory_ceil_div(length, session->plan->dims.page_tokens);
  for (uint64_t first = 0, next; first < pages; first = next) {  // pages in a row are filled together
    for (next = first + 1; next < pages && table[next] == table[next - 1] + 1;) ++next;
    for (uint32_t c = 0; c < session->plan->cache_count; ++c) {
      uint64_t fill_seed = ((seed * session->max_batch + (uint64_t)sequence) * session->plan->cache_count + c) * session->table_pages + first;
      SPC_RETURN_IF_ERROR(session->device->fill_pages(session, c, (uint64_t)table[first], next - first, fill_seed));
    }
  }
  s->length = length;
  return session->device->finish(session, 0);
}
