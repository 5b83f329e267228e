#include "passes/ir/pass.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// ---- Options ---------------------------------------------------------------------------------------------------------

// Reads a decimal integer at |*text|, moving past it. False when there is none or it does not fit.
static bool read_i64(const char **text, const char *end, int64_t *out_value) {
  char digits[32];
  size_t n = 0;
  while (*text + n < end && n < sizeof(digits) - 1 && ((n == 0 && **text == '-') || ((*text)[n] >= '0' && (*text)[n] <= '9'))) {
    digits[n] = (*text)[n];
    ++n;
  }
  digits[n] = '\0';
  if (n == 0 || (n == 1 && digits[0] == '-')) return false;
  errno = 0;
  *out_value = strtoll(digits, NULL, 10);
  *text += n;
  return errno == 0;
}

static bool read_size(const char *text, const char *end, int64_t *out_bytes) {
  static const struct {
    const char *unit;
    int shift;
  } units[] = {{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
  int64_t number;
  if (!read_i64(&text, end, &number) || number < 0) return false;
  size_t length = (size_t)(end - text);
  for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); ++i) {
    if (strlen(units[i].unit) != length || memcmp(text, units[i].unit, length) != 0) continue;
    if (number > (INT64_MAX >> units[i].shift)) return false;
    *out_bytes = number << units[i].shift;
    return true;
  }
  return false;
}

spc_status_t spc_int_list_parse(const char *what, const char *text, size_t length, int64_t minimum, int64_t maximum,
                                spc_int_list_t *out_list) {
  const char *end = text + length;
  const char *at = text;
  out_list->count = 0;
  for (;;) {
    while (at < end && *at == ' ') ++at;
    int64_t value;
    if (!read_i64(&at, end, &value) || value < minimum || value > maximum) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s=%.*s: expected integers from %" PRId64 " to %" PRId64 " separated by commas", what,
                        (int)length, text, minimum, maximum);
    }
    if (out_list->count == SPC_OPTION_LIST_MAX) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: at most %d numbers", what, SPC_OPTION_LIST_MAX);
    }
    out_list->values[out_list->count++] = value;
    while (at < end && *at == ' ') ++at;
    if (at == end) return NULL;
    if (*at++ != ',') {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s=%.*s: expected integers separated by commas", what, (int)length, text);
    }
  }
}

static spc_status_t read_name(const char *flag, const spc_option_t *option, const char *text, int length, int64_t *out_index) {
  char known[128] = "";
  for (*out_index = 0; option->names[*out_index]; ++*out_index) {
    const char *name = option->names[*out_index];
    if (strlen(name) == (size_t)length && memcmp(name, text, (size_t)length) == 0) return NULL;
    size_t used = strlen(known);
    snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", name);
  }
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: %s=%.*s: one of %s", flag, option->key, length, text, known);
}

static spc_status_t read_option(const char *flag, const spc_option_t *option, const char *text, const char *end) {
  int length = (int)(end - text);
  int64_t value = 0;
  switch (option->kind) {
    case SPC_OPTION_LIST:
      return spc_status_annotate(
          spc_int_list_parse(option->key, text, (size_t)length, option->minimum, option->maximum, option->value), "%s", flag);
    case SPC_OPTION_I64: {
      const char *at = text;
      if (!read_i64(&at, end, &value) || at != end || value < option->minimum || value > option->maximum) {
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: %s=%.*s: expected an integer from %" PRId64 " to %" PRId64, flag, option->key, length,
                          text, option->minimum, option->maximum);
      }
      break;
    }
    case SPC_OPTION_NAME: SPC_RETURN_IF_ERROR(read_name(flag, option, text, length, &value)); break;
    case SPC_OPTION_SIZE:
      if (!read_size(text, end, &value) || value < option->minimum || value > option->maximum) {
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: %s=%.*s: expected bytes or a number with KiB, MiB, GiB or TiB, such as 24GiB", flag,
                          option->key, length, text);
      }
      break;
  }
  *(int64_t *)option->value = value;
  return NULL;
}

static spc_status_t unknown_option(const char *flag, size_t n_options, const spc_option_t *options, const char *key, int length) {
  char known[256] = "";
  size_t used = 0;
  for (size_t i = 0; i < n_options; ++i) {
    int n = snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", options[i].key);
    if (n < 0 || (size_t)n >= sizeof(known) - used) break;
    used += (size_t)n;
  }
  if (n_options == 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: takes no options, got '%.*s'", flag, length, key);
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: unknown option '%.*s'; it takes %s", flag, length, key, known);
}

spc_status_t spc_options_parse(const char *flag, const char *text, size_t n_options, const spc_option_t *options) {
  for (const char *at = text ? text : ""; *at;) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    const char *end = at + strcspn(at, " ");
    const char *equals = memchr(at, '=', (size_t)(end - at));
    const char *key_end = equals ? equals : end;
    const spc_option_t *found = NULL;
    for (size_t i = 0; i < n_options && !found; ++i) {
      if (strlen(options[i].key) == (size_t)(key_end - at) && memcmp(options[i].key, at, (size_t)(key_end - at)) == 0) found = &options[i];
    }
    if (!found) return unknown_option(flag, n_options, options, at, (int)(key_end - at));
    if (!equals) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: option '%s' needs a value, as in %s=...", flag, found->key, found->key);
    SPC_RETURN_IF_ERROR(read_option(flag, found, equals + 1, end));
    at = end;
  }
  return NULL;
}

// ---- The pass object -------------------------------------------------------------------------------------------------

// Shared by the pass and its clones, which MLIR may make in other threads.
typedef struct pass_data_t {
  atomic_int references;
  const spc_pass_type_t *type;
  _Alignas(max_align_t) unsigned char options[];
} pass_data_t;

static void pass_construct(void *data) { atomic_fetch_add(&((pass_data_t *)data)->references, 1); }

static void pass_destruct(void *data) {
  if (atomic_fetch_sub(&((pass_data_t *)data)->references, 1) == 1) free(data);
}

static void *pass_clone(void *data) { return data; }

static void pass_run(MlirOperation op, MlirExternalPass pass, void *data) {
  pass_data_t *self = data;
  if (!self->type->run(op, self->options)) mlirExternalPassSignalFailure(pass);
}

spc_status_t spc_pass_create(const spc_pass_type_t *type, const void *options, size_t size, MlirPass *out_pass) {
  *out_pass = (MlirPass){NULL};
  if (size > SIZE_MAX - sizeof(pass_data_t)) return SPC_STATUS(SPC_OUT_OF_RANGE, "%s: options of %zu bytes", type->flag, size);
  pass_data_t *data = malloc(sizeof(pass_data_t) + size);
  if (!data) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: %zu bytes for the pass", type->flag, sizeof(pass_data_t) + size);
  atomic_init(&data->references, 0);
  data->type = type;
  if (size) memcpy(data->options, options, size);
  MlirExternalPassCallbacks callbacks = {
      .construct = pass_construct, .destruct = pass_destruct, .clone = pass_clone, .run = pass_run};
  *out_pass = mlirCreateExternalPass(mlirTypeIDCreate(type), spc_str(type->flag), spc_str(type->flag), spc_str(type->summary),
                                     spc_str("builtin.module"), 0, NULL, callbacks, data);
  return NULL;
}

// ---- Diagnostics -----------------------------------------------------------------------------------------------------

bool spc_error_status(MlirLocation location, spc_status_t status) {
  spc_emit_error(location, "%s: %s", spc_status_code_name(spc_status_code(status)), spc_status_message(status));
  spc_status_ignore(status);
  return false;
}
