// Rows of bf16 in host memory as spc/host_rows.h packs them, so that fewer bytes pass the link: K and V of a token, KV head and layer as a byte of sign and mantissa and half a byte of
// exponent a number, and a word for each of the two that says how the exponents are to be read. Rows of the |layers_in_group| layers of a group lie side by side in an entry;
// |place| is a layer's place among them. |entries| and |rest| are the group's.
//
// Lanes take chunks of four numbers: a word of signs and mantissas, half a word of exponents, two words of bf16.

#d = 64 : index
!i = memref<1099511627776xi32, 1>
!bytes = memref<1099511627776xi8, 1>
#unroll = #llvm.loop_annotation<unroll = <full = true>>

gpu.module @kernels {
  func.func private @lane() -> i32
  func.func private @part_bytes(i32) -> i64
  func.func private @words_at(i32, i64) -> i64
  func.func private @entry_bytes(i32, i64) -> i64
  func.func private @rest_of(i32, i64, i64, i64, i64) -> i64
  func.func private @load_half(i64) -> i32
  func.func private @store_chunk(vector<2xi32>, i64)
  func.func private @unpack(i32, i32, i32, i32, i64) -> vector<2xi32>

  func.func private @d() -> i32 {
    %d_index = arith.constant #d
    %d = arith.index_cast %d_index : index to i32
    return %d : i32
  }

  func.func private @load_word(%at: i64) -> i32 {
    %pointer = llvm.inttoptr %at : i64 to !llvm.ptr<1>
    %value = llvm.load %pointer {alignment = 4 : i64} : !llvm.ptr<1> -> i32
    return %value : i32
  }

  func.func private @load_chunk(%at: i64) -> vector<2xi32> {
    %pointer = llvm.inttoptr %at : i64 to !llvm.ptr<1>
    %value = llvm.load %pointer {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
    return %value : vector<2xi32>
  }

  func.func private @store_word(%value: i32, %at: i64) {
    %pointer = llvm.inttoptr %at : i64 to !llvm.ptr<1>
    llvm.store %value, %pointer {alignment = 4 : i64} : i32, !llvm.ptr<1>
    return
  }

  func.func private @store_half(%value: i32, %at: i64) {
    %narrow = arith.trunci %value : i32 to i16
    %pointer = llvm.inttoptr %at : i64 to !llvm.ptr<1>
    llvm.store %narrow, %pointer {alignment = 2 : i64} : i16, !llvm.ptr<1>
    return
  }

  // Chunk |chunk| (of d/2) of |layer|'s row in entry |row|, read where it lies.
  func.func private @fetch(%entries: i64, %rest: i64, %row: i64, %layers_in_group: i64, %layer: i64, %chunk: i32) -> vector<2xi32> {
    %c1 = arith.constant 1 : i64
    %c2 = arith.constant 2 : i64
    %c3 = arith.constant 3 : i64
    %i2 = arith.constant 2 : i32
    %d = func.call @d() : () -> i32
    %part = func.call @part_bytes(%d) : (i32) -> i64
    %entry_bytes = func.call @entry_bytes(%d, %layers_in_group) : (i32, i64) -> i64
    %entry_offset = arith.muli %row, %entry_bytes : i64
    %entry = arith.addi %entries, %entry_offset : i64
    %parts_before = arith.muli %layer, %part : i64
    %its_part = arith.addi %entry, %parts_before : i64
    %chunk_i64 = arith.extui %chunk : i32 to i64
    %bytes_offset = arith.shli %chunk_i64, %c2 : i64
    %bytes_at = arith.addi %its_part, %bytes_offset : i64
    %bytes = func.call @load_word(%bytes_at) : (i64) -> i32
    %d_i64 = arith.extui %d : i32 to i64
    %all_bytes = arith.shli %d_i64, %c1 : i64
    %halves_begin = arith.addi %its_part, %all_bytes : i64
    %halves_offset = arith.shli %chunk_i64, %c1 : i64
    %halves_at = arith.addi %halves_begin, %halves_offset : i64
    %halves = func.call @load_half(%halves_at) : (i64) -> i32
    %quarter = arith.shrui %d, %i2 : i32
    %unit = arith.divui %chunk, %quarter : i32
    %in_unit = arith.remui %chunk, %quarter : i32
    %words_at = func.call @words_at(%d, %layers_in_group) : (i32, i64) -> i64
    %words = arith.addi %entry, %words_at : i64
    %layer_words = arith.shli %layer, %c3 : i64
    %its_words = arith.addi %words, %layer_words : i64
    %unit_i64 = arith.extui %unit : i32 to i64
    %unit_offset = arith.shli %unit_i64, %c2 : i64
    %word_at = arith.addi %its_words, %unit_offset : i64
    %word = func.call @load_word(%word_at) : (i64) -> i32
    %rest_begin = func.call @rest_of(%d, %rest, %row, %layers_in_group, %layer) : (i32, i64, i64, i64, i64) -> i64
    %rest_at = arith.addi %rest_begin, %halves_offset : i64
    %value = func.call @unpack(%bytes, %halves, %word, %in_unit, %rest_at) : (i32, i32, i32, i32, i64) -> vector<2xi32>
    return %value : vector<2xi32>
  }

  // ---- Packing

  func.func private @most_of_warp(%x: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %c5 = arith.constant 5 : i32
    %zero = arith.constant 0 : i32
    %width = arith.constant 32 : i32
    %most = scf.for %step = %zero to %c5 step %c1 iter_args(%m = %x) -> (i32) : i32 {
      %distance = arith.shli %c1, %step : i32
      %other, %valid = gpu.shuffle xor %m, %distance, %width : i32
      %larger = arith.maxui %m, %other : i32
      scf.yield %larger : i32
    }
    return %most : i32
  }

  func.func private @sum_of_warp(%x: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %c5 = arith.constant 5 : i32
    %zero = arith.constant 0 : i32
    %width = arith.constant 32 : i32
    %sum = scf.for %step = %zero to %c5 step %c1 iter_args(%s = %x) -> (i32) : i32 {
      %distance = arith.shli %c1, %step : i32
      %other, %valid = gpu.shuffle xor %s, %distance, %width : i32
      %both = arith.addi %s, %other : i32
      scf.yield %both : i32
    }
    return %sum : i32
  }

  // Exponent |k| of four.
  func.func private @exponent_of(%chunk: vector<2xi32>, %k: i32) -> i32 {
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %c7 = arith.constant 7 : i32
    %byte = arith.constant 0xff : i32
    %zero = arith.constant 0 : i32
    %low = vector.extract %chunk[0] : i32 from vector<2xi32>
    %high = vector.extract %chunk[1] : i32 from vector<2xi32>
    %which = arith.shrui %k, %c1 : i32
    %is_low = arith.cmpi eq, %which, %zero : i32
    %pair = arith.select %is_low, %low, %high : i32
    %odd = arith.andi %k, %c1 : i32
    %half = arith.shli %odd, %c4 : i32
    %shift = arith.addi %half, %c7 : i32
    %shifted = arith.shrui %pair, %shift : i32
    %exponent = arith.andi %shifted, %byte : i32
    return %exponent : i32
  }

  // The two bytes of signs and mantissas of a pair.
  func.func private @signs_and_mantissas(%pair: i32) -> i32 {
    %c8 = arith.constant 8 : i32
    %signs = arith.constant 0x00800080 : i32
    %mantissas = arith.constant 0x007f007f : i32
    %first = arith.constant 0xff : i32
    %second = arith.constant 0xff00 : i32
    %down = arith.shrui %pair, %c8 : i32
    %sign = arith.andi %down, %signs : i32
    %mantissa = arith.andi %pair, %mantissas : i32
    %both = arith.ori %sign, %mantissa : i32
    %a = arith.andi %both, %first : i32
    %b_down = arith.shrui %both, %c8 : i32
    %b = arith.andi %b_down, %second : i32
    %bytes = arith.ori %a, %b : i32
    return %bytes : i32
  }

  // A warp packs the d numbers at |from|: K (unit 0) or V (1) of the row whose part, words and rest are given.
  func.func private @pack(%from: i64, %unit: i32, %part: i64, %words: i64, %rest: i64) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c4 = arith.constant 4 : i32
    %c8 = arith.constant 8 : i32
    %c15 = arith.constant 15 : i32
    %c16 = arith.constant 16 : i32
    %c32 = arith.constant 32 : i32
    %one_more = arith.constant 0x10000 : i32
    %exception_bits = arith.constant 0xffff : i32
    %excepted = arith.constant 0x01000000 : i32
    %whole_form = arith.constant 0x02000000 : i32
    %l1 = arith.constant 1 : i64
    %l2 = arith.constant 2 : i64
    %l3 = arith.constant 3 : i64
    %d = func.call @d() : () -> i32
    %d_i64 = arith.extui %d : i32 to i64
    %lane = func.call @lane() : () -> i32
    %chunks = arith.shrui %d, %c2 : i32
    %lane_most = scf.for %chunk = %lane to %chunks step %c32 iter_args(%most = %c0) -> (i32) : i32 {
      %chunk_i64 = arith.extui %chunk : i32 to i64
      %offset = arith.shli %chunk_i64, %l3 : i64
      %at = arith.addi %from, %offset : i64
      %values = func.call @load_chunk(%at) : (i64) -> vector<2xi32>
      %its = scf.for %k = %c0 to %c4 step %c1 iter_args(%m = %most) -> (i32) : i32 {
        %exponent = func.call @exponent_of(%values, %k) : (vector<2xi32>, i32) -> i32
        %larger = arith.maxui %m, %exponent : i32
        scf.yield %larger : i32
      } {llvm.loop_annotation = #unroll}
      scf.yield %its : i32
    }
    %largest = func.call @most_of_warp(%lane_most) : (i32) -> i32
    // How many are too small, in units of 2^16, and the number and exponent of the only one, if it is.
    %lane_codes = scf.for %chunk = %lane to %chunks step %c32 iter_args(%codes = %c0) -> (i32) : i32 {
      %chunk_i64 = arith.extui %chunk : i32 to i64
      %offset = arith.shli %chunk_i64, %l3 : i64
      %at = arith.addi %from, %offset : i64
      %values = func.call @load_chunk(%at) : (i64) -> vector<2xi32>
      %first = arith.shli %chunk, %c2 : i32
      %its = scf.for %k = %c0 to %c4 step %c1 iter_args(%s = %codes) -> (i32) : i32 {
        %exponent = func.call @exponent_of(%values, %k) : (vector<2xi32>, i32) -> i32
        %below = arith.subi %largest, %exponent : i32
        %too_small = arith.cmpi ugt, %below, %c15 : i32
        %number = arith.addi %first, %k : i32
        %number_at = arith.shli %number, %c8 : i32
        %exception = arith.ori %number_at, %exponent : i32
        %code = arith.ori %exception, %one_more : i32
        %more = arith.addi %s, %code : i32
        %next = arith.select %too_small, %more, %s : i32
        scf.yield %next : i32
      } {llvm.loop_annotation = #unroll}
      scf.yield %its : i32
    }
    %codes = func.call @sum_of_warp(%lane_codes) : (i32) -> i32
    %exceptions = arith.shrui %codes, %c16 : i32
    %whole = arith.cmpi ugt, %exceptions, %c1 : i32
    %one = arith.cmpi eq, %exceptions, %c1 : i32
    %exception = arith.andi %codes, %exception_bits : i32
    %exception_at = arith.shli %exception, %c8 : i32
    %its_exception = arith.ori %exception_at, %excepted : i32
    %one_form = arith.select %one, %its_exception, %c0 : i32
    %form = arith.select %whole, %whole_form, %one_form : i32
    %word = arith.ori %largest, %form : i32
    %is_first = arith.cmpi eq, %lane, %c0 : i32
    %unit_i64 = arith.extui %unit : i32 to i64
    scf.if %is_first {
      %word_offset = arith.shli %unit_i64, %l2 : i64
      %word_at = arith.addi %words, %word_offset : i64
      func.call @store_word(%word, %word_at) : (i32, i64) -> ()
    }
    %unit_bytes = arith.muli %unit_i64, %d_i64 : i64
    %bytes_begin = arith.addi %part, %unit_bytes : i64
    %unit_halves = arith.shrui %unit_bytes, %l1 : i64
    %all_bytes = arith.shli %d_i64, %l1 : i64
    %halves_part = arith.addi %part, %all_bytes : i64
    %halves_begin = arith.addi %halves_part, %unit_halves : i64
    %rest_begin = arith.addi %rest, %unit_halves : i64
    scf.for %chunk = %lane to %chunks step %c32 : i32 {
      %chunk_i64 = arith.extui %chunk : i32 to i64
      %offset = arith.shli %chunk_i64, %l3 : i64
      %at = arith.addi %from, %offset : i64
      %values = func.call @load_chunk(%at) : (i64) -> vector<2xi32>
      %low = vector.extract %values[0] : i32 from vector<2xi32>
      %high = vector.extract %values[1] : i32 from vector<2xi32>
      %low_bytes = func.call @signs_and_mantissas(%low) : (i32) -> i32
      %high_bytes = func.call @signs_and_mantissas(%high) : (i32) -> i32
      %high_at = arith.shli %high_bytes, %c16 : i32
      %bytes = arith.ori %low_bytes, %high_at : i32
      %bytes_offset = arith.shli %chunk_i64, %l2 : i64
      %bytes_at = arith.addi %bytes_begin, %bytes_offset : i64
      func.call @store_word(%bytes, %bytes_at) : (i32, i64) -> ()
      %halves:2 = scf.for %k = %c0 to %c4 step %c1 iter_args(%lows = %c0, %highs = %c0) -> (i32, i32) : i32 {
        %exponent = func.call @exponent_of(%values, %k) : (vector<2xi32>, i32) -> i32
        %below = arith.subi %largest, %exponent : i32
        %too_small = arith.cmpi ugt, %below, %c15 : i32
        %difference = arith.select %too_small, %c0, %below : i32
        %low_half = arith.andi %exponent, %c15 : i32
        %half = arith.select %whole, %low_half, %difference : i32
        %place = arith.shli %k, %c2 : i32
        %half_at = arith.shli %half, %place : i32
        %more_lows = arith.ori %lows, %half_at : i32
        %high_half = arith.shrui %exponent, %c4 : i32
        %high_half_at = arith.shli %high_half, %place : i32
        %more_highs = arith.ori %highs, %high_half_at : i32
        scf.yield %more_lows, %more_highs : i32, i32
      } {llvm.loop_annotation = #unroll}
      %halves_offset = arith.shli %chunk_i64, %l1 : i64
      %halves_at = arith.addi %halves_begin, %halves_offset : i64
      func.call @store_half(%halves#0, %halves_at) : (i32, i64) -> ()
      scf.if %whole {
        %rest_at = arith.addi %rest_begin, %halves_offset : i64
        func.call @store_half(%halves#1, %rest_at) : (i32, i64) -> ()
      }
    }
    return
  }

  // A warp packs K (unit 0) or V (1) of the row at |from| as |layer|'s in entry |row|.
  func.func private @pack_into(%from: i64, %unit: i32, %entries: i64, %rest: i64, %row: i64, %layers_in_group: i64, %layer: i64) {
    %c1 = arith.constant 1 : i64
    %c3 = arith.constant 3 : i64
    %d = func.call @d() : () -> i32
    %d_i64 = arith.extui %d : i32 to i64
    %unit_bytes = arith.shli %d_i64, %c1 : i64
    %unit_i64 = arith.extui %unit : i32 to i64
    %before = arith.muli %unit_i64, %unit_bytes : i64
    %numbers = arith.addi %from, %before : i64
    %part_bytes = func.call @part_bytes(%d) : (i32) -> i64
    %entry_bytes = func.call @entry_bytes(%d, %layers_in_group) : (i32, i64) -> i64
    %entry_offset = arith.muli %row, %entry_bytes : i64
    %entry = arith.addi %entries, %entry_offset : i64
    %parts_before = arith.muli %layer, %part_bytes : i64
    %part = arith.addi %entry, %parts_before : i64
    %words_at = func.call @words_at(%d, %layers_in_group) : (i32, i64) -> i64
    %words_begin = arith.addi %entry, %words_at : i64
    %words_before = arith.shli %layer, %c3 : i64
    %words = arith.addi %words_begin, %words_before : i64
    %its_rest = func.call @rest_of(%d, %rest, %row, %layers_in_group, %layer) : (i32, i64, i64, i64, i64) -> i64
    func.call @pack(%numbers, %unit, %part, %words, %its_rest) : (i64, i32, i64, i64, i64) -> ()
    return
  }

  func.func private @address(%p: !bytes) -> i64 {
    %base = memref.extract_aligned_pointer_as_index %p : !bytes -> index
    %at = arith.index_cast %base : index to i64
    return %at : i64
  }

  // ---- The kernels

  // As kv_gather: loads the rows in load_tokens to their slots. An item is a chunk of a row of one layer.
  gpu.func @kv_gather_packed(%entries: !bytes, %page_table: !i, %sequences: !i, %load_tokens: !i, %load_slots: !i, %load_count: !i, %slots: !bytes, %N: i64,
                             %max_pages: i64, %page_tokens: i64, %Hkv: i64, %T: i64, %layers_in_group: i64, %layers: i64, %layer_rows: i64, %rest: !bytes, %place: i64, %copying: !i, %from_row: i64)
      kernel attributes {known_block_size = array<i32: 256, 1, 1>, spc.blocks = 32} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c256 = arith.constant 256 : index
    %l2 = arith.constant 2 : i64
    %l3 = arith.constant 3 : i64
    %entries_at = func.call @address(%entries) : (!bytes) -> i64
    %rest_at = func.call @address(%rest) : (!bytes) -> i64
    %slots_at = func.call @address(%slots) : (!bytes) -> i64
    %d = arith.constant #d
    %c2 = arith.constant 2 : index
    %row_chunks = arith.divui %d, %c2 : index
    %d_i64 = arith.index_cast %d : index to i64
    %row_bytes = arith.shli %d_i64, %l2 : i64
    %block = gpu.block_id x
    %blocks = gpu.grid_dim x
    %first_head = gpu.block_id y
    %heads_at_once = gpu.grid_dim y
    %thread = gpu.thread_id x
    %block_first = arith.muli %block, %c256 : index
    %first = arith.addi %block_first, %thread : index
    %step = arith.muli %blocks, %c256 : index
    %list_size = arith.index_cast %N : i64 to index
    %table_stride = arith.index_cast %max_pages : i64 to index
    %page = arith.trunci %page_tokens : i64 to i32
    %kv_heads_i32 = arith.trunci %Hkv : i64 to i32
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %begin_row = arith.index_cast %from_row : i64 to index
    %row_count = arith.index_cast %T : i64 to index
    %end_row = arith.addi %begin_row, %row_count : index
    %layer_count = arith.index_cast %layers : i64 to index
    %layers_i32 = arith.trunci %layers : i64 to i32
    %row_chunks_i32 = arith.index_cast %row_chunks : index to i32
    scf.for %row = %begin_row to %end_row step %c1 {
      scf.for %head = %first_head to %kv_heads step %heads_at_once {
        %head_i32 = arith.index_cast %head : index to i32
        %row_heads = arith.muli %row, %kv_heads : index
        %row_head = arith.addi %row_heads, %head : index
        %list = arith.muli %row_head, %list_size : index
        %n_i32 = memref.load %load_count[%row_head] : !i
        %loads = arith.index_cast %n_i32 : i32 to index
        %rows = arith.muli %loads, %layer_count : index
        %n = arith.muli %rows, %row_chunks : index
        %sequence_i32 = memref.load %sequences[%row] : !i
        %sequence = arith.index_cast %sequence_i32 : i32 to index
        %table_row = arith.muli %sequence, %table_stride : index
        %sequence_heads = arith.muli %sequence, %kv_heads : index
        %sequence_head = arith.addi %sequence_heads, %head : index
        %first_slot = arith.muli %sequence_head, %list_size : index
        scf.for %item = %first to %n step %step {
          // In 32 bits, which the items of a list fit: division is slow in 64.
          %item_i32 = arith.index_castui %item : index to i32
          %which = arith.divui %item_i32, %row_chunks_i32 : i32
          %chunk = arith.remui %item_i32, %row_chunks_i32 : i32
          %entry_i32 = arith.divui %which, %layers_i32 : i32
          %layer_i32 = arith.remui %which, %layers_i32 : i32
          %entry = arith.index_castui %entry_i32 : i32 to index
          %layer = arith.extui %layer_i32 : i32 to i64
          %at = arith.addi %list, %entry : index
          %token = memref.load %load_tokens[%at] : !i
          %slot_i32 = memref.load %load_slots[%at] : !i
          %page_of_token = arith.divui %token, %page : i32
          %in_page = arith.remui %token, %page : i32
          %page_index = arith.index_castui %page_of_token : i32 to index
          %table_at = arith.addi %table_row, %page_index : index
          %pool_page = memref.load %page_table[%table_at] : !i
          %page_heads = arith.muli %pool_page, %kv_heads_i32 : i32
          %page_head = arith.addi %page_heads, %head_i32 : i32
          %page_row = arith.muli %page_head, %page : i32
          %host_row_i32 = arith.addi %page_row, %in_page : i32
          %host_row = arith.extui %host_row_i32 : i32 to i64
          %layer_place = arith.addi %place, %layer : i64
          %value = func.call @fetch(%entries_at, %rest_at, %host_row, %layers_in_group, %layer_place, %chunk) : (i64, i64, i64, i64, i64, i32) -> vector<2xi32>
          %slot = arith.index_cast %slot_i32 : i32 to index
          %slot_row_index = arith.addi %first_slot, %slot : index
          %slot_row_i64 = arith.index_castui %slot_row_index : index to i64
          %rows_before = arith.muli %layer, %layer_rows : i64
          %slot_row = arith.addi %slot_row_i64, %rows_before : i64
          %row_offset = arith.muli %slot_row, %row_bytes : i64
          %row_at = arith.addi %slots_at, %row_offset : i64
          %chunk_i64 = arith.extui %chunk : i32 to i64
          %chunk_offset = arith.shli %chunk_i64, %l3 : i64
          %to = arith.addi %row_at, %chunk_offset : i64
          func.call @store_chunk(%value, %to) : (vector<2xi32>, i64) -> ()
        }
      }
    }
    gpu.return
  }

  // As kv_scatter: the step's new rows to their pages on the host. A warp each for K and V. |place| is the deepest layer's.
  gpu.func @kv_scatter_packed(%slots: !bytes, %append_slot_rows: !i, %entries: !bytes, %append_rows: !i, %Hkv: i64, %layers_in_group: i64, %layer_rows: i64, %rest: !bytes,
                              %place: i64) kernel attributes {known_block_size = array<i32: 64, 1, 1>} {
    %l2 = arith.constant 2 : i64
    %c5 = arith.constant 5 : i32
    %entries_at = func.call @address(%entries) : (!bytes) -> i64
    %rest_at = func.call @address(%rest) : (!bytes) -> i64
    %slots_at = func.call @address(%slots) : (!bytes) -> i64
    %d_i32 = func.call @d() : () -> i32
    %d = arith.extui %d_i32 : i32 to i64
    %row_bytes = arith.shli %d, %l2 : i64
    %head = gpu.block_id x
    %above_index = gpu.block_id y
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %thread_i32 = arith.index_cast %thread : index to i32
    %unit = arith.shrui %thread_i32, %c5 : i32
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %row_heads = arith.muli %row, %kv_heads : index
    %row_head = arith.addi %row_heads, %head : index
    %slot_row_i32 = memref.load %append_slot_rows[%row_head] : !i
    %page_row_i32 = memref.load %append_rows[%row_head] : !i
    %above = arith.index_cast %above_index : index to i64
    %deepest_slot_row = arith.extui %slot_row_i32 : i32 to i64
    %rows_before = arith.muli %above, %layer_rows : i64
    %slot_row = arith.subi %deepest_slot_row, %rows_before : i64
    %offset = arith.muli %slot_row, %row_bytes : i64
    %from = arith.addi %slots_at, %offset : i64
    %page_row = arith.extui %page_row_i32 : i32 to i64
    %layer = arith.subi %place, %above : i64
    func.call @pack_into(%from, %unit, %entries_at, %rest_at, %page_row, %layers_in_group, %layer) : (i64, i32, i64, i64, i64, i64, i64) -> ()
    gpu.return
  }

  // |count| rows of one layer, one behind the other at |rows|, to the entries from |first| on. A warp each for K and V; any number of blocks.
  gpu.func @kv_pack(%rows: !bytes, %entries: !bytes, %rest: !bytes, %layers_in_group: i64, %place: i64, %first: i64, %count: i64)
      kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %l1 = arith.constant 1 : i64
    %l2 = arith.constant 2 : i64
    %l5 = arith.constant 5 : i64
    %l8 = arith.constant 8 : i64
    %rows_at = func.call @address(%rows) : (!bytes) -> i64
    %entries_at = func.call @address(%entries) : (!bytes) -> i64
    %rest_at = func.call @address(%rest) : (!bytes) -> i64
    %d_i32 = func.call @d() : () -> i32
    %d = arith.extui %d_i32 : i32 to i64
    %row_bytes = arith.shli %d, %l2 : i64
    %block_index = gpu.block_id x
    %blocks_index = gpu.grid_dim x
    %thread_index = gpu.thread_id x
    %block = arith.index_cast %block_index : index to i64
    %blocks = arith.index_cast %blocks_index : index to i64
    %thread = arith.index_cast %thread_index : index to i64
    %warp = arith.shrui %thread, %l5 : i64
    %block_first = arith.muli %block, %l8 : i64
    %first_item = arith.addi %block_first, %warp : i64
    %step = arith.muli %blocks, %l8 : i64
    %items = arith.shli %count, %l1 : i64
    scf.for %item = %first_item to %items step %step : i64 {
      %row = arith.shrui %item, %l1 : i64
      %unit_i64 = arith.andi %item, %l1 : i64
      %unit = arith.trunci %unit_i64 : i64 to i32
      %offset = arith.muli %row, %row_bytes : i64
      %from = arith.addi %rows_at, %offset : i64
      %entry = arith.addi %first, %row : i64
      func.call @pack_into(%from, %unit, %entries_at, %rest_at, %entry, %layers_in_group, %place) : (i64, i32, i64, i64, i64, i64, i64) -> ()
    }
    gpu.return
  }

  // The way back of kv_pack. A thread takes four chunks at a time; any number of blocks.
  gpu.func @kv_unpack(%rows: !bytes, %entries: !bytes, %rest: !bytes, %layers_in_group: i64, %place: i64, %first: i64, %count: i64)
      kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %l1 = arith.constant 1 : i64
    %l3 = arith.constant 3 : i64
    %l4 = arith.constant 4 : i64
    %l0 = arith.constant 0 : i64
    %l256 = arith.constant 256 : i64
    %rows_at = func.call @address(%rows) : (!bytes) -> i64
    %entries_at = func.call @address(%entries) : (!bytes) -> i64
    %rest_at = func.call @address(%rest) : (!bytes) -> i64
    %d_i32 = func.call @d() : () -> i32
    %d = arith.extui %d_i32 : i32 to i64
    %row_chunks = arith.shrui %d, %l1 : i64
    %block_index = gpu.block_id x
    %blocks_index = gpu.grid_dim x
    %thread_index = gpu.thread_id x
    %block = arith.index_cast %block_index : index to i64
    %blocks = arith.index_cast %blocks_index : index to i64
    %thread = arith.index_cast %thread_index : index to i64
    %block_first = arith.muli %block, %l256 : i64
    %begin = arith.addi %block_first, %thread : i64
    %threads = arith.muli %blocks, %l256 : i64
    %step = arith.muli %threads, %l4 : i64
    %items = arith.muli %count, %row_chunks : i64
    %last = arith.subi %items, %l1 : i64
    %chunks = memref.alloca() : memref<4xvector<2xi32>>
    scf.for %base = %begin to %items step %step : i64 {
      scf.for %j = %l0 to %l4 step %l1 : i64 {
        %before = arith.muli %j, %threads : i64
        %any = arith.addi %base, %before : i64
        %item = arith.minui %any, %last : i64
        %row = arith.divui %item, %row_chunks : i64
        %chunk_i64 = arith.remui %item, %row_chunks : i64
        %chunk = arith.trunci %chunk_i64 : i64 to i32
        %entry = arith.addi %first, %row : i64
        %value = func.call @fetch(%entries_at, %rest_at, %entry, %layers_in_group, %place, %chunk) : (i64, i64, i64, i64, i64, i32) -> vector<2xi32>
        %j_index = arith.index_cast %j : i64 to index
        memref.store %value, %chunks[%j_index] : memref<4xvector<2xi32>>
      } {llvm.loop_annotation = #unroll}
      scf.for %j = %l0 to %l4 step %l1 : i64 {
        %before = arith.muli %j, %threads : i64
        %item = arith.addi %base, %before : i64
        %inside = arith.cmpi ult, %item, %items : i64
        scf.if %inside {
          // Chunks of rows that lie one behind the other do so too.
          %j_index = arith.index_cast %j : i64 to index
          %value = memref.load %chunks[%j_index] : memref<4xvector<2xi32>>
          %offset = arith.shli %item, %l3 : i64
          %to = arith.addi %rows_at, %offset : i64
          func.call @store_chunk(%value, %to) : (vector<2xi32>, i64) -> ()
        }
      } {llvm.loop_annotation = #unroll}
    }
    gpu.return
  }
}
