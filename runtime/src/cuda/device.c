#include "device.h"
const spc_device_t spc_cuda_device = {.name = "cuda"};
