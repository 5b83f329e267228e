// Each record of spc/abi.h becomes an anonymous LLVM struct with the same fields in the same order; on the 64-bit targets spc has, LLVM lays
// them out as C does, which emit checks by size.
#include "compiler/plan/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llvm-c/Target.h"

#define SPC_EMBEDDED_SYMBOL "spc_embedded_weights"

typedef struct emitter_t {
  LLVMModuleRef module;
  LLVMContextRef context;
  LLVMTypeRef i8, i32, i64, ptr;
} emitter_t;

static LLVMValueRef u32(emitter_t *e, uint64_t v) { return LLVMConstInt(e->i32, v, 0); }
static LLVMValueRef u64(emitter_t *e, uint64_t v) { return LLVMConstInt(e->i64, v, 0); }
static LLVMValueRef null_ptr(emitter_t *e) { return LLVMConstPointerNull(e->ptr); }

static LLVMValueRef private_global(emitter_t *e, LLVMValueRef init, unsigned align) {
  LLVMValueRef global = LLVMAddGlobal(e->module, LLVMTypeOf(init), "");
  LLVMSetInitializer(global, init);
  LLVMSetGlobalConstant(global, 1);
  LLVMSetLinkage(global, LLVMPrivateLinkage);
  LLVMSetAlignment(global, align);
  return global;
}

static LLVMValueRef string(emitter_t *e, const char *text) {
  if (!text) return null_ptr(e);
  LLVMValueRef global = private_global(e, LLVMConstStringInContext2(e->context, text, strlen(text), 0), 1);
  LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr);  // lets the linker merge equal strings
  return global;
}

static LLVMValueRef bytes(emitter_t *e, const uint8_t *data, uint64_t size) {
  if (!data) return null_ptr(e);
  return private_global(e, LLVMConstStringInContext2(e->context, (const char *)data, size, 1), 64);
}

static LLVMValueRef record(emitter_t *e, LLVMValueRef *fields, unsigned n) { return LLVMConstStructInContext(e->context, fields, n, 0); }
#define RECORD(...) \
  record(e, (LLVMValueRef[]){__VA_ARGS__}, sizeof((LLVMValueRef[]){__VA_ARGS__}) / sizeof(LLVMValueRef))

static LLVMValueRef u64_array(emitter_t *e, const uint64_t *values, size_t n) {
  LLVMValueRef *items = malloc((n ? n : 1) * sizeof *items);
  if (!items) return NULL;
  for (size_t i = 0; i < n; ++i) items[i] = u64(e, values[i]);
  LLVMValueRef array = LLVMConstArray2(e->i64, items, n);
  free(items);
  return array;
}

static LLVMValueRef kernel_record(emitter_t *e, const void *element, size_t i) {
  const spc_kernel_t *k = element;
  LLVMValueRef function = null_ptr(e);
  if (!k->entry) {
    char name[32];
    snprintf(name, sizeof name, "spc_kernel_%zu", i);
    function = LLVMGetNamedFunction(e->module, name);
    if (!function) return NULL;
  }
  return RECORD(string(e, k->name), function, string(e, k->entry), u32(e, k->arg_count), u32(e, k->threads), u32(e, k->shared_bytes),
                u32(e, k->flags));
}

static LLVMValueRef weight_record(emitter_t *e, const void *element, size_t i) {
  (void)i;
  const spc_weight_t *w = element;
  return RECORD(string(e, w->name), u32(e, w->element), u32(e, 0), u64(e, w->rows), u64(e, w->cols), u64(e, w->offset), u64(e, w->size));
}

static LLVMValueRef cache_record(emitter_t *e, const void *element, size_t i) {
  (void)i;
  const spc_cache_t *c = element;
  return RECORD(u32(e, c->kind), u32(e, c->element), u32(e, c->kv_heads), u32(e, c->head_size), u32(e, c->has_value), u32(e, 0));
}

static LLVMValueRef operand_record(emitter_t *e, const void *element, size_t i) {
  (void)i;
  const spc_operand_t *o = element;
  return RECORD(u32(e, o->kind), u32(e, 0), u64(e, (uint64_t)o->value));
}

