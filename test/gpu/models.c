// spc-gpu-models LIST [--filter=TEXT] [--part=I/N] [--brief]
//
// Compares models on the GPU with the same models on this machine's CPU, and the GPU with itself where results must be the same bits. LIST is what test/gpu/prepare
// writes: a line a model, "name tolerance tokens object-for-the-cpu object-for-the-gpu reference", the files relative to LIST's folder. `tokens` is the longest sequence;
// `reference` is "-" or a file of logits that are expected of the GPU itself (narrow_reference.py). --part takes every Nth model from the Ith (from 1) on. --brief is for a
// tool under which a launch takes a twentieth of a second: the last token of the prompt and two steps against the CPU; sparse attention with half of the layers
// offloaded.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spc/spc.h"
#include "test/gpu/runner.h"

enum { k_most_models = 128, k_prompt = 300, k_steps = 16, k_chunk = 128, k_test_seconds = 120, k_batch = 3, k_most_kv_heads = 64 };
enum { k_brief_steps = 2, k_brief_test_seconds = 600 };

static const double k_reference_tolerance = 2e-2;

typedef struct pair_t {
  char name[128], cpu[256], gpu[256], reference[256];  // |reference|: "" for none
  double tolerance;
  size_t tokens;
} pair_t;

static pair_t g_pairs[k_most_models];
static int g_pair_count;
static size_t g_steps = k_steps;
static bool g_brief;

// How a sequence is decoded.
typedef struct way_t {
  bool full, no_graphs, cudnn;
  int32_t offload;  // layers
} way_t;

// What it gives: logits of the prompt and of every step, the greedy tokens and, with sparse attention, what was selected in every step.
typedef struct trace_t {
  size_t prompt, vocab;
  float *logits;           // [prompt + g_steps, vocab]
  int32_t next[k_steps];   // argmax of the row before step i
  char library[32];        // of prefill attention, or ""
  char *chosen;            // [g_steps, kv_heads, max_seq]: 1 where selected
  size_t chosen_size;
} trace_t;

// False when |status| is an error, which it reports and frees. The process ends when the device failed: its context is lost.
static bool good(spc_status_t status, const char *what) {
  if (!status) return true;
  bool lost = spc_status_code(status) == SPC_DEVICE || spc_status_code(status) == SPC_INTERNAL;
  check(false, "%s: %s: %s", what, spc_status_code_name(spc_status_code(status)), spc_status_message(status));
  spc_status_ignore(status);
  if (lost) {
    fflush(stdout);
    _exit(k_exit_lost);
  }
  return false;
}

static void *need(void *memory) {
  if (memory) return memory;
  fprintf(stderr, "no memory\n");
  exit(1);
}

// The same tokens in every run: of sequence |which|.
static int32_t token_at(size_t i, int which, size_t vocab) { return (int32_t)((i * 2654435761u + 97u * (unsigned)which + i / 7 * 31) % vocab); }

static void trace_deinit(trace_t *trace) {
  free(trace->logits);
  free(trace->chosen);
}

static void record_selection(trace_t *trace, spc_session_t *session, const spc_dims_t *dims, size_t step) {
  for (size_t h = 0; h < dims->kv_heads; ++h) {
    const int32_t *tokens;
    size_t n;
    spc_session_selection(session, 0, h, &tokens, &n);
    for (size_t i = 0; i < n; ++i) {
      size_t at = (step * dims->kv_heads + h) * dims->max_seq + (size_t)tokens[i];
      if (at < trace->chosen_size) trace->chosen[at] = 1;
    }
  }
}

