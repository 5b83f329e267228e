// Functions that several kernels declare and call; linked into every plan and always inlined.
//
// All are on vectors of 16 lanes, which LLVM splits where registers are shorter. Nothing here is reassociated by the compiler, so
// the same inputs give the same bits wherever a function is inlined.

!v = vector<16xf32>
!vi = vector<16xi32>

// e^x to about 1 ulp: 0 below -87.33 (where the result would be subnormal), infinity above 88.37, NaN for NaN.
// Reduction x = n ln2 + r with n rounded by adding 1.5 * 2^23, whose low mantissa bits then hold n; the polynomial is Cephes' expf.
func.func @exp16(%x: !v) -> !v {
  %low = arith.constant dense<-87.3365402> : !v
  %high = arith.constant dense<88.3762589> : !v
  %log2e = arith.constant dense<1.44269502> : !v
  %magic = arith.constant dense<12582912.0> : !v
  %minus_ln2_high = arith.constant dense<-0.693359375> : !v
  %minus_ln2_low = arith.constant dense<2.12194442e-4> : !v
  %p5 = arith.constant dense<1.98756912e-4> : !v
  %p4 = arith.constant dense<1.39819994e-3> : !v
  %p3 = arith.constant dense<8.33345205e-3> : !v
  %p2 = arith.constant dense<4.16657962e-2> : !v
  %p1 = arith.constant dense<0.166666657> : !v
  %p0 = arith.constant dense<0.5> : !v
  %one = arith.constant dense<1.0> : !v
  %zero = arith.constant dense<0.0> : !v
  %infinity = arith.constant dense<0x7F800000> : !v
  %mantissa_bits = arith.constant dense<23> : !vi

  %below = arith.cmpf olt, %x, %low : !v
  %above = arith.cmpf ogt, %x, %high : !v
  %x0 = arith.select %below, %low, %x : vector<16xi1>, !v
  %x1 = arith.select %above, %high, %x0 : vector<16xi1>, !v
  %shifted = vector.fma %x1, %log2e, %magic : !v
  %n = arith.subf %shifted, %magic : !v
  %r0 = vector.fma %n, %minus_ln2_high, %x1 : !v
  %r = vector.fma %n, %minus_ln2_low, %r0 : !v
  %a4 = vector.fma %p5, %r, %p4 : !v
  %a3 = vector.fma %a4, %r, %p3 : !v
  %a2 = vector.fma %a3, %r, %p2 : !v
  %a1 = vector.fma %a2, %r, %p1 : !v
  %a0 = vector.fma %a1, %r, %p0 : !v
  %rr = arith.mulf %r, %r : !v
  %one_r = arith.addf %one, %r : !v
  %p = vector.fma %a0, %rr, %one_r : !v
  %n_bits = arith.bitcast %shifted : !v to !vi
  %exponent = arith.shli %n_bits, %mantissa_bits : !vi
  %p_bits = arith.bitcast %p : !v to !vi
  %y_bits = arith.addi %p_bits, %exponent : !vi
  %y = arith.bitcast %y_bits : !vi to !v
  %y0 = arith.select %below, %zero, %y : vector<16xi1>, !v
  %y1 = arith.select %above, %infinity, %y0 : vector<16xi1>, !v
  return %y1 : !v
}

// The sum of 16 lanes, as a tree.
func.func @sum16(%x: !v) -> f32 {
  %h8 = vector.shuffle %x, %x [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7] : !v, !v
  %s8 = arith.addf %x, %h8 : !v
  %h4 = vector.shuffle %s8, %s8 [4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3] : !v, !v
  %s4 = arith.addf %s8, %h4 : !v
  %h2 = vector.shuffle %s4, %s4 [2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1] : !v, !v
  %s2 = arith.addf %s4, %h2 : !v
  %h1 = vector.shuffle %s2, %s2 [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0] : !v, !v
  %s1 = arith.addf %s2, %h1 : !v
  %s = vector.extract %s1[0] : f32 from !v
  return %s : f32
}

