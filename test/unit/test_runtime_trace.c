// Timelines on the CPU: every command of a program once on its track, spans that nest and follow one another, and the bits of untraced steps.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime_fixture.h"
#include "spc/spc.h"

#define ASSERT_OK(expr)                                       \
  do {                                                        \
    spc_status_t status_ = (expr);                            \
    if (status_) fail_msg("%s", spc_status_message(status_)); \
  } while (0)

enum { PROMPT = 20, MAX_SPANS = 4096 };

typedef struct spans_t {
  spc_trace_span_t at[MAX_SPANS];
  size_t count;
} spans_t;

typedef struct world_t {
  fixture_t *fixture;
  spc_model_t *model;
  spc_session_t *session;
  int32_t sequence;
} world_t;

static void collect(void *context, const spc_trace_span_t *span) {
  spans_t *spans = context;
  assert_true(spans->count < MAX_SPANS);
  spans->at[spans->count++] = *span;
}

static world_t world_create(int32_t offload) {
  world_t w = {.fixture = fixture_create(&(fixture_options_t){.element = SPC_F32, .budget = 6})};
  ASSERT_OK(spc_model_create(&w.fixture->plan, NULL, &w.model));
  spc_session_options_t options;
  spc_session_options_init(&options);
  options.threads = 2;
  options.offload_layers = offload;
  ASSERT_OK(spc_session_create(w.model, &options, &w.session));
  ASSERT_OK(spc_session_sequence_create(w.session, &w.sequence));
  return w;
}

static void world_destroy(world_t *w) {
  spc_session_destroy(w->session);
  spc_model_destroy(w->model);
  free(w->fixture);
}

static void prefill(world_t *w) {
  int32_t tokens[PROMPT];
  for (int i = 0; i < PROMPT; ++i) tokens[i] = (i * 5 + 2) % FIX_VOCAB;
  ASSERT_OK(spc_session_prefill(w->session, w->sequence, PROMPT, tokens, SPC_LOGITS_NONE, NULL));
}

static size_t count_spans(const spans_t *spans, uint64_t run, uint32_t track, int32_t command) {
  size_t n = 0;
  for (size_t i = 0; i < spans->count; ++i) {
    const spc_trace_span_t *s = &spans->at[i];
    n += s->run == run && s->track == track && s->command == command;
  }
  return n;
}

static bool is_copy(const spc_command_t *command) { return command->opcode == SPC_OP_KV_PREFETCH || command->opcode == SPC_OP_KV_OFFLOAD; }

// |offload| layers are out. A wait is for the copy that it names.
static void check_commands(const spc_plan_t *plan, spc_program_id_t id, const spans_t *spans, uint64_t run, int32_t offload) {
  const spc_program_t *program = &plan->programs[id];
  for (uint32_t i = 0; i < program->command_count; ++i) {
    const spc_command_t *command = &plan->commands[program->command_begin + i];
    const spc_command_t *waited = command->opcode == SPC_OP_KV_WAIT ? &plan->commands[program->command_begin + command->imm[0]] : command;
    bool copies = is_copy(command), waits = command->opcode == SPC_OP_KV_WAIT;
    bool out = (copies || waits) && waited->cache >= FIX_LAYERS - offload;
    assert_int_equal(count_spans(spans, run, SPC_TRACE_COMPUTE, (int32_t)i), !copies && !waits);
    if (id != SPC_PROGRAM_DECODE) continue;  // the others stream pages: copies and waits of the command that attends
    assert_int_equal(count_spans(spans, run, SPC_TRACE_COPY, (int32_t)i), copies && out);
    if (copies || waits) assert_int_equal(count_spans(spans, run, SPC_TRACE_WAIT, (int32_t)i), waits && out);
  }
}

