#include "tools/cost/json_file.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_BYTES (16u << 20)

spc_status_t spc_json_read(const char *path, cJSON **out_json) {
  *out_json = NULL;
  FILE *in = fopen(path, "rb");
  if (!in) return SPC_STATUS(SPC_IO, "%s: cannot read: %m", path);
  char *text = malloc(MOST_BYTES + 1);
  size_t size = text ? fread(text, 1, MOST_BYTES + 1, in) : 0;
  bool failed = ferror(in);
  fclose(in);
  spc_status_t status = NULL;
  if (!text) {
    status = SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory to read it", path);
  } else if (failed) {
    status = SPC_STATUS(SPC_IO, "%s: cannot read: %m", path);
  } else if (size > MOST_BYTES) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: more than %u bytes", path, MOST_BYTES);
  } else if (!(*out_json = cJSON_ParseWithLength(text, size))) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: not JSON", path);
  }
  free(text);
  return status;
}

spc_status_t spc_json_write(const cJSON *json, const char *path) {
  char *text = json ? cJSON_Print(json) : NULL;
  if (!text) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory to write it", path);
  FILE *out = fopen(path, "w");
  spc_status_t status = NULL;
  if (!out) {
    status = SPC_STATUS(SPC_IO, "%s: cannot write: %m", path);
  } else {
    bool failed = fprintf(out, "%s\n", text) < 0;
    failed = fclose(out) != 0 || failed;
    if (failed) status = SPC_STATUS(SPC_IO, "%s: cannot write: %m", path);
  }
  cJSON_free(text);
  return status;
}

void spc_json_print_string(FILE *out, const char *text) {
  fputc('"', out);
  for (const unsigned char *c = (const unsigned char *)text; *c; ++c) {
    if (*c == '"' || *c == '\\') {
      fprintf(out, "\\%c", *c);
    } else if (*c < 0x20) {
      fprintf(out, "\\u%04x", *c);
    } else {
      fputc(*c, out);
    }
  }
  fputc('"', out);
}
