// attend_rows and attend_pages (attend_decode.mlir) for any types and head sizes, without tensor cores.
//
// d/8 lanes hold a row of the pool, 8 numbers each, so a warp has 256/d rows at once and takes 4 of them in turn: 4 loads of K and 4 of V in flight a lane.
// Each such group of lanes keeps its own running softmax for all query heads of the KV head; they are merged once, at the end. 128 threads.

!act = f32
!elem = f32
#d = 64 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!q = memref<1099511627776x!act, 1>
!pool = memref<1099511627776x!elem, 1>
!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!stored = vector<8x!elem>
!q_stored = vector<8x!act>
!v = vector<8xf32>
!rows = memref<4xvector<8x!elem>>
!offsets = memref<4xindex>
!heads = memref<8xvector<8xf32>>  // [group]
!per_head = memref<8xf32>
!weights = memref<32xf32>         // [group][4 keys]
!merge = memref<8192xf32, #gpu.address_space<workgroup>>       // [warp][group][d]
!merge_state = memref<64xf32, #gpu.address_space<workgroup>>   // [warp][group]: max, then from 32 on sum
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @exp(f32) -> f32
  func.func private @max(f32, f32) -> f32
  func.func private @group_sum(f32, index) -> f32

  // The pool's row of key %key: listed at list[at + key], or (%paged) in the page that list[at + key / page] names.
  func.func private @row_of(%paged: i1, %list: !i, %at: index, %key: index, %kv_head: index) -> i32 {
    %page = arith.constant #page
    %kv_heads = arith.constant #kv_heads
    %row = scf.if %paged -> i32 {
      %page_index = arith.divui %key, %page : index
      %in_page = arith.remui %key, %page : index
      %entry_at = arith.addi %at, %page_index : index
      %entry = memref.load %list[%entry_at] : !i
      %pool_page = arith.index_cast %entry : i32 to index
      %page_heads = arith.muli %pool_page, %kv_heads : index
      %page_head = arith.addi %page_heads, %kv_head : index
      %page_row = arith.muli %page_head, %page : index
      %pool_row = arith.addi %page_row, %in_page : index
      %r = arith.index_cast %pool_row : index to i32
      scf.yield %r : i32
    } else {
      %entry_at = arith.addi %at, %key : index
      %r = memref.load %list[%entry_at] : !i
      scf.yield %r : i32
    }
    return %row : i32
  }

  func.func private @widen(%stored: !stored) -> !v {
    %wide = arith.extf %stored : !stored to vector<8xf64>
    %value = arith.truncf %wide : vector<8xf64> to !v
    return %value : !v
  }

  // Lanes that hold one row.
  func.func private @lanes() -> index {
    %c8 = arith.constant 8 : index
    %d = arith.constant #d
    %lanes = arith.divui %d, %c8 : index
    return %lanes : index
  }

  func.func private @start(%q: !q, %q_at: index, %queries: !heads, %acc: !heads, %max: !per_head, %sum: !per_head) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %lowest = arith.constant 0xFF7FFFFF : f32
    %zero = arith.constant 0.0 : f32
    %zeros = arith.constant dense<0.0> : !v
    %lanes = func.call @lanes() : () -> index
    %thread = gpu.thread_id x
    %part = arith.remui %thread, %lanes : index
    %column = arith.muli %part, %c8 : index
    scf.for %g = %c0 to %group step %c1 {
      %head = arith.muli %g, %d : index
      %in_head = arith.addi %head, %column : index
      %at = arith.addi %q_at, %in_head : index
      %query_stored = vector.load %q[%at] {alignment = 16} : !q, !q_stored
      %query_wide = arith.extf %query_stored : !q_stored to vector<8xf64>
      %query = arith.truncf %query_wide : vector<8xf64> to !v
      memref.store %query, %queries[%g] : !heads
      memref.store %zeros, %acc[%g] : !heads
      memref.store %lowest, %max[%g] : !per_head
      memref.store %zero, %sum[%g] : !per_head
    } {llvm.loop_annotation = #unroll}
    return
  }

  // One step of the running softmax over the rows at |offsets|, of which the first |valid| count; the others are read and have weight 0.
  func.func private @attend_keys(%pool: !pool, %offsets: !offsets, %valid: index, %scale: f32, %queries: !heads, %acc: !heads, %max: !per_head,
                                 %sum: !per_head) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %zero = arith.constant 0.0 : f32
    %minus_infinity = arith.constant 0xFF800000 : f32
    %lanes = func.call @lanes() : () -> index
    %thread = gpu.thread_id x
    %part = arith.remui %thread, %lanes : index
    %column = arith.muli %part, %c8 : index
    %keys = memref.alloca() : !rows
    %values = memref.alloca() : !rows
    %weights = memref.alloca() : !weights
    scf.for %j = %c0 to %c4 step %c1 {
      %row = memref.load %offsets[%j] : !offsets
      %at = arith.addi %row, %column : index
      %key = vector.load %pool[%at] {alignment = 16} : !pool, !stored
      memref.store %key, %keys[%j] : !rows
    } {llvm.loop_annotation = #unroll}
    scf.for %j = %c0 to %c4 step %c1 {
      %row = memref.load %offsets[%j] : !offsets
      %k_at = arith.addi %row, %column : index
      %at = arith.addi %k_at, %d : index
      %value = vector.load %pool[%at] {alignment = 16} : !pool, !stored
      memref.store %value, %values[%j] : !rows
    } {llvm.loop_annotation = #unroll}
    scf.for %j = %c0 to %c4 step %c1 {
      %stored = memref.load %keys[%j] : !rows
      %key = func.call @widen(%stored) : (!stored) -> !v
      %inside = arith.cmpi ult, %j, %valid : index
      scf.for %g = %c0 to %group step %c1 {
        %query = memref.load %queries[%g] : !heads
        %dot = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %zero) -> f32 {
          %a = vector.extract %query[%i] : f32 from !v
          %b = vector.extract %key[%i] : f32 from !v
          %t = math.fma %a, %b, %s : f32
          scf.yield %t : f32
        } {llvm.loop_annotation = #unroll}
        %whole = func.call @group_sum(%dot, %lanes) : (f32, index) -> f32
        %scaled = arith.mulf %whole, %scale : f32
        %score = arith.select %inside, %scaled, %minus_infinity : f32
        %row = arith.muli %g, %c4 : index
        %to = arith.addi %row, %j : index
        memref.store %score, %weights[%to] : !weights
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    scf.for %g = %c0 to %group step %c1 {
      %old_max = memref.load %max[%g] : !per_head
      %row = arith.muli %g, %c4 : index
      %new_max = scf.for %j = %c0 to %c4 step %c1 iter_args(%m = %old_max) -> f32 {
        %at = arith.addi %row, %j : index
        %score = memref.load %weights[%at] : !weights
        %next = func.call @max(%score, %m) : (f32, f32) -> f32
        scf.yield %next : f32
      } {llvm.loop_annotation = #unroll}
      %change = arith.subf %old_max, %new_max : f32
      %factor = func.call @exp(%change) : (f32) -> f32
      %old_sum = memref.load %sum[%g] : !per_head
      %rescaled = arith.mulf %old_sum, %factor : f32
      %factors = vector.broadcast %factor : f32 to !v
      %old_acc = memref.load %acc[%g] : !heads
      %acc0 = arith.mulf %old_acc, %factors : !v
      %new:2 = scf.for %j = %c0 to %c4 step %c1 iter_args(%l = %rescaled, %a = %acc0) -> (f32, !v) {
        %at = arith.addi %row, %j : index
        %score = memref.load %weights[%at] : !weights
        %below = arith.subf %score, %new_max : f32
        %p = func.call @exp(%below) : (f32) -> f32
        %stored = memref.load %values[%j] : !rows
        %value = func.call @widen(%stored) : (!stored) -> !v
        %ps = vector.broadcast %p : f32 to !v
        %next_l = arith.addf %l, %p : f32
        %next_a = vector.fma %ps, %value, %a : !v
        scf.yield %next_l, %next_a : f32, !v
      } {llvm.loop_annotation = #unroll}
      memref.store %new_max, %max[%g] : !per_head
      memref.store %new#0, %sum[%g] : !per_head
      memref.store %new#1, %acc[%g] : !heads
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Merges the groups of lanes of a warp: afterwards all have the warp's maximum, sum and accumulators.
  func.func private @merge_warp(%acc: !heads, %max: !per_head, %sum: !per_head) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %c8 = arith.constant 8 : index
    %width = arith.constant 32 : i32
    %group = arith.constant #group
    %lanes = func.call @lanes() : () -> index
    scf.for %step = %c0 to %c5 step %c1 {
      %distance = arith.shli %c1, %step : index
      %outside = arith.cmpi uge, %distance, %lanes : index
      scf.if %outside {
        %offset = arith.index_cast %distance : index to i32
        scf.for %g = %c0 to %group step %c1 {
          %m = memref.load %max[%g] : !per_head
          %l = memref.load %sum[%g] : !per_head
          %a = memref.load %acc[%g] : !heads
          %other_m, %valid_m = gpu.shuffle xor %m, %offset, %width : f32
          %other_l, %valid_l = gpu.shuffle xor %l, %offset, %width : f32
          %new_m = func.call @max(%m, %other_m) : (f32, f32) -> f32
          %change = arith.subf %m, %new_m : f32
          %other_change = arith.subf %other_m, %new_m : f32
          %factor = func.call @exp(%change) : (f32) -> f32
          %other_factor = func.call @exp(%other_change) : (f32) -> f32
          %part = arith.mulf %l, %factor : f32
          %other_part = arith.mulf %other_l, %other_factor : f32
          %new_l = arith.addf %part, %other_part : f32
          %new_a = scf.for %i = %c0 to %c8 step %c1 iter_args(%b = %a) -> !v {
            %x = vector.extract %a[%i] : f32 from !v
            %other_x, %valid_x = gpu.shuffle xor %x, %offset, %width : f32
            %y = arith.mulf %x, %factor : f32
            %other_y = arith.mulf %other_x, %other_factor : f32
            %z = arith.addf %y, %other_y : f32
            %c = vector.insert %z, %b[%i] : f32 into !v
            scf.yield %c : !v
          } {llvm.loop_annotation = #unroll}
          memref.store %new_m, %max[%g] : !per_head
          memref.store %new_l, %sum[%g] : !per_head
          memref.store %new_a, %acc[%g] : !heads
        } {llvm.loop_annotation = #unroll}
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Keys [begin, end) of the list.
  func.func private @attend_lanes(%paged: i1, %q: !q, %q_at: index, %pool: !pool, %list: !i, %list_at: index, %kv_head: index, %begin: index, %end: index,
                                  %scale: f32, %acc: !heads, %max: !per_head, %sum: !per_head) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %stride = arith.muli %d, %c2 : index
    %lanes = func.call @lanes() : () -> index
    %thread = gpu.thread_id x
    %queries = memref.alloca() : !heads
    %offsets = memref.alloca() : !offsets
    func.call @start(%q, %q_at, %queries, %acc, %max, %sum) : (!q, index, !heads, !heads, !per_head, !per_head) -> ()
    %first_of_lanes = arith.divui %thread, %lanes : index
    %first_key = arith.muli %first_of_lanes, %c4 : index
    %groups = arith.divui %c128, %lanes : index
    %step = arith.muli %groups, %c4 : index
    %last = arith.subi %end, %c1 : index
    scf.for %base = %begin to %end step %step {
      %t = arith.addi %base, %first_key : index
      scf.for %j = %c0 to %c4 step %c1 {
        %any_key = arith.addi %t, %j : index
        %key = arith.minui %any_key, %last : index
        %pool_row = func.call @row_of(%paged, %list, %list_at, %key, %kv_head) : (i1, !i, index, index, index) -> i32
        %wide_row = arith.index_cast %pool_row : i32 to index
        %offset = arith.muli %wide_row, %stride : index
        memref.store %offset, %offsets[%j] : !offsets
      } {llvm.loop_annotation = #unroll}
      %t_inside = arith.minui %t, %end : index
      %valid = arith.subi %end, %t_inside : index
      func.call @attend_keys(%pool, %offsets, %valid, %scale, %queries, %acc, %max, %sum)
          : (!pool, !offsets, index, f32, !heads, !heads, !per_head, !per_head) -> ()
    }
    return
  }

  // The warp's sums, maxima and totals to shared memory.
  func.func private @publish_lanes(%acc: !heads, %max: !per_head, %sum: !per_head, %merge: !merge, %merge_state: !merge_state) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %width = arith.muli %d, %group : index
    %lanes = func.call @lanes() : () -> index
    %thread = gpu.thread_id x
    %lane = arith.remui %thread, %c32 : index
    %warp = arith.divui %thread, %c32 : index
    func.call @merge_warp(%acc, %max, %sum) : (!heads, !per_head, !per_head) -> ()
    %holds = arith.cmpi ult, %lane, %lanes : index
    %is_first = arith.cmpi eq, %lane, %c0 : index
    %warp_at = arith.muli %warp, %width : index
    %column = arith.muli %lane, %c8 : index
    %warp_heads = arith.muli %warp, %c8 : index
    scf.for %g = %c0 to %group step %c1 {
      scf.if %holds {
        %a = memref.load %acc[%g] : !heads
        %row = arith.muli %g, %d : index
        %in_row = arith.addi %row, %column : index
        %at = arith.addi %warp_at, %in_row : index
        scf.for %i = %c0 to %c8 step %c1 {
          %x = vector.extract %a[%i] : f32 from !v
          %to = arith.addi %at, %i : index
          memref.store %x, %merge[%to] : !merge
        } {llvm.loop_annotation = #unroll}
      }
      scf.if %is_first {
        %m = memref.load %max[%g] : !per_head
        %l = memref.load %sum[%g] : !per_head
        %at = arith.addi %warp_heads, %g : index
        %sum_at = arith.addi %at, %c32 : index
        memref.store %m, %merge_state[%at] : !merge_state
        memref.store %l, %merge_state[%sum_at] : !merge_state
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Merges the four warps and writes the block's result: split_sums[head][split] relative to the maximum in split_state[head][split].
  func.func private @merge_block(%merge: !merge, %merge_state: !merge_state, %head0: index, %split: index, %splits: index, %state: !f, %partial: !f) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c32 = arith.constant 32 : index
    %c128 = arith.constant 128 : index
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF7FFFFF : f32
    %d = arith.constant #d
    %group = arith.constant #group
    %width = arith.muli %d, %group : index
    %thread = gpu.thread_id x
    scf.for %e = %thread to %width step %c128 {
      %g = arith.divui %e, %d : index
      %i = arith.remui %e, %d : index
      %m = scf.for %w = %c0 to %c4 step %c1 iter_args(%m0 = %lowest) -> f32 {
        %heads = arith.muli %w, %c8 : index
        %at = arith.addi %heads, %g : index
        %one = memref.load %merge_state[%at] : !merge_state
        %next = func.call @max(%one, %m0) : (f32, f32) -> f32
        scf.yield %next : f32
      } {llvm.loop_annotation = #unroll}
      %total:2 = scf.for %w = %c0 to %c4 step %c1 iter_args(%l0 = %zero, %a0 = %zero) -> (f32, f32) {
        %heads = arith.muli %w, %c8 : index
        %at = arith.addi %heads, %g : index
        %sum_at = arith.addi %at, %c32 : index
        %one = memref.load %merge_state[%at] : !merge_state
        %l = memref.load %merge_state[%sum_at] : !merge_state
        %w_at = arith.muli %w, %width : index
        %a_at = arith.addi %w_at, %e : index
        %a = memref.load %merge[%a_at] : !merge
        %change = arith.subf %one, %m : f32
        %factor = func.call @exp(%change) : (f32) -> f32
        %l1 = math.fma %l, %factor, %l0 : f32
        %a1 = math.fma %a, %factor, %a0 : f32
        scf.yield %l1, %a1 : f32, f32
      } {llvm.loop_annotation = #unroll}
      %head = arith.addi %head0, %g : index
      %head_splits = arith.muli %head, %splits : index
      %place = arith.addi %head_splits, %split : index
      %to_row = arith.muli %place, %d : index
      %to = arith.addi %to_row, %i : index
      memref.store %total#1, %partial[%to] : !f
      %starts = arith.cmpi eq, %i, %c0 : index
      scf.if %starts {
        %max_at = arith.muli %place, %c2 : index
        %sum_at = arith.addi %max_at, %c1 : index
        memref.store %m, %state[%max_at] : !f
        memref.store %total#0, %state[%sum_at] : !f
      }
    }
    return
  }

  // Split %split of the %n keys of the list: ceil(n / splits) rounded up to 64, but 128 at least.
  func.func private @attend(%paged: i1, %q: !q, %pool: !pool, %list: !i, %list_at: index, %n: index, %state: !f, %partial: !f, %splits: index, %scale: f32,
                            %merge: !merge, %merge_state: !merge_state) {
    %c1 = arith.constant 1 : index
    %c63 = arith.constant 63 : index
    %c64 = arith.constant 64 : index
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %group = arith.constant #group
    %kv_heads = arith.constant #kv_heads
    %split = gpu.block_id x
    %kv_head = gpu.block_id y
    %row = gpu.block_id z
    %n_up = arith.addi %n, %splits : index
    %n_less = arith.subi %n_up, %c1 : index
    %n_less_i32 = arith.index_cast %n_less : index to i32
    %splits_i32 = arith.index_cast %splits : index to i32
    %part_i32 = arith.divui %n_less_i32, %splits_i32 : i32
    %part = arith.index_castui %part_i32 : i32 to index
    %part_up = arith.addi %part, %c63 : index
    %tiles = arith.divui %part_up, %c64 : index
    %whole = arith.muli %tiles, %c64 : index
    %each = arith.maxui %whole, %c128 : index
    %begin = arith.muli %split, %each : index
    %any_end = arith.addi %begin, %each : index
    %end = arith.minui %any_end, %n : index
    %row_heads = arith.muli %row, %kv_heads : index
    %item = arith.addi %row_heads, %kv_head : index
    %head0 = arith.muli %item, %group : index
    %q_at = arith.muli %head0, %d : index
    %acc = memref.alloca() : !heads
    %max = memref.alloca() : !per_head
    %sum = memref.alloca() : !per_head
    func.call @attend_lanes(%paged, %q, %q_at, %pool, %list, %list_at, %kv_head, %begin, %end, %scale, %acc, %max, %sum)
        : (i1, !q, index, !pool, !i, index, index, index, index, f32, !heads, !per_head, !per_head) -> ()
    func.call @publish_lanes(%acc, %max, %sum, %merge, %merge_state) : (!heads, !per_head, !per_head, !merge, !merge_state) -> ()
    gpu.barrier
    func.call @merge_block(%merge, %merge_state, %head0, %split, %splits, %state, %partial)
        : (!merge, !merge_state, index, index, index, !f, !f) -> ()
    return
  }

  // The first count[row] of the listed rows.
  gpu.func @attend_rows_plain(%q: !q, %pool: !pool, %rows: !i, %count: !i, %split_state: !f, %split_sums: !f, %N: i64, %splits: i64, %scale: f64)
      workgroup(%merge: !merge, %merge_state: !merge_state) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %listed = arith.constant false
    %kv_heads = arith.constant #kv_heads
    %kv_head = gpu.block_id y
    %row = gpu.block_id z
    %list_size = arith.index_cast %N : i64 to index
    %parts = arith.index_cast %splits : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %n_i32 = memref.load %count[%row] : !i
    %n = arith.index_cast %n_i32 : i32 to index
    %row_heads = arith.muli %row, %kv_heads : index
    %item = arith.addi %row_heads, %kv_head : index
    %list = arith.muli %item, %list_size : index
    func.call @attend(%listed, %q, %pool, %rows, %list, %n, %split_state, %split_sums, %parts, %s, %merge, %merge_state)
        : (i1, !q, !pool, !i, index, index, !f, !f, index, f32, !merge, !merge_state) -> ()
    gpu.return
  }

  // Keys 0 .. positions[row]; page p is page_table[sequences[row] * max_pages + p].
  gpu.func @attend_pages_plain(%q: !q, %pool: !pool, %page_table: !i, %sequences: !i, %positions: !i, %split_state: !f, %split_sums: !f, %max_pages: i64,
                         %splits: i64, %scale: f64) workgroup(%merge: !merge, %merge_state: !merge_state) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %paged = arith.constant true
    %c1 = arith.constant 1 : index
    %row = gpu.block_id z
    %table_stride = arith.index_cast %max_pages : i64 to index
    %parts = arith.index_cast %splits : i64 to index
    %s = arith.truncf %scale : f64 to f32
    %sequence_i32 = memref.load %sequences[%row] : !i
    %sequence = arith.index_cast %sequence_i32 : i32 to index
    %position = memref.load %positions[%row] : !i
    %last = arith.index_cast %position : i32 to index
    %n = arith.addi %last, %c1 : index
    %table = arith.muli %sequence, %table_stride : index
    func.call @attend(%paged, %q, %pool, %page_table, %table, %n, %split_state, %split_sums, %parts, %s, %merge, %merge_state)
        : (i1, !q, !pool, !i, index, index, !f, !f, index, f32, !merge, !merge_state) -> ()
    gpu.return
  }
}
