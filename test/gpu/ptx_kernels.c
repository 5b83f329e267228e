// spc-ptx-kernels TARGET FILE: writes the PTX of every NVPTX kernel, in the specialisations of test/gpu/specialisations.h, for one target; without arguments,
// lists the targets. test/gpu/run and the lit tests use it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/codegen/nvptx.h"
#include "test/gpu/specialisations.h"

static spc_status_t write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (!file) return SPC_STATUS(SPC_IO, "cannot write '%s'", path);
  bool wrote = fputs(text, file) >= 0;
  bool closed = fclose(file) == 0;
  return wrote && closed ? NULL : SPC_STATUS(SPC_IO, "cannot write all of '%s'", path);
}

static spc_status_t generate(const char *target_name, const char *path) {
  spc_status_t status = NULL;
  spc_context_t context = {{NULL}, NULL};
  spc_kernel_set_t *set = NULL;
  char *ptx = NULL;
  const spc_nvptx_target_t *target;
  SPC_GOTO_IF_ERROR(spc_nvptx_target_find(target_name, &target));
  SPC_GOTO_IF_ERROR(spc_context_init(&context));
  SPC_GOTO_IF_ERROR(spc_kernel_set_create_for(SPC_KERNELS_NVPTX, &set));
  for (int i = 0; i < k_specialisation_count; ++i) {
    const specialisation_t *s = &k_specialisations[i];
    int32_t index;
    intptr_t n = 0;
    while (n < k_most_params && s->params[n].alias) ++n;
    SPC_GOTO_IF_ERROR(spc_kernel_set_request(set, s->kernel, n, s->params, &index));
  }
  SPC_GOTO_IF_ERROR(spc_nvptx_codegen(&context, set, target, &ptx));
  SPC_GOTO_IF_ERROR(write_file(path, ptx));

cleanup:
  free(ptx);
  spc_kernel_set_destroy(set);
  if (context.diagnostics) spc_context_deinit(&context);
  return status;
}

int main(int argc, char **argv) {
  if (argc == 1) {
    intptr_t n;
    const spc_nvptx_target_t *targets = spc_nvptx_targets(&n);
    for (intptr_t i = 0; i < n; ++i) printf("%s\n", targets[i].name);
    return 0;
  }
  if (argc != 3) {
    fprintf(stderr, "usage: spc-ptx-kernels [TARGET FILE]\n");
    return 2;
  }
  spc_status_t status = generate(argv[1], argv[2]);
  if (!status) return 0;
  fprintf(stderr, "spc-ptx-kernels: error: %s\n", spc_status_message(status));
  spc_status_ignore(status);
  return 1;
}
