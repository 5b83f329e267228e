"""A decode step of Llama's architecture made of FlashInfer's kernels and PyTorch's linear layers, for cuda_decode.py.

What a serving engine runs: paged attention (BatchDecodeWithPagedKVCacheWrapper), RMSNorm with residual, RoPE, append and SwiGLU of FlashInfer, products of
torch.nn.functional.linear with q, k and v in one and gate and up in one, all of a step in a CUDA graph. Random weights and cached rows in bf16. The wrapper
plans each step anew on the host, as its lengths change, from lists that are on the host; that is part of a step's time and is also given by itself.
"""
import os
import statistics
import time

os.environ.setdefault("FLASHINFER_USE_CUDA_NORM", "1")  # its norms in CUDA C++, not in CuTe's DSL, which is another package

import flashinfer  # noqa: E402
import torch  # noqa: E402
from torch.nn import functional  # noqa: E402

PAGE = 16  # tokens, as vLLM's default
LAYOUT = "HND"  # rows of a head follow one another within a page
WORKSPACE = 256 << 20
DTYPE = torch.bfloat16


class Weights:
    def __init__(self, config, device):
        def random(*shape):
            return torch.empty(*shape, dtype=DTYPE, device=device).uniform_(-1, 1).mul_((3 / shape[-1]) ** 0.5)

        hidden, inner = config.hidden_size, config.intermediate_size
        rows = (config.num_attention_heads + 2 * config.num_key_value_heads) * config.head_dim
        self.norm = torch.ones(hidden, dtype=DTYPE, device=device)
        self.embedding, self.head = random(config.vocab_size, hidden), random(config.vocab_size, hidden)
        self.layers = [(random(rows, hidden), random(hidden, config.num_attention_heads * config.head_dim), random(2 * inner, hidden), random(hidden, inner))
                       for _ in range(config.num_hidden_layers)]


class Decoder:
    """Sequences of |context| tokens and room for |steps| more, and the step that appends one to each."""

    def __init__(self, weights, config, batch, context, steps, tensor_cores):
        self.weights, self.config, self.batch = weights, config, batch
        device = weights.head.device
        pages = -(-(context + steps) // PAGE)
        self.caches = [torch.empty(batch * pages, 2, config.num_key_value_heads, PAGE, config.head_dim, dtype=DTYPE, device=device).uniform_(-1, 1)
                       for _ in range(config.num_hidden_layers)]
        self.table = torch.randperm(batch * pages, dtype=torch.int32).view(batch, pages)
        self.length = context
        self.tokens = torch.randint(config.vocab_size, (batch,), device=device)
        self.positions = torch.empty(batch, dtype=torch.int32, device=device)
        self.sequences = torch.arange(batch, dtype=torch.int32, device=device)
        self.indptr = torch.empty(batch + 1, dtype=torch.int32, device=device)
        self.indices = torch.empty(batch * pages, dtype=torch.int32, device=device)
        self.last_page = torch.empty(batch, dtype=torch.int32, device=device)
        self.wrapper = flashinfer.BatchDecodeWithPagedKVCacheWrapper(torch.zeros(WORKSPACE, dtype=torch.uint8, device=device), LAYOUT, use_cuda_graph=True,
                                                                     use_tensor_cores=tensor_cores, paged_kv_indptr_buffer=self.indptr,
                                                                     paged_kv_indices_buffer=self.indices, paged_kv_last_page_len_buffer=self.last_page)
        self.graph = None

    def plan(self):
        """For the attention of a step that has its own token in the cache already."""
        c, length = self.config, self.length + 1
        pages = -(-length // PAGE)
        indptr = torch.arange(self.batch + 1, dtype=torch.int32) * pages
        last_page = torch.full((self.batch,), length - (pages - 1) * PAGE, dtype=torch.int32)
        self.wrapper.plan(indptr, self.table[:, :pages].reshape(-1), last_page, c.num_attention_heads, c.num_key_value_heads, c.head_dim, PAGE,
                          q_data_type=DTYPE, kv_data_type=DTYPE)
        self.positions.fill_(self.length)

    def forward(self):
        c, w, batch = self.config, self.weights, self.batch
        heads, kv_heads, size, eps = c.num_attention_heads, c.num_key_value_heads, c.head_dim, c.rms_norm_eps
        residual = functional.embedding(self.tokens, w.embedding)
        x = flashinfer.rmsnorm(residual, w.norm, eps)
        for (qkv, output, gate_up, down), cache in zip(w.layers, self.caches):
            q, k, v = functional.linear(x, qkv).view(batch, heads + 2 * kv_heads, size).split((heads, kv_heads, kv_heads), 1)
            flashinfer.apply_llama31_rope_pos_ids_inplace(q, k, self.positions)  # its defaults are Llama-3.1's
            flashinfer.append_paged_kv_cache(k, v, self.sequences, self.positions, cache, self.indices, self.indptr, self.last_page, LAYOUT)
            x = functional.linear(self.wrapper.run(q, cache).view(batch, heads * size), output)
            flashinfer.fused_add_rmsnorm(x, residual, w.norm, eps)
            x = functional.linear(flashinfer.silu_and_mul(functional.linear(x, gate_up)), down)
            flashinfer.fused_add_rmsnorm(x, residual, w.norm, eps)
        self.tokens.copy_(functional.linear(x, w.head).argmax(-1))

    def capture(self):
        self.plan()
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            self.forward()  # whatever is set up at the first call
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.forward()

    def step(self):
        self.plan()
        planned = time.perf_counter()
        self.graph.replay()
        self.length += 1
        self.tokens.cpu()
        return planned


@torch.no_grad()
def decode(weights, config, batch, context, steps, warmup, tensor_cores):
    """-> (seconds of each timed step, the median of the seconds that planning takes of them)"""
    decoder = Decoder(weights, config, batch, context, warmup + steps, tensor_cores)
    decoder.capture()
    seconds, planning = [], []
    for _ in range(warmup + steps):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        planned = decoder.step()
        seconds.append(time.perf_counter() - begin)
        planning.append(planned - begin)
    return seconds[warmup:], statistics.median(planning[warmup:])


@torch.no_grad()
def check(weights, config, batch, context, tensor_cores):
    """-> the largest difference of attention over a random cache from PyTorch's in f32, over the largest value"""
    decoder = Decoder(weights, config, batch, context, 1, tensor_cores)
    decoder.length = context - 1
    decoder.plan()
    device = weights.head.device
    heads, kv_heads, size = config.num_attention_heads, config.num_key_value_heads, config.head_dim
    q = torch.randn(batch, heads, size, dtype=DTYPE, device=device)
    out = decoder.wrapper.run(q, decoder.caches[0]).float()
    rows = decoder.caches[0][decoder.table.long().to(device)].float()  # [batch, pages, 2, kv_heads, PAGE, size]
    k, v = rows.permute(2, 0, 3, 1, 4, 5).reshape(2, batch, kv_heads, -1, size)[:, :, :, :context]
    scores = torch.einsum("bhgd,bhtd->bhgt", q.float().view(batch, kv_heads, -1, size), k) * size**-0.5
    expected = torch.einsum("bhgt,bhtd->bhgd", scores.softmax(-1), v).reshape(batch, heads, size)
    return float((out - expected).abs().max() / expected.abs().max())
