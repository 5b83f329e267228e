// spc-bench: how long decode steps and prefills of a compiled object take, and what the hardware allows at best.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "spc/spc.h"
#include "tools/bench/calibrate.h"
#include "tools/bench/report.h"
#include "tools/cli/flags.h"
#include "tools/cli/prefill_attention.h"

#define LIST_MAX 16

typedef struct list_t {
  uint64_t values[LIST_MAX];
  size_t count;
} list_t;

static struct {
  list_t batch, context, prefill;
  const char *weights, *json, *step_times, *calibration;
  int64_t steps, warmup, prefills, threads, offload_layers, chunk, seed, device;
  uint64_t device_memory;
  double bandwidth, change_rate;
  bool full_attention, profile, no_graphs, calibrate;
  spc_prefill_attention_t prefill_attention;
} options = {.steps = 32, .warmup = 4, .prefills = 3, .offload_layers = -1};

static spc_status_t parse_list(void *user, const char *name, const char *value) {
  (void)name;
  list_t *list = user;
  return spc_list_parse(value, "1,8,24", LIST_MAX, list->values, &list->count);
}

static spc_status_t take_calibrate(void *user, const char *name, const char *value) {
  (void)user;
  (void)name;
  if (value && !*value) return SPC_STATUS(SPC_INVALID_ARGUMENT, "the file has no name");
  options.calibrate = true;
  options.calibration = value;
  return NULL;
}

static const spc_flag_t flags[] = {
    {"batch", SPC_FLAG_CALL, &options.batch, .value_name = "LIST", .help = "sequences of a decode step: 1,8,24 (default: 1)", .call = parse_list},
    {"context", SPC_FLAG_CALL, &options.context, .value_name = "LIST",
     .help = "tokens that each sequence has before the first step: 1024,32768;\nevery batch is measured at every context", .call = parse_list},
    {"full-attention", SPC_FLAG_BOOL, &options.full_attention, .help = "after each sparse case also the same with full attention (an object without\nretriever has "
                                                                       "full attention only)"},
    {"prefill", SPC_FLAG_CALL, &options.prefill, .value_name = "LIST", .help = "tokens of a prefill of one sequence: 4096,32768", .call = parse_list},
    {"calibrate", SPC_FLAG_CALL, NULL, .value_name = "[=FILE]", .help = "measure what spc-plan predicts with: bandwidths, a few steps, a prefill; FILE gets\n"
                                                                        "them as JSON, for spc-plan --calibration", .call = take_calibrate},
    {"weights", SPC_FLAG_STRING, &options.weights, .value_name = "SOURCE",
     .help = "file (default): those beside the object; random: made on the device, for\nobjects compiled with --no-weights"},
    {"bandwidth", SPC_FLAG_FLOAT, &options.bandwidth, .value_name = "GB/S",
     .help = "what the memory reaches, measured by a copy or a read of it (read plus\nwritten bytes); without it no floor is printed"},
    {"steps", SPC_FLAG_INT, &options.steps, .value_name = "N", .help = "timed decode steps of a case (32)", .min = 1, .max = 1 << 20},
    {"warmup", SPC_FLAG_INT, &options.warmup, .value_name = "N", .help = "steps before those (4)", .min = 1, .max = 1 << 20},
    {"prefills", SPC_FLAG_INT, &options.prefills, .value_name = "N", .help = "timed prefills of a length, after one to warm up (3)", .min = 1, .max = 1 << 20},
    {"profile", SPC_FLAG_BOOL, &options.profile, .help = "after each decode case, where its time goes: commands one after the other"},
    {"json", SPC_FLAG_STRING, &options.json, .value_name = "FILE", .help = "also write every figure there, in bytes and seconds"},
    {"step-times", SPC_FLAG_STRING, &options.step_times, .value_name = "FILE",
     .help = "also write every timed step there, one a line: batch, tokens, attention,\nseconds, layers in host memory"},
    {"threads", SPC_FLAG_INT, &options.threads, .value_name = "N", .help = "of the CPU target; 0, the default: one a CPU", .min = 0, .max = 1024},
    {"device", SPC_FLAG_INT, &options.device, .value_name = "N", .help = "the GPU, counted from 0 (0)", .min = 0, .max = 1024},
    {"offload-layers", SPC_FLAG_INT, &options.offload_layers, .value_name = "N",
     .help = "layers whose KV cache is in host memory; default: as few as the tokens in\nuse need", .min = -1, .max = 65536},
    {"device-memory", SPC_FLAG_SIZE, &options.device_memory, .value_name = "SIZE", .help = "instead of the object's: 512MiB, 24GiB"},
    {"chunk", SPC_FLAG_INT, &options.chunk, .value_name = "N", .help = "tokens of a prefill call; default: the object's", .min = 0, .max = 1 << 20},
    {"no-graphs", SPC_FLAG_BOOL, &options.no_graphs, .help = "CUDA: launch the commands of decode steps one by one"},
    SPC_PREFILL_ATTENTION_FLAG(&options.prefill_attention),
    {"change-rate", SPC_FLAG_FLOAT, &options.change_rate, .value_name = "SHARE",
     .help = "random selections of which this share changes from step to step, as 0.2,\ninstead of the retriever's choice, which is computed all the same"},
    {"seed", SPC_FLAG_INT, &options.seed, .value_name = "K", .help = "of random weights, cache rows and tokens", .min = 0, .max = INT64_MAX},
    {0}};

