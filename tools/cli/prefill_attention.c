#include "tools/cli/prefill_attention.h"

#include <string.h>

spc_status_t spc_prefill_attention_parse(void *choice, const char *name, const char *value) {
  (void)name;
  static const char *const words[] = {
      [SPC_PREFILL_ATTENTION_AUTO] = "auto", [SPC_PREFILL_ATTENTION_OWN] = "own", [SPC_PREFILL_ATTENTION_CUDNN] = "cudnn"};
  for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
    if (!value || strcmp(value, words[i]) != 0) continue;
    *(spc_prefill_attention_t *)choice = (spc_prefill_attention_t)i;
    return NULL;
  }
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is none of auto, own, cudnn", value ? value : "");
}
