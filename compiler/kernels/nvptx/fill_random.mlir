// out[i] = a number uniform in [-scale, scale] that depends on seed and i alone: weights for benchmarks. splitmix64 without its state: the finaliser of
// seed + (i + 1) * golden ratio, of which the top 24 bits are the number. Rounding to a 16-bit type can give scale itself. A thread takes 8 numbers in turn.

!elem = f32
!out = memref<1099511627776x!elem, 1>
!v = vector<8xf32>
!stored = vector<8x!elem>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @number(%seed: i64, %i: index, %scale: f32) -> f32 {
    %one = arith.constant 1 : i64
    %golden = arith.constant 0x9E3779B97F4A7C15 : i64
    %mix1 = arith.constant 0xBF58476D1CE4E5B9 : i64
    %mix2 = arith.constant 0x94D049BB133111EB : i64
    %s27 = arith.constant 27 : i64
    %s30 = arith.constant 30 : i64
    %s31 = arith.constant 31 : i64
    %s40 = arith.constant 40 : i64
    %to_two = arith.constant 1.1920928955078125e-07 : f32  // 2^-23
    %minus_one = arith.constant -1.0 : f32
    %i_i64 = arith.index_cast %i : index to i64
    %count = arith.addi %i_i64, %one : i64
    %step = arith.muli %count, %golden : i64
    %z0 = arith.addi %seed, %step : i64
    %z0_high = arith.shrui %z0, %s30 : i64
    %z0_mixed = arith.xori %z0, %z0_high : i64
    %z1 = arith.muli %z0_mixed, %mix1 : i64
    %z1_high = arith.shrui %z1, %s27 : i64
    %z1_mixed = arith.xori %z1, %z1_high : i64
    %z2 = arith.muli %z1_mixed, %mix2 : i64
    %z2_high = arith.shrui %z2, %s31 : i64
    %z = arith.xori %z2, %z2_high : i64
    %top = arith.shrui %z, %s40 : i64
    %top_i32 = arith.trunci %top : i64 to i32
    %integer = arith.sitofp %top_i32 : i32 to f32
    %u = math.fma %integer, %to_two, %minus_one : f32
    %y = arith.mulf %u, %scale : f32
    return %y : f32
  }

  gpu.func @fill_random(%out: !out, %count: i64, %seed: i64, %scale: f64) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %zeros = arith.constant dense<0.0> : !v
    %block = gpu.block_id x
    %blocks = gpu.grid_dim x
    %threads = gpu.block_dim x
    %thread = gpu.thread_id x
    %n = arith.index_cast %count : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %before = arith.muli %block, %threads : index
    %mine = arith.addi %before, %thread : index
    %first = arith.muli %mine, %c8 : index
    %all = arith.muli %blocks, %threads : index
    %step = arith.muli %all, %c8 : index
    scf.for %i = %first to %n step %step {
      %end = arith.addi %i, %c8 : index
      %whole = arith.cmpi ule, %end, %n : index
      scf.if %whole {
        %values = scf.for %j = %c0 to %c8 step %c1 iter_args(%to = %zeros) -> !v {
          %at = arith.addi %i, %j : index
          %y = func.call @number(%seed, %at, %s) : (i64, index, f32) -> f32
          %next = vector.insert %y, %to[%j] : f32 into !v
          scf.yield %next : !v
        } {llvm.loop_annotation = #unroll}
        %wide = arith.extf %values : !v to vector<8xf64>
        %narrow = arith.truncf %wide : vector<8xf64> to !stored
        vector.store %narrow, %out[%i] {alignment = 16} : !out, !stored
      } else {
        scf.for %at = %i to %n step %c1 {
          %y = func.call @number(%seed, %at, %s) : (i64, index, f32) -> f32
          %wide = arith.extf %y : f32 to f64
          %narrow = arith.truncf %wide : f64 to !elem
          memref.store %narrow, %out[%at] : !out
        }
      }
    }
    gpu.return
  }
}
