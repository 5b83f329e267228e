#include "tools/cli/flags.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- Values ----------------------------------------------------------------------------------------------------------

spc_status_t spc_size_parse(const char *text, uint64_t *out_bytes) {
  *out_bytes = 0;
  static const struct {
    const char *name;
    int shift;
  } units[] = {{"", 0}, {"B", 0}, {"KiB", 10}, {"K", 10}, {"MiB", 20}, {"M", 20}, {"GiB", 30}, {"G", 30}, {"TiB", 40}, {"T", 40}};
  static const char *allowed = "a size is a number of bytes or has a unit: 4096, 512MiB, 24GiB, 1.5GiB";
  if (text[0] < '0' || text[0] > '9') return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is not a size; %s", text, allowed);
  size_t digits = strspn(text, "0123456789");
  size_t number = digits;
  if (text[number] == '.') number += 1 + strspn(text + number + 1, "0123456789");
  int shift = -1;
  for (size_t i = 0; i < sizeof units / sizeof *units; ++i) {
    if (strcmp(text + number, units[i].name) == 0) shift = units[i].shift;
  }
  if (shift < 0) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' has an unknown unit '%s'; %s", text, text + number, allowed);

  errno = 0;
  uint64_t whole = strtoull(text, NULL, 10);
  if (errno == ERANGE || (whole << shift) >> shift != whole) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is more than 64 bits of bytes", text);
  }
  uint64_t bytes = whole << shift;
  if (number > digits) {
    double fraction = 0, place = 0.1;
    for (size_t i = digits + 1; i < number; ++i, place /= 10) fraction += (text[i] - '0') * place;
    uint64_t extra = (uint64_t)(fraction * (double)(UINT64_C(1) << shift));
    if (__builtin_add_overflow(bytes, extra, &bytes)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is more than 64 bits of bytes", text);
  }
  *out_bytes = bytes;
  return NULL;
}

static spc_status_t parse_int(const spc_flag_t *flag, const char *text, int64_t *out_value) {
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (end == text || *end) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is not a whole number", text);
  bool bounded = flag->min != 0 || flag->max != 0;
  if (errno == ERANGE || (bounded && (value < flag->min || value > flag->max))) {
    if (!bounded) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s is out of range", text);
    if (flag->max == INT64_MAX) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s is out of range; at least %lld", text, (long long)flag->min);
    }
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s is out of range; %lld to %lld", text, (long long)flag->min, (long long)flag->max);
  }
  *out_value = value;
  return NULL;
}

static spc_status_t parse_value(const spc_flag_t *flag, const char *text) {
  switch (flag->kind) {
    case SPC_FLAG_BOOL:
      if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is neither true nor false", text);
      }
      *(bool *)flag->value = !text || strcmp(text, "true") == 0;
      return NULL;
    case SPC_FLAG_STRING:
      *(const char **)flag->value = text;
      return NULL;
    case SPC_FLAG_INT: return parse_int(flag, text, flag->value);
    case SPC_FLAG_SIZE: return spc_size_parse(text, flag->value);
    case SPC_FLAG_FLOAT: {
      char *end;
      double value = strtod(text, &end);
      if (end == text || *end || !isfinite(value)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is not a finite number", text);
      *(double *)flag->value = value;
      return NULL;
    }
    case SPC_FLAG_CALL: return flag->call(flag->value, flag->name, text);
  }
  return SPC_STATUS(SPC_INTERNAL, "the flag table has kind %d", (int)flag->kind);
}

// ---- Flags -----------------------------------------------------------------------------------------------------------

static bool is_short(const spc_flag_t *flag) { return flag->name[1] == '\0'; }
static const char *dashes(const spc_flag_t *flag) { return is_short(flag) ? "-" : "--"; }
static const char *value_name(const spc_flag_t *flag) { return flag->value_name ? flag->value_name : "VALUE"; }
static bool needs_value(const spc_flag_t *flag) {
  if (flag->kind == SPC_FLAG_CALL) return flag->value_name && flag->value_name[0] != '[';
  return flag->kind != SPC_FLAG_BOOL;
}

