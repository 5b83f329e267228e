// --emit=plan: the plan as a person reads it. Stable enough for FileCheck: one line a record.
#include <inttypes.h>
#include <string.h>

#include "compiler/plan/lower.h"
#include "compiler/plan/lowering.h"
#include "spc/memory_model.h"

static const char *const state_names[SPC_STATE_COUNT] = {
    [SPC_STATE_IDS] = "ids",
    [SPC_STATE_POSITIONS] = "positions",
    [SPC_STATE_SEQUENCES] = "sequences",
    [SPC_STATE_PAGE_TABLE] = "page_table",
    [SPC_STATE_SELECTED] = "selected",
    [SPC_STATE_SELECTED_COUNT] = "selected_count",
    [SPC_STATE_SELECTED_ROWS] = "selected_rows",
    [SPC_STATE_SLOT_ROWS] = "slot_rows",
    [SPC_STATE_RESIDENT_TOKENS] = "resident_tokens",
    [SPC_STATE_RESIDENT_SLOTS] = "resident_slots",
    [SPC_STATE_RESIDENT_COUNT] = "resident_count",
    [SPC_STATE_LOAD_TOKENS] = "load_tokens",
    [SPC_STATE_LOAD_SLOTS] = "load_slots",
    [SPC_STATE_LOAD_COUNT] = "load_count",
    [SPC_STATE_APPEND_SLOT_ROWS] = "append_slot_rows",
    [SPC_STATE_FEATURES] = "features",
    [SPC_STATE_ATTEND] = "attend",
    [SPC_STATE_APPEND_ROWS] = "append_rows",
    [SPC_STATE_STAGING] = "staging",
    [SPC_STATE_PANEL] = "panel",
    [SPC_STATE_NARROW] = "narrow",
    [SPC_STATE_SPLIT_STATE] = "split_state",
    [SPC_STATE_SPLIT_SUMS] = "split_sums",
    [SPC_STATE_SCORE_STATS] = "score_stats",
    [SPC_STATE_NEXT_IDS] = "next_ids",
    [SPC_STATE_COPYING] = "copying",
    [SPC_STATE_WINDOW] = "window",
};
static const char *const opcode_names[] = {"launch", "linear", "attend_full", "kv_prefetch", "kv_offload", "kv_wait"};
static const char *const program_names[SPC_PROGRAM_COUNT] = {"prefill", "decode", "decode_full", "logits"};
static const char *const cache_kinds[] = {"llm", "retriever", "keys"};

static void print_operand(const spc_plan_t *plan, const spc_operand_t *o, FILE *out) {
  switch ((spc_operand_kind_t)o->kind) {
    case SPC_OPERAND_BUFFER: fprintf(out, " arena+%" PRId64, o->value); break;
    case SPC_OPERAND_WEIGHT: fprintf(out, " %s", plan->weights[o->value].name); break;
    case SPC_OPERAND_STATE: fprintf(out, " state:%s", state_names[o->value]); break;
    case SPC_OPERAND_POOL: fprintf(out, " pool:%" PRId64, o->value); break;
    case SPC_OPERAND_APPEND_ROWS: fprintf(out, " append_rows:%" PRId64, o->value); break;
    case SPC_OPERAND_READ_ROWS: fprintf(out, " read_rows:%" PRId64, o->value); break;
    case SPC_OPERAND_I64: fprintf(out, " %" PRId64, o->value); break;
    case SPC_OPERAND_F64: {
      double v;
      memcpy(&v, &o->value, sizeof v);
      fprintf(out, " %g", v);
      break;
    }
    case SPC_OPERAND_ROWS: fprintf(out, " rows"); break;
    case SPC_OPERAND_FIRST_ROW: fprintf(out, " first_row"); break;
    case SPC_OPERAND_NULL: fprintf(out, " null"); break;
    case SPC_OPERAND_HOST_POOL: fprintf(out, " host_pool:%" PRId64, o->value); break;
    case SPC_OPERAND_BUDGET: fprintf(out, " budget"); break;
    case SPC_OPERAND_RECENT: fprintf(out, " recent"); break;
    case SPC_OPERAND_POOL_STRIDE: fprintf(out, " pool_stride:%" PRId64, o->value); break;
    case SPC_OPERAND_HOST_STRIDE: fprintf(out, " host_stride:%" PRId64, o->value); break;
    case SPC_OPERAND_GROUP_LAYERS: fprintf(out, " group_layers:%" PRId64, o->value); break;
    case SPC_OPERAND_LAYER_ROWS: fprintf(out, " layer_rows:%" PRId64, o->value); break;
    case SPC_OPERAND_GROUP_PLACE: fprintf(out, " group_place:%" PRId64, o->value); break;
    case SPC_OPERAND_HOST_REST: fprintf(out, " host_rest:%" PRId64, o->value); break;
    case SPC_OPERAND_PAGE_ROWS: fprintf(out, " page_rows:%" PRId64, o->value); break;
  }
}

