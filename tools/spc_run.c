// spc-run: decodes sequences of token ids with a compiled object.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "spc/spc.h"
#include "tools/cli/flags.h"
#include "tools/cli/prefill_attention.h"
#include "tools/run/npy.h"
#include "tools/run/timeline.h"
#include "tools/run/token_file.h"

#define QUIET_SECONDS 2.0  // progress is reported when nothing was said for that long

static struct {
  const char *tokens, *logits, *weights, *trace;
  int64_t n, seed, threads, offload_layers, chunk, top_k, device;
  uint64_t device_memory;
  double temperature, top_p, min_captured;
  bool full_attention, stats, no_graphs, synchronous;
  spc_prefill_attention_t prefill_attention;
} options = {.n = -1, .offload_layers = -1, .top_p = 1.0, .weights = "file"};

static const spc_flag_t flags[] = {
    {"tokens", SPC_FLAG_STRING, &options.tokens, .value_name = "FILE", .help = "one sequence of decimal token ids a line; '-' is standard input"},
    {"n", SPC_FLAG_INT, &options.n, .value_name = "N", .help = "tokens to generate for each sequence", .min = 0, .max = INT32_MAX},
    {"logits", SPC_FLAG_STRING, &options.logits, .value_name = "OUT.npy",
     .help = "write float32 [sequences, longest prompt + N, vocab]: row p is after token p;\nrows past the end of a shorter sequence are NaN"},
    {"full-attention", SPC_FLAG_BOOL, &options.full_attention, .help = "attend to all tokens when decoding"},
    {"min-captured", SPC_FLAG_FLOAT, &options.min_captured, .value_name = "SHARE",
     .help = "full attention for a sequence's step whose selection captures less of the\nretriever's weight, as 0.8; default: 0, never"},
    {"temperature", SPC_FLAG_FLOAT, &options.temperature, .value_name = "T", .help = "sample at this temperature; 0, the default, is greedy"},
    {"top-k", SPC_FLAG_INT, &options.top_k, .value_name = "K", .help = "sample from the K most likely; 0: all", .min = 0, .max = INT32_MAX},
    {"top-p", SPC_FLAG_FLOAT, &options.top_p, .value_name = "P", .help = "sample from the fewest whose probability reaches P"},
    {"seed", SPC_FLAG_INT, &options.seed, .value_name = "K", .help = "of sampling; sequence i uses K + i", .min = 0, .max = INT64_MAX},
    {"threads", SPC_FLAG_INT, &options.threads, .value_name = "N", .help = "that compute on the CPU; 0, the default: one a CPU", .min = 0, .max = 1024},
    {"device", SPC_FLAG_INT, &options.device, .value_name = "N", .help = "the GPU, for objects compiled for one; default: 0", .min = 0, .max = 1024},
    {"weights", SPC_FLAG_STRING, &options.weights, .value_name = "file|random",
     .help = "random: for measuring, numbers of --seed instead of the file's"},
    {"offload-layers", SPC_FLAG_INT, &options.offload_layers, .value_name = "N",
     .help = "layers whose KV cache is in host memory; default: as few as the tokens in\nuse need, from step to step", .min = -1, .max = 65536},
    {"device-memory", SPC_FLAG_SIZE, &options.device_memory, .value_name = "SIZE", .help = "instead of the object's: 512MiB, 24GiB"},
    {"chunk", SPC_FLAG_INT, &options.chunk, .value_name = "N", .help = "tokens of a prefill call; default: the object's", .min = 0, .max = 1 << 20},
    {"no-graphs", SPC_FLAG_BOOL, &options.no_graphs, .help = "launch the commands of a step one by one on the GPU"},
    SPC_PREFILL_ATTENTION_FLAG(&options.prefill_attention),
    {"synchronous", SPC_FLAG_BOOL, &options.synchronous, .help = "wait after every command on the GPU, so that a fault names it; slow"},
    {"trace", SPC_FLAG_STRING, &options.trace, .value_name = "FILE.json",
     .help = "write a timeline for Perfetto or chrome://tracing: when every command\ncomputed, copied and waited; steps on a GPU then run without graphs"},
    {"stats", SPC_FLAG_BOOL, &options.stats, .help = "figures on standard error at the end"},
    {0}};

static const spc_cli_t cli = {
    .program = "spc-run",
    .synopsis = "MODEL.so --tokens=FILE -n N [flags]",
    .summary = "Decodes every sequence of FILE and prints the generated ids, one line a sequence. The sequences run\n"
               "together, as many at a time as the object was compiled for.",
    .flags = flags,
    .min_positional = 1,
    .max_positional = 1,
};

