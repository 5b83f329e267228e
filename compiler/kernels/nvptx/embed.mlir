// out[row] = scale * W[ids[row]]. A block of 256 threads a row.

!elem = f32
!table = memref<1099511627776x!elem, 1>
!ids = memref<1099511627776xi32, 1>
!rows = memref<1099511627776xf32, 1>

gpu.module @kernels {
  gpu.func @embed(%ids: !ids, %w: !table, %out: !rows, %K: i64, %scale: f64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c256 = arith.constant 256 : index
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %k = arith.index_cast %K : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %id = memref.load %ids[%row] : !ids
    %token = arith.index_cast %id : i32 to index
    %from = arith.muli %token, %k : index
    %to = arith.muli %row, %k : index
    scf.for %i = %thread to %k step %c256 {
      %source = arith.addi %from, %i : index
      %stored = memref.load %w[%source] : !table
      %wide = arith.extf %stored : !elem to f64
      %value = arith.truncf %wide : f64 to f32
      %scaled = arith.mulf %value, %s : f32
      %target = arith.addi %to, %i : index
      memref.store %scaled, %out[%target] : !rows
    }
    gpu.return
  }
}
