#include "compiler/plan/plan_builder.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void spc_plan_builder_init(spc_plan_builder_t *builder) { memset(builder, 0, sizeof *builder); }

void spc_plan_builder_deinit(spc_plan_builder_t *builder) {
  free(builder->kernels);
  free(builder->weights);
  free(builder->caches);
  free(builder->operands);
  free(builder->commands);
  free(builder->thresholds);
  for (size_t i = 0; i < builder->string_count; ++i) free(builder->strings[i]);
  free(builder->strings);
  memset(builder, 0, sizeof *builder);
}

// Makes room for one more element of |size| bytes in |*array|.
static spc_status_t grow(void **array, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity) return NULL;
  size_t wanted = *capacity ? *capacity * 2 : 64;
  void *moved = realloc(*array, wanted * size);
  if (!moved) return SPC_STATUS(SPC_OUT_OF_MEMORY, "plan table of %zu bytes", wanted * size);
  *array = moved;
  *capacity = wanted;
  return NULL;
}

spc_status_t spc_plan_builder_string(spc_plan_builder_t *builder, const char **out_text, const char *format, ...) {
  *out_text = NULL;
  va_list args;
  va_start(args, format);
  char *text = NULL;
  int n = vasprintf(&text, format, args);
  va_end(args);
  if (n < 0) return SPC_STATUS(SPC_OUT_OF_MEMORY, "a string of the plan");
  // Labels repeat in runs (the same command of the next program), so looking back a little finds most of them.
  size_t back = builder->string_count < 64 ? builder->string_count : 64;
  for (size_t i = builder->string_count; i-- > builder->string_count - back;) {
    if (!strcmp(builder->strings[i], text)) {
      free(text);
      *out_text = builder->strings[i];
      return NULL;
    }
  }
  spc_status_t status = grow((void **)&builder->strings, builder->string_count, &builder->string_capacity, sizeof *builder->strings);
  if (status) {
    free(text);
    return status;
  }
  builder->strings[builder->string_count++] = text;
  *out_text = text;
  return NULL;
}

spc_status_t spc_plan_builder_command(spc_plan_builder_t *builder, const spc_command_t *command) {
  SPC_RETURN_IF_ERROR(grow((void **)&builder->commands, builder->plan.command_count, &builder->command_capacity, sizeof *command));
  builder->commands[builder->plan.command_count++] = *command;
  builder->plan.commands = builder->commands;
  return NULL;
}

spc_status_t spc_plan_builder_operand(spc_plan_builder_t *builder, spc_operand_kind_t kind, int64_t value) {
  SPC_RETURN_IF_ERROR(
      grow((void **)&builder->operands, builder->plan.operand_count, &builder->operand_capacity, sizeof *builder->operands));
  builder->operands[builder->plan.operand_count++] = (spc_operand_t){.kind = (uint32_t)kind, .value = value};
  builder->plan.operands = builder->operands;
  return NULL;
}
