// Kernel specialisation, host targets and linking; and that code for older CPUs computes the same.
#include "kernel_harness.h"

static void check_error(spc_status_t status, spc_status_code_t code, const char *part) {
  assert_int_equal(spc_status_code(status), code);
  if (!strstr(spc_status_message(status), part)) fail_msg("'%s' does not say '%s'", spc_status_message(status), part);
  spc_status_ignore(status);
}

static void test_same_request_same_index(void **state) {
  (void)state;
  spc_kernel_set_t *set;
  int32_t a, b, c;
  check_ok(spc_kernel_set_create(&set));
  const spc_kernel_param_t params[] = {{"!elem", "bf16"}, {"#d", "128 : index"}, {"#group", "4 : index"}, {"#kv_heads", "8 : index"}};
  const spc_kernel_param_t reordered[] = {params[3], params[0], params[2], params[1], {"#page", "64 : index"}};  // 64 is the default
  check_ok(spc_kernel_set_request(set, "attend_rows", 4, params, &a));
  check_ok(spc_kernel_set_request(set, "attend_pages", 4, params, &b));
  check_ok(spc_kernel_set_request(set, "attend_rows", 5, reordered, &c));
  assert_int_equal(a, 0);
  assert_int_equal(b, 1);
  assert_int_equal(c, 0);
  assert_int_equal(spc_kernel_set_count(set), 2);
  assert_string_equal(spc_kernel_set_name(set, 0), "attend_rows.bf16.d128.g4.h8.p64");
  assert_int_equal(spc_kernel_set_arg_count(set, 0), 7);
  assert_int_equal(spc_kernel_set_arg_count(set, 1), 12);
  char *source;
  check_ok(spc_kernel_set_source(set, 0, &source));
  assert_non_null(strstr(source, "\n!elem = bf16\n"));
  assert_non_null(strstr(source, "\n#d = 128 : index\n"));
  free(source);
  check_ok(spc_kernel_set_request(set, "linear_m8", 1, params, &a));
  assert_string_equal(spc_kernel_set_name(set, 2), "linear_m8.bf16");
  assert_string_equal(spc_kernel_set_function(set, 2), "linear");
  assert_int_equal(spc_kernel_set_arg_count(set, 2), 8);
  spc_kernel_set_destroy(set);
}

static void test_wrong_requests(void **state) {
  (void)state;
  spc_kernel_set_t *set;
  int32_t index;
  check_ok(spc_kernel_set_create(&set));
  check_error(spc_kernel_set_request(set, "attend_colums", 0, NULL, &index), SPC_NOT_FOUND, "attend_colums");
  check_error(spc_kernel_set_request(set, "exp16", 0, NULL, &index), SPC_NOT_FOUND, "exp16");    // a helper, not a kernel
  check_error(spc_kernel_set_request(set, "linear", 0, NULL, &index), SPC_NOT_FOUND, "linear");  // only its variants are
  const spc_kernel_param_t unknown = {"#heads", "4 : index"}, odd = {"#d", "24 : index"}, page = {"#page", "24 : index"}, zero = {"#group", "0 : index"};
  check_error(spc_kernel_set_request(set, "score", 1, &unknown, &index), SPC_INVALID_ARGUMENT, "!elem, #d, #group, #kv_heads, #page");
  check_error(spc_kernel_set_request(set, "add", 1, &unknown, &index), SPC_INVALID_ARGUMENT, "none");
  check_error(spc_kernel_set_request(set, "score", 1, &odd, &index), SPC_UNSUPPORTED, "multiple of 16");
  check_error(spc_kernel_set_request(set, "attend_rows", 1, &page, &index), SPC_UNSUPPORTED, "#page is 24");
  check_error(spc_kernel_set_request(set, "attend_rows", 1, &zero, &index), SPC_UNSUPPORTED, "#group is 0");
  assert_int_equal(index, -1);
  assert_int_equal(spc_kernel_set_count(set), 0);
  spc_kernel_set_destroy(set);
  spc_kernel_set_destroy(NULL);
}

