// y = x W^T + bias + residual for a few rows of x: reads W once, at the speed of memory.
//
// An item is 8 columns of y. They are computed `columns` at a time for all `rows` rows, so that rows * columns accumulators fit the
// registers. Each element of y has one accumulator of 16 lanes, added to in the order of k and folded by the same tree, so its bits do
// not depend on `rows`, `columns` or the other rows.
//
// The kernels linear_m1 .. linear_m8 are this one with `rows` 1, 2, 4, 8 and `columns` 8, 8, 4, 2.

!elem = f32
#rows = 1 : index
#columns = 8 : index
!stored = vector<16x!elem>
!w = memref<1099511627776x!elem>
!f = memref<1099511627776xf32>
!v = vector<16xf32>
!mask = vector<16xi1>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

func.func private @sum16(!v) -> f32

func.func private @widen(%stored: !stored) -> !v {
  %wide = arith.extf %stored : !stored to vector<16xf64>
  %value = arith.truncf %wide : vector<16xf64> to !v
  return %value : !v
}

func.func @linear(%x: !f, %w: !w, %bias: !w, %residual: !f, %y: !f, %N: i64, %K: i64, %T: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %rows = arith.constant #rows
  %columns = arith.constant #columns
  %zero = arith.constant dense<0.0> : !v
  %zero_stored = arith.constant dense<0.0> : !stored
  %begin_group = arith.index_cast %begin : i64 to index
  %end_group = arith.index_cast %end : i64 to index
  %n = arith.index_cast %N : i64 to index
  %k = arith.index_cast %K : i64 to index
  %t = arith.index_cast %T : i64 to index
  %last_row = arith.subi %t, %c1 : index
  %last_column = arith.subi %n, %c1 : index
  %tail = arith.remui %k, %c16 : index
  %whole = arith.subi %k, %tail : index
  %tail_mask = vector.create_mask %tail : !mask
  %has_tail = arith.cmpi ne, %tail, %c0 : index
  %bias_address = memref.extract_aligned_pointer_as_index %bias : !w -> index
  %has_bias = arith.cmpi ne, %bias_address, %c0 : index
  %residual_address = memref.extract_aligned_pointer_as_index %residual : !f -> index
  %has_residual = arith.cmpi ne, %residual_address, %c0 : index

  %sums = memref.alloca() : memref<1024xf32>      // [column][row] accumulators
  %x_rows = memref.alloca() : memref<8xindex>     // where each row of x begins
  %w_rows = memref.alloca() : memref<8xindex>     // where each row of W begins
  %last_stored = memref.alloca() : memref<16x!elem>  // the end of a row of W, filled up with zeros
  scf.for %r = %c0 to %rows step %c1 {
    %row = arith.minui %r, %last_row : index
    %start = arith.muli %row, %k : index
    memref.store %start, %x_rows[%r] : memref<8xindex>
  } {llvm.loop_annotation = #unroll}

  %first = arith.muli %begin_group, %c8 : index
  %end_column = arith.muli %end_group, %c8 : index
  %last = arith.minui %end_column, %n : index
  scf.for %n0 = %first to %last step %columns {
    scf.for %c = %c0 to %columns step %c1 {
      %column = arith.addi %n0, %c : index
      %clamped = arith.minui %column, %last_column : index
      %start = arith.muli %clamped, %k : index
      memref.store %start, %w_rows[%c] : memref<8xindex>
      scf.for %r = %c0 to %rows step %c1 {
        %slot = func.call @slot(%c, %r) : (index, index) -> index
        vector.store %zero, %sums[%slot] : memref<1024xf32>, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}

    scf.for %i = %c0 to %whole step %c16 {
      scf.for %c = %c0 to %columns step %c1 {
        %w_start = memref.load %w_rows[%c] : memref<8xindex>
        %w_at = arith.addi %w_start, %i : index
        %stored = vector.load %w[%w_at] : !w, !stored
        %weight = func.call @widen(%stored) : (!stored) -> !v
        scf.for %r = %c0 to %rows step %c1 {
          %x_start = memref.load %x_rows[%r] : memref<8xindex>
          %x_at = arith.addi %x_start, %i : index
          %value = vector.load %x[%x_at] : !f, !v
          %slot = func.call @slot(%c, %r) : (index, index) -> index
          %old = vector.load %sums[%slot] : memref<1024xf32>, !v
          %new = vector.fma %weight, %value, %old : !v
          vector.store %new, %sums[%slot] : memref<1024xf32>, !v
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    }
    scf.if %has_tail {
      scf.for %c = %c0 to %columns step %c1 {
        %w_start = memref.load %w_rows[%c] : memref<8xindex>
        %w_at = arith.addi %w_start, %whole : index
        vector.store %zero_stored, %last_stored[%c0] : memref<16x!elem>, !stored
        scf.for %i = %c0 to %tail step %c1 {
          %at = arith.addi %w_at, %i : index
          %one = memref.load %w[%at] : !w
          memref.store %one, %last_stored[%i] : memref<16x!elem>
        }
        %stored = vector.load %last_stored[%c0] : memref<16x!elem>, !stored
        %weight = func.call @widen(%stored) : (!stored) -> !v
        scf.for %r = %c0 to %rows step %c1 {
          %x_start = memref.load %x_rows[%r] : memref<8xindex>
          %x_at = arith.addi %x_start, %whole : index
          %value = vector.maskedload %x[%x_at], %tail_mask, %zero : !f, !mask, !v into !v
          %slot = func.call @slot(%c, %r) : (index, index) -> index
          %old = vector.load %sums[%slot] : memref<1024xf32>, !v
          %new = vector.fma %weight, %value, %old : !v
          vector.store %new, %sums[%slot] : memref<1024xf32>, !v
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    }

    scf.for %c = %c0 to %columns step %c1 {
      %column = arith.addi %n0, %c : index
      %inside = arith.cmpi ult, %column, %n : index
      scf.if %inside {
        %b = scf.if %has_bias -> f32 {
          %stored = memref.load %bias[%column] : !w
          %wide = arith.extf %stored : !elem to f64
          %value = arith.truncf %wide : f64 to f32
          scf.yield %value : f32
        } else {
          %none = arith.constant 0.0 : f32
          scf.yield %none : f32
        }
        scf.for %r = %c0 to %rows step %c1 {
          %slot = func.call @slot(%c, %r) : (index, index) -> index
          %lanes = vector.load %sums[%slot] : memref<1024xf32>, !v
          %product = func.call @sum16(%lanes) : (!v) -> f32
          %biased = arith.addf %product, %b : f32
          %row = arith.minui %r, %last_row : index
          %y_row = arith.muli %row, %n : index
          %y_at = arith.addi %y_row, %column : index
          %result = scf.if %has_residual -> f32 {
            %add = memref.load %residual[%y_at] : !f
            %sum = arith.addf %biased, %add : f32
            scf.yield %sum : f32
          } else {
            scf.yield %biased : f32
          }
          // A clamped row writes the last one again; only if y is not the residual would that be harmless, so it is skipped.
          %own = arith.cmpi ult, %r, %t : index
          scf.if %own {
            memref.store %result, %y[%y_at] : !f
          }
        } {llvm.loop_annotation = #unroll}
      }
    } {llvm.loop_annotation = #unroll}
  }
  return
}

// Where the accumulator of (column, row) of the tile lies.
func.func private @slot(%column: index, %row: index) -> index {
  %rows = arith.constant #rows
  %c16 = arith.constant 16 : index
  %a = arith.muli %column, %rows : index
  %b = arith.addi %a, %row : index
  %slot = arith.muli %b, %c16 : index
  return %slot : index
}
