// dlopen maps what the headers of a file promise and touches it, so a truncated object kills the process with SIGBUS. This asks first.
#ifndef SPC_RUNTIME_ELF_CHECK_H_
#define SPC_RUNTIME_ELF_CHECK_H_

#include "spc/status.h"

// NOT_FOUND, IO, INVALID_ARGUMENT (no 64-bit little-endian ELF shared object) or OUT_OF_RANGE (a segment past the end of the file).
SPC_WARN_UNUSED spc_status_t spc_elf_check(const char *path);

#endif  // SPC_RUNTIME_ELF_CHECK_H_
