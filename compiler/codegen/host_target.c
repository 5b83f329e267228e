#include "compiler/codegen/host_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llvm-c/Target.h"

// Code is generated for plain x86-64 plus exactly the features below that the CPU has, and only tuned for the CPU by name: so the list in the
// plan is all that the code relies on, and the runtime can check it without knowing CPUs.
static const char *const k_features[] = {
    "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt",                      // x86-64-v2
    "avx", "avx2", "bmi", "bmi2", "f16c", "fma",                        // x86-64-v3
    "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl",          // x86-64-v4
};
enum { k_feature_count = sizeof k_features / sizeof *k_features };
static const int k_level_features[] = {0, 0, 5, 11, 16};  // how many of them an x86-64 level has

static const struct {
  const char *name;
  int level;
} k_cpus[] = {
    {"x86-64", 1},        {"x86-64-v2", 2},      {"x86-64-v3", 3},   {"x86-64-v4", 4},  {"nehalem", 2},         {"westmere", 2},
    {"sandybridge", 2},   {"ivybridge", 2},      {"haswell", 3},     {"broadwell", 3},  {"skylake", 3},         {"alderlake", 3},
    {"raptorlake", 3},    {"meteorlake", 3},     {"arrowlake", 3},   {"lunarlake", 3},  {"sierraforest", 3},    {"skylake-avx512", 4},
    {"cascadelake", 4},   {"cooperlake", 4},     {"icelake-client", 4}, {"icelake-server", 4}, {"tigerlake", 4}, {"rocketlake", 4},
    {"sapphirerapids", 4}, {"emeraldrapids", 4}, {"graniterapids", 4}, {"znver1", 3},   {"znver2", 3},          {"znver3", 3},
    {"znver4", 4},        {"znver5", 4},
};
enum { k_cpu_count = sizeof k_cpus / sizeof *k_cpus };

static int least3(int a, int b, int c) {
  int m = a < b ? a : b;
  return m < c ? m : c;
}

// Levenshtein's distance; names longer than 31 count as far.
static int edit_distance(const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b);
  if (n > 31 || m > 31) return 99;
  int row[32];
  for (size_t j = 0; j <= m; ++j) row[j] = (int)j;
  for (size_t i = 1; i <= n; ++i) {
    int diagonal = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= m; ++j) {
      int above = row[j];
      row[j] = least3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
      diagonal = above;
    }
  }
  return row[m];
}

static spc_status_t unknown_cpu(const char *cpu) {
  char close[256] = "", all[640] = "native";
  size_t close_used = 0, all_used = strlen(all);
  for (int i = 0; i < k_cpu_count; ++i) {
    const char *name = k_cpus[i].name;
    if (edit_distance(cpu, name) <= 2 && close_used + strlen(name) + 3 < sizeof close) {
      close_used += (size_t)sprintf(close + close_used, "%s%s", close_used ? ", " : "", name);
    }
    if (all_used + strlen(name) + 3 < sizeof all) all_used += (size_t)sprintf(all + all_used, ", %s", name);
  }
  if (close_used) return SPC_STATUS(SPC_INVALID_ARGUMENT, "unknown CPU '%s'; did you mean %s?", cpu, close);
  return SPC_STATUS(SPC_INVALID_ARGUMENT, "unknown CPU '%s'; there are: %s", cpu, all);
}

// Whether "+feature" is in LLVM's list "+a,-b,...".
static bool host_has(const char *list, const char *feature) {
  size_t length = strlen(feature);
  for (const char *p = list; (p = strstr(p, feature)); p += length) {
    if (p > list && p[-1] == '+' && (p[length] == ',' || p[length] == '\0')) return true;
  }
  return false;
}

