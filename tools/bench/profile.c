// Where a step's time goes: its commands by kind, those of different layers together.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench/report.h"

#define NAME 72

typedef struct group_t {
  char name[NAME];
  uint32_t commands;
  double seconds;
  uint64_t bytes;
} group_t;

// "linear model.layers.17.mlp.down_proj.weight" -> "linear model.layers.*.mlp.down_proj.weight". The retriever's weights have the LLM's names, so its
// commands are marked.
static void name_group(const char *label, bool retrieval, char *out_name) {
  size_t n = (size_t)snprintf(out_name, NAME, "%s", retrieval ? "retrieval: " : "");
  for (const char *c = label; *c && n + 1 < NAME;) {
    bool number = isdigit((unsigned char)*c) && (c == label || c[-1] == '.' || c[-1] == ' ');
    out_name[n++] = number ? '*' : *c;
    c += number ? strspn(c, "0123456789") : 1;
  }
  out_name[n] = '\0';
}

static group_t *find_group(group_t *groups, size_t *count, const char *name) {
  for (size_t i = 0; i < *count; ++i) {
    if (strcmp(groups[i].name, name) == 0) return &groups[i];
  }
  group_t *group = &groups[(*count)++];
  memcpy(group->name, name, NAME);
  return group;
}

static int slowest_first(const void *a, const void *b) {
  double x = ((const group_t *)a)->seconds, y = ((const group_t *)b)->seconds;
  return (x < y) - (x > y);
}

static size_t collect(const spc_plan_t *plan, const spc_decode_result_t *result, group_t *groups) {
  const spc_program_t *program = &plan->programs[spc_decode_result_program(result)];
  spc_work_range_t retrieval = result->full ? (spc_work_range_t){0} : spc_work_retrieval(plan);
  size_t count = 0;
  for (uint32_t i = 0; i < program->command_count; ++i) {
    const spc_command_t *command = &plan->commands[program->command_begin + i];
    char name[NAME] = {0};
    name_group(command->label, i >= retrieval.begin && i < retrieval.end, name);
    group_t *group = find_group(groups, &count, name);
    spc_work_t work = spc_work_command(plan, command, result->batch, result->context);
    ++group->commands;
    group->seconds += result->command_seconds[i];
    group->bytes += spc_work_bytes(&work);
  }
  return count;
}

spc_status_t spc_report_profile(const spc_report_t *report, const spc_decode_result_t *result, FILE *out) {
  group_t *groups = calloc(report->plan->programs[spc_decode_result_program(result)].command_count + 1, sizeof *groups);
  if (!groups) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a profile");
  size_t count = collect(report->plan, result, groups);
  qsort(groups, count, sizeof *groups, slowest_first);
  double all = 0;
  for (size_t i = 0; i < count; ++i) all += groups[i].seconds;
  fprintf(out, "  %-*s %8s %9s %7s %9s %9s\n", NAME - 1, "commands", "number", "ms", "share", "GB", "GB/s");
  for (size_t i = 0; i < count && all > 0; ++i) {
    const group_t *g = &groups[i];
    if (g->seconds < 1e-3 * all) break;  // the rest together is next to nothing
    fprintf(out, "  %-*s %8u %9.3f %6.1f%%", NAME - 1, g->name, g->commands, 1e3 * g->seconds, 100 * g->seconds / all);
    if (g->bytes) {
      fprintf(out, " %9.4f %9.1f\n", (double)g->bytes / 1e9, (double)g->bytes / 1e9 / g->seconds);
    } else {
      fprintf(out, " %9s %9s\n", "-", "-");
    }
  }
  fprintf(out, "  %-*s %8s %9.3f\n\n", NAME - 1, "all, one after the other", "", 1e3 * all);
  fflush(out);
  free(groups);
  return NULL;
}
