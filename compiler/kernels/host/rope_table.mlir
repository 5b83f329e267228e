// out[row] = cos then sin of pos[row] * inv_freq, times scaling. The product is rounded to f32 first, as the models' graphs do.

!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>

func.func @rope_table(%pos: !i, %inv_freq: !f, %out: !f, %half: i64, %scaling: f64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %h = arith.index_cast %half : i64 to index
  %s = arith.truncf %scaling : f64 to f32
  %d = arith.addi %h, %h : index
  scf.for %row = %first to %last step %c1 {
    %p = memref.load %pos[%row] : !i
    %position = arith.sitofp %p : i32 to f32
    %base = arith.muli %row, %d : index
    scf.for %i = %c0 to %h step %c1 {
      %frequency = memref.load %inv_freq[%i] : !f
      %angle = arith.mulf %position, %frequency : f32
      %cos = math.cos %angle : f32
      %sin = math.sin %angle : f32
      %cos_scaled = arith.mulf %cos, %s : f32
      %sin_scaled = arith.mulf %sin, %s : f32
      %cos_at = arith.addi %base, %i : index
      %sin_at = arith.addi %cos_at, %h : index
      memref.store %cos_scaled, %out[%cos_at] : !f
      memref.store %sin_scaled, %out[%sin_at] : !f
    }
  }
  return
}
