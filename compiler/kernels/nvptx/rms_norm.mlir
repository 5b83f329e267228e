// out[row] = w * x[row] / sqrt(mean(x[row]^2) + eps). A block of 1024 threads a row, 4 numbers a thread at once where rows are aligned to 16 bytes; the second
// reading of x finds it in the first-level cache.

!elem = f32
!act = f32
!w = memref<1099511627776x!elem, 1>
!a = memref<1099511627776x!act, 1>
!f = memref<1099511627776xf32, 1>
!v = vector<4xf32>
!w_stored = vector<4x!elem>
!a_stored = vector<4x!act>
!shared = memref<32xf32, #gpu.address_space<workgroup>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @block_sum(f32, !shared) -> f32
  func.func private @sqrt(f32) -> f32

  // 1 / sqrt(squares of the block's threads / K + eps).
  func.func private @inverse_root(%squares: f32, %K: i64, %eps: f64, %scratch: !shared) -> f32 {
    %one = arith.constant 1.0 : f32
    %k = arith.sitofp %K : i64 to f32
    %e = arith.truncf %eps : f64 to f32
    %sum = func.call @block_sum(%squares, %scratch) : (f32, !shared) -> f32
    %mean = arith.divf %sum, %k : f32
    %shifted = arith.addf %mean, %e : f32
    %root = func.call @sqrt(%shifted) : (f32) -> f32
    %inverse = arith.divf %one, %root : f32
    return %inverse : f32
  }

  func.func private @norm_by_four(%x: !f, %w: !w, %out: !a, %base: index, %k: index, %K: i64, %eps: f64, %scratch: !shared) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c4096 = arith.constant 4096 : index
    %zero = arith.constant 0.0 : f32
    %thread = gpu.thread_id x
    %first = arith.muli %thread, %c4 : index
    %squares = scf.for %i = %first to %k step %c4096 iter_args(%s = %zero) -> f32 {
      %at = arith.addi %base, %i : index
      %values = vector.load %x[%at] {alignment = 16} : !f, !v
      %next = scf.for %j = %c0 to %c4 step %c1 iter_args(%t = %s) -> f32 {
        %value = vector.extract %values[%j] : f32 from !v
        %u = math.fma %value, %value, %t : f32
        scf.yield %u : f32
      } {llvm.loop_annotation = #unroll}
      scf.yield %next : f32
    }
    %inverse = func.call @inverse_root(%squares, %K, %eps, %scratch) : (f32, i64, f64, !shared) -> f32
    %inverses = vector.broadcast %inverse : f32 to !v
    scf.for %i = %first to %k step %c4096 {
      %at = arith.addi %base, %i : index
      %values = vector.load %x[%at] {alignment = 16} : !f, !v
      %stored = vector.load %w[%i] {alignment = 8} : !w, !w_stored
      %wide = arith.extf %stored : !w_stored to vector<4xf64>
      %weights = arith.truncf %wide : vector<4xf64> to !v
      %normed = arith.mulf %values, %inverses : !v
      %results = arith.mulf %normed, %weights : !v
      %result_wide = arith.extf %results : !v to vector<4xf64>
      %narrow = arith.truncf %result_wide : vector<4xf64> to !a_stored
      vector.store %narrow, %out[%at] {alignment = 8} : !a, !a_stored
    }
    return
  }

  func.func private @norm_by_one(%x: !f, %w: !w, %out: !a, %base: index, %k: index, %K: i64, %eps: f64, %scratch: !shared) {
    %c1024 = arith.constant 1024 : index
    %zero = arith.constant 0.0 : f32
    %thread = gpu.thread_id x
    %squares = scf.for %i = %thread to %k step %c1024 iter_args(%s = %zero) -> f32 {
      %at = arith.addi %base, %i : index
      %value = memref.load %x[%at] : !f
      %next = math.fma %value, %value, %s : f32
      scf.yield %next : f32
    }
    %inverse = func.call @inverse_root(%squares, %K, %eps, %scratch) : (f32, i64, f64, !shared) -> f32
    scf.for %i = %thread to %k step %c1024 {
      %at = arith.addi %base, %i : index
      %value = memref.load %x[%at] : !f
      %stored = memref.load %w[%i] : !w
      %wide = arith.extf %stored : !elem to f64
      %weight = arith.truncf %wide : f64 to f32
      %normed = arith.mulf %value, %inverse : f32
      %result = arith.mulf %normed, %weight : f32
      %result_wide = arith.extf %result : f32 to f64
      %narrow = arith.truncf %result_wide : f64 to !act
      memref.store %narrow, %out[%at] : !a
    }
    return
  }

  gpu.func @rms_norm(%x: !f, %w: !w, %out: !a, %K: i64, %eps: f64) workgroup(%scratch: !shared) kernel
      attributes {known_block_size = array<i32: 1024, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c4 = arith.constant 4 : index
    %row = gpu.block_id z
    %k = arith.index_cast %K : i64 to index
    %base = arith.muli %row, %k : index
    %rest = arith.remui %k, %c4 : index
    %aligned = arith.cmpi eq, %rest, %c0 : index
    scf.if %aligned {
      func.call @norm_by_four(%x, %w, %out, %base, %k, %K, %eps, %scratch) : (!f, !w, !a, index, index, i64, f64, !shared) -> ()
    } else {
      func.call @norm_by_one(%x, %w, %out, %base, %k, %K, %eps, %scratch) : (!f, !w, !a, index, index, i64, f64, !shared) -> ()
    }
    gpu.return
  }
}
