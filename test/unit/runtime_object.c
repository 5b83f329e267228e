// The fixture as a shared object, like one that spc-compile makes: hidden symbols, one query function, weights beside it. Compiled with another
// FIXTURE_ABI it is an object of another version.
#include <stdlib.h>

#include "runtime_fixture.h"

#ifndef FIXTURE_ABI
#define FIXTURE_ABI SPC_ABI_VERSION
#endif

static fixture_t *g_fixture;

__attribute__((destructor)) static void release(void) {
  free(g_fixture);
  g_fixture = NULL;
}

__attribute__((visibility("default"))) const spc_plan_t *spc_plan_query(uint32_t runtime_abi_version);
const spc_plan_t *spc_plan_query(uint32_t runtime_abi_version) {
  (void)runtime_abi_version;
  if (!g_fixture) {
    g_fixture = fixture_create(&(fixture_options_t){SPC_BF16, 8});
    g_fixture->plan.embedded_weights = NULL;
    g_fixture->plan.abi_version = FIXTURE_ABI;
  }
  return &g_fixture->plan;
}
