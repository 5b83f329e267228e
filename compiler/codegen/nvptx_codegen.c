// From specialised kernel sources to PTX.
//
// Each kernel is a gpu.module of its own; it gets the functions of common.mlir, is lowered and translated, and is linked into one LLVM module that is optimised
// and emitted once.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/codegen/nvptx.h"
#include "compiler/kernels/source.h"
#include "llvm-c/Analysis.h"
#include "llvm-c/Core.h"
#include "llvm-c/Error.h"
#include "llvm-c/Linker.h"
#include "llvm-c/Target.h"
#include "llvm-c/TargetMachine.h"
#include "llvm-c/Transforms/PassBuilder.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/RegisterEverything.h"
#include "mlir-c/Target/LLVMIR.h"

static const char k_triple[] = "nvptx64-nvidia-cuda";

// bf16 is converted in integers: one shift widens it on every GPU, and narrowing rounds to nearest even on those without the instruction too. math goes
// to LLVM's intrinsics first, because convert-gpu-to-nvvm would make calls of libdevice.
static const char k_pipeline[] =
    "builtin.module(gpu.module(canonicalize,cse,arith-expand{include-bf16=true},convert-scf-to-cf,convert-vector-to-llvm,convert-math-to-llvm,"
    "convert-gpu-to-nvvm{use-bare-ptr-memref-call-conv=true},reconcile-unrealized-casts,canonicalize,cse))";

static const char k_wait[] = "#nvvm<grid_dep_action wait>", k_launch_dependents[] = "#nvvm<grid_dep_action launch_dependents>";

static MlirStringRef str(const char *text) { return mlirStringRefCreateFromCString(text); }

static bool is_named(MlirOperation op, const char *name) {
  return mlirStringRefEqual(mlirIdentifierStr(mlirOperationGetName(op)), str(name));
}

bool spc_nvptx_entry_name(const spc_kernel_set_t *set, intptr_t i, char *out, size_t size) {
  int n = snprintf(out, size, "%s", spc_kernel_set_name(set, i));
  if (n < 0 || (size_t)n >= size) return false;
  for (; *out; ++out) {
    if (*out == '.') *out = '_';
  }
  return true;
}

// The first gpu.module of |module|, or null.
static MlirOperation gpu_module(MlirModule module) {
  MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(module));
  while (!mlirOperationIsNull(op) && !is_named(op, "gpu.module")) op = mlirOperationGetNextInBlock(op);
  return op;
}

static MlirBlock body(MlirOperation op) { return mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0)); }

