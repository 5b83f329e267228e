// Timelines of a program: an event before and after each command on the stream that it runs on, and their distances from one origin. The streams order
// each other as they do otherwise, so what overlaps stays so; only kernels that follow one another on a stream no longer do.
#include "clock.h"
#include "cuda/cuda_session.h"

struct spc_cuda_trace_t {
  CUevent origin;
  CUevent *events;  // [longest program, 2]: the begin and the end of a command
  bool *recorded;   // [longest program]
};

spc_status_t spc_cuda_trace_record(spc_cuda_t *c, uint32_t index, bool end, CUstream stream) {
  c->after_kernel = false;  // an event is between
  c->trace->recorded[index] = true;
  return SPC_CU(c->cu, cuEventRecord, c->trace->events[2 * index + end], stream);
}

static spc_status_t make_trace(spc_cuda_t *c) {
  if (!c->trace) SPC_RETURN_IF_ERROR(spc_alloc_zeroed("trace", 1, sizeof *c->trace, (void **)&c->trace));
  spc_cuda_trace_t *t = c->trace;
  if (!t->origin) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &t->origin, CU_EVENT_DEFAULT));
  if (!t->recorded) SPC_RETURN_IF_ERROR(spc_alloc_zeroed("trace", c->longest, sizeof *t->recorded, (void **)&t->recorded));
  if (!t->events) SPC_RETURN_IF_ERROR(spc_alloc_zeroed("events of a trace", 2 * (uint64_t)c->longest, sizeof *t->events, (void **)&t->events));
  for (uint32_t i = 0; i < 2 * c->longest; ++i) {
    if (!t->events[i]) SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventCreate, &t->events[i], CU_EVENT_DEFAULT));
  }
  return NULL;
}

void spc_cuda_trace_release(spc_cuda_t *c) {
  spc_cuda_trace_t *t = c->trace;
  if (!t) return;
  for (uint32_t i = 0; t->events && i < 2 * c->longest; ++i) {
    if (t->events[i]) (void)c->cu->cuEventDestroy(t->events[i]);
  }
  if (t->origin) (void)c->cu->cuEventDestroy(t->origin);
  spc_free(t->events);
  spc_free(t->recorded);
  spc_free(t);
  c->trace = NULL;
}

static spc_status_t since_origin(const spc_cuda_t *c, CUevent event, double *out_seconds) {
  float milliseconds = 0;
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventElapsedTime, &milliseconds, c->trace->origin, event));
  *out_seconds = (double)milliseconds * 1e-3;
  return NULL;
}

static spc_trace_track_t track_of(const spc_command_t *command) {
  switch (command->opcode) {
    case SPC_OP_KV_PREFETCH:
    case SPC_OP_KV_OFFLOAD: return SPC_TRACE_COPY;
    case SPC_OP_KV_WAIT: return SPC_TRACE_WAIT;
    default: return SPC_TRACE_COMPUTE;
  }
}

// |origin| is spc_now's time of the origin event.
static spc_status_t tell(const spc_cuda_t *c, const spc_program_t *program, double origin) {
  for (uint32_t i = 0; i < program->command_count; ++i) {
    if (!c->trace->recorded[i]) continue;
    double begin = 0, end = 0;
    SPC_RETURN_IF_ERROR(since_origin(c, c->trace->events[2 * i], &begin));
    SPC_RETURN_IF_ERROR(since_origin(c, c->trace->events[2 * i + 1], &end));
    const spc_command_t *command = &c->plan->commands[program->command_begin + i];
    spc_trace_span(c->session->trace, track_of(command), (int32_t)i, origin + begin, origin + end);
  }
  return NULL;
}

spc_status_t spc_cuda_issue_traced(spc_cuda_t *c, spc_program_id_t program, uint64_t rows) {
  SPC_RETURN_IF_ERROR(make_trace(c));
  for (uint32_t i = 0; i < c->longest; ++i) c->trace->recorded[i] = false;
  // The GPU is idle when the origin is recorded, so the host's time after waiting for it is the origin's to within some microseconds.
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamSynchronize, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->trace->origin, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventSynchronize, c->trace->origin));
  double origin = spc_now();
  c->tracing = true;
  spc_status_t status = spc_cuda_issue(c, program, rows);
  c->tracing = false;
  SPC_RETURN_IF_ERROR(status);
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuEventRecord, c->inputs[c->input].uploaded, c->compute));
  SPC_RETURN_IF_ERROR(SPC_CU(c->cu, cuStreamSynchronize, c->compute));
  return tell(c, &c->plan->programs[program], origin);
}