static const spc_cli_t cli = {
    .program = "spc-bench",
    .synopsis = "MODEL.so [--batch=LIST --context=LIST] [--prefill=LIST] [--calibrate[=FILE]] [flags]",
    .summary = "Times decode steps over a grid of batches and contexts, and prefills by length. Beside each time stand the bytes\n"
               "that a step has to read (weights, and the keys and values it attends to), how long those take at --bandwidth,\n"
               "the share of that floor that was reached, the retrieval head's part, and device memory against the plan's figure.\n"
               "Contexts are filled with random cache rows instead of a prefill, so decoded tokens mean nothing. A case that the\n"
               "device cannot hold is reported, and the next one follows.",
    .flags = flags,
    .min_positional = 1,
    .max_positional = 1,
    .epilogue = "Examples:\n"
                "  spc-bench libllama.so --batch=1,8 --context=1024,8192 --full-attention\n"
                "  spc-bench libllama.so --calibrate=machine.json && spc-plan libllama.so --calibration=machine.json\n"
                "  spc-bench libllama8b.so --weights=random --batch=1,8,24 --context=32768 --prefill=32768 --bandwidth=4240 --json=h200.json",
};

typedef struct bench_t {
  spc_model_t *model;
  spc_bench_settings_t settings;
  spc_report_t report;
  spc_decode_result_t decodes[2 * LIST_MAX * LIST_MAX];
  spc_prefill_result_t prefills[LIST_MAX];
} bench_t;

static spc_status_t decode_case(bench_t *bench, uint64_t batch, uint64_t context, bool full) {
  spc_decode_result_t *result = &bench->decodes[bench->report.decode_count];
  SPC_RETURN_IF_ERROR(spc_bench_decode(bench->model, &bench->settings, batch, context, full, result));
  bool first = bench->report.decode_count++ == 0;
  if (result->stats.device_name) bench->report.device = result->stats.device_name;
  if (first) spc_report_decode_header(&bench->report, stdout);
  if (first || options.profile) spc_report_decode_titles(stdout);
  spc_report_decode(&bench->report, result, stdout);
  return options.profile && result->command_seconds ? spc_report_profile(&bench->report, result, stdout) : NULL;
}

static spc_status_t run_decodes(bench_t *bench) {
  bool sparse = spc_model_has_retriever(bench->model);
  for (size_t c = 0; c < options.context.count; ++c) {
    for (size_t b = 0; b < options.batch.count; ++b) {
      uint64_t context = options.context.values[c], batch = options.batch.values[b];
      if (sparse) SPC_RETURN_IF_ERROR(decode_case(bench, batch, context, false));
      if (!sparse || options.full_attention) SPC_RETURN_IF_ERROR(decode_case(bench, batch, context, true));
    }
  }
  return NULL;
}

static spc_status_t run_prefills(bench_t *bench) {
  for (size_t i = 0; i < options.prefill.count; ++i) {
    spc_prefill_result_t *result = &bench->prefills[i];
    SPC_RETURN_IF_ERROR(spc_bench_prefill(bench->model, &bench->settings, options.prefill.values[i], result));
    if (result->stats.device_name) bench->report.device = result->stats.device_name;
    if (bench->report.prefill_count++ == 0) spc_report_prefill_header(&bench->report, stdout);
    spc_report_prefill(&bench->report, result, stdout);
  }
  return NULL;
}