// "<32, 8>", or "<tokens/256, 8>" when the length of a sequence decides.
static void print_grid(const spc_plan_t *plan, const spc_command_t *c, FILE *out) {
  if (plan->target != SPC_TARGET_CUDA || c->kernel < 0 || c->opcode == SPC_OP_LINEAR) return;
  if (c->imm[2]) fprintf(out, " <tokens/%" PRId64 ", %" PRId64 ">", c->imm[2], c->imm[1]);
  else fprintf(out, " <%" PRId64 ", %" PRId64 ">", c->imm[0], c->imm[1]);
}

static void print_kernel(const spc_plan_t *plan, uint32_t i, FILE *out) {
  const spc_kernel_t *k = &plan->kernels[i];
  fprintf(out, "  %4u  %s", i, k->name);
  if (k->entry) fprintf(out, "  %u threads", k->threads);
  if (k->shared_bytes) fprintf(out, ", %u bytes of shared memory", k->shared_bytes);
  fprintf(out, "\n");
}

static void print_command(const spc_plan_t *plan, uint32_t index, const spc_command_t *c, FILE *out) {
  fprintf(out, "  %4u  %-11s  %-44s", index, opcode_names[c->opcode], c->label);
  int32_t kernel = -1;  // the variant for the fewest rows stands for all
  for (int i = 0; i < 4 && kernel < 0; ++i) kernel = c->kernels[i];
  if (kernel < 0) kernel = c->kernel;
  if (kernel >= 0) fprintf(out, "  %s", plan->kernels[kernel].name);
  print_grid(plan, c, out);
  if (c->opcode == SPC_OP_KV_WAIT) fprintf(out, "  command %" PRId64, c->imm[0]);
  if (c->opcode == SPC_OP_KV_PREFETCH || c->opcode == SPC_OP_KV_OFFLOAD) fprintf(out, "  pool:%d", c->cache);
  if (c->operand_count) fprintf(out, " (");
  for (uint32_t i = 0; i < c->operand_count; ++i) print_operand(plan, &plan->operands[c->operand_begin + i], out);
  fprintf(out, "%s\n", c->operand_count ? " )" : "");
}

static void print_memory(const spc_plan_t *plan, FILE *out) {
  spc_memory_model_t model;
  spc_memory_model_init(plan, &model);
  fprintf(out, "memory (bytes)\n");
  fprintf(out, "  %-28s %15" PRIu64 "\n", "weights", plan->device_weights_size);
  if (spc_memory_host_weights(plan)) fprintf(out, "  %-28s %15" PRIu64 "\n", "weights in host memory", spc_memory_host_weights(plan));
  fprintf(out, "  %-28s %15" PRIu64 "\n", "activations", plan->arena_size);
  fprintf(out, "  %-28s %15" PRIu64 "\n", "state", plan->state_total);
  fprintf(out, "  %-28s %15" PRIu64 "\n", "staging (offloading only)", plan->staging_size);
  if (plan->device_memory) fprintf(out, "  %-28s %15" PRIu64 "\n", "device memory", plan->device_memory);
  for (int i = 0; i < SPC_STATE_COUNT; ++i) {
    if (plan->state_size[i]) fprintf(out, "    state %-20s %15" PRIu64 " at %" PRIu64 "\n", state_names[i], plan->state_size[i], plan->state_offset[i]);
  }
  fprintf(out, "layers offloaded, most tokens a sequence, device bytes at max-seq\n");
  for (uint64_t n = 0; n <= plan->dims.layers; ++n) {
    fprintf(out, "  %4" PRIu64 " %10" PRIu64 " %15" PRIu64 "\n", n, plan->thresholds[n],
            spc_memory_device_bytes(&model, plan->dims.max_batch, plan->dims.max_seq, n));
  }
}

