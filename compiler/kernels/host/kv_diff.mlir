// What a selection changes: for each KV head of a row, which selected tokens lie in slots already, which are to be loaded into which slots, and
// the rows of the pools where attention finds them all. A row of the call has a list of selected tokens for each KV head, or one for all of them.
//
// Both lists of tokens ascend, so they are merged. A token in both keeps its slot; slots of tokens that left, then slots never used, go to
// tokens that came. The step's own token gets a slot but no load: its row is appended. If fewer tokens are selected than are resident
// (a sequence that was cut), everything is loaded anew, which keeps the slots in use exactly 0 .. count - 1.

!i = memref<1099511627776xi32>

// Merges one head. slots[i] = the slot of selected token i, or -1 for a newcomer; the slots of tokens that left go to freed[0 ..]. Returns how many.
func.func private @keep(%selected: !i, %chosen: index, %list: index, %n: index, %tokens: !i, %token_slots: !i, %resident: index, %n_resident: index,
                        %slots: !i, %freed: !i) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %absent = arith.constant -1 : i32
  %merged:2 = scf.for %k = %c0 to %n step %c1 iter_args(%j = %c0, %f = %c0) -> (index, index) {
    %at = arith.addi %list, %k : index
    %chosen_at = arith.addi %chosen, %k : index
    %token = memref.load %selected[%chosen_at] : !i
    %skipped:2 = scf.while (%j1 = %j, %f1 = %f) : (index, index) -> (index, index) {
      %more = arith.cmpi ult, %j1, %n_resident : index
      %left = scf.if %more -> i1 {
        %r_at = arith.addi %resident, %j1 : index
        %held = memref.load %tokens[%r_at] : !i
        %before = arith.cmpi slt, %held, %token : i32
        scf.yield %before : i1
      } else {
        %no = arith.constant false
        scf.yield %no : i1
      }
      scf.condition(%left) %j1, %f1 : index, index
    } do {
    ^bb0(%j1: index, %f1: index):
      %r_at = arith.addi %resident, %j1 : index
      %slot = memref.load %token_slots[%r_at] : !i
      %f_at = arith.addi %list, %f1 : index
      memref.store %slot, %freed[%f_at] : !i
      %j2 = arith.addi %j1, %c1 : index
      %f2 = arith.addi %f1, %c1 : index
      scf.yield %j2, %f2 : index, index
    }
    %more = arith.cmpi ult, %skipped#0, %n_resident : index
    %r_at = arith.addi %resident, %skipped#0 : index
    %same = scf.if %more -> i1 {
      %held = memref.load %tokens[%r_at] : !i
      %equal = arith.cmpi eq, %held, %token : i32
      scf.yield %equal : i1
    } else {
      %no = arith.constant false
      scf.yield %no : i1
    }
    %next_j = scf.if %same -> index {
      %slot = memref.load %token_slots[%r_at] : !i
      memref.store %slot, %slots[%at] : !i
      %j2 = arith.addi %skipped#0, %c1 : index
      scf.yield %j2 : index
    } else {
      memref.store %absent, %slots[%at] : !i
      scf.yield %skipped#0 : index
    }
    scf.yield %next_j, %skipped#1 : index, index
  }
  %total = scf.for %j = %merged#0 to %n_resident step %c1 iter_args(%f = %merged#1) -> index {
    %r_at = arith.addi %resident, %j : index
    %slot = memref.load %token_slots[%r_at] : !i
    %f_at = arith.addi %list, %f : index
    memref.store %slot, %freed[%f_at] : !i
    %f2 = arith.addi %f, %c1 : index
    scf.yield %f2 : index
  }
  return %total : index
}

