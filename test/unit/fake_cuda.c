#include "fake_cuda.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/driver.h"

#define EXPORT __attribute__((visibility("default")))
enum { FAILED = 719, NOT_FOUND = 500, BAD_IMAGE = 200, INVALID_VALUE = 1, UNJOINED = 904, MAX_ARGS = 32, MAX_STREAMS = 16 };

fake_cuda_t fake_cuda = {.capability = 90, .version = 13000};

typedef enum op_kind_t { OP_COPY, OP_SET, OP_KERNEL, OP_RECORD, OP_WAIT } op_kind_t;
typedef struct op_t {
  op_kind_t kind;
  struct CUstream_st *stream;
  char *to;
  const char *from;
  size_t bytes, unit;
  size_t lines, to_pitch, from_pitch;  // of a copy of several lines, each of |bytes|
  unsigned value;
  const fake_kernel_t *kernel;
  fake_grid_t grid;
  spc_arg_t args[MAX_ARGS];
  struct CUevent_st *event;
  uint64_t generation;  // of the event
  struct op_t *next;
} op_t;

struct CUstream_st {
  op_t *first, **last;
  int slot;
};
struct CUevent_st {
  uint64_t recorded, done;             // generations
  struct CUstream_st *captured_stream;  // whose work it stands for, in the capture under way
};
struct CUgraph_st {
  op_t *first, **last;
};
struct CUgraphExec_st {
  op_t *first;
};
struct CUfunc_st {
  const fake_kernel_t *kernel;
  CUfunction next;
};
struct CUmod_st {
  CUfunction functions;
};

static struct CUstream_st *g_streams[MAX_STREAMS];
static struct {
  CUstream origin;  // NULL: nothing is captured
  CUgraph graph;
  bool open[MAX_STREAMS];  // has work that the origin has not waited for
} g_capture;

void fake_cuda_reset(const fake_kernel_t *kernels) {
  int64_t live = fake_cuda.live;
  fake_cuda = (fake_cuda_t){.capability = 90, .version = 13000, .kernels = kernels, .live = live};
}

static bool fails(const char *function) {
  if (fake_cuda.fail_function && strcmp(fake_cuda.fail_function, function)) return false;
  return ++fake_cuda.calls == fake_cuda.fail_at;
}
#define CALL \
  if (fails(__func__)) return FAILED

// ---- Queues

static void run(const op_t *op) {
  switch (op->kind) {
    case OP_COPY:
      for (size_t i = 0; i < op->lines; ++i) memmove(op->to + i * op->to_pitch, op->from + i * op->from_pitch, op->bytes);
      break;
    case OP_SET:
      for (size_t i = 0; i < op->bytes; ++i) memcpy(op->to + i * op->unit, &op->value, op->unit);
      break;
    case OP_KERNEL:
      if (op->kernel->run) op->kernel->run(op->args, op->grid);
      else if (!op->kernel->host) fake_cuda.run(op->kernel, op->args, op->grid);
      else op->kernel->host(op->args, 0, (int64_t)op->grid.x * op->grid.y * op->grid.z);
      break;
    case OP_RECORD:
      if (op->event->done < op->generation) op->event->done = op->generation;
      break;
    case OP_WAIT: break;
  }
}

static bool run_stream(CUstream stream) {
  bool ran = false;
  for (op_t *op; (op = stream->first) && !(op->kind == OP_WAIT && op->event->done < op->generation); ran = true) {
    run(op);
    if (!(stream->first = op->next)) stream->last = &stream->first;
    free(op);
  }
  return ran;
}

static void run_all(void) {
  for (bool ran = true; ran;) {
    ran = false;
    for (int i = 0; i < MAX_STREAMS && !ran; ++i) {
      CUstream stream = g_streams[fake_cuda.later_streams_first ? MAX_STREAMS - 1 - i : i];
      if (stream) ran = run_stream(stream);
    }
  }
}