static const spc_flag_t *find_flag(const spc_cli_t *cli, const char *name, size_t length) {
  for (const spc_flag_t *flag = cli->flags; flag->name; ++flag) {
    if (strlen(flag->name) == length && memcmp(flag->name, name, length) == 0) return flag;
  }
  return NULL;
}

// Levenshtein distance of two short names; names past the buffer are far from everything.
static size_t edit_distance(const char *a, size_t n, const char *b) {
  size_t m = strlen(b), row[64];
  if (n >= 64 || m >= 64) return 64;
  for (size_t j = 0; j <= m; ++j) row[j] = j;
  for (size_t i = 1; i <= n; ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; ++j) {
      size_t best = diagonal + (a[i - 1] != b[j - 1]);
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[m];
}

static spc_status_t unknown_flag(const spc_cli_t *cli, const char *argument, const char *name, size_t length) {
  const spc_flag_t *nearest = NULL;
  size_t best = length / 3 + 2;  // farther away a suggestion would only confuse
  for (const spc_flag_t *flag = cli->flags; flag->name; ++flag) {
    size_t distance = edit_distance(name, length, flag->name);
    if (distance < best && !is_short(flag)) {
      best = distance;
      nearest = flag;
    }
  }
  int shown = (int)(name - argument + (ptrdiff_t)length);
  if (!nearest) return SPC_STATUS(SPC_INVALID_ARGUMENT, "unknown flag '%.*s'", shown, argument);
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "unknown flag '%.*s'; did you mean '--%s'?", shown, argument, nearest->name);
}

// Handles argv[*i], which begins with a dash; moves *i past a value that is an argument of its own.
static spc_status_t parse_flag(const spc_cli_t *cli, int argc, char *const *argv, int *i) {
  const char *argument = argv[*i];
  bool is_long = argument[1] == '-';
  const char *name = argument + 1 + is_long;
  size_t length = is_long ? strcspn(name, "=") : 1;
  const spc_flag_t *flag = find_flag(cli, name, length);
  if (!flag || is_short(flag) == is_long) return unknown_flag(cli, argument, name, is_long ? length : strlen(name));

  const char *value = NULL;
  if (is_long && name[length] == '=') value = name + length + 1;
  if (!is_long && name[1]) {
    if (!needs_value(flag)) return unknown_flag(cli, argument, name, strlen(name));
    value = name + 1;
  }
  if (!value && needs_value(flag)) {
    // `--flag value` as well as `--flag=value`; a value that begins with dashes needs the latter.
    bool absent = *i + 1 >= argc || (is_long && argv[*i + 1][0] == '-' && argv[*i + 1][1] == '-');
    if (absent) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s%s needs a value: %s%s%s%s", dashes(flag), flag->name, dashes(flag), flag->name,
                        is_long ? "=" : " ", value_name(flag));
    }
    value = argv[++*i];
  }
  if (value && flag->kind == SPC_FLAG_CALL && !flag->value_name) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "--%s takes no value, got '%s'", flag->name, value);
  }
  if (flag->given) *flag->given = true;
  return spc_status_annotate(parse_value(flag, value), "%s%s", dashes(flag), flag->name);
}

spc_status_t spc_cli_parse(const spc_cli_t *cli, int argc, char *const *argv, spc_cli_args_t *out_args) {
  memset(out_args, 0, sizeof *out_args);
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; ++i) {
    if (strcmp(argv[i], "--help") == 0) return out_args->help = true, NULL;
    if (strcmp(argv[i], "--version") == 0) return out_args->version = true, NULL;
  }
  bool flags_ended = false;
  for (int i = 1; i < argc; ++i) {
    if (!flags_ended && strcmp(argv[i], "--") == 0) {
      flags_ended = true;
    } else if (!flags_ended && argv[i][0] == '-' && argv[i][1]) {
      SPC_RETURN_IF_ERROR(parse_flag(cli, argc, argv, &i));
    } else if (out_args->count >= cli->max_positional || out_args->count >= SPC_CLI_MAX_POSITIONAL) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "unexpected argument '%s'; usage: %s %s", argv[i], cli->program, cli->synopsis);
    } else {
      out_args->positional[out_args->count++] = argv[i];
    }
  }
  if (out_args->count < cli->min_positional) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "an argument is missing; usage: %s %s", cli->program, cli->synopsis);
  }
  return NULL;
}

