// How long a decode step or a prefill takes on a machine: a roofline for each command of the plan, and the schedule of its two streams.
//
// A command of the compute stream takes
//
//     launch_seconds + (rows - 1) * row_seconds + bytes / memory_bandwidth
//
// with the bytes of weights and cached keys and values that it reads (tools/cost/work.h). In a prefill a linear layer and attention take the larger of
// that and operations / prefill_flops. A copy takes launch_seconds + bytes / link_bandwidth on the copy stream, from when that is free and the compute
// stream has come to the command; a KV_WAIT holds the compute stream until the copy that it names is done. So copies hide behind the layers before the wait, one layer at
// a time, as in the runtime.
//
// On a GPU a copy is a kernel of ours, whose blocks keep multiprocessors from the kernels beside it: while a copy of B blocks runs on P multiprocessors,
// the compute stream goes on at 1 - min(1, B / P) of its speed. docs/planning.md has the formulas and how far off they are.
#ifndef TOOLS_COST_STEP_TIME_H_
#define TOOLS_COST_STEP_TIME_H_

#include <stdbool.h>
#include <stddef.h>

#include "tools/cost/work.h"

typedef struct spc_cost_rates_t {
  double memory_bandwidth;  // bytes a second, > 0
  double link_bandwidth;    // bytes a second that a copy between host and device reaches; 0: not known, then steps with layers out have no time
  double launch_seconds;    // of every command
  double row_seconds;       // of every command and sequence but the first
  uint64_t multiprocessors;  // of the GPU; 0: copies hold up nothing that runs beside them
  double prefill_flops;     // operations a second of linear layers and attention; 0: not known, then prefills have no time
} spc_cost_rates_t;

typedef struct spc_cost_step_t {
  uint64_t rows;         // sequences, >= 1
  uint64_t tokens;       // of each, the step's own included
  uint64_t offloaded;    // layers, the deepest
  double change_rate;    // share of the selected rows that the step before did not have, in [0, 1]
  bool full_attention;
} spc_cost_step_t;

typedef struct spc_cost_time_t {
  double seconds;          // of the step
  double compute_seconds;  // of the compute stream's work, alone
  double wait_seconds;     // of it, the compute stream waited for copies
  double slowed_seconds;   // of it, lost to copies beside the compute stream; seconds = compute + wait + slowed
  double copy_seconds;     // the copy stream had work
  uint64_t link_bytes;     // copied between host and device, both ways
} spc_cost_time_t;

// The program that |step| runs is the sparse one when the plan has it and full attention is not asked for.
spc_program_id_t spc_cost_program(const spc_plan_t *plan, const spc_cost_step_t *step);

// False when |rates| lacks what the step needs.
bool spc_cost_step(const spc_plan_t *plan, const spc_cost_rates_t *rates, const spc_cost_step_t *step, spc_cost_time_t *out_time);

// Seconds of a prefill of |tokens| tokens into an empty sequence in chunks of |chunk|, with the logits of the last token; 0 when |rates| lacks what it needs.
double spc_cost_prefill(const spc_plan_t *plan, const spc_cost_rates_t *rates, uint64_t tokens, uint64_t chunk, uint64_t offloaded);

// The rate at which spc_cost_prefill of |tokens| in one or more chunks takes |seconds|; all other |rates| given. 0 when no rate does.
double spc_cost_fit_prefill(const spc_plan_t *plan, const spc_cost_rates_t *rates, uint64_t tokens, uint64_t chunk, double seconds);

// ---- Launches and rows

typedef struct spc_cost_sample_t {
  spc_cost_step_t step;  // nothing offloaded
  double seconds;        // measured
} spc_cost_sample_t;

// Sets launch_seconds and row_seconds to those, not below zero, that are off by the least sum of squares of relative errors. One number of rows alone
// says nothing about rows: row_seconds is then 0.
void spc_cost_fit_launches(const spc_plan_t *plan, const spc_cost_sample_t *samples, size_t count, spc_cost_rates_t *rates);

#endif  // TOOLS_COST_STEP_TIME_H_