static int push(op_t op) {
  op_t *copy = malloc(sizeof *copy);
  if (!copy) abort();
  op.next = NULL;
  CUstream stream = op.stream;
  bool waits_for_captured = op.kind == OP_WAIT && op.event->captured_stream;
  if (g_capture.origin && (stream == g_capture.origin || g_capture.open[stream->slot] || waits_for_captured)) {
    if (op.kind == OP_RECORD) op.event->captured_stream = stream;
    if (stream != g_capture.origin) g_capture.open[stream->slot] = true;
    else if (waits_for_captured) g_capture.open[op.event->captured_stream->slot] = false;
    *copy = op;
    *g_capture.graph->last = copy;
    g_capture.graph->last = &copy->next;
    ++fake_cuda.captured;
    return 0;
  }
  if (op.kind == OP_RECORD) op.generation = ++op.event->recorded;
  if (op.kind == OP_WAIT) op.generation = op.event->recorded;
  *copy = op;
  *stream->last = copy;
  stream->last = &copy->next;
  return 0;
}

static void free_ops(op_t *op) {
  for (op_t *next; op; op = next) {
    next = op->next;
    free(op);
  }
}
int fake_cuda_enqueue(void *stream, const fake_kernel_t *kernel, const spc_arg_t *args) {
  op_t op = {.kind = OP_KERNEL, .stream = stream, .kernel = kernel, .grid = {1, 1, 1}};
  memcpy(op.args, args, kernel->arg_count * sizeof *args);
  return push(op);
}

// ---- Devices and modules

EXPORT int cuInit(unsigned flags) {
  CALL;
  return (int)flags;
}
EXPORT int cuGetErrorName(int error, const char **name) {
  *name = error == CUDA_ERROR_OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_FAKE";
  return 0;
}
EXPORT int cuGetErrorString(int error, const char **text) {
  *text = error == UNJOINED ? "unjoined work" : "an error for a test";
  return 0;
}
EXPORT int cuDriverGetVersion(int *version) {
  CALL;
  *version = fake_cuda.version;
  return 0;
}
EXPORT int cuDeviceGetCount(int *count) {
  CALL;
  *count = 1;
  return 0;
}
EXPORT int cuDeviceGet(CUdevice *device, int ordinal) {
  CALL;
  *device = ordinal;
  return 0;
}
EXPORT int cuDeviceGetName(char *name, int size, CUdevice device) {
  CALL;
  snprintf(name, (size_t)size, "Fake %d", device);
  return 0;
}
EXPORT int cuDeviceGetAttribute(int *value, int attribute, CUdevice device) {
  CALL;
  *value = attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR   ? fake_cuda.capability / 10
           : attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR ? fake_cuda.capability % 10
           : attribute == CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT     ? 4 + device
           : attribute == CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR ? 228 << 10
           : attribute == CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK     ? 1 << 10
           : attribute == CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT                ? (fake_cuda.capability >= 90 ? 4 : 1)
                                                                       : 227 << 10;
  return 0;
}
EXPORT int cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  CALL;
  *context = (CUcontext)(void *)(g_streams + device);
  ++fake_cuda.live;
  return 0;
}
EXPORT int cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  --fake_cuda.live;
  return device;
}
EXPORT int cuCtxSetCurrent(CUcontext context) {
  CALL;
  return context ? 0 : INVALID_VALUE;
}
EXPORT int cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned options, int *names, void **values) {
  CALL;
  if (!fake_cuda.run && memcmp(image, "// fake", 7)) {
    if (options == 2 && names[0] == CU_JIT_ERROR_LOG_BUFFER) memcpy(values[0], "ptxas fatal: not PTX", 21);
    return BAD_IMAGE;
  }
  *module = calloc(1, sizeof **module);
  ++fake_cuda.live;
  return 0;
}
EXPORT int cuModuleUnload(CUmodule module) {
  for (CUfunction at = module->functions, next; at; at = next) {
    next = at->next;
    free(at);
  }
  free(module);
  --fake_cuda.live;
  return 0;
}
EXPORT int cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
  CALL;
  for (const fake_kernel_t *k = fake_cuda.kernels; k->entry; ++k) {
    if (strcmp(k->entry, name)) continue;
    *function = malloc(sizeof **function);
    **function = (struct CUfunc_st){k, module->functions};
    module->functions = *function;
    return 0;
  }
  return NOT_FOUND;
}
EXPORT int cuFuncGetAttribute(int *value, int attribute, CUfunction function) {
  CALL;
  *value = function ? FAKE_CUDA_FIXED_BYTES : 0;
  return attribute == CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES ? 0 : INVALID_VALUE;
}
EXPORT int cuFuncSetAttribute(CUfunction function, int attribute, int value) {
  CALL;
  return function && attribute == CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES && value > 48 << 10 ? 0 : INVALID_VALUE;
}

