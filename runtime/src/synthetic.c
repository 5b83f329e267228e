#include "synthetic.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "session.h"

struct spc_synthetic_t {
  double change;
  uint64_t random;
  uint64_t budget;
  int32_t *chosen;   // [max_batch, selection_heads, budget]: candidates, ascending
  int32_t *leaving;  // [budget]: tokens, while a list changes
  uint64_t *taken;   // [max_seq / 64 rounded up]: a bit for each token of that list; 0 otherwise
  bool *begun;       // [max_batch]
  uint64_t written_rows;  // of the next step, whose selections are written already: their
  int32_t *written;       // [max_batch, 2]: sequences and positions
};

spc_status_t spc_synthetic_create(const spc_session_t *session, double change, spc_synthetic_t **out_synthetic) {
  *out_synthetic = NULL;
  if (!(change >= 0 && change <= 1)) return SPC_STATUS(SPC_OUT_OF_RANGE, "synthetic_change %g is outside [0, 1]", change);
  if (change == 0) return NULL;
  if (session->select_command == UINT32_MAX) return SPC_STATUS(SPC_UNSUPPORTED, "synthetic_change needs a retriever; this object was compiled without one");
  const spc_dims_t *d = &session->plan->dims;
  spc_synthetic_t *s = NULL;
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("synthetic selections", 1, sizeof *s, (void **)&s));
  s->change = change;
  s->random = 1;
  s->budget = d->budget;
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("synthetic selections", session->max_batch * d->selection_heads * d->budget, sizeof *s->chosen, (void **)&s->chosen));
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("synthetic selections", d->budget, sizeof *s->leaving, (void **)&s->leaving));
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("synthetic selections", d->max_seq / 64 + 1, sizeof *s->taken, (void **)&s->taken));
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("synthetic selections", session->max_batch, sizeof *s->begun, (void **)&s->begun));
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("synthetic selections", 2 * session->max_batch, sizeof *s->written, (void **)&s->written));
  *out_synthetic = s;
  return NULL;
cleanup:
  spc_synthetic_destroy(s);
  return status;
}

void spc_synthetic_destroy(spc_synthetic_t *s) {
  if (!s) return;
  spc_free(s->chosen);
  spc_free(s->leaving);
  spc_free(s->taken);
  spc_free(s->begun);
  spc_free(s->written);
  spc_free(s);
}

static uint64_t below(spc_synthetic_t *s, uint64_t n) {
  s->random = s->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (s->random >> 33) % n;
}

// Sets or clears the bit of |token| in |taken|.
static void mark(spc_synthetic_t *s, int32_t token, bool set) {
  uint64_t bit = UINT64_C(1) << (token & 63);
  s->taken[token >> 6] = set ? s->taken[token >> 6] | bit : s->taken[token >> 6] & ~bit;
}

static bool is_marked(const spc_synthetic_t *s, uint64_t token) { return s->taken[token >> 6] >> (token & 63) & 1; }

// |list| [budget] of the candidates [first, end): |count| of them give way to others. One leaves from each of |count| equal parts of the list, one comes from
// each of |count| equal parts of the candidates, or is the next free one after it. A GPU decodes the step before meanwhile, so this must be quick.
static void replace(spc_synthetic_t *s, int32_t *list, uint64_t count, uint64_t first, uint64_t end) {
  for (uint64_t i = 0; i < s->budget; ++i) mark(s, list[i], true);
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t begin = i * s->budget / count, leaves = begin + below(s, (i + 1) * s->budget / count - begin);
    s->leaving[i] = list[leaves];
  }
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t begin = first + i * (end - first) / count, token = begin + below(s, first + (i + 1) * (end - first) / count - begin);
    while (is_marked(s, token)) token = token + 1 < end ? token + 1 : first;
    mark(s, (int32_t)token, true);
  }
  for (uint64_t i = 0; i < count; ++i) mark(s, s->leaving[i], false);
  uint64_t n = 0;
  for (uint64_t word = first / 64; word <= (end - 1) / 64; ++word) {
    for (uint64_t bits = s->taken[word]; bits; bits &= bits - 1) list[n++] = (int32_t)(word * 64 + (uint64_t)__builtin_ctzll(bits));
    s->taken[word] = 0;
  }
}

