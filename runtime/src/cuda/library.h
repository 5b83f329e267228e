// NVIDIA's libraries besides the driver, opened when a model for CUDA is loaded and never closed.
#ifndef SPC_RUNTIME_CUDA_LIBRARY_H_
#define SPC_RUNTIME_CUDA_LIBRARY_H_

// The first of |names| [count] that opens: in the folders that the environment variable SPC_CUDA_LIBS lists, colons between them (such as
// nvidia/cu13/lib and nvidia/cudnn/lib of Python's wheels), then where the system looks. NULL when none does.
void *spc_cuda_library_open(const char *const *names, int count);

#endif  // SPC_RUNTIME_CUDA_LIBRARY_H_
