#include "frontend/model_files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mlir-c/BuiltinAttributes.h"

// Exporters write one file, or one per tensor. Each new location costs a path resolution and a search.
#define MAX_FILES 4096

static spc_status_t out_of_memory(void) { return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for the list of weight files"); }

// Takes over |path| and |location|, also on failure.
static spc_status_t append(spc_model_files_t *files, char *path, char *location, size_t *out_index) {
  spc_status_t status = NULL;
  if (!path) {
    status = out_of_memory();
    goto cleanup;
  }
  if (files->count == MAX_FILES) {
    status = SPC_STATUS(SPC_UNSUPPORTED, "the weights lie in more than %d files: save them in one", MAX_FILES);
    goto cleanup;
  }
  if (files->count == files->capacity) {
    size_t capacity = files->capacity ? 2 * files->capacity : 8;
    spc_model_file_t *grown = realloc(files->files, capacity * sizeof *grown);
    if (!grown) {
      status = out_of_memory();
      goto cleanup;
    }
    files->files = grown;
    files->capacity = capacity;
  }
  files->files[files->count] = (spc_model_file_t){.path = path, .location = location};
  *out_index = files->count++;
  return NULL;

cleanup:
  free(path);
  free(location);
  return status;
}

static bool find_path(const spc_model_files_t *files, const char *path, size_t *out_index) {
  for (size_t i = 0; i < files->count; ++i) {
    if (strcmp(files->files[i].path, path)) continue;
    *out_index = i;
    return true;
  }
  return false;
}

static spc_status_t adopt_earlier(MlirModule module, spc_model_files_t *files) {
  MlirAttribute earlier =
      mlirOperationGetDiscardableAttributeByName(mlirModuleGetOperation(module), mlirStringRefCreateFromCString("spc.files"));
  if (mlirAttributeIsNull(earlier)) return NULL;
  if (!mlirAttributeIsAArray(earlier)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "spc.files of the module is no array");
  for (intptr_t i = 0; i < mlirArrayAttrGetNumElements(earlier); ++i) {
    MlirAttribute entry = mlirArrayAttrGetElement(earlier, i);
    if (!mlirAttributeIsAString(entry)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "spc.files[%ld] of the module is no string", (long)i);
    MlirStringRef text = mlirStringAttrGetValue(entry);
    size_t index;
    SPC_RETURN_IF_ERROR(append(files, strndup(text.data, text.length), NULL, &index));
  }
  return NULL;
}

spc_status_t spc_model_files_init(MlirModule module, const char *path, const char *resolved, const char *data_root,
                                  spc_model_files_t *out_files) {
  *out_files = (spc_model_files_t){.data_root = data_root};
  spc_status_t status = adopt_earlier(module, out_files);
  if (!status && !find_path(out_files, resolved, &out_files->model))
    status = append(out_files, strdup(resolved), NULL, &out_files->model);
  if (!status) {
    const char *slash = strrchr(path, '/');
    out_files->folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    if (!out_files->folder) status = out_of_memory();
  }
  if (status) spc_model_files_deinit(out_files);
  return status;
}

void spc_model_files_deinit(spc_model_files_t *files) {
  if (!files) return;
  for (size_t i = 0; i < files->count; ++i) {
    free(files->files[i].path);
    free(files->files[i].location);
  }
  free(files->files);
  free(files->folder);
  free(files->root);
  memset(files, 0, sizeof *files);
}

static spc_status_t resolve_root(spc_model_files_t *files) {
  if (files->root) return NULL;
  const char *root = files->data_root ? files->data_root : files->folder;
  files->root = realpath(root, NULL);
  if (!files->root) return SPC_STATUS(SPC_NOT_FOUND, "the folder of external data, %s: %s", root, strerror(errno));
  return NULL;
}

static bool lies_in(const char *root, const char *path) {
  size_t n = strlen(root);
  while (n && root[n - 1] == '/') --n;
  return !strncmp(root, path, n) && path[n] == '/';
}

// The rules of ONNX: relative to the model's folder and not out of it.
static spc_status_t check_location(const char *location) {
  if (!*location) return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data has an empty location");
  if (*location == '/')
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data lies in '%s', but a location must be relative to the model's folder", location);
  for (const char *part = location; *part;) {
    size_t n = strcspn(part, "/");
    if (n == 2 && !strncmp(part, "..", 2))
      return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data lies in '%s', but a location must not contain '..'", location);
    part += n + (part[n] == '/');
  }
  return NULL;
}

static spc_status_t outside(const spc_model_files_t *files, const char *location, const char *where) {
  return SPC_STATUS(SPC_INVALID_ARGUMENT,
                    "external data '%s' is a link to %s, which is outside %s: pass a data root that holds both", location, where,
                    files->root);
}

// |path| does not exist: takes its nearest folder that does, which must be inside the root too, so that the file can't turn up elsewhere.
// *out_resolved is that folder, resolved, and the rest of the path.
static spc_status_t resolve_missing(const spc_model_files_t *files, const char *location, const char *path, char **out_resolved) {
  *out_resolved = NULL;
  char *parent = strdup(path);
  char *resolved = NULL, *joined = NULL;
  spc_status_t status = NULL;
  if (!parent) return out_of_memory();
  size_t rest = strlen(path);
  while (!resolved) {
    struct stat info;
    if (!lstat(parent, &info) && S_ISLNK(info.st_mode)) {
      status = SPC_STATUS(SPC_NOT_FOUND, "external data '%s' leads over a link to nowhere, %s", location, parent);
      goto cleanup;
    }
    char *slash = strrchr(parent, '/');
    if (!slash) {
      status = SPC_STATUS(SPC_NOT_FOUND, "external data '%s': no such folder", location);
      goto cleanup;
    }
    rest = (size_t)(slash - parent);
    *slash = 0;
    resolved = realpath(*parent ? parent : "/", NULL);
    if (!resolved && errno != ENOENT && errno != ENOTDIR) {
      status = SPC_STATUS(SPC_IO, "external data '%s': %s: %s", location, parent, strerror(errno));
      goto cleanup;
    }
  }
  if (strcmp(resolved, files->root) && !lies_in(files->root, resolved)) {
    status = outside(files, location, resolved);
    goto cleanup;
  }
  size_t n = strlen(resolved), m = strlen(path + rest);
  joined = malloc(n + m + 1);
  if (!joined) {
    status = out_of_memory();
    goto cleanup;
  }
  memcpy(joined, resolved, n);
  memcpy(joined + n, path + rest, m + 1);
  *out_resolved = joined;

cleanup:
  free(parent);
  free(resolved);
  return status;
}

static spc_status_t resolve_external(const spc_model_files_t *files, const char *location, spc_model_file_t *out_file) {
  *out_file = (spc_model_file_t){0};
  size_t n = strlen(files->folder), m = strlen(location);
  if (n + 1 + m >= PATH_MAX) return SPC_STATUS(SPC_INVALID_ARGUMENT, "external data has a location of %zu characters", m);
  char path[PATH_MAX];
  memcpy(path, files->folder, n);
  path[n] = '/';
  memcpy(path + n + 1, location, m + 1);

  char *resolved = realpath(path, NULL);
  if (!resolved) {
    if (errno != ENOENT) return SPC_STATUS(SPC_IO, "external data '%s': %s: %s", location, path, strerror(errno));
    return resolve_missing(files, location, path, &out_file->path);
  }
  struct stat info;
  spc_status_t status = NULL;
  if (!lies_in(files->root, resolved)) {
    status = outside(files, location, resolved);
  } else if (stat(resolved, &info)) {
    status = SPC_STATUS(SPC_IO, "external data '%s': %s: %s", location, resolved, strerror(errno));
  } else if (!S_ISREG(info.st_mode)) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "external data '%s': %s is not a regular file", location, resolved);
  }
  if (status) {
    free(resolved);
    return status;
  }
  *out_file = (spc_model_file_t){.path = resolved, .exists = true, .size = (uint64_t)info.st_size};
  return NULL;
}

