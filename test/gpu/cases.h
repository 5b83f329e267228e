// The tests of the kernels, one function a kernel: each takes a specialisation and checks it on random inputs of several shapes. A file a family.
#ifndef TEST_GPU_CASES_H_
#define TEST_GPU_CASES_H_

#include "test/gpu/image.h"

#define CASES(F)                                                                                                        \
  F(embed) F(rms_norm) F(narrow_rows) F(add_bias) F(swiglu) F(add) F(copy_columns)               /* cases_rows.c */     \
  F(argmax) F(fill_random) F(shift_features) F(load_features) F(store_features)                  /* cases_misc.c */     \
  F(shift_window) F(step_window)                                                                 /* cases_misc.c */     \
  F(rope_table) F(rope_gather) F(rope_append)                                                    /* cases_rope.c */     \
  F(linear_m8) F(linear_m16) F(linear_m24) F(linear_m32)                                         /* cases_linear.c */   \
  F(attend_rows) F(attend_pages) F(attend_combine) F(attend_prefill)                             /* cases_attend.c */   \
  F(score) F(pool) F(select)                                                                     /* cases_retrieve.c */ \
  F(kv_diff) F(kv_diff_count) F(kv_gather) F(kv_scatter)                                         /* cases_cache.c */    \
  F(kv_gather_packed) F(kv_scatter_packed) F(kv_pack) F(kv_unpack)                               /* cases_packed.c */

#define CASE_DECLARE(kernel_name) void case_##kernel_name(const kernel_t *kernel);
CASES(CASE_DECLARE)
#undef CASE_DECLARE

#endif  // TEST_GPU_CASES_H_