// Which source a GPU's linear is, by the type of the weights and the shared memory there is.
static void test_gpu_linear(void **state) {
  (void)state;
  spc_kernel_set_t *set;
  int32_t index;
  const spc_kernel_param_t f32[] = {{"!elem", "f32"}}, bf16[] = {{"!elem", "bf16"}, {"!x", "bf16"}, {"!y", "f32"}};
  check_ok(spc_kernel_set_create_for(SPC_KERNELS_NVPTX, &set));
  check_ok(spc_kernel_set_request(set, "linear_m8", 1, f32, &index));
  assert_string_equal(spc_kernel_set_function(set, index), "linear");
  assert_int_equal(spc_kernel_set_shared_bytes(set, index), 0);
  check_error(spc_kernel_set_request(set, "linear_m16", 1, f32, &index), SPC_NOT_FOUND, "weights of type f32");
  check_error(spc_kernel_set_request(set, "linear_mma", 1, f32, &index), SPC_NOT_FOUND, "linear_mma");
  check_ok(spc_kernel_set_request(set, "linear_m24", 3, bf16, &index));
  assert_string_equal(spc_kernel_set_name(set, index), "linear_m24.bf16.bf16.f32");
  assert_string_equal(spc_kernel_set_function(set, index), "linear_mma");
  assert_int_equal(spc_kernel_set_shared_bytes(set, index), 5 * 16384 + 17408);
  spc_kernel_set_destroy(set);

  check_ok(spc_kernel_set_create_for(SPC_KERNELS_NVPTX, &set));
  spc_kernel_set_allow_shared(set, 227 << 10);
  check_ok(spc_kernel_set_request(set, "linear_m24", 3, bf16, &index));
  assert_int_equal(spc_kernel_set_shared_bytes(set, index), 6 * 16384 + 17408);
  char *source;
  check_ok(spc_kernel_set_source(set, index, &source));
  assert_non_null(strstr(source, "\n#slabs = 3 : index"));
  assert_non_null(strstr(source, "\n#stages = 6 : index"));
  free(source);
  spc_kernel_set_destroy(set);
}

static void test_targets(void **state) {
  (void)state;
  spc_host_target_t *target;
  check_error(spc_host_target_create("znvr4", &target), SPC_INVALID_ARGUMENT, "znver4");
  assert_null(target);
  check_error(spc_host_target_create("pentium-of-the-future", &target), SPC_INVALID_ARGUMENT, "x86-64-v3");
  check_ok(spc_host_target_create("x86-64-v3", &target));
  assert_string_equal(spc_host_target_cpu(target), "x86-64-v3");
  assert_string_equal(spc_host_target_features(target), "sse3,ssse3,sse4.1,sse4.2,popcnt,avx,avx2,bmi,bmi2,f16c,fma");
  spc_host_target_destroy(target);
  check_ok(spc_host_target_create("native", &target));
  assert_true(strlen(spc_host_target_cpu(target)) > 0);
  spc_host_target_destroy(target);
  spc_host_target_destroy(NULL);
}

static void test_f16_needs_hardware(void **state) {
  (void)state;
  spc_context_t context;
  spc_host_target_t *target;
  spc_kernel_set_t *set;
  LLVMModuleRef module;
  int32_t index;
  check_ok(spc_context_init(&context));
  check_ok(spc_host_target_create("x86-64-v2", &target));
  check_ok(spc_kernel_set_create(&set));
  check_ok(spc_kernel_set_request(set, "embed", 1, (spc_kernel_param_t[]){{"!elem", "f16"}}, &index));
  LLVMContextRef llvm = LLVMContextCreate();
  check_error(spc_host_codegen(&context, set, target, llvm, &module), SPC_UNSUPPORTED, "x86-64-v2 does not convert f16");
  assert_null(module);
  LLVMContextDispose(llvm);
  spc_kernel_set_destroy(set);
  spc_host_target_destroy(target);
  spc_context_deinit(&context);
}

