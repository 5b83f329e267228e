#include "trace.h"

#include <pthread.h>

#include "clock.h"
#include "session.h"

struct spc_trace_t {
  pthread_mutex_t mutex;  // one call of |tell| at a time
  spc_trace_fn_t tell;
  void *context;
  spc_trace_span_t run;  // the fields that all spans of the program under way share
};

spc_status_t spc_session_trace(spc_session_t *session, spc_trace_fn_t tell, void *context) {
  spc_residency_before_giving(session);  // moves under way still tell the trace there was
  spc_trace_destroy(session->trace);
  session->trace = NULL;
  if (!tell) return NULL;
  spc_trace_t *trace;
  SPC_RETURN_IF_ERROR(spc_alloc_zeroed("trace", 1, sizeof *trace, (void **)&trace));
  pthread_mutex_init(&trace->mutex, NULL);
  trace->tell = tell;
  trace->context = context;
  session->trace = trace;
  return NULL;
}

void spc_trace_destroy(spc_trace_t *trace) {
  if (!trace) return;
  pthread_mutex_destroy(&trace->mutex);
  spc_free(trace);
}

// |span| with what it does not say: of which run, program and rows.
static void tell(spc_trace_t *trace, spc_trace_span_t span) {
  pthread_mutex_lock(&trace->mutex);
  span.run = trace->run.run;
  span.program = trace->run.program;
  span.rows = trace->run.rows;
  trace->tell(trace->context, &span);
  pthread_mutex_unlock(&trace->mutex);
}

void spc_trace_span(spc_trace_t *trace, spc_trace_track_t track, int32_t command, double begin, double end) {
  tell(trace, (spc_trace_span_t){.track = track, .command = command, .layer = -1, .begin = begin, .end = end});
}

void spc_trace_move(spc_trace_t *trace, uint32_t layer, uint64_t bytes, bool to_host, double begin, double end) {
  tell(trace, (spc_trace_span_t){
                  .track = SPC_TRACE_MOVE, .command = -1, .layer = (int32_t)layer, .bytes = bytes, .to_host = to_host, .begin = begin, .end = end});
}

spc_status_t spc_trace_run(spc_session_t *session, spc_program_id_t program, uint64_t rows) {
  spc_trace_t *trace = session->trace;
  if (!trace) return session->device->run(session, program, rows);
  pthread_mutex_lock(&trace->mutex);  // the copy thread may still tell of a copy between programs
  trace->run.program = program;
  trace->run.rows = rows;
  pthread_mutex_unlock(&trace->mutex);
  double begin = spc_now();
  spc_status_t status = session->device->run(session, program, rows);
  if (!status) spc_trace_span(trace, SPC_TRACE_HOST, -1, begin, spc_now());
  pthread_mutex_lock(&trace->mutex);
  ++trace->run.run;
  pthread_mutex_unlock(&trace->mutex);
  return status;
}
