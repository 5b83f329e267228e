// Attention of the consecutive rows of one sequence over its pages, on the tensor cores (mma.sync): FlashAttention-2 (Dao, 2023). q, the cache and out have
// one 16-bit type; attend_prefill_plain takes any. |scale| is positive.
//
// A block of 4 warps has 128 rows of one query head, a warp 32 of them (head size 256: 16 at a time, in two passes). It walks the keys in tiles of up to 16
// KiB of K and 16 KiB of V (64 keys, 32 of size 256), copied to shared memory one tile ahead (cp.async, two stages); scores, probabilities and sums stay in registers.
// Blocks start with the last rows, which have the most keys, and the heads that share a KV head follow each other, so that its keys come from L2.
//
// Fragments of mma.m16n8k16 (PTX ISA): lane l has rows l/4 and l/4+8 of the accumulators, columns 2(l%4) and the next: vector<4xf32> = two of the upper row,
// two of the lower. The probabilities of two such 16 x 8 tiles are, narrowed, the A operand of 16 keys. ldmatrix brings four 8 x 8 matrices, of which lane l
// gives the address of row l%8 of matrix l/8.
//
// A row of a shared tile is d/8 chunks of 16 bytes, exchanged so that the 8 rows of a matrix lie in different banks: see @shared_offset.

