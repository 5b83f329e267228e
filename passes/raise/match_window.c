// The window of a retriever: the embeddings of the last W tokens side by side, oldest first, where the graph is given those before its call's.
#include <stdlib.h>
#include <string.h>

#include "passes/ir/ir.h"
#include "passes/raise/patterns.h"

#define UNSUPPORTED(...) SPC_STATUS(SPC_UNSUPPORTED, __VA_ARGS__)

enum { MAX_TOKENS = 1024 };

// A window only moves numbers: anything that computes is something built on one.
static bool outline(const spc_raise_region_t *region) {
  static const char *const moves[] = {"Concat", "Slice", "Gather", "Split", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Identity", "Cast"};
  if (!spc_raise_region_arg(region, SPC_ROLE_PAST_WINDOW)) return false;
  for (intptr_t i = 0; i < region->op_count; ++i) {
    bool moved = !region->activated[i];
    for (size_t k = 0; k < sizeof moves / sizeof *moves && !moved; ++k) moved = spc_raise_is(region->ops[i], moves[k]);
    if (!moved) return false;
  }
  return true;
}

// What the region reads beside the kept rows: one embedding a token.
static spc_status_t find_rows(const spc_raise_region_t *region, MlirValue *out_rows, int64_t *out_width) {
  intptr_t found = 0;
  for (intptr_t i = 0; i < region->leaf_count; ++i) {
    const spc_raise_leaf_t *leaf = &region->leaves[i];
    if (!leaf->data || !leaf->activation) continue;
    *out_rows = leaf->value;
    *out_width = leaf->activation->width;
    ++found;
  }
  return found == 1 ? NULL : UNSUPPORTED("it reads %td hidden states; one, an embedding or its projection, is expected", found);
}

// Row |i| of what a sequence has seen, of W - 1 kept rows and the call's.
static const double *seen_row(const spc_eval_tensor_t *kept, const spc_eval_tensor_t *rows, int64_t b, int64_t i) {
  int64_t k = kept->dims[1], s = rows->dims[1], e = rows->dims[2];
  return i < k ? kept->f + (b * k + i) * e : rows->f + (b * s + i - k) * e;
}

static bool same_row(const double *a, const double *b, int64_t n) { return memcmp(a, b, (size_t)n * sizeof *a) == 0; }

static spc_status_t compare(const spc_raise_window_t *window, const spc_eval_tensor_t *kept, const spc_eval_tensor_t *rows,
                            const spc_eval_tensor_t *out, const spc_eval_tensor_t *present) {
  int64_t w = window->tokens, e = window->width, batch = rows->dims[0], sequence = rows->dims[1];
  if (!out->f || out->count != batch * sequence * w * e) {
    return UNSUPPORTED("it gives %lld numbers for %lld tokens, not %lld embeddings of %lld for each", (long long)out->count,
                       (long long)(batch * sequence), (long long)w, (long long)e);
  }
  if (!present->f || present->count != batch * (w - 1) * e) {
    return UNSUPPORTED("output 'present_window' has %lld numbers a sequence, not the %lld that 'past_window' takes",
                       (long long)(present->count / batch), (long long)((w - 1) * e));
  }
  for (int64_t b = 0; b < batch; ++b) {
    for (int64_t s = 0; s < sequence; ++s) {
      for (int64_t j = 0; j < w; ++j) {
        if (same_row(out->f + ((b * sequence + s) * w + j) * e, seen_row(kept, rows, b, s + j), e)) continue;
        return UNSUPPORTED("for token %lld of a call its part %lld is not the embedding of the token %lld before", (long long)s, (long long)j,
                           (long long)(w - 1 - j));
      }
    }
    for (int64_t j = 0; j < w - 1; ++j) {
      if (same_row(present->f + (b * (w - 1) + j) * e, seen_row(kept, rows, b, sequence + j), e)) continue;
      return UNSUPPORTED("row %lld of output 'present_window' is not that of the %lld last tokens", (long long)j, (long long)(w - 1));
    }
  }
  return NULL;
}

static spc_status_t run(spc_raise_context_t *context, const spc_raise_region_t *region, MlirValue value, const spc_raise_window_t *window,
                        MlirValue present, MlirValue past, int64_t batch, int64_t sequence) {
  spc_eval_tensor_t kept = {0}, rows = {0}, out = {0}, next = {0};
  int64_t kept_dims[3] = {batch, window->tokens - 1, window->width}, rows_dims[3] = {batch, sequence, window->width};
  spc_status_t status = NULL;
  spc_eval_env_clear(context->env);
  SPC_GOTO_IF_ERROR(spc_eval_tensor_init_random(SPC_EVAL_F32, 3, kept_dims, -1, 1, 11, &kept));
  SPC_GOTO_IF_ERROR(spc_eval_tensor_init_random(SPC_EVAL_F32, 3, rows_dims, -1, 1, 12, &rows));
  SPC_GOTO_IF_ERROR(spc_eval_bind(context->env, past, &kept));
  SPC_GOTO_IF_ERROR(spc_eval_bind(context->env, window->rows, &rows));
  SPC_GOTO_IF_ERROR(spc_raise_bind_leaves(context, region, &(spc_raise_sizes_t){batch, sequence, 3, 0, 0}));
  SPC_GOTO_IF_ERROR(spc_eval_value(context->env, value, &out));
  SPC_GOTO_IF_ERROR(spc_eval_value(context->env, present, &next));
  status = compare(window, &kept, &rows, &out, &next);
cleanup:
  spc_eval_tensor_deinit(&kept);
  spc_eval_tensor_deinit(&rows);
  spc_eval_tensor_deinit(&out);
  spc_eval_tensor_deinit(&next);
  return status;
}

static spc_status_t match(spc_raise_context_t *context, MlirValue value, const spc_raise_port_t *past, spc_raise_window_t *window) {
  const spc_raise_graph_t *graph = context->graph;
  const spc_raise_port_t *present = spc_raise_result(graph, SPC_ROLE_PRESENT_WINDOW, -1);
  if (!present) return UNSUPPORTED("the graph has no output 'present_window'");
  int64_t kept = spc_raise_port_dim(graph, past, 3, 1);
  if (kept < 1 || kept >= MAX_TOKENS) {
    return UNSUPPORTED("input 'past_window' must have the dimensions [batch, W - 1, embedding] with a number of at most %d for W", MAX_TOKENS);
  }
  spc_raise_region_t region;
  MlirValue roots[2] = {value, present->value};
  SPC_RETURN_IF_ERROR(spc_raise_region_init(graph, 2, roots, (MlirValue){NULL}, &region));
  spc_status_t status = NULL;
  SPC_GOTO_IF_ERROR(find_rows(&region, &window->rows, &window->width));
  window->tokens = kept + 1;
  // A call of one token, fewer than are kept, and more.
  int64_t batch = graph->fixed_batch > 0 ? graph->fixed_batch : 2, lengths[] = {1, kept > 1 ? kept - 1 : 2, kept + 3};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
    SPC_GOTO_IF_ERROR(run(context, &region, value, window, present->value, past->value, batch, lengths[i]));
  }
  status = spc_raise_check_constants(context);
cleanup:
  spc_raise_region_deinit(&region);
  return status;
}

spc_status_t spc_raise_match_window(spc_raise_context_t *context, MlirValue value, spc_raise_match_t *out_match, spc_raise_window_t *out_window) {
  *out_match = SPC_MATCH_NO;
  *out_window = (spc_raise_window_t){0};
  const spc_raise_port_t *past = spc_raise_arg(context->graph, SPC_ROLE_PAST_WINDOW, -1);
  if (!past) return NULL;
  spc_raise_region_t region;
  SPC_RETURN_IF_ERROR(spc_raise_region_init(context->graph, 1, &value, (MlirValue){NULL}, &region));
  bool moves = outline(&region);
  spc_raise_region_deinit(&region);
  if (!moves) return NULL;
  MlirOperation op = spc_value_def(value);
  spc_status_t failed = match(context, value, past, out_window);
  *out_match = failed ? SPC_MATCH_REFUSED : SPC_MATCH_YES;
  if (!failed || spc_status_code(failed) == SPC_OUT_OF_MEMORY) return failed;
  spc_status_t status = spc_raise_report_add(context->report, op, spc_raise_order(context->graph, op), "in the window over 'past_window': %s",
                                             spc_status_message(failed));
  spc_status_ignore(failed);
  return status;
}