// The candidates of a step at |position|; false when they are no more than twice the budget, and all are taken.
static bool candidates(const spc_session_t *session, uint64_t position, uint64_t *first, uint64_t *end) {
  const spc_dims_t *d = &session->plan->dims;
  *first = d->sink;
  *end = position + 1 > d->recent ? position + 1 - d->recent : 0;
  return *end > *first + 2 * d->budget;
}

static void begin(spc_synthetic_t *s, int32_t *list, uint64_t first, uint64_t end) {
  for (uint64_t i = 0; i < s->budget; ++i) list[i] = (int32_t)(first + i * (end - first) / s->budget);
}

// Of a step of the same sequences |ahead| steps further.
static void write_lists(spc_session_t *session, uint64_t rows, uint64_t ahead) {
  spc_synthetic_t *s = session->synthetic;
  const spc_dims_t *d = &session->plan->dims;
  for (uint64_t r = 0; r < rows; ++r) {
    uint64_t sequence = (uint64_t)session->inputs.sequences[r], position = (uint64_t)session->inputs.positions[r] + ahead, first, end;
    bool chooses = candidates(session, position, &first, &end);
    if (!chooses) s->begun[sequence] = false;
    uint64_t all = position + 1 < d->sink + d->budget + d->recent ? position + 1 : d->sink + d->budget + d->recent;
    session->inputs.selected_count[r] = (int32_t)all;
    for (uint64_t h = 0; h < d->selection_heads; ++h) {
      int32_t *out = session->inputs.selected + (r * d->selection_heads + h) * session->slots, *list = s->chosen + (sequence * d->selection_heads + h) * s->budget;
      if (chooses && (!s->begun[sequence] || (uint64_t)list[s->budget - 1] >= end)) begin(s, list, first, end);
      // Sink, then the choice or what is newest of the candidates, then the recent ones.
      uint64_t sink = all == position + 1 ? all : d->sink;
      for (uint64_t i = 0; i < sink; ++i) out[i] = (int32_t)i;
      if (chooses) memcpy(out + sink, list, s->budget * sizeof *out);
      for (uint64_t i = chooses ? sink + s->budget : sink; i < all; ++i) out[i] = (int32_t)(position + 1 - all + i);
    }
    if (chooses) s->begun[sequence] = true;
  }
}

void spc_synthetic_write(spc_session_t *session, uint64_t rows) {
  spc_synthetic_t *s = session->synthetic;
  bool is_written = rows == s->written_rows;
  for (uint64_t r = 0; r < rows && is_written; ++r) {
    is_written = session->inputs.sequences[r] == s->written[2 * r] && session->inputs.positions[r] == s->written[2 * r + 1];
  }
  s->written_rows = 0;
  if (!is_written) write_lists(session, rows, 0);
}

static void change_lists(spc_session_t *session, uint64_t rows) {
  spc_synthetic_t *s = session->synthetic;
  const spc_dims_t *d = &session->plan->dims;
  uint64_t count = (uint64_t)(s->change * (double)(d->sink + d->budget + d->recent) + 0.5);
  if (count > s->budget) count = s->budget;
  for (uint64_t r = 0; r < rows; ++r) {
    uint64_t sequence = (uint64_t)session->inputs.sequences[r], first, end;
    if (!s->begun[sequence] || !candidates(session, (uint64_t)session->inputs.positions[r], &first, &end)) continue;
    for (uint64_t h = 0; h < d->selection_heads; ++h) replace(s, s->chosen + (sequence * d->selection_heads + h) * s->budget, count, first, end);
  }
}

spc_status_t spc_synthetic_change(spc_session_t *session, uint64_t rows) {
  spc_synthetic_t *s = session->synthetic;
  change_lists(session, rows);
  if (session->device->selection_read) SPC_RETURN_IF_ERROR(session->device->selection_read(session));
  write_lists(session, rows, 1);
  for (uint64_t r = 0; r < rows; ++r) {
    s->written[2 * r] = session->inputs.sequences[r];
    s->written[2 * r + 1] = session->inputs.positions[r] + 1;
  }
  s->written_rows = rows;
  return NULL;
}
