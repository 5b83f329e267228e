// attend_prefill for any types: f32 arithmetic on the ordinary units. For tests and models of f32; attend_prefill is the one for 16 bits.
//
// A block has 32 rows of one query head, 4 lanes a row: lane i has numbers 16j + 4i .. 16j + 4i + 3 of q and of the sums. Keys come in tiles of 4096 / d (at most
// 64) of shared memory, K[d] then V[d] in f32, which every row reads; the running softmax takes 8 keys at a time. 128 threads.

!act = f32
!elem = f32
#d = 64 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!q = memref<1099511627776x!act, 1>
!pool = memref<1099511627776x!elem, 1>
!i = memref<1099511627776xi32, 1>
!four = vector<4xf32>
!part = memref<16xvector<4xf32>>  // [d/16]: what a lane has of a row
!scores = memref<8xf32>
!tile = memref<2048xvector<4xf32>, #gpu.address_space<workgroup>>  // [key][2d/4]
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @exp(f32) -> f32
  func.func private @max(f32, f32) -> f32
  func.func private @group_sum(f32, index) -> f32

  func.func private @load_queries(%q: !q, %at: index, %queries: !part) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c16 = arith.constant 16 : index
    %d = arith.constant #d
    %chunks = arith.divui %d, %c16 : index
    scf.for %j = %c0 to %chunks step %c1 {
      %column = arith.muli %j, %c16 : index
      %from = arith.addi %at, %column : index
      %stored = vector.load %q[%from] {alignment = 8} : !q, vector<4x!act>
      %wide = arith.extf %stored : vector<4x!act> to vector<4xf64>
      %value = arith.truncf %wide : vector<4xf64> to !four
      memref.store %value, %queries[%j] : !part
    } {llvm.loop_annotation = #unroll}
    return
  }

  // K and V of keys |first| .. of the sequence; keys past the last repeat it.
  func.func private @load_tile(%pool: !pool, %page_table: !i, %kv_head: index, %first: index, %last: index, %keys: index, %tile: !tile) {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c8 = arith.constant 8 : index
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %kv_heads = arith.constant #kv_heads
    %page = arith.constant #page
    %stride = arith.shli %d, %c1 : index
    %chunks = arith.divui %stride, %c8 : index
    %all = arith.muli %keys, %chunks : index
    %thread = gpu.thread_id x
    scf.for %e = %thread to %all step %c128 {
      %in_tile = arith.divui %e, %chunks : index
      %chunk = arith.remui %e, %chunks : index
      %any_key = arith.addi %first, %in_tile : index
      %key = arith.minui %any_key, %last : index
      %entry_at = arith.divui %key, %page : index
      %in_page = arith.remui %key, %page : index
      %entry = memref.load %page_table[%entry_at] : !i
      %pool_page = arith.index_cast %entry : i32 to index
      %page_heads = arith.muli %pool_page, %kv_heads : index
      %page_head = arith.addi %page_heads, %kv_head : index
      %page_row = arith.muli %page_head, %page : index
      %row = arith.addi %page_row, %in_page : index
      %row_at = arith.muli %row, %stride : index
      %column = arith.muli %chunk, %c8 : index
      %from = arith.addi %row_at, %column : index
      %stored = vector.load %pool[%from] {alignment = 16} : !pool, vector<8x!elem>
      %wide = arith.extf %stored : vector<8x!elem> to vector<8xf64>
      %value = arith.truncf %wide : vector<8xf64> to vector<8xf32>
      %low = vector.extract_strided_slice %value {offsets = [0], sizes = [4], strides = [1]} : vector<8xf32> to !four
      %high = vector.extract_strided_slice %value {offsets = [4], sizes = [4], strides = [1]} : vector<8xf32> to !four
      %to = arith.muli %e, %c2 : index
      %next_to = arith.addi %to, %c1 : index
      memref.store %low, %tile[%to] : !tile
      memref.store %high, %tile[%next_to] : !tile
    }
    return
  }

  // One step of the running softmax, over the 8 keys of the tile from |key| on, which are those from |first| + key on of the sequence.
  func.func private @attend_keys(%tile: !tile, %key: index, %first: index, %part: index, %position: index, %scale: f32, %queries: !part, %sums: !part,
                                 %old_max: f32, %old_total: f32) -> (f32, f32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c16 = arith.constant 16 : index
    %zero = arith.constant 0.0 : f32
    %minus_infinity = arith.constant 0xFF800000 : f32
    %d = arith.constant #d
    %chunks = arith.divui %d, %c16 : index
    // Of the tile, in its vectors of 4.
    %stride = arith.divui %d, %c2 : index
    %v_offset = arith.divui %d, %c4 : index
    %row_at = arith.muli %key, %stride : index
    %k_at = arith.addi %row_at, %part : index
    %v_at = arith.addi %k_at, %v_offset : index
    %first_key = arith.addi %first, %key : index
    %scores = memref.alloca() : !scores
    %new_max = scf.for %i = %c0 to %c8 step %c1 iter_args(%m = %old_max) -> f32 {
      %row = arith.muli %i, %stride : index
      %at = arith.addi %k_at, %row : index
      %dot = scf.for %j = %c0 to %chunks step %c1 iter_args(%s = %zero) -> f32 {
        %column = arith.muli %j, %c4 : index
        %from = arith.addi %at, %column : index
        %k = memref.load %tile[%from] : !tile
        %q = memref.load %queries[%j] : !part
        %t = scf.for %n = %c0 to %c4 step %c1 iter_args(%u = %s) -> f32 {
          %a = vector.extract %q[%n] : f32 from !four
          %b = vector.extract %k[%n] : f32 from !four
          %w = math.fma %a, %b, %u : f32
          scf.yield %w : f32
        } {llvm.loop_annotation = #unroll}
        scf.yield %t : f32
      } {llvm.loop_annotation = #unroll}
      %whole = func.call @group_sum(%dot, %c4) : (f32, index) -> f32
      %scaled = arith.mulf %whole, %scale : f32
      %this_key = arith.addi %first_key, %i : index
      %sees = arith.cmpi ule, %this_key, %position : index
      %score = arith.select %sees, %scaled, %minus_infinity : f32
      memref.store %score, %scores[%i] : !scores
      %next = func.call @max(%score, %m) : (f32, f32) -> f32
      scf.yield %next : f32
    } {llvm.loop_annotation = #unroll}
    %change = arith.subf %old_max, %new_max : f32
    %factor = func.call @exp(%change) : (f32) -> f32
    %factors = vector.broadcast %factor : f32 to !four
    %rescaled = arith.mulf %old_total, %factor : f32
    scf.for %j = %c0 to %chunks step %c1 {
      %old = memref.load %sums[%j] : !part
      %new = arith.mulf %old, %factors : !four
      memref.store %new, %sums[%j] : !part
    } {llvm.loop_annotation = #unroll}
    %new_total = scf.for %i = %c0 to %c8 step %c1 iter_args(%l = %rescaled) -> f32 {
      %score = memref.load %scores[%i] : !scores
      %below = arith.subf %score, %new_max : f32
      %p = func.call @exp(%below) : (f32) -> f32
      %ps = vector.broadcast %p : f32 to !four
      %row = arith.muli %i, %stride : index
      %at = arith.addi %v_at, %row : index
      scf.for %j = %c0 to %chunks step %c1 {
        %column = arith.muli %j, %c4 : index
        %from = arith.addi %at, %column : index
        %v = memref.load %tile[%from] : !tile
        %old = memref.load %sums[%j] : !part
        %new = vector.fma %ps, %v, %old : !four
        memref.store %new, %sums[%j] : !part
      } {llvm.loop_annotation = #unroll}
      %next = arith.addf %l, %p : f32
      scf.yield %next : f32
    } {llvm.loop_annotation = #unroll}
    return %new_max, %new_total : f32, f32
  }

  func.func private @write(%sums: !part, %total: f32, %out: !q, %at: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c16 = arith.constant 16 : index
    %one = arith.constant 1.0 : f32
    %d = arith.constant #d
    %chunks = arith.divui %d, %c16 : index
    %factor = arith.divf %one, %total : f32
    %factors = vector.broadcast %factor : f32 to !four
    scf.for %j = %c0 to %chunks step %c1 {
      %sum = memref.load %sums[%j] : !part
      %y = arith.mulf %sum, %factors : !four
      %wide = arith.extf %y : !four to vector<4xf64>
      %stored = arith.truncf %wide : vector<4xf64> to vector<4x!act>
      %column = arith.muli %j, %c16 : index
      %to = arith.addi %at, %column : index
      vector.store %stored, %out[%to] {alignment = 8} : !q, vector<4x!act>
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Grid (ceil(T / 32), query heads); the blocks with the most keys start first.
  gpu.func @attend_prefill_plain(%q: !q, %pool: !pool, %page_table: !i, %positions: !i, %out: !q, %T: i64, %scale: f64)
      workgroup(%tile: !tile) kernel attributes {known_block_size = array<i32: 128, 1, 1>, spc.block_rows = 32} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c16 = arith.constant 16 : index
    %c32 = arith.constant 32 : index
    %c64 = arith.constant 64 : index
    %c4096 = arith.constant 4096 : index
    %zero = arith.constant 0.0 : f32
    %lowest = arith.constant 0xFF7FFFFF : f32
    %zeros = arith.constant dense<0.0> : !four
    %d = arith.constant #d
    %group = arith.constant #group
    %x = gpu.block_id x
    %head = gpu.block_id y
    %blocks = gpu.grid_dim x
    %heads = gpu.grid_dim y
    %thread = gpu.thread_id x
    %s = arith.truncf %scale : f64 to f32
    %rows = arith.index_cast %T : i64 to index
    %last_row = arith.subi %rows, %c1 : index
    %blocks_left = arith.subi %blocks, %x : index
    %block = arith.subi %blocks_left, %c1 : index
    %block_row = arith.muli %block, %c32 : index
    %in_block = arith.divui %thread, %c4 : index
    %part = arith.remui %thread, %c4 : index
    %own_row = arith.addi %block_row, %in_block : index
    %row = arith.minui %own_row, %last_row : index
    %block_end = arith.addi %block_row, %c32 : index
    %rows_end = arith.minui %block_end, %rows : index
    %first_position_i32 = memref.load %positions[%c0] : !i
    %first_position = arith.index_cast %first_position_i32 : i32 to index
    %position = arith.addi %first_position, %row : index
    %key_count = arith.addi %first_position, %rows_end : index
    %last_key = arith.subi %key_count, %c1 : index
    %kv_head = arith.divui %head, %group : index
    %row_heads = arith.muli %row, %heads : index
    %item = arith.addi %row_heads, %head : index
    %item_at = arith.muli %item, %d : index
    %lane_at = arith.muli %part, %c4 : index
    %at = arith.addi %item_at, %lane_at : index
    %fit = arith.divui %c4096, %d : index
    %keys = arith.minui %fit, %c64 : index
    %queries = memref.alloca() : !part
    %sums = memref.alloca() : !part
    func.call @load_queries(%q, %at, %queries) : (!q, index, !part) -> ()
    scf.for %j = %c0 to %c16 step %c1 {
      memref.store %zeros, %sums[%j] : !part
    } {llvm.loop_annotation = #unroll}
    %end:2 = scf.for %first = %c0 to %key_count step %keys iter_args(%m = %lowest, %l = %zero) -> (f32, f32) {
      gpu.barrier
      func.call @load_tile(%pool, %page_table, %kv_head, %first, %last_key, %keys, %tile) : (!pool, !i, index, index, index, index, !tile) -> ()
      gpu.barrier
      %left = arith.subi %key_count, %first : index
      %here = arith.minui %left, %keys : index
      %next:2 = scf.for %key = %c0 to %here step %c8 iter_args(%m0 = %m, %l0 = %l) -> (f32, f32) {
        %m1, %l1 = func.call @attend_keys(%tile, %key, %first, %part, %position, %s, %queries, %sums, %m0, %l0)
            : (!tile, index, index, index, index, f32, !part, !part, f32, f32) -> (f32, f32)
        scf.yield %m1, %l1 : f32, f32
      }
      scf.yield %next#0, %next#1 : f32, f32
    }
    %inside = arith.cmpi ult, %own_row, %rows : index
    scf.if %inside {
      func.call @write(%sums, %end#1, %out, %at) : (!part, f32, !q, index) -> ()
    }
    gpu.return
  }
}