// Prefills |prompt| tokens of sequence |which| and decodes g_steps. The tokens of the steps are |forced|, or the greedy ones when that is NULL.
static bool trace_run(spc_model_t *model, way_t way, size_t prompt, int which, const int32_t *forced, trace_t *out) {
  const spc_dims_t *dims = &spc_model_plan(model)->dims;
  spc_session_options_t options;
  spc_session_t *session = NULL;
  int32_t sequence;
  bool ok = false;
  spc_session_options_init(&options);
  options.full_attention = way.full;
  options.no_graphs = way.no_graphs;
  options.prefill_attention = way.cudnn ? SPC_PREFILL_ATTENTION_CUDNN : SPC_PREFILL_ATTENTION_OWN;
  options.offload_layers = way.offload;
  options.prefill_chunk = k_chunk;
  *out = (trace_t){.prompt = prompt, .vocab = dims->vocab, .chosen_size = g_steps * dims->kv_heads * dims->max_seq};
  out->logits = need(malloc((prompt + g_steps) * dims->vocab * sizeof *out->logits));
  out->chosen = need(calloc(out->chosen_size, 1));
  memset(out->logits, 0xff, (prompt + g_steps) * dims->vocab * sizeof *out->logits);
  int32_t *tokens = need(malloc(prompt * sizeof *tokens));
  for (size_t i = 0; i < prompt; ++i) tokens[i] = token_at(i, which, dims->vocab);
  if (!good(spc_session_create(model, &options, &session), "session")) goto cleanup;
  if (!good(spc_session_sequence_create(session, &sequence), "sequence")) goto cleanup;
  float *logits = g_brief ? out->logits + (prompt - 1) * dims->vocab : out->logits;
  if (!good(spc_session_prefill(session, sequence, prompt, tokens, g_brief ? SPC_LOGITS_LAST : SPC_LOGITS_ALL, logits), "prefill")) goto cleanup;
  for (size_t step = 0; step < g_steps; ++step) {
    float *row = out->logits + (prompt + step) * dims->vocab;
    out->next[step] = spc_logits_argmax(row - dims->vocab, dims->vocab);
    int32_t token = forced ? forced[step] : out->next[step];
    if (!good(spc_session_decode(session, 1, &sequence, &token, row), "decode")) goto cleanup;
    if (!way.full) record_selection(out, session, dims, step);
  }
  spc_session_stats_t stats;
  spc_session_stats(session, &stats);
  snprintf(out->library, sizeof out->library, "%s", stats.attention_library ? stats.attention_library : "");
  ok = true;

cleanup:
  spc_session_destroy(session);
  free(tokens);
  return ok;
}

// The largest difference over the largest expected magnitude; infinite when a number is not finite.
static double difference(const float *got, const float *expected, size_t n) {
  double most = 0, size = 0;
  for (size_t i = 0; i < n; ++i) {
    if (!isfinite(got[i])) return INFINITY;
    most = fmax(most, fabs((double)got[i] - expected[i]));
    size = fmax(size, fabs((double)expected[i]));
  }
  return most / size;
}

// Until the first step that selects other tokens: from there on the two compute different things.
static size_t steps_of_same_selection(const trace_t *a, const trace_t *b) {
  size_t size = a->chosen_size / g_steps, step = 0;
  while (step < g_steps && memcmp(a->chosen + step * size, b->chosen + step * size, size) == 0) ++step;
  return step;
}

static void check_close(const trace_t *gpu, const trace_t *cpu, double tolerance, const char *what) {
  size_t prompt = cpu->prompt * cpu->vocab, first = g_brief ? prompt - cpu->vocab : 0;
  double prefill = difference(gpu->logits + first, cpu->logits + first, prompt - first);
  check_error(prefill);
  check(prefill <= tolerance, "%s: logits of the prompt are %.1e away, more than %.0e", what, prefill, tolerance);
  size_t steps = steps_of_same_selection(gpu, cpu);
  for (size_t step = 0; step < steps; ++step) {
    size_t at = prompt + step * cpu->vocab;
    double d = difference(gpu->logits + at, cpu->logits + at, cpu->vocab);
    check_error(d);
    if (!check(d <= tolerance, "%s: logits of step %zu are %.1e away, more than %.0e", what, step, d, tolerance)) break;
  }
}

static void check_bits(const trace_t *a, const trace_t *b, const char *what) {
  size_t n = (a->prompt + g_steps) * a->vocab, i = 0;
  while (i < n && memcmp(&a->logits[i], &b->logits[i], 4) == 0) ++i;
  check(i == n, "%s: row %zu of %zu differs: %.9g and %.9g", what, i / a->vocab, a->prompt + g_steps, i < n ? (double)a->logits[i] : 0, i < n ? (double)b->logits[i] : 0);
  check(memcmp(a->chosen, b->chosen, a->chosen_size) == 0, "%s: selections differ", what);
}