static void test_link_errors(void **state) {
  (void)state;
  check_error(spc_link_shared("/nonexistent/k.o", "/tmp/", "f"), SPC_INVALID_ARGUMENT, "folder");
  check_error(spc_link_shared("/nonexistent/k.o", "/nonexistent/k.so", "f"), SPC_IO, "/nonexistent/k.so");
  char folder[] = "/tmp/spc-link-XXXXXX", output[64];
  assert_non_null(mkdtemp(folder));
  snprintf(output, sizeof output, "%s/k.so", folder);
  check_error(spc_link_shared("/nonexistent/k.o", output, "f"), SPC_IO, "/nonexistent/k.o");
  assert_int_equal(rmdir(folder), 0);  // nothing was left
}

static void test_bad_object_path(void **state) {
  (void)state;
  spc_host_target_t *target;
  check_ok(spc_host_target_create(NULL, &target));
  LLVMContextRef llvm = LLVMContextCreate();
  LLVMModuleRef module = LLVMModuleCreateWithNameInContext("empty", llvm);
  check_ok(spc_host_optimize(target, module));
  check_error(spc_host_write_object(target, module, "/nonexistent/k.o"), SPC_IO, "/nonexistent/k.o");
  LLVMDisposeModule(module);
  LLVMContextDispose(llvm);
  spc_host_target_destroy(target);
}

// linear, attend_rows and select in code for |cpu|, on the same inputs each time.
enum { k_n = 19, k_k = 53, k_d = 64, k_rows = 70, k_size = 300 };
static void run_for(const char *cpu, float *y, float *out, int32_t *selected) {
  int32_t linear = kernel_request("linear_m2", 1, (spc_kernel_param_t[]){{"!elem", "bf16"}});
  int32_t attend = kernel_request("attend_rows", 3, (spc_kernel_param_t[]){{"!elem", "bf16"}, {"#group", "2 : index"}, {"#kv_heads", "1 : index"}});
  int32_t append = kernel_request("rope_append", 1, (spc_kernel_param_t[]){{"!elem", "bf16"}});
  int32_t select = kernel_request("select", 0, NULL);
  kernels_compile(cpu);
  g_random = 12345;
  float *x = array_random(2 * k_k), *q = array_random(2 * k_d), *table = array_random(k_d), *qkv = array_random(3 * k_d);
  void *w = array_random_elements(SPC_BF16, k_n * k_k), *pool = array_random_elements(SPC_BF16, (size_t)k_rows * 2 * k_d);
  int32_t *rows = array_i32(k_rows), *count = array_i32(1), *positions = array_i32(1), *row = array_i32(1);
  float *probs = array_random(k_size), *rotated = array_f32(k_d);
  for (int i = 0; i < k_rows; ++i) rows[i] = (i * 13) % k_rows;
  *row = 5;
  *count = k_rows;
  *positions = k_size - 1;
  CALL(linear, 0, (k_n + 7) / 8, P(x), P(w), P(NULL), P(NULL), P(y), I(k_n), I(k_k), I(2));
  CALL(append, 0, 1, P(qkv), P(table), P(NULL), P(NULL), P(rotated), P(pool), P(row), I(1), I(1), F(1e-5), I(1), I(0));
  CALL(attend, 0, 1, P(q), P(pool), P(rows), P(count), P(out), I(k_rows), F(0.3));
  CALL(select, 0, 1, P(probs), P(positions), P(selected), P(count), I(k_size), I(40), I(4), I(8), I(64), I(1));
  kernels_teardown(NULL);
  g_kernels.library = NULL;
  g_kernels.set = NULL;
}

