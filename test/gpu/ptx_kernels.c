// spc-ptx-kernels TARGET FILE [INDEX [FOLDER [LIST]]]: writes the PTX of every NVPTX kernel, in the specialisations of test/gpu/specialisations.h or of LIST ("kernel alias=value ..."
// a line), for one target, how to launch each (test/gpu/image.h), and into FOLDER the MLIR of each, ENTRY.mlir, whose first line names its function; without arguments, lists the
// targets. test/gpu/prepare, test/gpu/on_cpu and the lit tests use it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/codegen/nvptx.h"
#include "test/gpu/specialisations.h"

enum { k_most_specialisations = 256 };
static specialisation_t g_specialisations[k_most_specialisations];
static int g_specialisation_count;

static char *copy_text(const char *text, const char *end) {
  char *copy = malloc(strlen(text) + strlen(end) + 1);
  if (copy) strcat(strcpy(copy, text), end);
  return copy;
}

// What the words of a line say; kept until the process ends.
static bool add_line(char *line) {
  if (g_specialisation_count == k_most_specialisations) return false;
  specialisation_t *s = &g_specialisations[g_specialisation_count++];
  int n = 0;
  s->kernel = copy_text(strtok(line, " \n"), "");
  for (char *word; (word = strtok(NULL, " \n")); ++n) {
    char *value = strchr(word, '=');
    if (!value || n == k_most_params) return false;
    *value++ = 0;
    s->params[n] = (spc_kernel_param_t){copy_text(word, ""), copy_text(value, *word == '#' ? " : index" : "")};
  }
  return true;
}

static spc_status_t read_list(const char *path) {
  if (!path) {
    memcpy(g_specialisations, k_specialisations, sizeof k_specialisations);
    g_specialisation_count = k_specialisation_count;
    return NULL;
  }
  FILE *file = fopen(path, "r");
  char line[512];
  bool good = file;
  while (good && fgets(line, sizeof line, file)) good = add_line(line);
  if (file) fclose(file);
  return good ? NULL : SPC_STATUS(SPC_IO, "'%s' is no list of kernels and their parameters", path);
}

static spc_status_t write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (!file) return SPC_STATUS(SPC_IO, "cannot write '%s'", path);
  bool wrote = fputs(text, file) >= 0;
  bool closed = fclose(file) == 0;
  return wrote && closed ? NULL : SPC_STATUS(SPC_IO, "cannot write all of '%s'", path);
}

static intptr_t param_count(const specialisation_t *s) {
  intptr_t n = 0;
  while (n < k_most_params && s->params[n].alias) ++n;
  return n;
}

// One line a specialisation of |set|, the parameters as they were requested.
static spc_status_t write_index(const char *path, const spc_kernel_set_t *set, const int32_t *indices, const spc_nvptx_target_t *target) {
  FILE *file = fopen(path, "w");
  if (!file) return SPC_STATUS(SPC_IO, "cannot write '%s'", path);
  spc_status_t status = NULL;
  for (int i = 0; i < g_specialisation_count && !status; ++i) {
    const specialisation_t *s = &g_specialisations[i];
    intptr_t index = indices[i];
    bool repeated = false;
    for (int j = 0; j < i; ++j) repeated |= indices[j] == index;
    if (repeated) continue;
    char entry[160];
    if (!spc_nvptx_entry_name(set, index, entry, sizeof entry)) status = SPC_STATUS(SPC_INTERNAL, "the name of a specialisation of %s is too long", s->kernel);
    fprintf(file, "%s %u %u %d %u %u %u %s", entry, spc_kernel_set_threads(set, index), spc_kernel_set_shared_bytes(set, index), target->compute >= 90,
            spc_kernel_set_arg_count(set, index), spc_kernel_set_block_rows(set, index), spc_kernel_set_blocks(set, index), s->kernel);
    for (intptr_t p = 0; p < param_count(s); ++p) {
      fprintf(file, " %s=%.*s", s->params[p].alias, (int)strcspn(s->params[p].value, " "), s->params[p].value);
    }
    fputc('\n', file);
  }
  bool wrote = !ferror(file);
  bool closed = fclose(file) == 0;
  if (!status && !(wrote && closed)) status = SPC_STATUS(SPC_IO, "cannot write all of '%s'", path);
  return status;
}

static spc_status_t write_sources(const char *folder, const spc_kernel_set_t *set) {
  for (intptr_t i = 0; i < spc_kernel_set_count(set); ++i) {
    char entry[160], path[512];
    if (!spc_nvptx_entry_name(set, i, entry, sizeof entry)) return SPC_STATUS(SPC_INTERNAL, "the name of %s is too long", spc_kernel_set_name(set, i));
    snprintf(path, sizeof path, "%s/%s.mlir", folder, entry);
    char *source = NULL;
    SPC_RETURN_IF_ERROR(spc_kernel_set_source(set, i, &source));
    FILE *file = fopen(path, "w");
    bool wrote = file && fprintf(file, "// @%s\n%s", spc_kernel_set_function(set, i), source) > 0;
    bool closed = file && fclose(file) == 0;
    free(source);
    if (!(wrote && closed)) return SPC_STATUS(SPC_IO, "cannot write '%s'", path);
  }
  return NULL;
}

static spc_status_t generate(const char *target_name, const char *path, const char *index_path, const char *folder, const char *list) {
  spc_status_t status = NULL;
  spc_context_t context = {{NULL}, NULL};
  spc_kernel_set_t *set = NULL;
  char *ptx = NULL;
  const spc_nvptx_target_t *target;
  int32_t indices[k_most_specialisations];
  SPC_GOTO_IF_ERROR(read_list(list));
  SPC_GOTO_IF_ERROR(spc_nvptx_target_find(target_name, &target));
  SPC_GOTO_IF_ERROR(spc_context_init(&context));
  SPC_GOTO_IF_ERROR(spc_kernel_set_create_for(SPC_KERNELS_NVPTX, &set));
  spc_nvptx_target_allow(target, set);
  for (int i = 0; i < g_specialisation_count; ++i) {
    const specialisation_t *s = &g_specialisations[i];
    SPC_GOTO_IF_ERROR(spc_kernel_set_request(set, s->kernel, param_count(s), s->params, &indices[i]));
  }
  SPC_GOTO_IF_ERROR(spc_nvptx_codegen(&context, set, target, &ptx));
  SPC_GOTO_IF_ERROR(write_file(path, ptx));
  if (index_path) SPC_GOTO_IF_ERROR(write_index(index_path, set, indices, target));
  if (folder) SPC_GOTO_IF_ERROR(write_sources(folder, set));

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
  if (argc < 3 || argc > 6) {
    fprintf(stderr, "usage: spc-ptx-kernels [TARGET FILE [INDEX [FOLDER [LIST]]]]\n");
    return 2;
  }
  spc_status_t status = generate(argv[1], argv[2], argc > 3 ? argv[3] : NULL, argc > 4 ? argv[4] : NULL, argc > 5 ? argv[5] : NULL);
  if (!status) return 0;
  fprintf(stderr, "spc-ptx-kernels: error: %s\n", spc_status_message(status));
  spc_status_ignore(status);
  return 1;
}
