// What happens to the packed projections before attention: normalise q and k heads (if the model does), rotate them, write q out and append k (and v) to
// the cache. A row of the pool is K[d] then, if has_value, V[d]; it lies |pool_stride| rows behind the one before. A block of 128 threads a head.

!act = f32
!welem = f32
!elem = f32
#d = 64 : index
!w = memref<1099511627776x!welem, 1>
!pool = memref<1099511627776x!elem, 1>
!act_rows = memref<1099511627776x!act, 1>
!f = memref<1099511627776xf32, 1>
!i = memref<1099511627776xi32, 1>
!shared = memref<32xf32, #gpu.address_space<workgroup>>
!head = memref<256xf32, #gpu.address_space<workgroup>>

gpu.module @kernels {
  func.func private @block_sum(f32, !shared) -> f32
  func.func private @sqrt(f32) -> f32

  // What every number of the head is multiplied by, before its weight; 1 without a norm.
  func.func private @inverse_norm(%head: !head, %has_norm: i1, %eps: f32, %scratch: !shared) -> f32 {
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %thread = gpu.thread_id x
    %inverse = scf.if %has_norm -> f32 {
      %squares = scf.for %i = %thread to %d step %c128 iter_args(%s = %zero) -> f32 {
        %value = memref.load %head[%i] : !head
        %next = math.fma %value, %value, %s : f32
        scf.yield %next : f32
      }
      %sum = func.call @block_sum(%squares, %scratch) : (f32, !shared) -> f32
      %d_i64 = arith.index_cast %d : index to i64
      %n = arith.sitofp %d_i64 : i64 to f32
      %mean = arith.divf %sum, %n : f32
      %shifted = arith.addf %mean, %eps : f32
      %root = func.call @sqrt(%shifted) : (f32) -> f32
      %y = arith.divf %one, %root : f32
      scf.yield %y : f32
    } else {
      scf.yield %one : f32
    }
    return %inverse : f32
  }

  // head[i], normalised.
  func.func private @normed(%head: !head, %i: index, %inverse: f32, %w: !w, %has_norm: i1) -> f32 {
    %value = memref.load %head[%i] : !head
    %y = scf.if %has_norm -> f32 {
      %stored = memref.load %w[%i] : !w
      %wide = arith.extf %stored : !welem to f64
      %weight = arith.truncf %wide : f64 to f32
      %scaled = arith.mulf %value, %inverse : f32
      %result = arith.mulf %scaled, %weight : f32
      scf.yield %result : f32
    } else {
      scf.yield %value : f32
    }
    return %y : f32
  }

  func.func private @store(%value: f32, %pool: !pool, %at: index) {
    %wide = arith.extf %value : f32 to f64
    %stored = arith.truncf %wide : f64 to !elem
    memref.store %stored, %pool[%at] : !pool
    return
  }

  func.func private @store_query(%value: f32, %q_out: !act_rows, %at: index) {
    %wide = arith.extf %value : f32 to f64
    %stored = arith.truncf %wide : f64 to !act
    memref.store %stored, %q_out[%at] : !act_rows
    return
  }

  // Rotates pair i of the head, (i, i + d/2) or (2i, 2i + 1), and writes it to q_out or the pool.
  func.func private @rotate_pair(%head: !head, %i: index, %inverse: f32, %w: !w, %has_norm: i1, %table: !f, %cos_row: index, %interleaved: i1,
                                 %is_query: i1, %q_out: !act_rows, %pool: !pool, %to: index) {
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %d = arith.constant #d
    %half = arith.divui %d, %c2 : index
    %even = arith.muli %i, %c2 : index
    %odd = arith.addi %even, %c1 : index
    %upper = arith.addi %i, %half : index
    %first = arith.select %interleaved, %even, %i : index
    %second = arith.select %interleaved, %odd, %upper : index
    %cos_at = arith.addi %cos_row, %i : index
    %sin_at = arith.addi %cos_at, %half : index
    %cos = memref.load %table[%cos_at] : !f
    %sin = memref.load %table[%sin_at] : !f
    %a = func.call @normed(%head, %first, %inverse, %w, %has_norm) : (!head, index, f32, !w, i1) -> f32
    %b = func.call @normed(%head, %second, %inverse, %w, %has_norm) : (!head, index, f32, !w, i1) -> f32
    %a_cos = arith.mulf %a, %cos : f32
    %b_sin = arith.mulf %b, %sin : f32
    %new_a = arith.subf %a_cos, %b_sin : f32
    %b_cos = arith.mulf %b, %cos : f32
    %a_sin = arith.mulf %a, %sin : f32
    %new_b = arith.addf %b_cos, %a_sin : f32
    %first_at = arith.addi %to, %first : index
    %second_at = arith.addi %to, %second : index
    scf.if %is_query {
      func.call @store_query(%new_a, %q_out, %first_at) : (f32, !act_rows, index) -> ()
      func.call @store_query(%new_b, %q_out, %second_at) : (f32, !act_rows, index) -> ()
    } else {
      func.call @store(%new_a, %pool, %first_at) : (f32, !pool, index) -> ()
      func.call @store(%new_b, %pool, %second_at) : (f32, !pool, index) -> ()
    }
    return
  }

  func.func private @has_weight(%w: !w) -> i1 {
    %c0 = arith.constant 0 : index
    %address = memref.extract_aligned_pointer_as_index %w : !w -> index
    %has = arith.cmpi ne, %address, %c0 : index
    return %has : i1
  }

  // q and k heads.
  func.func private @rotate_head(%head: !head, %w: !w, %eps: f32, %table: !f, %cos_row: index, %interleaved: i1, %is_query: i1, %q_out: !act_rows,
                                 %pool: !pool, %to: index, %scratch: !shared) {
    %c2 = arith.constant 2 : index
    %c128 = arith.constant 128 : index
    %d = arith.constant #d
    %half = arith.divui %d, %c2 : index
    %thread = gpu.thread_id x
    %has_norm = func.call @has_weight(%w) : (!w) -> i1
    %inverse = func.call @inverse_norm(%head, %has_norm, %eps, %scratch) : (!head, i1, f32, !shared) -> f32
    scf.for %i = %thread to %half step %c128 {
      func.call @rotate_pair(%head, %i, %inverse, %w, %has_norm, %table, %cos_row, %interleaved, %is_query, %q_out, %pool, %to)
          : (!head, index, f32, !w, i1, !f, index, i1, i1, !act_rows, !pool, index) -> ()
    }
    return
  }

  gpu.func @rope_append(%qkv: !act_rows, %table: !f, %q_norm: !w, %k_norm: !w, %q_out: !act_rows, %pool: !pool, %append_rows: !i, %Hq: i64, %Hkv: i64,
                        %eps: f64, %has_value: i64, %interleaved: i64, %pool_stride: i64) workgroup(%head: !head, %scratch: !shared) kernel
      attributes {known_block_size = array<i32: 128, 1, 1>} {
    %c1 = arith.constant 1 : index
    %c128 = arith.constant 128 : index
    %zero = arith.constant 0 : i64
    %d = arith.constant #d
    %block = gpu.block_id x
    %row = gpu.block_id z
    %thread = gpu.thread_id x
    %q_heads = arith.index_cast %Hq : i64 to index
    %kv_heads = arith.index_cast %Hkv : i64 to index
    %values = arith.index_cast %has_value : i64 to index
    %e = arith.truncf %eps : f64 to f32
    %pairs = arith.cmpi ne, %interleaved, %zero : i64
    %per_kv = arith.addi %values, %c1 : index
    %pool_rows = arith.index_cast %pool_stride : i64 to index
    %row_size = arith.muli %d, %per_kv : index
    %stride = arith.muli %row_size, %pool_rows : index
    %kv_width = arith.muli %kv_heads, %per_kv : index
    %heads = arith.addi %q_heads, %kv_width : index
    %row_heads = arith.muli %row, %heads : index
    %at_head = arith.addi %row_heads, %block : index
    %from = arith.muli %at_head, %d : index
    scf.for %i = %thread to %d step %c128 {
      %at = arith.addi %from, %i : index
      %stored = memref.load %qkv[%at] : !act_rows
      %wide = arith.extf %stored : !act to f64
      %value = arith.truncf %wide : f64 to f32
      memref.store %value, %head[%i] : !head
    }
    gpu.barrier
    %cos_row = arith.muli %row, %d : index
    %is_query = arith.cmpi ult, %block, %q_heads : index
    scf.if %is_query {
      %yes = arith.constant true
      %row_q = arith.muli %row, %q_heads : index
      %q_head = arith.addi %row_q, %block : index
      %to = arith.muli %q_head, %d : index
      func.call @rotate_head(%head, %q_norm, %e, %table, %cos_row, %pairs, %yes, %q_out, %pool, %to, %scratch)
          : (!head, !w, f32, !f, index, i1, i1, !act_rows, !pool, index, !shared) -> ()
    } else {
      %kv = arith.subi %block, %q_heads : index
      %h = arith.remui %kv, %kv_heads : index
      %list = arith.muli %row, %kv_heads : index
      %entry = arith.addi %list, %h : index
      %pool_row = memref.load %append_rows[%entry] : !i
      %slot = arith.index_cast %pool_row : i32 to index
      %to = arith.muli %slot, %stride : index
      %is_key = arith.cmpi ult, %kv, %kv_heads : index
      scf.if %is_key {
        %no = arith.constant false
        func.call @rotate_head(%head, %k_norm, %e, %table, %cos_row, %pairs, %no, %q_out, %pool, %to, %scratch)
            : (!head, !w, f32, !f, index, i1, i1, !act_rows, !pool, index, !shared) -> ()
      } else {
        %v_to = arith.addi %to, %d : index
        scf.for %i = %thread to %d step %c128 {
          %value = memref.load %head[%i] : !head
          %at = arith.addi %v_to, %i : index
          func.call @store(%value, %pool, %at) : (f32, !pool, index) -> ()
        }
      }
    }
    gpu.return
  }
}