// Every function that |kernel| only declares gives way to all of |common|'s.
static void add_common(MlirOperation kernel, MlirOperation common) {
  MlirOperation next, op = mlirBlockGetFirstOperation(body(kernel));
  for (; !mlirOperationIsNull(op); op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (is_named(op, "func.func") && mlirBlockIsNull(body(op))) mlirOperationDestroy(op);
  }
  for (op = mlirBlockGetFirstOperation(body(common)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    mlirBlockInsertOwnedOperation(body(kernel), 0, mlirOperationClone(op));
  }
}

// What a walk for griddepcontrol has found, and what it is to do.
typedef struct overlap_t {
  bool waits, remove;
} overlap_t;

static MlirWalkResult find_grid_control(MlirOperation op, void *data) {
  overlap_t *overlap = data;
  if (!is_named(op, "nvvm.griddepcontrol")) return MlirWalkResultAdvance;
  if (overlap->remove) {
    mlirOperationDestroy(op);
    return MlirWalkResultSkip;
  }
  MlirAttribute kind = mlirOperationGetInherentAttributeByName(op, str("kind"));
  MlirAttribute wait = mlirAttributeParseGet(mlirOperationGetContext(op), str(k_wait));
  overlap->waits |= mlirAttributeEqual(kind, wait);
  return MlirWalkResultAdvance;
}

static void insert_grid_control(MlirBlock block, intptr_t at, const char *kind) {
  MlirContext context = mlirOperationGetContext(mlirBlockGetParentOperation(block));
  MlirOperationState state = mlirOperationStateGet(str("nvvm.griddepcontrol"), mlirLocationUnknownGet(context));
  MlirNamedAttribute attribute = mlirNamedAttributeGet(mlirIdentifierGet(context, str("kind")), mlirAttributeParseGet(context, str(kind)));
  mlirOperationStateAddAttributes(&state, 1, &attribute);
  mlirBlockInsertOwnedOperation(block, at, mlirOperationCreate(&state));
}

// From compute capability 9.0 on a kernel whose source does not say otherwise lets the next one be launched, then waits for the end of the one before it, which
// itself waited: whatever was launched earlier has then ended. Older GPUs have neither instruction. What a function says that is no kernel, it says for all of the module.
static void overlap_launches(MlirOperation kernels, const spc_nvptx_target_t *target) {
  const bool remove = target->compute < 90;
  overlap_t functions = {.remove = remove};
  for (MlirOperation op = mlirBlockGetFirstOperation(body(kernels)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!is_named(op, "gpu.func")) mlirOperationWalk(op, find_grid_control, &functions, MlirWalkPreOrder);
  }
  for (MlirOperation op = mlirBlockGetFirstOperation(body(kernels)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    if (!is_named(op, "gpu.func")) continue;
    overlap_t own = {.remove = remove};
    mlirOperationWalk(op, find_grid_control, &own, MlirWalkPreOrder);
    if (remove || functions.waits || own.waits) continue;
    insert_grid_control(body(op), 0, k_launch_dependents);
    insert_grid_control(body(op), 1, k_wait);
  }
}

// Lowering leaves a loop's annotation on its back branch under its old name, where the translation does not look for it.
static MlirWalkResult rename_annotation(MlirOperation op, void *data) {
  (void)data;
  MlirStringRef key = str("llvm.loop_annotation");
  if (!is_named(op, "llvm.br")) return MlirWalkResultAdvance;
  MlirAttribute annotation = mlirOperationGetDiscardableAttributeByName(op, key);
  if (mlirAttributeIsNull(annotation)) return MlirWalkResultAdvance;
  mlirOperationRemoveDiscardableAttributeByName(op, key);
  mlirOperationSetInherentAttributeByName(op, str("loop_annotation"), annotation);
  return MlirWalkResultAdvance;
}

// Makes everything but the kernel internal and inlined, and gives the kernel its entry's name.
static spc_status_t name_entry(LLVMContextRef llvm, LLVMModuleRef module, const spc_kernel_set_t *set, intptr_t i) {
  char entry[256];
  if (!spc_nvptx_entry_name(set, i, entry, sizeof entry)) return SPC_STATUS(SPC_INTERNAL, "its name is too long for an entry");
  LLVMValueRef kernel = LLVMGetNamedFunction(module, spc_kernel_set_function(set, i));
  if (!kernel || LLVMCountParams(kernel) != spc_kernel_set_arg_count(set, i)) {
    return SPC_STATUS(SPC_INTERNAL, "it lost its function or an argument in lowering");
  }
  unsigned always_inline = LLVMGetEnumAttributeKindForName("alwaysinline", 12);
  for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
    if (f == kernel || LLVMGetIntrinsicID(f)) continue;
    if (LLVMIsDeclaration(f)) {
      size_t length;
      return SPC_STATUS(SPC_INTERNAL, "it calls @%s, which nothing defines", LLVMGetValueName2(f, &length));
    }
    LLVMSetLinkage(f, LLVMInternalLinkage);
    LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex, LLVMCreateEnumAttribute(llvm, always_inline, 0));
  }
  LLVMSetValueName2(kernel, entry, strlen(entry));
  return NULL;
}

static spc_status_t lower_kernel(spc_context_t *context, const spc_kernel_set_t *set, intptr_t i, const spc_nvptx_target_t *target, MlirOperation common,
                                 LLVMContextRef llvm, LLVMModuleRef all) {
  spc_status_t status = NULL;
  char *source = NULL;
  MlirModule module = {NULL};
  LLVMModuleRef lowered = NULL;
  const char *name = spc_kernel_set_name(set, i);
  SPC_GOTO_IF_ERROR(spc_kernel_set_source(set, i, &source));
  SPC_GOTO_IF_ERROR(spc_context_parse(context, source, strlen(source), name, &module));
  add_common(gpu_module(module), common);
  overlap_launches(gpu_module(module), target);
  SPC_GOTO_IF_ERROR(spc_context_run_pipeline(context, module, k_pipeline));
  MlirOperation kernels = gpu_module(module);
  mlirOperationWalk(kernels, rename_annotation, NULL, MlirWalkPreOrder);
  lowered = mlirTranslateModuleToLLVMIR(kernels, llvm);
  if (!lowered) {
    status = spc_context_take_errors(context, SPC_INTERNAL, "it does not translate to LLVM IR");
    goto cleanup;
  }
  LLVMSetTarget(lowered, k_triple);
  LLVMSetDataLayout(lowered, LLVMGetDataLayoutStr(all));
  SPC_GOTO_IF_ERROR(name_entry(llvm, lowered, set, i));
  bool failed = LLVMLinkModules2(all, lowered);  // consumes
  lowered = NULL;
  if (failed) status = SPC_STATUS(SPC_INTERNAL, "it does not link with the other kernels");

cleanup:
  if (lowered) LLVMDisposeModule(lowered);
  if (module.ptr) mlirModuleDestroy(module);
  free(source);
  return status ? spc_status_annotate(status, "kernel %s", name) : NULL;
}

static spc_status_t create_machine(const spc_nvptx_target_t *target, LLVMTargetMachineRef *out_machine) {
  *out_machine = NULL;
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  char *message = NULL;
  LLVMTargetRef llvm_target;
  if (LLVMGetTargetFromTriple(k_triple, &llvm_target, &message)) {
    spc_status_t status = SPC_STATUS(SPC_UNSUPPORTED, "this LLVM has no code generator for NVIDIA GPUs: %s", message);
    LLVMDisposeMessage(message);
    return status;
  }
  *out_machine = LLVMCreateTargetMachine(llvm_target, k_triple, target->name, target->features, LLVMCodeGenLevelAggressive, LLVMRelocDefault,
                                         LLVMCodeModelDefault);
  return *out_machine ? NULL : SPC_STATUS(SPC_INTERNAL, "LLVM makes no target machine for %s", target->name);
}

