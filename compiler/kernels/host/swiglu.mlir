// out[row] = silu(gate) * up, where the row of gate_up is gate then up.

!f = memref<1099511627776xf32>
!v = vector<16xf32>

func.func private @exp16(!v) -> !v

func.func private @silu_mul(%gate: !v, %up: !v) -> !v {
  %one = arith.constant dense<1.0> : !v
  %minus = arith.negf %gate : !v
  %e = func.call @exp16(%minus) : (!v) -> !v
  %denominator = arith.addf %one, %e : !v
  %silu = arith.divf %gate, %denominator : !v
  %y = arith.mulf %silu, %up : !v
  return %y : !v
}

func.func @swiglu(%gate_up: !f, %out: !f, %F: i64, %begin: i64, %end: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : !v
  %first = arith.index_cast %begin : i64 to index
  %last = arith.index_cast %end : i64 to index
  %f = arith.index_cast %F : i64 to index
  %tail = arith.remui %f, %c16 : index
  %whole = arith.subi %f, %tail : index
  %mask = vector.create_mask %tail : vector<16xi1>
  scf.for %row = %first to %last step %c1 {
    %to = arith.muli %row, %f : index
    %from = arith.addi %to, %to : index
    scf.for %i = %c0 to %whole step %c16 {
      %gate_at = arith.addi %from, %i : index
      %up_at = arith.addi %gate_at, %f : index
      %out_at = arith.addi %to, %i : index
      %gate = vector.load %gate_up[%gate_at] : !f, !v
      %up = vector.load %gate_up[%up_at] : !f, !v
      %y = func.call @silu_mul(%gate, %up) : (!v, !v) -> !v
      vector.store %y, %out[%out_at] : !f, !v
    }
    %gate_at = arith.addi %from, %whole : index
    %up_at = arith.addi %gate_at, %f : index
    %out_at = arith.addi %to, %whole : index
    %gate = vector.maskedload %gate_up[%gate_at], %mask, %zero : !f, vector<16xi1>, !v into !v
    %up = vector.maskedload %gate_up[%up_at], %mask, %zero : !f, vector<16xi1>, !v into !v
    %y = func.call @silu_mul(%gate, %up) : (!v, !v) -> !v
    vector.maskedstore %out[%out_at], %mask, %y : !f, vector<16xi1>, !v
  }
  return
}
