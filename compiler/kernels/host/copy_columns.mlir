// Columns [dst_column, dst_column + K) of dst = src.

!f = memref<1099511627776xf32>

func.func @copy_columns(%src: !f, %dst: !f, %K: i64, %dst_stride: i64, %dst_column: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %k = arith.index_cast %K : i64 to index
  %stride = arith.index_cast %dst_stride : i64 to index
  %column = arith.index_cast %dst_column : i64 to index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  scf.for %row = %first to %last step %c1 {
    %from = arith.muli %row, %k : index
    %to_row = arith.muli %row, %stride : index
    %to = arith.addi %to_row, %column : index
    scf.for %i = %c0 to %k step %c1 {
      %source = arith.addi %from, %i : index
      %target = arith.addi %to, %i : index
      %value = memref.load %src[%source] : !f
      memref.store %value, %dst[%target] : !f
    }
  }
  return
}
