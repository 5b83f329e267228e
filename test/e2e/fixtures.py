"""The models of test/data, how each is made, and what is checked of it. Standard library only: every script here reads this table."""
import dataclasses
import pathlib

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"

PROMPT_TOKENS, STEPS, CHUNK = 300, 64, 128
F32_TOLERANCE = 1e-4   # largest difference of a logit over the largest logit
HALF_TOLERANCE = 2e-2


@dataclasses.dataclass(frozen=True)
class Retriever:
    file: str
    config: str = ""         # named shape of tools/export/llm_config.py, or "" for the EAGLE forms
    form: str = "dynamo_18"  # or "eagle", "pruned", "window"
    features: str = "0,1"    # layers whose outputs an EAGLE form reads; "" for a window alone
    layer: int | None = None  # the layer whose attention is used, for a causal LM of several
    heads: tuple = ()        # the query heads kept; () for all
    element: str = "f32"
    seed: int = 0
    shared: bool = False     # one set of tokens for all KV heads

    @property
    def title(self):
        return self.file.removesuffix(".onnx") + (f" heads {','.join(map(str, self.heads))}" if self.heads else "") + (", one set for all KV heads" if self.shared else "")


@dataclasses.dataclass(frozen=True)
class Fixture:
    name: str                # test/data/NAME.onnx, test/data/NAME.npz
    config: str = ""         # named shape of tools/export/llm_config.py; "" for the graphs that came with fixed weights
    form: str = ""           # ts_17, dynamo_18, dynamo_23, genai, optimum
    attention: str = "sdpa"
    dtype: str = "f32"
    seed: int = 0
    eps: float = 1e-6
    window: int | None = None
    retrievers: tuple = ()

    @property
    def tolerance(self):
        return F32_TOLERANCE if self.dtype == "f32" else HALF_TOLERANCE

    @property
    def model(self):
        return DATA / f"{self.name}.onnx"

    @property
    def expected(self):
        return DATA / f"{self.name}.npz"


ONE_LAYER = Retriever("retriever_causal_1.onnx", "tiny-llama-1layer", seed=11)
SECOND_GROUP = dataclasses.replace(ONE_LAYER, heads=(2, 3))  # the query heads of KV head 1
ONE_SET = dataclasses.replace(ONE_LAYER, shared=True)
TWO_LAYERS = Retriever("retriever_causal_2.onnx", "tiny-llama-1head", "ts_17", layer=1, seed=12)
WIDE_VOCABULARY = Retriever("retriever_causal_512.onnx", "tiny-llama-512", seed=13)
EAGLE = Retriever("retriever_eagle.onnx", form="eagle", seed=14)
PRUNED = Retriever("retriever_pruned.onnx", form="pruned", element="bf16", seed=15)
WINDOW = Retriever("retriever_window.onnx", form="window", element="bf16", seed=21)
WINDOW_ALONE = Retriever("retriever_window_alone.onnx", form="window", features="", seed=22)
THREE_HEADS = Retriever("retriever_three_heads.onnx", "tiny-llama-3heads", seed=20)  # its KV heads fit no LLM here: for an error

GIVEN = [Fixture(f"{family}_{form}", form=form.split("_", 1)[1], retrievers=(WIDE_VOCABULARY,))
         for family in ("llama", "llama3", "qwen3") for form in ("eager_ts_17", "sdpa_dynamo_18", "sdpa_dynamo_23")]

MADE = [
    Fixture("llama_norms_sdpa_ts_17", "tiny-llama", "ts_17", seed=1, eps=1e-5, retrievers=(ONE_LAYER, SECOND_GROUP, ONE_SET, TWO_LAYERS, EAGLE, PRUNED, WINDOW, WINDOW_ALONE)),
    Fixture("llama_tied_sdpa_dynamo_18", "tiny-llama-tied", "dynamo_18", seed=2, retrievers=(ONE_LAYER,)),
    Fixture("llama3_norms_eager_dynamo_23", "tiny-llama3", "dynamo_23", "eager", seed=3, retrievers=(TWO_LAYERS,)),
    Fixture("qwen2_bias_eager_ts_17", "tiny-qwen2", "ts_17", "eager", seed=4, retrievers=(ONE_LAYER,)),
    Fixture("qwen2_bias_sdpa_dynamo_18", "tiny-qwen2", "dynamo_18", seed=5),
    Fixture("qwen3_norms_sdpa_ts_17", "tiny-qwen3", "ts_17", seed=6, retrievers=(EAGLE,)),
    Fixture("qwen3_norms_sdpa_dynamo_23", "tiny-qwen3", "dynamo_23", seed=7),
    Fixture("mistral_window_sdpa_dynamo_18", "tiny-mistral", "dynamo_18", seed=8, window=96),
    Fixture("llama_bf16_sdpa_dynamo_18", "tiny-llama", "dynamo_18", dtype="bf16", seed=9, eps=1e-5, retrievers=(ONE_LAYER,)),
    Fixture("llama_tied_bf16_sdpa_dynamo_23", "tiny-llama-tied", "dynamo_23", dtype="bf16", seed=10),
    Fixture("llama_f16_eager_ts_17", "tiny-llama", "ts_17", "eager", dtype="f16", seed=16, eps=1e-5, retrievers=(ONE_LAYER,)),
    Fixture("llama_genai", "tiny-llama", "genai", seed=17, eps=1e-5, retrievers=(ONE_LAYER, PRUNED)),
    Fixture("qwen3_genai", "tiny-qwen3", "genai", seed=18, retrievers=(TWO_LAYERS,)),
    Fixture("llama_optimum", "tiny-llama-tied", "optimum", seed=19, retrievers=(ONE_LAYER,)),
]

FIXTURES = GIVEN + MADE
RETRIEVERS = {retriever.file: retriever for fixture in FIXTURES for retriever in (*fixture.retrievers, THREE_HEADS)}
