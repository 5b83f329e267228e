#include "tools/bench/report.h"

#include <inttypes.h>

#include "spc/memory_model.h"
#include "tools/cost/json_file.h"

#define GB 1e9

static const char *attention(const spc_decode_result_t *result) { return result->full ? "full" : "sparse"; }

void spc_report_header(const spc_report_t *report, FILE *out) {
  const spc_plan_t *plan = report->plan;
  fprintf(out, "%s: %s by %s for %s; %.2f GB of weights%s", report->object, plan->model, plan->compiler, plan->cpu,
          (double)plan->weights_size / GB, report->random_weights ? ", random" : "");
  if (spc_memory_host_weights(plan)) fprintf(out, ", of them %.2f in host memory", (double)spc_memory_host_weights(plan) / GB);
  fputc('\n', out);
  if (plan->dims.budget) {
    fprintf(out, "a sparse step attends to at most %" PRIu64 " tokens a KV head: budget %" PRIu64 ", %" PRIu64 " sink, %" PRIu64 " recent\n",
            spc_work_selected(plan, UINT64_MAX), plan->dims.budget, plan->dims.sink, plan->dims.recent);
  }
}

// ---- Decode

void spc_report_decode_header(const spc_report_t *report, FILE *out) {
  fprintf(out, "\ndecode on %s: median of %" PRIu64 " greedy steps; contexts are random cache rows\n", report->device, report->settings->steps);
  fprintf(out, "GB/step: weights, keys and values to read");
  if (report->bandwidth > 0) fprintf(out, "; floor: at %.0f GB/s", report->bandwidth / GB);
  fprintf(out, "; retrieval: the head's part of a step whose commands do not overlap; memory: allocated\non the device, and over what the plan predicts\n\n");
}

void spc_report_decode_titles(FILE *out) {
  fprintf(out, "%-9s %5s %8s %10s %10s %9s %9s %9s %9s %9s %10s %8s\n", "attention", "batch", "context", "ms/step", "least", "tokens/s", "GB/step", "floor ms",
          "of floor", "retrieval", "memory GB", "over");
}

static void print_share(FILE *out, int width, double share) {
  if (share >= 0) {
    fprintf(out, " %*.1f%%", width - 1, 100 * share);
  } else {
    fprintf(out, " %*s", width, "-");
  }
}

void spc_report_decode(const spc_report_t *report, const spc_decode_result_t *r, FILE *out) {
  fprintf(out, "%-9s %5" PRIu64 " %8" PRIu64, attention(r), r->batch, r->context);
  if (r->does_not_fit) {
    fprintf(out, "  does not fit: %s\n", r->does_not_fit);
    return;
  }
  double bytes = (double)spc_work_bytes(&r->work), floor = report->bandwidth > 0 ? bytes / report->bandwidth : 0;
  double retrieval, all, allocated = (double)r->stats.device_allocated, planned = (double)r->stats.device_total;
  spc_decode_result_retrieval(report->plan, r, &retrieval, &all);
  fprintf(out, " %10.3f %10.3f %9.1f %9.3f", 1e3 * r->step.median, 1e3 * r->step.least, (double)r->batch / r->step.median, bytes / GB);
  if (report->bandwidth > 0) {
    fprintf(out, " %9.3f", 1e3 * floor);
  } else {
    fprintf(out, " %9s", "-");
  }
  print_share(out, 9, report->bandwidth > 0 ? floor / r->step.median : -1);
  print_share(out, 9, !r->full && all > 0 ? retrieval / all : -1);
  fprintf(out, " %10.3f %+7.2f%%", allocated / GB, 100 * (allocated / planned - 1));
  if (r->stats.offloaded_layers) {
    fprintf(out, "  %" PRIu64 " layers offloaded, %.2f MB loaded a step", r->stats.offloaded_layers, r->loaded_bytes / 1e6);
    if (r->linked_bytes < r->loaded_bytes) fprintf(out, " as %.2f", r->linked_bytes / 1e6);
  }
  fputc('\n', out);
  fflush(out);
}

