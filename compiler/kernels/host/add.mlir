// out = a + b.

!f = memref<1099511627776xf32>

func.func @add(%a: !f, %b: !f, %out: !f, %K: i64, %begin: i64, %end: i64) {
  %c1 = arith.constant 1 : index
  %k = arith.index_cast %K : i64 to index
  %begin_row = arith.index_cast %begin : i64 to index
  %end_row = arith.index_cast %end : i64 to index
  %first = arith.muli %begin_row, %k : index
  %last = arith.muli %end_row, %k : index
  scf.for %i = %first to %last step %c1 {
    %x = memref.load %a[%i] : !f
    %y = memref.load %b[%i] : !f
    %sum = arith.addf %x, %y : f32
    memref.store %sum, %out[%i] : !f
  }
  return
}