static spc_status_t optimize(LLVMModuleRef module, LLVMTargetMachineRef machine) {
  char *message = NULL;
  if (LLVMVerifyModule(module, LLVMReturnStatusAction, &message)) {
    spc_status_t status = SPC_STATUS(SPC_INTERNAL, "the module is not valid LLVM IR: %s", message);
    LLVMDisposeMessage(message);
    return status;
  }
  LLVMDisposeMessage(message);
  LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
  LLVMErrorRef error = LLVMRunPasses(module, "default<O3>", machine, options);
  LLVMDisposePassBuilderOptions(options);
  if (!error) return NULL;
  message = LLVMGetErrorMessage(error);
  spc_status_t status = SPC_STATUS(SPC_INTERNAL, "optimising failed: %s", message);
  LLVMDisposeErrorMessage(message);
  return status;
}

static spc_status_t emit(LLVMModuleRef module, LLVMTargetMachineRef machine, char **out_ptx) {
  char *message = NULL;
  LLVMMemoryBufferRef buffer = NULL;
  if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, LLVMAssemblyFile, &message, &buffer)) {
    spc_status_t status = SPC_STATUS(SPC_INTERNAL, "LLVM emits no PTX: %s", message ? message : "unknown error");
    LLVMDisposeMessage(message);
    return status;
  }
  size_t size = LLVMGetBufferSize(buffer);
  *out_ptx = malloc(size + 1);
  if (*out_ptx) {
    memcpy(*out_ptx, LLVMGetBufferStart(buffer), size);
    (*out_ptx)[size] = '\0';
  }
  LLVMDisposeMemoryBuffer(buffer);
  return *out_ptx ? NULL : SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu bytes of PTX", size);
}

// Without a handler LLVM would print what the target lacks and end the process. Keeps the first error; its warnings concern who writes kernels, not who compiles.
static void on_diagnostic(LLVMDiagnosticInfoRef info, void *first_error) {
  char **first = first_error;
  if (LLVMGetDiagInfoSeverity(info) != LLVMDSError || *first) return;
  char *text = LLVMGetDiagInfoDescription(info);
  *first = strdup(text);
  LLVMDisposeMessage(text);
}

// The dialects that only GPU kernels need, and the interfaces by which convert-gpu-to-nvvm lowers the others.
static void register_dialects(spc_context_t *context) {
  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  mlirRegisterAllDialects(registry);
  mlirContextAppendDialectRegistry(context->mlir, registry);
  mlirDialectRegistryDestroy(registry);
  mlirRegisterAllLLVMTranslations(context->mlir);
}

spc_status_t spc_nvptx_codegen(spc_context_t *context, const spc_kernel_set_t *set, const spc_nvptx_target_t *target, char **out_ptx) {
  *out_ptx = NULL;
  spc_status_t status = NULL;
  LLVMTargetMachineRef machine = NULL;
  LLVMModuleRef all = NULL;
  MlirModule common = {NULL};
  const spc_embedded_file_t *file = spc_kernel_source_common(SPC_KERNELS_NVPTX);
  LLVMContextRef llvm = LLVMContextCreate();
  char *llvm_error = NULL;
  LLVMContextSetDiagnosticHandler(llvm, on_diagnostic, &llvm_error);
  if (spc_kernel_set_target(set) != SPC_KERNELS_NVPTX || !file) {
    status = SPC_STATUS(SPC_INTERNAL, "not a set of NVPTX kernels, or their common functions are not in this program");
    goto cleanup;
  }
  register_dialects(context);
  SPC_GOTO_IF_ERROR(create_machine(target, &machine));
  SPC_GOTO_IF_ERROR(spc_context_parse(context, file->text, file->length, file->name, &common));
  all = LLVMModuleCreateWithNameInContext("spc", llvm);
  LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine);
  LLVMSetModuleDataLayout(all, layout);
  LLVMDisposeTargetData(layout);
  LLVMSetTarget(all, k_triple);
  for (intptr_t i = 0; i < spc_kernel_set_count(set); ++i) {
    SPC_GOTO_IF_ERROR(lower_kernel(context, set, i, target, gpu_module(common), llvm, all));
  }
  SPC_GOTO_IF_ERROR(optimize(all, machine));
  SPC_GOTO_IF_ERROR(emit(all, machine, out_ptx));
  if (llvm_error) {
    status = SPC_STATUS(SPC_INTERNAL, "LLVM: %s", llvm_error);
    free(*out_ptx);
    *out_ptx = NULL;
  }

cleanup:
  if (common.ptr) mlirModuleDestroy(common);
  if (all) LLVMDisposeModule(all);
  if (machine) LLVMDisposeTargetMachine(machine);
  LLVMContextDispose(llvm);
  free(llvm_error);
  return status ? spc_status_annotate(status, "generating the kernels for %s", target->name) : NULL;
}
