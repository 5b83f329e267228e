#include "tools/run/token_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static spc_status_t read_all(const char *path, char **out_text, size_t *out_size) {
  bool is_stdin = !strcmp(path, "-");
  FILE *in = is_stdin ? stdin : fopen(path, "rb");
  if (!in) return SPC_STATUS(errno == ENOENT ? SPC_NOT_FOUND : SPC_IO, "%s: cannot open: %s", path, strerror(errno));
  spc_status_t status = NULL;
  char *text = NULL;
  size_t size = 0, capacity = 0;
  for (;;) {
    if (capacity - size < 4096) {
      capacity = capacity ? 2 * capacity : 65536;
      char *grown = realloc(text, capacity);
      if (!grown) {
        status = SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory for %zu bytes of it", path, capacity);
        break;
      }
      text = grown;
    }
    size_t n = fread(text + size, 1, capacity - size - 1, in);
    size += n;
    if (n == 0) break;
  }
  if (!status && ferror(in)) status = SPC_STATUS(SPC_IO, "%s: cannot read: %s", path, strerror(errno));
  if (!is_stdin) fclose(in);
  if (status) {
    free(text);
    return status;
  }
  text[size] = '\0';
  *out_text = text;
  *out_size = size;
  return NULL;
}

static bool is_separator(char c) { return c == ' ' || c == '\t' || c == ',' || c == '\r'; }

// One id at |*at|; moves past it.
static spc_status_t read_token(const char *path, const char **at, size_t line, size_t column, uint64_t vocab, int32_t *out_token) {
  size_t n = strcspn(*at, " \t,\r\n");
  size_t digits = strspn(*at, "0123456789");
  if (digits != n || n == 0) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s:%zu:%zu: '%.*s' is not a token id; write decimal numbers, one sequence a line", path, line,
                      column, n > 20 ? 20 : (int)n, *at);
  }
  errno = 0;
  unsigned long long value = strtoull(*at, NULL, 10);
  if (errno || value >= vocab) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "%s:%zu:%zu: token id %.*s is outside the vocabulary [0, %" PRIu64 ")", path, line, column,
                      n > 24 ? 24 : (int)n, *at, vocab);
  }
  *at += n;
  *out_token = (int32_t)value;
  return NULL;
}

static spc_status_t parse(const char *path, const char *text, size_t size, uint64_t vocab, spc_token_file_t *file) {
  if (memchr(text, '\0', size)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: has NUL bytes: not a text file", path);
  size_t tokens = 0, lines = 1;
  for (const char *c = text; *c; ++c) {
    lines += *c == '\n';
    tokens += *c >= '0' && *c <= '9' && (c == text || c[-1] < '0' || c[-1] > '9');
  }
  file->tokens = malloc((tokens ? tokens : 1) * sizeof *file->tokens);
  file->lines = malloc(lines * sizeof *file->lines);
  if (!file->tokens || !file->lines) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory for %zu token ids", path, tokens);
  size_t used = 0;
  const char *start = text, *at = text;
  for (size_t line = 1; *start; ++line) {
    spc_token_line_t sequence = {file->tokens + used, 0, line};
    while (*at && *at != '\n') {
      if (is_separator(*at)) {
        ++at;
        continue;
      }
      SPC_RETURN_IF_ERROR(read_token(path, &at, line, (size_t)(at - start) + 1, vocab, &file->tokens[used]));
      ++used;
      ++sequence.count;
    }
    if (sequence.count) file->lines[file->count++] = sequence;
    if (*at) ++at;
    start = at;
  }
  if (!file->count) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: has no token ids", path);
  return NULL;
}

spc_status_t spc_token_file_read(const char *path, uint64_t vocab, spc_token_file_t *out_file) {
  *out_file = (spc_token_file_t){0};
  char *text = NULL;
  size_t size = 0;
  SPC_RETURN_IF_ERROR(read_all(path, &text, &size));
  spc_status_t status = parse(path, text, size, vocab, out_file);
  free(text);
  if (status) spc_token_file_deinit(out_file);
  return status;
}

void spc_token_file_deinit(spc_token_file_t *file) {
  free(file->lines);
  free(file->tokens);
  *file = (spc_token_file_t){0};
}
