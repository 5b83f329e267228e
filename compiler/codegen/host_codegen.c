// From specialised kernel sources to one LLVM module.
//
// Building the patterns of a conversion costs more than applying them to one kernel, so all kernels become functions of one MLIR module, which is
// lowered and translated once. Names are made unique first; what common.mlir defines is shared.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/codegen/host_target.h"
#include "compiler/kernels/source.h"
#include "llvm-c/Target.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/RegisterEverything.h"
#include "mlir-c/Target/LLVMIR.h"

// arith-expand writes conversions of bf16 out in integers: x86-64 has no instruction for them that keeps subnormals.
static const char k_pipeline[] =
    "builtin.module(canonicalize,cse,arith-expand{include-bf16=true},convert-scf-to-cf,convert-vector-to-llvm,expand-strided-metadata,"
    "finalize-memref-to-llvm,convert-math-to-llvm,convert-func-to-llvm{use-bare-ptr-memref-call-conv=1},convert-arith-to-llvm,"
    "convert-index-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts,canonicalize,cse)";

static MlirStringRef str(const char *text) { return mlirStringRefCreateFromCString(text); }

static void implementation_name(char *out, size_t size, intptr_t i) { snprintf(out, size, "spc_body_%td", (ptrdiff_t)i); }

static bool is_declaration(MlirOperation function) {
  return mlirOperationGetNumRegions(function) == 0 || mlirBlockIsNull(mlirRegionGetFirstBlock(mlirOperationGetRegion(function, 0)));
}

// Renames the functions that |kernel| defines: the kernel itself to spc_body_<i>, its helpers to k<i>.<name>.
static spc_status_t rename_functions(spc_context_t *context, MlirModule kernel, const char *function, intptr_t i) {
  MlirBlock body = mlirModuleGetBody(kernel);
  for (MlirOperation op = mlirBlockGetFirstOperation(body); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    MlirAttribute name = mlirOperationGetAttributeByName(op, str("sym_name"));
    if (mlirAttributeIsNull(name) || is_declaration(op)) continue;
    MlirStringRef old = mlirStringAttrGetValue(name);
    char fresh[128];
    if (old.length == strlen(function) && memcmp(old.data, function, old.length) == 0) {
      implementation_name(fresh, sizeof fresh, i);
    } else {
      snprintf(fresh, sizeof fresh, "k%td.%.*s", (ptrdiff_t)i, (int)old.length, old.data);
    }
    if (mlirLogicalResultIsFailure(mlirSymbolTableReplaceAllSymbolUses(old, str(fresh), mlirModuleGetOperation(kernel)))) {
      return SPC_STATUS(SPC_INTERNAL, "cannot rename the uses of @%.*s", (int)old.length, old.data);
    }
    mlirOperationSetAttributeByName(op, str("sym_name"), mlirStringAttrGet(context->mlir, str(fresh)));
  }
  return NULL;
}

// Moves the functions that |kernel| defines to the end of |all|.
static void move_functions(MlirModule kernel, MlirModule all) {
  MlirOperation next, op = mlirBlockGetFirstOperation(mlirModuleGetBody(kernel));
  for (; !mlirOperationIsNull(op); op = next) {
    next = mlirOperationGetNextInBlock(op);
    if (is_declaration(op)) continue;
    mlirOperationRemoveFromParent(op);
    mlirBlockAppendOwnedOperation(mlirModuleGetBody(all), op);
  }
}

static spc_status_t add_kernel(spc_context_t *context, const spc_kernel_set_t *set, intptr_t i, const spc_host_target_t *target,
                               MlirModule all) {
  spc_status_t status = NULL;
  char *source = NULL;
  MlirModule kernel = {NULL};
  const char *name = spc_kernel_set_name(set, i);
  if (!target->half && strstr(name, ".f16")) {
    return SPC_STATUS(SPC_UNSUPPORTED, "kernel %s: CPU %s does not convert f16 (feature f16c, in x86-64-v3 and later); use f32 or bf16", name,
                      target->cpu);
  }
  SPC_GOTO_IF_ERROR(spc_kernel_set_source(set, i, &source));
  SPC_GOTO_IF_ERROR(spc_context_parse(context, source, strlen(source), name, &kernel));
  SPC_GOTO_IF_ERROR(rename_functions(context, kernel, spc_kernel_set_function(set, i), i));
  move_functions(kernel, all);

cleanup:
  if (kernel.ptr) mlirModuleDestroy(kernel);
  free(source);
  return status ? spc_status_annotate(status, "kernel %s", name) : NULL;
}

