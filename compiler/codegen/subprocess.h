// Running a program of the system: the linker, ptxas.
#ifndef COMPILER_CODEGEN_SUBPROCESS_H_
#define COMPILER_CODEGEN_SUBPROCESS_H_

#include <stdbool.h>
#include <stddef.h>

#include "spc/status.h"

// Runs argv[0] (from PATH unless it has a slash), waits, and gives what it wrote to standard error (cut to |size|, without the last newline). *out_missing is set
// when there is no such program; *out_exit is then -1. A signal's number counts from 128.
SPC_WARN_UNUSED spc_status_t spc_subprocess_run(char *const *argv, char *errors, size_t size, int *out_exit, bool *out_missing);

#endif  // COMPILER_CODEGEN_SUBPROCESS_H_
