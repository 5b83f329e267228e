// spc-bench --calibrate: what this machine reaches with this object, for spc-plan to predict with.
#ifndef TOOLS_BENCH_CALIBRATE_H_
#define TOOLS_BENCH_CALIBRATE_H_

#include "tools/bench/cases.h"
#include "tools/cost/calibration.h"

// Measures bandwidths, a few decode steps with and without layers in host memory, the rate of prefetches from their own spans on the timeline, and a
// prefill; fits the constants of tools/cost/step_time.h; prints each case beside its prediction. |object| is its path. Cases that the device cannot
// hold are left out. OUT_OF_RANGE: the object's max_seq has no room for the steps.
SPC_WARN_UNUSED spc_status_t spc_bench_calibrate(spc_model_t *model, const spc_bench_settings_t *settings, const char *object,
                                                 spc_calibration_t *out_calibration);

#endif  // TOOLS_BENCH_CALIBRATE_H_
