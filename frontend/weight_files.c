#include "frontend/weight_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mlir-c/BuiltinAttributes.h"

typedef struct weight_file_t {
  char *path;
  void *data;  // NULL until mapped, and for an empty file
  uint64_t size;
  bool open;
} weight_file_t;

struct spc_weight_files_t {
  intptr_t count;
  weight_file_t files[];
};

spc_status_t spc_weight_files_create(MlirModule module, spc_weight_files_t **out_files) {
  *out_files = NULL;
  MlirAttribute list =
      mlirOperationGetDiscardableAttributeByName(mlirModuleGetOperation(module), mlirStringRefCreateFromCString("spc.files"));
  if (!mlirAttributeIsNull(list) && !mlirAttributeIsAArray(list)) return SPC_STATUS(SPC_INVALID_ARGUMENT, "spc.files is no array");
  intptr_t count = mlirAttributeIsNull(list) ? 0 : mlirArrayAttrGetNumElements(list);
  spc_weight_files_t *files = calloc(1, sizeof *files + (size_t)count * sizeof files->files[0]);
  if (!files) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a list of %ld weight files", (long)count);
  spc_status_t status = NULL;
  for (; files->count < count; ++files->count) {
    MlirAttribute entry = mlirArrayAttrGetElement(list, files->count);
    if (!mlirAttributeIsAString(entry)) {
      status = SPC_STATUS(SPC_INVALID_ARGUMENT, "spc.files[%ld] is no string", (long)files->count);
      break;
    }
    MlirStringRef path = mlirStringAttrGetValue(entry);
    files->files[files->count].path = strndup(path.data, path.length);
    if (!files->files[files->count].path) {
      status = SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a path of %zu bytes", path.length);
      break;
    }
  }
  if (status) {
    spc_weight_files_destroy(files);
    return status;
  }
  *out_files = files;
  return NULL;
}

void spc_weight_files_destroy(spc_weight_files_t *files) {
  if (!files) return;
  for (intptr_t i = 0; i < files->count; ++i) {
    if (files->files[i].data) munmap(files->files[i].data, files->files[i].size);
    free(files->files[i].path);
  }
  free(files);
}

static spc_status_t open_file(weight_file_t *file) {
  // Nothing but a regular file is opened for long: O_NONBLOCK keeps a FIFO from blocking here.
  int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return SPC_STATUS(errno == ENOENT || errno == ENOTDIR ? SPC_NOT_FOUND : SPC_IO, "weight file %s: %s", file->path, strerror(errno));
  spc_status_t status = NULL;
  struct stat info;
  if (fstat(fd, &info)) {
    status = SPC_STATUS(SPC_IO, "weight file %s: %s", file->path, strerror(errno));
  } else if (!S_ISREG(info.st_mode)) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "weight file %s is not a regular file", file->path);
  } else if (info.st_size) {
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) {
      status = SPC_STATUS(SPC_IO, "weight file %s: mapping %lld bytes: %s", file->path, (long long)info.st_size, strerror(errno));
    } else {
      file->data = data;
      file->size = (uint64_t)info.st_size;
    }
  }
  close(fd);
  file->open = !status;
  return status;
}

spc_status_t spc_weight_files_map(spc_weight_files_t *files, int64_t index, uint64_t offset, uint64_t length, const void **out_data) {
  static const char nothing[1];
  *out_data = NULL;
  if (index < 0 || index >= files->count)
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "weight file %lld of %ld", (long long)index, (long)files->count);
  weight_file_t *file = &files->files[index];
  if (!file->open) SPC_RETURN_IF_ERROR(open_file(file));
  if (offset > file->size || length > file->size - offset)
    return SPC_STATUS(SPC_OUT_OF_RANGE, "weight file %s: %llu bytes at %llu are past its end at %llu: it is truncated or another model's",
                      file->path, (unsigned long long)length, (unsigned long long)offset, (unsigned long long)file->size);
  *out_data = file->data ? (const char *)file->data + offset : nothing;
  return NULL;
}

void spc_weight_files_release(spc_weight_files_t *files, int64_t index, uint64_t offset, uint64_t length) {
  if (index < 0 || index >= files->count) return;
  weight_file_t *file = &files->files[index];
  if (!file->data || offset > file->size || length > file->size - offset) return;
  uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), begin = offset / page * page;
  // Nothing was ever written to the mapping: dropped pages are read from the file again.
  madvise((char *)file->data + begin, (size_t)(offset + length - begin), MADV_DONTNEED);
}

bool spc_weight_files_exist(spc_weight_files_t *files, int64_t index) {
  struct stat info;
  return index >= 0 && index < files->count && !stat(files->files[index].path, &info) && S_ISREG(info.st_mode);
}

const char *spc_weight_files_path(spc_weight_files_t *files, int64_t index) {
  return index >= 0 && index < files->count ? files->files[index].path : "(no such weight file)";
}

intptr_t spc_weight_files_count(spc_weight_files_t *files) { return files->count; }
