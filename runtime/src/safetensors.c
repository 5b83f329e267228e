#include "safetensors.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>


#define MAX_HEADER (UINT64_C(100) << 20)  // the format's own limit
#define MAX_EXACT 9007199254740992.0      // 2^53: integers that a JSON number holds exactly

static const char *dtype_name(uint32_t element) {
  static const char *const names[] = {"F32", "F16", "BF16", "I32"};
  return names[element];
}

static bool is_number(const cJSON *item, uint64_t value) {
  return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < MAX_EXACT && (double)value == item->valuedouble;
}

// Vectors may be written with one dimension; the plan calls them n x 1.
static bool has_shape(const cJSON *shape, const spc_weight_t *weight) {
  if (!cJSON_IsArray(shape)) return false;
  int rank = cJSON_GetArraySize(shape);
  if (rank == 1) return weight->cols == 1 && is_number(cJSON_GetArrayItem(shape, 0), weight->rows);
  return rank == 2 && is_number(cJSON_GetArrayItem(shape, 0), weight->rows) && is_number(cJSON_GetArrayItem(shape, 1), weight->cols);
}

// |tensors| is the list of the header's members. The file is written in the order of the plan's table, but for tables in host memory, which come last; so looking
// from |*cursor| on finds nearly all at once.
static const cJSON *find_tensor(const cJSON *tensors, const cJSON **cursor, const char *name) {
  const cJSON *start = *cursor ? *cursor : tensors->child;
  const cJSON *item = start;
  while (item) {
    if (item->string && !strcmp(item->string, name)) {
      *cursor = item->next;
      return item;
    }
    item = item->next ? item->next : tensors->child;
    if (item == start) break;
  }
  return NULL;
}

static spc_status_t check_tensors(const spc_plan_t *plan, const char *path, const cJSON *header) {
  const cJSON *cursor = NULL;
  for (uint32_t i = 0; i < plan->weight_count; ++i) {
    const spc_weight_t *w = &plan->weights[i];
    const cJSON *tensor = find_tensor(header, &cursor, w->name);
    if (!tensor) return SPC_STATUS(SPC_INCOMPATIBLE, "%s: has no tensor '%s'; the file belongs to another object", path, w->name);
    const cJSON *dtype = cJSON_GetObjectItemCaseSensitive(tensor, "dtype");
    if (!cJSON_IsString(dtype) || strcmp(dtype->valuestring, dtype_name(w->element))) {
      return SPC_STATUS(SPC_INCOMPATIBLE, "%s: tensor '%s' has type %s, the object needs %s", path, w->name,
                        cJSON_IsString(dtype) ? dtype->valuestring : "(none)", dtype_name(w->element));
    }
    if (!has_shape(cJSON_GetObjectItemCaseSensitive(tensor, "shape"), w)) {
      return SPC_STATUS(SPC_INCOMPATIBLE, "%s: tensor '%s' has another shape than the object's [%" PRIu64 ", %" PRIu64 "]", path, w->name,
                        w->rows, w->cols);
    }
    const cJSON *offsets = cJSON_GetObjectItemCaseSensitive(tensor, "data_offsets");
    if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 || !is_number(cJSON_GetArrayItem(offsets, 0), w->offset) ||
        !is_number(cJSON_GetArrayItem(offsets, 1), w->offset + w->size)) {
      return SPC_STATUS(SPC_INCOMPATIBLE, "%s: tensor '%s' does not lie at bytes %" PRIu64 " to %" PRIu64 " of the data, as the object needs",
                        path, w->name, w->offset, w->offset + w->size);
    }
  }
  return NULL;
}

static spc_status_t check_file(const spc_plan_t *plan, const char *path, spc_weights_map_t *map) {
  if (map->mapping_size < 8) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: %" PRIu64 " bytes are no safetensors file", path, map->mapping_size);
  const uint8_t *bytes = map->mapping;
  uint64_t header_size = 0;
  for (int i = 7; i >= 0; --i) header_size = header_size << 8 | bytes[i];
  if (header_size > MAX_HEADER) {
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: not a safetensors file: a header of %" PRIu64 " bytes", path, header_size);
  }
  uint64_t data_at = 8 + header_size;
  if (data_at > map->mapping_size || plan->weights_size > map->mapping_size - data_at) {
    return SPC_STATUS(SPC_OUT_OF_RANGE, "%s: has %" PRIu64 " bytes, but header and weights take %" PRIu64 ": truncated, or of another object",
                      path, map->mapping_size, data_at + plan->weights_size);
  }
  if (data_at % 64) return SPC_STATUS(SPC_INCOMPATIBLE, "%s: its data begins at byte %" PRIu64 ", not a multiple of 64", path, data_at);
  cJSON *header = cJSON_ParseWithLength((const char *)bytes + 8, header_size);
  if (!cJSON_IsObject(header)) {
    cJSON_Delete(header);
    return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: its safetensors header is not a JSON object", path);
  }
  spc_status_t status = check_tensors(plan, path, header);
  cJSON_Delete(header);
  map->data = bytes + data_at;
  return status;
}

spc_status_t spc_weights_map_init(const spc_plan_t *plan, const char *path, spc_weights_map_t *out_map) {
  *out_map = (spc_weights_map_t){0};
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return SPC_STATUS(errno == ENOENT ? SPC_NOT_FOUND : SPC_IO, "%s: cannot open the model's weights: %s", path, strerror(errno));
  }
  spc_status_t status = NULL;
  struct stat info;
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) {
    status = SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: not a regular file with contents", path);
    goto cleanup;
  }
  void *mapping = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapping == MAP_FAILED) {
    status = SPC_STATUS(SPC_IO, "%s: cannot map %" PRIu64 " bytes: %s", path, (uint64_t)info.st_size, strerror(errno));
    goto cleanup;
  }
  *out_map = (spc_weights_map_t){.mapping = mapping, .mapping_size = (uint64_t)info.st_size};
  status = check_file(plan, path, out_map);
  if (status) spc_weights_map_deinit(out_map);
cleanup:
  close(file);
  return status;
}

void spc_weights_map_deinit(spc_weights_map_t *map) {
  if (map->mapping) munmap(map->mapping, map->mapping_size);
  *map = (spc_weights_map_t){0};
}
