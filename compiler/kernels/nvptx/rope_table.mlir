// out[row] = cos then sin of pos[row] * inv_freq, times scaling. The product is rounded to f32 first, as the models' graphs do. A block of 128 threads
// a row.
//
// Cosine and sine are computed in double precision: there are half a head of them a row, and a position of 10^6 leaves nothing of a f32 reduction. x is
// reduced by multiples of pi/2 in two parts (exact to 10^-16 up to |x| of 10^9) to r in [-pi/4, pi/4], then Taylor's series to r^13 and r^12.

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>

gpu.module @kernels {
  // sin(r) for |r| <= pi/4.
  func.func private @sin_reduced(%r: f64, %rr: f64) -> f64 {
    %s13 = arith.constant 1.6059043836821614e-10 : f64
    %s11 = arith.constant -2.5052108385441720e-08 : f64
    %s9 = arith.constant 2.7557319223985893e-06 : f64
    %s7 = arith.constant -1.9841269841269841e-04 : f64
    %s5 = arith.constant 8.3333333333333333e-03 : f64
    %s3 = arith.constant -1.6666666666666667e-01 : f64
    %a11 = math.fma %s13, %rr, %s11 : f64
    %a9 = math.fma %a11, %rr, %s9 : f64
    %a7 = math.fma %a9, %rr, %s7 : f64
    %a5 = math.fma %a7, %rr, %s5 : f64
    %a3 = math.fma %a5, %rr, %s3 : f64
    %cube = arith.mulf %r, %rr : f64
    %y = math.fma %a3, %cube, %r : f64
    return %y : f64
  }

  func.func private @cos_reduced(%rr: f64) -> f64 {
    %c12 = arith.constant 2.0876756987868099e-09 : f64
    %c10 = arith.constant -2.7557319223985888e-07 : f64
    %c8 = arith.constant 2.4801587301587302e-05 : f64
    %c6 = arith.constant -1.3888888888888889e-03 : f64
    %c4 = arith.constant 4.1666666666666667e-02 : f64
    %c2 = arith.constant -0.5 : f64
    %one = arith.constant 1.0 : f64
    %a10 = math.fma %c12, %rr, %c10 : f64
    %a8 = math.fma %a10, %rr, %c8 : f64
    %a6 = math.fma %a8, %rr, %c6 : f64
    %a4 = math.fma %a6, %rr, %c4 : f64
    %a2 = math.fma %a4, %rr, %c2 : f64
    %y = math.fma %a2, %rr, %one : f64
    return %y : f64
  }

  func.func private @cos_sin(%angle: f32) -> (f32, f32) {
    %two_over_pi = arith.constant 0.63661977236758138 : f64
    %magic = arith.constant 6755399441055744.0 : f64  // 1.5 * 2^52: adding it rounds to an integer, left in the low bits
    %minus_half_pi_high = arith.constant -1.5707963267948966 : f64
    %minus_half_pi_low = arith.constant -6.1232339957367660e-17 : f64
    %zero = arith.constant 0 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %x = arith.extf %angle : f32 to f64
    %shifted = math.fma %x, %two_over_pi, %magic : f64
    %n = arith.subf %shifted, %magic : f64
    %quadrant = arith.bitcast %shifted : f64 to i64
    %r0 = math.fma %n, %minus_half_pi_high, %x : f64
    %r = math.fma %n, %minus_half_pi_low, %r0 : f64
    %rr = arith.mulf %r, %r : f64
    %s = func.call @sin_reduced(%r, %rr) : (f64, f64) -> f64
    %c = func.call @cos_reduced(%rr) : (f64) -> f64
    %odd_bit = arith.andi %quadrant, %one : i64
    %odd = arith.cmpi ne, %odd_bit, %zero : i64
    %cos_size = arith.select %odd, %s, %c : f64
    %sin_size = arith.select %odd, %c, %s : f64
    %sin_bit = arith.andi %quadrant, %two : i64
    %sin_negative = arith.cmpi ne, %sin_bit, %zero : i64
    %after = arith.addi %quadrant, %one : i64
    %cos_bit = arith.andi %after, %two : i64
    %cos_negative = arith.cmpi ne, %cos_bit, %zero : i64
    %cos_minus = arith.negf %cos_size : f64
    %sin_minus = arith.negf %sin_size : f64
    %cos_f64 = arith.select %cos_negative, %cos_minus, %cos_size : f64
    %sin_f64 = arith.select %sin_negative, %sin_minus, %sin_size : f64
    %cos = arith.truncf %cos_f64 : f64 to f32
    %sin = arith.truncf %sin_f64 : f64 to f32
    return %cos, %sin : f32, f32
  }

  gpu.func @rope_table(%pos: !i, %inv_freq: !f, %out: !f, %half: i64, %scaling: f64) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c128 = arith.constant 128 : index
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %h = arith.index_cast %half : i64 to index
    %s = arith.truncf %scaling : f64 to f32
    %p = memref.load %pos[%row] : !i
    %position = arith.sitofp %p : i32 to f32
    %d = arith.addi %h, %h : index
    %base = arith.muli %row, %d : index
    scf.for %i = %thread to %h step %c128 {
      %frequency = memref.load %inv_freq[%i] : !f
      %angle = arith.mulf %position, %frequency : f32
      %cos, %sin = func.call @cos_sin(%angle) : (f32) -> (f32, f32)
      %cos_scaled = arith.mulf %cos, %s : f32
      %sin_scaled = arith.mulf %sin, %s : f32
      %cos_at = arith.addi %base, %i : index
      %sin_at = arith.addi %cos_at, %h : index
      memref.store %cos_scaled, %out[%cos_at] : !f
      memref.store %sin_scaled, %out[%sin_at] : !f
    }
    gpu.return
  }
}
