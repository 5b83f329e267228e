// A compiled object opened for its plan: the file is checked, mapped and validated, and nothing of what its model needs is.
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "elf_check.h"
#include "plan_validate.h"
#include "spc/spc.h"

struct spc_plan_file_t {
  void *library;  // from dlopen
  const spc_plan_t *plan;
};

static spc_status_t open_library(spc_plan_file_t *file, const char *path, const char *resolved) {
  SPC_RETURN_IF_ERROR(spc_elf_check(path));
  file->library = dlopen(resolved, RTLD_NOW | RTLD_LOCAL);
  if (!file->library) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: cannot load: %s", path, dlerror());
  spc_plan_query_fn_t query;
  void *symbol = dlsym(file->library, SPC_PLAN_QUERY_SYMBOL);
  if (!symbol) return SPC_STATUS(SPC_NOT_FOUND, "%s: exports no %s: not made by spc-compile", path, SPC_PLAN_QUERY_SYMBOL);
  memcpy(&query, &symbol, sizeof query);  // ISO C has no cast between the two
  file->plan = query(SPC_ABI_VERSION);
  if (!file->plan) return SPC_STATUS(SPC_INCOMPATIBLE, "%s: has no plan for runtime ABI %u; compile the model again", path, SPC_ABI_VERSION);
  return spc_status_annotate(spc_plan_validate(file->plan), "%s", path);
}

spc_status_t spc_plan_open(const char *path, spc_plan_file_t **out_file) {
  *out_file = NULL;
  spc_plan_file_t *file = NULL;
  spc_status_t status = NULL;
  // A path without a slash would be looked for in the system's library folders.
  char *resolved = realpath(path, NULL);
  if (!resolved) return SPC_STATUS(errno == ENOENT ? SPC_NOT_FOUND : SPC_IO, "%s: cannot open: %s", path, strerror(errno));
  SPC_GOTO_IF_ERROR(spc_alloc_zeroed("plan", 1, sizeof *file, (void **)&file));
  SPC_GOTO_IF_ERROR(open_library(file, path, resolved));
  *out_file = file;
  file = NULL;
cleanup:
  free(resolved);
  spc_plan_close(file);
  return status;
}

const spc_plan_t *spc_plan_of(const spc_plan_file_t *file) { return file->plan; }

void spc_plan_close(spc_plan_file_t *file) {
  if (!file) return;
  if (file->library) dlclose(file->library);
  spc_free(file);
}
