// out[row] = scale * W[ids[row]].

!elem = f32
!table = memref<1099511627776x!elem>
!ids = memref<1099511627776xi32>
!rows = memref<1099511627776xf32>

func.func @embed(%ids: !ids, %w: !table, %out: !rows, %K: i64, %scale: f64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %k = arith.index_cast %K : i64 to index
  %s = arith.truncf %scale : f64 to f32
  scf.for %row = %first to %last step %c1 {
    %id = memref.load %ids[%row] : !ids
    %token = arith.index_cast %id : i32 to index
    %from = arith.muli %token, %k : index
    %to = arith.muli %row, %k : index
    scf.for %i = %c0 to %k step %c1 {
      %source = arith.addi %from, %i : index
      %stored = memref.load %w[%source] : !table
      %wide = arith.extf %stored : !elem to f64
      %value = arith.truncf %wide : f64 to f32
      %scaled = arith.mulf %value, %s : f32
      %target = arith.addi %to, %i : index
      memref.store %scaled, %out[%target] : !rows
    }
  }
  return
}
