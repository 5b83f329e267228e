// What happens to the packed projections before attention: normalise q and k heads (if the model does), rotate them, write q out and
// append k (and v) to the cache. A row of the pool is K[d] then, if has_value, V[d].

!welem = f32
!elem = f32
#d = 64 : index
!w = memref<1099511627776x!welem>
!pool = memref<1099511627776x!elem>
!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>
!head = memref<256xf32>

// head = x[from .. from + d), normalised by w unless w is null.
func.func private @load_head(%x: !f, %from: index, %w: !w, %eps: f32, %head: !head) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = arith.constant #d
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %address = memref.extract_aligned_pointer_as_index %w : !w -> index
  %has_norm = arith.cmpi ne, %address, %c0 : index
  scf.if %has_norm {
    %sum = scf.for %i = %c0 to %d step %c1 iter_args(%s = %zero) -> f32 {
      %at = arith.addi %from, %i : index
      %value = memref.load %x[%at] : !f
      %square = arith.mulf %value, %value : f32
      %next = arith.addf %s, %square : f32
      scf.yield %next : f32
    }
    %d_i64 = arith.index_cast %d : index to i64
    %n = arith.sitofp %d_i64 : i64 to f32
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %eps : f32
    %root = math.sqrt %shifted : f32
    %inverse = arith.divf %one, %root : f32
    scf.for %i = %c0 to %d step %c1 {
      %at = arith.addi %from, %i : index
      %value = memref.load %x[%at] : !f
      %stored = memref.load %w[%i] : !w
      %wide = arith.extf %stored : !welem to f64
      %weight = arith.truncf %wide : f64 to f32
      %normed = arith.mulf %value, %inverse : f32
      %result = arith.mulf %normed, %weight : f32
      memref.store %result, %head[%i] : !head
    }
  } else {
    scf.for %i = %c0 to %d step %c1 {
      %at = arith.addi %from, %i : index
      %value = memref.load %x[%at] : !f
      memref.store %value, %head[%i] : !head
    }
  }
  return
}

// out = head rotated by the row's cosines and sines. Pairs are (i, i + d/2), or (2i, 2i + 1) when interleaved.
func.func private @rotate(%head: !head, %table: !f, %cos_row: index, %interleaved: i1, %out: !head) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %d = arith.constant #d
  %half = arith.divui %d, %c2 : index
  %sin_row = arith.addi %cos_row, %half : index
  scf.if %interleaved {
    scf.for %i = %c0 to %half step %c1 {
      %first = arith.muli %i, %c2 : index
      %second = arith.addi %first, %c1 : index
      func.call @rotate_pair(%head, %table, %cos_row, %sin_row, %i, %first, %second, %out)
          : (!head, !f, index, index, index, index, index, !head) -> ()
    }
  } else {
    scf.for %i = %c0 to %half step %c1 {
      %second = arith.addi %i, %half : index
      func.call @rotate_pair(%head, %table, %cos_row, %sin_row, %i, %i, %second, %out)
          : (!head, !f, index, index, index, index, index, !head) -> ()
    }
  }
  return
}

func.func private @rotate_pair(%head: !head, %table: !f, %cos_row: index, %sin_row: index, %i: index, %first: index, %second: index,
                               %out: !head) {
  %cos_at = arith.addi %cos_row, %i : index
  %sin_at = arith.addi %sin_row, %i : index
  %cos = memref.load %table[%cos_at] : !f
  %sin = memref.load %table[%sin_at] : !f
  %a = memref.load %head[%first] : !head
  %b = memref.load %head[%second] : !head
  %a_cos = arith.mulf %a, %cos : f32
  %b_sin = arith.mulf %b, %sin : f32
  %new_a = arith.subf %a_cos, %b_sin : f32
  %b_cos = arith.mulf %b, %cos : f32
  %a_sin = arith.mulf %a, %sin : f32
  %new_b = arith.addf %b_cos, %a_sin : f32
  memref.store %new_a, %out[%first] : !head
  memref.store %new_b, %out[%second] : !head
  return
}

