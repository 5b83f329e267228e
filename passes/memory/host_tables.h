// Which embedding tables lie in host memory. A step reads a row of them for each sequence and a prefill chunk one for each token, whatever their size.
#ifndef PASSES_MEMORY_HOST_TABLES_H_
#define PASSES_MEMORY_HOST_TABLES_H_

#include <stdint.h>

#include "mlir-c/IR.h"

// Marks every spc.weight of |module| that is a table of at least |least_bytes| which no op but spc.embed reads, in any function (spc_weight_is_on_host).
void spc_mark_host_tables(MlirOperation module, uint64_t least_bytes);

#endif  // PASSES_MEMORY_HOST_TABLES_H_
