// out[row, head, t] = scale * q . k_t for the candidates sink <= t <= positions[row] - recent, over a cache of keys only.
//
// An item is (row, KV head, block of 1024 tokens) for all `group` query heads. Other entries of out are left alone.

!elem = f32
#d = 64 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!stored = vector<16x!elem>
!pool = memref<1099511627776x!elem>
!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>
!v = vector<16xf32>
!mask = vector<16xi1>
!rows = memref<256xf32>
!partial = memref<4096xf32>  // [group][16 keys][16 lanes]
!lanes = memref<256xf32>     // [group][16 lanes]
#unroll = #llvm.loop_annotation<unroll = <full = true>>

func.func private @sum_rows16(!rows) -> !v

func.func private @widen(%stored: !stored) -> !v {
  %wide = arith.extf %stored : !stored to vector<16xf64>
  %value = arith.truncf %wide : vector<16xf64> to !v
  return %value : !v
}

// Elements of a cache line.
func.func private @line_size() -> index {
  %null = llvm.mlir.zero : !llvm.ptr
  %one = llvm.getelementptr %null[1] : (!llvm.ptr) -> !llvm.ptr, !elem
  %bytes = llvm.ptrtoint %one : !llvm.ptr to i64
  %line_bytes = arith.constant 64 : i64
  %elements = arith.divui %line_bytes, %bytes : i64
  %line = arith.index_cast %elements : i64 to index
  return %line : index
}

// The element of the pool where the key of token %t begins.
func.func private @key_at(%page_table: !i, %table_row: index, %head: index, %t: index) -> index {
  %d = arith.constant #d
  %kv_heads = arith.constant #kv_heads
  %page = arith.constant #page
  %page_index = arith.divui %t, %page : index
  %in_page = arith.remui %t, %page : index
  %entry_at = arith.addi %table_row, %page_index : index
  %entry = memref.load %page_table[%entry_at] : !i
  %pool_page = arith.index_cast %entry : i32 to index
  %page_heads = arith.muli %pool_page, %kv_heads : index
  %page_head = arith.addi %page_heads, %head : index
  %page_row = arith.muli %page_head, %page : index
  %pool_row = arith.addi %page_row, %in_page : index
  %at = arith.muli %pool_row, %d : index
  return %at : index
}