static spc_status_t gather(spc_context_t *context, const spc_kernel_set_t *set, const spc_host_target_t *target, MlirModule *out_all) {
  const spc_embedded_file_t *common = spc_kernel_source_common(SPC_KERNELS_HOST);
  if (!common) return SPC_STATUS(SPC_INTERNAL, "the kernels' common functions are not in this program");
  SPC_RETURN_IF_ERROR(spc_context_parse(context, common->text, common->length, common->name, out_all));
  for (intptr_t i = 0; i < spc_kernel_set_count(set); ++i) {
    spc_status_t status = add_kernel(context, set, i, target, *out_all);
    if (status) {
      mlirModuleDestroy(*out_all);
      out_all->ptr = NULL;
      return status;
    }
  }
  return NULL;
}

// LLVM unrolls what it guesses to be worth it, which doubled both the code and the time to compile it. The sources say which loops to unroll; all
// others stay as they are.
static MlirWalkResult keep_rolled(MlirOperation op, void *annotation) {
  MlirStringRef name = mlirIdentifierStr(mlirOperationGetName(op));
  MlirStringRef loop = str("scf.for"), key = str("llvm.loop_annotation");
  if (mlirStringRefEqual(name, loop) && mlirAttributeIsNull(mlirOperationGetAttributeByName(op, key))) {
    mlirOperationSetAttributeByName(op, key, *(const MlirAttribute *)annotation);
  }
  return MlirWalkResultAdvance;
}

// Lowering leaves a loop's annotation on its back branch under its old name, where the translation does not look for it.
static MlirWalkResult rename_annotation(MlirOperation op, void *data) {
  (void)data;
  MlirStringRef key = str("llvm.loop_annotation");
  if (!mlirStringRefEqual(mlirIdentifierStr(mlirOperationGetName(op)), str("llvm.br"))) return MlirWalkResultAdvance;
  MlirAttribute annotation = mlirOperationGetDiscardableAttributeByName(op, key);
  if (mlirAttributeIsNull(annotation)) return MlirWalkResultAdvance;
  mlirOperationRemoveDiscardableAttributeByName(op, key);
  mlirOperationSetInherentAttributeByName(op, str("loop_annotation"), annotation);
  return MlirWalkResultAdvance;
}

static LLVMAttributeRef text_attribute(LLVMContextRef llvm, const char *key, const char *value) {
  return LLVMCreateStringAttribute(llvm, key, (unsigned)strlen(key), value, (unsigned)strlen(value));
}

static void set_target(LLVMContextRef llvm, const spc_host_target_t *target, LLVMValueRef function) {
  const char *width = target->wide_vectors ? "512" : "256";
  const char *const pairs[][2] = {
      {"target-cpu", "x86-64"},          {"target-features", target->llvm_features}, {"tune-cpu", target->tune},
      {"prefer-vector-width", width},    {"min-legal-vector-width", width},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; ++i) {
    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, text_attribute(llvm, pairs[i][0], pairs[i][1]));
  }
  LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                          LLVMCreateEnumAttribute(llvm, LLVMGetEnumAttributeKindForName("nounwind", 8), 0));
}