// The share of |a|'s selections that |b| has too.
static double overlap(const trace_t *a, const trace_t *b) {
  size_t both = 0, all = 0;
  for (size_t i = 0; i < a->chosen_size; ++i) {
    all += a->chosen[i];
    both += a->chosen[i] && b->chosen[i];
  }
  return all ? (double)both / (double)all : 0;
}

static int same_tokens(const trace_t *a, const trace_t *b) {
  int same = 0;
  for (size_t i = 0; i < g_steps; ++i) same += a->next[i] == b->next[i];
  return same;
}

// The same model on both, with the CPU's tokens.
static void compare_devices(const pair_t *pair, spc_model_t *cpu, spc_model_t *gpu, size_t prompt, bool full) {
  trace_t on_cpu = {0}, on_gpu = {0};
  const char *what = full ? "full attention" : "sparse attention";
  way_t way = {.full = full}, gpu_way = way;
  if (g_brief && !full) gpu_way.offload = (int32_t)spc_model_plan(gpu)->dims.layers / 2;
  if (trace_run(cpu, way, prompt, 0, NULL, &on_cpu) && trace_run(gpu, gpu_way, prompt, 0, on_cpu.next, &on_gpu)) {
    check_close(&on_gpu, &on_cpu, pair->tolerance, what);
    printf("  %s, %s: %zu steps compared, %d of %d greedy tokens agree", pair->name, what, steps_of_same_selection(&on_gpu, &on_cpu),
           same_tokens(&on_gpu, &on_cpu), (int)g_steps);
    double share = full ? 1 : overlap(&on_cpu, &on_gpu);
    printf(full ? "\n" : ", %.1f%% of the selected tokens\n", 100 * share);
    check(share > 0.9, "%s: only %.1f%% of what the CPU selects is selected", what, 100 * share);
  }
  trace_deinit(&on_cpu);
  trace_deinit(&on_gpu);
}

// With prefill attention by cuDNN, where it is there: close to the CPU, and the same bits with layers offloaded.
static void check_library(const pair_t *pair, spc_model_t *cpu, spc_model_t *gpu, size_t prompt) {
  trace_t on_cpu = {0}, on_gpu = {0}, offloaded = {0};
  way_t way = {.full = true};
  bool ok = trace_run(cpu, way, prompt, 0, NULL, &on_cpu);
  way.cudnn = true;
  if (ok && trace_run(gpu, way, prompt, 0, on_cpu.next, &on_gpu) && *on_gpu.library) {
    printf("  prefill attention by %s\n", on_gpu.library);
    check_close(&on_gpu, &on_cpu, pair->tolerance, "attention by cuDNN");
    way.offload = (int32_t)spc_model_plan(gpu)->dims.layers / 2;
    if (trace_run(gpu, way, prompt, 0, on_cpu.next, &offloaded)) check_bits(&offloaded, &on_gpu, "attention by cuDNN, half of the layers offloaded");
  }
  trace_deinit(&on_cpu);
  trace_deinit(&on_gpu);
  trace_deinit(&offloaded);
}

// Every way to decode on the GPU gives the same bits.
static void check_ways(spc_model_t *gpu, size_t prompt, bool full) {
  int32_t layers = (int32_t)spc_model_plan(gpu)->dims.layers;
  const struct {
    way_t way;
    const char *name;
  } others[] = {{{.no_graphs = true}, "plain launches"},
                {{.offload = layers / 2}, "half of the layers offloaded"},
                {{.offload = layers}, "all layers offloaded"},
                {{.offload = layers, .no_graphs = true}, "all layers offloaded, plain launches"}};
  trace_t expected = {0};
  bool ok = trace_run(gpu, (way_t){.full = full}, prompt, 0, NULL, &expected);
  for (size_t i = 0; ok && i < sizeof others / sizeof *others; ++i) {
    trace_t trace = {0};
    way_t way = others[i].way;
    char what[96];
    way.full = full;
    snprintf(what, sizeof what, "%s attention, %s", full ? "full" : "sparse", others[i].name);
    if (trace_run(gpu, way, prompt, 0, NULL, &trace)) check_bits(&trace, &expected, what);
    trace_deinit(&trace);
  }
  trace_deinit(&expected);
}

