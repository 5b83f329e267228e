// A text file of sequences: decimal token ids separated by spaces, tabs or commas, one sequence a line. Empty lines are skipped.
#ifndef TOOLS_RUN_TOKEN_FILE_H_
#define TOOLS_RUN_TOKEN_FILE_H_

#include <stddef.h>
#include <stdint.h>

#include "spc/status.h"

typedef struct spc_token_line_t {
  int32_t *tokens;  // into the file's array
  size_t count;     // >= 1
  size_t line;      // its number in the file, from 1
} spc_token_line_t;

typedef struct spc_token_file_t {
  spc_token_line_t *lines;
  size_t count;
  int32_t *tokens;
} spc_token_file_t;

// Reads |path| ("-": standard input). Every id must be below |vocab|. Errors name file, line and column.
SPC_WARN_UNUSED spc_status_t spc_token_file_read(const char *path, uint64_t vocab, spc_token_file_t *out_file);
void spc_token_file_deinit(spc_token_file_t *file);

#endif  // TOOLS_RUN_TOKEN_FILE_H_
