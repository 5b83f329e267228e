"""Where training text comes from.

Crops: pieces of a tokens file (.npy, .bin of uint16 or uint32) or of a text (the model's tokenizer, or its bytes), every row as likely as another.
Generator: a Python file whose `Source(seed)` has `batch(count, length) -> tokens [count, length], weights [count, length]`: texts made up as needed, and how
much each row is worth learning from. Processes fill a queue, so that the GPU need not wait.

Batches are numbered, and a batch's number and the run's seed decide its crops: a resumed run does not see the same ones again.
"""
import importlib.util
import multiprocessing
import os
import pathlib

import numpy as np


def read_tokens(path, tokenizer_folder, byte_level, bos):
    path = pathlib.Path(path)
    if path.suffix == ".npy":
        return np.load(path, mmap_mode="r").reshape(-1)
    if path.suffix == ".bin":
        return np.memmap(path, np.uint16, "r")
    if path.suffix == ".bin32":
        return np.memmap(path, np.uint32, "r")
    if byte_level:
        data = np.frombuffer(path.read_bytes(), np.uint8).astype(np.int64)
        return data if bos is None else np.concatenate([[bos], data])
    from transformers import AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    return np.array(tokenizer(path.read_text(), add_special_tokens=True)["input_ids"], np.int64)


class Crops:
    def __init__(self, tokens, length, vocabulary, seed, bos=None):
        if len(tokens) < length:
            raise SystemExit(f"the text has {len(tokens)} tokens, fewer than --length={length}")
        largest = int(np.max(tokens[:1 << 24]))
        if largest >= vocabulary:
            raise SystemExit(f"the text has token {largest}, the model's vocabulary is {vocabulary}: is it the model's own tokenizer?")
        self.tokens, self.length, self.seed, self.bos = tokens, length, seed, bos

    def batch(self, index, count):
        rng = np.random.default_rng((self.seed, index))
        starts = rng.integers(0, len(self.tokens) - self.length + 1, count)
        batch = np.stack([np.asarray(self.tokens[s:s + self.length], np.int64) for s in starts])
        if self.bos is not None:
            batch[:, 0] = self.bos
        return batch, np.ones(batch.shape, np.float32)

    def close(self):
        pass


def load_source(path):
    path = pathlib.Path(path).resolve()
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    import sys
    sys.path.insert(0, str(path.parent))  # a generator may have neighbours
    spec.loader.exec_module(module)
    return module.Source


def produce(path, seed, queue, count, length):
    os.environ["OMP_NUM_THREADS"] = "1"
    source = load_source(path)(seed)
    while True:
        queue.put(source.batch(count, length))


class Generated:
    def __init__(self, path, length, count, seed, workers):
        self.queue = multiprocessing.Queue(3 * workers)
        self.workers = [multiprocessing.Process(target=produce, args=(path, seed + i, self.queue, count, length), daemon=True)
                        for i in range(workers)]
        for worker in self.workers:
            worker.start()

    def batch(self, index, count):
        tokens, weights = self.queue.get()
        return tokens.astype(np.int64), weights

    def close(self):
        for worker in self.workers:
            worker.kill()


def choose_rows(rng, weights, count, first):
    """weights [B, T] -> rows [B, count], distinct, none before |first|: half of them by weight, half anywhere."""
    rows = []
    for row in weights:
        usable = np.arange(len(row)) >= first
        share = row * usable
        p = usable / usable.sum() + (share / share.sum() if share.sum() > 0 else 0)
        rows.append(rng.choice(len(row), count, replace=False, p=p / p.sum()))
    return np.stack(rows)
