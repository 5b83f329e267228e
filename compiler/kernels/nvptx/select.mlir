// The tokens to attend to: sink, the `budget` most probable candidates, recent; ascending. Exactly `budget` candidates are taken whatever the bits are; among
// equals the lower token wins.
//
// The probability of rank `budget` is found by digits of 11, 11 and 10 bits from the top (the order of floats that are not negative is that of their bits):
// three times, the candidates that agree with the digits found are counted by their next one. Every digit has four counters, taken by lanes in turn, because
// probabilities share exponents. A block of 1024 threads a row and head; a thread has 4 tokens at once, four such loads in flight.

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!v = vector<4xf32>
!bits = vector<4xi32>
!chunks = memref<4xvector<4xi32>>
!shared_i32 = memref<32xi32, #gpu.address_space<workgroup>>
!histogram = memref<8192xi32, #gpu.address_space<workgroup>>  // [digit][lane % 4]
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @row_from(i64) -> index
  func.func private @block_scan_sum(i32, !shared_i32) -> (i32, i32)
  func.func private @load_four(!f, index, index, i1) -> !v

  // The bits of probs[row + t .. + 4), a row being |size| long.
  func.func private @four(%probs: !f, %row: index, %size: index, %t: index) -> !bits {
    %c0 = arith.constant 0 : index
    %c4 = arith.constant 4 : index
    %rest = arith.remui %size, %c4 : index
    %aligned = arith.cmpi eq, %rest, %c0 : index
    %at = arith.addi %row, %t : index
    %end = arith.addi %row, %size : index
    %values = func.call @load_four(%probs, %at, %end, %aligned) : (!f, index, index, i1) -> !v
    %bits = vector.bitcast %values : !v to !bits
    return %bits : !bits
  }

  // Adds 1 to the counter of %digit.
  func.func private @count(%digit: i32, %histogram: !histogram) {
    %c2 = arith.constant 2 : i64
    %three = arith.constant 3 : i64
    %four = arith.constant 4 : i64
    %one = arith.constant 1 : i32
    %thread = gpu.thread_id x
    %thread_i64 = arith.index_cast %thread : index to i64
    %base = memref.extract_aligned_pointer_as_index %histogram : !histogram -> index
    %base_i64 = arith.index_cast %base : index to i64
    %copy = arith.andi %thread_i64, %three : i64
    %wide = arith.extui %digit : i32 to i64
    %row = arith.shli %wide, %c2 : i64
    %entry = arith.addi %row, %copy : i64
    %offset = arith.muli %entry, %four : i64
    %address = arith.addi %base_i64, %offset : i64
    %pointer = llvm.inttoptr %address : i64 to !llvm.ptr<3>
    %old = llvm.atomicrmw add %pointer, %one syncscope("block") monotonic : !llvm.ptr<3>, i32
    return
  }

  // Counts those of the four tokens from %t that are candidates [from, to) and whose bits under |mask| are |prefix| by their digit at |shift|, of |digit_mask|.
  func.func private @count_four(%bits: !bits, %t: index, %from: index, %to: index, %mask: i32, %prefix: i32, %shift: i32, %digit_mask: i32,
                                %histogram: !histogram) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    scf.for %j = %c0 to %c4 step %c1 {
      %token = arith.addi %t, %j : index
      %after = arith.cmpi uge, %token, %from : index
      %before = arith.cmpi ult, %token, %to : index
      %inside = arith.andi %after, %before : i1
      %b = vector.extract %bits[%j] : i32 from !bits
      %known = arith.andi %b, %mask : i32
      %agrees = arith.cmpi eq, %known, %prefix : i32
      %counts = arith.andi %inside, %agrees : i1
      scf.if %counts {
        %shifted = arith.shrui %b, %shift : i32
        %digit = arith.andi %shifted, %digit_mask : i32
        func.call @count(%digit, %histogram) : (i32, !histogram) -> ()
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The same for all candidates of the row.
  func.func private @count_digits(%probs: !f, %row: index, %size: index, %from: index, %to: index, %mask: i32, %prefix: i32, %shift: i32,
                                  %digit_mask: i32, %histogram: !histogram) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c1024 = arith.constant 1024 : index
    %c4096 = arith.constant 4096 : index
    %c8192 = arith.constant 8192 : index
    %c16384 = arith.constant 16384 : index
    %zero = arith.constant 0 : i32
    %thread = gpu.thread_id x
    %chunks = memref.alloca() : !chunks
    scf.for %i = %thread to %c8192 step %c1024 {
      memref.store %zero, %histogram[%i] : !histogram
    }
    gpu.barrier
    %skipped = arith.remui %from, %c4 : index
    %aligned_from = arith.subi %from, %skipped : index
    %mine = arith.muli %thread, %c4 : index
    %first = arith.addi %aligned_from, %mine : index
    scf.for %t = %first to %to step %c16384 {
      scf.for %k = %c0 to %c4 step %c1 {
        %skip = arith.muli %k, %c4096 : index
        %any = arith.addi %t, %skip : index
        %is_any = arith.cmpi ult, %any, %to : index
        %its = arith.select %is_any, %any, %t : index
        %b = func.call @four(%probs, %row, %size, %its) : (!f, index, index, index) -> !bits
        memref.store %b, %chunks[%k] : !chunks
      } {llvm.loop_annotation = #unroll}
      scf.for %k = %c0 to %c4 step %c1 {
        %skip = arith.muli %k, %c4096 : index
        %any = arith.addi %t, %skip : index
        %b = memref.load %chunks[%k] : !chunks
        func.call @count_four(%b, %any, %from, %to, %mask, %prefix, %shift, %digit_mask, %histogram)
            : (!bits, index, index, index, i32, i32, i32, i32, !histogram) -> ()
      } {llvm.loop_annotation = #unroll}
    }
    gpu.barrier
    return
  }

  func.func private @count_of(%histogram: !histogram, %digit: index) -> i32 {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %zero = arith.constant 0 : i32
    %first = arith.muli %digit, %c4 : index
    %sum = scf.for %j = %c0 to %c4 step %c1 iter_args(%s = %zero) -> i32 {
      %at = arith.addi %first, %j : index
      %n = memref.load %histogram[%at] : !histogram
      %t = arith.addi %s, %n : i32
      scf.yield %t : i32
    } {llvm.loop_annotation = #unroll}
    return %sum : i32
  }

  // The digit with which the candidate of descending rank |rank| (from 1) goes on, and its rank among those that share it: found[0], found[1]. Thread t has
  // digits 2047 - 2t and 2046 - 2t.
  func.func private @find_digit(%histogram: !histogram, %rank: i32, %found: !shared_i32, %scratch: !shared_i32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c2047 = arith.constant 2047 : index
    %thread = gpu.thread_id x
    %skip = arith.muli %thread, %c2 : index
    %high = arith.subi %c2047, %skip : index
    %low = arith.subi %high, %c1 : index
    %n_high = func.call @count_of(%histogram, %high) : (!histogram, index) -> i32
    %n_low = func.call @count_of(%histogram, %low) : (!histogram, index) -> i32
    %mine = arith.addi %n_high, %n_low : i32
    %before, %total = func.call @block_scan_sum(%mine, %scratch) : (i32, !shared_i32) -> (i32, i32)
    %through_high = arith.addi %before, %n_high : i32
    %through = arith.addi %before, %mine : i32
    %after_before = arith.cmpi ult, %before, %rank : i32
    %until_through = arith.cmpi ule, %rank, %through : i32
    %is_here = arith.andi %after_before, %until_through : i1
    scf.if %is_here {
      %is_high = arith.cmpi ule, %rank, %through_high : i32
      %digit = arith.select %is_high, %high, %low : index
      %above = arith.select %is_high, %before, %through_high : i32
      %digit_i32 = arith.index_cast %digit : index to i32
      %left = arith.subi %rank, %above : i32
      memref.store %digit_i32, %found[%c0] : !shared_i32
      memref.store %left, %found[%c1] : !shared_i32
    }
    gpu.barrier
    return
  }

  // Writes tokens [from, to) to selected[at ..].
  func.func private @write_range(%selected: !i, %at: index, %from: index, %to: index) {
    %c1024 = arith.constant 1024 : index
    %thread = gpu.thread_id x
    %first = arith.addi %from, %thread : index
    scf.for %t = %first to %to step %c1024 {
      %offset = arith.subi %t, %from : index
      %target = arith.addi %at, %offset : index
      %token = arith.index_cast %t : index to i32
      memref.store %token, %selected[%target] : !i
    }
    return
  }

  // As @four; zeros behind the candidates.
  func.func private @four_before(%probs: !f, %row: index, %size: index, %t: index, %to: index) -> !bits {
    %nothing = arith.constant dense<0> : !bits
    %any = arith.cmpi ult, %t, %to : index
    %bits = scf.if %any -> !bits {
      %b = func.call @four(%probs, %row, %size, %t) : (!f, index, index, index) -> !bits
      scf.yield %b : !bits
    } else {
      scf.yield %nothing : !bits
    }
    return %bits : !bits
  }

  // Writes the candidates [from, to) above the threshold, and the first |ties| equal to it, to selected[at ..].
  func.func private @write_best(%probs: !f, %row: index, %size: index, %from: index, %to: index, %threshold: i32, %ties: i32, %selected: !i, %at: index,
                                %scratch: !shared_i32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c4096 = arith.constant 4096 : index
    %c8192 = arith.constant 8192 : index
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %one_equal = arith.constant 65536 : i32
    %high = arith.constant 16 : i32
    %low = arith.constant 65535 : i32
    %nothing = arith.constant dense<0> : !bits
    %thread = gpu.thread_id x
    %mine = arith.muli %thread, %c4 : index
    %skipped = arith.remui %from, %c4 : index
    %aligned_from = arith.subi %from, %skipped : index
    // Two loads are on their way while one is looked at, which takes two barriers.
    %first = arith.addi %aligned_from, %mine : index
    %second = arith.addi %first, %c4096 : index
    %first_bits = func.call @four_before(%probs, %row, %size, %first, %to) : (!f, index, index, index, index) -> !bits
    %second_bits = func.call @four_before(%probs, %row, %size, %second, %to) : (!f, index, index, index, index) -> !bits
    %written:4 = scf.for %base = %aligned_from to %to step %c4096 iter_args(%above_seen = %zero, %equal_seen = %zero, %bits = %first_bits, %next_bits = %second_bits)
        -> (i32, i32, !bits, !bits) {
      %t = arith.addi %base, %mine : index
      %third = arith.addi %t, %c8192 : index
      %third_bits = func.call @four_before(%probs, %row, %size, %third, %to) : (!f, index, index, index, index) -> !bits
      // Of each of the four: 1 when it is above, 65536 when it is equal.
      %kinds = scf.for %j = %c0 to %c4 step %c1 iter_args(%k = %nothing) -> !bits {
        %token = arith.addi %t, %j : index
        %after = arith.cmpi uge, %token, %from : index
        %before = arith.cmpi ult, %token, %to : index
        %inside = arith.andi %after, %before : i1
        %b = vector.extract %bits[%j] : i32 from !bits
        %above = arith.cmpi ugt, %b, %threshold : i32
        %equal = arith.cmpi eq, %b, %threshold : i32
        %equal_kind = arith.select %equal, %one_equal, %zero : i32
        %any_kind = arith.select %above, %one, %equal_kind : i32
        %kind = arith.select %inside, %any_kind, %zero : i32
        %next = vector.insert %kind, %k[%j] : i32 into !bits
        scf.yield %next : !bits
      } {llvm.loop_annotation = #unroll}
      %count = scf.for %j = %c0 to %c4 step %c1 iter_args(%n = %zero) -> i32 {
        %kind = vector.extract %kinds[%j] : i32 from !bits
        %next = arith.addi %n, %kind : i32
        scf.yield %next : i32
      } {llvm.loop_annotation = #unroll}
      %before, %total = func.call @block_scan_sum(%count, %scratch) : (i32, !shared_i32) -> (i32, i32)
      %end = scf.for %j = %c0 to %c4 step %c1 iter_args(%seen = %before) -> i32 {
        %kind = vector.extract %kinds[%j] : i32 from !bits
        %above_here = arith.andi %seen, %low : i32
        %equal_here = arith.shrui %seen, %high : i32
        %above_before = arith.addi %above_seen, %above_here : i32
        %equal_before = arith.addi %equal_seen, %equal_here : i32
        %is_above = arith.cmpi eq, %kind, %one : i32
        %is_equal = arith.cmpi eq, %kind, %one_equal : i32
        %first_ties = arith.cmpi ult, %equal_before, %ties : i32
        %takes_tie = arith.andi %is_equal, %first_ties : i1
        %takes = arith.ori %is_above, %takes_tie : i1
        scf.if %takes {
          %ties_before = arith.minui %equal_before, %ties : i32
          %place = arith.addi %above_before, %ties_before : i32
          %offset = arith.index_castui %place : i32 to index
          %target = arith.addi %at, %offset : index
          %token_index = arith.addi %t, %j : index
          %token = arith.index_cast %token_index : index to i32
          memref.store %token, %selected[%target] : !i
        }
        %next = arith.addi %seen, %kind : i32
        scf.yield %next : i32
      } {llvm.loop_annotation = #unroll}
      %above_total = arith.andi %total, %low : i32
      %equal_total = arith.shrui %total, %high : i32
      %next_above = arith.addi %above_seen, %above_total : i32
      %next_equal = arith.addi %equal_seen, %equal_total : i32
      scf.yield %next_above, %next_equal, %next_bits, %third_bits : i32, i32, !bits, !bits
    }
    return
  }

  gpu.func @select(%probs: !f, %positions: !i, %selected: !i, %count: !i, %S: i64, %budget: i64, %sink: i64, %recent: i64, %N: i64, %Hkv: i64,
                   %from_row: i64)
      workgroup(%histogram: !histogram, %found: !shared_i32, %scratch: !shared_i32) kernel
      attributes {known_block_size = array<i32: 1024, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %zero = arith.constant 0 : i32
    %all_ones = arith.constant -1 : i32
    %ten = arith.constant 10 : i32
    %twenty_one = arith.constant 21 : i32
    %ten_bits = arith.constant 1023 : i32
    %eleven_bits = arith.constant 2047 : i32
    %head = gpu.block_id x
    %row = func.call @row_from(%from_row) : (i64) -> index
    %thread = gpu.thread_id x
    %size = arith.index_cast %S : i64 to index
    %take = arith.index_cast %budget : i64 to index
    %take_i32 = arith.trunci %budget : i64 to i32
    %first_candidate = arith.index_cast %sink : i64 to index
    %window = arith.index_cast %recent : i64 to index
    %list_size = arith.index_cast %N : i64 to index
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %with_budget = arith.addi %first_candidate, %take : index
    %most = arith.addi %with_budget, %window : index
    %row_heads = arith.muli %row, %kv_heads : index
    %item = arith.addi %row_heads, %head : index
    %position = memref.load %positions[%row] : !i
    %p = arith.index_cast %position : i32 to index
    %tokens = arith.addi %p, %c1 : index
    %list = arith.muli %item, %list_size : index
    %n = arith.minui %tokens, %most : index
    // Every head of a row has the same count; one of them writes it.
    %is_first_head = arith.cmpi eq, %head, %c0 : index
    %is_first_thread = arith.cmpi eq, %thread, %c0 : index
    %counts = arith.andi %is_first_head, %is_first_thread : i1
    scf.if %counts {
      %n_i32 = arith.index_cast %n : index to i32
      memref.store %n_i32, %count[%row] : !i
    }
    %all = arith.cmpi ule, %tokens, %most : index
    scf.if %all {
      func.call @write_range(%selected, %list, %c0, %tokens) : (!i, index, index, index) -> ()
    } else {
      %candidate_end = arith.subi %tokens, %window : index
      %probs_row = arith.muli %item, %size : index
      // A budget of nothing has no last candidate: no digit is sought, and nothing is above the threshold.
      %takes_none = arith.cmpi eq, %take, %c0 : index
      %digits = arith.select %takes_none, %c0, %c3 : index
      %first_prefix = arith.select %takes_none, %all_ones, %zero : i32
      %best:3 = scf.for %digit = %c0 to %digits step %c1 iter_args(%mask = %zero, %prefix = %first_prefix, %rank = %take_i32) -> (i32, i32, i32) {
        %is_last = arith.cmpi eq, %digit, %c2 : index
        %is_first = arith.cmpi eq, %digit, %c0 : index
        %rest_shift = arith.select %is_last, %zero, %ten : i32
        %shift = arith.select %is_first, %twenty_one, %rest_shift : i32
        %digit_mask = arith.select %is_last, %ten_bits, %eleven_bits : i32
        func.call @count_digits(%probs, %probs_row, %size, %first_candidate, %candidate_end, %mask, %prefix, %shift, %digit_mask, %histogram)
            : (!f, index, index, index, index, i32, i32, i32, i32, !histogram) -> ()
        func.call @find_digit(%histogram, %rank, %found, %scratch) : (!histogram, i32, !shared_i32, !shared_i32) -> ()
        %value = memref.load %found[%c0] : !shared_i32
        %left = memref.load %found[%c1] : !shared_i32
        %mask_digit = arith.shli %digit_mask, %shift : i32
        %value_digit = arith.shli %value, %shift : i32
        %next_mask = arith.ori %mask, %mask_digit : i32
        %next_prefix = arith.ori %prefix, %value_digit : i32
        scf.yield %next_mask, %next_prefix, %left : i32, i32, i32
      }
      func.call @write_range(%selected, %list, %c0, %first_candidate) : (!i, index, index, index) -> ()
      %best_at = arith.addi %list, %first_candidate : index
      func.call @write_best(%probs, %probs_row, %size, %first_candidate, %candidate_end, %best#1, %best#2, %selected, %best_at, %scratch)
          : (!f, index, index, index, index, i32, i32, !i, index, !shared_i32) -> ()
      %recent_at = arith.addi %best_at, %take : index
      func.call @write_range(%selected, %recent_at, %candidate_end, %tokens) : (!i, index, index, index) -> ()
    }
    gpu.return
  }
}
