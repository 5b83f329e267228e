// Which layers' KV caches are on the device, step by step.
//
// A session has an arena of a given size. With n layers out it holds capacity[n] pages (spc/memory_model.h: what the plan's thresholds are solved
// from). It begins with the fewest layers out. Shortly before the pages in use reach the capacity, the deepest resident layer moves to host memory while
// decoding goes on; when sequences have ended and the pages in use would fit with fewer layers out, layers come back.
//
//   out:    pages of the layer that are full are copied to its host pool, some in every step, beside the programs: rows of a full page never change.
//           Between two steps, when all have been, the rest (a page a sequence) is copied, the layer's slots are filled with the rows that
//           its neighbours hold, and from then on it is an offloaded layer. Then the resident pools spread over the room it had, one or a few in every
//           step; when all have, more pages may be used.
//   back:   pages in use that would lie outside the smaller pools get lower numbers; the pools draw together; the layer's pages are copied from its host
//           pool to the room behind them, those that would cover its own slots or staging at last, between two steps.
//
// Attention reads a layer where it was until its move has ended, so results do not depend on moves. A copy that fails is an error of the call that finds
// it, before anything is computed; the layer stays where it was and the call may be made again. What a step or prompt needs at once is done at once.
#ifndef SPC_RUNTIME_RESIDENCY_H_
#define SPC_RUNTIME_RESIDENCY_H_

#include <stdbool.h>
#include <stdint.h>

#include "spc/spc.h"

typedef enum spc_residency_phase_t {
  SPC_RESIDENCY_SETTLED,  // |to| layers are out
  SPC_RESIDENCY_OUT,      // layers [layers - to, layers - from) are being copied to host memory
  SPC_RESIDENCY_SPREAD,   // |to| layers are out, the pools take the room
  SPC_RESIDENCY_COMPACT,  // pages get lower numbers, so that layers can come back
  SPC_RESIDENCY_DRAW,     // the pools make room
  SPC_RESIDENCY_BACK,     // layers [layers - from, layers - to) are being copied to the device
} spc_residency_phase_t;

typedef struct spc_residency_t {
  bool adaptive;       // false: the number of layers out never changes
  uint64_t arena;      // bytes
  uint64_t pages;      // that max_batch sequences of max_seq tokens have
  uint64_t most;       // layers out when all of them are in use
  uint64_t *capacity;  // [layers + 1]
  uint64_t limit;      // pages that may be in use now
  spc_residency_phase_t phase;
  uint64_t from, to;
  uint8_t *copied;     // [most, pages]: the page of that layer (of those that may move, the first is layers - most) is on its way or there
  bool moving;         // copies were started and not waited for
  bool failed;         // one of them failed; not reported yet
  uint64_t unfilled;   // layers, the deepest of those that are out, whose slots are not filled yet

  // A pool that is being shifted: an interruption by an error is resumed.
  bool shifting;
  uint32_t shift_cache;
  uint64_t shift_to, shift_bytes, shift_done;
} spc_residency_t;

// Decides on the arena and the number of layers out at the beginning. OUT_OF_MEMORY when the session's longest sequences do not fit however many are out.
SPC_WARN_UNUSED spc_status_t spc_residency_init(spc_session_t *session, const spc_session_options_t *options);
void spc_residency_deinit(spc_residency_t *residency);

// Makes sure that |pages| more pages may be taken.
SPC_WARN_UNUSED spc_status_t spc_residency_reserve(spc_session_t *session, uint64_t pages);
// Moves layers on, before a decode step that takes |pages| more pages: a little, beside the step. Nothing is running on the device.
SPC_WARN_UNUSED spc_status_t spc_residency_advance(spc_session_t *session, uint64_t pages);

// |page| was taken; it holds nothing of what was copied from or to it.
void spc_residency_page_taken(spc_session_t *session, int32_t page);
// The rows of |sequence| that are there may be written again, though their pages were full: copies of them end first and do not count.
void spc_residency_rewritten(spc_session_t *session, int32_t sequence);
// Pages are about to be given back: copies of them end first.
void spc_residency_before_giving(spc_session_t *session);
// The pools change their places in this step, so that nothing that holds addresses should be kept.
bool spc_residency_in_flux(const spc_session_t *session);

// The figures of memory in session->stats.
void spc_residency_account(spc_session_t *session);

// ---- The steps of a move (residency_move.c)

// Starts copying pages of the layers on the move that are full and were not copied, at most |most|. Returns how many were started in |out_started|.
SPC_WARN_UNUSED spc_status_t spc_residency_copy_full_pages(spc_session_t *session, uint64_t most, uint64_t *out_started);
// What is left, waiting; then the layers are where they were moving to.
SPC_WARN_UNUSED spc_status_t spc_residency_switch(spc_session_t *session);
// Shifts pools to where they lie with |offloaded| layers out, at most |most| of them. |out_done|: all are there.
SPC_WARN_UNUSED spc_status_t spc_residency_shift_pools(spc_session_t *session, uint64_t offloaded, uint64_t most, bool *out_done);
// Gives pages from |limit| on numbers below it, at most |most| of them. |out_done|: there are none left.
SPC_WARN_UNUSED spc_status_t spc_residency_compact(spc_session_t *session, uint64_t limit, uint64_t most, bool *out_done);
// Ends what an error interrupted, and waits for copies when |wait|.
SPC_WARN_UNUSED spc_status_t spc_residency_resume(spc_session_t *session, bool wait);
// |offloaded| layers are out and the pools lie accordingly; only when no page is in use, or at the beginning.
void spc_residency_place(spc_session_t *session, uint64_t offloaded);

#endif  // SPC_RUNTIME_RESIDENCY_H_
