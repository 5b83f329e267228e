// out[row] = cos[pos[row]] then sin[pos[row]]: the rotation table where the model brings its own.

!elem = f32
!table = memref<1099511627776x!elem>
!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>

func.func @rope_gather(%pos: !i, %cos: !table, %sin: !table, %out: !f, %half: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %h = arith.index_cast %half : i64 to index
  %d = arith.addi %h, %h : index
  scf.for %row = %first to %last step %c1 {
    %p = memref.load %pos[%row] : !i
    %position = arith.index_cast %p : i32 to index
    %from = arith.muli %position, %h : index
    %to = arith.muli %row, %d : index
    scf.for %i = %c0 to %h step %c1 {
      %source = arith.addi %from, %i : index
      %cos_stored = memref.load %cos[%source] : !table
      %cos_wide = arith.extf %cos_stored : !elem to f64
      %cos_value = arith.truncf %cos_wide : f64 to f32
      %sin_stored = memref.load %sin[%source] : !table
      %sin_wide = arith.extf %sin_stored : !elem to f64
      %sin_value = arith.truncf %sin_wide : f64 to f32
      %cos_at = arith.addi %to, %i : index
      %sin_at = arith.addi %cos_at, %h : index
      memref.store %cos_value, %out[%cos_at] : !f
      memref.store %sin_value, %out[%sin_at] : !f
    }
  }
  return
}