// What a run needs, all owned here.
typedef struct run_t {
  spc_model_t *model;
  spc_session_t *session;
  spc_token_file_t file;
  spc_npy_t npy;
  spc_timeline_t *timeline;  // NULL: not wanted
  uint64_t vocab, batch, chunk;
  spc_sampler_t **samplers;  // [batch]
  int32_t *sequences, *next; // [batch]
  int32_t *generated;        // [batch, n]
  float *logits;             // [max(batch, chunk when logits are wanted), vocab]
  double last_said;
} run_t;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void report_progress(run_t *run, const char *what, size_t first, size_t done, size_t total) {
  double t = now();
  if (t - run->last_said < QUIET_SECONDS) return;
  run->last_said = t;
  fprintf(stderr, "spc-run: %s: sequence %zu of %zu, token %zu of %zu\n", what, first + 1, run->file.count, done, total);
}

static spc_status_t allocate(void **out_pointer, uint64_t count, uint64_t size) {
  *out_pointer = calloc(count ? count : 1, size);
  return *out_pointer ? NULL : SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %" PRIu64 " x %" PRIu64 " bytes", count, size);
}

// ---- One group of sequences: file lines [first, first + count)

static spc_status_t prefill(run_t *run, size_t first, size_t i) {
  const spc_token_line_t *line = &run->file.lines[first + i];
  SPC_RETURN_IF_ERROR(spc_session_sequence_create(run->session, &run->sequences[i]));
  for (size_t at = 0; at < line->count;) {
    size_t rows = line->count - at < run->chunk ? line->count - at : (size_t)run->chunk;
    bool last = at + rows == line->count;
    spc_logits_mode_t mode = options.logits ? SPC_LOGITS_ALL : last ? SPC_LOGITS_LAST : SPC_LOGITS_NONE;
    SPC_RETURN_IF_ERROR(spc_session_prefill(run->session, run->sequences[i], rows, line->tokens + at, mode, run->logits));
    if (options.logits) SPC_RETURN_IF_ERROR(spc_npy_write(&run->npy, first + i, at, rows, run->logits));
    if (last) {
      const float *row = run->logits + (options.logits ? rows - 1 : 0) * run->vocab;
      run->next[i] = spc_sampler_choose(run->samplers[i], row);
    }
    at += rows;
    spc_timeline_mark(run->timeline, 1, at);
    report_progress(run, "prefill", first + i, at, line->count);
  }
  return NULL;
}

static void mark_step(run_t *run, size_t count) {
  uint64_t tokens = 0;
  for (size_t i = 0; run->timeline && i < count; ++i) tokens += (uint64_t)spc_session_sequence_length(run->session, run->sequences[i]);
  spc_timeline_mark(run->timeline, count, tokens);
}

static spc_status_t decode(run_t *run, size_t first, size_t count) {
  size_t n = (size_t)options.n;
  for (size_t step = 0; step < n; ++step) {
    for (size_t i = 0; i < count; ++i) run->generated[i * n + step] = run->next[i];
    if (step + 1 == n && !options.logits) break;  // nobody asks what follows the last token
    SPC_RETURN_IF_ERROR(spc_session_decode(run->session, count, run->sequences, run->next, run->logits));
    mark_step(run, count);
    for (size_t i = 0; i < count; ++i) {
      const float *row = run->logits + i * run->vocab;
      if (options.logits) SPC_RETURN_IF_ERROR(spc_npy_write(&run->npy, first + i, run->file.lines[first + i].count + step, 1, row));
      run->next[i] = spc_sampler_choose(run->samplers[i], row);
    }
    report_progress(run, "decode", first, step + 1, n);
  }
  return NULL;
}

static spc_status_t run_group(run_t *run, size_t first, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    spc_sampler_destroy(run->samplers[i]);
    const spc_sampler_options_t sampling = {.temperature = (float)options.temperature, .top_k = (int32_t)options.top_k,
                                            .top_p = (float)options.top_p, .seed = (uint64_t)options.seed + first + i};
    SPC_RETURN_IF_ERROR(spc_sampler_create(&sampling, run->vocab, &run->samplers[i]));
    SPC_RETURN_IF_ERROR(prefill(run, first, i));
  }
  SPC_RETURN_IF_ERROR(decode(run, first, count));
  for (size_t i = 0; i < count; ++i) {
    if (options.logits) SPC_RETURN_IF_ERROR(spc_npy_fill_nan(&run->npy, first + i, run->file.lines[first + i].count + (size_t)options.n));
    for (int64_t step = 0; step < options.n; ++step) printf(step ? " %d" : "%d", run->generated[(int64_t)i * options.n + step]);
    putchar('\n');
    spc_session_sequence_destroy(run->session, run->sequences[i]);
  }
  if (fflush(stdout) != 0) return SPC_STATUS(SPC_IO, "standard output: cannot write");
  return NULL;
}

