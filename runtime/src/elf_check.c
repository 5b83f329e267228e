#include "elf_check.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_at(int file, void *data, size_t size, uint64_t offset) {
  return pread(file, data, size, (off_t)offset) == (ssize_t)size;
}

static spc_status_t check_segments(int file, const char *path, uint64_t size) {
  Elf64_Ehdr header;
  if (!read_at(file, &header, sizeof header, 0) || memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_DYN || header.e_phentsize != sizeof(Elf64_Phdr)) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: not a 64-bit ELF shared object", path);
  }
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    uint64_t at = header.e_phoff + (uint64_t)i * sizeof segment;
    if (at < header.e_phoff || at > INT64_MAX || !read_at(file, &segment, sizeof segment, at)) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "%s: program header %u lies past the end of the file (%" PRIu64 " bytes): truncated?", path, i,
                        size);
    }
    if (segment.p_filesz > size || segment.p_offset > size - segment.p_filesz) {
      return SPC_STATUS(SPC_OUT_OF_RANGE, "%s: segment %u needs bytes %" PRIu64 " to %" PRIu64 ", but the file has %" PRIu64 ": truncated?",
                        path, i, segment.p_offset, segment.p_offset + segment.p_filesz, size);
    }
  }
  return NULL;
}

spc_status_t spc_elf_check(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return SPC_STATUS(errno == ENOENT ? SPC_NOT_FOUND : SPC_IO, "%s: cannot open: %s", path, strerror(errno));
  struct stat info;
  spc_status_t status = NULL;
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: not a regular file", path);
  } else {
    status = check_segments(file, path, (uint64_t)info.st_size);
  }
  close(file);
  return status;
}
