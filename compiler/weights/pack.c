#include "compiler/weights/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES (UINT64_C(16) << 20)    // of rows read, converted and written at a time
#define MAX_ROW_BYTES (UINT64_C(24) << 20)  // a block is at least one row

// What the functions below share while one file is written.
typedef struct packer_t {
  const spc_weight_table_t *table;
  spc_weight_files_t *files;
  const char *path;
  int fd;
  uint64_t written;  // of the data section
  uint8_t *block;    // rows as they are written
  uint8_t *scratch;  // the same before conversion
  uint64_t block_bytes;
  spc_pack_progress_t progress;
  void *user;
} packer_t;

static spc_status_t write_bytes(packer_t *packer, const void *data, uint64_t size) {
  const uint8_t *at = data;
  while (size > 0) {
    ssize_t n = write(packer->fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SPC_STATUS(SPC_IO, "%s: writing the packed weights: %s", packer->path, strerror(errno));
    at += n;
    size -= (uint64_t)n;
  }
  return NULL;
}

// ---- The header --------------------------------------------------------------------------------------------------------

static bool name_is_used(const spc_weight_table_t *table, const char *name) {
  for (size_t i = 0; i < table->count; ++i) {
    if (strcmp(table->weights[i].name, name) == 0) return true;
  }
  return false;
}

// safetensors allows no holes between tensors, so what aligns the next one is a tensor too.
static void print_padding(FILE *out, const spc_weight_table_t *table, unsigned *number, uint64_t begin, uint64_t end) {
  char name[32];
  do snprintf(name, sizeof name, "_padding.%u", (*number)++);
  while (name_is_used(table, name));
  fprintf(out, ",\"%s\":{\"dtype\":\"U8\",\"shape\":[%" PRIu64 "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", name, end - begin, begin, end);
}

static void print_header(FILE *out, const spc_weight_table_t *table) {
  fprintf(out, "{\"__metadata__\":{\"format\":\"spc\"}");
  unsigned paddings = 0;
  for (size_t i = 0; i < table->count; ++i) {
    const spc_packed_weight_t *weight = &table->weights[table->order[i]];
    uint64_t end = weight->offset + weight->size;
    uint64_t next = i + 1 < table->count ? table->weights[table->order[i + 1]].offset : table->data_size;
    fprintf(out, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%" PRIu64, weight->name, spc_element_dtype(weight->element), weight->rows);
    if (!weight->is_vector) fprintf(out, ",%" PRIu64, weight->cols);
    fprintf(out, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", weight->offset, end);
    if (next > end) print_padding(out, table, &paddings, end, next);
  }
  fputc('}', out);
}

// Eight bytes of length, then JSON padded with spaces so that the data section is aligned in the file.
static spc_status_t write_header(packer_t *packer, uint64_t *out_data_offset) {
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&text, &length);
  if (!stream) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory for the header", packer->path);
  print_header(stream, packer->table);
  while ((ftell(stream) + 8) % SPC_WEIGHT_ALIGNMENT != 0) fputc(' ', stream);
  bool failed = ferror(stream) != 0;
  failed |= fclose(stream) != 0;
  if (failed) {
    free(text);
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory for the header", packer->path);
  }
  uint8_t prefix[8];
  for (int i = 0; i < 8; ++i) prefix[i] = (uint8_t)((uint64_t)length >> (8 * i));
  spc_status_t status = write_bytes(packer, prefix, sizeof prefix);
  if (!status) status = write_bytes(packer, text, length);
  free(text);
  *out_data_offset = 8 + length;
  // Better now than after an hour of writing. Not every file system can say.
  if (!status && fallocate(packer->fd, 0, 0, (off_t)(*out_data_offset + packer->table->data_size)) != 0 && errno == ENOSPC) {
    status = SPC_STATUS(SPC_IO, "%s: no space for %" PRIu64 " bytes of packed weights", packer->path, packer->table->data_size);
  }
  return status;
}

// ---- The data ----------------------------------------------------------------------------------------------------------

static spc_status_t write_padding(packer_t *packer, uint64_t until) {
  static const uint8_t zeros[SPC_WEIGHT_ALIGNMENT];
  spc_status_t status = write_bytes(packer, zeros, until - packer->written);
  packer->written = until;
  return status;
}

static void release_rows(packer_t *packer, const spc_weight_part_t *part, uint64_t begin, uint64_t end) {
  if (part->source != SPC_PART_FILE || part->transpose) return;  // a transpose has given its pages back itself
  uint64_t row_bytes = part->cols * spc_element_size(part->element);
  spc_weight_files_release(packer->files, part->file, part->offset + (part->row_begin + begin) * row_bytes, (end - begin) * row_bytes);
}

static spc_status_t write_part(packer_t *packer, const spc_weight_part_t *part, spc_element_t element) {
  uint64_t rows = spc_weight_part_row_count(part), row_bytes = spc_weight_part_cols(part) * spc_element_size(element);
  if (rows == 0 || row_bytes == 0) return NULL;
  uint64_t step = packer->block_bytes / row_bytes;
  for (uint64_t begin = 0; begin < rows; begin += step) {
    uint64_t end = rows - begin < step ? rows : begin + step;
    SPC_RETURN_IF_ERROR(spc_weight_part_read(part, packer->files, begin, end, element, packer->scratch, packer->block));
    SPC_RETURN_IF_ERROR(write_bytes(packer, packer->block, (end - begin) * row_bytes));
    release_rows(packer, part, begin, end);
    packer->written += (end - begin) * row_bytes;
    if (packer->progress) packer->progress(packer->user, packer->written, packer->table->data_size);
  }
  return NULL;
}

static spc_status_t write_data(packer_t *packer) {
  for (size_t i = 0; i < packer->table->count; ++i) {
    const spc_packed_weight_t *weight = &packer->table->weights[packer->table->order[i]];
    SPC_RETURN_IF_ERROR(write_padding(packer, weight->offset));
    for (size_t p = 0; p < weight->part_count; ++p) {
      spc_status_t status = write_part(packer, &weight->parts[p], weight->element);
      if (status) return spc_status_annotate(status, "weight '%s', part %zu", weight->name, p);
    }
  }
  return write_padding(packer, packer->table->data_size);
}

static spc_status_t allocate_blocks(packer_t *packer) {
  packer->block_bytes = BLOCK_BYTES;
  bool converts = false;
  for (size_t i = 0; i < packer->table->count; ++i) {
    const spc_packed_weight_t *weight = &packer->table->weights[i];
    uint64_t row_bytes = weight->rows ? weight->size / weight->rows : 0;
    if (row_bytes > MAX_ROW_BYTES) {
      return SPC_STATUS(SPC_UNSUPPORTED, "weight '%s': a row is %" PRIu64 " bytes; at most %" PRIu64 " are supported", weight->name, row_bytes,
                        MAX_ROW_BYTES);
    }
    if (row_bytes > packer->block_bytes) packer->block_bytes = row_bytes;
    for (size_t p = 0; p < weight->part_count; ++p) converts |= weight->parts[p].element != weight->element;
  }
  packer->block = malloc(packer->block_bytes);
  packer->scratch = converts ? malloc(packer->block_bytes / 2) : NULL;  // only two-byte elements are converted, to four
  if (packer->block && (packer->scratch || !converts)) return NULL;
  return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory to pack weights in blocks of %" PRIu64 " bytes", packer->block_bytes);
}

// ---- The file ----------------------------------------------------------------------------------------------------------

static spc_status_t open_temporary(packer_t *packer, char **out_temporary) {
  size_t size = strlen(packer->path) + sizeof ".XXXXXX";
  char *temporary = malloc(size);
  if (!temporary) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: no memory for a temporary name", packer->path);
  snprintf(temporary, size, "%s.XXXXXX", packer->path);
  packer->fd = mkostemp(temporary, O_CLOEXEC);
  if (packer->fd < 0) {
    spc_status_t status = SPC_STATUS(errno == ENOENT ? SPC_NOT_FOUND : SPC_IO, "%s: cannot create it: %s", packer->path, strerror(errno));
    free(temporary);
    return status;
  }
  *out_temporary = temporary;
  return NULL;
}

// mkostemp makes files private; the result gets the mode that creating it plainly would have given.
static mode_t plain_mode(void) {
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

const char *spc_weights_missing_file(const spc_weight_table_t *table, spc_weight_files_t *files) {
  for (size_t i = 0; i < table->count; ++i) {
    for (size_t p = 0; p < table->weights[i].part_count; ++p) {
      const spc_weight_part_t *part = &table->weights[i].parts[p];
      if (part->source != SPC_PART_FILE || spc_weight_files_exist(files, part->file)) continue;
      return spc_weight_files_path(files, part->file);
    }
  }
  return NULL;
}

spc_status_t spc_weights_pack(const spc_weight_table_t *table, spc_weight_files_t *files, const char *path, spc_pack_progress_t progress,
                              void *user, uint64_t *out_data_offset) {
  *out_data_offset = 0;
  packer_t packer = {.table = table, .files = files, .path = path, .fd = -1, .progress = progress, .user = user};
  char *temporary = NULL;
  spc_status_t status;
  SPC_GOTO_IF_ERROR(allocate_blocks(&packer));
  SPC_GOTO_IF_ERROR(open_temporary(&packer, &temporary));
  SPC_GOTO_IF_ERROR(write_header(&packer, out_data_offset));
  SPC_GOTO_IF_ERROR(write_data(&packer));
  if (fchmod(packer.fd, plain_mode()) != 0) status = SPC_STATUS(SPC_IO, "%s: setting its mode: %s", path, strerror(errno));

cleanup:
  if (packer.fd >= 0 && close(packer.fd) != 0 && !status) status = SPC_STATUS(SPC_IO, "%s: closing it: %s", path, strerror(errno));
  if (temporary && !status && rename(temporary, path) != 0) {
    status = SPC_STATUS(SPC_IO, "%s: cannot put the packed weights there: %s", path, strerror(errno));
  }
  if (temporary && status) unlink(temporary);
  free(temporary);
  free(packer.block);
  free(packer.scratch);
  return status;
}
