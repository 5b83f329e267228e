// The tokens to attend to: sink, the `budget` most probable candidates, recent; ascending.
//
// The probability of rank `budget` is found by bisecting the bits of the floats, whose order as unsigned integers is that of the numbers when none is
// negative; exactly `budget` candidates are taken whatever the bits are. Among equals to it, the lower token wins.

!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>
!v = vector<16xf32>
!vi = vector<16xi32>
!mask = vector<16xi1>

// How many of probs[from .. to) have bits above %threshold.
func.func private @count_above(%probs: !f, %from: index, %to: index, %threshold: i32) -> i32 {
  %c16 = arith.constant 16 : index
  %zero_f = arith.constant dense<0.0> : !v
  %zero = arith.constant dense<0> : !vi
  %thresholds = vector.broadcast %threshold : i32 to !vi
  %left = arith.subi %to, %from : index
  %tail = arith.remui %left, %c16 : index
  %whole_end = arith.subi %to, %tail : index
  %counts = scf.for %i = %from to %whole_end step %c16 iter_args(%count = %zero) -> !vi {
    %p = vector.load %probs[%i] : !f, !v
    %bits = arith.bitcast %p : !v to !vi
    %above = arith.cmpi ugt, %bits, %thresholds : !vi
    %one = arith.extsi %above : !mask to !vi
    %next = arith.subi %count, %one : !vi
    scf.yield %next : !vi
  }
  // Lanes past the end read as 0, which is above nothing.
  %mask = vector.create_mask %tail : !mask
  %p = vector.maskedload %probs[%whole_end], %mask, %zero_f : !f, !mask, !v into !v
  %bits = arith.bitcast %p : !v to !vi
  %above = arith.cmpi ugt, %bits, %thresholds : !vi
  %one = arith.extsi %above : !mask to !vi
  %all = arith.subi %counts, %one : !vi
  %sum = vector.reduction <add>, %all : !vi into i32
  return %sum : i32
}

// Writes tokens [from, to) to selected[at ..].
func.func private @write_range(%selected: !i, %at: index, %from: index, %to: index) {
  %c1 = arith.constant 1 : index
  scf.for %t = %from to %to step %c1 {
    %offset = arith.subi %t, %from : index
    %target = arith.addi %at, %offset : index
    %token = arith.index_cast %t : index to i32
    memref.store %token, %selected[%target] : !i
  }
  return
}

// Writes the candidates [from, to) above the threshold, and the first %ties equal to it, to selected[at ..].
func.func private @write_best(%probs: !f, %row: index, %from: index, %to: index, %threshold: i32, %ties: index, %selected: !i, %at: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero_f = arith.constant dense<0.0> : !v
  %none = arith.constant 0 : i16
  %lanes = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : !vi
  %thresholds = vector.broadcast %threshold : i32 to !vi
  %written:2 = scf.for %t = %from to %to step %c16 iter_args(%out = %at, %ties_left = %ties) -> (index, index) {
    %left = arith.subi %to, %t : index
    %inside = vector.create_mask %left : !mask
    %source = arith.addi %row, %t : index
    %p = vector.maskedload %probs[%source], %inside, %zero_f : !f, !mask, !v into !v
    %bits = arith.bitcast %p : !v to !vi
    %above_any = arith.cmpi ugt, %bits, %thresholds : !vi
    %equal_any = arith.cmpi eq, %bits, %thresholds : !vi
    %above = arith.andi %above_any, %inside : !mask
    %equal = arith.andi %equal_any, %inside : !mask
    %equal_one = vector.bitcast %equal : !mask to vector<1xi16>
    %equal_bits = vector.extract %equal_one[0] : i16 from vector<1xi16>
    %equal_count_i16 = math.ctpop %equal_bits : i16
    %equal_count = arith.index_castui %equal_count_i16 : i16 to index
    // Take the lowest `taken` of the equal lanes: clear the lowest set bit that often, and keep what was cleared.
    %taken = arith.minui %equal_count, %ties_left : index
    %rest = scf.for %n = %c0 to %taken step %c1 iter_args(%b = %equal_bits) -> i16 {
      %one = arith.constant 1 : i16
      %less = arith.subi %b, %one : i16
      %cleared = arith.andi %b, %less : i16
      scf.yield %cleared : i16
    }
    %kept_bits = arith.xori %equal_bits, %rest : i16
    %kept_one = vector.broadcast %kept_bits : i16 to vector<1xi16>
    %kept = vector.bitcast %kept_one : vector<1xi16> to !mask
    %take = arith.ori %above, %kept : !mask
    %take_one = vector.bitcast %take : !mask to vector<1xi16>
    %take_bits = vector.extract %take_one[0] : i16 from vector<1xi16>
    %take_count_i16 = math.ctpop %take_bits : i16
    %take_count = arith.index_castui %take_count_i16 : i16 to index
    %any = arith.cmpi ne, %take_bits, %none : i16
    scf.if %any {
      %t_i32 = arith.index_cast %t : index to i32
      %t_all = vector.broadcast %t_i32 : i32 to !vi
      %tokens = arith.addi %t_all, %lanes : !vi
      vector.compressstore %selected[%out], %take, %tokens : !i, !mask, !vi
    }
    %next_out = arith.addi %out, %take_count : index
    %next_ties = arith.subi %ties_left, %taken : index
    scf.yield %next_out, %next_ties : index, index
  }
  return
}