// ---- Prefill

void spc_report_prefill_header(const spc_report_t *report, FILE *out) {
  fprintf(out, "\nprefill on %s: median of %" PRIu64 " after one to warm up, one sequence, in chunks of %" PRIu64 "; TFLOP: linear layers and causal attention\n\n",
          report->device, report->settings->prefills,
          report->settings->session.prefill_chunk ? report->settings->session.prefill_chunk : report->plan->dims.prefill_chunk);
  fprintf(out, "%8s %10s %10s %10s %10s %10s %8s\n", "tokens", "s", "tokens/s", "TFLOP", "TFLOP/s", "memory GB", "over");
}

void spc_report_prefill(const spc_report_t *report, const spc_prefill_result_t *r, FILE *out) {
  (void)report;
  fprintf(out, "%8" PRIu64, r->tokens);
  if (r->does_not_fit) {
    fprintf(out, "  does not fit: %s\n", r->does_not_fit);
    return;
  }
  double allocated = (double)r->stats.device_allocated, planned = (double)r->stats.device_total;
  fprintf(out, " %10.4f %10.1f %10.3f %10.3f %10.3f %+7.2f%%%s%s%s\n", r->prefill.median, (double)r->tokens / r->prefill.median, r->flops / 1e12,
          r->flops / 1e12 / r->prefill.median, allocated / GB, 100 * (allocated / planned - 1), r->stats.gemm_library ? "" : "  without a GEMM library",
          r->stats.attention_library ? "  attention: " : "", r->stats.attention_library ? r->stats.attention_library : "");
  fflush(out);
}

// ---- JSON

static void json_times(FILE *out, const spc_times_t *times) {
  fprintf(out, ", \"seconds\": %.9g, \"least\": %.9g, \"most\": %.9g", times->median, times->least, times->most);
}

static void json_memory(FILE *out, const spc_session_stats_t *stats) {
  fprintf(out, ", \"device_planned\": %" PRIu64 ", \"device_allocated\": %" PRIu64 ", \"host_pools\": %" PRIu64 ", \"offloaded_layers\": %" PRIu64
          ", \"layers_moved_out\": %" PRIu64 ", \"layers_moved_back\": %" PRIu64 ", \"rows_selected\": %" PRIu64 ", \"rows_loaded\": %" PRIu64
          ", \"bytes_loaded\": %" PRIu64 ", \"bytes_offloaded\": %" PRIu64,
          stats->device_total, stats->device_allocated, stats->host_pools, stats->offloaded_layers, stats->layers_moved_out, stats->layers_moved_back,
          stats->rows_selected, stats->rows_loaded, stats->bytes_loaded, stats->bytes_offloaded);
}

static void json_does_not_fit(FILE *out, const char *why) {
  fprintf(out, ", \"does_not_fit\": ");
  spc_json_print_string(out, why);
}

static void json_decode(const spc_report_t *report, const spc_decode_result_t *r, FILE *out) {
  fprintf(out, "    {\"attention\": \"%s\", \"batch\": %" PRIu64 ", \"context\": %" PRIu64, attention(r), r->batch, r->context);
  if (r->does_not_fit) {
    json_does_not_fit(out, r->does_not_fit);
  } else {
    double retrieval, all;
    spc_decode_result_retrieval(report->plan, r, &retrieval, &all);
    json_times(out, &r->step);
    fprintf(out, ", \"tokens_per_second\": %.9g, \"weight_bytes\": %" PRIu64 ", \"kv_bytes\": %" PRIu64 ", \"retrieval_bytes\": %" PRIu64,
            (double)r->batch / r->step.median, r->work.weight_bytes, r->work.kv_bytes, r->work.retrieval_bytes);
    if (report->bandwidth > 0) fprintf(out, ", \"floor_seconds\": %.9g", (double)spc_work_bytes(&r->work) / report->bandwidth);
    fprintf(out, ", \"profiled_seconds\": %.9g", all);
    if (!r->full) {
      double before, after;
      spc_decode_result_outside_transfers(report->plan, r, &before, &after);
      fprintf(out, ", \"retrieval_seconds\": %.9g, \"before_transfers_seconds\": %.9g, \"after_transfers_seconds\": %.9g", retrieval, before, after);
    }
    // Counted by the runtime: of a step, and of a timed step.
    fprintf(out, ", \"kv_bytes_attended\": %.9g, \"loaded_bytes\": %.9g, \"linked_bytes\": %.9g", (double)r->stats.kv_bytes_attended / (double)r->stats.decode_steps, r->loaded_bytes,
            r->linked_bytes);
    json_memory(out, &r->stats);
  }
  fputc('}', out);
}