// ---- Memory. A block is preceded by its size, and filled with what nobody wants.

static void *take(size_t bytes) {
  char *block = aligned_alloc(256, (bytes + 511) / 256 * 256);
  if (!block) abort();
  memset(block, 0xcd, bytes);
  ++fake_cuda.live;
  return block;
}
static int give(void *block) {
  free(block);
  --fake_cuda.live;
  return 0;
}
EXPORT int cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  CALL;
  *free_bytes = 1 << 20;
  *total = 2 << 20;
  return 0;
}
EXPORT int cuMemAlloc_v2(CUdeviceptr *pointer, size_t bytes) {
  if (fails(__func__)) return CUDA_ERROR_OUT_OF_MEMORY;
  *pointer = (uintptr_t)take(bytes);
  return 0;
}
EXPORT int cuMemFree_v2(CUdeviceptr pointer) { return give((void *)(uintptr_t)pointer); }
EXPORT int cuMemHostAlloc(void **pointer, size_t bytes, unsigned flags) {
  CALL;
  if (flags != (CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP)) return INVALID_VALUE;
  *pointer = take(bytes);
  return 0;
}
EXPORT int cuMemFreeHost(void *pointer) { return give(pointer); }
EXPORT int cuMemHostRegister_v2(void *pointer, size_t bytes, unsigned flags) {
  CALL;
  if (!pointer || !bytes || flags != (CU_MEMHOSTREGISTER_PORTABLE | CU_MEMHOSTREGISTER_DEVICEMAP)) return INVALID_VALUE;
  ++fake_cuda.live;
  return 0;
}
EXPORT int cuMemHostUnregister(void *pointer) {
  if (!pointer) return INVALID_VALUE;
  --fake_cuda.live;
  return 0;
}
EXPORT int cuMemHostGetDevicePointer_v2(CUdeviceptr *device, void *host, unsigned flags) {
  CALL;
  *device = (uintptr_t)host;
  return (int)flags;
}
// A session that moves layers copies pages on its third stream; pools within the arena, on the first, in pieces of more than a row of hidden numbers.
static bool move_fails(const struct CUstream_st *stream, bool within, size_t bytes) {
  if (!(within ? stream->slot == 0 && bytes > 64 : stream->slot == 2)) return false;
  uint64_t scattered = ++fake_cuda.moves * 2654435761u >> 16 & 0xffff;
  return fake_cuda.fail_moves_every && scattered % fake_cuda.fail_moves_every == 0;
}
static int copy(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return push((op_t){.kind = OP_COPY, .stream = stream, .to = (char *)(uintptr_t)to, .from = (const char *)(uintptr_t)from, .bytes = bytes, .lines = 1});
}
EXPORT int cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
  CALL;
  if (move_fails(stream, false, bytes)) return FAILED;
  return copy(to, (uintptr_t)from, bytes, stream);
}
EXPORT int cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
  CALL;
  if (move_fails(stream, false, bytes)) return FAILED;
  return copy((uintptr_t)to, from, bytes, stream);
}
EXPORT int cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  CALL;
  if (move_fails(stream, true, bytes)) return FAILED;
  return copy(to, from, bytes, stream);
}
EXPORT int cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *c, CUstream stream) {
  CALL;
  bool to_host = c->dstMemoryType == CU_MEMORYTYPE_HOST;
  if (c->srcMemoryType != (to_host ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST) || (!to_host && c->dstMemoryType != CU_MEMORYTYPE_DEVICE)) return INVALID_VALUE;
  if (c->WidthInBytes == 0 || c->srcPitch < c->WidthInBytes || c->dstPitch < c->WidthInBytes) return INVALID_VALUE;
  if (move_fails(stream, false, c->WidthInBytes * c->Height)) return FAILED;
  return push((op_t){.kind = OP_COPY, .stream = stream, .to = to_host ? c->dstHost : (char *)(uintptr_t)c->dstDevice,
                     .from = to_host ? (const char *)(uintptr_t)c->srcDevice : c->srcHost, .bytes = c->WidthInBytes, .lines = c->Height,
                     .to_pitch = c->dstPitch, .from_pitch = c->srcPitch});
}
static int set(CUdeviceptr to, unsigned value, size_t count, size_t unit, CUstream stream) {
  return push((op_t){.kind = OP_SET, .stream = stream, .to = (char *)(uintptr_t)to, .value = value, .bytes = count, .unit = unit});
}
EXPORT int cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
  CALL;
  return set(to, value, count, 1, stream);
}
EXPORT int cuMemsetD16Async(CUdeviceptr to, unsigned short value, size_t count, CUstream stream) {
  CALL;
  return set(to, value, count, 2, stream);
}
EXPORT int cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
  CALL;
  return set(to, value, count, 4, stream);
}