static LLVMValueRef command_record(emitter_t *e, const void *element, size_t i) {
  (void)i;
  const spc_command_t *c = element;
  LLVMValueRef kernels[4], imm[3];
  for (int k = 0; k < 4; ++k) kernels[k] = u32(e, (uint32_t)c->kernels[k]);
  for (int k = 0; k < 3; ++k) imm[k] = u64(e, (uint64_t)c->imm[k]);
  return RECORD(u32(e, c->opcode), u32(e, (uint32_t)c->kernel), LLVMConstArray2(e->i32, kernels, 4), u32(e, (uint32_t)c->cache),
                u32(e, c->operand_begin), u32(e, c->operand_count), u32(e, (uint32_t)c->layer), u64(e, (uint64_t)c->items_per_row),
                u64(e, (uint64_t)c->items_fixed), LLVMConstArray2(e->i64, imm, 3), string(e, c->label));
}

// A private array of |n| records made from C records of |stride| bytes; checks that both layouts have the same size.
static spc_status_t table(emitter_t *e, const char *what, const void *elements, size_t n, size_t stride,
                          LLVMValueRef (*make)(emitter_t *, const void *, size_t), LLVMValueRef *out) {
  *out = null_ptr(e);
  if (!n) return NULL;
  LLVMValueRef *records = malloc(n * sizeof *records);
  if (!records) return SPC_STATUS(SPC_OUT_OF_MEMORY, "plan table '%s' of %zu records", what, n);
  spc_status_t status = NULL;
  for (size_t i = 0; i < n && !status; ++i) {
    records[i] = make(e, (const char *)elements + i * stride, i);
    if (!records[i]) status = SPC_STATUS(SPC_INTERNAL, "%s %zu has no code in the module", what, i);
  }
  if (!status) {
    LLVMTypeRef type = LLVMTypeOf(records[0]);
    if (LLVMABISizeOfType(LLVMGetModuleDataLayout(e->module), type) != stride) {
      status = SPC_STATUS(SPC_INTERNAL, "plan record '%s' is laid out differently by LLVM and C", what);
    } else {
      *out = private_global(e, LLVMConstArray2(type, records, n), 8);
    }
  }
  free(records);
  return status;
}

// The weights enter through the assembler's .incbin, so that the compiler never holds them in memory.
static spc_status_t embed_weights(emitter_t *e, const char *path, uint64_t skip, LLVMValueRef *out) {
  *out = null_ptr(e);
  if (!path) return NULL;
  if (strpbrk(path, "\"\\\n")) return SPC_STATUS(SPC_INVALID_ARGUMENT, "%s: --embed-weights cannot quote this path", path);
  char *text = NULL;
  int n = asprintf(&text,
                   "\t.section .rodata.spc_weights,\"a\",@progbits\n\t.p2align 6\n\t.globl " SPC_EMBEDDED_SYMBOL
                   "\n\t.hidden " SPC_EMBEDDED_SYMBOL "\n" SPC_EMBEDDED_SYMBOL ":\n\t.incbin \"%s\", %llu\n\t.text\n",
                   path, (unsigned long long)skip);
  if (n < 0) return SPC_STATUS(SPC_OUT_OF_MEMORY, "embedding weights");
  LLVMAppendModuleInlineAsm(e->module, text, (size_t)n);
  free(text);
  *out = LLVMAddGlobal(e->module, e->i8, SPC_EMBEDDED_SYMBOL);
  LLVMSetVisibility(*out, LLVMHiddenVisibility);
  return NULL;
}

static void emit_query(emitter_t *e, LLVMValueRef plan) {
  LLVMTypeRef type = LLVMFunctionType(e->ptr, &e->i32, 1, 0);
  LLVMValueRef function = LLVMAddFunction(e->module, SPC_PLAN_QUERY_SYMBOL, type);
  LLVMSetVisibility(function, LLVMDefaultVisibility);
  LLVMBuilderRef builder = LLVMCreateBuilderInContext(e->context);
  LLVMPositionBuilderAtEnd(builder, LLVMAppendBasicBlockInContext(e->context, function, "entry"));
  LLVMBuildRet(builder, plan);  // whatever version the runtime has: it compares, and its message can name both
  LLVMDisposeBuilder(builder);
}

