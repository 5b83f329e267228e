// One clock for all measured times.
#ifndef SPC_RUNTIME_CLOCK_H_
#define SPC_RUNTIME_CLOCK_H_

#include <stdint.h>

// Of a monotonic clock.
uint64_t spc_now_nanoseconds(void);
double spc_now(void);  // seconds

#endif  // SPC_RUNTIME_CLOCK_H_
