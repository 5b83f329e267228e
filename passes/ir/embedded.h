// Text files that the build puts into the program: dialects and kernels (cmake/embed.cmake).
#ifndef PASSES_IR_EMBEDDED_H_
#define PASSES_IR_EMBEDDED_H_
#include <stddef.h>

typedef struct spc_embedded_file_t {
  const char *name;  // file name without folder; NULL ends a table
  const char *text;  // NUL-terminated
  size_t length;     // without the NUL
} spc_embedded_file_t;

#endif  // PASSES_IR_EMBEDDED_H_
