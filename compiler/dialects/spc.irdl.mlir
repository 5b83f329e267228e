// The spc dialect: what a decoder-only LLM means. docs/ir.md is its manual.
//
// IRDL states arity only; the attributes and shapes of each op are checked by passes/ir/verify.c. Every operand has an
// `irdl.any` of its own: one constraint used twice, or by a variadic operand, would demand equal types. That is also why an absent
// operand is an `spc.none` and not left out.
irdl.dialect @spc {
  irdl.type @cache
  irdl.type @scores
  irdl.type @selection
  irdl.type @delta
  irdl.type @token

  irdl.operation @none {
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @weight {
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @kv_cache {
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @embed {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @rms_norm {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @linear {
    %in0 = irdl.any
    %in1 = irdl.any
    %in2 = irdl.any
    %in3 = irdl.any
    irdl.operands(in0: %in0, in1: %in1, in2: %in2, in3: %in3)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @rope_table {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @rope_gather {
    %in0 = irdl.any
    %in1 = irdl.any
    %in2 = irdl.any
    irdl.operands(in0: %in0, in1: %in1, in2: %in2)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @rope {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @attend {
    %in0 = irdl.any
    %in1 = irdl.any
    %in2 = irdl.any
    %in3 = irdl.any
    irdl.operands(in0: %in0, in1: %in1, in2: %in2, in3: %in3)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @silu_mul {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @add {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @concat {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @retrieve {
    %in0 = irdl.any
    %in1 = irdl.any
    %in2 = irdl.any
    irdl.operands(in0: %in0, in1: %in1, in2: %in2)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @features {
    %in = irdl.any
    irdl.operands(inputs: variadic %in)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @rope_append {
    %in0 = irdl.any
    %in1 = irdl.any
    %in2 = irdl.any
    %in3 = irdl.any
    %in4 = irdl.any
    irdl.operands(in0: %in0, in1: %in1, in2: %in2, in3: %in3, in4: %in4)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @attend_cached {
    %in0 = irdl.any
    %in1 = irdl.any
    %in2 = irdl.any
    irdl.operands(in0: %in0, in1: %in1, in2: %in2)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @retrieve_cached {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @swiglu {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @shift_features {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @window {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @load_features {
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @store_features {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
  }

  irdl.operation @score {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @pool {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @select {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @kv_diff {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @kv_prefetch {
    %in0 = irdl.any
    %in1 = irdl.any
    irdl.operands(in0: %in0, in1: %in1)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @kv_offload {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
    %out = irdl.any
    irdl.results(out: %out)
  }

  irdl.operation @kv_wait {
    %in0 = irdl.any
    irdl.operands(in0: %in0)
  }
}