// Both spellings of the features whose bit is set.
static spc_status_t join_features(spc_host_target_t *target, uint32_t features) {
  size_t size = 1;
  for (int i = 0; i < k_feature_count; ++i) size += strlen(k_features[i]) + 2;
  target->features = calloc(1, size);
  target->llvm_features = calloc(1, size);
  if (!target->features || !target->llvm_features) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for %zu bytes of CPU features", size);
  for (int i = 0; i < k_feature_count; ++i) {
    if (!(features >> i & 1)) continue;
    if (target->features[0]) {
      strcat(target->features, ",");
      strcat(target->llvm_features, ",");
    }
    strcat(target->features, k_features[i]);
    strcat(strcat(target->llvm_features, "+"), k_features[i]);
  }
  target->wide_vectors = strstr(target->features, "avx512vl") != NULL;
  target->half = strstr(target->features, "f16c") != NULL;
  return NULL;
}

static spc_status_t choose_cpu(spc_host_target_t *target, const char *cpu) {
  uint32_t features = 0;
  if (!cpu || strcmp(cpu, "native") == 0) {
    char *name = LLVMGetHostCPUName(), *list = LLVMGetHostCPUFeatures();
    target->cpu = strdup(name);
    for (int i = 0; i < k_feature_count; ++i) features |= (uint32_t)host_has(list, k_features[i]) << i;
    LLVMDisposeMessage(name);
    LLVMDisposeMessage(list);
    target->tune = target->cpu;
  } else {
    int found = 0;
    while (found < k_cpu_count && strcmp(k_cpus[found].name, cpu) != 0) ++found;
    if (found == k_cpu_count) return unknown_cpu(cpu);
    target->cpu = strdup(cpu);
    features = (UINT32_C(1) << k_level_features[k_cpus[found].level]) - 1;
    target->tune = strncmp(cpu, "x86-64", 6) == 0 ? "generic" : target->cpu;
  }
  if (!target->cpu) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a CPU name");
  return join_features(target, features);
}

spc_status_t spc_host_target_create(const char *cpu, spc_host_target_t **out_target) {
  *out_target = NULL;
  spc_status_t status = NULL;
  char *message = NULL;
  spc_host_target_t *target = calloc(1, sizeof *target);
  if (!target) return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a host target");
  if (LLVMInitializeNativeTarget() || LLVMInitializeNativeAsmPrinter() || LLVMInitializeNativeAsmParser()) {
    status = SPC_STATUS(SPC_UNSUPPORTED, "this LLVM has no code generator for the machine it runs on");
    goto cleanup;
  }
  target->triple = LLVMGetDefaultTargetTriple();
  if (strncmp(target->triple, "x86_64", 6) != 0) {
    status = SPC_STATUS(SPC_UNSUPPORTED, "--target=cpu makes x86-64 code; this machine is %s", target->triple);
    goto cleanup;
  }
  SPC_GOTO_IF_ERROR(choose_cpu(target, cpu));
  LLVMTargetRef llvm_target;
  if (LLVMGetTargetFromTriple(target->triple, &llvm_target, &message)) {
    status = SPC_STATUS(SPC_UNSUPPORTED, "LLVM has no target %s: %s", target->triple, message);
    goto cleanup;
  }
  target->machine = LLVMCreateTargetMachine(llvm_target, target->triple, "x86-64", target->llvm_features, LLVMCodeGenLevelDefault,
                                            LLVMRelocPIC, LLVMCodeModelDefault);
  if (!target->machine) {
    status = SPC_STATUS(SPC_INTERNAL, "LLVM makes no target machine for %s", target->triple);
    goto cleanup;
  }
  *out_target = target;
  target = NULL;

cleanup:
  LLVMDisposeMessage(message);
  spc_host_target_destroy(target);
  return status;
}

void spc_host_target_destroy(spc_host_target_t *target) {
  if (!target) return;
  if (target->machine) LLVMDisposeTargetMachine(target->machine);
  LLVMDisposeMessage(target->triple);
  free(target->cpu);
  free(target->features);
  free(target->llvm_features);
  free(target);
}

const char *spc_host_target_cpu(const spc_host_target_t *target) { return target->cpu; }
const char *spc_host_target_features(const spc_host_target_t *target) { return target->features; }
