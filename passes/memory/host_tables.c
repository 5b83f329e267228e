#include "passes/memory/host_tables.h"

#include "passes/ir/ir.h"
#include "passes/ir/projection.h"
#include "passes/ir/weight_parts.h"
#include "spc/memory_model.h"

typedef void (*visit_t)(MlirOperation op, void *user);

static void visit_ops(MlirOperation module, const char *name, visit_t visit, void *user) {
  MlirOperation func = mlirBlockGetFirstOperation(mlirModuleGetBody(mlirModuleFromOperation(module)));
  for (; !mlirOperationIsNull(func); func = mlirOperationGetNextInBlock(func)) {
    if (!spc_op_is(func, "func.func")) continue;
    for (MlirOperation op = mlirBlockGetFirstOperation(spc_func_block(func)); !mlirOperationIsNull(op); op = mlirOperationGetNextInBlock(op)) {
      if (spc_op_is(op, name)) visit(op, user);
    }
  }
}

static bool only_embeds_read(MlirOperation weight) {
  MlirOpOperand use = mlirValueGetFirstUse(mlirOperationGetResult(weight, 0));
  for (; !mlirOpOperandIsNull(use); use = mlirOpOperandGetNextUse(use)) {
    if (!spc_op_is(mlirOpOperandGetOwner(use), "spc.embed")) return false;
  }
  return true;
}

// A table: all functions have ops of their own for the same one.
typedef struct table_t {
  MlirAttribute identity;
  MlirType type;
  bool only_embeds;
} table_t;

static bool is_of_table(MlirOperation weight, const table_t *table) {
  return mlirAttributeEqual(spc_weight_identity(weight), table->identity) && mlirTypeEqual(mlirValueGetType(mlirOperationGetResult(weight, 0)), table->type);
}

static void check_readers(MlirOperation weight, void *user) {
  table_t *table = user;
  if (is_of_table(weight, table)) table->only_embeds = table->only_embeds && only_embeds_read(weight);
}

static void mark(MlirOperation weight, void *user) {
  if (is_of_table(weight, user)) spc_weight_set_on_host(weight);
}

typedef struct marking_t {
  MlirOperation module;
  uint64_t least_bytes;
} marking_t;

static void mark_table_of(MlirOperation embed, void *user) {
  const marking_t *self = user;
  MlirOperation weight = spc_operand_def(embed, 1);
  if (!spc_op_is(weight, "spc.weight") || spc_weight_is_on_host(weight)) return;
  MlirValue value = mlirOperationGetResult(weight, 0);
  if (spc_memory_mul((uint64_t)spc_weight_elements(weight), (uint64_t)spc_element_bytes(spc_element(value))) < self->least_bytes) return;
  table_t table = {spc_weight_identity(weight), mlirValueGetType(value), true};
  visit_ops(self->module, "spc.weight", check_readers, &table);
  if (table.only_embeds) visit_ops(self->module, "spc.weight", mark, &table);
}

void spc_mark_host_tables(MlirOperation module, uint64_t least_bytes) {
  marking_t self = {module, least_bytes};
  visit_ops(module, "spc.embed", mark_table_of, &self);
}
