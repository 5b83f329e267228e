// kv_gather_packed (kv_packed.mlir) for GPUs with bulk copies (sm_90 on); arguments and result are the same.
//
// The copy engine of a multiprocessor brings an entry to shared memory, from the first layer that is wanted to its end; the threads unpack it from there and write it to its slots.
// Loads of threads from host memory, a microsecond or two each, would stand in the way of the loads of whatever else runs on the multiprocessor.
//
// As few blocks as bring what the link has, since each holds up the kernels beside it on its multiprocessor, and nine warps a block, whose rings of 4 KiB and registers (112 a thread)
// fit beside a block of a linear kernel. With fewer registers two of these blocks may come to one multiprocessor, where none of a linear kernel fits any more; with more warps entries wait
// before the link, in the way of what else the multiprocessor asks for. A warp is for itself: it takes its part of each list, entry by entry. All stages hold entries on their way but the one that is unpacked, so that what
// a warp waits for was asked for long before; the next is asked for as soon as the lanes hold what is in its place, before they write it. Entries are numbered through all lists of a warp.

#d = 64 : index
!i = memref<1099511627776xi32, 1>
!bytes = memref<1099511627776xi8, 1>
!ring = memref<9216xi32, #gpu.address_space<workgroup>>
!barriers = memref<36xi64, #gpu.address_space<workgroup>>
// Of each stage: the entry that it holds, and its slot.
!held = memref<72xi32, #gpu.address_space<workgroup>>
// Of what a lane unpacks at once, eight units: two words of bytes, one of halves and the vector's.
!words = memref<32xi32>
#rolled = #llvm.loop_annotation<unroll = <disable = true>>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @lane() -> i32
  func.func private @mark_copying(!i, i32)
  func.func private @warp() -> i32
  func.func private @begin_of(i32, index, index) -> i32
  func.func private @part_bytes(i32) -> i64
  func.func private @used_bytes(i32, i64) -> i64
  func.func private @entry_bytes(i32, i64) -> i64
  func.func private @rest_of(i32, i64, i64, i64, i64) -> i64
  func.func private @store_chunk(vector<2xi32>, i64)
  func.func private @unpack(i32, i32, i32, i32, i64) -> vector<2xi32>
  func.func private @unpack_plain(i32, i32, i32, i32) -> vector<4xi32>

  func.func private @d() -> i32 {
    %d_index = arith.constant #d
    %d = arith.index_cast %d_index : index to i32
    return %d : i32
  }

  func.func private @address(%p: !bytes) -> i64 {
    %base = memref.extract_aligned_pointer_as_index %p : !bytes -> index
    %at = arith.index_cast %base : index to i64
    return %at : i64
  }

  // Of the block's stages of 2^|log| bytes, 4 KiB a warp, the one of entry |number|.
  func.func private @stage_of(%number: i32, %log: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %c12 = arith.constant 12 : i32
    %log_count = arith.subi %c12, %log : i32
    %count = arith.shli %c1, %log_count : i32
    %mask = arith.subi %count, %c1 : i32
    %its = arith.andi %number, %mask : i32
    %warp = func.call @warp() : () -> i32
    %first = arith.shli %warp, %log_count : i32
    %stage = arith.addi %first, %its : i32
    return %stage : i32
  }

  // A lane takes two chunks of a row at once: a warp one row, several, or half of one. How many lanes have a row, and in how many turns.
  func.func private @lanes_of_row() -> (i32, i32) {
    %c2 = arith.constant 2 : i32
    %c32 = arith.constant 32 : i32
    %d = func.call @d() : () -> i32
    %row_pairs = arith.shrui %d, %c2 : i32
    %lanes = arith.minui %row_pairs, %c32 : i32
    %turns = arith.divui %row_pairs, %lanes : i32
    return %lanes, %turns : i32, i32
  }

  // A lane's unit |unit|: a row from |base| on, and a pair of its chunks.
  func.func private @row_of_unit(%base: i32, %unit: i32) -> i32 {
    %c32 = arith.constant 32 : i32
    %lanes, %turns = func.call @lanes_of_row() : () -> (i32, i32)
    %rows = arith.divui %c32, %lanes : i32
    %lane = func.call @lane() : () -> i32
    %its_row = arith.divui %lane, %lanes : i32
    %first = arith.addi %base, %its_row : i32
    %step = arith.divui %unit, %turns : i32
    %rows_further = arith.muli %step, %rows : i32
    %row = arith.addi %first, %rows_further : i32
    return %row : i32
  }

  func.func private @pair_of_unit(%unit: i32) -> i32 {
    %c32 = arith.constant 32 : i32
    %lanes, %turns = func.call @lanes_of_row() : () -> (i32, i32)
    %lane = func.call @lane() : () -> i32
    %first = arith.remui %lane, %lanes : i32
    %turn = arith.remui %unit, %turns : i32
    %before = arith.muli %turn, %c32 : i32
    %pair = arith.addi %first, %before : i32
    return %pair : i32
  }

  // The rows that |units| units of all lanes are.
  func.func private @rows_of_units(%units: i32) -> i32 {
    %c32 = arith.constant 32 : i32
    %lanes, %turns = func.call @lanes_of_row() : () -> (i32, i32)
    %rows = arith.divui %c32, %lanes : i32
    %steps = arith.divui %units, %turns : i32
    %all = arith.muli %steps, %rows : i32
    return %all : i32
  }

  // The words of a unit: of its chunks' bytes, their halves, and the word of its vector. |stage_at| and |words_at| are where the entry's first wanted layer and its words begin, in words.
  func.func private @read_unit(%ring: !ring, %stage_at: i32, %words_at: i32, %layer: i32, %pair: i32) -> (i32, i32, i32, i32) {
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %d = func.call @d() : () -> i32
    %unit_pairs = arith.shrui %d, %c3 : i32
    %all_bytes = arith.shrui %d, %c1 : i32
    %part_i64 = func.call @part_bytes(%d) : (i32) -> i64
    %part_bytes = arith.trunci %part_i64 : i64 to i32
    %part = arith.shrui %part_bytes, %c2 : i32
    %part_offset = arith.muli %layer, %part : i32
    %part_at = arith.addi %stage_at, %part_offset : i32
    %bytes_in_part = arith.shli %pair, %c1 : i32
    %bytes_at = arith.addi %part_at, %bytes_in_part : i32
    %second_bytes_at = arith.addi %bytes_at, %c1 : i32
    %halves_in_part = arith.addi %pair, %all_bytes : i32
    %halves_at = arith.addi %part_at, %halves_in_part : i32
    %layer_words = arith.shli %layer, %c1 : i32
    %layer_words_at = arith.addi %words_at, %layer_words : i32
    %vector = arith.divui %pair, %unit_pairs : i32
    %word_at = arith.addi %layer_words_at, %vector : i32
    %bytes_index = arith.index_castui %bytes_at : i32 to index
    %second_bytes_index = arith.index_castui %second_bytes_at : i32 to index
    %halves_index = arith.index_castui %halves_at : i32 to index
    %word_index = arith.index_castui %word_at : i32 to index
    %bytes = memref.load %ring[%bytes_index] : !ring
    %second_bytes = memref.load %ring[%second_bytes_index] : !ring
    %halves = memref.load %ring[%halves_index] : !ring
    %word = memref.load %ring[%word_index] : !ring
    return %bytes, %second_bytes, %halves, %word : i32, i32, i32, i32
  }

  // Where a unit goes: |first_row| is the first wanted layer's.
  func.func private @unit_at(%first_row: i64, %layer: i32, %layer_rows: i64, %pair: i32) -> i64 {
    %l2 = arith.constant 2 : i64
    %l4 = arith.constant 4 : i64
    %d = func.call @d() : () -> i32
    %d_i64 = arith.extui %d : i32 to i64
    %row_bytes = arith.shli %d_i64, %l2 : i64
    %layer_bytes = arith.muli %layer_rows, %row_bytes : i64
    %layer_i64 = arith.extui %layer : i32 to i64
    %layers_before = arith.muli %layer_i64, %layer_bytes : i64
    %row_at = arith.addi %first_row, %layers_before : i64
    %pair_i64 = arith.extui %pair : i32 to i64
    %pair_offset = arith.shli %pair_i64, %l4 : i64
    %to = arith.addi %row_at, %pair_offset : i64
    return %to : i64
  }

  // Reads |units| of a lane's units from |first| on, of rows from |base| on, to |words|. Behind the last layer lanes take that again: branches would keep loads from being asked for
  // together. Returns the vectors' words, or'ed to |seen|.
  func.func private @read_units(%ring: !ring, %stage_at: i32, %words_at: i32, %base: i32, %layers: i32, %first: i32, %seen: i32, %words: !words) -> i32 {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %x1 = arith.constant 1 : index
    %x2 = arith.constant 2 : index
    %x3 = arith.constant 3 : index
    %x4 = arith.constant 4 : index
    %last = arith.subi %layers, %c1 : i32
    %forms = scf.for %u = %c0 to %c4 step %c1 iter_args(%so_far = %seen) -> (i32) : i32 {
      %unit = arith.addi %first, %u : i32
      %any = func.call @row_of_unit(%base, %unit) : (i32, i32) -> i32
      %layer = arith.minui %any, %last : i32
      %pair = func.call @pair_of_unit(%unit) : (i32) -> i32
      %bytes, %second_bytes, %halves, %word = func.call @read_unit(%ring, %stage_at, %words_at, %layer, %pair) : (!ring, i32, i32, i32, i32) -> (i32, i32, i32, i32)
      %unit_index = arith.index_castui %unit : i32 to index
      %at = arith.muli %unit_index, %x4 : index
      %at_1 = arith.addi %at, %x1 : index
      %at_2 = arith.addi %at, %x2 : index
      %at_3 = arith.addi %at, %x3 : index
      memref.store %bytes, %words[%at] : !words
      memref.store %second_bytes, %words[%at_1] : !words
      memref.store %halves, %words[%at_2] : !words
      memref.store %word, %words[%at_3] : !words
      %both = arith.ori %so_far, %word : i32
      scf.yield %both : i32
    } {llvm.loop_annotation = #unroll}
    return %forms : i32
  }

  // Writes a lane's units of rows from |base| on, which |words| holds.
  func.func private @write_units(%words: !words, %base: i32, %layers: i32, %first_row: i64, %layer_rows: i64) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c8 = arith.constant 8 : i32
    %x1 = arith.constant 1 : index
    %x2 = arith.constant 2 : index
    %x3 = arith.constant 3 : index
    %x4 = arith.constant 4 : index
    scf.for %unit = %c0 to %c8 step %c1 : i32 {
      %layer = func.call @row_of_unit(%base, %unit) : (i32, i32) -> i32
      %wanted = arith.cmpi ult, %layer, %layers : i32
      scf.if %wanted {
        %pair = func.call @pair_of_unit(%unit) : (i32) -> i32
        %unit_index = arith.index_castui %unit : i32 to index
        %at = arith.muli %unit_index, %x4 : index
        %at_1 = arith.addi %at, %x1 : index
        %at_2 = arith.addi %at, %x2 : index
        %at_3 = arith.addi %at, %x3 : index
        %bytes = memref.load %words[%at] : !words
        %second_bytes = memref.load %words[%at_1] : !words
        %halves = memref.load %words[%at_2] : !words
        %word = memref.load %words[%at_3] : !words
        %value = func.call @unpack_plain(%bytes, %second_bytes, %halves, %word) : (i32, i32, i32, i32) -> vector<4xi32>
        %to = func.call @unit_at(%first_row, %layer, %layer_rows, %pair) : (i64, i32, i64, i32) -> i64
        %pointer = llvm.inttoptr %to : i64 to !llvm.ptr<1>
        llvm.store %value, %pointer {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
      }
    } {llvm.loop_annotation = #unroll}
    return
  }

  // The same, straight from the ring, of vectors of which some have rests.
  func.func private @write_special(%ring: !ring, %stage_at: i32, %words_at: i32, %base: i32, %layers: i32, %row: i64, %rest: i64, %layers_in_group: i64, %place: i64, %first_row: i64,
                                   %layer_rows: i64) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c8 = arith.constant 8 : i32
    %c16 = arith.constant 16 : i32
    %l2 = arith.constant 2 : i64
    %l8 = arith.constant 8 : i64
    %d = func.call @d() : () -> i32
    %row_pairs = arith.shrui %d, %c2 : i32
    scf.for %unit = %c0 to %c8 step %c1 : i32 {
      %layer = func.call @row_of_unit(%base, %unit) : (i32, i32) -> i32
      %wanted = arith.cmpi ult, %layer, %layers : i32
      scf.if %wanted {
        %pair = func.call @pair_of_unit(%unit) : (i32) -> i32
        %bytes, %second_bytes, %halves, %word = func.call @read_unit(%ring, %stage_at, %words_at, %layer, %pair) : (!ring, i32, i32, i32, i32) -> (i32, i32, i32, i32)
        %chunk = arith.shli %pair, %c1 : i32
        %in_vector = arith.remui %chunk, %row_pairs : i32
        %second_in_vector = arith.addi %in_vector, %c1 : i32
        %pair_i64 = arith.extui %pair : i32 to i64
        %rest_offset = arith.shli %pair_i64, %l2 : i64
        %layer_i64 = arith.extui %layer : i32 to i64
        %layer_place = arith.addi %place, %layer_i64 : i64
        %rest_begin = func.call @rest_of(%d, %rest, %row, %layers_in_group, %layer_place) : (i32, i64, i64, i64, i64) -> i64
        %rest_at = arith.addi %rest_begin, %rest_offset : i64
        %second_rest_at = arith.addi %rest_at, %l2 : i64
        %second_halves = arith.shrui %halves, %c16 : i32
        %value = func.call @unpack(%bytes, %halves, %word, %in_vector, %rest_at) : (i32, i32, i32, i32, i64) -> vector<2xi32>
        %second_value = func.call @unpack(%second_bytes, %second_halves, %word, %second_in_vector, %second_rest_at) : (i32, i32, i32, i32, i64) -> vector<2xi32>
        %to = func.call @unit_at(%first_row, %layer, %layer_rows, %pair) : (i64, i32, i64, i32) -> i64
        %second_to = arith.addi %to, %l8 : i64
        func.call @store_chunk(%value, %to) : (vector<2xi32>, i64) -> ()
        func.call @store_chunk(%second_value, %second_to) : (vector<2xi32>, i64) -> ()
      }
    } {llvm.loop_annotation = #rolled}
    return
  }

  // Reads eight units of a lane; where a vector has a rest, all of them are written at once. Returns whether they are still to be written.
  func.func private @take_units(%ring: !ring, %stage_at: i32, %words_at: i32, %base: i32, %layers: i32, %row: i64, %rest: i64, %layers_in_group: i64, %place: i64, %first_row: i64,
                                %layer_rows: i64, %words: !words) -> i1 {
    %c0 = arith.constant 0 : i32
    %c4 = arith.constant 4 : i32
    %c24 = arith.constant 24 : i32
    %four_rows = func.call @rows_of_units(%c4) : (i32) -> i32
    %first_four = func.call @read_units(%ring, %stage_at, %words_at, %base, %layers, %c0, %c0, %words) : (!ring, i32, i32, i32, i32, i32, i32, !words) -> i32
    %covered = arith.addi %base, %four_rows : i32
    %are_more = arith.cmpi ult, %covered, %layers : i32
    %all = scf.if %are_more -> i32 {
      %eight = func.call @read_units(%ring, %stage_at, %words_at, %base, %layers, %c4, %first_four, %words) : (!ring, i32, i32, i32, i32, i32, i32, !words) -> i32
      scf.yield %eight : i32
    } else {
      scf.yield %first_four : i32
    }
    %form = arith.shrui %all, %c24 : i32
    %plain = arith.cmpi eq, %form, %c0 : i32
    scf.if %plain {
    } else {  // hardly ever
      func.call @write_special(%ring, %stage_at, %words_at, %base, %layers, %row, %rest, %layers_in_group, %place, %first_row, %layer_rows)
          : (!ring, i32, i32, i32, i32, i64, i64, i64, i64, i64, i64) -> ()
    }
    return %plain : i1
  }

  // Waits until entry |number| is in its stage and takes it from there, so that the stage is free when all lanes have returned. What is not yet written then are the units of the rows from
  // |base| on, where |plain| is set, to |first_row|: all three are returned.
  func.func private @take_entry(%ring: !ring, %barriers: i32, %held: !held, %log: i32, %number: i32, %slots: i64, %rest: i64, %layers_in_group: i64, %place: i64,
                                %layers: i32, %layer_rows: i64, %words: !words) -> (i1, i32, i64) {
    %all_lanes = arith.constant -1 : i32
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %c8 = arith.constant 8 : i32
    %c12 = arith.constant 12 : i32
    %l2 = arith.constant 2 : i64
    %stage = func.call @stage_of(%number, %log) : (i32, i32) -> i32
    %barrier_at = arith.shli %stage, %c3 : i32
    %barrier = arith.addi %barriers, %barrier_at : i32
    %log_count = arith.subi %c12, %log : i32
    %round = arith.shrui %number, %log_count : i32
    %parity = arith.andi %round, %c1 : i32
    scf.while : () -> () {
      %done = llvm.inline_asm has_side_effects
          "{ .reg .pred p; mbarrier.try_wait.parity.shared.b64 p, [$1], $2; selp.b32 $0, 1, 0, p; }", "=r,r,r,~{memory}" %barrier, %parity : (i32, i32) -> i32
      %again = arith.cmpi eq, %done, %c0 : i32
      scf.condition(%again)
    } do {
      scf.yield
    }
    nvvm.bar.warp.sync %all_lanes : i32
    %held_first = arith.shli %stage, %c1 : i32
    %held_second = arith.addi %held_first, %c1 : i32
    %held_first_index = arith.index_castui %held_first : i32 to index
    %held_second_index = arith.index_castui %held_second : i32 to index
    %row_i32 = memref.load %held[%held_first_index] : !held
    %slot_i32 = memref.load %held[%held_second_index] : !held
    %row = arith.extui %row_i32 : i32 to i64
    %slot = arith.extui %slot_i32 : i32 to i64
    %d = func.call @d() : () -> i32
    %d_i64 = arith.extui %d : i32 to i64
    %row_bytes = arith.shli %d_i64, %l2 : i64
    %first_row_offset = arith.muli %slot, %row_bytes : i64
    %first_row = arith.addi %slots, %first_row_offset : i64
    // In words of the ring: the first wanted layer's part, and the words of the vectors.
    %stage_bytes_at = arith.shli %stage, %log : i32
    %stage_at = arith.shrui %stage_bytes_at, %c2 : i32
    %part_i64 = func.call @part_bytes(%d) : (i32) -> i64
    %part_bytes = arith.trunci %part_i64 : i64 to i32
    %part = arith.shrui %part_bytes, %c2 : i32
    %place_i32 = arith.trunci %place : i64 to i32
    %group_i32 = arith.trunci %layers_in_group : i64 to i32
    %parts_here = arith.subi %group_i32, %place_i32 : i32
    %parts = arith.muli %parts_here, %part : i32
    %place_words = arith.shli %place_i32, %c1 : i32
    %group_words_at = arith.addi %stage_at, %parts : i32
    %words_at = arith.addi %group_words_at, %place_words : i32
    // All rows but those of the last eight units go to their slots from here.
    %rows_at_once = func.call @rows_of_units(%c8) : (i32) -> i32
    %last_layer = arith.subi %layers, %c1 : i32
    %loops = arith.divui %last_layer, %rows_at_once : i32
    %last_base = arith.muli %loops, %rows_at_once : i32
    scf.for %base = %c0 to %last_base step %rows_at_once : i32 {
      %all_plain = func.call @take_units(%ring, %stage_at, %words_at, %base, %layers, %row, %rest, %layers_in_group, %place, %first_row, %layer_rows, %words)
          : (!ring, i32, i32, i32, i32, i64, i64, i64, i64, i64, i64, !words) -> i1
      scf.if %all_plain {
        func.call @write_units(%words, %base, %layers, %first_row, %layer_rows) : (!words, i32, i32, i64, i64) -> ()
      }
    } {llvm.loop_annotation = #rolled}
    %plain = func.call @take_units(%ring, %stage_at, %words_at, %last_base, %layers, %row, %rest, %layers_in_group, %place, %first_row, %layer_rows, %words)
        : (!ring, i32, i32, i32, i32, i64, i64, i64, i64, i64, i64, !words) -> i1
    return %plain, %last_base, %first_row : i1, i32, i64
  }

  gpu.func @kv_gather_packed_bulk(%entries: !bytes, %page_table: !i, %sequences: !i, %load_tokens: !i, %load_slots: !i, %load_count: !i, %slots: !bytes, %N: i64,
                                  %max_pages: i64, %page_tokens: i64, %Hkv: i64, %T: i64, %layers_in_group: i64, %layers: i64, %layer_rows: i64, %rest: !bytes, %place: i64, %copying: !i, %from_row: i64)
      workgroup(%ring: !ring {llvm.align = 128 : i64}, %barrier_memory: !barriers, %held: !held)
      kernel attributes {known_block_size = array<i32: 288, 1, 1>, spc.blocks = 8, nvvm.maxnreg = 112 : i32} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %warps_of_block = arith.constant 9 : index
    %i0 = arith.constant 0 : i32
    %i_minus_1 = arith.constant -1 : i32
    %i1 = arith.constant 1 : i32
    %i3 = arith.constant 3 : i32
    %i10 = arith.constant 10 : i32
    %i11 = arith.constant 11 : i32
    %i12 = arith.constant 12 : i32
    %i32 = arith.constant 32 : i32
    %i36 = arith.constant 36 : i32
    %k1 = arith.constant 1024 : i32
    %k2 = arith.constant 2048 : i32
    %all_lanes = arith.constant -1 : i32
    %no = arith.constant false
    // Before any loop: arrays of a later block would not become registers.
    %words = memref.alloca() : !words
    %warp_i32 = func.call @warp() : () -> i32
    %lane = func.call @lane() : () -> i32
    %warp = arith.index_cast %warp_i32 : i32 to index
    // The warps of all blocks divide the heads among them, and a head's lists among those that have it.
    %block_x = gpu.block_id x
    %block_y = gpu.block_id y
    %blocks_x = gpu.grid_dim x
    %blocks_y = gpu.grid_dim y
    %before = arith.muli %block_y, %blocks_x : index
    %block = arith.addi %before, %block_x : index
    %blocks = arith.muli %blocks_x, %blocks_y : index
    %first_warp = arith.muli %block, %warps_of_block : index
    %its_number = arith.addi %first_warp, %warp : index
    %warps = arith.muli %blocks, %warps_of_block : index
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %any_parts = arith.divui %warps, %kv_heads : index
    %parts = arith.maxui %any_parts, %c1 : index
    %heads_at_once = arith.divui %warps, %parts : index
    %first_head = arith.divui %its_number, %parts : index
    %part = arith.remui %its_number, %parts : index
    %next_part = arith.addi %part, %c1 : index
    %left_over = arith.cmpi uge, %first_head, %heads_at_once : index
    %begin_head = arith.select %left_over, %kv_heads, %first_head : index
    %list_size = arith.index_cast %N : i64 to index
    %table_stride = arith.index_cast %max_pages : i64 to index
    %page = arith.trunci %page_tokens : i64 to i32
    %kv_heads_i32 = arith.trunci %Hkv : i64 to i32
    %begin_row = arith.index_cast %from_row : i64 to index
    %row_count = arith.index_cast %T : i64 to index
    %end_row = arith.addi %begin_row, %row_count : index
    %layers_i32 = arith.trunci %layers : i64 to i32
    %d = func.call @d() : () -> i32
    %entry_bytes = func.call @entry_bytes(%d, %layers_in_group) : (i32, i64) -> i64
    %part_bytes = func.call @part_bytes(%d) : (i32) -> i64
    %skipped = arith.muli %place, %part_bytes : i64
    %used = func.call @used_bytes(%d, %layers_in_group) : (i32, i64) -> i64
    %wanted_i64 = arith.subi %used, %skipped : i64
    %wanted = arith.trunci %wanted_i64 : i64 to i32
    %over_1k = arith.cmpi ugt, %wanted, %k1 : i32
    %over_2k = arith.cmpi ugt, %wanted, %k2 : i32
    %log_small = arith.select %over_1k, %i11, %i10 : i32
    %log = arith.select %over_2k, %i12, %log_small : i32
    %log_count = arith.subi %i12, %log : i32
    %stages = arith.shli %i1, %log_count : i32
    %entries_base = func.call @address(%entries) : (!bytes) -> i64
    %entries_at = arith.addi %entries_base, %skipped : i64
    %rest_at = func.call @address(%rest) : (!bytes) -> i64
    %slots_at = func.call @address(%slots) : (!bytes) -> i64
    %ring_base = memref.extract_aligned_pointer_as_index %ring : !ring -> index
    %ring_at = arith.index_cast %ring_base : index to i32
    %barriers_base = memref.extract_aligned_pointer_as_index %barrier_memory : !barriers -> index
    %barriers = arith.index_cast %barriers_base : index to i32
    %is_first = arith.cmpi eq, %lane, %i0 : i32
    %thread_index = gpu.thread_id x
    %thread = arith.index_cast %thread_index : index to i32
    %initialises = arith.cmpi ult, %thread, %i36 : i32
    scf.if %initialises {
      %its_barrier_at = arith.shli %thread, %i3 : i32
      %its_barrier = arith.addi %barriers, %its_barrier_at : i32
      llvm.inline_asm has_side_effects "mbarrier.init.shared.b64 [$0], $1; fence.proxy.async;", "r,r,~{memory}" %its_barrier, %i1 : (i32, i32) -> ()
    }
    gpu.barrier
    func.call @mark_copying(%copying, %i1) : (!i, i32) -> ()
    %entries_of_warp = scf.for %row = %begin_row to %end_row step %c1 iter_args(%row_number = %i0) -> (i32) {
      %row_end = scf.for %head = %begin_head to %kv_heads step %heads_at_once iter_args(%head_number = %row_number) -> (i32) {
        %head_i32 = arith.index_cast %head : index to i32
        %row_heads = arith.muli %row, %kv_heads : index
        %row_head = arith.addi %row_heads, %head : index
        %list = arith.muli %row_head, %list_size : index
        %n = memref.load %load_count[%row_head] : !i
        %sequence_i32 = memref.load %sequences[%row] : !i
        %sequence = arith.index_cast %sequence_i32 : i32 to index
        %table_row = arith.muli %sequence, %table_stride : index
        %sequence_heads = arith.muli %sequence, %kv_heads : index
        %sequence_head = arith.addi %sequence_heads, %head : index
        %first_slot_index = arith.muli %sequence_head, %list_size : index
        %first_slot = arith.index_castui %first_slot_index : index to i32
        %begin = func.call @begin_of(%n, %part, %parts) : (i32, index, index) -> i32
        %end = func.call @begin_of(%n, %next_part, %parts) : (i32, index, index) -> i32
        %list_number = scf.for %k = %begin to %end step %i32 iter_args(%chunk_number = %head_number) -> (i32) : i32 {
          // Lane i looks up the i-th of 32 entries.
          %left = arith.subi %end, %k : i32
          %chunk = arith.minui %left, %i32 : i32
          %last_lane = arith.subi %chunk, %i1 : i32
          %its_lane = arith.minui %lane, %last_lane : i32
          %entry_i32 = arith.addi %k, %its_lane : i32
          %entry = arith.index_castui %entry_i32 : i32 to index
          %at = arith.addi %list, %entry : index
          %token = memref.load %load_tokens[%at] : !i
          %slot = memref.load %load_slots[%at] : !i
          %page_of_token = arith.divui %token, %page : i32
          %in_page = arith.remui %token, %page : i32
          %page_index = arith.index_castui %page_of_token : i32 to index
          %table_at = arith.addi %table_row, %page_index : index
          %pool_page = memref.load %page_table[%table_at] : !i
          %page_heads = arith.muli %pool_page, %kv_heads_i32 : i32
          %page_head = arith.addi %page_heads, %head_i32 : i32
          %page_row = arith.muli %page_head, %page : i32
          %looked_up_row = arith.addi %page_row, %in_page : i32
          %looked_up_slot = arith.addi %first_slot, %slot : i32
          %next_chunk_number = scf.for %i = %i0 to %chunk step %i1 iter_args(%number = %chunk_number) -> (i32) : i32 {
            %full = arith.cmpi uge, %number, %stages : i32
            %plain, %base, %first_row = scf.if %full -> (i1, i32, i64) {
              %oldest = arith.subi %number, %stages : i32
              %its_plain, %its_base, %its_first_row = func.call @take_entry(%ring, %barriers, %held, %log, %oldest, %slots_at, %rest_at, %layers_in_group, %place, %layers_i32, %layer_rows, %words)
                  : (!ring, i32, !held, i32, i32, i64, i64, i64, i64, i32, i64, !words) -> (i1, i32, i64)
              scf.yield %its_plain, %its_base, %its_first_row : i1, i32, i64
            } else {
              scf.yield %no, %i0, %slots_at : i1, i32, i64
            }
            %host_row_i32, %valid_row = gpu.shuffle idx %looked_up_row, %i, %i32 : i32
            %slot_row, %valid_slot = gpu.shuffle idx %looked_up_slot, %i, %i32 : i32
            // All lanes have read the stage.
            nvvm.bar.warp.sync %all_lanes : i32
            scf.if %is_first {
              %stage = func.call @stage_of(%number, %log) : (i32, i32) -> i32
              %barrier_at = arith.shli %stage, %i3 : i32
              %barrier = arith.addi %barriers, %barrier_at : i32
              %stage_at = arith.shli %stage, %log : i32
              %to = arith.addi %ring_at, %stage_at : i32
              %host_row = arith.extui %host_row_i32 : i32 to i64
              %from_offset = arith.muli %host_row, %entry_bytes : i64
              %from = arith.addi %entries_at, %from_offset : i64
              %held_first = arith.shli %stage, %i1 : i32
              %held_second = arith.addi %held_first, %i1 : i32
              %held_first_index = arith.index_castui %held_first : i32 to index
              %held_second_index = arith.index_castui %held_second : i32 to index
              memref.store %host_row_i32, %held[%held_first_index] : !held
              memref.store %slot_row, %held[%held_second_index] : !held
              llvm.inline_asm has_side_effects "mbarrier.arrive.expect_tx.shared.b64 _, [$0], $1;", "r,r,~{memory}" %barrier, %wanted : (i32, i32) -> ()
              llvm.inline_asm has_side_effects
                  "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [$0], [$1], $2, [$3];", "r,l,r,r,~{memory}"
                  %to, %from, %wanted, %barrier : (i32, i64, i32, i32) -> ()
            }
            nvvm.bar.warp.sync %all_lanes : i32
            // While the next is on its way.
            scf.if %plain {
              func.call @write_units(%words, %base, %layers_i32, %first_row, %layer_rows) : (!words, i32, i32, i64, i64) -> ()
            }
            %next = arith.addi %number, %i1 : i32
            scf.yield %next : i32
          }
          scf.yield %next_chunk_number : i32
        }
        scf.yield %list_number : i32
      }
      scf.yield %row_end : i32
    }
    %more = arith.cmpi ugt, %entries_of_warp, %stages : i32
    %all_but = arith.subi %entries_of_warp, %stages : i32
    %first_left = arith.select %more, %all_but, %i0 : i32
    scf.for %number = %first_left to %entries_of_warp step %i1 : i32 {
      %plain, %base, %first_row = func.call @take_entry(%ring, %barriers, %held, %log, %number, %slots_at, %rest_at, %layers_in_group, %place, %layers_i32, %layer_rows, %words)
          : (!ring, i32, !held, i32, i32, i64, i64, i64, i64, i32, i64, !words) -> (i1, i32, i64)
      scf.if %plain {
        func.call @write_units(%words, %base, %layers_i32, %first_row, %layer_rows) : (!words, i32, i32, i64, i64) -> ()
      }
    }
    gpu.barrier
    // The next group's prefetch begins when all of this one's blocks are here: while both were there, linear kernels had sixteen multiprocessors to make room on instead of eight.
    nvvm.griddepcontrol launch_dependents
    func.call @mark_copying(%copying, %i_minus_1) : (!i, i32) -> ()
    nvvm.griddepcontrol wait
    gpu.return
  }
}
