// The answer as text.
#include <inttypes.h>

#include "tools/plan/plan.h"

typedef struct unit_t {
  const char *name;
  double bytes;
} unit_t;

// One unit for a whole table, so that its columns can be compared.
static unit_t unit_for(uint64_t largest) {
  static const unit_t units[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}};
  for (int i = 0; i < 2; ++i) {
    if ((double)largest >= units[i].bytes) return units[i];
  }
  return units[2];
}

static const char *attention(const spc_plan_report_t *report) {
  bool sparse = !report->limits.full_attention && report->plan->programs[SPC_PROGRAM_DECODE].command_count > 0;
  return sparse ? "sparse" : "full-attention";
}

static void print_limit(FILE *out, const char *name, uint64_t bytes) {
  if (bytes) {
    fprintf(out, "%s %.3f GiB", name, (double)bytes / (1 << 30));
  } else {
    fprintf(out, "%s unlimited", name);
  }
}

static void print_header(const spc_plan_report_t *r, FILE *out) {
  const spc_dims_t *d = &r->plan->dims;
  fprintf(out, "%s: %s for %s; %" PRIu64 " layers, %" PRIu64 " KV heads of %" PRIu64 ", at most %" PRIu64 " sequences of %" PRIu64 " tokens\n", r->object,
          r->plan->model, r->plan->cpu, d->layers, d->kv_heads, d->head_size, d->max_batch, d->max_seq);
  if (d->budget) {
    fprintf(out, "a sparse step attends to at most %" PRIu64 " tokens a KV head: budget %" PRIu64 ", %" PRIu64 " sink, %" PRIu64 " recent\n",
            spc_work_selected(r->plan, UINT64_MAX), d->budget, d->sink, d->recent);
  }
  print_limit(out, "device memory", r->limits.device_memory);
  fprintf(out, " (%s), ", r->device_memory_source);
  print_limit(out, "host memory", r->limits.host_memory);
  if (spc_memory_host_weights(r->plan)) fprintf(out, ", of which embedding tables take %.3f GiB", (double)spc_memory_host_weights(r->plan) / (1 << 30));
  const spc_cost_rates_t *rates = &r->limits.rates;
  if (rates->memory_bandwidth > 0) {
    fprintf(out, "\nmemory %.1f GB/s, ", rates->memory_bandwidth / 1e9);
    if (rates->link_bandwidth > 0) fprintf(out, "link %.2f GB/s, ", rates->link_bandwidth / 1e9);
    fprintf(out, "%.3f us a command and %.3f us for each further sequence (%s); %.1f%% of the selected rows change a step\n", 1e6 * rates->launch_seconds,
            1e6 * rates->row_seconds, r->rates_source, 100 * r->limits.change_rate);
  } else {
    fprintf(out, "\nno predicted times: give --calibration=FILE (spc-bench --calibrate=FILE writes one) or --memory-bandwidth and --link-bandwidth\n");
  }
}

static void print_times(const spc_plan_row_t *row, FILE *out) {
  if (!row->timed) {
    fprintf(out, " %10s %9s %10s\n", "-", "-", "-");
    return;
  }
  fprintf(out, " %10.3f %9.3f %10.1f\n", 1e3 * row->time.seconds, 1e3 * (row->time.seconds - row->time.compute_seconds), row->tokens_per_second);
}

// Why not.
static void print_lacking(const spc_plan_report_t *r, const spc_plan_row_t *row, FILE *out) {
  const spc_machine_limits_t *l = &r->limits;
  bool device = l->device_memory && row->use.device > l->device_memory;
  uint64_t lacks = device ? row->use.device - l->device_memory : row->use.host - l->host_memory;
  fprintf(out, "  does not fit: with %" PRIu64 " layers out %s memory lacks %" PRIu64 " bytes\n", row->offloaded, device ? "device" : "host", lacks);
}