// ---- Help ------------------------------------------------------------------------------------------------------------

// "--name=VALUE", "-o VALUE"; returns its width.
static int format_flag(const spc_flag_t *flag, char *buffer, size_t size) {
  bool bare = flag->kind == SPC_FLAG_BOOL || (flag->kind == SPC_FLAG_CALL && !flag->value_name);
  const char *value = bare ? "" : value_name(flag);
  bool optional = value[0] == '[';  // "[=OPTIONS]" brings its own separator
  const char *separator = !*value || optional ? "" : is_short(flag) ? " " : "=";
  return snprintf(buffer, size, "%s%s%s%s", dashes(flag), flag->name, separator, value);
}

static void print_row(FILE *out, const char *left, int width, const char *help) {
  fprintf(out, "  %-*s  ", width, left);
  for (const char *line = help ? help : ""; *line;) {
    size_t length = strcspn(line, "\n");
    fprintf(out, "%.*s\n", (int)length, line);
    line += length + (line[length] == '\n');
    if (*line) fprintf(out, "  %-*s  ", width, "");
  }
  if (!help || !*help) fputc('\n', out);
}

void spc_cli_print_help(const spc_cli_t *cli, FILE *out) {
  fprintf(out, "usage: %s %s\n\n%s\n\n", cli->program, cli->synopsis, cli->summary);
  char buffer[96];
  int width = 9;  // --version
  for (const spc_flag_t *flag = cli->flags; flag->name; ++flag) {
    int n = format_flag(flag, buffer, sizeof buffer);
    if (n > width && n <= 40) width = n;
  }
  for (const spc_flag_t *flag = cli->flags; flag->name; ++flag) {
    format_flag(flag, buffer, sizeof buffer);
    print_row(out, buffer, width, flag->help);
  }
  print_row(out, "--help", width, "this text");
  print_row(out, "--version", width, "the version");
  if (cli->epilogue) fprintf(out, "\n%s\n", cli->epilogue);
}

// ---- Lists -----------------------------------------------------------------------------------------------------------

spc_status_t spc_list_parse(const char *text, const char *example, size_t most, uint64_t *out_values, size_t *out_count) {
  *out_count = 0;
  for (const char *c = text;;) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(c, &end, 10);
    if (*c < '0' || *c > '9' || (*end && *end != ',') || errno || number == 0 || number > INT32_MAX) {
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is not a list of positive whole numbers, as in %s", text, example);
    }
    if (*out_count == most) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' has more than %zu numbers", text, most);
    out_values[(*out_count)++] = number;
    if (!*end) return NULL;
    c = end + 1;
  }
}

// ---- For main --------------------------------------------------------------------------------------------------------

int spc_cli_refuse(const spc_cli_t *cli, const char *wrong) {
  fprintf(stderr, "%s: error: %s\n(%s --help lists the flags)\n", cli->program, wrong, cli->program);
  return 2;
}

bool spc_cli_start(const spc_cli_t *cli, int argc, char *const *argv, spc_cli_args_t *out_args, int *out_exit_code) {
  *out_exit_code = 0;
  spc_status_t status = spc_cli_parse(cli, argc, argv, out_args);
  if (status) {
    *out_exit_code = spc_cli_refuse(cli, spc_status_message(status));
    spc_status_ignore(status);
    return false;
  }
  if (out_args->help) {
    spc_cli_print_help(cli, stdout);
    return false;
  }
  if (out_args->version) {
    printf("%s %s\n", cli->program, SPC_VERSION_STRING);
    return false;
  }
  return true;
}

int spc_cli_finish(const spc_cli_t *cli, spc_status_t status) {
  if (!status) return 0;
  fprintf(stderr, "%s: error: %s\n", cli->program, spc_status_message(status));
  spc_status_ignore(status);
  return 1;
}
