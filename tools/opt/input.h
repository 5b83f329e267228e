// What spc-opt reads: a file or standard input, cut into modules.
#ifndef TOOLS_OPT_INPUT_H_
#define TOOLS_OPT_INPUT_H_

#include <stdbool.h>
#include <stddef.h>

#include "spc/status.h"

// NUL-terminated text of one module. It begins with a line break for every line before it in the file, so that line numbers are the file's.
typedef struct spc_opt_chunk_t {
  char *text;
  size_t length;
} spc_opt_chunk_t;

typedef struct spc_opt_input_t {
  const char *name;  // for messages; the path of an ONNX file (borrowed)
  bool is_onnx;      // the importer reads the file; one chunk without text
  spc_opt_chunk_t *chunks;
  size_t count;
} spc_opt_input_t;

// |path| "-" is standard input. With |split|, lines "// -----" end a chunk. Close also after an error.
SPC_WARN_UNUSED spc_status_t spc_opt_input_open(spc_opt_input_t *input, const char *path, bool split);
void spc_opt_input_close(spc_opt_input_t *input);

#endif  // TOOLS_OPT_INPUT_H_
