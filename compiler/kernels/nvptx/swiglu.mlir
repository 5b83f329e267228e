// out[row] = silu(gate) * up, where the row of gate_up is gate then up. Blocks of 256 numbers: grid (ceil(F/256), rows).

!f = memref<1099511627776xf32, 1>

gpu.module @kernels {
  func.func private @exp(f32) -> f32

  gpu.func @swiglu(%gate_up: !f, %out: !f, %F: i64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c256 = arith.constant 256 : index
    %one = arith.constant 1.0 : f32
    %block = gpu.block_id x
    %row = gpu.block_id y
    %thread = gpu.thread_id x
    %f = arith.index_cast %F : i64 to index
    %first = arith.muli %block, %c256 : index
    %i = arith.addi %first, %thread : index
    %inside = arith.cmpi ult, %i, %f : index
    scf.if %inside {
      %to = arith.muli %row, %f : index
      %from = arith.addi %to, %to : index
      %gate_at = arith.addi %from, %i : index
      %up_at = arith.addi %gate_at, %f : index
      %out_at = arith.addi %to, %i : index
      %gate = memref.load %gate_up[%gate_at] : !f
      %up = memref.load %gate_up[%up_at] : !f
      %minus = arith.negf %gate : f32
      %e = func.call @exp(%minus) : (f32) -> f32
      %denominator = arith.addf %one, %e : f32
      %silu = arith.divf %gate, %denominator : f32
      %y = arith.mulf %silu, %up : f32
      memref.store %y, %out[%out_at] : !f
    }
    gpu.return
  }
}