// Spans of one run lie in the host's; those of a stream follow one another.
static void check_order(const spans_t *spans) {
  double end[SPC_TRACE_TRACKS] = {0};
  for (size_t i = 0; i < spans->count; ++i) {
    const spc_trace_span_t *s = &spans->at[i];
    assert_true(s->begin <= s->end && s->layer == -1 && s->bytes == 0);
    if (s->track == SPC_TRACE_COMPUTE || s->track == SPC_TRACE_COPY) {  // told in order, each by one thread
      assert_true(s->begin >= end[s->track]);
      end[s->track] = s->end;
    }
    if (s->track == SPC_TRACE_HOST) continue;
    const spc_trace_span_t *host = spans->at;
    while (host < spans->at + spans->count && !(host->track == SPC_TRACE_HOST && host->run == s->run)) ++host;
    assert_true(host < spans->at + spans->count);
    assert_true(host->begin <= s->begin && s->end <= host->end && host->program == s->program && host->rows == s->rows);
  }
}

static void test_every_command_once(void **state) {
  (void)state;
  spans_t *spans = malloc(sizeof *spans);
  assert_non_null(spans);
  for (int32_t offload = 0; offload <= FIX_LAYERS; ++offload) {
    for (int full = 0; full < 2; ++full) {
      world_t w = world_create(offload);
      ASSERT_OK(spc_session_set_full_attention(w.session, full));
      prefill(&w);
      spans->count = 0;
      ASSERT_OK(spc_session_trace(w.session, collect, spans));
      for (int32_t token = 0; token < 3; ++token) ASSERT_OK(spc_session_decode(w.session, 1, &w.sequence, &token, NULL));
      spc_program_id_t program = full ? SPC_PROGRAM_DECODE_FULL : SPC_PROGRAM_DECODE;
      for (uint64_t run = 0; run < 3; ++run) {
        assert_int_equal(count_spans(spans, run, SPC_TRACE_HOST, -1), 1);
        check_commands(&w.fixture->plan, program, spans, run, offload);
      }
      assert_int_equal(count_spans(spans, 3, SPC_TRACE_HOST, -1), 0);
      check_order(spans);
      world_destroy(&w);
    }
  }
  free(spans);
}

// A prefill in two chunks over offloaded layers streams pages: their copies and waits belong to the command that attends.
static void test_prefill(void **state) {
  (void)state;
  spans_t *spans = calloc(1, sizeof *spans);
  assert_non_null(spans);
  world_t w = world_create(FIX_LAYERS);
  ASSERT_OK(spc_session_trace(w.session, collect, spans));
  prefill(&w);
  for (uint64_t run = 0; run < 2; ++run) check_commands(&w.fixture->plan, SPC_PROGRAM_PREFILL, spans, run, FIX_LAYERS);
  check_order(spans);
  const spc_program_t *program = &w.fixture->plan.programs[SPC_PROGRAM_PREFILL];
  for (uint32_t i = 0; i < program->command_count; ++i) {
    if (w.fixture->plan.commands[program->command_begin + i].opcode != SPC_OP_ATTEND_FULL) continue;
    assert_int_equal(count_spans(spans, 1, SPC_TRACE_WAIT, (int32_t)i), PROMPT / FIX_PAGE);
    assert_true(count_spans(spans, 1, SPC_TRACE_COPY, (int32_t)i) >= PROMPT / FIX_PAGE);
  }
  world_destroy(&w);
  free(spans);
}

static void test_the_same_bits_and_an_end(void **state) {
  (void)state;
  float logits[2][2][FIX_VOCAB];
  spans_t *spans = calloc(1, sizeof *spans);
  assert_non_null(spans);
  for (int traced = 0; traced < 2; ++traced) {
    world_t w = world_create(1);
    prefill(&w);
    if (traced) ASSERT_OK(spc_session_trace(w.session, collect, spans));
    int32_t token = 4;
    ASSERT_OK(spc_session_decode(w.session, 1, &w.sequence, &token, logits[traced][0]));
    size_t told = spans->count;
    assert_int_equal(told > 0, traced);
    ASSERT_OK(spc_session_trace(w.session, NULL, NULL));
    ASSERT_OK(spc_session_decode(w.session, 1, &w.sequence, &token, logits[traced][1]));
    assert_int_equal(spans->count, told);
    world_destroy(&w);
  }
  assert_memory_equal(logits[0], logits[1], sizeof logits[0]);
  free(spans);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_command_once),
      cmocka_unit_test(test_prefill),
      cmocka_unit_test(test_the_same_bits_and_an_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