func.func @kv_diff(%selected: !i, %count: !i, %positions: !i, %sequences: !i, %page_table: !i, %selected_rows: !i, %slot_rows: !i,
                   %resident_tokens: !i, %resident_slots: !i, %resident_count: !i, %load_tokens: !i, %load_slots: !i, %load_count: !i,
                   %append_slot_rows: !i, %N: i64, %max_pages: i64, %page_tokens: i64, %Hkv: i64, %Hs: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %list_size = arith.index_cast %N : i64 to index
  %table_stride = arith.index_cast %max_pages : i64 to index
  %page = arith.index_cast %page_tokens : i64 to index
  %kv_heads = arith.index_cast %Hkv : i64 to index
  %lists = arith.index_cast %Hs : i64 to index
  scf.for %row = %first to %last step %c1 {
    %n_i32 = memref.load %count[%row] : !i
    %n = arith.index_cast %n_i32 : i32 to index
    %position = memref.load %positions[%row] : !i
    %sequence_i32 = memref.load %sequences[%row] : !i
    %sequence = arith.index_cast %sequence_i32 : i32 to index
    %held_i32 = memref.load %resident_count[%sequence] : !i
    %held = arith.index_cast %held_i32 : i32 to index
    %cut = arith.cmpi ugt, %held, %n : index
    %n_resident = arith.select %cut, %c0, %held : index
    %table_row = arith.muli %sequence, %table_stride : index
    scf.for %head = %c0 to %kv_heads step %c1 {
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
      %n_freed = func.call @keep(%selected, %chosen, %list, %n, %resident_tokens, %resident_slots, %resident, %n_resident, %slot_rows, %load_slots)
          : (!i, index, index, index, !i, !i, index, index, !i, !i) -> index
      // The freed slots lie in load_slots, whose entries are overwritten by loads: never ahead of those still to be read, because each load took one.
      %done:3 = scf.for %k = %c0 to %n step %c1 iter_args(%freed = %c0, %fresh = %n_resident, %loads = %c0) -> (index, index, index) {
        %at = arith.addi %list, %k : index
        %chosen_at = arith.addi %chosen, %k : index
        %token = memref.load %selected[%chosen_at] : !i
        %t = arith.index_cast %token : i32 to index
        %kept = memref.load %slot_rows[%at] : !i
        %zero = arith.constant 0 : i32
        %is_new = arith.cmpi slt, %kept, %zero : i32
        %own = arith.cmpi eq, %token, %position : i32
        %next:4 = scf.if %is_new -> (i32, index, index, index) {
          %has_freed = arith.cmpi ult, %freed, %n_freed : index
          %given:3 = scf.if %has_freed -> (i32, index, index) {
            %f_at = arith.addi %list, %freed : index
            %slot = memref.load %load_slots[%f_at] : !i
            %f2 = arith.addi %freed, %c1 : index
            scf.yield %slot, %f2, %fresh : i32, index, index
          } else {
            %slot = arith.index_cast %fresh : index to i32
            %fresh2 = arith.addi %fresh, %c1 : index
            scf.yield %slot, %freed, %fresh2 : i32, index, index
          }
          %loads2 = scf.if %own -> index {
            scf.yield %loads : index
          } else {
            %l_at = arith.addi %list, %loads : index
            memref.store %token, %load_tokens[%l_at] : !i
            memref.store %given#0, %load_slots[%l_at] : !i
            %l2 = arith.addi %loads, %c1 : index
            scf.yield %l2 : index
          }
          scf.yield %given#0, %given#1, %given#2, %loads2 : i32, index, index, index
        } else {
          scf.yield %kept, %freed, %fresh, %loads : i32, index, index, index
        }
        %r_at = arith.addi %resident, %k : index
        memref.store %token, %resident_tokens[%r_at] : !i
        memref.store %next#0, %resident_slots[%r_at] : !i
        %slot = arith.index_cast %next#0 : i32 to index
        %slot_row = arith.addi %resident, %slot : index
        %slot_row_i32 = arith.index_cast %slot_row : index to i32
        memref.store %slot_row_i32, %slot_rows[%at] : !i
        scf.if %own {
          memref.store %slot_row_i32, %append_slot_rows[%row_head] : !i
        }
        %page_index = arith.divui %t, %page : index
        %in_page = arith.remui %t, %page : index
        %entry_at = arith.addi %table_row, %page_index : index
        %entry = memref.load %page_table[%entry_at] : !i
        %pool_page = arith.index_cast %entry : i32 to index
        %page_heads = arith.muli %pool_page, %kv_heads : index
        %page_head = arith.addi %page_heads, %head : index
        %page_row = arith.muli %page_head, %page : index
        %pool_row = arith.addi %page_row, %in_page : index
        %pool_row_i32 = arith.index_cast %pool_row : index to i32
        memref.store %pool_row_i32, %selected_rows[%at] : !i
        scf.yield %next#1, %next#2, %next#3 : index, index, index
      }
      %loads_i32 = arith.index_cast %done#2 : index to i32
      memref.store %loads_i32, %load_count[%row_head] : !i
    }
    memref.store %n_i32, %resident_count[%sequence] : !i
  }
  return
}
