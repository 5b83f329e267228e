#include "tools/run/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "spc/memory_model.h"
#include "tools/cost/json_file.h"
#include "tools/cost/work.h"

typedef struct event_t {
  spc_trace_span_t span;
  uint64_t tokens;       // of a sequence, on average
  uint64_t loaded_rows;  // of the step, over all sequences and heads: what each prefetch of it brings
  uint64_t offloaded;    // layers that were out then
} event_t;

struct spc_timeline_t {
  FILE *out;
  char *path, *name;
  spc_session_t *session;
  const spc_plan_t *plan;
  spc_memory_model_t memory;  // the session's, as far as it says which layers are a group
  event_t *events;
  size_t count, capacity, marked;
  uint64_t rows_loaded;  // at the last mark
  bool lost;             // there was no memory for a span
};

static const char *const track_names[SPC_TRACE_TRACKS] = {"host", "compute stream", "waits for copies", "copy stream", "layers on the move"};
static const char *const program_names[SPC_PROGRAM_COUNT] = {"prefill", "decode", "decode_full", "logits"};
static const char *const operation_names[] = {"launch", "linear", "attend_full", "kv_prefetch", "kv_offload", "kv_wait"};

static void add_span(void *context, const spc_trace_span_t *span) {
  spc_timeline_t *t = context;
  if (t->count == t->capacity) {
    size_t capacity = t->capacity ? 2 * t->capacity : 4096;
    event_t *events = realloc(t->events, capacity * sizeof *events);
    if (!events) {
      t->lost = true;
      return;
    }
    t->events = events;
    t->capacity = capacity;
  }
  t->events[t->count++] = (event_t){.span = *span};
}

spc_status_t spc_timeline_open(const char *path, const char *name, spc_session_t *session, const spc_plan_t *plan, spc_timeline_t **out_timeline) {
  *out_timeline = NULL;
  spc_timeline_t *t = calloc(1, sizeof *t);
  spc_status_t status = t ? NULL : SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a timeline");
  if (!status) {
    *t = (spc_timeline_t){.session = session, .plan = plan, .path = strdup(path), .name = strdup(name)};
    if (!t->path || !t->name) status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a timeline");
  }
  if (!status && !(t->out = fopen(path, "w"))) status = SPC_STATUS(SPC_IO, "%s: cannot write: %m", path);
  if (!status) {
    spc_session_stats_t stats;
    spc_session_stats(session, &stats);
    spc_memory_model_init(plan, &t->memory);
    t->memory.host_layers = stats.host_layers;
    status = spc_session_trace(session, add_span, t);
  }
  if (status) return spc_status_join(status, spc_timeline_close(t));
  *out_timeline = t;
  return NULL;
}

void spc_timeline_mark(spc_timeline_t *t, uint64_t sequences, uint64_t tokens) {
  if (!t) return;
  spc_session_stats_t stats;
  spc_session_stats(t->session, &stats);
  for (; t->marked < t->count; ++t->marked) {
    t->events[t->marked].tokens = tokens / sequences;
    t->events[t->marked].loaded_rows = stats.rows_loaded - t->rows_loaded;
    t->events[t->marked].offloaded = stats.offloaded_layers;
  }
  t->rows_loaded = stats.rows_loaded;
}

// ---- Writing

static const spc_command_t *command_of(const spc_plan_t *plan, const spc_trace_span_t *span) {
  const spc_program_t *program = &plan->programs[span->program];
  return span->command < 0 ? NULL : &plan->commands[program->command_begin + (uint32_t)span->command];
}

// Layers of a write-back, of which the others have no spans of their own: that of @decode takes those of its group that are out.
static uint64_t written_layers(const spc_timeline_t *t, const event_t *event, const spc_command_t *command) {
  uint64_t layer = (uint64_t)command->cache, layers = t->plan->dims.layers;
  if (event->span.program != SPC_PROGRAM_DECODE || layers - layer > event->offloaded) return 1;
  return layer + 1 - spc_memory_group_begin(&t->memory, layer, event->offloaded);
}

