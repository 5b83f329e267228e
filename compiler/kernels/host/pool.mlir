// From scores to one probability a token and LLM KV head: softmax over the candidates for each query head of the retriever, then the maximum
// over the query heads of a group, then, when the retriever has more KV heads than the LLM, over the groups that one LLM head covers.

!f = memref<1099511627776xf32>
!i = memref<1099511627776xi32>
!v = vector<16xf32>
!mask = vector<16xi1>

func.func private @exp16(!v) -> !v
func.func private @sum16(!v) -> f32
func.func private @max16(!v, !v) -> !v
func.func private @max_of16(!v) -> f32

// The maximum of scores[from .. to).
func.func private @maximum(%scores: !f, %from: index, %to: index) -> f32 {
  %c16 = arith.constant 16 : index
  %lowest = arith.constant dense<0xFF800000> : !v
  %m = scf.for %i = %from to %to step %c16 iter_args(%m = %lowest) -> !v {
    %left = arith.subi %to, %i : index
    %mask = vector.create_mask %left : !mask
    %s = vector.maskedload %scores[%i], %mask, %lowest : !f, !mask, !v into !v
    %next = func.call @max16(%s, %m) : (!v, !v) -> !v
    scf.yield %next : !v
  }
  %max = func.call @max_of16(%m) : (!v) -> f32
  return %max : f32
}

// The sum of e^(score - max) over scores[from .. to).
func.func private @total(%scores: !f, %from: index, %to: index, %max: f32) -> f32 {
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : !v
  %lowest = arith.constant dense<0xFF800000> : !v
  %maxes = vector.broadcast %max : f32 to !v
  %sums = scf.for %i = %from to %to step %c16 iter_args(%sum = %zero) -> !v {
    %left = arith.subi %to, %i : index
    %mask = vector.create_mask %left : !mask
    %s = vector.maskedload %scores[%i], %mask, %lowest : !f, !mask, !v into !v
    %below = arith.subf %s, %maxes : !v
    %e = func.call @exp16(%below) : (!v) -> !v
    %next = arith.addf %sum, %e : !v
    scf.yield %next : !v
  }
  %sum = func.call @sum16(%sums) : (!v) -> f32
  return %sum : f32
}

func.func @pool(%scores: !f, %out: !f, %positions: !i, %S: i64, %sink: i64, %recent: i64, %Hq: i64, %Hr: i64, %Hkv: i64, %begin: i64,
                %end: i64) {
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : !v
  %one = arith.constant 1.0 : f32
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %size = arith.index_cast %S : i64 to index
  %first_candidate = arith.index_cast %sink : i64 to index
  %window = arith.index_cast %recent : i64 to index
  %q_heads = arith.index_cast %Hq : i64 to index
  %groups = arith.index_cast %Hr : i64 to index
  %kv_heads = arith.index_cast %Hkv : i64 to index
  %group = arith.divui %q_heads, %groups : index
  scf.for %item = %first to %last step %c1 {
    %row = arith.divui %item, %kv_heads : index
    %head = arith.remui %item, %kv_heads : index
    %position = memref.load %positions[%row] : !i
    %p = arith.index_cast %position : i32 to index
    %p_next = arith.addi %p, %c1 : index
    %candidate_end = arith.subi %p_next, %window : index
    %scaled = arith.muli %head, %groups : index
    %scaled_next = arith.addi %scaled, %groups : index
    %group_begin = arith.divui %scaled, %kv_heads : index
    %group_end_many = arith.divui %scaled_next, %kv_heads : index
    %group_next = arith.addi %group_begin, %c1 : index
    %group_end = arith.maxui %group_end_many, %group_next : index
    %head_begin = arith.muli %group_begin, %group : index
    %head_end = arith.muli %group_end, %group : index
    %out_row = arith.muli %item, %size : index
    %row_heads = arith.muli %row, %q_heads : index
    scf.for %h = %head_begin to %head_end step %c1 {
      %q_head = arith.addi %row_heads, %h : index
      %scores_row = arith.muli %q_head, %size : index
      %from = arith.addi %scores_row, %first_candidate : index
      %to = arith.addi %scores_row, %candidate_end : index
      %max = func.call @maximum(%scores, %from, %to) : (!f, index, index) -> f32
      %sum = func.call @total(%scores, %from, %to, %max) : (!f, index, index, f32) -> f32
      %inverse = arith.divf %one, %sum : f32
      %inverses = vector.broadcast %inverse : f32 to !v
      %maxes = vector.broadcast %max : f32 to !v
      %is_first = arith.cmpi eq, %h, %head_begin : index
      scf.for %t = %first_candidate to %candidate_end step %c16 {
        %left = arith.subi %candidate_end, %t : index
        %mask = vector.create_mask %left : !mask
        %at = arith.addi %scores_row, %t : index
        %s = vector.maskedload %scores[%at], %mask, %zero : !f, !mask, !v into !v
        %below = arith.subf %s, %maxes : !v
        %e = func.call @exp16(%below) : (!v) -> !v
        %probability = arith.mulf %e, %inverses : !v
        %out_at = arith.addi %out_row, %t : index
        %before = scf.if %is_first -> !v {
          scf.yield %zero : !v
        } else {
          %old = vector.maskedload %out[%out_at], %mask, %zero : !f, !mask, !v into !v
          scf.yield %old : !v
        }
        %largest = func.call @max16(%probability, %before) : (!v, !v) -> !v
        vector.maskedstore %out[%out_at], %mask, %largest : !f, !mask, !v
      }
    }
  }
  return
}
