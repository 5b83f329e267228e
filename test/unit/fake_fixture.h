// The runtime's fixture as a plan for CUDA, for the driver of fake_cuda.h.
#ifndef TEST_UNIT_FAKE_FIXTURE_H_
#define TEST_UNIT_FAKE_FIXTURE_H_

#include "fake_cuda.h"
#include "runtime_fixture.h"

// Malloc'ed; the caller frees with free. The plan's kernels are those of fake_fixture_kernels.
fixture_t *fake_fixture_create(uint32_t element, uint64_t budget);

// Moves the embedding table to host memory.
void fake_fixture_put_table_on_host(fixture_t *fixture);

// What fake_cuda_reset takes.
const fake_kernel_t *fake_fixture_kernels(void);

#endif  // TEST_UNIT_FAKE_FIXTURE_H_
