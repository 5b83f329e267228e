"""An independent numpy model of what a compiled object computes: full-attention prefill, then decode steps that read only the KV rows a
retriever chose.

Weights come from the ONNX files through onnx_reader, roles from the order of the graph's projections. The selection follows
compiler/kernels/host/README.md (`score`, `pool`, `select`): sink tokens, a recent window, and the `budget` candidates of highest
softmax probability per KV head.
"""
import numpy as np

from onnx_reader import Model

FLOATS = (1, 10, 16)  # TensorProto.FLOAT, FLOAT16, BFLOAT16
NORMS = {"RMSNormalization": 1, "SimplifiedLayerNormalization": 1, "SkipSimplifiedLayerNormalization": 2}


def rms_norm(x, weight, eps):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * weight


def softmax(x):
    x = np.exp(x - x.max(-1, keepdims=True))
    return x / x.sum(-1, keepdims=True)


def silu(x):
    return x / (1 + np.exp(-x))


def round_f16(x):
    return x.astype(np.float16).astype(x.dtype)


def round_bf16(x):
    bits = x.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).view(np.float32).astype(x.dtype)


class Weights:
    """The weights of a decoder graph by role, found by the order of its projections and norms."""

    def __init__(self, path, dtype):
        self.model, self.dtype = Model(path), dtype
        self.sources = {n.outputs[0]: n for n in self.model.nodes if n.op_type in ("Cast", "Identity", "Transpose") and n.outputs}
        self.projections, self.norms, self.tables, self.embedding = [], [], {}, None
        for node in self.model.nodes:
            self._visit(node)
        self.biases = self._find_biases()

    def resolve(self, name):
        """The array a value stands for, through Cast, Identity and Transpose; None when it is not a weight."""
        if name in self.model.initializers:
            return self.model.initializers[name].array()
        node = self.sources.get(name)
        if node is None:
            return None
        array = self.resolve(node.inputs[0])
        return array.T if array is not None and node.op_type == "Transpose" and array.ndim == 2 else array

    def _floats(self, name, rank):
        array = self.resolve(name) if name else None
        return array.astype(self.dtype) if array is not None and array.ndim == rank and array.dtype.kind == "f" else None

    def _visit(self, node):
        kind = node.op_type
        if kind == "Gather" and self.embedding is None:
            table = self._floats(node.inputs[0], 2)
            self.embedding = table if table is not None and "input_ids" in node.inputs[1] else self.embedding
        elif kind in ("MatMul", "Gemm"):
            weight = self._floats(node.inputs[1], 2)
            if weight is not None:
                weight = weight.T if node.attributes.get("transB") else weight
                bias = self._floats(node.inputs[2], 1) if len(node.inputs) > 2 else None
                self.projections.append((weight, node.outputs[0], bias))
        elif kind in NORMS:
            self.norms.append(self._floats(node.inputs[NORMS[kind]], 1))
        elif kind == "Mul":
            for name in node.inputs:
                weight = self._floats(name, 1)
                if weight is not None and weight.size > 1:
                    self.norms.append(weight)
        elif kind == "GroupQueryAttention":
            if len(node.inputs) > 8 and node.inputs[7]:
                self.tables = {"cos": self._floats(node.inputs[7], 2), "sin": self._floats(node.inputs[8], 2)}
            self.norms += [self._floats(name, 1) for name in node.inputs[14:16] if name]

    def _find_biases(self):
        biases = {output: bias for _, output, bias in self.projections if bias is not None}
        outputs = {output for _, output, _ in self.projections}
        for node in self.model.nodes:
            if node.op_type == "Add":
                for x, other in (node.inputs, node.inputs[::-1]):
                    bias = self._floats(other, 1)
                    if x in outputs and bias is not None:
                        biases[x] = bias
        return biases

    def inv_freq(self, half):
        """RoPE frequencies as the graph stores them, or None (tables, or no RoPE)."""
        for tensor in self.model.initializers.values():
            if int(np.prod(tensor.dims)) == half and tensor.element in FLOATS:
                values = tensor.array().reshape(-1)
                if values[0] == 1 and (np.diff(values) < 0).all():  # theta ** (-2i / d), scaled or not
                    return values
        return None


class Layer:
    def __init__(self, q, k, v):
        self.q, self.k, self.v = q, k, v  # (weight [in, out], bias or None)
        self.o = self.gate = self.up = self.down = None
        self.input_norm = self.post_norm = self.q_norm = self.k_norm = None