// A sequence that the budget holds: sparse and full attention are the same bits.
static void check_budget(spc_model_t *gpu) {
  const spc_dims_t *dims = &spc_model_plan(gpu)->dims;
  size_t prompt = dims->budget + dims->sink + dims->recent - g_steps;
  trace_t full = {0}, sparse = {0};
  bool ok = trace_run(gpu, (way_t){.full = true}, prompt, 0, NULL, &full);
  ok = ok && trace_run(gpu, (way_t){.full = false}, prompt, 0, NULL, &sparse);
  if (ok) {
    memset(sparse.chosen, 0, sparse.chosen_size);  // full attention selects nothing
    check_bits(&sparse, &full, "a budget of the length and full attention");
  }
  trace_deinit(&full);
  trace_deinit(&sparse);
}

// Sequences of unequal lengths together and each alone; and the token that the device chooses.
static void check_batch(spc_model_t *gpu, bool full, size_t most) {
  const spc_dims_t *dims = &spc_model_plan(gpu)->dims;
  spc_session_options_t options;
  spc_session_t *session = NULL;
  trace_t alone[k_batch] = {{0}};
  size_t lengths[k_batch] = {most, 7, most / 2};
  int32_t sequences[k_batch], tokens[k_batch], chosen[k_batch];
  float *logits = need(malloc(k_batch * dims->vocab * sizeof *logits));
  int32_t *prompt = need(malloc(most * sizeof *prompt));
  bool ok = true;
  for (int s = 0; s < k_batch; ++s) ok = ok && trace_run(gpu, (way_t){.full = full}, lengths[s], s, NULL, &alone[s]);
  spc_session_options_init(&options);
  options.full_attention = full;
  options.offload_layers = 0;
  options.prefill_chunk = k_chunk;
  options.prefill_attention = SPC_PREFILL_ATTENTION_OWN;  // as the runs it is compared with
  ok = ok && good(spc_session_create(gpu, &options, &session), "session");
  for (int s = 0; ok && s < k_batch; ++s) {
    for (size_t i = 0; i < lengths[s]; ++i) prompt[i] = token_at(i, s, dims->vocab);
    ok = good(spc_session_sequence_create(session, &sequences[s]), "sequence");
    ok = ok && good(spc_session_prefill(session, sequences[s], lengths[s], prompt, SPC_LOGITS_NONE, NULL), "prefill");
    tokens[s] = alone[s].next[0];
  }
  for (size_t step = 0; ok && step + 1 < g_steps; ++step) {
    bool on_device = step % 4 == 3;  // then only the tokens come back
    ok = on_device ? good(spc_session_decode_next(session, k_batch, sequences, tokens, chosen), "decode_next")
                   : good(spc_session_decode(session, k_batch, sequences, tokens, logits), "decode");
    for (int s = 0; ok && s < k_batch; ++s) {
      const float *expected = alone[s].logits + (lengths[s] + (size_t)step) * dims->vocab;
      if (on_device) check(chosen[s] == alone[s].next[step + 1], "the device chooses token %d, the logits %d", chosen[s], alone[s].next[step + 1]);
      else check(memcmp(logits + (size_t)s * dims->vocab, expected, dims->vocab * 4) == 0, "sequence %d has other bits in a batch (step %zu)", s, step);
      tokens[s] = alone[s].next[step + 1];
    }
  }
  spc_session_destroy(session);
  for (int s = 0; s < k_batch; ++s) trace_deinit(&alone[s]);
  free(logits);
  free(prompt);
}