func.func @select(%probs: !f, %positions: !i, %selected: !i, %count: !i, %S: i64, %budget: i64, %sink: i64, %recent: i64, %N: i64,
                  %Hkv: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %size = arith.index_cast %S : i64 to index
  %take = arith.index_cast %budget : i64 to index
  %take_i32 = arith.trunci %budget : i64 to i32
  %first_candidate = arith.index_cast %sink : i64 to index
  %window = arith.index_cast %recent : i64 to index
  %list_size = arith.index_cast %N : i64 to index
  %kv_heads = arith.index_cast %Hkv : i64 to index
  %with_budget = arith.addi %first_candidate, %take : index
  %most = arith.addi %with_budget, %window : index
  scf.for %item = %first to %last step %c1 {
    %row = arith.divui %item, %kv_heads : index
    %head = arith.remui %item, %kv_heads : index
    %position = memref.load %positions[%row] : !i
    %p = arith.index_cast %position : i32 to index
    %tokens = arith.addi %p, %c1 : index
    %list = arith.muli %item, %list_size : index
    %n = arith.minui %tokens, %most : index
    // Every head of a row writes the same count; one of them does.
    %is_first_head = arith.cmpi eq, %head, %c0 : index
    scf.if %is_first_head {
      %n_i32 = arith.index_cast %n : index to i32
      memref.store %n_i32, %count[%row] : !i
    }
    %all = arith.cmpi ule, %tokens, %most : index
    scf.if %all {
      func.call @write_range(%selected, %list, %c0, %tokens) : (!i, index, index, index) -> ()
    } else {
      %candidate_end = arith.subi %tokens, %window : index
      %probs_row = arith.muli %item, %size : index
      %from = arith.addi %probs_row, %first_candidate : index
      %to = arith.addi %probs_row, %candidate_end : index
      // The least threshold with at most `budget` candidates above it.
      %lowest = arith.constant 0 : i32
      %highest = arith.constant -1 : i32
      %found:2 = scf.while (%low = %lowest, %high = %highest) : (i32, i32) -> (i32, i32) {
        %open = arith.cmpi ult, %low, %high : i32
        scf.condition(%open) %low, %high : i32, i32
      } do {
      ^bb0(%low: i32, %high: i32):
        %span = arith.subi %high, %low : i32
        %half = arith.shrui %span, %one : i32
        %middle = arith.addi %low, %half : i32
        %above = func.call @count_above(%probs, %from, %to, %middle) : (!f, index, index, i32) -> i32
        %few = arith.cmpi ule, %above, %take_i32 : i32
        %middle_next = arith.addi %middle, %one : i32
        %new_low = arith.select %few, %low, %middle_next : i32
        %new_high = arith.select %few, %middle, %high : i32
        // Exactly `budget` above: no tie to break and no need to go on.
        %exact = arith.cmpi eq, %above, %take_i32 : i32
        %done_low = arith.select %exact, %middle, %new_low : i32
        %done_high = arith.select %exact, %middle, %new_high : i32
        scf.yield %done_low, %done_high : i32, i32
      }
      %threshold = arith.ori %found#0, %zero : i32
      %above = func.call @count_above(%probs, %from, %to, %threshold) : (!f, index, index, i32) -> i32
      %above_index = arith.index_castui %above : i32 to index
      %ties = arith.subi %take, %above_index : index
      func.call @write_range(%selected, %list, %c0, %first_candidate) : (!i, index, index, index) -> ()
      %best_at = arith.addi %list, %first_candidate : index
      func.call @write_best(%probs, %probs_row, %first_candidate, %candidate_end, %threshold, %ties, %selected, %best_at)
          : (!f, index, index, index, i32, index, !i, index) -> ()
      %recent_at = arith.addi %best_at, %take : index
      func.call @write_range(%selected, %recent_at, %candidate_end, %tokens) : (!i, index, index, index) -> ()
    }
  }
  return
}
