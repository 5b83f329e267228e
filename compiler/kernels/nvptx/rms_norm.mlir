// out[row] = w * x[row] / sqrt(mean(x[row]^2) + eps). A block of 512 threads a row; the second reading of x finds it in the first-level cache.

!elem = f32
!w = memref<1099511627776x!elem, 1>
!f = memref<1099511627776xf32, 1>
!shared = memref<32xf32, #gpu.address_space<workgroup>>

gpu.module @kernels {
  func.func private @block_sum(f32, !shared) -> f32
  func.func private @sqrt(f32) -> f32

  gpu.func @rms_norm(%x: !f, %w: !w, %out: !f, %K: i64, %eps: f64) workgroup(%scratch: !shared) kernel
      attributes {known_block_size = array<i32: 512, 1, 1>} {
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %row = gpu.block_id x
    %thread = gpu.thread_id x
    %k = arith.index_cast %K : i64 to index
    %k_f32 = arith.sitofp %K : i64 to f32
    %e = arith.truncf %eps : f64 to f32
    %base = arith.muli %row, %k : index
    %squares = scf.for %i = %thread to %k step %c512 iter_args(%s = %zero) -> f32 {
      %at = arith.addi %base, %i : index
      %value = memref.load %x[%at] : !f
      %next = math.fma %value, %value, %s : f32
      scf.yield %next : f32
    }
    %sum = func.call @block_sum(%squares, %scratch) : (f32, !shared) -> f32
    %mean = arith.divf %sum, %k_f32 : f32
    %shifted = arith.addf %mean, %e : f32
    %root = func.call @sqrt(%shifted) : (f32) -> f32
    %inverse = arith.divf %one, %root : f32
    scf.for %i = %thread to %k step %c512 {
      %at = arith.addi %base, %i : index
      %value = memref.load %x[%at] : !f
      %stored = memref.load %w[%i] : !w
      %wide = arith.extf %stored : !elem to f64
      %weight = arith.truncf %wide : f64 to f32
      %normed = arith.mulf %value, %inverse : f32
      %result = arith.mulf %normed, %weight : f32
      memref.store %result, %out[%at] : !f
    }
    gpu.return
  }
}
