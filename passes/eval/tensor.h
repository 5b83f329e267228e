// The evaluator's tensors: a shape, an element type and, unless the tensor is shape-only, the values.
//
// Floats of every width are held as double and are not rounded between ops, so that two ways to compute the same thing agree to many digits;
// integers of every width and booleans are held as int64. Values are shared between tensors by reference count and are written only by the one who
// allocated them, before anybody else sees them. Not thread-safe.
#ifndef PASSES_EVAL_TENSOR_H_
#define PASSES_EVAL_TENSOR_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"
#include "spc/status.h"

#define SPC_EVAL_MAX_RANK 8

typedef enum spc_eval_element_t {
  SPC_EVAL_F64 = 0,
  SPC_EVAL_F32,
  SPC_EVAL_F16,
  SPC_EVAL_BF16,
  SPC_EVAL_I64,
  SPC_EVAL_I32,
  SPC_EVAL_I16,
  SPC_EVAL_I8,
  SPC_EVAL_U64,
  SPC_EVAL_U32,
  SPC_EVAL_U16,
  SPC_EVAL_U8,
  SPC_EVAL_BOOL,
} spc_eval_element_t;

typedef struct spc_eval_tensor_t {
  spc_eval_element_t element;  // as the model says; values are double or int64 regardless
  int32_t rank;
  int64_t dims[SPC_EVAL_MAX_RANK];
  int64_t count;                    // product of dims
  double *f;                        // [count] row-major; NULL for integers and booleans, and when shape-only
  int64_t *i;                       // [count] row-major; NULL for floats, and when shape-only
  struct spc_eval_buffer_t *owner;  // shared owner of f or i
} spc_eval_tensor_t;

static inline bool spc_eval_element_is_float(spc_eval_element_t element) { return element <= SPC_EVAL_BF16; }
static inline bool spc_eval_has_data(const spc_eval_tensor_t *tensor) { return tensor->f || tensor->i; }
// "f32", "i64", "bool".
const char *spc_eval_element_name(spc_eval_element_t element);
// False when |type| is not an element type the evaluator knows.
bool spc_eval_element_from_mlir(MlirType type, spc_eval_element_t *out_element);
MlirType spc_eval_element_to_mlir(MlirContext ctx, spc_eval_element_t element);
// The nearest value that |element| can hold: wraps integers to their width, makes booleans 0 or 1.
int64_t spc_eval_wrap(spc_eval_element_t element, int64_t value);

// A shape without values. INVALID_ARGUMENT for a rank above 8, a negative dimension or a count that overflows. |dims| may be NULL for rank 0.
SPC_WARN_UNUSED spc_status_t spc_eval_tensor_init_shape(spc_eval_element_t element, int32_t rank, const int64_t *dims,
                                                        spc_eval_tensor_t *out_tensor);
// A tensor with values, zeroed, for the caller to fill through f or i.
SPC_WARN_UNUSED spc_status_t spc_eval_tensor_init(spc_eval_element_t element, int32_t rank, const int64_t *dims, spc_eval_tensor_t *out_tensor);
// The same values and shape; both must be deinitialised.
void spc_eval_tensor_share(const spc_eval_tensor_t *source, spc_eval_tensor_t *out_tensor);
// The same values under another shape of as many elements.
SPC_WARN_UNUSED spc_status_t spc_eval_tensor_share_as(const spc_eval_tensor_t *source, int32_t rank, const int64_t *dims,
                                                      spc_eval_tensor_t *out_tensor);
// Releases; a zeroed tensor is fine, and the tensor is zeroed afterwards.
void spc_eval_tensor_deinit(spc_eval_tensor_t *tensor);

// Values evenly distributed in [low, high), the same for the same |seed|. For integers, whole numbers low..high-1; booleans, 0 or 1.
SPC_WARN_UNUSED spc_status_t spc_eval_tensor_init_random(spc_eval_element_t element, int32_t rank, const int64_t *dims, double low,
                                                         double high, uint64_t seed, spc_eval_tensor_t *out_tensor);
// Decodes |count| little-endian elements as they lie in a file into |tensor|, whose values are allocated. |bytes| need not be aligned. Booleans are
// one byte.
void spc_eval_tensor_decode(spc_eval_tensor_t *tensor, const void *bytes);
// Bytes of one element in a file.
int64_t spc_eval_element_size(spc_eval_element_t element);

// Of tensors with values: whether shapes agree and, if so, the largest |a-b| and the largest |a-b| / max(|b|, 1e-6 * max|b| + 1e-30).
// Equal infinities and pairs of NaN count as no difference; a NaN or infinity on one side as an infinite one. Any of the outputs may be NULL.
bool spc_eval_tensor_difference(const spc_eval_tensor_t *a, const spc_eval_tensor_t *b, double *out_absolute, double *out_relative);
// "f32[2,3,64]"; |buffer| is filled and returned.
const char *spc_eval_tensor_describe(const spc_eval_tensor_t *tensor, char *buffer, size_t size);
// The values as a dense attribute of type tensor<dims x element>, floats rounded to the element. The tensor must have values.
MlirAttribute spc_eval_tensor_to_attribute(MlirContext ctx, const spc_eval_tensor_t *tensor);

#endif  // PASSES_EVAL_TENSOR_H_
