// Paged pools in host memory, of the layers that are or may be offloaded. The rows of the layers of a group lie side by side, since one selection brings those of all
// of them: a row of a pool lies |host_stride| rows behind the one before, and what is copied as a whole are lines of a row. Or they are packed (spc/host_rows.h); then kernels copy.
#include <string.h>

#include "cuda/cuda_session.h"

#define MAX_LINES (UINT64_C(1) << 20)  // of a copy; the driver names no limit

static bool packed(const spc_cuda_t *c) { return c->plan->dims.host_packed != 0; }

static spc_status_t make_group(spc_cuda_t *c, uint64_t begin, uint64_t end) {
  const spc_memory_model_t *model = &c->session->memory;
  uint64_t row_bytes = packed(c) ? 0 : c->session->caches[begin].row_bytes, pages = c->session->residency.pages;
  uint64_t bytes = spc_memory_host_group_bytes(model, begin, end, pages), entries = spc_memory_host_entries_bytes(model, begin, end, pages);
  const spc_cuda_mapped_t *memory = &c->caches[begin].memory;
  SPC_RETURN_IF_ERROR(spc_cuda_mapped_init(c->model, "host pools of offloaded layers", bytes, &c->caches[begin].memory));
  uint8_t *host = memory->host;
  CUdeviceptr address = memory->address;
  c->pinned_bytes += bytes;
  for (uint64_t layer = begin; layer < end; ++layer) {
    spc_cuda_cache_t *cache = &c->caches[layer];
    cache->host = host + (layer - begin) * row_bytes;
    cache->host_address = address + (layer - begin) * row_bytes;
    cache->host_stride = end - begin;
    cache->place_in_group = layer - begin;
    cache->rest = host + entries;
    cache->rest_address = address + entries;
  }
  return NULL;
}

spc_status_t spc_cuda_host_pools_make(spc_cuda_t *c) {
  uint64_t layers = c->plan->dims.layers;
  for (uint64_t begin = layers - c->session->residency.most, end; begin < layers; begin = end) {
    end = spc_memory_group_end(&c->session->memory, begin);
    SPC_RETURN_IF_ERROR(make_group(c, begin, end));
  }
  return NULL;
}

void spc_cuda_host_pools_release(spc_cuda_t *c) {
  for (uint32_t i = 0; c->caches && i < c->plan->cache_count; ++i) spc_cuda_mapped_deinit(c->model, &c->caches[i].memory);
}

// ---- Copies of packed rows

// Blocks: few of what moves beside steps, more of what a prompt waits for (and of layers that come back).
#define PACK_BLOCKS 16
#define UNPACK_BLOCKS 64

static spc_status_t copy_packed(spc_cuda_t *c, uint32_t cache, uint64_t page, uint64_t count, CUdeviceptr device, bool to_host, CUstream stream) {
  const spc_cuda_cache_t *of = &c->caches[cache];
  uint64_t page_rows = c->plan->dims.page_tokens * c->plan->dims.kv_heads;
  int32_t kernel = spc_cuda_find_packing_kernel(c->plan, to_host);  // which the validator has seen
  const spc_arg_t arguments[] = {spc_cuda_pointer(device),         spc_cuda_pointer(of->host_address),          spc_cuda_pointer(of->rest_address),
                                 {.i64 = (int64_t)of->host_stride}, {.i64 = (int64_t)of->place_in_group},       {.i64 = (int64_t)(page * page_rows)},
                                 {.i64 = (int64_t)(count * page_rows)}};
  spc_cuda_grid_t grid = {to_host ? PACK_BLOCKS : UNPACK_BLOCKS, 1, 1};
  return spc_cuda_launch(c->model, stream, kernel, grid, sizeof arguments / sizeof *arguments, arguments, SPC_CUDA_BESIDE_COPIES);
}

// ---- Copies

static spc_status_t copy_lines(spc_cuda_t *c, CUdeviceptr device, uint8_t *host, uint64_t pitch, uint64_t width, uint64_t lines, bool to_host, CUstream stream) {
  CUDA_MEMCPY2D copy = {.WidthInBytes = width, .Height = lines};
  if (to_host) {
    copy.srcMemoryType = CU_MEMORYTYPE_DEVICE, copy.srcDevice = device, copy.srcPitch = width;
    copy.dstMemoryType = CU_MEMORYTYPE_HOST, copy.dstHost = host, copy.dstPitch = pitch;
  } else {
    copy.srcMemoryType = CU_MEMORYTYPE_HOST, copy.srcHost = host, copy.srcPitch = pitch;
    copy.dstMemoryType = CU_MEMORYTYPE_DEVICE, copy.dstDevice = device, copy.dstPitch = width;
  }
  return SPC_CU(c->cu, cuMemcpy2DAsync, &copy, stream);
}

spc_status_t spc_cuda_copy_host_pages(spc_cuda_t *c, uint32_t cache, uint64_t page, uint64_t count, CUdeviceptr device, bool to_host, CUstream stream) {
  if (count == 0) return NULL;
  if (packed(c)) return copy_packed(c, cache, page, count, device, to_host, stream);
  uint64_t row_bytes = c->session->caches[cache].row_bytes, bytes = count * c->session->caches[cache].page_bytes, stride = c->caches[cache].host_stride;
  uint8_t *host = c->caches[cache].host + page * c->session->caches[cache].page_bytes * stride;
  if (stride == 1) {
    return to_host ? SPC_CU(c->cu, cuMemcpyDtoHAsync, host, device, bytes, stream) : SPC_CU(c->cu, cuMemcpyHtoDAsync, device, host, bytes, stream);
  }
  for (uint64_t rows = bytes / row_bytes, row = 0; row < rows; row += MAX_LINES) {
    uint64_t lines = rows - row < MAX_LINES ? rows - row : MAX_LINES;
    SPC_RETURN_IF_ERROR(copy_lines(c, device + row * row_bytes, host + row * row_bytes * stride, row_bytes * stride, row_bytes, lines, to_host, stream));
  }
  return NULL;
}

// A layer's part, words and rest of a row.
static void copy_packed_row(const spc_cuda_cache_t *cache, uint64_t head_size, uint64_t from, uint64_t to) {
  uint64_t part = spc_host_part_bytes(head_size), rest = spc_host_rest_bytes(head_size), entry = spc_host_entry_bytes(head_size, cache->host_stride);
  uint64_t part_at = cache->place_in_group * part, words_at = cache->host_stride * part + 8 * cache->place_in_group;
  uint8_t *rests = cache->rest + cache->place_in_group * rest;
  memcpy(cache->host + to * entry + part_at, cache->host + from * entry + part_at, part);
  memcpy(cache->host + to * entry + words_at, cache->host + from * entry + words_at, 8);
  memcpy(rests + to * cache->host_stride * rest, rests + from * cache->host_stride * rest, rest);
}

void spc_cuda_copy_host_page(spc_cuda_t *c, uint32_t cache, uint64_t from, uint64_t to) {
  uint64_t row_bytes = c->session->caches[cache].row_bytes, page_bytes = c->session->caches[cache].page_bytes, stride = c->caches[cache].host_stride;
  uint64_t rows = page_bytes / row_bytes;
  uint8_t *host = c->caches[cache].host;
  for (uint64_t row = 0; row < rows; ++row) {
    if (packed(c)) {
      copy_packed_row(&c->caches[cache], c->plan->dims.head_size, from * rows + row, to * rows + row);
    } else {
      memcpy(host + (to * rows + row) * row_bytes * stride, host + (from * rows + row) * row_bytes * stride, row_bytes);
    }
  }
}
