// --prefill-attention=auto|own|cudnn of spc-run and spc-bench.
#ifndef SPC_TOOLS_CLI_PREFILL_ATTENTION_H_
#define SPC_TOOLS_CLI_PREFILL_ATTENTION_H_

#include "spc/spc.h"
#include "tools/cli/flags.h"

// A row of a table of flags; |choice| is a spc_prefill_attention_t *.
#define SPC_PREFILL_ATTENTION_FLAG(choice)                                                                                            \
  {"prefill-attention", SPC_FLAG_CALL, choice, .value_name = "WHOSE", .call = spc_prefill_attention_parse,                           \
   .help = "CUDA: own, cudnn (where it is there), or auto, the default: cudnn where it\nis known to be faster"}

SPC_WARN_UNUSED spc_status_t spc_prefill_attention_parse(void *choice, const char *name, const char *value);

#endif  // SPC_TOOLS_CLI_PREFILL_ATTENTION_H_
