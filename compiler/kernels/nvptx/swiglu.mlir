// out[row] = silu(gate) * up, where the row of gate_up is gate then up. Blocks of 1024 columns: 128 threads with 8 numbers each, in accesses of 16 bytes where
// rows are aligned to them.

!act = f32
!a = memref<1099511627776x!act, 1>
!stored = vector<8x!act>
!v = vector<8xf32>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @exp(f32) -> f32
  func.func private @reciprocal(f32) -> f32

  func.func private @gated(%gate: f32, %up: f32) -> f32 {
    %one = arith.constant 1.0 : f32
    %minus = arith.negf %gate : f32
    %e = func.call @exp(%minus) : (f32) -> f32
    %denominator = arith.addf %one, %e : f32
    %inverse = func.call @reciprocal(%denominator) : (f32) -> f32
    %silu = arith.mulf %gate, %inverse : f32
    %y = arith.mulf %silu, %up : f32
    return %y : f32
  }

  func.func private @widen(%stored: !stored) -> !v {
    %wide = arith.extf %stored : !stored to vector<8xf64>
    %value = arith.truncf %wide : vector<8xf64> to !v
    return %value : !v
  }

  func.func private @widen_one(%stored: !act) -> f32 {
    %wide = arith.extf %stored : !act to f64
    %value = arith.truncf %wide : f64 to f32
    return %value : f32
  }

  gpu.func @swiglu(%gate_up: !a, %out: !a, %F: i64) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c1024 = arith.constant 1024 : index
    %zeros = arith.constant dense<0.0> : !v
    %block = gpu.block_id x
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %f = arith.index_cast %F : i64 to index
    %first = arith.muli %block, %c1024 : index
    %in_block = arith.muli %thread, %c8 : index
    %column = arith.addi %first, %in_block : index
    %inside = arith.cmpi ult, %column, %f : index
    scf.if %inside {
      %out_row = arith.muli %row, %f : index
      %gate_row = arith.addi %out_row, %out_row : index
      %up_row = arith.addi %gate_row, %f : index
      %rest = arith.remui %f, %c8 : index
      %aligned = arith.cmpi eq, %rest, %c0 : index
      scf.if %aligned {
        %gate_at = arith.addi %gate_row, %column : index
        %up_at = arith.addi %up_row, %column : index
        %out_at = arith.addi %out_row, %column : index
        %gate_stored = vector.load %gate_up[%gate_at] {alignment = 16} : !a, !stored
        %up_stored = vector.load %gate_up[%up_at] {alignment = 16} : !a, !stored
        %gates = func.call @widen(%gate_stored) : (!stored) -> !v
        %ups = func.call @widen(%up_stored) : (!stored) -> !v
        %ys = scf.for %i = %c0 to %c8 step %c1 iter_args(%to = %zeros) -> !v {
          %gate = vector.extract %gates[%i] : f32 from !v
          %up = vector.extract %ups[%i] : f32 from !v
          %y = func.call @gated(%gate, %up) : (f32, f32) -> f32
          %next = vector.insert %y, %to[%i] : f32 into !v
          scf.yield %next : !v
        } {llvm.loop_annotation = #unroll}
        %wide = arith.extf %ys : !v to vector<8xf64>
        %narrow = arith.truncf %wide : vector<8xf64> to !stored
        vector.store %narrow, %out[%out_at] {alignment = 16} : !a, !stored
      } else {
        %any_end = arith.addi %column, %c8 : index
        %end = arith.minui %any_end, %f : index
        scf.for %i = %column to %end step %c1 {
          %gate_at = arith.addi %gate_row, %i : index
          %up_at = arith.addi %up_row, %i : index
          %out_at = arith.addi %out_row, %i : index
          %gate_stored = memref.load %gate_up[%gate_at] : !a
          %up_stored = memref.load %gate_up[%up_at] : !a
          %gate = func.call @widen_one(%gate_stored) : (!act) -> f32
          %up = func.call @widen_one(%up_stored) : (!act) -> f32
          %y = func.call @gated(%gate, %up) : (f32, f32) -> f32
          %wide = arith.extf %y : f32 to f64
          %narrow = arith.truncf %wide : f64 to !act
          memref.store %narrow, %out[%out_at] : !a
        }
      }
    }
    gpu.return
  }
}
