// What a selection changes: for each KV head of a row, which selected tokens lie in slots already, which are to be loaded into which slots, and the rows of the
// pools where attention finds them all; a row of the call has a list of selected tokens for each KV head, or one for all of them. The results are those of the host's kernel, number for number.
//
// Both lists of tokens ascend, so each token finds itself in the other list by bisection. A token in both keeps its slot; slots of tokens that left, then slots
// never used, go to tokens that came, each in order. A block of 512 threads a head. resident_count is read by all heads of a row, so that
// kv_diff_count writes it, in a launch of its own.

!i = memref<1099511627776xi32, 1>
!shared_i32 = memref<32xi32, #gpu.address_space<workgroup>>
!tokens = memref<4096xi32, #gpu.address_space<workgroup>>

gpu.module @kernels {
  func.func private @row_from(i64) -> index
  func.func private @block_scan(i1, i1, !shared_i32) -> (i32, i32)

  // Entry |i| of list[at ..], from its copy in shared memory where there is one.
  func.func private @entry(%list: !i, %at: index, %copy: !tokens, %copied: i1, %i: index) -> i32 {
    %entry = scf.if %copied -> i32 {
      %from_copy = memref.load %copy[%i] : !tokens
      scf.yield %from_copy : i32
    } else {
      %entry_at = arith.addi %at, %i : index
      %from_list = memref.load %list[%entry_at] : !i
      scf.yield %from_list : i32
    }
    return %entry : i32
  }

  // Where |token| is in the ascending list[at .. at + n), from at; |n| when it is not.
  func.func private @find(%list: !i, %at: index, %copy: !tokens, %copied: i1, %n: index, %token: i32) -> index {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %found:2 = scf.while (%low = %c0, %high = %n) : (index, index) -> (index, index) {
      %open = arith.cmpi ult, %low, %high : index
      scf.condition(%open) %low, %high : index, index
    } do {
    ^bb0(%low: index, %high: index):
      %sum = arith.addi %low, %high : index
      %middle = arith.shrui %sum, %c1 : index
      %entry = func.call @entry(%list, %at, %copy, %copied, %middle) : (!i, index, !tokens, i1, index) -> i32
      %less = arith.cmpi slt, %entry, %token : i32
      %after = arith.addi %middle, %c1 : index
      %new_low = arith.select %less, %after, %low : index
      %new_high = arith.select %less, %high, %middle : index
      scf.yield %new_low, %new_high : index, index
    }
    %inside = arith.cmpi ult, %found#0, %n : index
    %place = scf.if %inside -> index {
      %entry = func.call @entry(%list, %at, %copy, %copied, %found#0) : (!i, index, !tokens, i1, index) -> i32
      %same = arith.cmpi eq, %entry, %token : i32
      %p = arith.select %same, %found#0, %n : index
      scf.yield %p : index
    } else {
      scf.yield %n : index
    }
    return %place : index
  }

  // Bisection in device memory takes a microsecond for each of its steps where others keep that busy, so lists are copied to shared memory first if they fit. Returns whether.
  func.func private @copy_list(%list: !i, %at: index, %n: index, %copy: !tokens) -> i1 {
    %c512 = arith.constant 512 : index
    %most = arith.constant 4096 : index
    %thread = gpu.thread_id x
    %fits = arith.cmpi ule, %n, %most : index
    scf.if %fits {
      scf.for %k = %thread to %n step %c512 {
        %from = arith.addi %at, %k : index
        %token = memref.load %list[%from] : !i
        memref.store %token, %copy[%k] : !tokens
      }
    }
    return %fits : i1
  }

  // freed[at ..] = the slots of resident tokens that are not selected, in order of the tokens; returns how many.
  func.func private @free_slots(%selected: !i, %chosen: index, %list: index, %n: index, %tokens: !i, %slots: !i, %resident: index, %n_resident: index, %freed: !i,
                                %chosen_copy: !tokens, %copied: i1, %scratch: !shared_i32) -> index {
    %c0 = arith.constant 0 : index
    %c512 = arith.constant 512 : index
    %no = arith.constant false
    %low = arith.constant 65535 : i32
    %thread = gpu.thread_id x
    %total = scf.for %base = %c0 to %n_resident step %c512 iter_args(%seen = %c0) -> index {
      %j = arith.addi %base, %thread : index
      %at = arith.addi %resident, %j : index
      %inside = arith.cmpi ult, %j, %n_resident : index
      %left = scf.if %inside -> i1 {
        %token = memref.load %tokens[%at] : !i
        %place = func.call @find(%selected, %chosen, %chosen_copy, %copied, %n, %token) : (!i, index, !tokens, i1, index, i32) -> index
        %absent = arith.cmpi eq, %place, %n : index
        scf.yield %absent : i1
      } else {
        scf.yield %no : i1
      }
      %before, %count = func.call @block_scan(%left, %no, %scratch) : (i1, i1, !shared_i32) -> (i32, i32)
      scf.if %left {
        %before_index = arith.index_castui %before : i32 to index
        %offset = arith.addi %seen, %before_index : index
        %to = arith.addi %list, %offset : index
        %slot = memref.load %slots[%at] : !i
        memref.store %slot, %freed[%to] : !i
      }
      %count_low = arith.andi %count, %low : i32
      %count_index = arith.index_castui %count_low : i32 to index
      %next = arith.addi %seen, %count_index : index
      scf.yield %next : index
    }
    return %total : index
  }

  // kept[k] = the slot of selected token k, or -1 for a newcomer.
  func.func private @keep_slots(%selected: !i, %chosen: index, %list: index, %n: index, %tokens: !i, %slots: !i, %resident: index, %n_resident: index, %kept: !i,
                                %held_copy: !tokens, %copied: i1) {
    %c512 = arith.constant 512 : index
    %absent = arith.constant -1 : i32
    %thread = gpu.thread_id x
    scf.for %k = %thread to %n step %c512 {
      %at = arith.addi %list, %k : index
      %chosen_at = arith.addi %chosen, %k : index
      %token = memref.load %selected[%chosen_at] : !i
      %place = func.call @find(%tokens, %resident, %held_copy, %copied, %n_resident, %token) : (!i, index, !tokens, i1, index, i32) -> index
      %held = arith.cmpi ult, %place, %n_resident : index
      %slot = scf.if %held -> i32 {
        %slot_at = arith.addi %resident, %place : index
        %s = memref.load %slots[%slot_at] : !i
        scf.yield %s : i32
      } else {
        scf.yield %absent : i32
      }
      memref.store %slot, %kept[%at] : !i
    }
    return
  }

  gpu.func @kv_diff(%selected: !i, %count: !i, %positions: !i, %sequences: !i, %page_table: !i, %selected_rows: !i, %slot_rows: !i,
                    %resident_tokens: !i, %resident_slots: !i, %resident_count: !i, %load_tokens: !i, %load_slots: !i, %load_count: !i,
                    %append_slot_rows: !i, %N: i64, %max_pages: i64, %page_tokens: i64, %Hkv: i64, %Hs: i64, %from_row: i64)
      workgroup(%scratch: !shared_i32, %chosen_copy: !tokens, %held_copy: !tokens) kernel
      attributes {known_block_size = array<i32: 512, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c512 = arith.constant 512 : index
    %zero = arith.constant 0 : i32
    %high = arith.constant 16 : i32
    %low = arith.constant 65535 : i32
    %no = arith.constant false
    %true = arith.constant true
    %head = gpu.block_id x
    %row = func.call @row_from(%from_row) : (i64) -> index
    %thread = gpu.thread_id x
    %list_size = arith.index_cast %N : i64 to index
    %table_stride = arith.index_cast %max_pages : i64 to index
    %page = arith.trunci %page_tokens : i64 to i32
    %kv_heads_i32 = arith.trunci %Hkv : i64 to i32
    %head_i32 = arith.index_cast %head : index to i32
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %lists = arith.index_cast %Hs : i64 to index
    %n_i32 = memref.load %count[%row] : !i
    %n = arith.index_cast %n_i32 : i32 to index
    %position = memref.load %positions[%row] : !i
    %sequence_i32 = memref.load %sequences[%row] : !i
    %sequence = arith.index_cast %sequence_i32 : i32 to index
    %held_i32 = memref.load %resident_count[%sequence] : !i
    %held = arith.index_cast %held_i32 : i32 to index
    // Fewer selected than resident (a sequence that was cut): everything is loaded anew, which keeps the slots in use exactly 0 .. count - 1.
    %cut = arith.cmpi ugt, %held, %n : index
    %n_resident = arith.select %cut, %c0, %held : index
    %table_row = arith.muli %sequence, %table_stride : index
    %row_heads = arith.muli %row, %kv_heads : index
    %row_head = arith.addi %row_heads, %head : index
    %list = arith.muli %row_head, %list_size : index
    %head_lists = arith.muli %head, %lists : index
    %own_list = arith.divui %head_lists, %kv_heads : index
    %row_lists = arith.muli %row, %lists : index
    %row_list = arith.addi %row_lists, %own_list : index
    %chosen = arith.muli %row_list, %list_size : index
    %sequence_heads = arith.muli %sequence, %kv_heads : index
    %sequence_head = arith.addi %sequence_heads, %head : index
    %resident = arith.muli %sequence_head, %list_size : index
    %chosen_copied = func.call @copy_list(%selected, %chosen, %n, %chosen_copy) : (!i, index, index, !tokens) -> i1
    %held_copied = func.call @copy_list(%resident_tokens, %resident, %n_resident, %held_copy) : (!i, index, index, !tokens) -> i1
    gpu.barrier
    %n_freed = func.call @free_slots(%selected, %chosen, %list, %n, %resident_tokens, %resident_slots, %resident, %n_resident, %load_slots, %chosen_copy, %chosen_copied, %scratch)
        : (!i, index, index, index, !i, !i, index, index, !i, !tokens, i1, !shared_i32) -> index
    func.call @keep_slots(%selected, %chosen, %list, %n, %resident_tokens, %resident_slots, %resident, %n_resident, %slot_rows, %held_copy, %held_copied)
        : (!i, index, index, index, !i, !i, index, index, !i, !tokens, i1) -> ()
    gpu.barrier
    // The freed slots lie in load_slots, whose entries are overwritten by loads: never ahead of those that later threads read, and after a barrier.
    %done:2 = scf.for %base = %c0 to %n step %c512 iter_args(%new_seen = %c0, %loads_seen = %c0) -> (index, index) {
      %k = arith.addi %base, %thread : index
      %at = arith.addi %list, %k : index
      %inside = arith.cmpi ult, %k, %n : index
      // Its page is looked up before the scan, whose barriers take as long.
      %mine:4 = scf.if %inside -> (i32, i32, i1, i32) {
        %token = func.call @entry(%selected, %chosen, %chosen_copy, %chosen_copied, %k) : (!i, index, !tokens, i1, index) -> i32
        %kept = memref.load %slot_rows[%at] : !i
        %absent = arith.cmpi slt, %kept, %zero : i32
        // In 32 bits, which rows of a pool fit: division is slow in 64.
        %page_of_token = arith.divui %token, %page : i32
        %page_index = arith.index_castui %page_of_token : i32 to index
        %entry_at = arith.addi %table_row, %page_index : index
        %pool_page = memref.load %page_table[%entry_at] : !i
        scf.yield %token, %kept, %absent, %pool_page : i32, i32, i1, i32
      } else {
        scf.yield %zero, %zero, %no, %zero : i32, i32, i1, i32
      }
      %own = arith.cmpi eq, %mine#0, %position : i32
      %other = arith.xori %own, %true : i1
      %loads = arith.andi %mine#2, %other : i1
      %before, %total = func.call @block_scan(%mine#2, %loads, %scratch) : (i1, i1, !shared_i32) -> (i32, i32)
      %new_here_i32 = arith.andi %before, %low : i32
      %loads_here_i32 = arith.shrui %before, %high : i32
      %new_here = arith.index_castui %new_here_i32 : i32 to index
      %loads_here = arith.index_castui %loads_here_i32 : i32 to index
      %rank = arith.addi %new_seen, %new_here : index
      %slot = scf.if %mine#2 -> i32 {
        %has_freed = arith.cmpi ult, %rank, %n_freed : index
        %given = scf.if %has_freed -> i32 {
          %f_at = arith.addi %list, %rank : index
          %s = memref.load %load_slots[%f_at] : !i
          scf.yield %s : i32
        } else {
          %beyond = arith.subi %rank, %n_freed : index
          %fresh = arith.addi %n_resident, %beyond : index
          %s = arith.index_cast %fresh : index to i32
          scf.yield %s : i32
        }
        scf.yield %given : i32
      } else {
        scf.yield %mine#1 : i32
      }
      gpu.barrier
      scf.if %inside {
        scf.if %loads {
          %offset = arith.addi %loads_seen, %loads_here : index
          %l_at = arith.addi %list, %offset : index
          memref.store %mine#0, %load_tokens[%l_at] : !i
          memref.store %slot, %load_slots[%l_at] : !i
        }
        %r_at = arith.addi %resident, %k : index
        memref.store %mine#0, %resident_tokens[%r_at] : !i
        memref.store %slot, %resident_slots[%r_at] : !i
        %slot_index = arith.index_cast %slot : i32 to index
        %slot_row = arith.addi %resident, %slot_index : index
        %slot_row_i32 = arith.index_cast %slot_row : index to i32
        memref.store %slot_row_i32, %slot_rows[%at] : !i
        scf.if %own {
          memref.store %slot_row_i32, %append_slot_rows[%row_head] : !i
        }
        %in_page = arith.remui %mine#0, %page : i32
        %page_heads = arith.muli %mine#3, %kv_heads_i32 : i32
        %page_head = arith.addi %page_heads, %head_i32 : i32
        %page_row = arith.muli %page_head, %page : i32
        %pool_row_i32 = arith.addi %page_row, %in_page : i32
        memref.store %pool_row_i32, %selected_rows[%at] : !i
      }
      %new_total_i32 = arith.andi %total, %low : i32
      %loads_total_i32 = arith.shrui %total, %high : i32
      %new_total = arith.index_castui %new_total_i32 : i32 to index
      %loads_total = arith.index_castui %loads_total_i32 : i32 to index
      %next_new = arith.addi %new_seen, %new_total : index
      %next_loads = arith.addi %loads_seen, %loads_total : index
      scf.yield %next_new, %next_loads : index, index
    }
    %is_first = arith.cmpi eq, %thread, %c0 : index
    scf.if %is_first {
      %loads_i32 = arith.index_cast %done#1 : index to i32
      memref.store %loads_i32, %load_count[%row_head] : !i
    }
    gpu.return
  }

  // After kv_diff: resident_count[sequences[row]] = count[row].
  gpu.func @kv_diff_count(%count: !i, %sequences: !i, %resident_count: !i, %from_row: i64) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %c0 = arith.constant 0 : index
    %row = func.call @row_from(%from_row) : (i64) -> index
    %thread = gpu.thread_id x
    %is_first = arith.cmpi eq, %thread, %c0 : index
    scf.if %is_first {
      %sequence_i32 = memref.load %sequences[%row] : !i
      %sequence = arith.index_cast %sequence_i32 : i32 to index
      %selected = memref.load %count[%row] : !i
      memref.store %selected, %resident_count[%sequence] : !i
    }
    gpu.return
  }
}
