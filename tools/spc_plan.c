// spc-plan: what a compiled object will take and reach on a machine, from its plan alone.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "spc/spc.h"
#include "tools/cli/flags.h"
#include "tools/cost/calibration.h"
#include "tools/plan/plan.h"

static struct {
  uint64_t lengths[SPC_PLAN_LENGTHS];
  size_t length_count;
  uint64_t device_memory, host_memory;
  const char *calibration, *svg, *json;
  double memory_bandwidth, link_bandwidth, change_rate;
  int64_t batch;
  bool full_attention, device_given, host_given, memory_given, link_given;
} options = {.change_rate = 0.2};

static spc_status_t parse_lengths(void *user, const char *name, const char *value) {
  (void)user;
  (void)name;
  return spc_list_parse(value, "8192,32768", SPC_PLAN_LENGTHS, options.lengths, &options.length_count);
}

static const spc_flag_t flags[] = {
    {"device-memory", SPC_FLAG_SIZE, &options.device_memory, .value_name = "SIZE", .given = &options.device_given,
     .help = "24GiB; 0: unlimited; default: what the object was compiled for, else the\ncalibration's device"},
    {"host-memory", SPC_FLAG_SIZE, &options.host_memory, .value_name = "SIZE", .given = &options.host_given,
     .help = "for the caches of layers that are out, and embedding tables; 0: unlimited; default: the\ncalibration's machine"},
    {"calibration", SPC_FLAG_STRING, &options.calibration, .value_name = "FILE", .help = "what spc-bench --calibrate=FILE measured: bandwidths and what a command costs"},
    {"memory-bandwidth", SPC_FLAG_FLOAT, &options.memory_bandwidth, .value_name = "GB/S", .given = &options.memory_given,
     .help = "of device memory, instead of the calibration's"},
    {"link-bandwidth", SPC_FLAG_FLOAT, &options.link_bandwidth, .value_name = "GB/S", .given = &options.link_given,
     .help = "between host and device, as prefetches of rows reach it"},
    {"change-rate", SPC_FLAG_FLOAT, &options.change_rate, .value_name = "SHARE", .help = "of the selected rows, those that the step before did not select (0.2)"},
    {"lengths", SPC_FLAG_CALL, NULL, .value_name = "LIST", .help = "tokens of a sequence: 8192,32768; default: powers of two from 1024 to the\nobject's max_seq",
     .call = parse_lengths},
    {"length", SPC_FLAG_CALL, NULL, .value_name = "N", .help = "the same for one", .call = parse_lengths},
    {"batch", SPC_FLAG_INT, &options.batch, .value_name = "N", .help = "sequences of the memory table, thresholds and drawing; default: as many as\nthe object was compiled for",
     .min = 1, .max = 65536},
    {"full-attention", SPC_FLAG_BOOL, &options.full_attention, .help = "predict steps that attend to all tokens"},
    {"svg", SPC_FLAG_STRING, &options.svg, .value_name = "FILE", .help = "draw memory against length, stacked by buffer, with the thresholds"},
    {"json", SPC_FLAG_STRING, &options.json, .value_name = "FILE", .help = "also write every figure there, in bytes and seconds"},
    {0}};

static const spc_cli_t cli = {
    .program = "spc-plan",
    .synopsis = "MODEL.so [--calibration=FILE] [--device-memory=SIZE] [--lengths=LIST] [flags]",
    .summary = "Says what a compiled object will take and reach, from its plan alone: no weights, GPU or memory for the model are needed.\n"
               "By context length: how many layers' caches have to live in host memory, the bytes of every buffer, and the predicted time\n"
               "of a decode step; the longest sequences that fit with each number of layers out; and the batch, layers out and prefill\n"
               "chunk that give the most tokens a second. docs/planning.md has the formulas, and predictions beside measurements.",
    .flags = flags,
    .min_positional = 1,
    .max_positional = 1,
    .epilogue = "Examples:\n"
                "  spc-plan libllama.so --device-memory=24GiB\n"
                "  spc-plan libllama.so --device-memory=24GiB --calibration=h100.json --lengths=32768,131072 --batch=8 --svg=memory.svg\n"
                "  spc-plan libllama.so --memory-bandwidth=4000 --link-bandwidth=50 --change-rate=0.1",
};

