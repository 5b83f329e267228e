// Going back: a sequence remembers a place in it and is decoded from there again, with other tokens or another selection.
//
// Caches need no copy: the rows after the mark are overwritten as the sequence grows again. What the retriever keeps of the last tokens, its features and its
// window, is only known at the end of the sequence and is copied; and slots are forgotten, because they may hold rows of tokens that are gone.
#include <inttypes.h>

#include "session.h"

static spc_status_t check(const spc_session_t *session, int32_t sequence) {
  if (spc_session_sequence_length(session, sequence) >= 0) return NULL;
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "sequence %d does not exist; spc_session_sequence_create makes one", sequence);
}

spc_status_t spc_session_sequence_mark(spc_session_t *session, int32_t sequence) {
  SPC_RETURN_IF_ERROR(check(session, sequence));
  spc_sequence_t *s = &session->sequences[sequence];
  uint64_t count = spc_session_kept_count(session);
  if (!s->mark) SPC_RETURN_IF_ERROR(spc_alloc_zeroed("mark of a sequence", count ? count : 1, sizeof *s->mark, (void **)&s->mark));
  SPC_RETURN_IF_ERROR(session->device->save_kept(session, (uint64_t)sequence, s->mark));
  s->mark_length = s->length;
  return NULL;
}

spc_status_t spc_session_sequence_rewind(spc_session_t *session, int32_t sequence) {
  SPC_RETURN_IF_ERROR(check(session, sequence));
  spc_sequence_t *s = &session->sequences[sequence];
  if (!s->mark) return SPC_STATUS(SPC_INVALID_ARGUMENT, "sequence %d has no mark; spc_session_sequence_mark sets one", sequence);
  session->selected_rows = 0;
  spc_residency_rewritten(session, sequence);
  SPC_RETURN_IF_ERROR(session->device->reset_sequence(session, (uint64_t)sequence));
  SPC_RETURN_IF_ERROR(session->device->restore_kept(session, (uint64_t)sequence, s->mark));
  s->length = s->mark_length;
  return NULL;
}
