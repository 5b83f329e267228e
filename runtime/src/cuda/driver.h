// NVIDIA's driver, opened when a CUDA object is loaded: our own declarations of what is used of it, and its errors as statuses.
//
// Types and functions have the driver's names and layouts (CUDA 12 and later; cuda.h is not needed to build). Every call is made through
// SPC_CU(driver, function, arguments), which is a status.
#ifndef SPC_RUNTIME_CUDA_DRIVER_H_
#define SPC_RUNTIME_CUDA_DRIVER_H_

#include <stddef.h>
#include <stdint.h>

#include "spc/status.h"

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;

enum {
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR = 81,
  CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97,
  CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK = 111,
  CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT = 126,
  CU_STREAM_NON_BLOCKING = 1,
  CU_EVENT_RECORD_EXTERNAL = 1,  // while capturing: a node that records the event, which the host may wait for
  CU_GRAPH_INSTANTIATE_USE_NODE_PRIORITY = 8,  // kernels of a graph have the priority of the stream that they were captured from
  CU_EVENT_DEFAULT = 0,
  CU_EVENT_DISABLE_TIMING = 2,
  CU_MEMHOSTREGISTER_PORTABLE = 1,
  CU_MEMHOSTREGISTER_DEVICEMAP = 2,
  CU_MEMHOSTALLOC_PORTABLE = 1,
  CU_MEMHOSTALLOC_DEVICEMAP = 2,
  CU_JIT_ERROR_LOG_BUFFER = 5,
  CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6,
  CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES = 1,
  CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
  CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1,
  CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION = 6,
  CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN = 10,
  CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT = 14,
  CU_LAUNCH_MEM_SYNC_DOMAIN_REMOTE = 1,
  CU_MEMORYTYPE_HOST = 1,
  CU_MEMORYTYPE_DEVICE = 2,
};

typedef struct CUDA_MEMCPY2D {
  size_t srcXInBytes, srcY;
  int srcMemoryType;
  const void *srcHost;
  CUdeviceptr srcDevice;
  void *srcArray;
  size_t srcPitch;
  size_t dstXInBytes, dstY;
  int dstMemoryType;
  void *dstHost;
  CUdeviceptr dstDevice;
  void *dstArray;
  size_t dstPitch;
  size_t WidthInBytes, Height;
} CUDA_MEMCPY2D;

typedef struct CUlaunchAttribute {
  int id;
  char pad[4];
  union {
    char pad[64];
    int programmaticStreamSerializationAllowed;
    int memSyncDomain;
    unsigned sharedMemCarveout;
  } value;
} CUlaunchAttribute;

typedef struct CUlaunchConfig {
  unsigned gridDimX, gridDimY, gridDimZ;
  unsigned blockDimX, blockDimY, blockDimZ;
  unsigned sharedMemBytes;
  CUstream hStream;
  CUlaunchAttribute *attrs;
  unsigned numAttrs;
} CUlaunchConfig;