spc_status_t spc_model_files_external(spc_model_files_t *files, const char *location, size_t *out_index) {
  *out_index = 0;
  for (size_t i = files->count; i-- > 0;) {  // the last one is the likeliest
    if (!files->files[i].location || strcmp(files->files[i].location, location)) continue;
    *out_index = i;
    return NULL;
  }
  SPC_RETURN_IF_ERROR(check_location(location));
  SPC_RETURN_IF_ERROR(resolve_root(files));
  spc_model_file_t file;
  SPC_RETURN_IF_ERROR(resolve_external(files, location, &file));
  char *name = strdup(location);
  if (!name) {
    free(file.path);
    return out_of_memory();
  }
  size_t index;
  if (find_path(files, file.path, &index)) {  // the model itself, a file of an earlier import, or another spelling
    free(file.path);
    free(files->files[index].location);
    files->files[index].location = name;
  } else {
    SPC_RETURN_IF_ERROR(append(files, file.path, name, &index));
  }
  files->files[index].exists = file.exists;
  files->files[index].size = file.size;
  *out_index = index;
  return NULL;
}

MlirAttribute spc_model_files_attribute(const spc_model_files_t *files, MlirContext ctx) {
  MlirAttribute *paths = calloc(files->count, sizeof *paths);
  if (!paths) return mlirAttributeGetNull();
  for (size_t i = 0; i < files->count; ++i) paths[i] = mlirStringAttrGet(ctx, mlirStringRefCreateFromCString(files->files[i].path));
  MlirAttribute attribute = mlirArrayAttrGet(ctx, (intptr_t)files->count, paths);
  free(paths);
  return attribute;
}
