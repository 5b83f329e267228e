// y += bias in every row, after a product that could not add it: in blocks of 1024 columns, 256 threads, each with the columns 256 apart.

!elem = bf16
!y = f32
!w = memref<1099511627776x!elem, 1>
!ys = memref<1099511627776x!y, 1>

gpu.module @kernels {
  gpu.func @add_bias(%y: !ys, %bias: !w, %N: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c256 = arith.constant 256 : index
    %c1024 = arith.constant 1024 : index
    %block = gpu.block_id x
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %n = arith.index_cast %N : i64 to index
    %first = arith.muli %block, %c1024 : index
    %begin = arith.addi %first, %thread : index
    %any_end = arith.addi %first, %c1024 : index
    %end = arith.minui %any_end, %n : index
    %base = arith.muli %row, %n : index
    scf.for %column = %begin to %end step %c256 {
      %at = arith.addi %base, %column : index
      %stored_y = memref.load %y[%at] : !ys
      %stored_b = memref.load %bias[%column] : !w
      %y_wide = arith.extf %stored_y : !y to f64
      %b_wide = arith.extf %stored_b : !elem to f64
      %old = arith.truncf %y_wide : f64 to f32
      %b = arith.truncf %b_wide : f64 to f32
      %sum = arith.addf %old, %b : f32
      %sum_wide = arith.extf %sum : f32 to f64
      %new = arith.truncf %sum_wide : f64 to !y
      memref.store %new, %y[%at] : !ys
    }
    gpu.return
  }
}
