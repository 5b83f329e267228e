// The library of fake_cudnn.h.
#include "fake_cudnn.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
enum { NOT_SUPPORTED = 3000 };

fake_cudnn_t fake_cudnn;

typedef struct descriptor_t {
  int type;
  bool final;
} descriptor_t;

struct cudnnContext {
  int unused;
};

static void require(bool condition) {
  if (!condition) abort();
}

static bool fails(void) { return ++fake_cudnn.calls == fake_cudnn.fail_at; }

EXPORT size_t cudnnGetVersion(void) { return fake_cudnn.version; }
EXPORT const char *cudnnGetErrorString(cudnnStatus_t status) { return status == NOT_SUPPORTED ? "FAKE_NOT_SUPPORTED" : "FAKE_ERROR"; }

EXPORT cudnnStatus_t cudnnCreate(cudnnHandle_t *handle) {
  if (fake_cudnn.does_not_start) return 1;
  *handle = calloc(1, sizeof **handle);
  ++fake_cudnn.live;
  ++fake_cudnn.created;
  return 0;
}

EXPORT cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) {
  free(handle);
  --fake_cudnn.live;
  return 0;
}

EXPORT cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, CUstream stream) {
  require(handle);
  fake_cudnn.stream = stream;
  return 0;
}

EXPORT cudnnStatus_t cudnnBackendCreateDescriptor(int type, cudnnBackendDescriptor_t *descriptor) {
  if (fails()) return NOT_SUPPORTED;
  descriptor_t *d = calloc(1, sizeof *d);
  d->type = type;
  *descriptor = d;
  ++fake_cudnn.live;
  return 0;
}

EXPORT cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t descriptor) {
  free(descriptor);
  --fake_cudnn.live;
  return 0;
}

EXPORT cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, int attribute, int type, int64_t count,
                                              const void *values) {
  descriptor_t *d = descriptor;
  if (fails()) return NOT_SUPPORTED;
  require(!d->final);
  if (type == CUDNN_TYPE_BACKEND_DESCRIPTOR) {
    for (int64_t i = 0; i < count; ++i) {
      const descriptor_t *value = ((descriptor_t *const *)values)[i];
      require(value->final || value->type == CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    }
  }
  if (attribute == CUDNN_ATTR_OPERATIONGRAPH_OPS) fake_cudnn.operations = count;
  if (d->type != CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR) return 0;
  require(count <= FAKE_CUDNN_NUMBERS);
  if (attribute == CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS)
    memcpy(fake_cudnn.ids, values, (size_t)count * sizeof *fake_cudnn.ids), fake_cudnn.given = count;
  if (attribute == CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS) {
    memcpy(fake_cudnn.pointers, values, (size_t)count * sizeof *fake_cudnn.pointers);
    for (int64_t i = 0; i < count; ++i) require(fake_cudnn.pointers[i]);
  }
  if (attribute == CUDNN_ATTR_VARIANT_PACK_WORKSPACE) memcpy(&fake_cudnn.workspace_pointer, values, sizeof fake_cudnn.workspace_pointer);
  return 0;
}

EXPORT cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t descriptor) {
  descriptor_t *d = descriptor;
  if (fails()) return NOT_SUPPORTED;
  require(!d->final);
  fake_cudnn.paged_loads += d->type == CUDNN_BACKEND_OPERATION_PAGED_CACHE_LOAD_DESCRIPTOR;
  fake_cudnn.matmuls += d->type == CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR;
  if (d->type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR && fake_cudnn.refused_plans-- > 0) return NOT_SUPPORTED;
  d->final = true;
  return 0;
}

EXPORT cudnnStatus_t cudnnBackendGetAttribute(cudnnBackendDescriptor_t descriptor, int attribute, int type, int64_t wanted, int64_t *count,
                                              void *values) {
  (void)type;
  if (fails()) return NOT_SUPPORTED;
  require(((descriptor_t *)descriptor)->final);
  *count = 1;
  if (attribute == CUDNN_ATTR_ENGINEHEUR_RESULTS) *count = fake_cudnn.proposals < wanted ? fake_cudnn.proposals : wanted;
  if (attribute == CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE) memcpy(values, &fake_cudnn.workspace, sizeof fake_cudnn.workspace);
  return 0;
}

EXPORT cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t plan, cudnnBackendDescriptor_t pack) {
  if (fails()) return NOT_SUPPORTED;
  require(handle);
  require(((descriptor_t *)plan)->type == CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  require(((descriptor_t *)pack)->final);
  ++fake_cudnn.executed;
  for (int64_t i = 0; i < fake_cudnn.given; ++i) {
    if (fake_cudnn.ids[i] == 1) fake_cudnn.scale = *(float *)fake_cudnn.pointers[i];  // on the host, and only now
  }
  return 0;
}
