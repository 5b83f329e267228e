#include "tools/cost/step_time.h"

#include <math.h>
#include <stdlib.h>

#include "spc/host_translations.h"
#include "spc/memory_model.h"

spc_program_id_t spc_cost_program(const spc_plan_t *plan, const spc_cost_step_t *step) {
  bool sparse = !step->full_attention && plan->programs[SPC_PROGRAM_DECODE].command_count > 0;
  return sparse ? SPC_PROGRAM_DECODE : SPC_PROGRAM_DECODE_FULL;
}

static bool is_out(const spc_plan_t *plan, int64_t cache, uint64_t offloaded) {
  return cache >= 0 && (uint64_t)cache < plan->dims.layers && (uint64_t)cache + offloaded >= plan->dims.layers;
}

static double larger(double a, double b) { return a > b ? a : b; }

// ---- The two streams

typedef struct copy_t {
  double begin, end;
  double share;  // of the processor's blocks that it holds
} copy_t;

typedef struct streams_t {
  double compute, copy;  // when each is free
  copy_t *copies;        // [commands], in the order they start
  uint32_t count, next;  // of copies; the first that the compute stream has not passed
  double *ends;          // [commands]: of copies, by command
  spc_cost_time_t *time;
} streams_t;

// |seconds| of work on the compute stream, which goes on slower beside a copy.
static void compute_for(streams_t *s, double seconds) {
  double left = seconds, begin = s->compute;
  s->time->compute_seconds += seconds;
  while (left > 0) {
    while (s->next < s->count && s->copies[s->next].end <= s->compute) ++s->next;
    if (s->next == s->count) break;  // alone from here on
    const copy_t *copy = &s->copies[s->next];
    bool beside = copy->begin <= s->compute;
    double until = beside ? copy->end : copy->begin, speed = beside ? 1 - copy->share : 1;
    double possible = (until - s->compute) * speed;
    if (possible > left) {
      s->compute += left / speed;
      left = 0;
    } else {
      s->compute = until;
      left -= possible;
    }
  }
  s->compute += left;
  s->time->slowed_seconds += s->compute - begin - seconds;
}

static double blocks_share(const spc_cost_rates_t *rates, const spc_command_t *command, uint64_t rows) {
  if (rates->multiprocessors == 0 || command->kernel < 0) return 0;
  double blocks = (double)command->imm[0] * (double)command->imm[1] * (command->items_per_row ? (double)rows : 1);
  double share = blocks / (double)rates->multiprocessors;
  return share < 1 ? share : 1;
}

// A copy of |bytes| that takes |least| seconds however fast the link is.
static void start_copy(streams_t *s, uint32_t index, uint64_t bytes, double least, double share, const spc_cost_rates_t *rates) {
  double seconds = rates->launch_seconds + larger((double)bytes / rates->link_bandwidth, least);
  double begin = larger(s->copy, s->compute);
  s->copy = s->ends[index] = begin + seconds;
  s->copies[s->count++] = (copy_t){begin, s->copy, share};
  s->time->copy_seconds += seconds;
  s->time->link_bytes += bytes;
}

static void wait_until(streams_t *s, double end) {
  if (end <= s->compute) return;
  s->time->wait_seconds += end - s->compute;
  s->compute = end;
}

// ---- Decode

static spc_memory_model_t memory_of(const spc_plan_t *plan, const spc_cost_step_t *step) {
  spc_memory_model_t memory;
  spc_memory_model_init(plan, &memory);
  memory.host_layers = step->offloaded;
  return memory;
}