// The logits of a file, f32 [k_prompt + k_steps, vocab]: full attention, its tokens those of token_at to the end.
static void check_reference(spc_model_t *gpu, const char *path) {
  enum { n = k_prompt + k_steps };
  size_t vocab = spc_model_plan(gpu)->dims.vocab;
  float *expected = need(malloc(n * vocab * sizeof *expected));
  int32_t tokens[k_steps];
  FILE *file = fopen(path, "rb");
  bool read = file && fread(expected, vocab * sizeof *expected, n, file) == n;
  if (file) fclose(file);
  for (size_t i = 0; i < k_steps; ++i) tokens[i] = token_at(k_prompt + i, 0, vocab);
  trace_t trace = {0};
  if (check(read, "%s: cannot be read", path) && trace_run(gpu, (way_t){.full = true}, k_prompt, 0, tokens, &trace)) {
    double away = difference(trace.logits, expected, n * vocab);
    check_error(away);
    printf("  logits are %.1e from those of the same roundings in numpy\n", away);
    check(away <= k_reference_tolerance, "logits are %.1e away from the reference's, more than %.0e", away, k_reference_tolerance);
  }
  trace_deinit(&trace);
  free(expected);
}

static void run_pair(int test) {
  const pair_t *pair = &g_pairs[test];
  spc_model_t *cpu = NULL, *gpu = NULL;
  if (good(spc_model_load(pair->cpu, &cpu), pair->cpu) && good(spc_model_load(pair->gpu, &gpu), pair->gpu)) {
    size_t prompt = pair->tokens < k_prompt + k_steps ? pair->tokens - k_steps : k_prompt;
    for (int full = 1; full >= 0; --full) {
      if (!full && !spc_model_has_retriever(gpu)) break;
      compare_devices(pair, cpu, gpu, prompt, full);
      if (g_brief) continue;
      check_ways(gpu, prompt, full);
      if (spc_model_plan(gpu)->dims.max_batch >= k_batch) check_batch(gpu, full, prompt);
      if (!full) check_budget(gpu);
    }
    if (!g_brief) check_library(pair, cpu, gpu, prompt);
    if (!g_brief && *pair->reference) check_reference(gpu, pair->reference);
  }
  spc_model_destroy(cpu);
  spc_model_destroy(gpu);
}

static const char *pair_name(int test) { return g_pairs[test].name; }

static void start(void) {}

static bool read_list(const char *path, const char *filter) {
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    return false;
  }
  const char *slash = strrchr(path, '/');
  int folder = slash ? (int)(slash - path) : 1;
  const char *base = slash ? path : ".";
  char line[512], cpu[128], gpu[128], reference[128];
  while (fgets(line, sizeof line, file) && g_pair_count < k_most_models) {
    pair_t *pair = &g_pairs[g_pair_count];
    if (sscanf(line, "%127s %lf %zu %127s %127s %127s", pair->name, &pair->tolerance, &pair->tokens, cpu, gpu, reference) != 6 || pair->tokens <= k_steps) {
      fprintf(stderr, "%s: not a list of models as test/gpu/prepare writes it: %s", path, line);
      fclose(file);
      return false;
    }
    snprintf(pair->cpu, sizeof pair->cpu, "%.*s/%s", folder, base, cpu);
    snprintf(pair->gpu, sizeof pair->gpu, "%.*s/%s", folder, base, gpu);
    if (strcmp(reference, "-") != 0) snprintf(pair->reference, sizeof pair->reference, "%.*s/%s", folder, base, reference);
    g_pair_count += !filter || strstr(pair->name, filter);
  }
  fclose(file);
  return true;
}

int main(int argc, char **argv) {
  const char *list = NULL, *filter = NULL;
  runner_part_t part = {0};
  for (int i = 1; i < argc; ++i) {
    if (strncmp(argv[i], "--filter=", 9) == 0) filter = argv[i] + 9;
    else if (strcmp(argv[i], "--brief") == 0) g_brief = true;
    else if (runner_read_part(argv[i], &part)) continue;
    else if (argv[i][0] != '-' && !list) list = argv[i];
    else list = NULL, i = argc;
  }
  if (!list) {
    fprintf(stderr, "usage: spc-gpu-models LIST [--filter=TEXT] [--part=I/N] [--brief]\n");
    return 2;
  }
  if (!read_list(list, filter)) return 1;
  if (g_brief) g_steps = k_brief_steps;
  const runner_t runner = {g_pair_count, pair_name, start, run_pair, g_brief ? k_brief_test_seconds : k_test_seconds, part};
  return runner_run(&runner);
}