!act = bf16
!elem = bf16
#d = 128 : index
#group = 4 : index
#kv_heads = 2 : index
#page = 64 : index
!q = memref<1099511627776x!act, 1>
!pool = memref<1099511627776x!elem, 1>
!i = memref<1099511627776xi32, 1>
!pair = vector<2x!act>
!quad = vector<4xf32>
!sums = memref<64xvector<4xf32>>    // scores [row tile][keys/8], unnormalised outputs [row tile][d/8]
!per_row = memref<4xf32>            // [row tile][upper, lower]
!a = vector<4xi32>                  // an A operand: upper and lower rows, then the same of the next 8 of k
!operands = memref<2xvector<4xi32>> // [row tile]
!regs = !llvm.struct<(i32, i32, i32, i32)>
#matrices = #nvvm.ld_st_matrix_shape<m = 8, n = 8>
#b16 = #nvvm.ld_st_matrix_elt_type<b16>
#row = #nvvm.mma_layout<row>
#col = #nvvm.mma_layout<col>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @lane() -> i32
  func.func private @mma(i1, !a, i32, i32, !quad) -> !quad
  func.func private @pair(i1, f32, f32) -> i32

  // Queries (32 KiB), then two stages of K and V.
  llvm.mlir.global external @attend_prefill_shared() {addr_space = 3 : i32, alignment = 128 : i64} : !llvm.array<0 x i8>

  func.func private @shared(%offset: i32) -> !llvm.ptr<3> {
    %base = llvm.mlir.addressof @attend_prefill_shared : !llvm.ptr<3>
    %at = llvm.getelementptr %base[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
    return %at : !llvm.ptr<3>
  }

  func.func private @d() -> i32 {
    %d_index = arith.constant #d
    %d = arith.index_cast %d_index : index to i32
    return %d : i32
  }

  // Keys of a tile: 16 KiB of K, at most 64.
  func.func private @tile_keys() -> i32 {
    %most = arith.constant 64 : i32
    %numbers = arith.constant 8192 : i32
    %d = func.call @d() : () -> i32
    %fit = arith.divui %numbers, %d : i32
    %keys = arith.minui %fit, %most : i32
    return %keys : i32
  }

  // 16-row tiles of a warp: what the accumulators leave room for.
  func.func private @row_tiles() -> i32 {
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c128 = arith.constant 128 : i32
    %d = func.call @d() : () -> i32
    %wide = arith.cmpi ugt, %d, %c128 : i32
    %tiles = arith.select %wide, %c1, %c2 : i32
    return %tiles : i32
  }

  // The first row, within the pass, of this warp.
  func.func private @warp_row() -> i32 {
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %c5 = arith.constant 5 : i32
    %c16 = arith.constant 16 : i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %warp = arith.shrui %thread, %c5 : i32
    %tile = arith.muli %warp, %row_tiles : i32
    %row = arith.muli %tile, %c16 : i32
    return %row : i32
  }

  // Where 16 bytes of a shared tile lie. 8 rows of one chunk fall on the 8 places of a line of 128 bytes: the chunk's number is xored with the number of the
  // row's line (or lines, where a row is longer). Rows that differ by a multiple of 16 differ by just that many rows in place;
  // chunk 2i + j lies where chunk j does, with the offset xored with 32i.
  func.func private @shared_offset(%row: i32, %chunk: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %d = func.call @d() : () -> i32
    %chunks = arith.divui %d, %c8 : i32
    %rows_of_line = arith.divui %c8, %chunks : i32
    %rows_at_least = arith.maxui %rows_of_line, %c1 : i32
    %places = arith.minui %chunks, %c8 : i32
    %mask = arith.subi %places, %c1 : i32
    %line = arith.divui %row, %rows_at_least : i32
    %flip = arith.andi %line, %mask : i32
    %place = arith.xori %chunk, %flip : i32
    %bytes = arith.shli %place, %c4 : i32
    %row_bytes = arith.shli %d, %c1 : i32
    %row_at = arith.muli %row, %row_bytes : i32
    %offset = arith.addi %row_at, %bytes : i32
    return %offset : i32
  }

  func.func private @exp2(%x: f32) -> f32 {
    %y = llvm.inline_asm "ex2.approx.ftz.f32 $0, $1;", "=f,f" %x : (f32) -> f32
    return %y : f32
  }

  func.func private @is_bf16() -> i1 {
    %one = arith.constant 1.0 : !elem
    %bits = arith.bitcast %one : !elem to i16
    %bf16_one = arith.constant 0x3F80 : i16
    %is_bf16 = arith.cmpi eq, %bits, %bf16_one : i16
    return %is_bf16 : i1
  }

  // Two accumulators side by side as an A operand.
  func.func private @narrow_tiles(%left: !quad, %right: !quad) -> !a {
    %is_bf16 = func.call @is_bf16() : () -> i1
    %l0 = vector.extract %left[0] : f32 from !quad
    %l1 = vector.extract %left[1] : f32 from !quad
    %l2 = vector.extract %left[2] : f32 from !quad
    %l3 = vector.extract %left[3] : f32 from !quad
    %r0 = vector.extract %right[0] : f32 from !quad
    %r1 = vector.extract %right[1] : f32 from !quad
    %r2 = vector.extract %right[2] : f32 from !quad
    %r3 = vector.extract %right[3] : f32 from !quad
    %a0 = func.call @pair(%is_bf16, %l0, %l1) : (i1, f32, f32) -> i32
    %a1 = func.call @pair(%is_bf16, %l2, %l3) : (i1, f32, f32) -> i32
    %a2 = func.call @pair(%is_bf16, %r0, %r1) : (i1, f32, f32) -> i32
    %a3 = func.call @pair(%is_bf16, %r2, %r3) : (i1, f32, f32) -> i32
    %a = vector.from_elements %a0, %a1, %a2, %a3 : !a
    return %a : !a
  }

  func.func private @load_matrices(%from: !llvm.ptr<3>) -> !a {
    %m = nvvm.ldmatrix %from {eltType = #b16, layout = #row, num = 4 : i32, shape = #matrices} : (!llvm.ptr<3>) -> !regs
    %m0 = llvm.extractvalue %m[0] : !regs
    %m1 = llvm.extractvalue %m[1] : !regs
    %m2 = llvm.extractvalue %m[2] : !regs
    %m3 = llvm.extractvalue %m[3] : !regs
    %result = vector.from_elements %m0, %m1, %m2, %m3 : !a
    return %result : !a
  }

  func.func private @load_transposed(%from: !llvm.ptr<3>) -> !a {
    %m = nvvm.ldmatrix %from {eltType = #b16, layout = #col, num = 4 : i32, shape = #matrices} : (!llvm.ptr<3>) -> !regs
    %m0 = llvm.extractvalue %m[0] : !regs
    %m1 = llvm.extractvalue %m[1] : !regs
    %m2 = llvm.extractvalue %m[2] : !regs
    %m3 = llvm.extractvalue %m[3] : !regs
    %result = vector.from_elements %m0, %m1, %m2, %m3 : !a
    return %result : !a
  }

  // sums[at] += a (16 x 16) . b (16 x 8), sums[at + 1] += a . the next 8 columns of b
  func.func private @multiply(%sums: !sums, %at: i32, %a: !a, %b: !a) {
    %c1 = arith.constant 1 : i32
    %next = arith.addi %at, %c1 : i32
    %first_at = arith.index_cast %at : i32 to index
    %next_at = arith.index_cast %next : i32 to index
    %is_bf16 = func.call @is_bf16() : () -> i1
    %b0 = vector.extract %b[0] : i32 from !a
    %b1 = vector.extract %b[1] : i32 from !a
    %b2 = vector.extract %b[2] : i32 from !a
    %b3 = vector.extract %b[3] : i32 from !a
    %first = memref.load %sums[%first_at] : !sums
    %first_sum = func.call @mma(%is_bf16, %a, %b0, %b1, %first) : (i1, !a, i32, i32, !quad) -> !quad
    memref.store %first_sum, %sums[%first_at] : !sums
    %second = memref.load %sums[%next_at] : !sums
    %second_sum = func.call @mma(%is_bf16, %a, %b2, %b3, %second) : (i1, !a, i32, i32, !quad) -> !quad
    memref.store %second_sum, %sums[%next_at] : !sums
    return
  }

  // Copies the pass's rows of q to shared memory; rows past the last repeat it.
  func.func private @copy_queries(%q: !q, %first_row: i32, %last_row: i32, %heads: i32, %head: i32) {
    %zero = arith.constant 0 : i32
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %d = func.call @d() : () -> i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %chunks = arith.divui %d, %c8 : i32
    %rows = arith.muli %row_tiles, %c64 : i32
    %all = arith.muli %rows, %chunks : i32
    %base = memref.extract_aligned_pointer_as_index %q : !q -> index
    %base_i64 = arith.index_cast %base : index to i64
    %pointer = llvm.inttoptr %base_i64 : i64 to !llvm.ptr<1>
    scf.for %e0 = %zero to %all step %c128 : i32 {
      %e = arith.addi %e0, %thread : i32
      %in_pass = arith.divui %e, %chunks : i32
      %chunk = arith.remui %e, %chunks : i32
      %any_row = arith.addi %first_row, %in_pass : i32
      %row = arith.minui %any_row, %last_row : i32
      %row_i64 = arith.extui %row : i32 to i64
      %heads_i64 = arith.extui %heads : i32 to i64
      %head_i64 = arith.extui %head : i32 to i64
      %d_i64 = arith.extui %d : i32 to i64
      %row_heads = arith.muli %row_i64, %heads_i64 : i64
      %item = arith.addi %row_heads, %head_i64 : i64
      %item_at = arith.muli %item, %d_i64 : i64
      %column = arith.muli %chunk, %c8 : i32
      %column_i64 = arith.extui %column : i32 to i64
      %at = arith.addi %item_at, %column_i64 : i64
      %from = llvm.getelementptr %pointer[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, !act
      %offset = func.call @shared_offset(%in_pass, %chunk) : (i32, i32) -> i32
      %to = func.call @shared(%offset) : (i32) -> !llvm.ptr<3>
      nvvm.cp.async.shared.global %to, %from, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    }
    return
  }

  // Copies K and V of the tile's keys to its stage; keys past the last repeat it, since what lies behind it may be anything.
  func.func private @copy_keys(%pool: !pool, %page_table: !i, %kv_head: i32, %tile: i32, %last_key: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c8 = arith.constant 8 : i32
    %c128 = arith.constant 128 : i32
    %queries_bytes = arith.constant 32768 : i32
    %stage_bytes = arith.constant 32768 : i32
    %v_bytes = arith.constant 16384 : i32
    %page_index = arith.constant #page
    %page = arith.index_cast %page_index : index to i32
    %kv_heads_index = arith.constant #kv_heads
    %kv_heads = arith.index_cast %kv_heads_index : index to i32
    %d = func.call @d() : () -> i32
    %keys = func.call @tile_keys() : () -> i32
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %chunks = arith.divui %d, %c8 : i32
    %all = arith.muli %keys, %chunks : i32
    %first_key = arith.muli %tile, %keys : i32
    %parity = arith.andi %tile, %c1 : i32
    %stage_at = arith.muli %parity, %stage_bytes : i32
    %k_at = arith.addi %stage_at, %queries_bytes : i32
    %base = memref.extract_aligned_pointer_as_index %pool : !pool -> index
    %base_i64 = arith.index_cast %base : index to i64
    %pointer = llvm.inttoptr %base_i64 : i64 to !llvm.ptr<1>
    // Where a page holds whole tiles, the page of the tile is that of its first key.
    %keys_past_tile = arith.remui %page, %keys : i32
    %one_page = arith.cmpi eq, %keys_past_tile, %zero : i32
    %tile_entry = arith.divui %first_key, %page : i32
    %tile_entry_index = arith.index_cast %tile_entry : i32 to index
    %tile_page = memref.load %page_table[%tile_entry_index] : !i
    scf.for %e0 = %zero to %all step %c128 : i32 {
      %e = arith.addi %e0, %thread : i32
      %in_tile = arith.divui %e, %chunks : i32
      %chunk = arith.remui %e, %chunks : i32
      %any_key = arith.addi %first_key, %in_tile : i32
      %key = arith.minui %any_key, %last_key : i32
      %in_page = arith.remui %key, %page : i32
      %key_page = scf.if %one_page -> i32 {
        scf.yield %tile_page : i32
      } else {
        %entry = arith.divui %key, %page : i32
        %entry_index = arith.index_cast %entry : i32 to index
        %other = memref.load %page_table[%entry_index] : !i
        scf.yield %other : i32
      }
      // Elements: ((page * kv_heads + head) * #page + key % #page) * 2d + chunk * 8
      %page_i64 = arith.extui %key_page : i32 to i64
      %kv_heads_i64 = arith.extui %kv_heads : i32 to i64
      %kv_head_i64 = arith.extui %kv_head : i32 to i64
      %page_size_i64 = arith.extui %page : i32 to i64
      %page_heads = arith.muli %page_i64, %kv_heads_i64 : i64
      %page_head = arith.addi %page_heads, %kv_head_i64 : i64
      %page_row = arith.muli %page_head, %page_size_i64 : i64
      %two_d = arith.shli %d, %c1 : i32
      %two_d_i64 = arith.extui %two_d : i32 to i64
      %page_at = arith.muli %page_row, %two_d_i64 : i64
      %row_at = arith.muli %in_page, %two_d : i32
      %column = arith.muli %chunk, %c8 : i32
      %in_page_at = arith.addi %row_at, %column : i32
      %in_page_at_i64 = arith.extui %in_page_at : i32 to i64
      %at = arith.addi %page_at, %in_page_at_i64 : i64
      %from_k = llvm.getelementptr %pointer[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, !elem
      %from_v = llvm.getelementptr %from_k[%d] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !elem
      %offset = func.call @shared_offset(%in_tile, %chunk) : (i32, i32) -> i32
      %k_offset = arith.addi %k_at, %offset : i32
      %to_k = func.call @shared(%k_offset) : (i32) -> !llvm.ptr<3>
      %to_v = llvm.getelementptr %to_k[%v_bytes] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      nvvm.cp.async.shared.global %to_k, %from_k, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
      nvvm.cp.async.shared.global %to_v, %from_v, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
    } {llvm.loop_annotation = #unroll}
    return
  }

  // scores = q . k for the warp's rows and the tile's keys.
  func.func private @multiply_keys(%k_at: i32, %scores: !sums) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %c4 = arith.constant 4 : i32
    %c7 = arith.constant 7 : i32
    %c8 = arith.constant 8 : i32
    %c15 = arith.constant 15 : i32
    %c16 = arith.constant 16 : i32
    %c32 = arith.constant 32 : i32
    %zeros = arith.constant dense<0.0> : !quad
    %d = func.call @d() : () -> i32
    %keys = func.call @tile_keys() : () -> i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %lane = func.call @lane() : () -> i32
    %warp_row = func.call @warp_row() : () -> i32
    %steps = arith.divui %d, %c16 : i32
    %key_tiles = arith.divui %keys, %c8 : i32
    %key_pairs = arith.divui %keys, %c16 : i32
    %rows_bytes = arith.muli %d, %c32 : i32  // of 16 rows
    // Matrices of A: upper and lower rows, then the same of the next 8 of d. Of B: 8 keys, 8 of d and the next 8; then the next 8 keys.
    %q_lane_row = arith.andi %lane, %c15 : i32
    %q_row = arith.addi %warp_row, %q_lane_row : i32
    %q_half = arith.shrui %lane, %c4 : i32
    %k_low = arith.andi %lane, %c7 : i32
    %k_upper = arith.shrui %lane, %c4 : i32
    %k_upper_row = arith.muli %k_upper, %c8 : i32
    %k_row = arith.addi %k_low, %k_upper_row : i32
    %k_quarter = arith.shrui %lane, %c3 : i32
    %k_half = arith.andi %k_quarter, %c1 : i32
    %queries = memref.alloca() : !operands
    %score_count = arith.muli %key_tiles, %row_tiles : i32
    scf.for %i = %zero to %score_count step %c1 : i32 {
      %to = arith.index_cast %i : i32 to index
      memref.store %zeros, %scores[%to] : !sums
    } {llvm.loop_annotation = #unroll}
    %q_lane = func.call @shared_offset(%q_row, %q_half) : (i32, i32) -> i32
    %k_lane = func.call @shared_offset(%k_row, %k_half) : (i32, i32) -> i32
    %k_lane_at = arith.addi %k_at, %k_lane : i32
    scf.for %step = %zero to %steps step %c1 : i32 {
      %flip = arith.muli %step, %c32 : i32
      %q_offset = arith.xori %q_lane, %flip : i32
      %q_at = func.call @shared(%q_offset) : (i32) -> !llvm.ptr<3>
      scf.for %m = %zero to %row_tiles step %c1 : i32 {
        %rows = arith.muli %m, %rows_bytes : i32
        %from = llvm.getelementptr %q_at[%rows] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
        %a = func.call @load_matrices(%from) : (!llvm.ptr<3>) -> !a
        %to = arith.index_cast %m : i32 to index
        memref.store %a, %queries[%to] : !operands
      } {llvm.loop_annotation = #unroll}
      %k_offset = arith.xori %k_lane_at, %flip : i32
      %k_first = func.call @shared(%k_offset) : (i32) -> !llvm.ptr<3>
      scf.for %pair = %zero to %key_pairs step %c1 : i32 {
        %rows = arith.muli %pair, %rows_bytes : i32
        %from = llvm.getelementptr %k_first[%rows] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
        %b = func.call @load_matrices(%from) : (!llvm.ptr<3>) -> !a
        scf.for %m = %zero to %row_tiles step %c1 : i32 {
          %query = arith.index_cast %m : i32 to index
          %a = memref.load %queries[%query] : !operands
          %score_row = arith.muli %m, %key_tiles : i32
          %column = arith.muli %pair, %c2 : i32
          %at = arith.addi %score_row, %column : i32
          func.call @multiply(%scores, %at, %a, %b) : (!sums, i32, !a, !a) -> ()
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Scores of keys behind their row become -infinity.
  func.func private @mask(%scores: !sums, %first_key: i32, %warp_position: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %c8 = arith.constant 8 : i32
    %c16 = arith.constant 16 : i32
    %columns = arith.constant dense<[0, 1, 0, 1]> : vector<4xi32>
    %minus_infinity = arith.constant dense<0xFF800000> : !quad
    %keys = func.call @tile_keys() : () -> i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %lane = func.call @lane() : () -> i32
    %key_tiles = arith.divui %keys, %c8 : i32
    %in_quad = arith.andi %lane, %c3 : i32
    %column = arith.muli %in_quad, %c2 : i32
    %lane_row = arith.shrui %lane, %c2 : i32
    %lane_key = arith.addi %first_key, %column : i32
    %lane_position = arith.addi %warp_position, %lane_row : i32
    scf.for %m = %zero to %row_tiles step %c1 : i32 {
      %rows = arith.muli %m, %c16 : i32
      %upper = arith.addi %lane_position, %rows : i32
      %lower = arith.addi %upper, %c8 : i32
      %positions = vector.from_elements %upper, %upper, %lower, %lower : vector<4xi32>
      scf.for %n = %zero to %key_tiles step %c1 : i32 {
        %tile_column = arith.muli %n, %c8 : i32
        %key = arith.addi %lane_key, %tile_column : i32
        %same_key = vector.broadcast %key : i32 to vector<4xi32>
        %keys_of_lane = arith.addi %same_key, %columns : vector<4xi32>
        %sees = arith.cmpi sle, %keys_of_lane, %positions : vector<4xi32>
        %score_row = arith.muli %m, %key_tiles : i32
        %score = arith.addi %score_row, %n : i32
        %at = arith.index_cast %score : i32 to index
        %s = memref.load %scores[%at] : !sums
        %t = arith.select %sees, %s, %minus_infinity : vector<4xi1>, !quad
        memref.store %t, %scores[%at] : !sums
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The maximum over the four lanes that share a row.
  func.func private @quad_max(%x: f32) -> f32 {
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %width = arith.constant 32 : i32
    %near, %valid = gpu.shuffle xor %x, %c1, %width : f32
    %two = llvm.intr.maxnum(%x, %near) : (f32, f32) -> f32
    %far, %valid_far = gpu.shuffle xor %two, %c2, %width : f32
    %four = llvm.intr.maxnum(%two, %far) : (f32, f32) -> f32
    return %four : f32
  }

  // Turns scores into probabilities relative to the rows' maxima so far, in base 2 (|scale| includes log2 e), and scales what was summed before down to those.
  // The first tile gives every row a key, so no maximum stays -infinity.
  func.func private @soften(%scores: !sums, %scale: f32, %max: !per_row, %total: !per_row, %sums: !sums) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c8 = arith.constant 8 : i32
    %d = func.call @d() : () -> i32
    %keys = func.call @tile_keys() : () -> i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %key_tiles = arith.divui %keys, %c8 : i32
    %column_tiles = arith.divui %d, %c8 : i32
    scf.for %m = %zero to %row_tiles step %c1 : i32 {
      %upper_row = arith.muli %m, %c2 : i32
      %lower_row = arith.addi %upper_row, %c1 : i32
      %upper = arith.index_cast %upper_row : i32 to index
      %lower = arith.index_cast %lower_row : i32 to index
      %old_upper = memref.load %max[%upper] : !per_row
      %old_lower = memref.load %max[%lower] : !per_row
      %score_row = arith.muli %m, %key_tiles : i32
      %score_end = arith.addi %score_row, %key_tiles : i32
      %best:2 = scf.for %n = %score_row to %score_end step %c1 iter_args(%u = %old_upper, %l = %old_lower) -> (f32, f32) : i32 {
        %at = arith.index_cast %n : i32 to index
        %s = memref.load %scores[%at] : !sums
        %s0 = vector.extract %s[0] : f32 from !quad
        %s1 = vector.extract %s[1] : f32 from !quad
        %s2 = vector.extract %s[2] : f32 from !quad
        %s3 = vector.extract %s[3] : f32 from !quad
        %u0 = llvm.intr.maxnum(%u, %s0) : (f32, f32) -> f32
        %u1 = llvm.intr.maxnum(%u0, %s1) : (f32, f32) -> f32
        %l0 = llvm.intr.maxnum(%l, %s2) : (f32, f32) -> f32
        %l1 = llvm.intr.maxnum(%l0, %s3) : (f32, f32) -> f32
        scf.yield %u1, %l1 : f32, f32
      } {llvm.loop_annotation = #unroll}
      %new_upper = func.call @quad_max(%best#0) : (f32) -> f32
      %new_lower = func.call @quad_max(%best#1) : (f32) -> f32
      %upper_change = arith.subf %old_upper, %new_upper : f32
      %lower_change = arith.subf %old_lower, %new_lower : f32
      %upper_exponent = arith.mulf %upper_change, %scale : f32
      %lower_exponent = arith.mulf %lower_change, %scale : f32
      %upper_factor = func.call @exp2(%upper_exponent) : (f32) -> f32
      %lower_factor = func.call @exp2(%lower_exponent) : (f32) -> f32
      %old_upper_total = memref.load %total[%upper] : !per_row
      %old_lower_total = memref.load %total[%lower] : !per_row
      %upper_total = arith.mulf %old_upper_total, %upper_factor : f32
      %lower_total = arith.mulf %old_lower_total, %lower_factor : f32
      %scales = vector.broadcast %scale : f32 to !quad
      %maxima = vector.from_elements %new_upper, %new_upper, %new_lower, %new_lower : !quad
      %scaled_maxima = arith.mulf %maxima, %scales : !quad
      %offsets = arith.negf %scaled_maxima : !quad
      %totals:2 = scf.for %n = %score_row to %score_end step %c1 iter_args(%u = %upper_total, %l = %lower_total) -> (f32, f32) : i32 {
        %at = arith.index_cast %n : i32 to index
        %s = memref.load %scores[%at] : !sums
        %exponents = vector.fma %s, %scales, %offsets : !quad
        %e0 = vector.extract %exponents[0] : f32 from !quad
        %e1 = vector.extract %exponents[1] : f32 from !quad
        %e2 = vector.extract %exponents[2] : f32 from !quad
        %e3 = vector.extract %exponents[3] : f32 from !quad
        %p0 = func.call @exp2(%e0) : (f32) -> f32
        %p1 = func.call @exp2(%e1) : (f32) -> f32
        %p2 = func.call @exp2(%e2) : (f32) -> f32
        %p3 = func.call @exp2(%e3) : (f32) -> f32
        %u0 = arith.addf %u, %p0 : f32
        %u1 = arith.addf %u0, %p1 : f32
        %l0 = arith.addf %l, %p2 : f32
        %l1 = arith.addf %l0, %p3 : f32
        %p = vector.from_elements %p0, %p1, %p2, %p3 : !quad
        memref.store %p, %scores[%at] : !sums
        scf.yield %u1, %l1 : f32, f32
      } {llvm.loop_annotation = #unroll}
      memref.store %new_upper, %max[%upper] : !per_row
      memref.store %new_lower, %max[%lower] : !per_row
      memref.store %totals#0, %total[%upper] : !per_row
      memref.store %totals#1, %total[%lower] : !per_row
      %factors = vector.from_elements %upper_factor, %upper_factor, %lower_factor, %lower_factor : !quad
      %sum_row = arith.muli %m, %column_tiles : i32
      %sum_end = arith.addi %sum_row, %column_tiles : i32
      scf.for %n = %sum_row to %sum_end step %c1 : i32 {
        %at = arith.index_cast %n : i32 to index
        %old = memref.load %sums[%at] : !sums
        %new = arith.mulf %old, %factors : !quad
        memref.store %new, %sums[%at] : !sums
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // sums += probabilities . v
  func.func private @multiply_values(%v_at: i32, %probabilities: !sums, %sums: !sums) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %c15 = arith.constant 15 : i32
    %c16 = arith.constant 16 : i32
    %c32 = arith.constant 32 : i32
    %d = func.call @d() : () -> i32
    %keys = func.call @tile_keys() : () -> i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %lane = func.call @lane() : () -> i32
    %key_tiles = arith.divui %keys, %c8 : i32
    %steps = arith.divui %keys, %c16 : i32
    %column_tiles = arith.divui %d, %c8 : i32
    %column_pairs = arith.divui %d, %c16 : i32
    %rows_bytes = arith.muli %d, %c32 : i32  // of 16 rows
    // Matrices of B, transposed on the way: 8 keys of 8 of d, the next 8 keys; then the same of the next 8 of d.
    %lane_row = arith.andi %lane, %c15 : i32
    %half = arith.shrui %lane, %c4 : i32
    %in_tile = func.call @shared_offset(%lane_row, %half) : (i32, i32) -> i32
    %lane_at = arith.addi %v_at, %in_tile : i32
    %operands = memref.alloca() : !operands
    scf.for %step = %zero to %steps step %c1 : i32 {
      scf.for %m = %zero to %row_tiles step %c1 : i32 {
        %key_tile = arith.muli %step, %c2 : i32
        %score_row = arith.muli %m, %key_tiles : i32
        %left_tile = arith.addi %score_row, %key_tile : i32
        %right_tile = arith.addi %left_tile, %c1 : i32
        %left_at = arith.index_cast %left_tile : i32 to index
        %right_at = arith.index_cast %right_tile : i32 to index
        %left = memref.load %probabilities[%left_at] : !sums
        %right = memref.load %probabilities[%right_at] : !sums
        %a = func.call @narrow_tiles(%left, %right) : (!quad, !quad) -> !a
        %to = arith.index_cast %m : i32 to index
        memref.store %a, %operands[%to] : !operands
      } {llvm.loop_annotation = #unroll}
      %rows = arith.muli %step, %rows_bytes : i32
      scf.for %pair = %zero to %column_pairs step %c1 : i32 {
        %column_tile = arith.muli %pair, %c2 : i32
        %flip = arith.muli %pair, %c32 : i32
        %offset = arith.xori %lane_at, %flip : i32
        %first = func.call @shared(%offset) : (i32) -> !llvm.ptr<3>
        %from = llvm.getelementptr %first[%rows] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
        %b = func.call @load_transposed(%from) : (!llvm.ptr<3>) -> !a
        scf.for %m = %zero to %row_tiles step %c1 : i32 {
          %operand = arith.index_cast %m : i32 to index
          %a = memref.load %operands[%operand] : !operands
          %sum_row = arith.muli %m, %column_tiles : i32
          %at = arith.addi %sum_row, %column_tile : i32
          func.call @multiply(%sums, %at, %a, %b) : (!sums, i32, !a, !a) -> ()
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Divides the sums by the totals of their rows and writes the rows up to the last.
  func.func private @write(%sums: !sums, %total: !per_row, %out: !q, %warp_row: i32, %last_row: i32, %heads: i32, %head: i32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %c8 = arith.constant 8 : i32
    %f1 = arith.constant 1.0 : f32
    %width = arith.constant 32 : i32
    %d = func.call @d() : () -> i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %lane = func.call @lane() : () -> i32
    %column_tiles = arith.divui %d, %c8 : i32
    %in_quad = arith.andi %lane, %c3 : i32
    %column = arith.muli %in_quad, %c2 : i32
    %lane_row = arith.shrui %lane, %c2 : i32
    %first_row = arith.addi %warp_row, %lane_row : i32
    // |half|: a row tile's upper or lower rows.
    %is_bf16 = func.call @is_bf16() : () -> i1
    %halves = arith.muli %row_tiles, %c2 : i32
    scf.for %half = %zero to %halves step %c1 : i32 {
      %half_at = arith.index_cast %half : i32 to index
      %own = memref.load %total[%half_at] : !per_row
      %near, %near_valid = gpu.shuffle xor %own, %c1, %width : f32
      %two = arith.addf %own, %near : f32
      %far, %far_valid = gpu.shuffle xor %two, %c2, %width : f32
      %whole = arith.addf %two, %far : f32
      %factor = arith.divf %f1, %whole : f32
      %rows = arith.muli %half, %c8 : i32
      %row = arith.addi %first_row, %rows : i32
      %inside = arith.cmpi ule, %row, %last_row : i32
      scf.if %inside {
        %m = arith.divui %half, %c2 : i32
        %is_lower = arith.remui %half, %c2 : i32
        %lower = arith.cmpi eq, %is_lower, %c1 : i32
        %row_index = arith.index_cast %row : i32 to index
        %heads_index = arith.index_cast %heads : i32 to index
        %head_index = arith.index_cast %head : i32 to index
        %d_index = arith.constant #d
        %row_heads = arith.muli %row_index, %heads_index : index
        %item = arith.addi %row_heads, %head_index : index
        %item_at = arith.muli %item, %d_index : index
        scf.for %n = %zero to %column_tiles step %c1 : i32 {
          %sum_row = arith.muli %m, %column_tiles : i32
          %sum = arith.addi %sum_row, %n : i32
          %sum_at = arith.index_cast %sum : i32 to index
          %s = memref.load %sums[%sum_at] : !sums
          %s0 = vector.extract %s[0] : f32 from !quad
          %s1 = vector.extract %s[1] : f32 from !quad
          %s2 = vector.extract %s[2] : f32 from !quad
          %s3 = vector.extract %s[3] : f32 from !quad
          %a = arith.select %lower, %s2, %s0 : f32
          %b = arith.select %lower, %s3, %s1 : f32
          %x = arith.mulf %a, %factor : f32
          %y = arith.mulf %b, %factor : f32
          %bits = func.call @pair(%is_bf16, %x, %y) : (i1, f32, f32) -> i32
          %narrowed = llvm.bitcast %bits : i32 to !pair
          %columns = arith.muli %n, %c8 : i32
          %at_column = arith.addi %columns, %column : i32
          %at_column_index = arith.index_cast %at_column : i32 to index
          %at = arith.addi %item_at, %at_column_index : index
          vector.store %narrowed, %out[%at] {alignment = 4} : !q, !pair
        } {llvm.loop_annotation = #unroll}
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // One pass: rows first_row .. of query head |head|, 64 to a row tile of the warps.
  func.func private @attend(%q: !q, %pool: !pool, %page_table: !i, %out: !q, %first_row: i32, %last_row: i32, %first_position: i32, %heads: i32,
                            %head: i32, %scale: f32) {
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %c16 = arith.constant 16 : i32
    %c64 = arith.constant 64 : i32
    %queries_bytes = arith.constant 32768 : i32
    %stage_bytes = arith.constant 32768 : i32
    %v_bytes = arith.constant 16384 : i32
    %f0 = arith.constant 0.0 : f32
    %minus_infinity = arith.constant 0xFF800000 : f32
    %zeros = arith.constant dense<0.0> : !quad
    %group_index = arith.constant #group
    %group = arith.index_cast %group_index : index to i32
    %keys = func.call @tile_keys() : () -> i32
    %row_tiles = func.call @row_tiles() : () -> i32
    %kv_head = arith.divui %head, %group : i32
    %rows = arith.muli %row_tiles, %c64 : i32
    %end_row = arith.addi %first_row, %rows : i32
    %any_last_row = arith.subi %end_row, %c1 : i32
    %pass_last_row = arith.minui %any_last_row, %last_row : i32
    %last_key = arith.addi %first_position, %pass_last_row : i32
    %last_tile = arith.divui %last_key, %keys : i32
    %tiles = arith.addi %last_tile, %c1 : i32
    %row_in_pass = func.call @warp_row() : () -> i32
    %warp_row = arith.addi %first_row, %row_in_pass : i32
    %warp_position = arith.addi %first_position, %warp_row : i32
    %scores = memref.alloca() : !sums
    %sums = memref.alloca() : !sums
    %max = memref.alloca() : !per_row
    %total = memref.alloca() : !per_row
    scf.for %i = %zero to %c64 step %c1 : i32 {
      %at = arith.index_cast %i : i32 to index
      memref.store %zeros, %sums[%at] : !sums
    } {llvm.loop_annotation = #unroll}
    scf.for %i = %zero to %c4 step %c1 : i32 {
      %at = arith.index_cast %i : i32 to index
      memref.store %minus_infinity, %max[%at] : !per_row
      memref.store %f0, %total[%at] : !per_row
    } {llvm.loop_annotation = #unroll}
    func.call @copy_queries(%q, %first_row, %pass_last_row, %heads, %head) : (!q, i32, i32, i32, i32) -> ()
    func.call @copy_keys(%pool, %page_table, %kv_head, %zero, %last_key) : (!pool, !i, i32, i32, i32) -> ()
    nvvm.cp.async.commit.group
    scf.for %tile = %zero to %tiles step %c1 : i32 {
      // The tile is here for everyone, and everyone is done with the one before it, whose stage the next takes.
      nvvm.cp.async.wait.group 0
      gpu.barrier
      %next = arith.addi %tile, %c1 : i32
      %more = arith.cmpi ult, %next, %tiles : i32
      scf.if %more {
        func.call @copy_keys(%pool, %page_table, %kv_head, %next, %last_key) : (!pool, !i, i32, i32, i32) -> ()
        nvvm.cp.async.commit.group
      }
      %parity = arith.andi %tile, %c1 : i32
      %stage_at = arith.muli %parity, %stage_bytes : i32
      %k_at = arith.addi %stage_at, %queries_bytes : i32
      %v_at = arith.addi %k_at, %v_bytes : i32
      func.call @multiply_keys(%k_at, %scores) : (i32, !sums) -> ()
      %first_key = arith.muli %tile, %keys : i32
      %end_key = arith.addi %first_key, %keys : i32
      %last_of_tile = arith.subi %end_key, %c1 : i32
      %hides = arith.cmpi sgt, %last_of_tile, %warp_position : i32
      scf.if %hides {
        func.call @mask(%scores, %first_key, %warp_position) : (!sums, i32, i32) -> ()
      }
      func.call @soften(%scores, %scale, %max, %total, %sums) : (!sums, f32, !per_row, !per_row, !sums) -> ()
      func.call @multiply_values(%v_at, %scores, %sums) : (i32, !sums, !sums) -> ()
    }
    func.call @write(%sums, %total, %out, %warp_row, %pass_last_row, %heads, %head) : (!sums, !per_row, !q, i32, i32, i32, i32) -> ()
    return
  }

  // Grid (ceil(T / 128), query heads).
  gpu.func @attend_prefill(%q: !q, %pool: !pool, %page_table: !i, %positions: !i, %out: !q, %T: i64, %scale: f64)
      kernel attributes {known_block_size = array<i32: 128, 1, 1>, spc.shared_bytes = 98304, spc.block_rows = 128} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %log2e = arith.constant 1.4426950408889634 : f64
    %group_index = arith.constant #group
    %group = arith.index_cast %group_index : index to i32
    %x_index = gpu.block_id x
    %y_index = gpu.block_id y
    %blocks_index = gpu.grid_dim x
    %heads_index = gpu.grid_dim y
    %x = arith.index_cast %x_index : index to i32
    %y = arith.index_cast %y_index : index to i32
    %blocks = arith.index_cast %blocks_index : index to i32
    %heads = arith.index_cast %heads_index : index to i32
    // The order in which blocks start, x first, is shared out as (KV head, rows from the last, head of the group).
    %y_at = arith.muli %y, %blocks : i32
    %start = arith.addi %y_at, %x : i32
    %of_kv_head = arith.muli %blocks, %group : i32
    %kv_head = arith.divui %start, %of_kv_head : i32
    %in_kv_head = arith.remui %start, %of_kv_head : i32
    %from_last = arith.divui %in_kv_head, %group : i32
    %in_group = arith.remui %in_kv_head, %group : i32
    %group_at = arith.muli %kv_head, %group : i32
    %head = arith.addi %group_at, %in_group : i32
    %blocks_left = arith.subi %blocks, %from_last : i32
    %block = arith.subi %blocks_left, %c1 : i32
    %begin = arith.muli %block, %c128 : i32
    %rows = arith.trunci %T : i64 to i32
    %last_row = arith.subi %rows, %c1 : i32
    %first_position = memref.load %positions[%c0] : !i
    %base2 = arith.mulf %scale, %log2e : f64
    %s = arith.truncf %base2 : f64 to f32
    %row_tiles = func.call @row_tiles() : () -> i32
    %pass_rows = arith.muli %row_tiles, %c64 : i32
    %passes = arith.divui %c128, %pass_rows : i32
    scf.for %pass = %zero to %passes step %c1 : i32 {
      %pass_at = arith.muli %pass, %pass_rows : i32
      %row = arith.addi %begin, %pass_at : i32
      %inside = arith.cmpi ule, %row, %last_row : i32
      scf.if %inside {
        func.call @attend(%q, %pool, %page_table, %out, %row, %last_row, %first_position, %heads, %head, %s)
            : (!q, !pool, !i, !q, i32, i32, i32, i32, i32, f32) -> ()
        gpu.barrier
      }
    }
    gpu.return
  }
}
