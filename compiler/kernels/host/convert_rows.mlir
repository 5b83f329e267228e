// dst = src as f32, for the GEMM library.

!elem = bf16
!src = memref<1099511627776x!elem>
!dst = memref<1099511627776xf32>

func.func @convert_rows(%src: !src, %dst: !dst, %K: i64, %begin: i64, %end: i64) {
  %c1 = arith.constant 1 : index
  %k = arith.index_cast %K : i64 to index
  %begin_row = arith.index_cast %begin : i64 to index
  %end_row = arith.index_cast %end : i64 to index
  %first = arith.muli %begin_row, %k : index
  %last = arith.muli %end_row, %k : index
  scf.for %i = %first to %last step %c1 {
    %stored = memref.load %src[%i] : !src
    %wide = arith.extf %stored : !elem to f64
    %value = arith.truncf %wide : f64 to f32
    memref.store %value, %dst[%i] : !dst
  }
  return
}
