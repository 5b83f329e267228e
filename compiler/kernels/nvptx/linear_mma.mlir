// y[r, n] = x[r] . W[n] + bias[n] + residual[r, n] on the tensor cores, for weights of 16 bits and up to 8 * #slabs rows of x: W is read once, at the speed of
// memory. x and y have the weights' type or f32; products have the weights' type, sums are f32. Where x and y are f32, x is multiplied in two parts, what it
// rounds to and what that leaves, so that the weights' type costs it 2^-17 (bf16) or 2^-22 (f16), not the half of its digits; for a y of 16 bits it is rounded.
//
// The blocks, any number of them, share out the tiles of 16 columns of y (16 rows of W), each a run of successive ones, which it takes in groups of up to 4. The 8
// warps of a block divide k: warp w has the chunks w, w + 8, .. of 64 numbers. A warp streams units of 16 rows by 64 k (2 KiB) through a ring in shared memory that is
// its own (cp.async), #stages - 1 units ahead of what it multiplies, over tiles, chunks and groups without a break and with no barrier of the block; the ring is
// filled before the kernel's predecessor has ended. x comes from the caches to registers; a group reads
// it once for its 4 tiles. At the end of a group the warps' sums are added through shared memory, in the order of the warps.
//
// Beside prefetches a block's run follows from where it is: on a multiprocessor that holds a block of a prefetch it is slow, and takes a shorter one (@place, @share).
//
// So an element's sum has one order, which K alone determines: a row has the same bits in any batch, with any grid, on any multiprocessor.
//
// mma.m16n8k16 adds products over k in any order of k that A and B share. Lane l takes 16 bytes, 8 successive k: of rows l/4 and l/4 + 8 of W as A and of row l/4 of
// x as B; the first 8 bytes feed one mma, the last 8 another. A row of a unit is 8 pieces of 16 bytes; odd rows have their halves exchanged, so that 8 lanes
// read 8 different places of a line.