// void spc_kernel_<i>(const spc_arg_t *args, int64_t begin, int64_t end): loads the arguments and calls the body.
static spc_status_t add_wrapper(LLVMContextRef llvm, LLVMModuleRef module, const spc_host_target_t *target, const spc_kernel_set_t *set,
                                intptr_t i) {
  char name[64];
  implementation_name(name, sizeof name, i);
  LLVMValueRef body = LLVMGetNamedFunction(module, name);
  uint32_t n = spc_kernel_set_arg_count(set, i);
  if (!body || LLVMCountParams(body) != n + 2) {
    return SPC_STATUS(SPC_INTERNAL, "kernel %s lost its function or an argument in lowering", spc_kernel_set_name(set, i));
  }
  LLVMTypeRef pointer = LLVMPointerTypeInContext(llvm, 0), i64 = LLVMInt64TypeInContext(llvm);
  LLVMTypeRef parameters[] = {pointer, i64, i64};
  LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(llvm), parameters, 3, 0);
  snprintf(name, sizeof name, "spc_kernel_%td", (ptrdiff_t)i);
  LLVMValueRef wrapper = LLVMAddFunction(module, name, type);
  LLVMSetLinkage(wrapper, LLVMInternalLinkage);
  set_target(llvm, target, wrapper);

  LLVMValueRef *operands = calloc(n + 2, sizeof *operands);
  if (!operands) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %u operands", n + 2);
  LLVMBuilderRef builder = LLVMCreateBuilderInContext(llvm);
  LLVMPositionBuilderAtEnd(builder, LLVMAppendBasicBlockInContext(llvm, wrapper, ""));
  for (uint32_t a = 0; a < n; ++a) {
    LLVMValueRef index = LLVMConstInt(i64, a, 0);
    LLVMValueRef address = LLVMBuildInBoundsGEP2(builder, i64, LLVMGetParam(wrapper, 0), &index, 1, "");
    operands[a] = LLVMBuildLoad2(builder, LLVMTypeOf(LLVMGetParam(body, a)), address, "");
  }
  operands[n] = LLVMGetParam(wrapper, 1);
  operands[n + 1] = LLVMGetParam(wrapper, 2);
  LLVMBuildCall2(builder, LLVMGlobalGetValueType(body), body, operands, n + 2, "");
  LLVMBuildRetVoid(builder);
  LLVMDisposeBuilder(builder);
  free(operands);
  return NULL;
}

// Everything inside a kernel is inlined into its wrapper: scratch and accumulators become registers only then.
static void internalise(LLVMContextRef llvm, LLVMModuleRef module, const spc_host_target_t *target) {
  unsigned always_inline = LLVMGetEnumAttributeKindForName("alwaysinline", 12);
  for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
    if (LLVMIsDeclaration(f)) continue;
    LLVMSetLinkage(f, LLVMInternalLinkage);
    LLVMAddAttributeAtIndex(f, LLVMAttributeFunctionIndex, LLVMCreateEnumAttribute(llvm, always_inline, 0));
    set_target(llvm, target, f);
  }
}

static void set_layout(LLVMModuleRef module, const spc_host_target_t *target) {
  LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(target->machine);
  LLVMSetModuleDataLayout(module, layout);
  LLVMDisposeTargetData(layout);
  LLVMSetTarget(module, target->triple);
}

LLVMModuleRef spc_host_module_create(const spc_host_target_t *target, LLVMContextRef llvm) {
  LLVMModuleRef module = LLVMModuleCreateWithNameInContext("spc", llvm);
  set_layout(module, target);
  return module;
}

spc_status_t spc_host_codegen(spc_context_t *context, const spc_kernel_set_t *set, const spc_host_target_t *target, LLVMContextRef llvm,
                              LLVMModuleRef *out_module) {
  *out_module = NULL;
  spc_status_t status = NULL;
  MlirModule all = {NULL};
  LLVMModuleRef module = NULL;
  mlirRegisterAllLLVMTranslations(context->mlir);
  SPC_GOTO_IF_ERROR(gather(context, set, target, &all));
  MlirAttribute rolled = mlirAttributeParseGet(context->mlir, str("#llvm.loop_annotation<unroll = <disable = true>>"));
  if (mlirAttributeIsNull(rolled)) {
    status = spc_context_take_errors(context, SPC_INTERNAL, "the LLVM dialect's loop annotations are not loaded");
    goto cleanup;
  }
  mlirOperationWalk(mlirModuleGetOperation(all), keep_rolled, &rolled, MlirWalkPreOrder);
  SPC_GOTO_IF_ERROR(spc_context_run_pipeline(context, all, k_pipeline));
  mlirOperationWalk(mlirModuleGetOperation(all), rename_annotation, NULL, MlirWalkPreOrder);
  module = mlirTranslateModuleToLLVMIR(mlirModuleGetOperation(all), llvm);
  if (!module) {
    status = spc_context_take_errors(context, SPC_INTERNAL, "the lowered kernels do not translate to LLVM IR");
    goto cleanup;
  }
  set_layout(module, target);
  internalise(llvm, module, target);
  for (intptr_t i = 0; i < spc_kernel_set_count(set); ++i) {
    SPC_GOTO_IF_ERROR(add_wrapper(llvm, module, target, set, i));
  }
  *out_module = module;
  module = NULL;

cleanup:
  if (module) LLVMDisposeModule(module);
  if (all.ptr) mlirModuleDestroy(all);
  return status ? spc_status_annotate(status, "generating the host kernels") : NULL;
}