// Layers whose rows a copy of |cache| takes: prefetches come with the first of a group, write-backs of a sparse step go with its last. 0: with another layer's.
static uint64_t copied_layers(const spc_plan_t *plan, const spc_cost_step_t *step, const spc_command_t *command) {
  const spc_memory_model_t memory = memory_of(plan, step);
  uint64_t layer = (uint64_t)command->cache, begin = spc_memory_group_begin(&memory, layer, step->offloaded);
  if (command->opcode == SPC_OP_KV_PREFETCH) return begin == layer ? spc_memory_group_layers(&memory, layer) : 0;
  if (step->full_attention) return 1;
  return spc_memory_group_end(&memory, layer) == layer + 1 ? layer + 1 - begin : 0;
}

// Of the group of |layer|, the first of it that is out.
static uint64_t changed_bytes(const spc_plan_t *plan, const spc_cost_step_t *step, int32_t layer) {
  const spc_memory_model_t memory = memory_of(plan, step);
  double rows = (double)spc_work_selected(plan, step->tokens) * step->change_rate;
  return (uint64_t)(rows + 0.5) * step->rows * plan->dims.kv_heads * spc_memory_entry_link_bytes(&memory, (uint64_t)layer);
}

// A token of one layer that passes the link by itself.
static uint64_t token_link_bytes(const spc_plan_t *plan) {
  spc_memory_model_t memory;
  spc_memory_model_init(plan, &memory);
  return spc_memory_row_link_bytes(&memory) * plan->dims.kv_heads;
}

// Rows of a sequence and |layers| layers, side by side, come from pages of all its tokens: where heads choose for themselves rows lie at random, where they share a set
// those of a token lie together.
static double translation_seconds(const spc_plan_t *plan, const spc_cost_step_t *step, int32_t cache, uint64_t layers) {
  double token = (double)token_link_bytes(plan), pool = token * (double)step->tokens;
  if (plan->target != SPC_TARGET_CUDA || pool * (double)(step->rows * step->offloaded) < SPC_TRANSLATIONS_CACHED_BYTES) return 0;
  double heads = (double)plan->caches[cache].kv_heads, units_a_page = fmax(1, token * (double)(layers * plan->dims.page_tokens) / SPC_TRANSLATED_BYTES);
  double together = plan->dims.selection_heads == 1 ? fmax(1, heads / units_a_page) : 1;  // rows that always lie in one unit
  double picks = (double)spc_work_selected(plan, step->tokens) * step->change_rate * heads / together;
  return (double)step->rows * spc_translations_touched(pool * (double)layers, picks) / SPC_TRANSLATIONS_A_SECOND;
}

static double command_seconds(const spc_plan_t *plan, const spc_cost_rates_t *rates, const spc_cost_step_t *step, const spc_command_t *command) {
  spc_work_t work = spc_work_command(plan, command, step->rows, step->tokens);
  return rates->launch_seconds + (double)(step->rows - 1) * rates->row_seconds + (double)spc_work_bytes(&work) / rates->memory_bandwidth;
}

// Full attention over a layer that is out reads all its pages through the link: CUDA copies them first, the CPU streams them past the kernel.
static void attend_out(streams_t *s, const spc_plan_t *plan, const spc_cost_rates_t *rates, const spc_cost_step_t *step,
                       const spc_command_t *command) {
  uint64_t bytes = step->rows * step->tokens * token_link_bytes(plan);
  double attend = command_seconds(plan, rates, step, command), link = (double)bytes / rates->link_bandwidth;
  s->time->link_bytes += bytes;
  s->time->copy_seconds += link;
  double waited = plan->target == SPC_TARGET_CUDA ? link : larger(0, link - attend);
  compute_for(s, attend);
  wait_until(s, s->compute + waited);
  s->copy = larger(s->copy, s->compute);
}