!elem = bf16
!x = bf16
!y = f32
#slabs = 1 : index   // of 8 rows of x
#stages = 5 : index  // units in a warp's ring
!w = memref<1099511627776x!elem, 1>
!xs = memref<1099511627776x!x, 1>
!ys = memref<1099511627776x!y, 1>
!f = memref<1099511627776xf32, 1>
!words = vector<4xi32>
!quad = vector<4xf32>
!x_stored = vector<8x!x>
!parts = vector<8xi32>               // 8 numbers of x in the weights' type; then what that leaves of an f32 x
!x_words = memref<16xvector<4xi32>>  // [part][slab][half of the chunk]
!sums = memref<16xvector<4xf32>>    // [tile of the group][slab]
!i = memref<1099511627776xi32, 1>
!place = memref<1xi32, #gpu.address_space<workgroup>>
!state = memref<4xi32>              // the unit to be copied next: first tile of its group, its k, tile in the group; and its byte in the ring
#rolled = #llvm.loop_annotation<unroll = <disable = true>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  // 8 rings, then the warps' sums of 8 columns of x by 64 of y, 4 numbers between the columns: 16384 * #stages + 8 * 8 * 68 * 4 bytes.
  llvm.mlir.global external @linear_shared() {addr_space = 3 : i32, alignment = 128 : i64} : !llvm.array<0 x i8>

  func.func private @mma(i1, !words, i32, i32, !quad) -> !quad
  func.func private @load_words(i64, i64) -> !words
  func.func private @multiprocessor() -> i32

  func.func private @shared(%offset: i32) -> !llvm.ptr<3> {
    %base = llvm.mlir.addressof @linear_shared : !llvm.ptr<3>
    %at = llvm.getelementptr %base[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
    return %at : !llvm.ptr<3>
  }

  func.func private @stages() -> i32 {
    %stages_index = arith.constant #stages
    %stages = arith.index_cast %stages_index : index to i32
    return %stages : i32
  }

  // The bytes of a warp's ring.
  func.func private @ring() -> i32 {
    %unit = arith.constant 2048 : i32
    %stages = func.call @stages() : () -> i32
    %bytes = arith.muli %stages, %unit : i32
    return %bytes : i32
  }

  // Until the oldest unit has come in all lanes. All of them have then read the one before, too, whose place the next copy takes.
  func.func private @wait_unit() {
    %two = arith.constant 2 : i32
    %all_lanes = arith.constant -1 : i32
    %stages = func.call @stages() : () -> i32
    %still_on_their_way = arith.subi %stages, %two : i32
    llvm.inline_asm has_side_effects "cp.async.wait_group $0;", "n,~{memory}" %still_on_their_way : (i32) -> ()
    nvvm.bar.warp.sync %all_lanes : i32
    return
  }

  // The thread's number, read anew at each call: what follows from it is not computed before a loop and kept in registers.
  func.func private @thread() -> i32 {
    %thread = llvm.inline_asm has_side_effects "mov.u32 $0, %tid.x;", "=r" : () -> i32
    return %thread : i32
  }

  // Which 16-bit type it is: 1 has other bits in f16.
  func.func private @is_bf16() -> i1 {
    %one = arith.constant 1.0 : !elem
    %bits = arith.bitcast %one : !elem to i16
    %bf16_one = arith.constant 0x3F80 : i16
    %is = arith.cmpi eq, %bits, %bf16_one : i16
    return %is : i1
  }

  func.func private @x_is_f32() -> i1 {
    %null = llvm.mlir.zero : !llvm.ptr<1>
    %next = llvm.getelementptr %null[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, !x
    %size = llvm.ptrtoint %next : !llvm.ptr<1> to i32
    %four = arith.constant 4 : i32
    %is = arith.cmpi eq, %size, %four : i32
    return %is : i1
  }

  // How many parts of x are multiplied.
  func.func private @parts() -> index {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %null = llvm.mlir.zero : !llvm.ptr<1>
    %next = llvm.getelementptr %null[1] : (!llvm.ptr<1>) -> !llvm.ptr<1>, !y
    %size = llvm.ptrtoint %next : !llvm.ptr<1> to i32
    %four = arith.constant 4 : i32
    %y_is_f32 = arith.cmpi eq, %size, %four : i32
    %x_is_f32 = func.call @x_is_f32() : () -> i1
    %both = arith.andi %x_is_f32, %y_is_f32 : i1
    %parts = arith.select %both, %c2, %c1 : index
    return %parts : index
  }

  // The block's place among all of them. Beside prefetches (|copying| is not 0) blocks count themselves in the turn of this launch when they begin, from the first place on, and those on a
  // multiprocessor that holds a block of a prefetch from the last place down: low half and high half of the turn's count. The last to begin leaves zero for the next launch of that turn.
  func.func private @place(%copying: i64, %turn: i64, %block: i32, %blocks: i32, %place_of_block: !place) -> i32 {
    %c0 = arith.constant 0 : index
    %none = arith.constant 0 : i64
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %one_high = arith.constant 65536 : i32
    %low = arith.constant 65535 : i32
    %half = arith.constant 16 : i32
    %given = arith.cmpi ne, %copying, %none : i64
    %place = scf.if %given -> i32 {
      %thread = func.call @thread() : () -> i32
      %is_first = arith.cmpi eq, %thread, %zero : i32
      scf.if %is_first {
        %number = func.call @multiprocessor() : () -> i32
        %base = llvm.inttoptr %copying : i64 to !llvm.ptr<1>
        %copies_at = llvm.getelementptr %base[%number] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32
        %copies = llvm.load volatile %copies_at : !llvm.ptr<1> -> i32
        %crowded = arith.cmpi ne, %copies, %zero : i32
        %by = arith.select %crowded, %one_high, %one : i32
        %turns = arith.constant 1024 : i64
        %turn_at = arith.addi %turns, %turn : i64
        %count = llvm.getelementptr %base[%turn_at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
        %old = llvm.atomicrmw add %count, %by syncscope("device") monotonic : !llvm.ptr<1>, i32
        %front = arith.andi %old, %low : i32
        %back = arith.shrui %old, %half : i32
        %others = arith.addi %front, %back : i32
        %last_place = arith.subi %blocks, %one : i32
        %is_last = arith.cmpi eq, %others, %last_place : i32
        scf.if %is_last {
          llvm.store %zero, %count : i32, !llvm.ptr<1>
        }
        %from_back = arith.subi %last_place, %back : i32
        %its_place = arith.select %crowded, %from_back, %front : i32
        memref.store %its_place, %place_of_block[%c0] : !place
      }
      gpu.barrier
      %taken = memref.load %place_of_block[%c0] : !place
      scf.yield %taken : i32
    } else {
      scf.yield %block : i32
    }
    return %place : i32
  }

  // The first tile of the share of the block in place |place|: the first have one more where the tiles do not divide evenly. Or the last |crowded| blocks share what is left when all others
  // have as many as the largest share must have, and so have fewer wherever tiles do not divide evenly, while the rest has no more for it.
  func.func private @share(%tiles: i32, %place: i32, %blocks: i32, %crowded: i32) -> i32 {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %some = arith.cmpi ne, %crowded, %zero : i32
    %first = scf.if %some -> i32 {
      %tiles_up = arith.addi %tiles, %blocks : i32
      %tiles_less = arith.subi %tiles_up, %one : i32
      %most = arith.divui %tiles_less, %blocks : i32
      %full_blocks = arith.subi %blocks, %crowded : i32
      %full_before = arith.minui %place, %full_blocks : i32
      %any_before = arith.muli %full_before, %most : i32
      %before = arith.minui %any_before, %tiles : i32
      %any_full_tiles = arith.muli %full_blocks, %most : i32
      %full_tiles = arith.minui %any_full_tiles, %tiles : i32
      %left = arith.subi %tiles, %full_tiles : i32
      %crowded_before = arith.subi %place, %full_before : i32
      %parts = arith.muli %left, %crowded_before : i32
      %more_before = arith.divui %parts, %crowded : i32
      %f = arith.addi %before, %more_before : i32
      scf.yield %f : i32
    } else {
      %each = arith.divui %tiles, %blocks : i32
      %more = arith.remui %tiles, %blocks : i32
      %before = arith.muli %each, %place : i32
      %more_before = arith.minui %place, %more : i32
      %f = arith.addi %before, %more_before : i32
      scf.yield %f : i32
    }
    return %first : i32
  }

  // One number of W or zero past the row's end.
  func.func private @w_or_zero(%w: !w, %row_at: i64, %k: i32, %size: i32) -> !elem {
    %zero = arith.constant 0.0 : !elem
    %inside = arith.cmpi ult, %k, %size : i32
    %value = scf.if %inside -> !elem {
      %k_i64 = arith.extui %k : i32 to i64
      %at_i64 = arith.addi %row_at, %k_i64 : i64
      %at = arith.index_cast %at_i64 : i64 to index
      %v = memref.load %w[%at] : !w
      scf.yield %v : !elem
    } else {
      scf.yield %zero : !elem
    }
    return %value : !elem
  }

  // Begins to copy 16 bytes of row |row| of W from |k| on to byte |to| of shared memory; zeros for k past the end. Rows past the last repeat it.
  func.func private @copy_piece(%w: !w, %row: i32, %last_row: i32, %k: i32, %size: i32, %aligned: i1, %to: i32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %none = arith.constant 0 : i32
    %eight = arith.constant 8 : i32
    %sixteen = arith.constant 16 : i32
    %held_row = arith.minui %row, %last_row : i32
    %row_i64 = arith.extui %held_row : i32 to i64
    %size_i64 = arith.extui %size : i32 to i64
    %row_at = arith.muli %row_i64, %size_i64 : i64
    %pointer = func.call @shared(%to) : (i32) -> !llvm.ptr<3>
    scf.if %aligned {
      %last_k = arith.subi %size, %eight : i32
      %held_k = arith.minui %k, %last_k : i32
      %inside = arith.cmpi ule, %k, %last_k : i32
      %bytes = arith.select %inside, %sixteen, %none : i32
      %k_i64 = arith.extui %held_k : i32 to i64
      %at = arith.addi %row_at, %k_i64 : i64
      %base_index = memref.extract_aligned_pointer_as_index %w : !w -> index
      %base_i64 = arith.index_cast %base_index : index to i64
      %base = llvm.inttoptr %base_i64 : i64 to !llvm.ptr<1>
      %from = llvm.getelementptr %base[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, !elem
      nvvm.cp.async.shared.global %pointer, %from, 16, cache = cg, %bytes : !llvm.ptr<3>, !llvm.ptr<1>, i32
    } else {
      scf.for %i = %c0 to %c8 step %c1 {
        %i_i32 = arith.index_cast %i : index to i32
        %k_at = arith.addi %k, %i_i32 : i32
        %value = func.call @w_or_zero(%w, %row_at, %k_at, %size) : (!w, i64, i32, i32) -> !elem
        %to_one = llvm.getelementptr %pointer[%i_i32] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, !elem
        llvm.store %value, %to_one : !elem, !llvm.ptr<3>
      } {llvm.loop_annotation = #rolled}
    }
    return
  }

  // Begins to copy the next unit and moves on: the next tile of the group, else the next chunk, else the next group of the block. Always one group of copies, empty
  // after the last unit.
  func.func private @copy_unit(%w: !w, %last_row: i32, %size: i32, %aligned: i1, %end: i32, %state: !state) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %c4 = arith.constant 4 : index
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %four = arith.constant 4 : i32
    %seven = arith.constant 7 : i32
    %eight = arith.constant 8 : i32
    %sixteen = arith.constant 16 : i32
    %lanes = arith.constant 32 : i32
    %line = arith.constant 128 : i32
    %four_lines = arith.constant 512 : i32
    %unit = arith.constant 2048 : i32
    %ring = func.call @ring() : () -> i32
    %block_k = arith.constant 512 : i32
    %chunk = arith.constant 64 : i32
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %lane = arith.remui %thread, %lanes : i32
    %warp = arith.divui %thread, %lanes : i32
    %group = memref.load %state[%c0] : !state
    %k = memref.load %state[%c1] : !state
    %tile = memref.load %state[%c2] : !state
    %place = memref.load %state[%c3] : !state
    %some = arith.cmpi ult, %group, %end : i32
    scf.if %some {
      // Lane l copies piece l % 8 of rows l/8, l/8 + 4, ..
      %lane_row = arith.divui %lane, %eight : i32
      %piece = arith.andi %lane, %seven : i32
      %odd = arith.andi %lane_row, %one : i32
      %exchanged = arith.muli %odd, %four : i32
      %its_place = arith.xori %piece, %exchanged : i32
      %place_byte = arith.muli %its_place, %sixteen : i32
      %row_byte = arith.muli %lane_row, %line : i32
      %in_unit = arith.addi %row_byte, %place_byte : i32
      %ring_at = arith.muli %warp, %ring : i32
      %unit_at = arith.addi %ring_at, %place : i32
      %to = arith.addi %unit_at, %in_unit : i32
      %the_tile = arith.addi %group, %tile : i32
      %tile_row = arith.muli %the_tile, %sixteen : i32
      %first_row = arith.addi %tile_row, %lane_row : i32
      %piece_k = arith.muli %piece, %eight : i32
      %from_k = arith.addi %k, %piece_k : i32
      scf.for %j = %c0 to %c4 step %c1 {
        %j_i32 = arith.index_cast %j : index to i32
        %rows_on = arith.muli %j_i32, %four : i32
        %row = arith.addi %first_row, %rows_on : i32
        %bytes_on = arith.muli %j_i32, %four_lines : i32
        %to_row = arith.addi %to, %bytes_on : i32
        func.call @copy_piece(%w, %row, %last_row, %from_k, %size, %aligned, %to_row) : (!w, i32, i32, i32, i32, i1, i32) -> ()
      } {llvm.loop_annotation = #unroll}
      %next_tile = arith.addi %tile, %one : i32
      %left = arith.subi %end, %group : i32
      %tiles = arith.minui %left, %four : i32
      %chunk_done = arith.cmpi eq, %next_tile, %tiles : i32
      %new_tile = arith.select %chunk_done, %zero, %next_tile : i32
      %next_k = arith.addi %k, %block_k : i32
      %moved_k = arith.select %chunk_done, %next_k, %k : i32
      %group_done = arith.cmpi uge, %moved_k, %size : i32
      %warp_k = arith.muli %warp, %chunk : i32
      %new_k = arith.select %group_done, %warp_k, %moved_k : i32
      %next_group = arith.addi %group, %four : i32
      %new_group = arith.select %group_done, %next_group, %group : i32
      memref.store %new_group, %state[%c0] : !state
      memref.store %new_k, %state[%c1] : !state
      memref.store %new_tile, %state[%c2] : !state
    }
    %next_place = arith.addi %place, %unit : i32
    %wraps = arith.cmpi eq, %next_place, %ring : i32
    %new_place = arith.select %wraps, %zero, %next_place : i32
    memref.store %new_place, %state[%c3] : !state
    nvvm.cp.async.commit.group
    return
  }

  func.func private @split(%numbers: vector<8xf32>) -> !parts {
    %high = llvm.fptrunc %numbers : vector<8xf32> to vector<8x!elem>
    %high_wide = arith.extf %high : vector<8x!elem> to vector<8xf64>
    %rounded = arith.truncf %high_wide : vector<8xf64> to vector<8xf32>
    %left = arith.subf %numbers, %rounded : vector<8xf32>
    %low = llvm.fptrunc %left : vector<8xf32> to vector<8x!elem>
    %high_words = llvm.bitcast %high : vector<8x!elem> to !words
    %low_words = llvm.bitcast %low : vector<8x!elem> to !words
    %parts = vector.shuffle %high_words, %low_words [0, 1, 2, 3, 4, 5, 6, 7] : !words, !words
    return %parts : !parts
  }

  // 8 numbers of row |row| of x from |k| on, zeros past the end of k and of the rows.
  func.func private @load_x(%x: !xs, %row: i32, %rows: i32, %k: i32, %size: i32, %aligned: i1) -> !parts {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %zeros = arith.constant dense<0> : !parts
    %no_rest = arith.constant dense<0> : !words
    %zero = arith.constant 0.0 : f32
    %none = arith.constant dense<0.0> : vector<8xf32>
    %is_f32 = func.call @x_is_f32() : () -> i1
    %row_inside = arith.cmpi ult, %row, %rows : i32
    %k_inside = arith.cmpi ult, %k, %size : i32
    %inside = arith.andi %row_inside, %k_inside : i1
    %row_i64 = arith.extui %row : i32 to i64
    %size_i64 = arith.extui %size : i32 to i64
    %k_i64 = arith.extui %k : i32 to i64
    %row_at = arith.muli %row_i64, %size_i64 : i64
    %at_i64 = arith.addi %row_at, %k_i64 : i64
    %at = arith.index_cast %at_i64 : i64 to index
    %stored_as_needed = arith.constant true
    %is_narrow = arith.xori %is_f32, %stored_as_needed : i1
    %direct = arith.andi %is_narrow, %aligned : i1
    %parts = scf.if %inside -> !parts {
      %loaded = scf.if %direct -> !parts {
        %base_index = memref.extract_aligned_pointer_as_index %x : !xs -> index
        %base = arith.index_cast %base_index : index to i64
        %one = arith.constant 1 : i64
        %offset = arith.shli %at_i64, %one : i64
        %stored = func.call @load_words(%base, %offset) : (i64, i64) -> !words
        %v = vector.shuffle %stored, %no_rest [0, 1, 2, 3, 4, 5, 6, 7] : !words, !words
        scf.yield %v : !parts
      } else {
        %numbers = scf.if %aligned -> vector<8xf32> {
          %stored = vector.load %x[%at] {alignment = 16} : !xs, !x_stored
          %wide = arith.extf %stored : !x_stored to vector<8xf64>
          %v = arith.truncf %wide : vector<8xf64> to vector<8xf32>
          scf.yield %v : vector<8xf32>
        } else {
          %v = scf.for %i = %c0 to %c8 step %c1 iter_args(%so_far = %none) -> vector<8xf32> {
            %i_i32 = arith.index_cast %i : index to i32
            %k_at = arith.addi %k, %i_i32 : i32
            %in_row = arith.cmpi ult, %k_at, %size : i32
            %number = scf.if %in_row -> f32 {
              %one_at = arith.addi %at, %i : index
              %stored = memref.load %x[%one_at] : !xs
              %wide = arith.extf %stored : !x to f64
              %n = arith.truncf %wide : f64 to f32
              scf.yield %n : f32
            } else {
              scf.yield %zero : f32
            }
            // The numbers move down a place, so that no place is one of run time.
            %moved = vector.shuffle %so_far, %so_far [1, 2, 3, 4, 5, 6, 7, 0] : vector<8xf32>, vector<8xf32>
            %next = vector.insert %number, %moved[7] : f32 into vector<8xf32>
            scf.yield %next : vector<8xf32>
          } {llvm.loop_annotation = #rolled}
          scf.yield %v : vector<8xf32>
        }
        %v = func.call @split(%numbers) : (vector<8xf32>) -> !parts
        scf.yield %v : !parts
      }
      scf.yield %loaded : !parts
    } else {
      scf.yield %zeros : !parts
    }
    return %parts : !parts
  }

  // The chunk of x from |k| on: lane l has row l/4 of each slab, 8 numbers from 8 (l % 4) on of each half.
  func.func private @load_chunk(%x: !xs, %rows: i32, %k: i32, %size: i32, %aligned: i1, %chunk: !x_words) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c8 = arith.constant 8 : index
    %three = arith.constant 3 : i32
    %four = arith.constant 4 : i32
    %eight = arith.constant 8 : i32
    %half = arith.constant 32 : i32
    %slabs = arith.constant #slabs
    %thread = func.call @thread() : () -> i32
    %lane = arith.remui %thread, %half : i32
    %lane_row = arith.divui %lane, %four : i32
    %piece = arith.andi %lane, %three : i32
    %piece_k = arith.muli %piece, %eight : i32
    %lane_k = arith.addi %k, %piece_k : i32
    scf.for %s = %c0 to %slabs step %c1 {
      %s_i32 = arith.index_cast %s : index to i32
      %slab_row = arith.muli %s_i32, %eight : i32
      %row = arith.addi %slab_row, %lane_row : i32
      scf.for %h = %c0 to %c2 step %c1 {
        %h_i32 = arith.index_cast %h : index to i32
        %half_k = arith.muli %h_i32, %half : i32
        %at_k = arith.addi %lane_k, %half_k : i32
        %parts = func.call @load_x(%x, %row, %rows, %at_k, %size, %aligned) : (!xs, i32, i32, i32, i32, i1) -> !parts
        %high = vector.extract_strided_slice %parts {offsets = [0], sizes = [4], strides = [1]} : !parts to !words
        %low = vector.extract_strided_slice %parts {offsets = [4], sizes = [4], strides = [1]} : !parts to !words
        %s2 = arith.muli %s, %c2 : index
        %to = arith.addi %s2, %h : index
        %low_to = arith.addi %to, %c8 : index
        memref.store %high, %chunk[%to] : !x_words
        memref.store %low, %chunk[%low_to] : !x_words
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // sums[tile] += the unit at byte |place| of the warp's ring . the chunk of x
  func.func private @multiply_unit(%place: i32, %tile: index, %chunk: !x_words, %sums: !sums) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %one = arith.constant 1 : i32
    %three = arith.constant 3 : i32
    %four = arith.constant 4 : i32
    %six = arith.constant 6 : i32
    %sixteen = arith.constant 16 : i32
    %lanes = arith.constant 32 : i32
    %line = arith.constant 128 : i32
    %half = arith.constant 64 : i32
    %rows_8 = arith.constant 1024 : i32
    %ring = func.call @ring() : () -> i32
    %slabs = arith.constant #slabs
    %is_bf16 = func.call @is_bf16() : () -> i1
    %parts = func.call @parts() : () -> index
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %lane = arith.remui %thread, %lanes : i32
    %warp = arith.divui %thread, %lanes : i32
    %lane_row = arith.divui %lane, %four : i32
    %piece = arith.andi %lane, %three : i32
    %odd = arith.andi %lane_row, %one : i32
    %exchanged = arith.shli %odd, %six : i32
    %row_byte = arith.muli %lane_row, %line : i32
    %piece_byte = arith.muli %piece, %sixteen : i32
    %in_row = arith.addi %row_byte, %piece_byte : i32
    %in_unit = arith.addi %in_row, %exchanged : i32
    %ring_at = arith.muli %warp, %ring : i32
    %lane_at = arith.addi %ring_at, %in_unit : i32
    %first = arith.addi %lane_at, %place : i32
    scf.for %h = %c0 to %c2 step %c1 {
      %h_i32 = arith.index_cast %h : index to i32
      %flip = arith.muli %h_i32, %half : i32
      %upper_at = arith.xori %first, %flip : i32
      %lower_at = arith.addi %upper_at, %rows_8 : i32
      %upper_pointer = func.call @shared(%upper_at) : (i32) -> !llvm.ptr<3>
      %lower_pointer = func.call @shared(%lower_at) : (i32) -> !llvm.ptr<3>
      %upper = llvm.load %upper_pointer {alignment = 16 : i64} : !llvm.ptr<3> -> !words
      %lower = llvm.load %lower_pointer {alignment = 16 : i64} : !llvm.ptr<3> -> !words
      %a_first = vector.shuffle %upper, %lower [0, 4, 1, 5] : !words, !words
      %a_last = vector.shuffle %upper, %lower [2, 6, 3, 7] : !words, !words
      scf.for %s = %c0 to %slabs step %c1 {
        %s2 = arith.muli %s, %c2 : index
        %x_at = arith.addi %s2, %h : index
        %tile_at = arith.muli %tile, %c4 : index
        %sum_at = arith.addi %tile_at, %s : index
        scf.for %part = %c0 to %parts step %c1 {
          %part_at = arith.muli %part, %c8 : index
          %b_at = arith.addi %part_at, %x_at : index
          %b = memref.load %chunk[%b_at] : !x_words
          %b0 = vector.extract %b[0] : i32 from !words
          %b1 = vector.extract %b[1] : i32 from !words
          %b2 = vector.extract %b[2] : i32 from !words
          %b3 = vector.extract %b[3] : i32 from !words
          %sum = memref.load %sums[%sum_at] : !sums
          %sum_1 = func.call @mma(%is_bf16, %a_first, %b0, %b1, %sum) : (i1, !words, i32, i32, !quad) -> !quad
          %sum_2 = func.call @mma(%is_bf16, %a_last, %b2, %b3, %sum_1) : (i1, !words, i32, i32, !quad) -> !quad
          memref.store %sum_2, %sums[%sum_at] : !sums
        } {llvm.loop_annotation = #unroll}
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // Where the warps' sums lie: column |column| of a slab of x, row |row| of the group's 64 of W. 68 numbers a column keep a warp's stores in different banks.
  func.func private @sum_at(%warp: i32, %column: i32, %row: i32) -> i32 {
    %warps = arith.constant 8 : i32
    %ring = func.call @ring() : () -> i32
    %rings = arith.muli %ring, %warps : i32
    %columns = arith.constant 8 : i32
    %stride = arith.constant 68 : i32
    %bytes = arith.constant 4 : i32
    %warp_columns = arith.muli %warp, %columns : i32
    %its_column = arith.addi %warp_columns, %column : i32
    %column_at = arith.muli %its_column, %stride : i32
    %number = arith.addi %column_at, %row : i32
    %byte = arith.muli %number, %bytes : i32
    %at = arith.addi %rings, %byte : i32
    return %at : i32
  }

  // The warp's sums of a slab to shared memory.
  func.func private @leave_sums(%sums: !sums, %slab: index, %thread: i32) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %one = arith.constant 1 : i32
    %two = arith.constant 2 : i32
    %three = arith.constant 3 : i32
    %four = arith.constant 4 : i32
    %eight = arith.constant 8 : i32
    %sixteen = arith.constant 16 : i32
    %lanes = arith.constant 32 : i32
    %lane = arith.remui %thread, %lanes : i32
    %warp = arith.divui %thread, %lanes : i32
    %lane_row = arith.divui %lane, %four : i32
    %pair = arith.andi %lane, %three : i32
    %first_column = arith.muli %pair, %two : i32
    scf.for %t = %c0 to %c4 step %c1 {
      %tile_at = arith.muli %t, %c4 : index
      %from = arith.addi %tile_at, %slab : index
      %quad = memref.load %sums[%from] : !sums
      %t_i32 = arith.index_cast %t : index to i32
      %tile_row = arith.muli %t_i32, %sixteen : i32
      %upper_row = arith.addi %tile_row, %lane_row : i32
      // Two columns of the upper row, two of the lower.
      scf.for %i = %c0 to %c4 step %c1 {
        %number = vector.extract %quad[%i] : f32 from !quad
        %i_i32 = arith.index_cast %i : index to i32
        %odd = arith.andi %i_i32, %one : i32
        %column = arith.addi %first_column, %odd : i32
        %lower = arith.shrui %i_i32, %one : i32
        %rows_down = arith.muli %lower, %eight : i32
        %row = arith.addi %upper_row, %rows_down : i32
        %at = func.call @sum_at(%warp, %column, %row) : (i32, i32, i32) -> i32
        %to = func.call @shared(%at) : (i32) -> !llvm.ptr<3>
        llvm.store %number, %to : f32, !llvm.ptr<3>
      } {llvm.loop_annotation = #unroll}
    } {llvm.loop_annotation = #unroll}
    return
  }

  // y[row, n] = the warps' sums of (column, group_row) + bias + residual
  func.func private @finish(%column: i32, %group_row: i32, %row: i32, %n: i32, %columns: i32, %bias: !w, %residual: !f, %y: !ys) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %zero = arith.constant 0.0 : f32
    %row_i64 = arith.extui %row : i32 to i64
    %n_i64 = arith.extui %n : i32 to i64
    %columns_i64 = arith.extui %columns : i32 to i64
    %row_at = arith.muli %row_i64, %columns_i64 : i64
    %at_i64 = arith.addi %row_at, %n_i64 : i64
    %at = arith.index_cast %at_i64 : i64 to index
    %n_index = arith.index_cast %n_i64 : i64 to index
    %bias_address = memref.extract_aligned_pointer_as_index %bias : !w -> index
    %has_bias = arith.cmpi ne, %bias_address, %c0 : index
    %bias_value = scf.if %has_bias -> f32 {
      %stored = memref.load %bias[%n_index] : !w
      %wide = arith.extf %stored : !elem to f64
      %b = arith.truncf %wide : f64 to f32
      scf.yield %b : f32
    } else {
      scf.yield %zero : f32
    }
    %residual_address = memref.extract_aligned_pointer_as_index %residual : !f -> index
    %has_residual = arith.cmpi ne, %residual_address, %c0 : index
    %residual_value = scf.if %has_residual -> f32 {
      %b = memref.load %residual[%at] : !f
      scf.yield %b : f32
    } else {
      scf.yield %zero : f32
    }
    %sum = scf.for %w = %c0 to %c8 step %c1 iter_args(%s = %zero) -> f32 {
      %warp = arith.index_cast %w : index to i32
      %from_at = func.call @sum_at(%warp, %column, %group_row) : (i32, i32, i32) -> i32
      %from = func.call @shared(%from_at) : (i32) -> !llvm.ptr<3>
      %part = llvm.load %from : !llvm.ptr<3> -> f32
      %t = arith.addf %s, %part : f32
      scf.yield %t : f32
    } {llvm.loop_annotation = #unroll}
    %with_bias = arith.addf %sum, %bias_value : f32
    %result = arith.addf %with_bias, %residual_value : f32
    %result_wide = arith.extf %result : f32 to f64
    %narrow = arith.truncf %result_wide : f64 to !y
    memref.store %narrow, %y[%at] : !ys
    return
  }

  // Brings the residual of the group's elements to the second-level cache: the weights read since it was written may have driven it out. Thread t has 16 numbers
  // of row t / 4.
  func.func private @prefetch_residual(%residual: !f, %first: i32, %n: i32, %rows: i32) {
    %c0 = arith.constant 0 : index
    %three = arith.constant 3 : i32
    %four = arith.constant 4 : i32
    %sixteen = arith.constant 16 : i32
    %thread = func.call @thread() : () -> i32
    %row = arith.divui %thread, %four : i32
    %piece = arith.andi %thread, %three : i32
    %tile = arith.addi %first, %piece : i32
    %column = arith.muli %tile, %sixteen : i32
    %address_index = memref.extract_aligned_pointer_as_index %residual : !f -> index
    %has_residual = arith.cmpi ne, %address_index, %c0 : index
    %row_inside = arith.cmpi ult, %row, %rows : i32
    %column_inside = arith.cmpi ult, %column, %n : i32
    %inside = arith.andi %row_inside, %column_inside : i1
    %needed = arith.andi %inside, %has_residual : i1
    scf.if %needed {
      %row_i64 = arith.extui %row : i32 to i64
      %n_i64 = arith.extui %n : i32 to i64
      %column_i64 = arith.extui %column : i32 to i64
      %row_at = arith.muli %row_i64, %n_i64 : i64
      %at = arith.addi %row_at, %column_i64 : i64
      %address = arith.index_cast %address_index : index to i64
      %base = llvm.inttoptr %address : i64 to !llvm.ptr<1>
      %pointer = llvm.getelementptr %base[%at] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      llvm.inline_asm has_side_effects "prefetch.global.L2 [$0];", "l" %pointer : (!llvm.ptr<1>) -> ()
    }
    return
  }

  // The group's elements of y, a slab of rows at a time through the same shared memory.
  func.func private @finish_group(%sums: !sums, %first: i32, %tiles: i32, %n: i32, %rows: i32, %bias: !w, %residual: !f, %y: !ys) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %four = arith.constant 4 : i32
    %eight = arith.constant 8 : i32
    %sixteen = arith.constant 16 : i32
    %group_rows = arith.constant 64 : i32
    %slabs = arith.constant #slabs
    %thread = func.call @thread() : () -> i32
    %group_row = arith.remui %thread, %group_rows : i32
    %thread_column = arith.divui %thread, %group_rows : i32
    %held_rows = arith.muli %tiles, %sixteen : i32
    %first_column = arith.muli %first, %sixteen : i32
    %column_of_y = arith.addi %first_column, %group_row : i32
    %is_held = arith.cmpi ult, %group_row, %held_rows : i32
    %in_y = arith.cmpi ult, %column_of_y, %n : i32
    %mine = arith.andi %is_held, %in_y : i1
    scf.for %s = %c0 to %slabs step %c1 {
      func.call @leave_sums(%sums, %s, %thread) : (!sums, index, i32) -> ()
      gpu.barrier
      %s_i32 = arith.index_cast %s : index to i32
      %slab_row = arith.muli %s_i32, %eight : i32
      scf.for %i = %c0 to %c2 step %c1 {
        %i_i32 = arith.index_cast %i : index to i32
        %columns_on = arith.muli %i_i32, %four : i32
        %column = arith.addi %thread_column, %columns_on : i32
        %row = arith.addi %slab_row, %column : i32
        %row_inside = arith.cmpi ult, %row, %rows : i32
        %inside = arith.andi %row_inside, %mine : i1
        scf.if %inside {
          func.call @finish(%column, %group_row, %row, %column_of_y, %n, %bias, %residual, %y) : (i32, i32, i32, i32, i32, !w, !f, !ys) -> ()
        }
      } {llvm.loop_annotation = #unroll}
      gpu.barrier
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The kernel, for rows of W and x aligned to 16 bytes or not.
  func.func private @stream(%x: !xs, %w: !w, %bias: !w, %residual: !f, %y: !ys, %n: i32, %size: i32, %rows: i32, %begin: i32, %end: i32,
                            %aligned: i1) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %c4 = arith.constant 4 : index
    %c16 = arith.constant 16 : index
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %four = arith.constant 4 : i32
    %lanes = arith.constant 32 : i32
    %chunk_size = arith.constant 64 : i32
    %block_k = arith.constant 512 : i32
    %unit = arith.constant 2048 : i32
    %ring = func.call @ring() : () -> i32
    %zeros = arith.constant dense<0.0> : !quad
    // Before any loop: arrays of a later block would not become registers.
    %state = memref.alloca() : !state
    %x_chunk = memref.alloca() : !x_words
    %sums = memref.alloca() : !sums
    %last_row = arith.subi %n, %one : i32
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %warp = arith.divui %thread, %lanes : i32
    %warp_k = arith.muli %warp, %chunk_size : i32

    // A warp without chunks copies nothing: its first group is past the end.
    %works = arith.cmpi ult, %warp_k, %size : i32
    %first_group = arith.select %works, %begin, %end : i32
    memref.store %first_group, %state[%c0] : !state
    memref.store %warp_k, %state[%c1] : !state
    memref.store %zero, %state[%c2] : !state
    memref.store %zero, %state[%c3] : !state
    %stages = arith.constant #stages
    %ahead = arith.subi %stages, %c1 : index
    scf.for %i = %c0 to %ahead step %c1 {
      func.call @copy_unit(%w, %last_row, %size, %aligned, %end, %state) : (!w, i32, i32, i1, i32, !state) -> ()
    }
    nvvm.griddepcontrol wait

    func.call @load_chunk(%x, %rows, %warp_k, %size, %aligned, %x_chunk) : (!xs, i32, i32, i32, i1, !x_words) -> ()
    %last_place = scf.for %group = %begin to %end step %four iter_args(%group_place = %zero) -> i32 : i32 {
      %left = arith.subi %end, %group : i32
      %group_tiles = arith.minui %left, %four : i32
      scf.for %i = %c0 to %c16 step %c1 {
        memref.store %zeros, %sums[%i] : !sums
      } {llvm.loop_annotation = #unroll}
      func.call @prefetch_residual(%residual, %group, %n, %rows) : (!f, i32, i32, i32) -> ()
      %next_group_place = scf.for %k = %warp_k to %size step %block_k iter_args(%chunk_place = %group_place) -> i32 : i32 {
        %any_next_k = arith.addi %k, %block_k : i32
        %wraps = arith.cmpi uge, %any_next_k, %size : i32
        %next_k = arith.select %wraps, %warp_k, %any_next_k : i32
        %next_chunk_place = scf.for %t = %c0 to %c4 step %c1 iter_args(%place = %chunk_place) -> i32 {
          %t_i32 = arith.index_cast %t : index to i32
          %some = arith.cmpi ult, %t_i32, %group_tiles : i32
          %next_place = scf.if %some -> i32 {
            func.call @wait_unit() : () -> ()
            func.call @copy_unit(%w, %last_row, %size, %aligned, %end, %state) : (!w, i32, i32, i1, i32, !state) -> ()
            func.call @multiply_unit(%place, %t, %x_chunk, %sums) : (i32, index, !x_words, !sums) -> ()
            %any_place = arith.addi %place, %unit : i32
            %is_past = arith.cmpi eq, %any_place, %ring : i32
            %new_place = arith.select %is_past, %zero, %any_place : i32
            scf.yield %new_place : i32
          } else {
            scf.yield %place : i32
          }
          scf.yield %next_place : i32
        } {llvm.loop_annotation = #unroll}
        // The next chunk of x comes while the warp waits for the next unit.
        func.call @load_chunk(%x, %rows, %next_k, %size, %aligned, %x_chunk) : (!xs, i32, i32, i32, i1, !x_words) -> ()
        scf.yield %next_chunk_place : i32
      }
      func.call @finish_group(%sums, %group, %group_tiles, %n, %rows, %bias, %residual, %y) : (!sums, i32, i32, i32, i32, !w, !f, !ys) -> ()
      scf.yield %next_group_place : i32
    }
    return
  }

  gpu.func @linear_mma(%x: !xs, %w: !w, %bias: !w, %residual: !f, %y: !ys, %N: i64, %K: i64, %rows_i64: i64, %copying_table: !i, %turn: i64,
                       %most_crowded: i64) workgroup(%place_of_block: !place) kernel
      attributes {known_block_size = array<i32: 256, 1, 1>, spc.shared_bytes = 99328 : i32} {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %eight = arith.constant 8 : i32
    %fifteen = arith.constant 15 : i32
    %sixteen = arith.constant 16 : i32
    %yes = arith.constant true
    %no = arith.constant false
    nvvm.griddepcontrol launch_dependents
    %n = arith.trunci %N : i64 to i32
    %size = arith.trunci %K : i64 to i32
    %rows = arith.trunci %rows_i64 : i64 to i32
    %rest = arith.remui %size, %eight : i32
    %aligned = arith.cmpi eq, %rest, %zero : i32
    %n_up = arith.addi %n, %fifteen : i32
    %tiles = arith.divui %n_up, %sixteen : i32
    %block_index = gpu.block_id x
    %blocks_index = gpu.grid_dim x
    %block = arith.index_cast %block_index : index to i32
    %blocks = arith.index_cast %blocks_index : index to i32
    %copying_index = memref.extract_aligned_pointer_as_index %copying_table : !i -> index
    %copying = arith.index_cast %copying_index : index to i64
    %any_crowded = arith.trunci %most_crowded : i64 to i32
    %crowded = arith.minui %any_crowded, %blocks : i32
    %place = func.call @place(%copying, %turn, %block, %blocks, %place_of_block) : (i64, i64, i32, i32, !place) -> i32
    %next_place = arith.addi %place, %one : i32
    %begin = func.call @share(%tiles, %place, %blocks, %crowded) : (i32, i32, i32, i32) -> i32
    %end = func.call @share(%tiles, %next_place, %blocks, %crowded) : (i32, i32, i32, i32) -> i32
    scf.if %aligned {
      func.call @stream(%x, %w, %bias, %residual, %y, %n, %size, %rows, %begin, %end, %yes) : (!xs, !w, !w, !f, !ys, i32, i32, i32, i32, i32, i1) -> ()
    } else {
      func.call @stream(%x, %w, %bias, %residual, %y, %n, %size, %rows, %begin, %end, %no) : (!xs, !w, !w, !f, !ys, i32, i32, i32, i32, i32, i1) -> ()
    }
    gpu.return
  }
}