static void print_rows(const spc_plan_report_t *r, FILE *out) {
  uint64_t largest = 0;
  for (size_t i = 0; i < r->length_count; ++i) {
    if (r->rows[i].use.device > largest) largest = r->rows[i].use.device;
  }
  unit_t unit = unit_for(largest);
  fprintf(out, "\n%" PRIu64 " sequence%s: device memory by buffer and host memory in %s; predicted %s step, and how much of it is due to copies\n\n",
          r->batch, r->batch == 1 ? "" : "s", unit.name, attention(r));
  fprintf(out, "%8s %4s", "length", "out");
  for (int b = 0; b < SPC_BUFFERS; ++b) fprintf(out, " %11s", spc_buffer_names[b]);
  fprintf(out, " %11s %11s %10s %9s %10s\n", "device", "host", "step ms", "copies ms", "tokens/s");
  for (size_t i = 0; i < r->length_count; ++i) {
    const spc_plan_row_t *row = &r->rows[i];
    fprintf(out, "%8" PRIu64, row->tokens);
    if (!row->fits) {
      print_lacking(r, row, out);
      continue;
    }
    fprintf(out, " %4" PRIu64, row->offloaded);
    for (int b = 0; b < SPC_BUFFERS; ++b) fprintf(out, " %11.3f", (double)row->use.buffers[b] / unit.bytes);
    fprintf(out, " %11.3f %11.3f", (double)row->use.device / unit.bytes, (double)row->use.host / unit.bytes);
    print_times(row, out);
  }
}

static void print_thresholds(const spc_plan_report_t *r, FILE *out) {
  uint64_t layers = r->plan->dims.layers, most = r->plan->dims.max_seq;
  fprintf(out, "\nthe longest that %" PRIu64 " sequence%s may be in device memory with so many layers out:\n", r->batch, r->batch == 1 ? "" : "s");
  for (uint64_t n = 0, column = 0; n <= layers; ++n) {
    fprintf(out, "  %3" PRIu64 ": %-8" PRIu64, n, r->thresholds[n]);
    bool last = n == layers || r->thresholds[n] == most;  // more out change nothing
    if (++column % 8 == 0 || last) fputc('\n', out);
    if (last) break;
  }
}

static void print_best(const spc_plan_report_t *r, FILE *out) {
  uint64_t largest = 0;
  for (size_t i = 0; i < r->length_count; ++i) {
    if (r->best[i].use.device > largest) largest = r->best[i].use.device;
  }
  unit_t unit = unit_for(largest);
  fprintf(out, "\nthe most tokens a second, %s; memory in %s:\n\n", attention(r), unit.name);
  fprintf(out, "%8s %6s %4s %11s %11s %10s %9s %10s %7s %10s\n", "length", "batch", "out", "device", "host", "step ms", "copies ms", "tokens/s", "chunk",
          "prefill s");
  for (size_t i = 0; i < r->length_count; ++i) {
    const spc_plan_row_t *row = &r->best[i];
    fprintf(out, "%8" PRIu64, row->tokens);
    if (!row->timed) {
      if (row->fits) fprintf(out, "  fits with layers out only: give --link-bandwidth\n");
      else print_lacking(r, row, out);
      continue;
    }
    fprintf(out, " %6" PRIu64 " %4" PRIu64 " %11.3f %11.3f %10.3f %9.3f %10.1f %7" PRIu64, row->batch, row->offloaded, (double)row->use.device / unit.bytes,
            (double)row->use.host / unit.bytes, 1e3 * row->time.seconds, 1e3 * (row->time.seconds - row->time.compute_seconds), row->tokens_per_second, r->best_chunk[i]);
    if (r->prefill_seconds[i] > 0) {
      fprintf(out, " %10.4f\n", r->prefill_seconds[i]);
    } else {
      fprintf(out, " %10s\n", "-");
    }
  }
}

void spc_plan_report_print(const spc_plan_report_t *report, FILE *out) {
  print_header(report, out);
  print_rows(report, out);
  if (report->limits.device_memory) print_thresholds(report, out);
  if (report->limits.rates.memory_bandwidth > 0) print_best(report, out);
}