static void run_command(streams_t *s, const spc_plan_t *plan, const spc_cost_rates_t *rates, const spc_cost_step_t *step,
                        const spc_command_t *command, uint32_t index) {
  bool out = is_out(plan, command->cache, step->offloaded);
  double share = blocks_share(rates, command, step->rows);
  uint64_t layers;
  switch (command->opcode) {
    case SPC_OP_KV_PREFETCH:
      if (!out) break;
      layers = copied_layers(plan, step, command);
      if (layers) start_copy(s, index, changed_bytes(plan, step, command->cache), translation_seconds(plan, step, command->cache, layers), share, rates);
      s->ends[index] = s->copy;
      break;
    case SPC_OP_KV_OFFLOAD:
      if (!out) break;
      layers = copied_layers(plan, step, command);
      if (layers) start_copy(s, index, layers * step->rows * token_link_bytes(plan), 0, share, rates);
      break;
    case SPC_OP_KV_WAIT: wait_until(s, s->ends[command->imm[0]]); break;
    case SPC_OP_ATTEND_FULL:
      if (out) {
        attend_out(s, plan, rates, step, command);
        break;
      }
      // fall through
    default: compute_for(s, command_seconds(plan, rates, step, command)); break;
  }
}

bool spc_cost_step(const spc_plan_t *plan, const spc_cost_rates_t *rates, const spc_cost_step_t *step, spc_cost_time_t *out_time) {
  *out_time = (spc_cost_time_t){0};
  if (rates->memory_bandwidth <= 0 || (step->offloaded && rates->link_bandwidth <= 0) || step->rows == 0) return false;
  const spc_program_t *program = &plan->programs[spc_cost_program(plan, step)];
  streams_t s = {.time = out_time};
  s.ends = calloc(program->command_count + 1, sizeof *s.ends);
  s.copies = calloc(program->command_count + 1, sizeof *s.copies);
  if (!s.ends || !s.copies) {
    free(s.ends);
    free(s.copies);
    return false;
  }
  for (uint32_t i = 0; i < program->command_count; ++i) {
    run_command(&s, plan, rates, step, &plan->commands[program->command_begin + i], i);
  }
  wait_until(&s, s.copy);  // a step ends when its write-backs have
  out_time->seconds = s.compute;
  free(s.ends);
  free(s.copies);
  return true;
}

// ---- Prefill

typedef struct chunk_t {
  uint64_t rows, before;  // tokens of the chunk, and of the sequence before it
  uint64_t offloaded;
} chunk_t;

static double prefill_command(const spc_plan_t *plan, const spc_cost_rates_t *rates, const chunk_t *chunk, const spc_command_t *command) {
  double rows = (double)chunk->rows, tokens = (double)(chunk->before + chunk->rows);
  if (command->opcode == SPC_OP_LINEAR) {
    spc_work_t work = spc_work_command(plan, command, chunk->rows, chunk->rows);
    double flops = 2.0 * (double)command->imm[0] * (double)command->imm[1] * rows;
    return rates->launch_seconds + larger((double)spc_work_bytes(&work) / rates->memory_bandwidth, flops / rates->prefill_flops);
  }
  if (command->opcode == SPC_OP_ATTEND_FULL) {
    const spc_cache_t *cache = &plan->caches[command->cache];
    double bytes = tokens * (double)spc_memory_token_bytes(cache), pairs = rows * (double)chunk->before + rows * (rows + 1) / 2;
    double flops = 4.0 * (double)command->imm[0] * (double)cache->head_size * pairs;
    double attend = rates->launch_seconds + larger(bytes / rates->memory_bandwidth, flops / rates->prefill_flops);
    if (!is_out(plan, command->cache, chunk->offloaded)) return attend;
    double link = tokens * (double)token_link_bytes(plan) / rates->link_bandwidth;
    return plan->target == SPC_TARGET_CUDA ? attend + link : larger(attend, link);
  }
  return command->opcode == SPC_OP_LAUNCH ? rates->launch_seconds : 0;
}