def linear(x, projection):
    weight, bias = projection
    y = x @ weight
    return y if bias is None else y + bias


class Decoder:
    """A causal LM: token ids in, hidden states, per-layer outputs and logits out; keeps its own KV cache of one sequence."""

    def __init__(self, path, eps, window=None, dtype=np.float64, kv_round=None):
        self.weights = weights = Weights(path, dtype)
        self.dtype, self.eps, self.window, self.kv_round = dtype, eps, window, kv_round or (lambda x: x)
        keys = sorted(name for name in weights.model.inputs if name.startswith("past_key_values.") and name.endswith(".key"))
        self.kv_heads = weights.model.inputs[keys[0]][1]
        self.layer_count = len(keys)
        projections = [(w, weights.biases.get(output)) for w, output, _ in weights.projections]
        self.head = projections.pop()
        per_layer = len(projections) // self.layer_count
        self.head_size = self._head_size(projections, per_layer)
        self.q_heads = projections[3 if per_layer == 7 else 1][0].shape[0] // self.head_size
        self.layers = [self._layer(projections[i * per_layer:(i + 1) * per_layer]) for i in range(self.layer_count)]
        self._assign_norms(list(weights.norms))
        self.freq = weights.inv_freq(self.head_size // 2)
        self.cache = None

    def _head_size(self, projections, per_layer):
        if per_layer == 7:
            return projections[1][0].shape[1] // self.kv_heads
        qkv, o = projections[0][0].shape[1], projections[1][0].shape[0]  # packed: (Hq + 2 Hkv) d and Hq d
        return (qkv - o) // (2 * self.kv_heads)

    def _layer(self, parts):
        if len(parts) == 7:
            layer = Layer(*parts[:3])
        else:
            weight, bias = parts[0]
            cuts = np.cumsum([self.q_heads * self.head_size, self.kv_heads * self.head_size])
            biases = [None] * 3 if bias is None else np.split(bias, cuts)
            layer = Layer(*zip(np.split(weight, cuts, axis=1), biases))
        layer.o, layer.gate, layer.up, layer.down = parts[-4:]
        return layer

    def _assign_norms(self, norms):
        hidden = self.head[0].shape[0]
        wide = [norm for norm in norms if norm.size == hidden]
        narrow = [norm for norm in norms if norm.size == self.head_size and norm.size != hidden]
        for index, layer in enumerate(self.layers):
            layer.input_norm, layer.post_norm = wide[2 * index:2 * index + 2]
            if narrow:
                layer.q_norm, layer.k_norm = narrow[2 * index:2 * index + 2]
        self.final_norm = wide[2 * self.layer_count]

    def start(self, max_seq):
        shape = (max_seq, self.kv_heads, self.head_size)
        self.cache = [(np.zeros(shape, self.dtype), np.zeros(shape, self.dtype)) for _ in self.layers]

    def rope(self, x, positions):
        """x [S, h, d]: rotate halves"""
        half = self.head_size // 2
        if self.weights.tables:
            cos, sin = (self.weights.tables[name][positions][:, None, :] for name in ("cos", "sin"))
        else:
            # The product is a float32 in every exporter; cos and sin of a float64 product would differ from it at long lengths.
            angle = (positions[:, None].astype(np.float32) * self.freq[None].astype(np.float32)).astype(np.float64)
            cos, sin = np.cos(angle).astype(self.dtype)[:, None, :], np.sin(angle).astype(self.dtype)[:, None, :]
        a, b = x[..., :half], x[..., half:]
        return np.concatenate([a * cos - b * sin, b * cos + a * sin], -1)

    def project_qk(self, index, x, positions):
        layer, rows = self.layers[index], len(x)
        q = linear(x, layer.q).reshape(rows, self.q_heads, self.head_size)
        k = linear(x, layer.k).reshape(rows, self.kv_heads, self.head_size)
        if layer.q_norm is not None:
            q, k = rms_norm(q, layer.q_norm, self.eps), rms_norm(k, layer.k_norm, self.eps)
        return self.rope(q, positions), self.kv_round(self.rope(k, positions))

    def attend(self, index, q, positions, selection):
        """q [S, Hq, d] -> [S, Hq*d]. |selection|: {KV head: token indices} for a step of one row, None for full attention."""
        keys, values = self.cache[index]
        group, scale = self.q_heads // self.kv_heads, self.head_size**-0.5
        out = np.empty(q.shape, self.dtype)
        for head in range(self.kv_heads):
            tokens = np.arange(positions[-1] + 1) if selection is None else selection[head]
            k, v = keys[tokens, head], values[tokens, head]
            hidden = tokens[None] > positions[:, None]
            if self.window:
                hidden = hidden | (tokens[None] <= positions[:, None] - self.window)
            for query in range(head * group, (head + 1) * group):
                scores = (q[:, query] * self.dtype(scale)) @ k.T
                scores[hidden] = -np.inf
                out[:, query] = softmax(scores) @ v
        return out.reshape(len(q), -1)

    def run_layer(self, index, x, positions, selection):
        layer = self.layers[index]
        normed = rms_norm(x, layer.input_norm, self.eps)
        q, k = self.project_qk(index, normed, positions)
        keys, values = self.cache[index]
        keys[positions] = k
        values[positions] = self.kv_round(linear(normed, layer.v).reshape(k.shape))
        x = x + linear(self.attend(index, q, positions, selection), layer.o)
        normed = rms_norm(x, layer.post_norm, self.eps)
        return x + linear(silu(linear(normed, layer.gate)) * linear(normed, layer.up), layer.down)

    def run(self, ids, start, selection=None):
        """Appends |ids| at position |start| -> outputs of every layer, [layers][S, H]."""
        positions = np.arange(start, start + len(ids))
        x, outputs = self.weights.embedding[ids], []
        for index in range(self.layer_count):
            x = self.run_layer(index, x, positions, selection)
            outputs.append(x)
        return outputs

    def logits(self, hidden):
        return linear(rms_norm(hidden, self.final_norm, self.eps), self.head)


def select_tokens(scores, position, kv_heads, budget, sink, recent):
    """scores [Hq, position+1] (scaled q.k) of a retriever with groups -> list of ascending token indices per LLM KV head.

    |scores| is [Hr, group, tokens], already grouped by the retriever's KV heads.
    """
    tokens = position + 1
    if tokens <= sink + budget + recent:
        return [np.arange(tokens)] * kv_heads
    candidates = np.arange(sink, position - recent + 1)
    pooled = softmax(scores[..., candidates]).max(1)  # [Hr, candidates]
    heads = len(pooled)
    chosen = []
    for head in range(kv_heads):
        first = head * heads // kv_heads
        last = first + 1 if heads <= kv_heads else (head + 1) * heads // kv_heads
        probabilities = pooled[first:last].max(0)
        best = np.argsort(-probabilities, kind="stable")[:budget]  # stable: ties go to the lower index
        chosen.append(np.concatenate([np.arange(sink), np.sort(candidates[best]), np.arange(position - recent + 1, tokens)]))
    return chosen


class CausalRetriever:
    """Query heads |heads| (all when empty) of layer |layer| of a small causal LM; its lower layers run in full."""
    feature_layers = ()

    def __init__(self, decoder, layer=0, heads=()):
        self.decoder, self.layer = decoder, layer
        self.heads = list(heads) or list(range(decoder.q_heads))
        self.kv_heads = sorted({head * decoder.kv_heads // decoder.q_heads for head in self.heads})

    def start(self, max_seq):
        self.decoder.start(max_seq)

    def step(self, ids, start, features):
        """Appends keys -> scores [Hr, group, start+S] of the last row."""
        decoder, positions = self.decoder, np.arange(start, start + len(ids))
        x = decoder.weights.embedding[ids]
        for index in range(self.layer):
            x = decoder.run_layer(index, x, positions, None)
        normed = rms_norm(x, decoder.layers[self.layer].input_norm, decoder.eps)
        q, k = decoder.project_qk(self.layer, normed, positions)
        decoder.cache[self.layer][0][positions] = k
        return grouped_scores(q[-1, self.heads], decoder.cache[self.layer][0][:positions[-1] + 1, self.kv_heads])


class EagleRetriever:
    """The EAGLE-3 form, pruned or not: the newest token's embedding and the LLM's features of the token before. The window form reads the projected
    embeddings of the last tokens instead of the newest one's, and perhaps no features."""

    def __init__(self, path, eps, dtype=np.float64, kv_round=None):
        self.weights = weights = Weights(path, dtype)
        self.eps, self.dtype, self.kv_round = eps, dtype, kv_round or (lambda x: x)
        self.feature_layers = tuple(int(layer) for layer in weights.model.metadata.get("spc.feature_layers", "").split(",") if layer)
        projections = [weight for weight, _, _ in weights.projections]
        self.kept = weights.model.inputs["past_window"][1] if "past_window" in weights.model.inputs else 0
        self.down = projections.pop(0) if self.kept else None
        self.fc = projections.pop(0) if self.feature_layers else None
        self.q, self.k = projections[:2]
        self.embed_norm, self.hidden_norm = (*weights.norms, None)[:2]
        _, self.kv_heads, _, self.head_size = weights.model.inputs["past_key_values.0.key"]
        self.freq = weights.inv_freq(self.head_size // 2)

    rope = Decoder.rope

    def start(self, max_seq):
        self.keys = np.zeros((max_seq, self.kv_heads, self.head_size), self.dtype)
        if self.kept:
            self.rows = np.zeros((self.kept + max_seq, self.down.shape[1]), self.dtype)  # of all tokens, after those before the first

    def embedded(self, ids, start):
        if not self.kept:
            return self.weights.embedding[ids]
        self.rows[self.kept + start:self.kept + start + len(ids)] = self.weights.embedding[ids] @ self.down
        return np.stack([self.rows[at:at + self.kept + 1].reshape(-1) for at in range(start, start + len(ids))])

    def step(self, ids, start, features):
        positions = np.arange(start, start + len(ids))
        x = rms_norm(self.embedded(ids, start), self.embed_norm, self.eps)
        if self.feature_layers:
            x = np.concatenate([x, rms_norm(features @ self.fc, self.hidden_norm, self.eps)], -1)
        q = self.rope((x @ self.q).reshape(len(ids), -1, self.head_size), positions)
        self.keys[positions] = self.kv_round(self.rope((x @ self.k).reshape(len(ids), -1, self.head_size), positions))
        return grouped_scores(q[-1], self.keys[:positions[-1] + 1])


def grouped_scores(q, keys):
    """q [Hq, d], keys [T, Hr, d] -> [Hr, group, T]"""
    heads, size = keys.shape[1:]
    return np.einsum("hgd,thd->hgt", q.reshape(heads, -1, size), keys, optimize=True) * q.dtype.type(size**-0.5)


class SparseDecoder:
    """One sequence: chunked full-attention prefill, then decode steps over what the retriever selects."""

    def __init__(self, llm, retriever=None, budget=0, sink=4, recent=64, chunk=128, shared=False):
        self.llm, self.retriever, self.chunk = llm, retriever, chunk
        self.budget, self.sink, self.recent, self.shared = budget, sink, recent, shared
        self.selection = None

    def features(self, outputs):
        return np.concatenate([outputs[layer] for layer in self.retriever.feature_layers], -1)

    def prefill(self, ids, max_seq):
        """-> hidden states [len(ids), H]"""
        self.llm.start(max_seq)
        self.length, self.last_features, hidden = 0, None, []
        if self.retriever:
            self.retriever.start(max_seq)
        for begin in range(0, len(ids), self.chunk):
            part = np.asarray(ids[begin:begin + self.chunk])
            outputs = self.llm.run(part, begin)
            if self.retriever:
                self.retriever.step(part, begin, self._shifted(outputs, len(part)))
            hidden.append(outputs[-1])
            self.length += len(part)
        return np.concatenate(hidden)

    def _shifted(self, outputs, rows):
        """Row r is the features of the token before row r; zeros before a sequence's first token."""
        if not self.retriever.feature_layers:
            return None
        features = self.features(outputs)
        before = np.zeros_like(features[:1]) if self.last_features is None else self.last_features
        self.last_features = features[-1:]
        return np.concatenate([before, features])[:rows]

    def step(self, token):
        """Consumes one token sparsely -> logits [V]"""
        ids, position = np.array([token]), self.length
        self.selection = None
        if self.retriever:
            scores = self.retriever.step(ids, position, self.last_features)
            lists = 1 if self.shared else self.llm.kv_heads
            self.selection = select_tokens(scores, position, lists, self.budget, self.sink, self.recent) * (self.llm.kv_heads // lists)
        outputs = self.llm.run(ids, position, self.selection)
        if self.retriever and self.retriever.feature_layers:
            self.last_features = self.features(outputs)
        self.length += 1
        return self.llm.logits(outputs[-1])[0]