static spc_status_t run_calibration(bench_t *bench, const char *path) {
  spc_calibration_t *calibration = calloc(1, sizeof *calibration);
  if (!calibration) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu bytes of results", sizeof *calibration);
  spc_status_t status = spc_bench_calibrate(bench->model, &bench->settings, path, calibration);
  if (!status && options.calibration) status = spc_calibration_write(calibration, options.calibration);
  free(calibration);
  return status;
}

static spc_status_t prepare(bench_t *bench, const char *path) {
  bool random = options.weights && strcmp(options.weights, "random") == 0;
  spc_model_options_t load;
  spc_model_options_init(&load);
  load.random_weights = random;
  load.seed = (uint64_t)options.seed;
  load.device = (int32_t)options.device;
  SPC_RETURN_IF_ERROR(spc_model_load_with(path, &load, &bench->model));
  bench->settings = (spc_bench_settings_t){.steps = (uint64_t)options.steps, .warmup = (uint64_t)options.warmup, .prefills = (uint64_t)options.prefills,
                                           .seed = (uint64_t)options.seed};
  spc_session_options_init(&bench->settings.session);
  bench->settings.session.prefill_chunk = (uint64_t)options.chunk;
  bench->settings.session.threads = (int32_t)options.threads;
  bench->settings.session.offload_layers = (int32_t)options.offload_layers;
  bench->settings.session.no_graphs = options.no_graphs;
  bench->settings.session.prefill_attention = options.prefill_attention;
  bench->settings.session.device_memory = options.device_memory;
  bench->settings.session.synthetic_change = options.change_rate;
  bench->report = (spc_report_t){.object = path, .plan = spc_model_plan(bench->model), .random_weights = random, .bandwidth = 1e9 * options.bandwidth,
                                 .settings = &bench->settings, .device = spc_model_plan(bench->model)->cpu, .decodes = bench->decodes, .prefills = bench->prefills};
  return NULL;
}

static spc_status_t run(const char *path) {
  bench_t *bench = calloc(1, sizeof *bench);
  if (!bench) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu bytes of results", sizeof *bench);
  spc_status_t status = prepare(bench, path);
  if (!status && options.step_times && !(bench->settings.step_times = fopen(options.step_times, "w"))) {
    status = SPC_STATUS(SPC_IO, "%s: %s", options.step_times, strerror(errno));
  }
  if (!status) {
    spc_report_header(&bench->report, stdout);
    status = run_decodes(bench);
    if (!status) status = run_prefills(bench);
    if (!status && options.calibrate) status = run_calibration(bench, path);
    if (options.json) status = spc_status_join(status, spc_report_json(&bench->report, options.json));  // also what was measured before an error
  }
  if (bench->settings.step_times && fclose(bench->settings.step_times) != 0) {
    status = spc_status_join(status, SPC_STATUS(SPC_IO, "%s: cannot write", options.step_times));
  }
  for (size_t i = 0; i < bench->report.decode_count; ++i) spc_decode_result_deinit(&bench->decodes[i]);
  for (size_t i = 0; i < bench->report.prefill_count; ++i) spc_prefill_result_deinit(&bench->prefills[i]);
  spc_model_destroy(bench->model);
  free(bench);
  return status;
}

static const char *check_flags(void) {
  if (options.context.count == 0 && options.prefill.count == 0 && !options.calibrate) {
    return "nothing to measure: give --context=LIST, --prefill=LIST, --calibrate or several";
  }
  if (options.context.count == 0 && options.batch.count > 0) return "--batch needs --context=LIST";
  if (options.bandwidth < 0) return "--bandwidth is negative";
  if (options.weights && strcmp(options.weights, "file") != 0 && strcmp(options.weights, "random") != 0) return "--weights is neither file nor random";
  return NULL;
}

int main(int argc, char **argv) {
  spc_cli_args_t args;
  int exit_code;
  if (!spc_cli_start(&cli, argc, argv, &args, &exit_code)) return exit_code;
  const char *wrong = check_flags();
  if (wrong) return spc_cli_refuse(&cli, wrong);
  if (options.batch.count == 0) options.batch = (list_t){{1}, 1};
  return spc_cli_finish(&cli, run(args.positional[0]));
}
