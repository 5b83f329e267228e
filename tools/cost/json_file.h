// JSON documents as files.
#ifndef TOOLS_COST_JSON_FILE_H_
#define TOOLS_COST_JSON_FILE_H_

#include <stdbool.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "spc/status.h"

// |*out_json| is the caller's, for cJSON_Delete. IO, INVALID_ARGUMENT (no JSON, or longer than 16 MiB); name |path|.
SPC_WARN_UNUSED spc_status_t spc_json_read(const char *path, cJSON **out_json);
// IO, and OUT_OF_MEMORY when |json| is NULL.
SPC_WARN_UNUSED spc_status_t spc_json_write(const cJSON *json, const char *path);
// |text| in quotes, for documents that are printed as they come.
void spc_json_print_string(FILE *out, const char *text);

#endif  // TOOLS_COST_JSON_FILE_H_