// ---- Streams, events, launches

static int create_stream(CUstream *stream, unsigned flags) {
  if (flags != CU_STREAM_NON_BLOCKING) return INVALID_VALUE;
  *stream = calloc(1, sizeof **stream);
  (*stream)->last = &(*stream)->first;
  while ((*stream)->slot < MAX_STREAMS && g_streams[(*stream)->slot]) ++(*stream)->slot;
  if ((*stream)->slot == MAX_STREAMS) abort();
  g_streams[(*stream)->slot] = *stream;
  ++fake_cuda.live;
  return 0;
}
EXPORT int cuStreamCreate(CUstream *stream, unsigned flags) {
  CALL;
  return create_stream(stream, flags);
}
EXPORT int cuStreamCreateWithPriority(CUstream *stream, unsigned flags, int priority) {
  CALL;
  return priority < 0 ? create_stream(stream, flags) : INVALID_VALUE;
}
EXPORT int cuStreamDestroy_v2(CUstream stream) {
  run_all();
  g_streams[stream->slot] = NULL;
  free_ops(stream->first);
  free(stream);
  --fake_cuda.live;
  return 0;
}
EXPORT int cuStreamSynchronize(CUstream stream) {
  CALL;
  run_all();
  return stream->first ? FAILED : 0;  // waits for what nobody will do
}
EXPORT int cuStreamWaitEvent(CUstream stream, CUevent event, unsigned flags) {
  CALL;
  return push((op_t){.kind = OP_WAIT, .stream = stream, .event = event, .value = flags});
}
EXPORT int cuEventCreate(CUevent *event, unsigned flags) {
  CALL;
  *event = calloc(1, sizeof **event);
  ++fake_cuda.live;
  return flags == CU_EVENT_DEFAULT || flags == CU_EVENT_DISABLE_TIMING ? 0 : INVALID_VALUE;
}
EXPORT int cuEventDestroy_v2(CUevent event) {
  run_all();
  free(event);
  --fake_cuda.live;
  return 0;
}
EXPORT int cuEventRecord(CUevent event, CUstream stream) {
  CALL;
  return push((op_t){.kind = OP_RECORD, .stream = stream, .event = event});
}
EXPORT int cuEventRecordWithFlags(CUevent event, CUstream stream, unsigned flags) {
  CALL;
  if (flags != (g_capture.origin ? CU_EVENT_RECORD_EXTERNAL : 0)) return INVALID_VALUE;
  return push((op_t){.kind = OP_RECORD, .stream = stream, .event = event});
}
EXPORT int cuEventSynchronize(CUevent event) {
  CALL;
  if (event->done < event->recorded) run_all();
  return event->done < event->recorded ? FAILED : 0;
}
EXPORT int cuEventElapsedTime(float *milliseconds, CUevent begin, CUevent end) {
  CALL;
  *milliseconds = 0.5f;
  return begin->recorded && end->recorded ? 0 : INVALID_VALUE;
}
EXPORT int cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction function, void **arguments, void **extra) {
  CALL;
  const fake_grid_t grid = {config->gridDimX, config->gridDimY, config->gridDimZ};
  if (!grid.x || !grid.y || !grid.z || !config->blockDimX || extra) return INVALID_VALUE;
  op_t op = {.kind = OP_KERNEL, .stream = config->hStream, .kernel = function->kernel, .grid = grid};
  for (uint32_t i = 0; i < function->kernel->arg_count; ++i) memcpy(&op.args[i], arguments[i], sizeof op.args[i]);
  ++fake_cuda.launches;
  for (uint32_t i = 0; i < config->numAttrs; ++i) {
    const CUlaunchAttribute *attribute = &config->attrs[i];
    if (attribute->id == CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION) ++fake_cuda.overlapping;
    else if (attribute->id == CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN && fake_cuda.capability >= 90) fake_cuda.apart += attribute->value.memSyncDomain == CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE;
    else if (attribute->id != CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT || fake_cuda.version < 12080) return INVALID_VALUE;
    else fake_cuda.shared_percent = attribute->value.sharedMemCarveout, ++fake_cuda.divided;
  }
  return push(op);
}

