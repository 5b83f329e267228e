// The tokens to attend to: sink, the `budget` most probable candidates, recent; ascending. Exactly `budget` candidates are taken whatever the bits are; among equals
// the lower token wins.
//
// The probability of rank `budget` is found a byte at a time from the top (the order of floats that are not negative is that of their bits): four times, the
// candidates that agree with the bytes found are counted by their next byte. The counters are one column a lane, because probabilities share exponents and
// atomics on one address would take turns. A block of 1024 threads a row and head.

!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!shared_i32 = memref<32xi32, #gpu.address_space<workgroup>>
!histogram = memref<8192xi32, #gpu.address_space<workgroup>>  // [byte][lane]
!totals = memref<256xi32, #gpu.address_space<workgroup>>

gpu.module @kernels {
  func.func private @warp_scan(i32) -> i32
  func.func private @block_scan(i1, i1, !shared_i32) -> (i32, i32)

  func.func private @bits(%probs: !f, %at: index) -> i32 {
    %p = memref.load %probs[%at] : !f
    %bits = arith.bitcast %p : f32 to i32
    return %bits : i32
  }

  // totals[v] = the candidates at probs[from .. to) whose bits under |mask| are |prefix| and whose byte at |shift| is v.
  func.func private @count_bytes(%probs: !f, %from: index, %to: index, %mask: i32, %prefix: i32, %shift: i32, %histogram: !histogram, %totals: !totals) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c1024 = arith.constant 1024 : index
    %c8192 = arith.constant 8192 : index
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %byte = arith.constant 255 : i32
    %four = arith.constant 4 : i64
    %all = arith.constant -1 : i32
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    %base = memref.extract_aligned_pointer_as_index %histogram : !histogram -> index
    %base_i64 = arith.index_cast %base : index to i64
    scf.for %i = %thread to %c8192 step %c1024 {
      memref.store %zero, %histogram[%i] : !histogram
    }
    gpu.barrier
    %first = arith.addi %from, %thread : index
    scf.for %i = %first to %to step %c1024 {
      %b = func.call @bits(%probs, %i) : (!f, index) -> i32
      %known = arith.andi %b, %mask : i32
      %agrees = arith.cmpi eq, %known, %prefix : i32
      scf.if %agrees {
        %shifted = arith.shrui %b, %shift : i32
        %value = arith.andi %shifted, %byte : i32
        %v = arith.index_castui %value : i32 to index
        %row = arith.muli %v, %c32 : index
        %at = arith.addi %row, %lane : index
        %at_i64 = arith.index_cast %at : index to i64
        %offset = arith.muli %at_i64, %four : i64
        %address = arith.addi %base_i64, %offset : i64
        %pointer = llvm.inttoptr %address : i64 to !llvm.ptr<3>
        %old = llvm.atomicrmw add %pointer, %one syncscope("block") monotonic : !llvm.ptr<3>, i32
      }
    }
    gpu.barrier
    %first_value = arith.muli %warp, %c8 : index
    scf.for %j = %c0 to %c8 step %c1 {
      %v = arith.addi %first_value, %j : index
      %row = arith.muli %v, %c32 : index
      %at = arith.addi %row, %lane : index
      %n = memref.load %histogram[%at] : !histogram
      %sum = nvvm.redux.sync add %n, %all : i32 -> i32
      %is_first = arith.cmpi eq, %lane, %c0 : index
      scf.if %is_first {
        memref.store %sum, %totals[%v] : !totals
      }
    }
    gpu.barrier
    return
  }

  // The byte with which the candidate of descending rank |rank| (from 1) goes on, and its rank among those that share it: found[0], found[1]. Lane l of the
  // first warp has bytes 255 - 8l .. 248 - 8l.
  func.func private @find_byte(%totals: !totals, %rank: i32, %found: !shared_i32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c255 = arith.constant 255 : index
    %zero = arith.constant 0 : i32
    %thread = gpu.thread_id x
    %first_warp = arith.cmpi ult, %thread, %c32 : index
    scf.if %first_warp {
      %skip = arith.muli %thread, %c8 : index
      %highest = arith.subi %c255, %skip : index
      %mine = scf.for %j = %c0 to %c8 step %c1 iter_args(%s = %zero) -> i32 {
        %v = arith.subi %highest, %j : index
        %n = memref.load %totals[%v] : !totals
        %t = arith.addi %s, %n : i32
        scf.yield %t : i32
      }
      %through = func.call @warp_scan(%mine) : (i32) -> i32
      %before = arith.subi %through, %mine : i32
      %after_before = arith.cmpi ult, %before, %rank : i32
      %until_through = arith.cmpi ule, %rank, %through : i32
      %is_here = arith.andi %after_before, %until_through : i1
      scf.if %is_here {
        %end = scf.for %j = %c0 to %c8 step %c1 iter_args(%s = %before) -> i32 {
          %v = arith.subi %highest, %j : index
          %n = memref.load %totals[%v] : !totals
          %t = arith.addi %s, %n : i32
          %above = arith.cmpi ult, %s, %rank : i32
          %within = arith.cmpi ule, %rank, %t : i32
          %is_it = arith.andi %above, %within : i1
          scf.if %is_it {
            %v_i32 = arith.index_cast %v : index to i32
            %left = arith.subi %rank, %s : i32
            memref.store %v_i32, %found[%c0] : !shared_i32
            memref.store %left, %found[%c1] : !shared_i32
          }
          scf.yield %t : i32
        }
      }
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

  // Writes the candidates [from, to) above the threshold, and the first |ties| equal to it, to selected[at ..].
  func.func private @write_best(%probs: !f, %row: index, %from: index, %to: index, %threshold: i32, %ties: i32, %selected: !i, %at: index,
                                %scratch: !shared_i32) {
    %c1024 = arith.constant 1024 : index
    %zero = arith.constant 0 : i32
    %high = arith.constant 16 : i32
    %low = arith.constant 65535 : i32
    %no = arith.constant false
    %thread = gpu.thread_id x
    %written:2 = scf.for %base = %from to %to step %c1024 iter_args(%above_seen = %zero, %equal_seen = %zero) -> (i32, i32) {
      %t = arith.addi %base, %thread : index
      %inside = arith.cmpi ult, %t, %to : index
      %is:2 = scf.if %inside -> (i1, i1) {
        %source = arith.addi %row, %t : index
        %b = func.call @bits(%probs, %source) : (!f, index) -> i32
        %above = arith.cmpi ugt, %b, %threshold : i32
        %equal = arith.cmpi eq, %b, %threshold : i32
        scf.yield %above, %equal : i1, i1
      } else {
        scf.yield %no, %no : i1, i1
      }
      %before, %total = func.call @block_scan(%is#0, %is#1, %scratch) : (i1, i1, !shared_i32) -> (i32, i32)
      %above_here = arith.andi %before, %low : i32
      %equal_here = arith.shrui %before, %high : i32
      %above_before = arith.addi %above_seen, %above_here : i32
      %equal_before = arith.addi %equal_seen, %equal_here : i32
      %first_ties = arith.cmpi ult, %equal_before, %ties : i32
      %takes_tie = arith.andi %is#1, %first_ties : i1
      %takes = arith.ori %is#0, %takes_tie : i1
      scf.if %takes {
        %ties_before = arith.minui %equal_before, %ties : i32
        %place = arith.addi %above_before, %ties_before : i32
        %offset = arith.index_castui %place : i32 to index
        %target = arith.addi %at, %offset : index
        %token = arith.index_cast %t : index to i32
        memref.store %token, %selected[%target] : !i
      }
      %above_total = arith.andi %total, %low : i32
      %equal_total = arith.shrui %total, %high : i32
      %next_above = arith.addi %above_seen, %above_total : i32
      %next_equal = arith.addi %equal_seen, %equal_total : i32
      scf.yield %next_above, %next_equal : i32, i32
    }
    return
  }

  gpu.func @select(%probs: !f, %positions: !i, %selected: !i, %count: !i, %S: i64, %budget: i64, %sink: i64, %recent: i64, %N: i64, %Hkv: i64)
      workgroup(%histogram: !histogram, %totals: !totals, %found: !shared_i32, %scratch: !shared_i32) kernel
      attributes {known_block_size = array<i32: 1024, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %zero = arith.constant 0 : i32
    %eight = arith.constant 8 : i32
    %top_shift = arith.constant 24 : i32
    %byte = arith.constant 255 : i32
    %head = gpu.block_id x
    %row = gpu.block_id z
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
      %from = arith.addi %probs_row, %first_candidate : index
      %to = arith.addi %probs_row, %candidate_end : index
      %best:3 = scf.for %pass = %c0 to %c4 step %c1 iter_args(%mask = %zero, %prefix = %zero, %rank = %take_i32) -> (i32, i32, i32) {
        %pass_i32 = arith.index_cast %pass : index to i32
        %bits_done = arith.muli %pass_i32, %eight : i32
        %shift = arith.subi %top_shift, %bits_done : i32
        func.call @count_bytes(%probs, %from, %to, %mask, %prefix, %shift, %histogram, %totals)
            : (!f, index, index, i32, i32, i32, !histogram, !totals) -> ()
        func.call @find_byte(%totals, %rank, %found) : (!totals, i32, !shared_i32) -> ()
        %value = memref.load %found[%c0] : !shared_i32
        %left = memref.load %found[%c1] : !shared_i32
        %mask_byte = arith.shli %byte, %shift : i32
        %value_byte = arith.shli %value, %shift : i32
        %next_mask = arith.ori %mask, %mask_byte : i32
        %next_prefix = arith.ori %prefix, %value_byte : i32
        scf.yield %next_mask, %next_prefix, %left : i32, i32, i32
      }
      func.call @write_range(%selected, %list, %c0, %first_candidate) : (!i, index, index, index) -> ()
      %best_at = arith.addi %list, %first_candidate : index
      func.call @write_best(%probs, %probs_row, %first_candidate, %candidate_end, %best#1, %best#2, %selected, %best_at, %scratch)
          : (!f, index, index, index, i32, i32, !i, index, !shared_i32) -> ()
      %recent_at = arith.addi %best_at, %take : index
      func.call @write_range(%selected, %recent_at, %candidate_end, %tokens) : (!i, index, index, index) -> ()
    }
    gpu.return
  }
}
