#include "cpu/cpu_features.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

typedef enum cpuid_register_t { EAX, EBX, ECX, EDX } cpuid_register_t;
typedef enum os_state_t { NO_STATE, YMM_STATE, ZMM_STATE } os_state_t;  // registers that the system must save

// Intel SDM volume 2A and AMD APM volume 3, CPUID; the names are LLVM's.
static const struct {
  const char *name;
  uint32_t leaf, subleaf;
  cpuid_register_t reg;
  uint8_t bit;
  os_state_t state;
} known[] = {
    {"64bit", 0x80000001, 0, EDX, 29, NO_STATE},
    {"x87", 1, 0, EDX, 0, NO_STATE},
    {"cx8", 1, 0, EDX, 8, NO_STATE},
    {"cmov", 1, 0, EDX, 15, NO_STATE},
    {"mmx", 1, 0, EDX, 23, NO_STATE},
    {"fxsr", 1, 0, EDX, 24, NO_STATE},
    {"sse", 1, 0, EDX, 25, NO_STATE},
    {"sse2", 1, 0, EDX, 26, NO_STATE},
    {"sse3", 1, 0, ECX, 0, NO_STATE},
    {"pclmul", 1, 0, ECX, 1, NO_STATE},
    {"ssse3", 1, 0, ECX, 9, NO_STATE},
    {"fma", 1, 0, ECX, 12, YMM_STATE},
    {"cx16", 1, 0, ECX, 13, NO_STATE},
    {"sse4.1", 1, 0, ECX, 19, NO_STATE},
    {"sse4.2", 1, 0, ECX, 20, NO_STATE},
    {"crc32", 1, 0, ECX, 20, NO_STATE},
    {"movbe", 1, 0, ECX, 22, NO_STATE},
    {"popcnt", 1, 0, ECX, 23, NO_STATE},
    {"aes", 1, 0, ECX, 25, NO_STATE},
    {"xsave", 1, 0, ECX, 26, NO_STATE},
    {"avx", 1, 0, ECX, 28, YMM_STATE},
    {"f16c", 1, 0, ECX, 29, YMM_STATE},
    {"rdrnd", 1, 0, ECX, 30, NO_STATE},
    {"fsgsbase", 7, 0, EBX, 0, NO_STATE},
    {"bmi", 7, 0, EBX, 3, NO_STATE},
    {"avx2", 7, 0, EBX, 5, YMM_STATE},
    {"bmi2", 7, 0, EBX, 8, NO_STATE},
    {"ermsb", 7, 0, EBX, 9, NO_STATE},
    {"invpcid", 7, 0, EBX, 10, NO_STATE},
    {"rtm", 7, 0, EBX, 11, NO_STATE},
    {"avx512f", 7, 0, EBX, 16, ZMM_STATE},
    {"evex512", 7, 0, EBX, 16, ZMM_STATE},
    {"avx512dq", 7, 0, EBX, 17, ZMM_STATE},
    {"rdseed", 7, 0, EBX, 18, NO_STATE},
    {"adx", 7, 0, EBX, 19, NO_STATE},
    {"avx512ifma", 7, 0, EBX, 21, ZMM_STATE},
    {"clflushopt", 7, 0, EBX, 23, NO_STATE},
    {"clwb", 7, 0, EBX, 24, NO_STATE},
    {"avx512cd", 7, 0, EBX, 28, ZMM_STATE},
    {"sha", 7, 0, EBX, 29, NO_STATE},
    {"avx512bw", 7, 0, EBX, 30, ZMM_STATE},
    {"avx512vl", 7, 0, EBX, 31, ZMM_STATE},
    {"prefetchi", 7, 1, EDX, 14, NO_STATE},
    {"avx512vbmi", 7, 0, ECX, 1, ZMM_STATE},
    {"pku", 7, 0, ECX, 4, NO_STATE},
    {"waitpkg", 7, 0, ECX, 5, NO_STATE},
    {"avx512vbmi2", 7, 0, ECX, 6, ZMM_STATE},
    {"shstk", 7, 0, ECX, 7, NO_STATE},
    {"gfni", 7, 0, ECX, 8, NO_STATE},
    {"vaes", 7, 0, ECX, 9, YMM_STATE},
    {"vpclmulqdq", 7, 0, ECX, 10, YMM_STATE},
    {"avx512vnni", 7, 0, ECX, 11, ZMM_STATE},
    {"avx512bitalg", 7, 0, ECX, 12, ZMM_STATE},
    {"avx512vpopcntdq", 7, 0, ECX, 14, ZMM_STATE},
    {"rdpid", 7, 0, ECX, 22, NO_STATE},
    {"cldemote", 7, 0, ECX, 25, NO_STATE},
    {"movdiri", 7, 0, ECX, 27, NO_STATE},
    {"movdir64b", 7, 0, ECX, 28, NO_STATE},
    {"enqcmd", 7, 0, ECX, 29, NO_STATE},
    {"avx512vp2intersect", 7, 0, EDX, 8, ZMM_STATE},
    {"serialize", 7, 0, EDX, 14, NO_STATE},
    {"tsxldtrk", 7, 0, EDX, 16, NO_STATE},
    {"pconfig", 7, 0, EDX, 18, NO_STATE},
    {"amx-bf16", 7, 0, EDX, 22, NO_STATE},
    {"avx512fp16", 7, 0, EDX, 23, ZMM_STATE},
    {"amx-tile", 7, 0, EDX, 24, NO_STATE},
    {"amx-int8", 7, 0, EDX, 25, NO_STATE},
    {"uintr", 7, 0, EDX, 5, NO_STATE},
    {"avxvnni", 7, 1, EAX, 4, YMM_STATE},
    {"avx512bf16", 7, 1, EAX, 5, ZMM_STATE},
    {"avxifma", 7, 1, EAX, 23, YMM_STATE},
    {"xsaveopt", 0xd, 1, EAX, 0, NO_STATE},
    {"xsavec", 0xd, 1, EAX, 1, NO_STATE},
    {"xsaves", 0xd, 1, EAX, 3, NO_STATE},
    {"sahf", 0x80000001, 0, ECX, 0, NO_STATE},
    {"lzcnt", 0x80000001, 0, ECX, 5, NO_STATE},
    {"sse4a", 0x80000001, 0, ECX, 6, NO_STATE},
    {"prfchw", 0x80000001, 0, ECX, 8, NO_STATE},
    {"xop", 0x80000001, 0, ECX, 11, YMM_STATE},
    {"lwp", 0x80000001, 0, ECX, 15, NO_STATE},
    {"fma4", 0x80000001, 0, ECX, 16, YMM_STATE},
    {"tbm", 0x80000001, 0, ECX, 21, NO_STATE},
    {"mwaitx", 0x80000001, 0, ECX, 29, NO_STATE},
    {"clzero", 0x80000008, 0, EBX, 0, NO_STATE},
    {"rdpru", 0x80000008, 0, EBX, 4, NO_STATE},
    {"wbnoinvd", 0x80000008, 0, EBX, 9, NO_STATE},
};

