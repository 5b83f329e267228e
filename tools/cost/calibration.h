// What spc-bench --calibrate measured of a machine with an object, as a JSON file that spc-plan reads.
#ifndef TOOLS_COST_CALIBRATION_H_
#define TOOLS_COST_CALIBRATION_H_

#include "spc/status.h"
#include "tools/cost/step_time.h"

// A measured step, and what the rates of the same file predict for it.
typedef struct spc_calibration_case_t {
  spc_cost_step_t step;
  double seconds, predicted;
  bool fitted;  // the rates were chosen with it; else it is a test of them
} spc_calibration_case_t;

#define SPC_CALIBRATION_CASES 32

typedef struct spc_calibration_t {
  char device[128], object[256], target[32];
  uint64_t device_memory, host_memory;
  double copy_bandwidth;  // of the link, by plain copies; rates.link_bandwidth is what prefetches reached
  spc_cost_rates_t rates;
  uint64_t prefill_tokens;
  double prefill_seconds;
  spc_calibration_case_t cases[SPC_CALIBRATION_CASES];
  size_t case_count;
} spc_calibration_t;

// Errors name |path|, and the field that is missing or wrong. (IO, INVALID_ARGUMENT)
SPC_WARN_UNUSED spc_status_t spc_calibration_read(const char *path, spc_calibration_t *out_calibration);
SPC_WARN_UNUSED spc_status_t spc_calibration_write(const spc_calibration_t *calibration, const char *path);

#endif  // TOOLS_COST_CALIBRATION_H_
