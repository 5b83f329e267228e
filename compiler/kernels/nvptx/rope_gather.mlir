// out[row] = cos[pos[row]] then sin[pos[row]]: the rotation table where the model brings its own. A block of 128 threads a row.

!elem = f32
!table = memref<1099511627776x!elem, 1>
!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>

gpu.module @kernels {
  func.func private @value(%table: !table, %at: index) -> f32 {
    %stored = memref.load %table[%at] : !table
    %wide = arith.extf %stored : !elem to f64
    %value = arith.truncf %wide : f64 to f32
    return %value : f32
  }

  gpu.func @rope_gather(%pos: !i, %cos: !table, %sin: !table, %out: !f, %half: i64) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c128 = arith.constant 128 : index
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %h = arith.index_cast %half : i64 to index
    %p = memref.load %pos[%row] : !i
    %position = arith.index_cast %p : i32 to index
    %from = arith.muli %position, %h : index
    %d = arith.addi %h, %h : index
    %to = arith.muli %row, %d : index
    scf.for %i = %thread to %h step %c128 {
      %source = arith.addi %from, %i : index
      %c = func.call @value(%cos, %source) : (!table, index) -> f32
      %s = func.call @value(%sin, %source) : (!table, index) -> f32
      %cos_at = arith.addi %to, %i : index
      %sin_at = arith.addi %cos_at, %h : index
      memref.store %c, %out[%cos_at] : !f
      memref.store %s, %out[%sin_at] : !f
    }
    gpu.return
  }
}
