// Linking an object file into a shared object with the linker that is there.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/codegen/host.h"
#include "compiler/codegen/subprocess.h"

static const char *const k_linkers[] = {"ld.lld-22", "ld.lld", "ld"};

// The file of the library that defines |symbol| in this process, so that the object names libm.so.6 and libc.so.6 as what it needs without
// development files being installed. NULL when it is not a shared library.
static const char *library_of(const char *symbol) {
  void *address = dlsym(RTLD_DEFAULT, symbol);
  Dl_info info;
  if (!address || !dladdr(address, &info) || !info.dli_fname || !strstr(info.dli_fname, ".so")) return NULL;
  return info.dli_fname;
}

// A file "<output><suffix>" next to the output, made by us alone. *out_path is the caller's.
static spc_status_t make_temporary(const char *output, const char *kind, char **out_path, int *out_fd) {
  *out_path = NULL;
  size_t size = strlen(output) + strlen(kind) + 16;
  char *path = malloc(size);
  if (!path) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a path of %zu bytes", size);
  snprintf(path, size, "%s.%s.XXXXXX", output, kind);
  *out_fd = mkostemp(path, O_CLOEXEC);
  if (*out_fd < 0) {
    spc_status_t status = SPC_STATUS(SPC_IO, "cannot write next to '%s': %s", output, strerror(errno));
    free(path);
    return status;
  }
  *out_path = path;
  return NULL;
}

static spc_status_t write_version_script(int fd, const char *path, const char *symbol) {
  int written = dprintf(fd, "{ global: %s; local: *; };\n", symbol);
  if (written < 0) return SPC_STATUS(SPC_IO, "cannot write '%s': %s", path, strerror(errno));
  return NULL;
}

static spc_status_t link_to(const char *object, const char *script, const char *file, const char *soname) {
  char version[4096], name[4096];
  if ((size_t)snprintf(version, sizeof version, "--version-script=%s", script) >= sizeof version ||
      (size_t)snprintf(name, sizeof name, "-soname=%s", soname) >= sizeof name) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "the path '%s' is too long to link to", file);
  }
  // Read-only relocations and immediate binding: after loading, nothing in the object is writable. No build id and no paths: the same input
  // gives the same bytes.
  char *argv[20];
  int n = 1;
  char *const fixed[] = {"-shared", "-z", "now", "-z", "relro", "-z", "noexecstack", "--build-id=none", "--gc-sections", "-s", "-o"};
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; ++i) argv[n++] = fixed[i];
  argv[n++] = (char *)file;
  argv[n++] = version;
  argv[n++] = name;
  argv[n++] = (char *)object;
  const char *math = library_of("cosf"), *c = library_of("memcpy");
  if (math) argv[n++] = (char *)math;
  if (c) argv[n++] = (char *)c;
  argv[n] = NULL;

  char errors[2048];
  for (size_t i = 0; i < sizeof k_linkers / sizeof *k_linkers; ++i) {
    int exit_code;
    bool missing;
    argv[0] = (char *)k_linkers[i];
    SPC_RETURN_IF_ERROR(spc_subprocess_run(argv, errors, sizeof errors, &exit_code, &missing));
    if (missing) continue;
    if (exit_code == 0) return NULL;
    return SPC_STATUS(SPC_IO, "%s failed with %d linking '%s': %s", argv[0], exit_code, object, errors);
  }
  return SPC_STATUS(SPC_NOT_FOUND, "no linker in PATH: install lld-22 (or lld, or binutils) for ld.lld-22, ld.lld or ld");
}

spc_status_t spc_link_shared(const char *object, const char *output, const char *exported_symbol) {
  spc_status_t status = NULL;
  char *script = NULL, *temporary = NULL;
  int script_fd = -1, temporary_fd = -1;
  const char *slash = strrchr(output, '/');
  const char *soname = slash ? slash + 1 : output;
  if (!*soname) return SPC_STATUS(SPC_INVALID_ARGUMENT, "'%s' is a folder; -o takes the path of the shared object", output);
  SPC_GOTO_IF_ERROR(make_temporary(output, "map", &script, &script_fd));
  SPC_GOTO_IF_ERROR(write_version_script(script_fd, script, exported_symbol));
  SPC_GOTO_IF_ERROR(make_temporary(output, "tmp", &temporary, &temporary_fd));
  SPC_GOTO_IF_ERROR(link_to(object, script, temporary, soname));
  // The temporary file was made private; a shared object is as readable as the user's mask allows.
  mode_t mask = umask(0);
  umask(mask);
  if (chmod(temporary, 0777 & ~mask) || rename(temporary, output)) {
    status = SPC_STATUS(SPC_IO, "cannot write '%s': %s", output, strerror(errno));
  }

cleanup:
  if (script_fd >= 0) close(script_fd);
  if (temporary_fd >= 0) close(temporary_fd);
  if (script) unlink(script);
  if (temporary && status) unlink(temporary);
  free(script);
  free(temporary);
  return status;
}
