#include "tools/opt/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static spc_status_t no_memory(const spc_opt_input_t *input) { return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory to read it", input->name); }

static spc_status_t read_all(const spc_opt_input_t *input, FILE *file, char **out_text, size_t *out_length) {
  size_t length = 0, capacity = 64 * 1024;
  char *text = malloc(capacity);
  if (!text) return no_memory(input);
  for (;;) {
    length += fread(text + length, 1, capacity - 1 - length, file);
    if (length < capacity - 1) break;
    char *grown = realloc(text, capacity *= 2);
    if (!grown) {
      free(text);
      return no_memory(input);
    }
    text = grown;
  }
  if (ferror(file)) {
    free(text);
    return SPC_STATUS(SPC_IO, "%s: %s", input->name, strerror(errno));
  }
  text[length] = '\0';
  *out_text = text;
  *out_length = length;
  return NULL;
}

static size_t count_lines(const char *begin, const char *end) {
  size_t lines = 0;
  for (; begin < end; ++begin) lines += *begin == '\n';
  return lines;
}

static spc_status_t add_chunk(spc_opt_input_t *input, const char *file_begin, const char *begin, const char *end) {
  spc_opt_chunk_t *grown = realloc(input->chunks, (input->count + 1) * sizeof *grown);
  if (!grown) return no_memory(input);
  input->chunks = grown;
  size_t lines = count_lines(file_begin, begin), length = lines + (size_t)(end - begin);
  char *text = malloc(length + 1);
  if (!text) return no_memory(input);
  memset(text, '\n', lines);
  memcpy(text + lines, begin, (size_t)(end - begin));
  text[length] = '\0';
  input->chunks[input->count++] = (spc_opt_chunk_t){text, length};
  return NULL;
}

static spc_status_t split_text(spc_opt_input_t *input, const char *text, size_t length) {
  static const char marker[] = "\n// -----";
  const char *begin = text;
  for (const char *at; (at = strstr(begin, marker)) != NULL;) {
    SPC_RETURN_IF_ERROR(add_chunk(input, text, begin, at + 1));
    const char *line_end = strchr(at + 1, '\n');
    if (!line_end) return NULL;
    begin = line_end;
  }
  return add_chunk(input, text, begin, text + length);
}

spc_status_t spc_opt_input_open(spc_opt_input_t *input, const char *path, bool split) {
  memset(input, 0, sizeof *input);
  bool is_stdin = strcmp(path, "-") == 0;
  input->name = is_stdin ? "<stdin>" : path;
  size_t path_length = strlen(path);
  if (path_length > 5 && strcmp(path + path_length - 5, ".onnx") == 0) {
    input->is_onnx = true;
    input->count = 1;
    return NULL;
  }
  FILE *file = is_stdin ? stdin : fopen(path, "rb");
  if (!file) return SPC_STATUS(errno == ENOENT ? SPC_NOT_FOUND : SPC_IO, "%s: %s", path, strerror(errno));
  char *text = NULL;
  size_t length = 0;
  spc_status_t status = read_all(input, file, &text, &length);
  if (!is_stdin) fclose(file);
  if (!status) status = split ? split_text(input, text, length) : add_chunk(input, text, text, text + length);
  free(text);
  if (status) spc_opt_input_close(input);
  return status;
}

void spc_opt_input_close(spc_opt_input_t *input) {
  for (size_t i = 0; input->chunks && i < input->count; ++i) free(input->chunks[i].text);
  free(input->chunks);
  memset(input, 0, sizeof *input);
}