// Lane-wise maximum as one instruction: %b where the lanes are unordered.
func.func @max16(%a: !v, %b: !v) -> !v {
  %greater = arith.cmpf ogt, %a, %b : !v
  %max = arith.select %greater, %a, %b : vector<16xi1>, !v
  return %max : !v
}

// The maximum of 16 lanes.
func.func @max_of16(%x: !v) -> f32 {
  %h8 = vector.shuffle %x, %x [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7] : !v, !v
  %m8 = func.call @max16(%x, %h8) : (!v, !v) -> !v
  %h4 = vector.shuffle %m8, %m8 [4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3] : !v, !v
  %m4 = func.call @max16(%m8, %h4) : (!v, !v) -> !v
  %h2 = vector.shuffle %m4, %m4 [2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1] : !v, !v
  %m2 = func.call @max16(%m4, %h2) : (!v, !v) -> !v
  %h1 = vector.shuffle %m2, %m2 [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0] : !v, !v
  %m1 = func.call @max16(%m2, %h1) : (!v, !v) -> !v
  %m = vector.extract %m1[0] : f32 from !v
  return %m : f32
}

// One round of adding 16 vectors across: interleaving a and b's halves and adding leaves their partial sums in alternate lanes.
func.func @interleave_add(%a: !v, %b: !v) -> !v {
  %low = vector.shuffle %a, %b [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] : !v, !v
  %high = vector.shuffle %a, %b [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31] : !v, !v
  %sum = arith.addf %low, %high : !v
  return %sum : !v
}

#unroll = #llvm.loop_annotation<unroll = <full = true>>
!rows = memref<256xf32>

// Lane i of the result is the sum of the lanes of row i; %p is overwritten.
func.func @sum_rows16(%p: !rows) -> !v {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  func.call @sum_rows_round(%p, %c128) : (!rows, index) -> ()
  func.call @sum_rows_round(%p, %c64) : (!rows, index) -> ()
  func.call @sum_rows_round(%p, %c32) : (!rows, index) -> ()
  func.call @sum_rows_round(%p, %c16) : (!rows, index) -> ()
  %sum = vector.load %p[%c0] : !rows, !v
  return %sum : !v
}

func.func @sum_rows_round(%p: !rows, %half: index) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  scf.for %i = %c0 to %half step %c16 {
    %other = arith.addi %i, %half : index
    %a = vector.load %p[%i] : !rows, !v
    %b = vector.load %p[%other] : !rows, !v
    %sum = func.call @interleave_add(%a, %b) : (!v, !v) -> !v
    vector.store %sum, %p[%i] : !rows, !v
  } {llvm.loop_annotation = #unroll}
  return
}

// Transposes 16 x 16 numbers in place: four rounds of a perfect shuffle of the rows.
func.func @transpose16(%p: !rows) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c16 = arith.constant 16 : index
  %c128 = arith.constant 128 : index
  %t = memref.alloca() : !rows
  scf.for %round = %c0 to %c4 step %c1 {
    scf.for %i = %c0 to %c128 step %c16 {
      %other = arith.addi %i, %c128 : index
      %a = vector.load %p[%i] : !rows, !v
      %b = vector.load %p[%other] : !rows, !v
      %low = vector.shuffle %a, %b [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] : !v, !v
      %high = vector.shuffle %a, %b [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31] : !v, !v
      %to = arith.addi %i, %i : index
      %to1 = arith.addi %to, %c16 : index
      vector.store %low, %t[%to] : !rows, !v
      vector.store %high, %t[%to1] : !rows, !v
    } {llvm.loop_annotation = #unroll}
    %c256 = arith.constant 256 : index
    scf.for %i = %c0 to %c256 step %c16 {
      %row = vector.load %t[%i] : !rows, !v
      vector.store %row, %p[%i] : !rows, !v
    } {llvm.loop_annotation = #unroll}
  } {llvm.loop_annotation = #unroll}
  return
}