spc_status_t spc_plan_print(const spc_plan_t *plan, FILE *out) {
  const spc_dims_t *d = &plan->dims;
  fprintf(out, "plan of %s by %s, ABI %u, for %s", plan->model, plan->compiler, plan->abi_version, plan->cpu);
  fprintf(out, *plan->cpu_features ? " (%s)\n" : "%s\n", plan->cpu_features);
  fprintf(out, "model: vocab %" PRIu64 ", hidden %" PRIu64 ", %" PRIu64 " layers, %" PRIu64 " query heads, %" PRIu64 " KV heads of %" PRIu64 "\n",
          d->vocab, d->hidden, d->layers, d->q_heads, d->kv_heads, d->head_size);
  fprintf(out, "session: max-seq %" PRIu64 ", max-batch %" PRIu64 ", prefill chunk %" PRIu64 ", pages of %" PRIu64 " tokens\n", d->max_seq,
          d->max_batch, d->prefill_chunk, d->page_tokens);
  if (d->budget) {
    fprintf(out, "selection: budget %" PRIu64 ", %" PRIu64 " sink and %" PRIu64 " recent tokens %s\n", d->budget, d->sink, d->recent,
            d->selection_heads < d->kv_heads ? "for all KV heads together" : "a KV head");
  }
  if (d->host_group > 1) {
    fprintf(out, "host memory: the rows of %" PRIu64 " layers side by side", d->host_group);
    if (d->host_last_group < d->host_group) fprintf(out, ", of the deepest %" PRIu64, d->host_last_group);
    fprintf(out, d->host_packed ? ", packed\n" : "\n");
  } else if (d->host_packed) {
    fprintf(out, "host memory: rows are packed\n");
  }
  print_memory(plan, out);
  fprintf(out, "caches\n");
  for (uint32_t i = 0; i < plan->cache_count; ++i) {
    const spc_cache_t *c = &plan->caches[i];
    fprintf(out, "  %4u  %-9s  %s, %u heads of %u, %s\n", i, cache_kinds[c->kind], spc_element_name((spc_element_t)c->element), c->kv_heads,
            c->head_size, c->has_value ? "K and V" : "K");
  }
  fprintf(out, "weights\n");
  for (uint32_t i = 0; i < plan->weight_count; ++i) {
    const spc_weight_t *w = &plan->weights[i];
    fprintf(out, "  %4u  %-4s %8" PRIu64 " x %-8" PRIu64 " at %-14" PRIu64 " %s\n", i, spc_element_name((spc_element_t)w->element), w->rows,
            w->cols, w->offset, w->name);
  }
  fprintf(out, "kernels\n");
  for (uint32_t i = 0; i < plan->kernel_count; ++i) print_kernel(plan, i, out);
  for (int p = 0; p < SPC_PROGRAM_COUNT; ++p) {
    const spc_program_t *g = &plan->programs[p];
    if (!g->command_count) continue;
    fprintf(out, "program %s: %u commands, up to %" PRIu64 " rows, output at arena+%" PRIu64 "\n", program_names[p], g->command_count,
            g->max_rows, g->output_offset);
    for (uint32_t i = 0; i < g->command_count; ++i) print_command(plan, i, &plan->commands[g->command_begin + i], out);
  }
  if (ferror(out)) return SPC_STATUS(SPC_IO, "writing the plan");
  return NULL;
}
