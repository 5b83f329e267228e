// The answer as JSON: bytes and seconds.
#include "tools/cost/json_file.h"
#include "tools/plan/plan.h"

static cJSON *row_object(const spc_plan_row_t *row) {
  cJSON *o = cJSON_CreateObject();
  if (!o) return NULL;
  cJSON_AddNumberToObject(o, "length", (double)row->tokens);
  cJSON_AddNumberToObject(o, "batch", (double)row->batch);
  cJSON_AddBoolToObject(o, "fits", row->fits);
  cJSON_AddNumberToObject(o, "layers_out", (double)row->offloaded);
  cJSON *buffers = cJSON_AddObjectToObject(o, "device_bytes");
  for (int b = 0; buffers && b < SPC_BUFFERS; ++b) cJSON_AddNumberToObject(buffers, spc_buffer_names[b], (double)row->use.buffers[b]);
  cJSON_AddNumberToObject(o, "device", (double)row->use.device);
  cJSON_AddNumberToObject(o, "host", (double)row->use.host);
  if (row->timed) {
    cJSON_AddNumberToObject(o, "seconds", row->time.seconds);
    cJSON_AddNumberToObject(o, "compute_seconds", row->time.compute_seconds);
    cJSON_AddNumberToObject(o, "wait_seconds", row->time.wait_seconds);
    cJSON_AddNumberToObject(o, "slowed_seconds", row->time.slowed_seconds);
    cJSON_AddNumberToObject(o, "copy_seconds", row->time.copy_seconds);
    cJSON_AddNumberToObject(o, "link_bytes", (double)row->time.link_bytes);
    cJSON_AddNumberToObject(o, "tokens_per_second", row->tokens_per_second);
  }
  return o;
}

static void add_limits(cJSON *o, const spc_plan_report_t *r) {
  cJSON_AddStringToObject(o, "object", r->object);
  cJSON_AddStringToObject(o, "model", r->plan->model);
  cJSON_AddStringToObject(o, "target", r->plan->cpu);
  cJSON_AddNumberToObject(o, "layers", (double)r->plan->dims.layers);
  cJSON_AddNumberToObject(o, "max_seq", (double)r->plan->dims.max_seq);
  cJSON_AddNumberToObject(o, "max_batch", (double)r->plan->dims.max_batch);
  cJSON_AddNumberToObject(o, "device_memory", (double)r->limits.device_memory);
  cJSON_AddNumberToObject(o, "host_memory", (double)r->limits.host_memory);
  cJSON_AddNumberToObject(o, "host_weights", (double)spc_memory_host_weights(r->plan));
  cJSON_AddNumberToObject(o, "memory_bandwidth", r->limits.rates.memory_bandwidth);
  cJSON_AddNumberToObject(o, "link_bandwidth", r->limits.rates.link_bandwidth);
  cJSON_AddNumberToObject(o, "multiprocessors", (double)r->limits.rates.multiprocessors);
  cJSON_AddNumberToObject(o, "launch_seconds", r->limits.rates.launch_seconds);
  cJSON_AddNumberToObject(o, "row_seconds", r->limits.rates.row_seconds);
  cJSON_AddNumberToObject(o, "prefill_flops", r->limits.rates.prefill_flops);
  cJSON_AddNumberToObject(o, "change_rate", r->limits.change_rate);
  cJSON_AddBoolToObject(o, "full_attention", r->limits.full_attention);
  cJSON_AddNumberToObject(o, "batch", (double)r->batch);
}

spc_status_t spc_plan_report_json(const spc_plan_report_t *report, const char *path) {
  cJSON *o = cJSON_CreateObject();
  if (!o) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory to write it", path);
  add_limits(o, report);
  cJSON *thresholds = cJSON_AddArrayToObject(o, "thresholds");
  for (uint64_t n = 0; thresholds && n <= report->plan->dims.layers; ++n) {
    cJSON_AddItemToArray(thresholds, cJSON_CreateNumber((double)report->thresholds[n]));
  }
  cJSON *rows = cJSON_AddArrayToObject(o, "lengths"), *bests = cJSON_AddArrayToObject(o, "best");
  for (size_t i = 0; rows && bests && i < report->length_count; ++i) {
    cJSON_AddItemToArray(rows, row_object(&report->rows[i]));
    cJSON *best = row_object(&report->best[i]);
    if (!best) continue;
    cJSON_AddNumberToObject(best, "chunk", (double)report->best_chunk[i]);
    if (report->prefill_seconds[i] > 0) cJSON_AddNumberToObject(best, "prefill_seconds", report->prefill_seconds[i]);
    cJSON_AddItemToArray(bests, best);
  }
  spc_status_t status = spc_json_write(o, path);
  cJSON_Delete(o);
  return status;
}
