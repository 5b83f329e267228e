// The measurements of spc-bench: a decode step at one batch and context, and a prefill of one length. Each has a session of its own, as large as it needs.
#ifndef TOOLS_BENCH_CASES_H_
#define TOOLS_BENCH_CASES_H_

#include <stdio.h>

#include "spc/spc.h"
#include "tools/cost/work.h"

typedef struct spc_bench_settings_t {
  uint64_t steps, warmup;   // of decode: timed, and before those
  uint64_t prefills;        // timed prefills of a length, after one that is not
  spc_session_options_t session;  // max_batch and max_seq are set by each case
  uint64_t seed;
  FILE *step_times;  // gets a line for every timed step: batch, tokens of each sequence, full or sparse, seconds, layers out; NULL: not wanted
} spc_bench_settings_t;

typedef struct spc_times_t {
  double median, least, most;  // seconds
} spc_times_t;

typedef struct spc_decode_result_t {
  uint64_t batch, context;  // sequences, tokens of each before the first step
  bool full;                // full attention, else sparse
  char *does_not_fit;       // malloc'ed: why nothing was measured; NULL when it was
  spc_times_t step;
  spc_work_t work;          // of the step in the middle of the timed ones
  double *command_seconds;  // [commands of the program], malloc'ed: the least of a few profiled steps
  double loaded_bytes;      // from host memory, of a timed step: of rows,
  double linked_bytes;      // and through the link
  spc_session_stats_t stats;  // after all steps
} spc_decode_result_t;

typedef struct spc_prefill_result_t {
  uint64_t tokens;
  char *does_not_fit;
  spc_times_t prefill;  // with the logits of the last token
  double flops;
  spc_session_stats_t stats;
} spc_prefill_result_t;

// A context is made of random cache rows, not by a prefill: spc_session_sequence_fill. A session that does not fit into the device's memory is a result;
// any other error is returned. OUT_OF_RANGE: |context| and the steps are more than the object's max_seq.
SPC_WARN_UNUSED spc_status_t spc_bench_decode(spc_model_t *model, const spc_bench_settings_t *settings, uint64_t batch, uint64_t context, bool full,
                                              spc_decode_result_t *out_result);
SPC_WARN_UNUSED spc_status_t spc_bench_prefill(spc_model_t *model, const spc_bench_settings_t *settings, uint64_t tokens,
                                               spc_prefill_result_t *out_result);

void spc_decode_result_deinit(spc_decode_result_t *result);
void spc_prefill_result_deinit(spc_prefill_result_t *result);

// Seconds of the retrieval head's commands, and of all commands, in the profiled steps. Both 0 where there were none.
void spc_decode_result_retrieval(const spc_plan_t *plan, const spc_decode_result_t *result, double *out_retrieval, double *out_all);

// Seconds of the commands before the first prefetch, and of those after the last wait for one, in the profiled steps: what no transfer can run beside. Both 0 where
// there were none, and of full attention.
void spc_decode_result_outside_transfers(const spc_plan_t *plan, const spc_decode_result_t *result, double *out_before, double *out_after);

static inline spc_program_id_t spc_decode_result_program(const spc_decode_result_t *result) {
  return result->full ? SPC_PROGRAM_DECODE_FULL : SPC_PROGRAM_DECODE;
}

#endif  // TOOLS_BENCH_CASES_H_
