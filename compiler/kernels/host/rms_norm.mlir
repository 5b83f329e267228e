// out[row] = w * x[row] / sqrt(mean(x[row]^2) + eps).

!elem = f32
!w = memref<1099511627776x!elem>
!f = memref<1099511627776xf32>
!v = vector<16xf32>

func.func private @sum16(!v) -> f32

func.func @rms_norm(%x: !f, %w: !w, %out: !f, %K: i64, %eps: f64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : !v
  %one = arith.constant 1.0 : f32
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %k = arith.index_cast %K : i64 to index
  %k_f32 = arith.sitofp %K : i64 to f32
  %e = arith.truncf %eps : f64 to f32
  %odd = arith.remui %k, %c32 : index
  %whole = arith.subi %k, %odd : index
  %tail = arith.remui %k, %c16 : index
  %tail_start = arith.subi %k, %tail : index
  %tail_mask = vector.create_mask %tail : vector<16xi1>
  scf.for %row = %first to %last step %c1 {
    %base = arith.muli %row, %k : index
    %sums:2 = scf.for %i = %c0 to %whole step %c32 iter_args(%s0 = %zero, %s1 = %zero) -> (!v, !v) {
      %at0 = arith.addi %base, %i : index
      %at1 = arith.addi %at0, %c16 : index
      %x0 = vector.load %x[%at0] : !f, !v
      %x1 = vector.load %x[%at1] : !f, !v
      %t0 = vector.fma %x0, %x0, %s0 : !v
      %t1 = vector.fma %x1, %x1, %s1 : !v
      scf.yield %t0, %t1 : !v, !v
    }
    %rest = scf.for %i = %whole to %tail_start step %c16 iter_args(%s = %sums#0) -> !v {
      %at = arith.addi %base, %i : index
      %x0 = vector.load %x[%at] : !f, !v
      %t = vector.fma %x0, %x0, %s : !v
      scf.yield %t : !v
    }
    %at = arith.addi %base, %tail_start : index
    %x_tail = vector.maskedload %x[%at], %tail_mask, %zero : !f, vector<16xi1>, !v into !v
    %with_tail = vector.fma %x_tail, %x_tail, %sums#1 : !v
    %both = arith.addf %rest, %with_tail : !v
    %sum = func.call @sum16(%both) : (!v) -> f32
    %mean = arith.divf %sum, %k_f32 : f32
    %shifted = arith.addf %mean, %e : f32
    %root = math.sqrt %shifted : f32
    %inverse = arith.divf %one, %root : f32
    scf.for %i = %c0 to %k step %c1 {
      %j = arith.addi %base, %i : index
      %value = memref.load %x[%j] : !f
      %stored = memref.load %w[%i] : !w
      %wide = arith.extf %stored : !elem to f64
      %weight = arith.truncf %wide : f64 to f32
      %normed = arith.mulf %value, %inverse : f32
      %result = arith.mulf %normed, %weight : f32
      memref.store %result, %out[%j] : !f
    }
  }
  return
}
