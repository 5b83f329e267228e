// The text of kernels: which file has which function, and the aliases at its top.
#ifndef COMPILER_KERNELS_SOURCE_H_
#define COMPILER_KERNELS_SOURCE_H_

#include <stdbool.h>
#include <stdint.h>

#include "compiler/kernels/kernels.h"
#include "passes/ir/embedded.h"
#include "spc/status.h"

// A line "name = value" of a source; the name has its sigil.
typedef struct spc_kernel_alias_t {
  const char *name, *value;
  size_t name_length, value_length;
} spc_kernel_alias_t;

// Advances *cursor past the next alias that is a parameter (a float type or an index), or returns false.
bool spc_kernel_source_next_parameter(const char **cursor, spc_kernel_alias_t *out_alias);

// The embedded file with the public function |name|, or NULL. *out_function is the name as it stands in static storage.
const spc_embedded_file_t *spc_kernel_source_find(spc_kernel_target_t target, const char *name, const char **out_function);

// The functions that kernels only declare (common.mlir).
const spc_embedded_file_t *spc_kernel_source_common(spc_kernel_target_t target);

// How many arguments |function| has; on the host, before begin and end.
uint32_t spc_kernel_source_arg_count(spc_kernel_target_t target, const char *text, const char *function);

// The threads of a block of the NVPTX kernel |function|.
uint32_t spc_kernel_source_threads(const char *text, const char *function);
// Its dynamic shared memory, bytes a block: the attribute spc.shared_bytes of a kernel that has any. It is an external array of the module.
uint32_t spc_kernel_source_shared_bytes(const char *text, const char *function);

// A copy of |text| with the aliases of |params| replaced (malloc, the caller frees). INVALID_ARGUMENT, with the parameters there are, when one
// is not a parameter of it.
SPC_WARN_UNUSED spc_status_t spc_kernel_source_specialise(const char *text, intptr_t n_params, const spc_kernel_param_t *params,
                                                          char **out_text);
// Whether the kernels can be had with these parameters: UNSUPPORTED, with what would do, when not.
SPC_WARN_UNUSED spc_status_t spc_kernel_source_check(spc_kernel_target_t target, const char *text);

#endif  // COMPILER_KERNELS_SOURCE_H_
