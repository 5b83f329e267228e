#include "bench/kernel_table.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/measure.h"
#include "compiler/codegen/host.h"

static const char k_symbol[] = "spc_bench_kernels";

// A constant array of all wrappers, as the symbol to export.
static spc_status_t add_symbol(LLVMContextRef llvm, LLVMModuleRef module, intptr_t count) {
  LLVMValueRef *functions = calloc((size_t)count, sizeof *functions);
  if (!functions) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %td kernels", (ptrdiff_t)count);
  for (intptr_t i = 0; i < count; ++i) {
    char name[64];
    snprintf(name, sizeof name, "spc_kernel_%td", (ptrdiff_t)i);
    functions[i] = LLVMGetNamedFunction(module, name);
  }
  LLVMTypeRef pointer = LLVMPointerTypeInContext(llvm, 0);
  LLVMValueRef table = LLVMAddGlobal(module, LLVMArrayType2(pointer, (uint64_t)count), k_symbol);
  LLVMSetInitializer(table, LLVMConstArray2(pointer, functions, (uint64_t)count));
  LLVMSetGlobalConstant(table, 1);
  free(functions);
  return NULL;
}

static spc_status_t build(kernel_table_t *table, spc_context_t *context, const spc_kernel_set_t *set, const spc_host_target_t *target,
                          const char *object, const char *library) {
  spc_status_t status = NULL;
  LLVMModuleRef module = NULL;
  LLVMContextRef llvm = LLVMContextCreate();
  double start = bench_now();
  SPC_GOTO_IF_ERROR(spc_host_codegen(context, set, target, llvm, &module));
  double lowered = bench_now();
  SPC_GOTO_IF_ERROR(add_symbol(llvm, module, spc_kernel_set_count(set)));
  SPC_GOTO_IF_ERROR(spc_host_optimize(target, module));
  double optimized = bench_now();
  SPC_GOTO_IF_ERROR(spc_host_write_object(target, module, object));
  double emitted = bench_now();
  SPC_GOTO_IF_ERROR(spc_link_shared(object, library, k_symbol));
  table->lower_seconds = lowered - start;
  table->optimize_seconds = optimized - lowered;
  table->emit_seconds = emitted - optimized;
  table->link_seconds = bench_now() - emitted;

cleanup:
  if (module) LLVMDisposeModule(module);
  LLVMContextDispose(llvm);
  return status;
}

spc_status_t kernel_table_init(kernel_table_t *table, const spc_kernel_set_t *set, const char *cpu) {
  *table = (kernel_table_t){0};
  spc_status_t status = NULL;
  spc_host_target_t *target = NULL;
  spc_context_t context;
  SPC_RETURN_IF_ERROR(spc_context_init(&context));
  char folder[] = "/tmp/spc-bench-XXXXXX", object[64], library[64];
  if (!mkdtemp(folder)) {
    spc_context_deinit(&context);
    return SPC_STATUS(SPC_IO, "cannot make a folder in /tmp");
  }
  snprintf(object, sizeof object, "%s/k.o", folder);
  snprintf(library, sizeof library, "%s/k.so", folder);
  SPC_GOTO_IF_ERROR(spc_host_target_create(cpu, &target));
  SPC_GOTO_IF_ERROR(build(table, &context, set, target, object, library));
  table->library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (table->library) table->functions = dlsym(table->library, k_symbol);
  if (!table->functions) status = SPC_STATUS(SPC_INTERNAL, "cannot load the kernels: %s", dlerror());

cleanup:
  unlink(object);
  unlink(library);
  rmdir(folder);
  spc_host_target_destroy(target);
  spc_context_deinit(&context);
  return status;
}

void kernel_table_deinit(kernel_table_t *table) {
  if (table->library) dlclose(table->library);
}
