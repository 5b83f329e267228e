// What spc-plan works out from a plan, a machine and what is asked; table.c, json.c and svg.c show it.
#ifndef TOOLS_PLAN_PLAN_H_
#define TOOLS_PLAN_PLAN_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "spc/memory_model.h"
#include "spc/status.h"
#include "tools/cost/step_time.h"

// What there is. 0 bytes: unlimited.
typedef struct spc_machine_limits_t {
  uint64_t device_memory, host_memory;
  spc_cost_rates_t rates;  // memory_bandwidth 0: no step has a predicted time
  double change_rate;
  bool full_attention;
} spc_machine_limits_t;

// Device bytes by buffer; they add up to `device`, which is spc_memory_device_bytes.
typedef enum spc_buffer_t {
  SPC_BUFFER_WEIGHTS = 0,
  SPC_BUFFER_ACTIVATIONS,
  SPC_BUFFER_STATE,
  SPC_BUFFER_STAGING,
  SPC_BUFFER_RETRIEVAL,  // keys of the retrieval head, caches of a deep retriever's layers
  SPC_BUFFER_SLOTS,      // of layers that are out
  SPC_BUFFER_POOLS,      // of resident layers
  SPC_BUFFERS
} spc_buffer_t;
extern const char *const spc_buffer_names[SPC_BUFFERS];

typedef struct spc_memory_use_t {
  uint64_t buffers[SPC_BUFFERS];
  uint64_t device;
  uint64_t host;  // pools of layers that are out, and embedding tables
} spc_memory_use_t;

// |sequences| of |tokens| each with |offloaded| layers out.
void spc_plan_memory(const spc_plan_t *plan, uint64_t sequences, uint64_t tokens, uint64_t offloaded, spc_memory_use_t *out_use);

// The fewest layers out with which that many tokens fit on the device and in host memory; layers + 1 when nothing does.
uint64_t spc_plan_fewest_out(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t sequences, uint64_t tokens);

typedef struct spc_plan_row_t {
  uint64_t tokens, batch, offloaded;
  bool fits;
  bool timed;
  spc_memory_use_t use;
  spc_cost_time_t time;
  double tokens_per_second;
} spc_plan_row_t;

// |batch| sequences of |tokens| with the fewest layers out. Not `fits`: the figures are those of all layers out.
spc_plan_row_t spc_plan_row(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t batch, uint64_t tokens);

// The batch, of those up to the plan's, and the layers out that give the most tokens a second at |tokens| a sequence. Not `fits` or not `timed`: there is none.
spc_plan_row_t spc_plan_best(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t tokens);

// The smallest prefill chunk, of whole pages and doubling up to the plan's, whose predicted prefill of |tokens| is within 1% of the fastest: a chunk is how
// long other sequences wait. |out_seconds| is that prefill; 0, and the plan's chunk, when the rates do not say.
uint64_t spc_plan_best_chunk(const spc_plan_t *plan, const spc_machine_limits_t *limits, uint64_t tokens, uint64_t offloaded, double *out_seconds);

// ---- The whole answer

#define SPC_PLAN_LENGTHS 64

typedef struct spc_plan_report_t {
  const char *object;
  const spc_plan_t *plan;
  spc_machine_limits_t limits;
  const char *device_memory_source, *rates_source;  // where they come from, for people
  uint64_t batch;          // of `rows` and `thresholds`
  size_t length_count;
  spc_plan_row_t rows[SPC_PLAN_LENGTHS], best[SPC_PLAN_LENGTHS];
  uint64_t best_chunk[SPC_PLAN_LENGTHS];
  double prefill_seconds[SPC_PLAN_LENGTHS];
  uint64_t *thresholds;    // [layers + 1], malloc'ed: the longest sequence with n layers out
} spc_plan_report_t;

// Fills rows, best and thresholds for |lengths|. `object`, `plan`, `limits` and `batch` are set. OUT_OF_MEMORY.
SPC_WARN_UNUSED spc_status_t spc_plan_report_fill(spc_plan_report_t *report, const uint64_t *lengths, size_t count);
void spc_plan_report_deinit(spc_plan_report_t *report);

void spc_plan_report_print(const spc_plan_report_t *report, FILE *out);
// IO, OUT_OF_MEMORY; name |path|.
SPC_WARN_UNUSED spc_status_t spc_plan_report_json(const spc_plan_report_t *report, const char *path);
// Memory against length at `batch`, stacked by buffer, with the thresholds.
SPC_WARN_UNUSED spc_status_t spc_plan_report_svg(const spc_plan_report_t *report, const char *path);

#endif  // TOOLS_PLAN_PLAN_H_