static bool os_saves(os_state_t state) {
  if (state == NO_STATE) return true;
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) return false;  // OSXSAVE
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  uint32_t mask = state == ZMM_STATE ? 0xe6 : 0x06;
  return (low & mask) == mask;
}

typedef enum answer_t { PRESENT, ABSENT, UNKNOWN } answer_t;

static answer_t has_feature(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
    if (strlen(known[i].name) != length || memcmp(known[i].name, name, length)) continue;
    unsigned regs[4] = {0};
    if (!__get_cpuid_count(known[i].leaf, known[i].subleaf, &regs[0], &regs[1], &regs[2], &regs[3])) return ABSENT;
    return (regs[known[i].reg] >> known[i].bit & 1) && os_saves(known[i].state) ? PRESENT : ABSENT;
  }
  return UNKNOWN;
}
#else
typedef enum answer_t { PRESENT, ABSENT, UNKNOWN } answer_t;
static answer_t has_feature(const char *name, size_t length) {
  (void)name;
  (void)length;
  return UNKNOWN;
}
#endif

static void append(char *list, size_t size, const char *name, size_t length) {
  size_t used = strlen(list);
  if (used + length + 3 > size) return;
  snprintf(list + used, size - used, "%s%.*s", used ? ", " : "", (int)length, name);
}

spc_status_t spc_cpu_features_check(const char *cpu, const char *features) {
  char absent[512] = "", unknown[512] = "";
  for (const char *at = features; *at;) {
    size_t length = strcspn(at, ",");
    const char *name = at;
    size_t n = length;
    if (n && *name == '+') ++name, --n;
    if (n) {
      answer_t answer = has_feature(name, n);
      if (answer == ABSENT) append(absent, sizeof absent, name, n);
      if (answer == UNKNOWN) append(unknown, sizeof unknown, name, n);
    }
    at += length + (at[length] == ',');
  }
  if (*absent) {
    return SPC_STATUS(SPC_INCOMPATIBLE, "the object was compiled for CPU %s; this one lacks %s; compile with --cpu=NAME for this machine",
                      cpu, absent);
  }
  if (*unknown) {
    return SPC_STATUS(SPC_INCOMPATIBLE, "the object was compiled for CPU %s and needs %s, which this runtime cannot check for", cpu, unknown);
  }
  return NULL;
}
