#include "tools/cost/calibration.h"

#include <stdio.h>
#include <string.h>

#include "tools/cost/json_file.h"

#define FORMAT "spc-calibration-1"

typedef struct field_t {
  const char *name;
  double *value;
} field_t;

// The numbers of a file; sizes go through doubles, which hold those below 2^53.
enum { FIELDS = 11 };
static void list_fields(spc_calibration_t *c, double *device_memory, double *host_memory, double *prefill_tokens, double *multiprocessors,
                        field_t out[FIELDS]) {
  const field_t fields[FIELDS] = {
      {"device_memory", device_memory},
      {"host_memory", host_memory},
      {"multiprocessors", multiprocessors},
      {"memory_bandwidth", &c->rates.memory_bandwidth},
      {"copy_bandwidth", &c->copy_bandwidth},
      {"link_bandwidth", &c->rates.link_bandwidth},
      {"launch_seconds", &c->rates.launch_seconds},
      {"row_seconds", &c->rates.row_seconds},
      {"prefill_flops", &c->rates.prefill_flops},
      {"prefill_tokens", prefill_tokens},
      {"prefill_seconds", &c->prefill_seconds},
  };
  memcpy(out, fields, sizeof fields);
}

static void take_string(const cJSON *json, const char *name, char *out, size_t size) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
  snprintf(out, size, "%s", text ? text : "");
}

static spc_status_t take(const cJSON *json, const char *path, spc_calibration_t *c) {
  const char *format = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "format"));
  if (!format || strcmp(format, FORMAT) != 0) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: its \"format\" is not \"" FORMAT "\": not written by spc-bench --calibrate", path);
  }
  double device_memory, host_memory, prefill_tokens, multiprocessors;
  field_t fields[FIELDS];
  list_fields(c, &device_memory, &host_memory, &prefill_tokens, &multiprocessors, fields);
  for (int i = 0; i < FIELDS; ++i) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, fields[i].name);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble < 9e15 * 1e9)) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: \"%s\" is missing or no number above 0", path, fields[i].name);
    }
    *fields[i].value = item->valuedouble;
  }
  if (c->rates.memory_bandwidth <= 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: \"memory_bandwidth\" is 0", path);
  if (device_memory > 9e15 || host_memory > 9e15 || prefill_tokens > 9e15 || multiprocessors > 9e15) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: a size is out of range", path);
  c->device_memory = (uint64_t)device_memory;
  c->host_memory = (uint64_t)host_memory;
  c->prefill_tokens = (uint64_t)prefill_tokens;
  c->rates.multiprocessors = (uint64_t)multiprocessors;
  take_string(json, "device", c->device, sizeof c->device);
  take_string(json, "object", c->object, sizeof c->object);
  take_string(json, "target", c->target, sizeof c->target);
  return NULL;
}

spc_status_t spc_calibration_read(const char *path, spc_calibration_t *out_calibration) {
  *out_calibration = (spc_calibration_t){.case_count = 0};
  cJSON *json;
  SPC_RETURN_IF_ERROR(spc_json_read(path, &json));
  spc_status_t status = take(json, path, out_calibration);
  cJSON_Delete(json);
  if (status) *out_calibration = (spc_calibration_t){.case_count = 0};
  return status;
}

static void add_case(cJSON *array, const spc_calibration_case_t *c) {
  cJSON *item = cJSON_CreateObject();
  if (!item) return;
  cJSON_AddStringToObject(item, "attention", c->step.full_attention ? "full" : "sparse");
  cJSON_AddNumberToObject(item, "batch", (double)c->step.rows);
  cJSON_AddNumberToObject(item, "tokens", (double)c->step.tokens);
  cJSON_AddNumberToObject(item, "offloaded_layers", (double)c->step.offloaded);
  cJSON_AddNumberToObject(item, "change_rate", c->step.change_rate);
  cJSON_AddNumberToObject(item, "seconds", c->seconds);
  cJSON_AddNumberToObject(item, "predicted_seconds", c->predicted);
  cJSON_AddBoolToObject(item, "fitted", c->fitted);
  cJSON_AddItemToArray(array, item);
}

spc_status_t spc_calibration_write(const spc_calibration_t *calibration, const char *path) {
  cJSON *json = cJSON_CreateObject();
  if (!json) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory to write it", path);
  spc_calibration_t copy = *calibration;
  double device_memory = (double)copy.device_memory, host_memory = (double)copy.host_memory, prefill_tokens = (double)copy.prefill_tokens,
         multiprocessors = (double)copy.rates.multiprocessors;
  field_t fields[FIELDS];
  list_fields(&copy, &device_memory, &host_memory, &prefill_tokens, &multiprocessors, fields);
  cJSON_AddStringToObject(json, "format", FORMAT);
  cJSON_AddStringToObject(json, "device", copy.device);
  cJSON_AddStringToObject(json, "object", copy.object);
  cJSON_AddStringToObject(json, "target", copy.target);
  for (int i = 0; i < FIELDS; ++i) cJSON_AddNumberToObject(json, fields[i].name, *fields[i].value);
  cJSON *cases = cJSON_AddArrayToObject(json, "cases");
  for (size_t i = 0; cases && i < copy.case_count; ++i) add_case(cases, &copy.cases[i]);
  spc_status_t status = spc_json_write(json, path);
  cJSON_Delete(json);
  return status;
}