// X(function, symbol, parameters): the symbol has the version that these parameters are of.
#define SPC_CUDA_DRIVER_FUNCTIONS(X)                                                                                                        \
  X(cuInit, "cuInit", (unsigned flags))                                                                                                     \
  X(cuDriverGetVersion, "cuDriverGetVersion", (int *version))                                                                               \
  X(cuGetErrorName, "cuGetErrorName", (CUresult error, const char **name))                                                                  \
  X(cuGetErrorString, "cuGetErrorString", (CUresult error, const char **text))                                                              \
  X(cuDeviceGetCount, "cuDeviceGetCount", (int *count))                                                                                     \
  X(cuDeviceGet, "cuDeviceGet", (CUdevice * device, int ordinal))                                                                           \
  X(cuDeviceGetName, "cuDeviceGetName", (char *name, int size, CUdevice device))                                                            \
  X(cuDeviceGetAttribute, "cuDeviceGetAttribute", (int *value, int attribute, CUdevice device))                                             \
  X(cuDevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain", (CUcontext * context, CUdevice device))                                           \
  X(cuDevicePrimaryCtxRelease, "cuDevicePrimaryCtxRelease_v2", (CUdevice device))                                                           \
  X(cuCtxSetCurrent, "cuCtxSetCurrent", (CUcontext context))                                                                                \
  X(cuMemGetInfo, "cuMemGetInfo_v2", (size_t * free, size_t *total))                                                                        \
  X(cuMemAlloc, "cuMemAlloc_v2", (CUdeviceptr * pointer, size_t bytes))                                                                     \
  X(cuMemFree, "cuMemFree_v2", (CUdeviceptr pointer))                                                                                       \
  X(cuMemHostAlloc, "cuMemHostAlloc", (void **pointer, size_t bytes, unsigned flags))                                                       \
  X(cuMemFreeHost, "cuMemFreeHost", (void *pointer))                                                                                        \
  X(cuMemHostRegister, "cuMemHostRegister_v2", (void *pointer, size_t bytes, unsigned flags))                                               \
  X(cuMemHostUnregister, "cuMemHostUnregister", (void *pointer))                                                                            \
  X(cuMemHostGetDevicePointer, "cuMemHostGetDevicePointer_v2", (CUdeviceptr * device, void *host, unsigned flags))                          \
  X(cuMemcpyHtoDAsync, "cuMemcpyHtoDAsync_v2", (CUdeviceptr to, const void *from, size_t bytes, CUstream stream))                           \
  X(cuMemcpyDtoHAsync, "cuMemcpyDtoHAsync_v2", (void *to, CUdeviceptr from, size_t bytes, CUstream stream))                                 \
  X(cuMemcpyDtoDAsync, "cuMemcpyDtoDAsync_v2", (CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream))                           \
  X(cuMemcpy2DAsync, "cuMemcpy2DAsync_v2", (const CUDA_MEMCPY2D *copy, CUstream stream))                                                    \
  X(cuMemsetD8Async, "cuMemsetD8Async", (CUdeviceptr to, unsigned char value, size_t count, CUstream stream))                               \
  X(cuMemsetD16Async, "cuMemsetD16Async", (CUdeviceptr to, unsigned short value, size_t count, CUstream stream))                            \
  X(cuMemsetD32Async, "cuMemsetD32Async", (CUdeviceptr to, unsigned value, size_t count, CUstream stream))                                  \
  X(cuStreamCreate, "cuStreamCreate", (CUstream * stream, unsigned flags))                                                                  \
  X(cuStreamCreateWithPriority, "cuStreamCreateWithPriority", (CUstream * stream, unsigned flags, int priority))                            \
  X(cuStreamDestroy, "cuStreamDestroy_v2", (CUstream stream))                                                                               \
  X(cuStreamSynchronize, "cuStreamSynchronize", (CUstream stream))                                                                          \
  X(cuStreamWaitEvent, "cuStreamWaitEvent", (CUstream stream, CUevent event, unsigned flags))                                               \
  X(cuEventCreate, "cuEventCreate", (CUevent * event, unsigned flags))                                                                      \
  X(cuEventDestroy, "cuEventDestroy_v2", (CUevent event))                                                                                   \
  X(cuEventRecord, "cuEventRecord", (CUevent event, CUstream stream))                                                                       \
  X(cuEventRecordWithFlags, "cuEventRecordWithFlags", (CUevent event, CUstream stream, unsigned flags))                                     \
  X(cuEventSynchronize, "cuEventSynchronize", (CUevent event))                                                                              \
  X(cuEventElapsedTime, "cuEventElapsedTime", (float *milliseconds, CUevent begin, CUevent end))                                            \
  X(cuModuleLoadDataEx, "cuModuleLoadDataEx", (CUmodule * module, const void *image, unsigned options, int *names, void **values))          \
  X(cuModuleUnload, "cuModuleUnload", (CUmodule module))                                                                                    \
  X(cuModuleGetFunction, "cuModuleGetFunction", (CUfunction * function, CUmodule module, const char *name))                                 \
  X(cuFuncGetAttribute, "cuFuncGetAttribute", (int *value, int attribute, CUfunction function))                                             \
  X(cuFuncSetAttribute, "cuFuncSetAttribute", (CUfunction function, int attribute, int value))                                              \
  X(cuLaunchKernelEx, "cuLaunchKernelEx", (const CUlaunchConfig *config, CUfunction function, void **arguments, void **extra))              \
  X(cuStreamBeginCapture, "cuStreamBeginCapture_v2", (CUstream stream, int mode))                                                           \
  X(cuStreamEndCapture, "cuStreamEndCapture", (CUstream stream, CUgraph * graph))                                                           \
  X(cuGraphInstantiateWithFlags, "cuGraphInstantiateWithFlags", (CUgraphExec * exec, CUgraph graph, unsigned long long flags))              \
  X(cuGraphLaunch, "cuGraphLaunch", (CUgraphExec exec, CUstream stream))                                                                    \
  X(cuGraphExecDestroy, "cuGraphExecDestroy", (CUgraphExec exec))                                                                           \
  X(cuGraphDestroy, "cuGraphDestroy", (CUgraph graph))

typedef struct spc_cuda_driver_t {
#define SPC_CUDA_DECLARE(function, symbol, parameters) CUresult(*function) parameters;
  SPC_CUDA_DRIVER_FUNCTIONS(SPC_CUDA_DECLARE)
#undef SPC_CUDA_DECLARE
} spc_cuda_driver_t;

// The driver, opened and initialised once a process and never closed. UNSUPPORTED when it is not there (says what is missing), DEVICE when it does
// not start.
SPC_WARN_UNUSED spc_status_t spc_cuda_driver_get(const spc_cuda_driver_t **out_driver);

// Tests: the library to open instead of "libcuda.so.1"; NULL: this program. Forgets the one that is open, so no model may exist.
void spc_cuda_driver_set_library(const char *path);

// NULL for success. OUT_OF_MEMORY or DEVICE: "cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY: out of memory".
SPC_WARN_UNUSED spc_status_t spc_cuda_status(const spc_cuda_driver_t *driver, CUresult result, const char *function);

#define SPC_CU(driver, function, ...) spc_cuda_status((driver), (driver)->function(__VA_ARGS__), #function)

#endif  // SPC_RUNTIME_CUDA_DRIVER_H_