// partial[g][j] = the lanes of q[g] . key j, for the 16 keys at element %from of the pool; the 16 at %next are fetched meanwhile.
func.func private @dot16(%q: !f, %q_at: index, %keys: !pool, %from: index, %next: index, %partial: !partial) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c256 = arith.constant 256 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %zero = arith.constant dense<0.0> : !v
  %sums = memref.alloca() : !lanes
  scf.for %j = %c0 to %c16 step %c1 {
    %key_offset = arith.muli %j, %d : index
    %key = arith.addi %from, %key_offset : index
    %next_key = arith.addi %next, %key_offset : index
    %line = func.call @line_size() : () -> index
    scf.for %i = %c0 to %d step %line {
      %ahead = arith.addi %next_key, %i : index
      memref.prefetch %keys[%ahead], read, locality<2>, data : !pool
    } {llvm.loop_annotation = #unroll}
    scf.for %g = %c0 to %group step %c1 {
      %lane = arith.muli %g, %c16 : index
      vector.store %zero, %sums[%lane] : !lanes, !v
    } {llvm.loop_annotation = #unroll}
    scf.for %i = %c0 to %d step %c16 {
      %at = arith.addi %key, %i : index
      %stored = vector.load %keys[%at] : !pool, !stored
      %k = func.call @widen(%stored) : (!stored) -> !v
      scf.for %g = %c0 to %group step %c1 {
        %head = arith.muli %g, %d : index
        %in_head = arith.addi %head, %i : index
        %query_at = arith.addi %q_at, %in_head : index
        %query = vector.load %q[%query_at] : !f, !v
        %lane = arith.muli %g, %c16 : index
        %old = vector.load %sums[%lane] : !lanes, !v
        %new = vector.fma %query, %k, %old : !v
        vector.store %new, %sums[%lane] : !lanes, !v
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    %j_at = arith.muli %j, %c16 : index
    scf.for %g = %c0 to %group step %c1 {
      %lane = arith.muli %g, %c16 : index
      %sum = vector.load %sums[%lane] : !lanes, !v
      %g_at = arith.muli %g, %c256 : index
      %to = arith.addi %g_at, %j_at : index
      vector.store %sum, %partial[%to] : !partial, !v
    } {llvm.loop_annotation = #unroll}
  }
  return
}

func.func @score(%q: !f, %keys: !pool, %page_table: !i, %sequences: !i, %positions: !i, %out: !f, %S: i64, %max_pages: i64, %sink: i64,
                 %recent: i64, %scale: f64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %c256 = arith.constant 256 : index
  %c1023 = arith.constant 1023 : index
  %c1024 = arith.constant 1024 : index
  %minus16 = arith.constant -16 : index
  %d = arith.constant #d
  %group = arith.constant #group
  %kv_heads = arith.constant #kv_heads
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %size = arith.index_cast %S : i64 to index
  %table_stride = arith.index_cast %max_pages : i64 to index
  %first_candidate = arith.index_cast %sink : i64 to index
  %window = arith.index_cast %recent : i64 to index
  %s = arith.truncf %scale : f64 to f32
  %scales = vector.broadcast %s : f32 to !v
  %size_up = arith.addi %size, %c1023 : index
  %blocks = arith.divui %size_up, %c1024 : index
  %partial = memref.alloca() : !partial
  %one_head = memref.alloca() : !rows
  scf.for %item = %first to %last step %c1 {
    %row_head = arith.divui %item, %blocks : index
    %block = arith.remui %item, %blocks : index
    %row = arith.divui %row_head, %kv_heads : index
    %head = arith.remui %row_head, %kv_heads : index
    %sequence = memref.load %sequences[%row] : !i
    %slot = arith.index_cast %sequence : i32 to index
    %table_row = arith.muli %slot, %table_stride : index
    %position = memref.load %positions[%row] : !i
    %p = arith.index_cast %position : i32 to index
    %p_next = arith.addi %p, %c1 : index
    %candidate_end = arith.subi %p_next, %window : index
    %block_begin = arith.muli %block, %c1024 : index
    %block_end = arith.addi %block_begin, %c1024 : index
    %lower = arith.maxsi %block_begin, %first_candidate : index
    %upper = arith.minsi %block_end, %candidate_end : index
    // Whole groups of 16 tokens are computed and masked when stored; a group never crosses a page.
    %lower16 = arith.andi %lower, %minus16 : index
    %last_token = arith.subi %upper, %c1 : index
    %last16 = arith.andi %last_token, %minus16 : index
    %q_head = arith.muli %row_head, %group : index
    %q_at = arith.muli %q_head, %d : index
    scf.for %t = %lower16 to %upper step %c16 {
      %from = func.call @key_at(%page_table, %table_row, %head, %t) : (!i, index, index, index) -> index
      %further = arith.addi %t, %c64 : index
      %any_next = arith.minui %further, %last16 : index
      %next = func.call @key_at(%page_table, %table_row, %head, %any_next) : (!i, index, index, index) -> index
      func.call @dot16(%q, %q_at, %keys, %from, %next, %partial) : (!f, index, !pool, index, index, !partial) -> ()
      %left = arith.subi %upper, %t : index
      %before = arith.subi %lower, %t : index
      %to_end = vector.create_mask %left : !mask
      %to_begin = vector.create_mask %before : !mask
      %all = arith.constant dense<true> : !mask
      %from_begin = arith.xori %to_begin, %all : !mask
      %mask = arith.andi %to_end, %from_begin : !mask
      scf.for %g = %c0 to %group step %c1 {
        %g_at = arith.muli %g, %c256 : index
        scf.for %r = %c0 to %c256 step %c16 {
          %lanes_at = arith.addi %g_at, %r : index
          %lanes = vector.load %partial[%lanes_at] : !partial, !v
          vector.store %lanes, %one_head[%r] : !rows, !v
        } {llvm.loop_annotation = #unroll}
        %sums = func.call @sum_rows16(%one_head) : (!rows) -> !v
        %scores = arith.mulf %sums, %scales : !v
        %out_head = arith.addi %q_head, %g : index
        %out_row = arith.muli %out_head, %size : index
        %to = arith.addi %out_row, %t : index
        vector.maskedstore %out[%to], %mask, %scores : !f, !mask, !v
      }
    }
  }
  return
}