// pool[to .. to + d) = x[from .. from + d), rounded to the cache's type.
func.func private @append(%x: !head, %pool: !pool, %to: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = arith.constant #d
  scf.for %i = %c0 to %d step %c1 {
    %value = memref.load %x[%i] : !head
    %wide = arith.extf %value : f32 to f64
    %stored = arith.truncf %wide : f64 to !elem
    %target = arith.addi %to, %i : index
    memref.store %stored, %pool[%target] : !pool
  }
  return
}

func.func @rope_append(%qkv: !f, %table: !f, %q_norm: !w, %k_norm: !w, %q_out: !f, %pool: !pool, %append_rows: !i, %Hq: i64, %Hkv: i64,
                       %eps: f64, %has_value: i64, %interleaved: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %d = arith.constant #d
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %q_heads = arith.index_cast %Hq : i64 to index
  %kv_heads = arith.index_cast %Hkv : i64 to index
  %values = arith.index_cast %has_value : i64 to index
  %e = arith.truncf %eps : f64 to f32
  %pairs = arith.cmpi ne, %interleaved, %zero : i64
  %with_value = arith.cmpi ne, %has_value, %zero : i64
  %per_kv = arith.addi %values, %c1 : index
  %stride = arith.muli %d, %per_kv : index
  %kv_width = arith.muli %kv_heads, %per_kv : index
  %heads = arith.addi %q_heads, %kv_width : index
  %width = arith.muli %heads, %d : index
  %q_width = arith.muli %q_heads, %d : index
  %k_width = arith.muli %kv_heads, %d : index
  %head = memref.alloca() : !head
  %rotated = memref.alloca() : !head
  scf.for %row = %first to %last step %c1 {
    %base = arith.muli %row, %width : index
    %cos_row = arith.muli %row, %d : index
    %q_row = arith.muli %row, %q_width : index
    scf.for %h = %c0 to %q_heads step %c1 {
      %offset = arith.muli %h, %d : index
      %from = arith.addi %base, %offset : index
      func.call @load_head(%qkv, %from, %q_norm, %e, %head) : (!f, index, !w, f32, !head) -> ()
      func.call @rotate(%head, %table, %cos_row, %pairs, %rotated) : (!head, !f, index, i1, !head) -> ()
      %to = arith.addi %q_row, %offset : index
      scf.for %i = %c0 to %d step %c1 {
        %value = memref.load %rotated[%i] : !head
        %target = arith.addi %to, %i : index
        memref.store %value, %q_out[%target] : !f
      }
    }
    %k_base = arith.addi %base, %q_width : index
    %v_base = arith.addi %k_base, %k_width : index
    %list = arith.muli %row, %kv_heads : index
    scf.for %h = %c0 to %kv_heads step %c1 {
      %at = arith.addi %list, %h : index
      %pool_row = memref.load %append_rows[%at] : !i
      %slot = arith.index_cast %pool_row : i32 to index
      %to = arith.muli %slot, %stride : index
      %offset = arith.muli %h, %d : index
      %from = arith.addi %k_base, %offset : index
      func.call @load_head(%qkv, %from, %k_norm, %e, %head) : (!f, index, !w, f32, !head) -> ()
      func.call @rotate(%head, %table, %cos_row, %pairs, %rotated) : (!head, !f, index, i1, !head) -> ()
      func.call @append(%rotated, %pool, %to) : (!head, !pool, index) -> ()
      scf.if %with_value {
        %v_from = arith.addi %v_base, %offset : index
        %v_to = arith.addi %to, %d : index
        scf.for %i = %c0 to %d step %c1 {
          %source = arith.addi %v_from, %i : index
          %value = memref.load %qkv[%source] : !f
          memref.store %value, %head[%i] : !head
        }
        func.call @append(%head, %pool, %v_to) : (!head, !pool, index) -> ()
      }
    }
  }
  return
}
