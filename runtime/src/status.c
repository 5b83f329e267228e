#include "spc/status.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct spc_status_s {
  spc_status_code_t code;
  const char *file;
  int line;
  char *message;  // heap, or static in the out-of-memory status
};

static struct spc_status_s g_out_of_memory = {SPC_OUT_OF_MEMORY, __FILE__, 0,
                                              (char *)"out of memory while reporting an error"};

static char *format_message(const char *format, va_list args) {
  va_list copy;
  va_copy(copy, args);
  int n = vsnprintf(NULL, 0, format, copy);
  va_end(copy);
  if (n < 0) return NULL;
  char *text = malloc((size_t)n + 1);
  if (text) vsnprintf(text, (size_t)n + 1, format, args);
  return text;
}

spc_status_t spc_status_create(spc_status_code_t code, const char *file, int line, const char *format, ...) {
  if (code == SPC_OK) return NULL;
  struct spc_status_s *status = malloc(sizeof *status);
  if (!status) return &g_out_of_memory;
  va_list args;
  va_start(args, format);
  char *message = format_message(format, args);
  va_end(args);
  if (!message) {
    free(status);
    return &g_out_of_memory;
  }
  *status = (struct spc_status_s){code, file, line, message};
  return status;
}

spc_status_t spc_status_annotate(spc_status_t status, const char *format, ...) {
  if (!status || status == &g_out_of_memory) return status;
  va_list args;
  va_start(args, format);
  char *prefix = format_message(format, args);
  va_end(args);
  if (!prefix) return status;
  size_t a = strlen(prefix), b = strlen(status->message);
  char *joined = malloc(a + 2 + b + 1);
  if (joined) {
    memcpy(joined, prefix, a);
    memcpy(joined + a, ": ", 2);
    memcpy(joined + a + 2, status->message, b + 1);
    free(status->message);
    status->message = joined;
  }
  free(prefix);
  return status;
}

spc_status_t spc_status_join(spc_status_t first, spc_status_t second) {
  if (!first) return second;
  spc_status_ignore(second);
  return first;
}

spc_status_code_t spc_status_code(spc_status_t status) { return status ? status->code : SPC_OK; }

const char *spc_status_message(spc_status_t status) { return status ? status->message : "OK"; }

const char *spc_status_code_name(spc_status_code_t code) {
  switch (code) {
    case SPC_OK: return "OK";
    case SPC_INVALID_ARGUMENT: return "INVALID_ARGUMENT";
    case SPC_NOT_FOUND: return "NOT_FOUND";
    case SPC_UNSUPPORTED: return "UNSUPPORTED";
    case SPC_INCOMPATIBLE: return "INCOMPATIBLE";
    case SPC_OUT_OF_MEMORY: return "OUT_OF_MEMORY";
    case SPC_OUT_OF_RANGE: return "OUT_OF_RANGE";
    case SPC_IO: return "IO";
    case SPC_DEVICE: return "DEVICE";
    case SPC_INTERNAL: return "INTERNAL";
  }
  return "UNKNOWN";
}

void spc_status_ignore(spc_status_t status) {
  if (!status || status == &g_out_of_memory) return;
  free(status->message);
  free(status);
}