static void test_older_cpus_agree(void **state) {
  (void)state;
  float *y = array_f32(2 * k_n), *out = array_f32(2 * k_d);
  int32_t *selected = array_i32(64);
  run_for("native", y, out, selected);
  static const char *const cpus[] = {"x86-64", "x86-64-v2", "x86-64-v3"};
  for (int c = 0; c < 3; ++c) {
    float *y2 = array_f32(2 * k_n), *out2 = array_f32(2 * k_d);
    int32_t *selected2 = array_i32(64);
    run_for(cpus[c], y2, out2, selected2);
    for (int i = 0; i < 2 * k_n; ++i) check_near("y", i, y2[i], y[i], 1e-5);
    for (int i = 0; i < 2 * k_d; ++i) check_near("out", i, out2[i], out[i], 1e-6);
    assert_memory_equal(selected, selected2, 64 * sizeof *selected);
  }
}

// The object exports the one symbol, needs nothing that is not in libc and libm, and is the same bytes each time.
static void test_object_is_reproducible(void **state) {
  (void)state;
  char folder[] = "/tmp/spc-object-XXXXXX", object[64], library[2][64];
  assert_non_null(mkdtemp(folder));
  snprintf(object, sizeof object, "%s/k.o", folder);
  for (int i = 0; i < 2; ++i) {
    spc_context_t context;
    spc_host_target_t *target;
    LLVMModuleRef module;
    check_ok(spc_context_init(&context));
    check_ok(spc_host_target_create("x86-64-v3", &target));
    kernel_request("attend_prefill", 0, NULL);
    kernel_request("rope_table", 0, NULL);
    LLVMContextRef llvm = LLVMContextCreate();
    check_ok(spc_host_codegen(&context, g_kernels.set, target, llvm, &module));
    kernels_add_table(llvm, module, 2);
    check_ok(spc_host_optimize(target, module));
    check_ok(spc_host_write_object(target, module, object));
    snprintf(library[i], sizeof library[i], "%s/%d", folder, i);
    assert_int_equal(mkdir(library[i], 0700), 0);
    strcat(library[i], "/k.so");
    check_ok(spc_link_shared(object, library[i], "spc_test_kernels"));
    LLVMDisposeModule(module);
    LLVMContextDispose(llvm);
    spc_host_target_destroy(target);
    spc_context_deinit(&context);
    spc_kernel_set_destroy(g_kernels.set);
    g_kernels.set = NULL;
  }
  char *bytes[2];
  long sizes[2];
  for (int i = 0; i < 2; ++i) {
    FILE *file = fopen(library[i], "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    sizes[i] = ftell(file);
    rewind(file);
    bytes[i] = malloc((size_t)sizes[i]);
    assert_non_null(bytes[i]);
    assert_int_equal(fread(bytes[i], 1, (size_t)sizes[i], file), sizes[i]);
    fclose(file);
  }
  assert_int_equal(sizes[0], sizes[1]);
  assert_memory_equal(bytes[0], bytes[1], (size_t)sizes[0]);
  void *loaded = dlopen(library[0], RTLD_NOW | RTLD_LOCAL);
  assert_non_null(loaded);
  assert_non_null(dlsym(loaded, "spc_test_kernels"));
  assert_null(dlsym(loaded, "spc_kernel_0"));
  dlclose(loaded);
  for (int i = 0; i < 2; ++i) {
    free(bytes[i]);
    unlink(library[i]);
    *strrchr(library[i], '/') = '\0';
    rmdir(library[i]);
  }
  unlink(object);
  assert_int_equal(rmdir(folder), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_request_same_index),
      cmocka_unit_test(test_wrong_requests),
      cmocka_unit_test(test_gpu_linear),
      cmocka_unit_test(test_targets),
      cmocka_unit_test(test_f16_needs_hardware),
      cmocka_unit_test(test_link_errors),
      cmocka_unit_test(test_bad_object_path),
      cmocka_unit_test_teardown(test_older_cpus_agree, arrays_free),
      cmocka_unit_test(test_object_is_reproducible),
  };
  return cmocka_run_group_tests(tests, NULL, kernels_teardown);
}