spc_status_t spc_plan_emit(const spc_plan_builder_t *builder, LLVMModuleRef module, const char *embed_path, uint64_t embed_skip) {
  LLVMContextRef context = LLVMGetModuleContext(module);
  emitter_t emitter = {.module = module,
                       .context = context,
                       .i8 = LLVMInt8TypeInContext(context),
                       .i32 = LLVMInt32TypeInContext(context),
                       .i64 = LLVMInt64TypeInContext(context),
                       .ptr = LLVMPointerTypeInContext(context, 0)};
  emitter_t *e = &emitter;
  const spc_plan_t *p = &builder->plan;
  LLVMValueRef kernels, weights, caches, operands, commands, embedded;
  SPC_RETURN_IF_ERROR(table(e, "kernel", p->kernels, p->kernel_count, sizeof *p->kernels, kernel_record, &kernels));
  SPC_RETURN_IF_ERROR(table(e, "weight", p->weights, p->weight_count, sizeof *p->weights, weight_record, &weights));
  SPC_RETURN_IF_ERROR(table(e, "cache", p->caches, p->cache_count, sizeof *p->caches, cache_record, &caches));
  SPC_RETURN_IF_ERROR(table(e, "operand", p->operands, p->operand_count, sizeof *p->operands, operand_record, &operands));
  SPC_RETURN_IF_ERROR(table(e, "command", p->commands, p->command_count, sizeof *p->commands, command_record, &commands));
  SPC_RETURN_IF_ERROR(embed_weights(e, embed_path, embed_skip, &embedded));

  const spc_dims_t *d = &p->dims;
  LLVMValueRef dims = RECORD(u64(e, d->vocab), u64(e, d->hidden), u64(e, d->layers), u64(e, d->q_heads), u64(e, d->kv_heads),
                             u64(e, d->head_size), u64(e, d->max_seq), u64(e, d->max_batch), u64(e, d->prefill_chunk),
                             u64(e, d->page_tokens), u64(e, d->budget), u64(e, d->sink), u64(e, d->recent), u64(e, d->feature_size),
                             u64(e, d->window_tokens), u64(e, d->window_size), u64(e, d->selection_heads), u64(e, d->host_group),
                             u64(e, d->host_last_group), u64(e, d->host_packed));
  LLVMValueRef offsets = u64_array(e, p->state_offset, SPC_STATE_COUNT), sizes = u64_array(e, p->state_size, SPC_STATE_COUNT);
  LLVMValueRef thresholds = u64_array(e, p->thresholds, (size_t)d->layers + 1);
  if (!offsets || !sizes || !thresholds) return SPC_STATUS(SPC_OUT_OF_MEMORY, "plan tables");
  LLVMValueRef programs[SPC_PROGRAM_COUNT];
  for (int i = 0; i < SPC_PROGRAM_COUNT; ++i) {
    const spc_program_t *g = &p->programs[i];
    programs[i] = RECORD(u32(e, g->command_begin), u32(e, g->command_count), u64(e, g->max_rows), u64(e, g->input_offset),
                         u64(e, g->output_offset));
  }
  LLVMValueRef plan = RECORD(
      u64(e, p->magic), u32(e, p->abi_version), u32(e, p->struct_size), u32(e, p->target), u32(e, p->flags), string(e, p->compiler),
      string(e, p->model), string(e, p->cpu), string(e, p->cpu_features), dims, u64(e, p->arena_size), offsets, sizes,
      u64(e, p->state_total), u64(e, p->staging_size), u64(e, p->device_memory), private_global(e, thresholds, 8), kernels, weights,
      caches, operands, commands, u32(e, p->kernel_count), u32(e, p->weight_count), u32(e, p->cache_count), u32(e, p->operand_count),
      u32(e, p->command_count), u32(e, 0), LLVMConstArray2(LLVMTypeOf(programs[0]), programs, SPC_PROGRAM_COUNT),
      string(e, p->weights_file), u64(e, p->weights_size), u64(e, p->device_weights_size), embedded, bytes(e, p->ptx, p->ptx_size), bytes(e, p->cubin, p->cubin_size),
      u64(e, p->ptx_size), u64(e, p->cubin_size));
  if (LLVMABISizeOfType(LLVMGetModuleDataLayout(module), LLVMTypeOf(plan)) != sizeof *p) {
    return SPC_STATUS(SPC_INTERNAL, "the plan is laid out differently by LLVM and C");
  }
  emit_query(e, private_global(e, plan, 64));
  return NULL;
}
