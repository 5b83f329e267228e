// The part of the CUDA driver that the GPU tests use, opened when a program runs: they build without CUDA. Declarations are our own, from the driver API's manual.
//
// A test program has one device, one context and one stream. CU(call) ends the process when a call fails (runner.h reports that and goes on in a new one), since
// most errors of a kernel leave the context unusable.
#ifndef TEST_GPU_DRIVER_H_
#define TEST_GPU_DRIVER_H_

#include <stddef.h>
#include <stdint.h>

typedef int cu_result_t;
typedef int cu_device_t;
typedef uint64_t cu_pointer_t;
typedef struct cu_context_s *cu_context_t;
typedef struct cu_module_s *cu_module_t;
typedef struct cu_function_s *cu_function_t;
typedef struct cu_stream_s *cu_stream_t;
typedef struct cu_event_s *cu_event_t;
typedef struct cu_graph_s *cu_graph_t;
typedef struct cu_graph_exec_s *cu_graph_exec_t;

typedef struct cu_launch_attribute_t {
  int id;
  char pad[4];
  union {
    char bytes[64];
    int number;
  } value;
} cu_launch_attribute_t;

typedef struct cu_launch_config_t {
  unsigned grid_x, grid_y, grid_z, block_x, block_y, block_z, shared_bytes;
  cu_stream_t stream;
  cu_launch_attribute_t *attributes;
  unsigned attribute_count;
} cu_launch_config_t;

enum {
  CU_DEVICE_MULTIPROCESSORS = 16,
  CU_DEVICE_L2_BYTES = 38,
  CU_DEVICE_COMPUTE_MAJOR = 75,
  CU_DEVICE_COMPUTE_MINOR = 76,
  CU_FUNCTION_LOCAL_BYTES = 3,
  CU_FUNCTION_REGISTERS = 4,
  CU_FUNCTION_MAX_DYNAMIC_SHARED_BYTES = 8,
  CU_JIT_ERROR_LOG = 5,
  CU_JIT_ERROR_LOG_SIZE = 6,
  CU_HOST_PORTABLE_MAPPED = 1 | 2,
  CU_STREAM_NON_BLOCKING = 1,
  CU_CAPTURE_THREAD_LOCAL = 1,
  CU_LAUNCH_PROGRAMMATIC_SERIALIZATION = 6,
};

#define CUDA_FUNCTIONS(F)                                                                                                  \
  F(init, cuInit, (unsigned flags))                                                                                        \
  F(driver_version, cuDriverGetVersion, (int *version))                                                                    \
  F(error_name, cuGetErrorName, (cu_result_t error, const char **name))                                                    \
  F(device_get, cuDeviceGet, (cu_device_t * device, int ordinal))                                                          \
  F(device_name, cuDeviceGetName, (char *name, int size, cu_device_t device))                                              \
  F(device_attribute, cuDeviceGetAttribute, (int *value, int attribute, cu_device_t device))                               \
  F(context_retain, cuDevicePrimaryCtxRetain, (cu_context_t * context, cu_device_t device))                                \
  F(context_set, cuCtxSetCurrent, (cu_context_t context))                                                                  \
  F(module_load, cuModuleLoadDataEx, (cu_module_t * module, const void *image, unsigned n, int *options, void **values))   \
  F(module_function, cuModuleGetFunction, (cu_function_t * function, cu_module_t module, const char *name))                \
  F(function_set, cuFuncSetAttribute, (cu_function_t function, int attribute, int value))                                  \
  F(function_get, cuFuncGetAttribute, (int *value, int attribute, cu_function_t function))                                 \
  F(alloc, cuMemAlloc_v2, (cu_pointer_t * pointer, size_t size))                                                           \
  F(free, cuMemFree_v2, (cu_pointer_t pointer))                                                                            \
  F(host_alloc, cuMemHostAlloc, (void **pointer, size_t size, unsigned flags))                                             \
  F(host_free, cuMemFreeHost, (void *pointer))                                                                             \
  F(host_device_pointer, cuMemHostGetDevicePointer_v2, (cu_pointer_t * pointer, void *host, unsigned flags))               \
  F(copy_to_host, cuMemcpyDtoH_v2, (void *to, cu_pointer_t from, size_t size))                                             \
  F(copy, cuMemcpyAsync, (cu_pointer_t to, cu_pointer_t from, size_t size, cu_stream_t stream))                            \
  F(stream_create, cuStreamCreate, (cu_stream_t * stream, unsigned flags))                                                 \
  F(stream_wait, cuStreamSynchronize, (cu_stream_t stream))                                                                \
  F(event_create, cuEventCreate, (cu_event_t * event, unsigned flags))                                                     \
  F(event_record, cuEventRecord, (cu_event_t event, cu_stream_t stream))                                                   \
  F(event_wait, cuEventSynchronize, (cu_event_t event))                                                                    \
  F(event_ms, cuEventElapsedTime, (float *ms, cu_event_t from, cu_event_t to))                                             \
  F(launch, cuLaunchKernelEx, (const cu_launch_config_t *config, cu_function_t function, void **params, void **extra))     \
  F(capture_begin, cuStreamBeginCapture_v2, (cu_stream_t stream, int mode))                                                \
  F(capture_end, cuStreamEndCapture, (cu_stream_t stream, cu_graph_t *graph))                                              \
  F(graph_instantiate, cuGraphInstantiateWithFlags, (cu_graph_exec_t * exec, cu_graph_t graph, unsigned long long flags))  \
  F(graph_launch, cuGraphLaunch, (cu_graph_exec_t exec, cu_stream_t stream))                                               \
  F(graph_exec_destroy, cuGraphExecDestroy, (cu_graph_exec_t exec))                                                        \
  F(graph_destroy, cuGraphDestroy, (cu_graph_t graph))

typedef struct cuda_t {
#define CUDA_MEMBER(member, symbol, parameters) cu_result_t(*member) parameters;
  CUDA_FUNCTIONS(CUDA_MEMBER)
#undef CUDA_MEMBER
  cu_stream_t stream;
  int driver, compute, multiprocessors, l2_bytes;  // driver 13000: CUDA 13.0; compute 90: sm_90
  char device[96];
} cuda_t;
extern cuda_t cu;

// Opens the driver and device |ordinal|, or says what is missing and ends the process.
void driver_open(int ordinal);

// Copies |size| bytes of host memory and waits. (cuMemcpyHtoD may return before they are there, which a stream of our own would not wait for.)
void driver_upload(cu_pointer_t to, const void *from, size_t size);

#define CU(call) driver_check((call), #call, __FILE__, __LINE__)
void driver_check(cu_result_t result, const char *call, const char *file, int line);

#endif  // TEST_GPU_DRIVER_H_
