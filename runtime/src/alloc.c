#include "alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static uint64_t g_allocations;  // since the last spc_alloc_fail_nth
static uint64_t g_fail_at;      // 0: never

static bool injected_failure(void) {
  // Atomic, because sessions may be created on several threads at once; the counter is only read by tests.
  uint64_t n = __atomic_add_fetch(&g_allocations, 1, __ATOMIC_RELAXED);
  return n == __atomic_load_n(&g_fail_at, __ATOMIC_RELAXED);
}

uint64_t spc_alloc_fail_nth(uint64_t nth) {
  __atomic_store_n(&g_fail_at, nth, __ATOMIC_RELAXED);
  return __atomic_exchange_n(&g_allocations, 0, __ATOMIC_RELAXED);
}

spc_status_t spc_alloc_zeroed(const char *what, uint64_t count, uint64_t size, void **out_pointer) {
  *out_pointer = NULL;
  uint64_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX) {
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: %" PRIu64 " times %" PRIu64 " bytes is more than memory can address", what, count, size);
  }
  *out_pointer = injected_failure() ? NULL : calloc(bytes ? bytes : 1, 1);
  if (!*out_pointer) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: the system has no %" PRIu64 " bytes", what, bytes);
  return NULL;
}

void spc_free(void *pointer) { free(pointer); }

// AddressSanitizer sees nothing of mappings: under it, regions come from the heap.
#if defined(__SANITIZE_ADDRESS__)
#define SPC_REGIONS_FROM_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SPC_REGIONS_FROM_HEAP 1
#endif
#endif

spc_status_t spc_region_init(const char *what, uint64_t size, spc_region_t *out_region) {
  *out_region = (spc_region_t){NULL, 0};
  if (size == 0) return NULL;
  if (size > PTRDIFF_MAX) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: %" PRIu64 " bytes is more than memory can address", what, size);
  void *data = NULL;
  if (!injected_failure()) {
#ifdef SPC_REGIONS_FROM_HEAP
    if (posix_memalign(&data, 64, size) == 0) {
      memset(data, 0, size);
    } else {
      data = NULL;
    }
#else
    data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) {
      data = NULL;
    } else {
      (void)madvise(data, size, MADV_HUGEPAGE);  // fewer TLB misses; only a hint
    }
#endif
  }
  if (!data) return SPC_STATUS(SPC_OUT_OF_MEMORY, "%s: the system has no %" PRIu64 " bytes", what, size);
  *out_region = (spc_region_t){data, size};
  return NULL;
}

void spc_region_deinit(spc_region_t *region) {
  if (!region->data) return;
#ifdef SPC_REGIONS_FROM_HEAP
  free(region->data);
#else
  munmap(region->data, region->size);
#endif
  *region = (spc_region_t){NULL, 0};
}