// ---- Graphs

EXPORT int cuStreamBeginCapture_v2(CUstream stream, int mode) {
  CALL;
  if (g_capture.origin || mode != CU_STREAM_CAPTURE_MODE_THREAD_LOCAL) return INVALID_VALUE;
  memset(&g_capture, 0, sizeof g_capture);
  g_capture.origin = stream;
  g_capture.graph = calloc(1, sizeof *g_capture.graph);
  g_capture.graph->last = &g_capture.graph->first;
  ++fake_cuda.live;
  return 0;
}
EXPORT int cuStreamEndCapture(CUstream stream, CUgraph *graph) {
  bool open = false, failed = fails(__func__);
  for (int i = 0; i < MAX_STREAMS; ++i) open |= g_capture.open[i];
  for (op_t *op = g_capture.graph->first; op; op = op->next) {
    if (op->event) op->event->captured_stream = NULL;
  }
  *graph = g_capture.graph;
  g_capture.origin = NULL;
  if (!open && !failed) return stream ? 0 : INVALID_VALUE;
  free_ops((*graph)->first);
  free(*graph);
  *graph = NULL;
  --fake_cuda.live;
  return failed ? FAILED : UNJOINED;
}
EXPORT int cuGraphInstantiateWithFlags(CUgraphExec *exec, CUgraph graph, unsigned long long flags) {
  CALL;
  *exec = calloc(1, sizeof **exec);
  (*exec)->first = graph->first;
  graph->first = NULL;
  ++fake_cuda.live;
  return flags == CU_GRAPH_INSTANTIATE_USE_NODE_PRIORITY ? 0 : INVALID_VALUE;
}
EXPORT int cuGraphLaunch(CUgraphExec exec, CUstream stream) {
  CALL;
  for (const op_t *op = exec->first; op; op = op->next) push(*op);
  ++fake_cuda.graph_launches;
  return stream ? 0 : INVALID_VALUE;
}
EXPORT int cuGraphExecDestroy(CUgraphExec exec) {
  free_ops(exec->first);
  free(exec);
  --fake_cuda.live;
  return 0;
}
EXPORT int cuGraphDestroy(CUgraph graph) {
  free_ops(graph->first);
  free(graph);
  --fake_cuda.live;
  return 0;
}