// ---- Everything

static void print_stats(const run_t *run) {
  spc_session_stats_t s;
  spc_session_stats(run->session, &s);
  const struct {
    const char *name;
    uint64_t value;
  } counts[] = {{"prefill_tokens", s.prefill_tokens}, {"decode_steps", s.decode_steps}, {"decode_tokens", s.decode_tokens},
                {"threads", s.threads}, {"kv_bytes_attended", s.kv_bytes_attended}, {"rows_selected", s.rows_selected},
                {"rows_loaded", s.rows_loaded}, {"bytes_loaded", s.bytes_loaded}, {"bytes_linked", s.bytes_linked}, {"bytes_offloaded", s.bytes_offloaded},
                {"offloaded_layers", s.offloaded_layers}, {"most_offloaded_layers", s.most_offloaded_layers},
                {"layers_moved_out", s.layers_moved_out}, {"layers_moved_back", s.layers_moved_back}, {"bytes_moved", s.bytes_moved},
                {"bytes_shifted", s.bytes_shifted}, {"rows_captured", s.rows_captured}, {"rows_fallen_back", s.rows_fallen_back},
                {"device_weights", s.weights}, {"device_activations", s.activations},
                {"device_state", s.state}, {"device_staging", s.staging}, {"device_retrieval_pools", s.retrieval_pools},
                {"device_kv_pools", s.kv_pools}, {"device_kv_slots", s.kv_slots}, {"device_unassigned", s.unassigned}, {"device_total", s.device_total},
                {"device_allocated", s.device_allocated}, {"device_used", s.device_used}, {"host_weights", s.host_weights}, {"host_pools", s.host_pools},
                {"host_pinned", s.host_pinned}, {"graphs", s.graphs}, {"gemm_library", s.gemm_library}};
  const struct {
    const char *name;
    double value;
  } rates[] = {{"prefill_seconds", s.prefill_seconds}, {"decode_seconds", s.decode_seconds}, {"logits_seconds", s.logits_seconds},
               {"copy_seconds", s.copy_seconds}, {"copy_wait_seconds", s.copy_wait_seconds},
               {"prefill_tokens_per_second", s.prefill_seconds > 0 ? (double)s.prefill_tokens / s.prefill_seconds : 0},
               {"decode_tokens_per_second", s.decode_seconds > 0 ? (double)s.decode_tokens / s.decode_seconds : 0},
               {"captured_mean", s.rows_captured ? s.captured_sum / (double)s.rows_captured : 0}, {"captured_least", s.captured_least},
               {"selection_overlap", s.rows_selected ? 1.0 - (double)s.rows_loaded / (double)s.rows_selected : 0}};
  fprintf(stderr, "%-26s %s\n", "device", s.device_name);
  fprintf(stderr, "%-26s %s\n", "attention_library", s.attention_library ? s.attention_library : "none");
  for (size_t i = 0; i < sizeof counts / sizeof *counts; ++i) fprintf(stderr, "%-26s %" PRIu64 "\n", counts[i].name, counts[i].value);
  for (size_t i = 0; i < sizeof rates / sizeof *rates; ++i) fprintf(stderr, "%-26s %.6g\n", rates[i].name, rates[i].value);
}

static spc_status_t check_lengths(const run_t *run, uint64_t max_seq, uint64_t *out_longest) {
  *out_longest = 1;
  for (size_t i = 0; i < run->file.count; ++i) {
    const spc_token_line_t *line = &run->file.lines[i];
    uint64_t tokens = line->count + (uint64_t)options.n;
    if (tokens > max_seq) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "%s:%zu: %zu tokens and %" PRId64 " to generate are more than the %" PRIu64 " that the object was "
                        "compiled for (--max-seq of spc-compile)", options.tokens, line->line, line->count, options.n, max_seq);
    }
    if (line->count > *out_longest) *out_longest = line->count;
  }
  return NULL;
}

static void report_weights(void *context, uint64_t done, uint64_t total) {
  run_t *run = context;
  double t = now();
  if (t - run->last_said < QUIET_SECONDS) return;
  run->last_said = t;
  fprintf(stderr, "spc-run: weights: %" PRIu64 " of %" PRIu64 " MiB\n", done >> 20, total >> 20);
}

