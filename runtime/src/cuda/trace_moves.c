// Timelines of layers on the move: an event before and after each copy on the move stream. Nobody waits for them; they are told when the copies are waited for.
#include "clock.h"
#include "cuda/cuda_session.h"

typedef struct move_t {
  CUevent begin, end;
  uint32_t layer;
  uint64_t bytes;
  bool to_host;
} move_t;

struct spc_cuda_traced_moves_t {
  CUevent origin;
  double origin_seconds;  // spc_now's time of it
  move_t *moves;          // [capacity]; the events of those past |count| are used again
  uint64_t count, capacity;
};

// Nothing runs on the compute stream between traced programs, so the host's time after waiting for the event is the event's to within some microseconds.
static spc_status_t set_origin(spc_cuda_t *c, spc_cuda_traced_moves_t *t) {
  if (!t->origin) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &t->origin, CU_EVENT_DEFAULT));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, t->origin, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventSynchronize, t->origin));
  t->origin_seconds = spc_now();
  return NULL;
}

static spc_status_t grow(spc_cuda_t *c, spc_cuda_traced_moves_t *t) {
  if (t->count < t->capacity) return NULL;
  uint64_t capacity = t->capacity ? 2 * t->capacity : 64;
  move_t *moves;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("traced moves", capacity, sizeof *moves, (void **)&moves));
  for (uint64_t i = 0; i < t->capacity; ++i) moves[i] = t->moves[i];
  spc_free(t->moves);
  t->moves = moves;
  for (uint64_t i = t->capacity; i < capacity; t->capacity = ++i) {
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &moves[i].begin, CU_EVENT_DEFAULT));
    SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &moves[i].end, CU_EVENT_DEFAULT));
  }
  return NULL;
}

spc_status_t spc_cuda_trace_move(spc_cuda_t *c, uint32_t layer, uint64_t bytes, bool to_host, bool end) {
  if (!c->session->trace) return NULL;
  if (!c->traced_moves) SPC_RETURN_IF_ERROR(spc_alloc_zeroed("traced moves", 1, sizeof *c->traced_moves, (void **)&c->traced_moves));
  spc_cuda_traced_moves_t *t = c->traced_moves;
  if (end) return SPC_CU(c->cu, cuEventRecord, t->moves[t->count++].end, c->move);
  if (t->count == 0) SPC_RETURN_IF_ERROR(set_origin(c, t));
  SPC_RETURN_IF_ERROR(grow(c, t));
  move_t *move = &t->moves[t->count];
  move->layer = layer;
  move->bytes = bytes;
  move->to_host = to_host;
  return SPC_CU(c->cu, cuEventRecord, move->begin, c->move);
}

static spc_status_t since_origin(const spc_cuda_t *c, CUevent event, double *out_seconds) {
  float milliseconds = 0;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventElapsedTime, &milliseconds, c->traced_moves->origin, event));
  *out_seconds = c->traced_moves->origin_seconds + (double)milliseconds * 1e-3;
  return NULL;
}

spc_status_t spc_cuda_trace_tell_moves(spc_cuda_t *c) {
  spc_cuda_traced_moves_t *t = c->traced_moves;
  uint64_t count = t ? t->count : 0;
  if (t) t->count = 0;
  for (uint64_t i = 0; i < count && c->session->trace; ++i) {
    const move_t *move = &t->moves[i];
    double begin, end;
    SPC_RETURN_IF_ERROR(since_origin(c, move->begin, &begin));
    SPC_RETURN_IF_ERROR(since_origin(c, move->end, &end));
    spc_trace_move(c->session->trace, move->layer, move->bytes, move->to_host, begin, end);
  }
  return NULL;
}

void spc_cuda_trace_moves_release(spc_cuda_t *c) {
  spc_cuda_traced_moves_t *t = c->traced_moves;
  if (!t) return;
  for (uint64_t i = 0; i < t->capacity; ++i) {
    if (t->moves[i].begin) (void)c->cu->cuEventDestroy(t->moves[i].begin);
    if (t->moves[i].end) (void)c->cu->cuEventDestroy(t->moves[i].end);
  }
  if (t->origin) (void)c->cu->cuEventDestroy(t->origin);
  spc_free(t->moves);
  spc_free(t);
  c->traced_moves = NULL;
}
