// --spc-narrow-activations: activations that only feed linears or attention are stored in the 16 bits of the weights they meet.
//
// The tensor cores take both operands of a product in one type, so a linear of 16-bit weights multiplies an f32 value in two 16-bit parts. Storing a value that only
// linears read rounded halves its bytes and those products. The residual stream, logits, scores and features stay f32; so does everything without this pass.
//
// Some kernels have one type for what they read and what they write (rope_append, attend_cached, swiglu), so values are decided about in classes: a class
// is all values that such ops join. Every linear around a class votes with the type of its weights; the class is narrowed when all its members may be and
// all votes are for one 16-bit type.
#include <stdlib.h>

#include "passes/ir/ir.h"
#include "passes/ir/pass.h"
#include "passes/passes.h"

#define FLAG "spc-narrow-activations"

typedef struct member_t {
  MlirValue value;
  size_t parent;  // of the union-find forest; a root is its own
  // Of roots:
  bool wide;      // must stay f32
  MlirType vote;  // null: none yet
} member_t;

typedef struct classes_t {
  member_t *members;  // sorted by value while they are looked up
  size_t count;
} classes_t;

static int compare_members(const void *a, const void *b) {
  const uintptr_t x = (uintptr_t)((const member_t *)a)->value.ptr, y = (uintptr_t)((const member_t *)b)->value.ptr;
  return (x > y) - (x < y);
}

static size_t root_of(classes_t *self, size_t i) {
  while (self->members[i].parent != i) i = self->members[i].parent = self->members[self->members[i].parent].parent;
  return i;
}

// The member of |value|; every result of the function is one, block arguments are not (NULL).
static member_t *find(classes_t *self, MlirValue value) {
  const member_t key = {.value = value};
  member_t *found = bsearch(&key, self->members, self->count, sizeof(key), compare_members);
  return found ? &self->members[root_of(self, (size_t)(found - self->members))] : NULL;
}

static void vote(member_t *root, MlirType type) {
  if (!mlirTypeIsAF16(type) && !mlirTypeIsABF16(type)) root->wide = true;
  if (!mlirTypeIsNull(root->vote) && !mlirTypeEqual(root->vote, type)) root->wide = true;
  root->vote = type;
}

static void keep_wide(classes_t *self, MlirValue value) {
  member_t *root = find(self, value);
  if (root) root->wide = true;
}

static void join(classes_t *self, MlirValue a, MlirValue b) {
  member_t *x = find(self, a), *y = find(self, b);
  if (!x || !y) {  // an argument, which is f32
    if (x) x->wide = true;
    if (y) y->wide = true;
    return;
  }
  if (x == y) return;
  x->parent = (size_t)(y - self->members);
  y->wide |= x->wide;
  if (!mlirTypeIsNull(x->vote)) vote(y, x->vote);
}

// ---- What each op asks of its values ------------------------------------------------------------------------------------

static bool is_any(MlirOperation op, const char *const *names) {
  while (*names && !spc_op_is(op, *names)) ++names;
  return *names != NULL;
}

// The operands that may be narrow are operand 0 of these ops.
static const char *const readers[] = {"spc.linear", "spc.swiglu", "spc.rope_append", "spc.attend_cached", "spc.score", NULL};
// The ops whose result has the type of operand 0.
static const char *const joiners[] = {"spc.swiglu", "spc.rope_append", "spc.attend_cached", NULL};

static void note(classes_t *self, MlirOperation op) {
  const bool is_linear = spc_op_is(op, "spc.linear"), joins = is_any(op, joiners);
  for (intptr_t i = 0; i < mlirOperationGetNumOperands(op); ++i) {
    if (i > 0 || !is_any(op, readers)) keep_wide(self, mlirOperationGetOperand(op, i));
  }
  if (joins) join(self, mlirOperationGetOperand(op, 0), mlirOperationGetResult(op, 0));
  if (is_linear) {
    MlirType weights = spc_element(mlirOperationGetOperand(op, 1));
    member_t *x = find(self, mlirOperationGetOperand(op, 0));
    if (x) vote(x, weights);
    const bool adds = !mlirTypeIsANone(mlirValueGetType(mlirOperationGetOperand(op, 3)));
    if (adds) keep_wide(self, mlirOperationGetResult(op, 0));
    else vote(find(self, mlirOperationGetResult(op, 0)), weights);
  } else if (!joins && !spc_op_is(op, "spc.rms_norm")) {
    for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i) keep_wide(self, mlirOperationGetResult(op, i));
  }
}

// ---- The pass ------------------------------------------------------------------------------------------------------------

static intptr_t count_results(MlirOperation func) {
  intptr_t n = 0;
  MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func));
  for (; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) n += mlirOperationGetNumResults(op);
  return n;
}

static void narrow(MlirValue value, MlirType element) {
  mlirValueSetType(value, spc_tensor2(element, spc_dim(value, 0), spc_dim(value, 1)));
}

static bool narrow_function(MlirOperation func) {
  const intptr_t n = count_results(func);
  classes_t self = {.members = calloc((size_t)n + 1, sizeof(*self.members))};
  if (!self.members) return spc_error(func, "out of memory for %td values", (ptrdiff_t)n);
  MlirOperation first = mlirBlockGetFirstOperation(spc_func_block(func));
  for (MlirOperation op = first; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
    for (intptr_t i = 0; i < mlirOperationGetNumResults(op); ++i) self.members[self.count++].value = mlirOperationGetResult(op, i);
  }
  qsort(self.members, self.count, sizeof(*self.members), compare_members);
  for (size_t i = 0; i < self.count; ++i) self.members[i].parent = i;
  for (MlirOperation op = first; !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) note(&self, op);
  for (size_t i = 0; i < self.count; ++i) {
    const member_t *root = &self.members[root_of(&self, i)];
    if (!root->wide && !mlirTypeIsNull(root->vote)) narrow(self.members[i].value, root->vote);
  }
  free(self.members);
  return true;
}

static bool narrow_activations(MlirOperation module, const void *options) {
  (void)options;
  MlirOperation func = mlirBlockGetFirstOperation(mlirModuleGetBody(mlirModuleFromOperation(module)));
  for (; !mlirOperationIsNull(func); func = mlirOperationGetNextInBlock(func)) {
    if (spc_op_is(func, "func.func") && !narrow_function(func)) return false;
  }
  return true;
}

spc_status_t spc_create_narrow_activations_pass(const char *text, MlirPass *out_pass) {
  *out_pass = (MlirPass){NULL};
  static const spc_pass_type_t type = {FLAG, "Store activations that only feed linears or attention in the weights' 16 bits", narrow_activations};
  SPC_RETURN_IF_ERROR(spc_options_parse(FLAG, text, 0, NULL));
  return spc_pass_create(&type, NULL, 0, out_pass);
}
