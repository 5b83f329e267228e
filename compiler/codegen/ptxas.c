#include "compiler/codegen/ptxas.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/codegen/subprocess.h"

// Two files that exist while the assembler runs.
typedef struct files_t {
  char ptx[4096], cubin[4096];
  int ptx_fd, cubin_fd;
} files_t;

static spc_status_t make_file(const char *suffix, char *path, size_t size, int *out_fd) {
  const char *folder = getenv("TMPDIR");
  if (!folder || !*folder) folder = "/tmp";
  int n = snprintf(path, size, "%s/spc.XXXXXX%s", folder, suffix);
  if (n < 0 || (size_t)n >= size) return SPC_STATUS(SPC_INVALID_ARGUMENT, "TMPDIR is too long a path");
  *out_fd = mkstemps(path, (int)strlen(suffix));
  return *out_fd < 0 ? SPC_STATUS(SPC_IO, "cannot make a temporary file in '%s': %s", folder, strerror(errno)) : NULL;
}

static spc_status_t write_all(int fd, const char *path, const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    ssize_t n = write(fd, text, left);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SPC_STATUS(SPC_IO, "cannot write '%s': %s", path, strerror(errno));
    text += n;
    left -= (size_t)n;
  }
  return NULL;
}

static spc_status_t read_all(int fd, const char *path, uint8_t **out_bytes, size_t *out_size) {
  struct stat info;
  if (fstat(fd, &info) || info.st_size <= 0) return SPC_STATUS(SPC_IO, "ptxas wrote nothing to '%s'", path);
  uint8_t *bytes = malloc((size_t)info.st_size);
  if (!bytes) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a cubin of %lld bytes", (long long)info.st_size);
  for (size_t got = 0; got < (size_t)info.st_size;) {
    ssize_t n = pread(fd, bytes + got, (size_t)info.st_size - got, (off_t)got);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      free(bytes);
      return SPC_STATUS(SPC_IO, "cannot read '%s': %s", path, n < 0 ? strerror(errno) : "it became shorter");
    }
    got += (size_t)n;
  }
  *out_bytes = bytes;
  *out_size = (size_t)info.st_size;
  return NULL;
}

static spc_status_t run_ptxas(const char *program, const spc_nvptx_target_t *target, const files_t *files, bool *out_missing) {
  char arch[64], errors[4096];
  snprintf(arch, sizeof arch, "-arch=%s", target->name);
  char *argv[] = {(char *)program, arch, "-O3", "-o", (char *)files->cubin, (char *)files->ptx, NULL};
  int exit_code;
  SPC_RETURN_IF_ERROR(spc_subprocess_run(argv, errors, sizeof errors, &exit_code, out_missing));
  if (*out_missing || exit_code == 0) return NULL;
  return SPC_STATUS(SPC_INTERNAL, "%s failed with %d for %s; --ptxas=none leaves the PTX to the driver: %s", program, exit_code, target->name, errors);
}

// Tries the places there are, in order.
static spc_status_t find_and_run(const char *wanted, const spc_nvptx_target_t *target, const files_t *files, bool *out_found) {
  char of_home[4096];
  const char *home = getenv("CUDA_HOME");
  int n = snprintf(of_home, sizeof of_home, "%s/bin/ptxas", home ? home : "");
  bool has_home = home && *home && n > 0 && (size_t)n < sizeof of_home;
  const char *const places[] = {wanted ? wanted : "ptxas", wanted || !has_home ? NULL : of_home, wanted ? NULL : "/usr/local/cuda/bin/ptxas"};
  *out_found = false;
  for (size_t i = 0; i < sizeof places / sizeof *places; ++i) {
    if (!places[i]) continue;
    bool missing;
    SPC_RETURN_IF_ERROR(run_ptxas(places[i], target, files, &missing));
    if (!missing) {
      *out_found = true;
      return NULL;
    }
  }
  return wanted ? SPC_STATUS(SPC_NOT_FOUND, "--ptxas=%s: there is no such program", wanted) : NULL;
}

spc_status_t spc_ptxas_assemble(const char *ptxas, const spc_nvptx_target_t *target, const char *ptx, uint8_t **out_cubin, size_t *out_size) {
  *out_cubin = NULL;
  *out_size = 0;
  if (ptxas && strcmp(ptxas, "none") == 0) return NULL;
  spc_status_t status = NULL;
  files_t files = {.ptx_fd = -1, .cubin_fd = -1};
  bool found;
  SPC_GOTO_IF_ERROR(make_file(".ptx", files.ptx, sizeof files.ptx, &files.ptx_fd));
  SPC_GOTO_IF_ERROR(make_file(".cubin", files.cubin, sizeof files.cubin, &files.cubin_fd));
  SPC_GOTO_IF_ERROR(write_all(files.ptx_fd, files.ptx, ptx));
  SPC_GOTO_IF_ERROR(find_and_run(ptxas, target, &files, &found));
  if (!found) goto cleanup;
  // By its path: the assembler may have put another file there.
  close(files.cubin_fd);
  files.cubin_fd = open(files.cubin, O_RDONLY | O_CLOEXEC);
  if (files.cubin_fd < 0) {
    status = SPC_STATUS(SPC_IO, "cannot read what ptxas wrote: %s", strerror(errno));
    goto cleanup;
  }
  SPC_GOTO_IF_ERROR(read_all(files.cubin_fd, files.cubin, out_cubin, out_size));

cleanup:
  if (files.ptx_fd >= 0) {
    close(files.ptx_fd);
    unlink(files.ptx);
  }
  if (files.cubin_fd >= 0) close(files.cubin_fd);
  if (files.cubin[0]) unlink(files.cubin);
  return status;
}