static void json_prefill(const spc_prefill_result_t *r, FILE *out) {
  fprintf(out, "    {\"tokens\": %" PRIu64, r->tokens);
  if (r->does_not_fit) {
    json_does_not_fit(out, r->does_not_fit);
  } else {
    json_times(out, &r->prefill);
    fprintf(out, ", \"flops\": %.17g, \"flops_per_second\": %.9g, \"gemm_library\": %s", r->flops, r->flops / r->prefill.median,
            r->stats.gemm_library ? "true" : "false");
    if (r->stats.attention_library) {
      fprintf(out, ", \"attention_library\": ");
      spc_json_print_string(out, r->stats.attention_library);
    }
    json_memory(out, &r->stats);
  }
  fputc('}', out);
}

static void json_fields(const spc_report_t *report, FILE *out) {
  const struct {
    const char *name, *value;
  } strings[] = {{"object", report->object}, {"model", report->plan->model}, {"compiler", report->plan->compiler}, {"target", report->plan->cpu},
                 {"runtime", spc_version()}, {"device", report->device}};
  for (size_t i = 0; i < sizeof strings / sizeof *strings; ++i) {
    fprintf(out, "  \"%s\": ", strings[i].name);
    spc_json_print_string(out, strings[i].value);
    fprintf(out, ",\n");
  }
  const spc_dims_t *d = &report->plan->dims;
  fprintf(out, "  \"random_weights\": %s,\n  \"weights_bytes\": %" PRIu64 ",\n", report->random_weights ? "true" : "false", report->plan->weights_size);
  fprintf(out, "  \"host_weights_bytes\": %" PRIu64 ",\n", spc_memory_host_weights(report->plan));
  fprintf(out, "  \"budget\": %" PRIu64 ", \"sink\": %" PRIu64 ", \"recent\": %" PRIu64 ",\n", d->budget, d->sink, d->recent);
  fprintf(out, "  \"bandwidth\": %.9g,\n  \"steps\": %" PRIu64 ",\n", report->bandwidth, report->settings->steps);
}

spc_status_t spc_report_json(const spc_report_t *report, const char *path) {
  FILE *out = fopen(path, "w");
  if (!out) return SPC_STATUS(SPC_IO, "%s: cannot write: %m", path);
  fprintf(out, "{\n");
  json_fields(report, out);
  fprintf(out, "  \"decode\": [");
  for (size_t i = 0; i < report->decode_count; ++i) {
    fprintf(out, i ? ",\n" : "\n");
    json_decode(report, &report->decodes[i], out);
  }
  fprintf(out, "\n  ],\n  \"prefill\": [");
  for (size_t i = 0; i < report->prefill_count; ++i) {
    fprintf(out, i ? ",\n" : "\n");
    json_prefill(&report->prefills[i], out);
  }
  fprintf(out, "\n  ]\n}\n");
  bool failed = ferror(out);
  failed = fclose(out) != 0 || failed;
  return failed ? SPC_STATUS(SPC_IO, "%s: cannot write: %m", path) : NULL;
}
