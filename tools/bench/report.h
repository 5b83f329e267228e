// What spc-bench prints: rows as they are measured, a profile by kind of command, and everything as JSON.
#ifndef TOOLS_BENCH_REPORT_H_
#define TOOLS_BENCH_REPORT_H_

#include <stdio.h>

#include "tools/bench/cases.h"

typedef struct spc_report_t {
  const char *object;        // its path
  const spc_plan_t *plan;
  bool random_weights;
  double bandwidth;          // bytes a second; 0: not known, then no floor is printed
  const spc_bench_settings_t *settings;
  const char *device;        // its name; what the object was compiled for until a session has told it
  const spc_decode_result_t *decodes;  // [decode_count]
  size_t decode_count;
  const spc_prefill_result_t *prefills;  // [prefill_count]
  size_t prefill_count;
} spc_report_t;

void spc_report_header(const spc_report_t *report, FILE *out);
void spc_report_decode_header(const spc_report_t *report, FILE *out);
void spc_report_decode_titles(FILE *out);
void spc_report_decode(const spc_report_t *report, const spc_decode_result_t *result, FILE *out);
void spc_report_prefill_header(const spc_report_t *report, FILE *out);
void spc_report_prefill(const spc_report_t *report, const spc_prefill_result_t *result, FILE *out);

// Where the profiled steps' time went, commands of different layers that do the same together; of a case that fits. OUT_OF_MEMORY.
SPC_WARN_UNUSED spc_status_t spc_report_profile(const spc_report_t *report, const spc_decode_result_t *result, FILE *out);

// Writes everything measured so far to |path|. IO.
SPC_WARN_UNUSED spc_status_t spc_report_json(const spc_report_t *report, const char *path);

#endif  // TOOLS_BENCH_REPORT_H_