// Bytes that a command reads (on the compute stream) or moves (on the copy stream); -1 when that is not known, or none.
static int64_t bytes_of(const spc_timeline_t *t, const event_t *event) {
  const spc_plan_t *plan = t->plan;
  const spc_trace_span_t *span = &event->span;
  if (span->track == SPC_TRACE_MOVE) return (int64_t)span->bytes;
  const spc_command_t *command = command_of(plan, span);
  if (span->track == SPC_TRACE_COMPUTE) {
    bool one_sequence = span->program == SPC_PROGRAM_PREFILL;  // whose rows read the same keys and values
    uint64_t rows = one_sequence && command->opcode == SPC_OP_ATTEND_FULL ? 1 : span->rows;
    spc_work_t work = spc_work_command(plan, command, rows, event->tokens);
    return spc_work_bytes(&work) ? (int64_t)spc_work_bytes(&work) : -1;
  }
  if (span->track != SPC_TRACE_COPY || !command) return -1;
  if (command->opcode == SPC_OP_KV_PREFETCH) return (int64_t)(event->loaded_rows * spc_memory_entry_link_bytes(&t->memory, (uint64_t)command->cache));
  if (command->opcode != SPC_OP_KV_OFFLOAD) return -1;
  return (int64_t)(span->rows * plan->dims.kv_heads * spc_memory_row_link_bytes(&t->memory) * written_layers(t, event, command));
}

static void write_name(FILE *out, const spc_plan_t *plan, const spc_trace_span_t *span) {
  const spc_command_t *command = command_of(plan, span);
  if (span->track == SPC_TRACE_MOVE) {
    fprintf(out, "\"layer %d %s\"", span->layer, span->to_host ? "out" : "back");
  } else if (command) {
    spc_json_print_string(out, command->label);
  } else {
    spc_json_print_string(out, span->track == SPC_TRACE_WAIT ? "end of the program" : span->track == SPC_TRACE_COPY ? "copy" : program_names[span->program]);
  }
}

// Whole nanoseconds from the first span on, so that what nests still does when it is written.
static uint64_t nanoseconds(double seconds, double origin) { return (uint64_t)((seconds - origin) * 1e9 + 0.5); }

static void write_event(const spc_timeline_t *t, const event_t *event, double origin) {
  const spc_trace_span_t *span = &event->span;
  const spc_command_t *command = command_of(t->plan, span);
  uint64_t begin = nanoseconds(span->begin, origin), duration = nanoseconds(span->end, origin) - begin;
  int64_t bytes = bytes_of(t, event);
  fprintf(t->out, ",\n{\"name\":");
  write_name(t->out, t->plan, span);
  fprintf(t->out, ",\"cat\":\"%s\",\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"ts\":%" PRIu64 ".%03u,\"dur\":%" PRIu64 ".%03u,\"args\":{\"program\":\"%s\",\"run\":%"
          PRIu64 ",\"rows\":%" PRIu64, program_names[span->program], span->track + 1, begin / 1000, (unsigned)(begin % 1000), duration / 1000,
          (unsigned)(duration % 1000), program_names[span->program], span->run, span->rows);
  if (command) {
    fprintf(t->out, ",\"command\":%d,\"op\":\"%s\"", span->command, operation_names[command->opcode]);
    if (command->layer >= 0) fprintf(t->out, ",\"layer\":%d", command->layer);
  }
  if (span->track == SPC_TRACE_MOVE) fprintf(t->out, ",\"layer\":%d", span->layer);
  if (bytes >= 0) fprintf(t->out, ",\"bytes\":%" PRId64, bytes);
  fprintf(t->out, "}}");
}

static void write_all(const spc_timeline_t *t) {
  double origin = 0;
  for (size_t i = 0; i < t->count; ++i) {
    if (i == 0 || t->events[i].span.begin < origin) origin = t->events[i].span.begin;
  }
  fprintf(t->out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"args\":{\"name\":");
  spc_json_print_string(t->out, t->name);
  fprintf(t->out, "}}");
  for (unsigned i = 0; i < SPC_TRACE_TRACKS; ++i) {
    fprintf(t->out, ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"args\":{\"name\":\"%s\"}}", i + 1, track_names[i]);
    fprintf(t->out, ",\n{\"name\":\"thread_sort_index\",\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"args\":{\"sort_index\":%u}}", i + 1, i);
  }
  for (size_t i = 0; i < t->count; ++i) write_event(t, &t->events[i], origin);
  fprintf(t->out, "\n]}\n");
}

spc_status_t spc_timeline_close(spc_timeline_t *t) {
  if (!t) return NULL;
  spc_status_t status = spc_session_trace(t->session, NULL, NULL);
  if (t->out) {
    write_all(t);
    bool failed = ferror(t->out);
    failed = fclose(t->out) != 0 || failed;
    if (failed) status = spc_status_join(status, SPC_STATUS(SPC_IO, "%s: cannot write", t->path));
  }
  if (t->lost) status = spc_status_join(status, SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: there was no memory for all spans", t->path));
  free(t->events);
  free(t->path);
  free(t->name);
  free(t);
  return status;
}
