// out[head] = the weighted mean of V over all splits (at most 32), from their unnormalised sums and their maxima and sums of weights. A split without keys
// has sums 0 and the lowest maximum. A block of 128 threads a query head: a warp takes 8 splits, a lane 4 columns of each, all loads in flight at once.

!act = f32
#d = 64 : index
!a = memref<1099511627776x!act, 1>
!f = memref<1099511627776xf32, 1>
!v = vector<4xf32>
!parts = memref<8xvector<4xf32>>
!sums = memref<1024xf32, #gpu.address_space<workgroup>>  // [warp][d]
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @exp(f32) -> f32
  func.func private @warp_sum(f32) -> f32
  func.func private @warp_max(f32) -> f32

  // What the sums of split |lane| are multiplied by; every lane of every warp computes one.
  func.func private @factor(%state: !f, %first: index, %splits: index) -> f32 {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c32 = arith.constant 32 : index
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF7FFFFF : f32
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %inside = arith.cmpi ult, %lane, %splits : index
    %mine:2 = scf.if %inside -> (f32, f32) {
      %place = arith.addi %first, %lane : index
      %at = arith.muli %place, %c2 : index
      %sum_at = arith.addi %at, %c1 : index
      %m = memref.load %state[%at] : !f
      %l = memref.load %state[%sum_at] : !f
      scf.yield %m, %l : f32, f32
    } else {
      scf.yield %lowest, %zero : f32, f32
    }
    %max = func.call @warp_max(%mine#0) : (f32) -> f32
    %below = arith.subf %mine#0, %max : f32
    %weight = func.call @exp(%below) : (f32) -> f32
    %part = arith.mulf %mine#1, %weight : f32
    %total = func.call @warp_sum(%part) : (f32) -> f32
    %factor = arith.divf %weight, %total : f32
    return %factor : f32
  }

  gpu.func @attend_combine(%split_state: !f, %split_sums: !f, %out: !a, %splits: i64) workgroup(%sums: !sums) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %zero = arith.constant 0.0 : f32
    %zeros = arith.constant dense<0.0> : !v
    %width = arith.constant 32 : i32
    %block = gpu.block_id x
    %heads = gpu.grid_dim x
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %row_heads = arith.muli %row, %heads : index
    %head = arith.addi %row_heads, %block : index
    %n = arith.index_cast %splits : i64 to index
    %first = arith.muli %head, %n : index
    %first_split = arith.muli %warp, %c8 : index
    %lane_column = arith.muli %lane, %c4 : index
    %parts = memref.alloca() : !parts
    // Every lane goes round, so that all take part in the shuffles.
    scf.for %pass = %c0 to %d step %c128 {
      %column = arith.addi %pass, %lane_column : index
      %holds = arith.cmpi ult, %column, %d : index
      scf.for %j = %c0 to %c8 step %c1 {
        %split = arith.addi %first_split, %j : index
        %exists = arith.cmpi ult, %split, %n : index
        %loads = arith.andi %exists, %holds : i1
        %part = scf.if %loads -> !v {
          %place = arith.addi %first, %split : index
          %at_row = arith.muli %place, %d : index
          %at = arith.addi %at_row, %column : index
          %p = vector.load %split_sums[%at] {alignment = 16} : !f, !v
          scf.yield %p : !v
        } else {
          scf.yield %zeros : !v
        }
        memref.store %part, %parts[%j] : !parts
      } {llvm.loop_annotation = #unroll}
      %factor = func.call @factor(%split_state, %first, %n) : (!f, index, index) -> f32
      %sum = scf.for %j = %c0 to %c8 step %c1 iter_args(%s = %zeros) -> !v {
        %split = arith.addi %first_split, %j : index
        %source = arith.index_cast %split : index to i32
        %its_factor, %valid = gpu.shuffle idx %factor, %source, %width : f32
        %factors = vector.broadcast %its_factor : f32 to !v
        %part = memref.load %parts[%j] : !parts
        %next = vector.fma %part, %factors, %s : !v
        scf.yield %next : !v
      } {llvm.loop_annotation = #unroll}
      scf.if %holds {
        %to_warp = arith.muli %warp, %d : index
        %to = arith.addi %to_warp, %column : index
        scf.for %j = %c0 to %c4 step %c1 {
          %one = vector.extract %sum[%j] : f32 from !v
          %at = arith.addi %to, %j : index
          memref.store %one, %sums[%at] : !sums
        } {llvm.loop_annotation = #unroll}
      }
    } {llvm.loop_annotation = #unroll}
    gpu.barrier
    %out_row = arith.muli %head, %d : index
    scf.for %i = %thread to %d step %c128 {
      %y = scf.for %w = %c0 to %c4 step %c1 iter_args(%s = %zero) -> f32 {
        %at_warp = arith.muli %w, %d : index
        %at = arith.addi %at_warp, %i : index
        %one = memref.load %sums[%at] : !sums
        %next = arith.addf %s, %one : f32
        scf.yield %next : f32
      } {llvm.loop_annotation = #unroll}
      %to = arith.addi %out_row, %i : index
      %wide = arith.extf %y : f32 to f64
      %narrow = arith.truncf %wide : f64 to !act
      memref.store %narrow, %out[%to] : !a
    }
    gpu.return
  }
}