static spc_status_t load_model(run_t *run, const char *path) {
  spc_model_options_t model;
  spc_model_options_init(&model);
  model.random_weights = !strcmp(options.weights, "random");
  if (!model.random_weights && strcmp(options.weights, "file")) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "--weights=%s: file or random", options.weights);
  }
  model.seed = (uint64_t)options.seed;
  model.device = (int32_t)options.device;
  model.progress = report_weights;
  model.progress_context = run;
  return spc_model_load_with(path, &model, &run->model);
}

static spc_status_t prepare(run_t *run, const char *path) {
  SPC_RETURN_IF_ERROR(load_model(run, path));
  const spc_dims_t *dims = &spc_model_plan(run->model)->dims;
  run->vocab = dims->vocab;
  SPC_RETURN_IF_ERROR(spc_token_file_read(options.tokens, dims->vocab, &run->file));
  uint64_t longest;
  SPC_RETURN_IF_ERROR(check_lengths(run, dims->max_seq, &longest));
  run->batch = run->file.count < dims->max_batch ? run->file.count : dims->max_batch;

  // The session is as large as these sequences need: fewer layers have to be offloaded than for the longest the object can take.
  spc_session_options_t session;
  spc_session_options_init(&session);
  session.max_batch = run->batch;
  session.max_seq = longest + (uint64_t)options.n;
  session.prefill_chunk = (uint64_t)options.chunk;
  session.threads = (int32_t)options.threads;
  session.offload_layers = (int32_t)options.offload_layers;
  session.device_memory = options.device_memory;
  session.full_attention = options.full_attention;
  session.min_captured = options.min_captured;
  session.no_graphs = options.no_graphs;
  session.prefill_attention = options.prefill_attention;
  session.synchronous = options.synchronous;
  SPC_RETURN_IF_ERROR(spc_session_create(run->model, &session, &run->session));
  if (options.trace) SPC_RETURN_IF_ERROR(spc_timeline_open(options.trace, path, run->session, spc_model_plan(run->model), &run->timeline));
  run->chunk = options.chunk ? (uint64_t)options.chunk : dims->prefill_chunk;

  uint64_t rows = options.logits && run->chunk > run->batch ? run->chunk : run->batch;
  SPC_RETURN_IF_ERROR(allocate((void **)&run->samplers, run->batch, sizeof *run->samplers));
  SPC_RETURN_IF_ERROR(allocate((void **)&run->sequences, run->batch, sizeof *run->sequences));
  SPC_RETURN_IF_ERROR(allocate((void **)&run->next, run->batch, sizeof *run->next));
  SPC_RETURN_IF_ERROR(allocate((void **)&run->generated, run->batch * (uint64_t)options.n, sizeof *run->generated));
  SPC_RETURN_IF_ERROR(allocate((void **)&run->logits, rows * run->vocab, sizeof *run->logits));
  if (!options.logits) return NULL;
  return spc_npy_create(options.logits, run->file.count, longest + (uint64_t)options.n, run->vocab, &run->npy);
}

static void release(run_t *run) {
  for (uint64_t i = 0; run->samplers && i < run->batch; ++i) spc_sampler_destroy(run->samplers[i]);
  free(run->samplers);
  free(run->sequences);
  free(run->next);
  free(run->generated);
  free(run->logits);
  spc_token_file_deinit(&run->file);
  spc_session_destroy(run->session);
  spc_model_destroy(run->model);
}

static spc_status_t run_all(const char *path) {
  run_t run = {.last_said = now()};
  spc_status_t status = prepare(&run, path);
  for (size_t first = 0; !status && first < run.file.count; first += run.batch) {
    size_t left = run.file.count - first;
    status = run_group(&run, first, left < run.batch ? left : (size_t)run.batch);
  }
  status = spc_status_join(status, spc_timeline_close(run.timeline));
  bool failed = status;
  status = spc_status_join(status, spc_npy_close(&run.npy, failed));
  if (!status && options.stats) print_stats(&run);
  release(&run);
  return status;
}

int main(int argc, char **argv) {
  spc_cli_args_t args;
  int exit_code;
  if (!spc_cli_start(&cli, argc, argv, &args, &exit_code)) return exit_code;
  if (!options.tokens || options.n < 0) {
    fprintf(stderr, "spc-run: error: %s is missing; usage: spc-run %s\n", options.tokens ? "-n N" : "--tokens=FILE", cli.synopsis);
    return 2;
  }
  return spc_cli_finish(&cli, run_all(args.positional[0]));
}