double spc_cost_prefill(const spc_plan_t *plan, const spc_cost_rates_t *rates, uint64_t tokens, uint64_t chunk, uint64_t offloaded) {
  if (rates->memory_bandwidth <= 0 || rates->prefill_flops <= 0 || (offloaded && rates->link_bandwidth <= 0) || chunk == 0) return 0;
  const spc_program_t *program = &plan->programs[SPC_PROGRAM_PREFILL];
  double seconds = 0;
  for (uint64_t at = 0; at < tokens; at += chunk) {
    chunk_t c = {.rows = tokens - at < chunk ? tokens - at : chunk, .before = at, .offloaded = offloaded};
    for (uint32_t i = 0; i < program->command_count; ++i) seconds += prefill_command(plan, rates, &c, &plan->commands[program->command_begin + i]);
  }
  const spc_program_t *logits = &plan->programs[SPC_PROGRAM_LOGITS];
  spc_cost_step_t last = {.rows = 1, .tokens = tokens};
  for (uint32_t i = 0; i < logits->command_count; ++i) seconds += command_seconds(plan, rates, &last, &plan->commands[logits->command_begin + i]);
  return seconds;
}

double spc_cost_fit_prefill(const spc_plan_t *plan, const spc_cost_rates_t *rates, uint64_t tokens, uint64_t chunk, double seconds) {
  spc_cost_rates_t trial = *rates;
  trial.prefill_flops = 1e30;
  if (seconds <= 0 || spc_cost_prefill(plan, &trial, tokens, chunk, 0) >= seconds) return 0;  // launches and bytes alone take longer
  double low = 1, high = 1e30;
  for (int i = 0; i < 200 && high / low > 1 + 1e-9; ++i) {
    // The middle of the exponents: rates of machines differ by many powers of ten.
    trial.prefill_flops = __builtin_sqrt(low * high);
    if (spc_cost_prefill(plan, &trial, tokens, chunk, 0) > seconds) {
      low = trial.prefill_flops;
    } else {
      high = trial.prefill_flops;
    }
  }
  return high;
}

// ---- Launches and rows

// Commands that a step computes with.
static double count_computing(const spc_plan_t *plan, const spc_cost_step_t *step) {
  const spc_program_t *program = &plan->programs[spc_cost_program(plan, step)];
  uint32_t count = 0;
  for (uint32_t i = 0; i < program->command_count; ++i) {
    uint32_t opcode = plan->commands[program->command_begin + i].opcode;
    count += opcode == SPC_OP_LAUNCH || opcode == SPC_OP_LINEAR || opcode == SPC_OP_ATTEND_FULL;
  }
  return (double)count;
}

void spc_cost_fit_launches(const spc_plan_t *plan, const spc_cost_sample_t *samples, size_t count, spc_cost_rates_t *rates) {
  spc_cost_rates_t floor = *rates;
  floor.launch_seconds = floor.row_seconds = 0;
  // seconds - floor = launch * c + row * r, c commands and r = c * (rows - 1): normal equations, every sample divided by its seconds.
  double cc = 0, cr = 0, rr = 0, cy = 0, ry = 0;
  for (size_t i = 0; i < count; ++i) {
    spc_cost_time_t time;
    if (!spc_cost_step(plan, &floor, &samples[i].step, &time)) continue;
    double weight = 1 / samples[i].seconds, c = count_computing(plan, &samples[i].step) * weight, r = c * (double)(samples[i].step.rows - 1);
    double y = (samples[i].seconds - time.seconds) * weight;
    cc += c * c, cr += c * r, rr += r * r, cy += c * y, ry += r * y;
  }
  double determinant = cc * rr - cr * cr;
  bool both = determinant > 1e-12 * cc * rr;  // else all samples have one number of rows
  double launch = both ? (rr * cy - cr * ry) / determinant : cc > 0 ? cy / cc : 0;
  double row = both ? (cc * ry - cr * cy) / determinant : 0;
  if (row < 0) row = 0, launch = cy / cc;
  if (launch < 0) launch = 0, row = both ? larger(0, ry / rr) : 0;
  rates->launch_seconds = launch;
  rates->row_seconds = row;
}