static spc_status_t take_calibration(spc_plan_report_t *report) {
  if (!options.calibration) return NULL;
  spc_calibration_t *calibration = malloc(sizeof *calibration);
  if (!calibration) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a calibration");
  spc_status_t status = spc_calibration_read(options.calibration, calibration);
  if (!status) {
    report->limits.rates = calibration->rates;
    report->limits.host_memory = calibration->host_memory;
    report->rates_source = options.calibration;
    if (report->limits.device_memory == 0) {
      report->limits.device_memory = calibration->device_memory;
      report->device_memory_source = options.calibration;
    }
  }
  free(calibration);
  return status;
}

static spc_status_t take_limits(spc_plan_report_t *report) {
  spc_machine_limits_t *limits = &report->limits;
  limits->device_memory = report->plan->device_memory;
  report->device_memory_source = limits->device_memory ? "as compiled" : "nothing said";
  report->rates_source = "as given";
  SPC_RETURN_IF_ERROR(take_calibration(report));
  if (options.device_given) {
    limits->device_memory = options.device_memory;
    report->device_memory_source = "as given";
  }
  if (options.host_given) limits->host_memory = options.host_memory;
  if (options.memory_given) limits->rates.memory_bandwidth = 1e9 * options.memory_bandwidth;
  if (options.link_given) limits->rates.link_bandwidth = 1e9 * options.link_bandwidth;
  limits->change_rate = options.change_rate;
  limits->full_attention = options.full_attention;
  return NULL;
}

static void default_lengths(uint64_t max_seq) {
  uint64_t first = 1024;
  while (first > 64 && first * 2 > max_seq) first /= 2;
  for (uint64_t length = first; length < max_seq && options.length_count + 1 < SPC_PLAN_LENGTHS; length *= 2) {
    options.lengths[options.length_count++] = length;
  }
  options.lengths[options.length_count++] = max_seq;
}

static spc_status_t take_lengths(const spc_dims_t *dims) {
  if (options.length_count == 0) default_lengths(dims->max_seq);
  for (size_t i = 0; i < options.length_count; ++i) {
    if (options.lengths[i] > dims->max_seq) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "a length of %" PRIu64 " is more than the %" PRIu64 " tokens that the object was compiled for (--max-seq of "
                        "spc-compile)", options.lengths[i], dims->max_seq);
    }
  }
  if ((uint64_t)options.batch > dims->max_batch) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "--batch=%" PRId64 " is more than the %" PRIu64 " sequences that the object was compiled for (--max-batch of "
                      "spc-compile)", options.batch, dims->max_batch);
  }
  return NULL;
}

static spc_status_t answer(const char *path, const spc_plan_t *plan) {
  spc_plan_report_t *report = calloc(1, sizeof *report);
  if (!report) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a report");
  report->object = path;
  report->plan = plan;
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(take_lengths(&plan->dims));
  SPC_GOTO_IF_ERROR(take_limits(report));
  report->batch = options.batch ? (uint64_t)options.batch : plan->dims.max_batch;
  SPC_GOTO_IF_ERROR(spc_plan_report_fill(report, options.lengths, options.length_count));
  spc_plan_report_print(report, stdout);
  if (options.svg) SPC_GOTO_IF_ERROR(spc_plan_report_svg(report, options.svg));
  if (options.json) SPC_GOTO_IF_ERROR(spc_plan_report_json(report, options.json));
cleanup:
  spc_plan_report_deinit(report);
  free(report);
  return status;
}

static spc_status_t run(const char *path) {
  spc_plan_file_t *file;
  SPC_RETURN_IF_ERROR(spc_plan_open(path, &file));
  spc_status_t status = answer(path, spc_plan_of(file));
  spc_plan_close(file);
  return status;
}

static const char *check_flags(void) {
  if (!(options.change_rate >= 0 && options.change_rate <= 1)) return "--change-rate is a share, from 0 to 1";
  if (options.memory_given && options.memory_bandwidth <= 0) return "--memory-bandwidth is not above 0";
  if (options.link_given && options.link_bandwidth <= 0) return "--link-bandwidth is not above 0";
  return NULL;
}

int main(int argc, char **argv) {
  spc_cli_args_t args;
  int exit_code;
  if (!spc_cli_start(&cli, argc, argv, &args, &exit_code)) return exit_code;
  const char *wrong = check_flags();
  if (wrong) return spc_cli_refuse(&cli, wrong);
  return spc_cli_finish(&cli, run(args.positional[0]));
}
