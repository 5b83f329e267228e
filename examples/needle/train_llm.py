#!/usr/bin/env python3
"""Trains the example's LLM on texts of documents.py, by wall clock, on a GPU (16 CPU cores keep one busy).

    train_llm.py --stage=pretrain --seconds=480 -o FOLDER                    from random weights: 256, 1024, 4096, then 8192 tokens
    train_llm.py --stage=finish --from=llm.safetensors --seconds=500 -o FOLDER   many needles in 8192 tokens; then, half the steps, questions may
                                                                             read only the facts, as sparse decoding will have them
Writes FOLDER/model.safetensors, config.json and train_log.jsonl; a checkpoint every minute. --small is a test of the script on a CPU.
"""
import argparse
import json
import math
import multiprocessing
import os
import pathlib
import sys
import time

import numpy as np

import documents

WARMUP_STEPS, REWARM_STEPS, CLIP = 200, 60, 1.0
RECENT, SINK = 64, 4
SPARSE_TAIL = 43 + documents.CODE - 1  # rows of a question and its answer but the last digit
# (length, digits right that end it, largest share of the time)
PRETRAIN = [(256, .97, .35), (1024, .98, .20), (4096, .98, .20), (8192, 2, 1)]
SPARSE_SHARE = .6   # of the finishing time, at its end: every third step decodes some rows sparsely
SPARSE_ROWS = 1024  # of a sequence
BUDGETS, NOISE = (32, 64, 64, 128, 128, 256), (0., .5, 1.)
TESTS = [(8192, 64, 512, 0), (8192, 64, 512, 64), (8192, 8, 128, 0), (4096, 32, 128, 0), (2048, 16, 128, 0)]  # length, needles, prompts, budget
CHECKPOINT_PROMPTS = 128
TEST_SEED = 900000  # far from the seeds that evaluations use


def produce(seed, queue, length, tokens, hard):
    os.environ["OMP_NUM_THREADS"] = "1"
    source = documents.Documents(seed, hard)
    while True:
        size = length.value
        queue.put((size, *source.batch(max(1, tokens // size), size)))


class Feed:
    """Batches made by |workers| processes; the length may change at any time."""

    def __init__(self, seed, workers, length, tokens, hard):
        self.length, self.queue = multiprocessing.Value("i", length), multiprocessing.Queue(12)
        arguments = (self.queue, self.length, tokens, hard)
        self.workers = [multiprocessing.Process(target=produce, args=(seed + i, *arguments), daemon=True) for i in range(workers)]
        for worker in self.workers:
            worker.start()

    def next(self):
        while True:
            size, tokens, marks = self.queue.get()
            if size == self.length.value:
                return tokens.astype(np.int64), marks

    def close(self):
        for worker in self.workers:
            worker.kill()


def sparse_rows(marks, count, rng):
    """marks [B, T] of the tokens after each row -> rows int64 [B, count], distinct: as many of questions as there are, neighbours together, others at random"""
    picked = []
    for asked in documents.question_rows(marks):
        questions, others = np.nonzero(asked)[0], np.nonzero(~asked)[0]
        questions = np.roll(questions, -int(rng.integers(len(questions) + 1)))[:count]
        picked.append(np.concatenate([questions, rng.choice(others, count - len(questions), replace=False)]))
    return np.stack(picked)


def sparse_mask(torch, peaks, rows, budgets, noise, group):
    """What each of |rows| may read when a head that knows the LLM's own attention, but for some noise, selects: sinks, recent tokens, and for each KV head the
    budget's. peaks [B, KV heads, R, T], rows [B, R], budgets and noise [B], |group| query heads a KV head -> [B, heads, R, T] of 0 and -inf"""
    tokens, at = torch.arange(peaks.shape[-1], device=peaks.device), rows[:, None, :, None]
    far = (tokens >= SINK) & (tokens <= at - RECENT)
    order = (peaks.float() + 1e-9).log_() + noise[:, None, None, None] * torch.randn_like(peaks)
    best = order.masked_fill_(~far, float("-inf")).topk(min(int(budgets.max()), peaks.shape[-1]), -1).indices
    chosen = torch.arange(best.shape[-1], device=peaks.device) < budgets[:, None, None, None]
    allowed = torch.zeros_like(peaks, dtype=torch.bool).scatter_(3, best, chosen.expand_as(best)) & far
    allowed |= (tokens <= at) & ~far
    return torch.zeros_like(peaks).masked_fill_(~allowed, float("-inf")).repeat_interleave(group, 1)


def save(torch, model, folder):
    from safetensors.torch import save_file
    import llm
    weights = {name: value.detach().to(torch.bfloat16).cpu().contiguous() for name, value in model.state_dict().items()}
    save_file(weights, folder / "model.part", metadata={"format": "pt"})
    (folder / "model.part").rename(folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({**llm.CONFIG, "rope_scaling": llm.ROPE["scaling"]}, indent=1) + "\n")


class Training:
    def __init__(self, args, feed):
        import torch
        import llm
        self.torch, self.llm, self.args, self.feed = torch, llm, args, feed
        torch.manual_seed(args.seed)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = llm.Llm().to(self.device)
        config = args.start and pathlib.Path(args.start).with_name("config.json")
        if config and config.exists():
            llm.ROPE["scaling"] = json.loads(config.read_text()).get("rope_scaling")
        if args.start:
            from safetensors.torch import load_file
            self.model.load_state_dict({name: value.float() for name, value in load_file(args.start).items()})
        if self.device == "cuda":
            torch.backends.cuda.enable_cudnn_sdp(False)  # flash for causal steps, the memory-efficient kernel for masked ones
            self.model.compile_pieces()
        matrices = [p for name, p in self.model.named_parameters() if p.dim() == 2 and "embed" not in name]
        others = [p for name, p in self.model.named_parameters() if not (p.dim() == 2 and "embed" not in name)]
        self.optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": args.weight_decay}, {"params": others, "weight_decay": 0.}],
                                           lr=args.rate, betas=(.9, .95), fused=self.device == "cuda")
        self.log = open(args.output / "train_log.jsonl", "w")
        self.step = 0
        self.tests = {}
        self.rng = np.random.default_rng(args.seed)

    def say(self, **values):
        values["seconds"] = round(time.monotonic() - self.start, 1)
        self.log.write(json.dumps(values) + "\n")
        self.log.flush()
        print(" ".join(f"{name}={value}" for name, value in values.items()), flush=True)

    def exact(self, length, needles, count, budget=0):
        """Share of prompts whose five digits are all right under full attention; or when question and answer read what |budget| allows, chosen by the LLM's own
        attention."""
        if (length, needles) not in self.tests:
            self.tests[length, needles] = self.torch.from_numpy(documents.tests(TEST_SEED, count, length, needles))
        right = []
        for part in self.tests[length, needles][:count].split(16):
            part, sparse = part.to(self.device), None
            with self.llm.float32():
                if budget:
                    rows = self.torch.arange(length - 1 - SPARSE_TAIL, length - 1, device=self.device).expand(len(part), -1)
                    fixed = self.torch.ones(len(part), device=self.device)
                    sparse = rows, sparse_mask(self.torch, self.model.peaks(part[:, :-1], rows, compiled=False), rows, budget * fixed, 0 * fixed,
                                               self.llm.HEADS // self.llm.KV_HEADS)
                right.append((self.model.last_choices(part[:, :-1], 5, sparse) == part[:, -5:]).all(1).float())
        return round(self.torch.cat(right).mean().item(), 4)

    def exact_all(self, tests):
        return {f"{size}/{needles}" + (f", budget {budget}" if budget else ""): self.exact(size, needles, count, budget) for size, needles, count, budget in tests}

    def sparse(self, x, marks):
        """A step's rows that decode sparsely, and what each may read."""
        torch = self.torch
        count = min(SPARSE_ROWS, x.shape[1] // 4)
        rows = torch.from_numpy(sparse_rows(marks[:, 1:], count, self.rng)).to(self.device)
        budgets, noise = (torch.from_numpy(self.rng.choice(np.float32(values), len(x))).to(self.device) for values in (BUDGETS, NOISE))
        return rows, sparse_mask(torch, self.model.peaks(x[:, :-1], rows), rows, budgets, noise, self.llm.HEADS // self.llm.KV_HEADS)

    def update(self, rate, sparse=False):
        """-> share of digits that were right"""
        torch = self.torch
        tokens, marks = self.feed.next()
        if sparse:
            tokens, marks = tokens[:self.args.sparse_batch], marks[:self.args.sparse_batch]
        x, m = torch.from_numpy(tokens).to(self.device), torch.from_numpy(marks).to(self.device)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        text, answer, right = self.model.loss(x, m, self.sparse(x, marks) if sparse else None)
        (text * self.args.text_weight + answer).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        if self.step == 1:
            right.item()
            self.start = time.monotonic()  # what compiling took is not training
        return right.detach(), text.detach(), answer.detach()

    def rate(self, share, since):
        rate = self.args.rate * (1 if self.args.no_decay else .02 + .98 * .5 * (1 + math.cos(math.pi * min(1, share))))
        return rate * min(1, (self.step + 1) / WARMUP_STEPS) * (min(1, .2 + .8 * since / REWARM_STEPS) if since < self.step else 1)

    def pretrain(self, lengths, seconds):
        self.start = time.monotonic()
        for index, (length, enough, most) in enumerate(lengths):
            self.feed.length.value = length
            began, first, rights, last = time.monotonic(), self.step, [], time.monotonic()
            while (share := (time.monotonic() - self.start) / seconds) < 1:
                right, text, answer = self.update(self.rate(share, self.step - first))
                rights = [*rights[-49:], right]
                if self.step % 25:
                    continue
                accuracy = self.torch.stack(rights).mean().item()
                if time.monotonic() - last > 6:
                    last = time.monotonic()
                    self.say(step=self.step, length=length, text=round(text.item(), 3), answer=round(answer.item(), 3), digits=round(accuracy, 4))
                if index + 1 < len(lengths) and self.step - first >= 75 and (accuracy >= enough or time.monotonic() - began > most * seconds):
                    break
            save(self.torch, self.model, self.args.output)

    def finish(self, length, seconds, tests):
        self.start = time.monotonic()
        before = self.exact_all(tests[:1])
        began_with = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.say(event="before", **before)
        scaling_before = self.llm.ROPE["scaling"]
        if self.args.stretch_rope:
            self.llm.ROPE["scaling"], self.model.tables = self.llm.SCALINGS[0], None
            self.say(event="stretched")
        rights, last, saved, counted = {False: [], True: []}, time.monotonic(), time.monotonic(), self.step
        self.update(0.0), self.update(0.0, sparse=True)  # compiles both shapes
        self.start = time.monotonic()
        while (share := (time.monotonic() - self.start) / seconds) < 1:
            sparse = share > 1 - SPARSE_SHARE and not self.args.no_decay and self.step % 3 == 1
            right, text, answer = self.update(self.rate(share, self.step), sparse)
            rights[sparse] = [*rights[sparse][-99:], right]
            if self.step % 25 == 0 and time.monotonic() - last > 10:
                speed = (self.step - counted) / (time.monotonic() - last)
                last, counted = time.monotonic(), self.step
                self.say(step=self.step, text=round(text.item(), 3), answer=round(answer.item(), 4), steps_per_s=round(speed, 1),
                         **{f"digits_{'sparse' if k else 'full'}": round(self.torch.stack(v).mean().item(), 4) for k, v in rights.items() if v})
            if time.monotonic() - saved > (90 if self.device == "cuda" else 1e9):
                saved = last = time.monotonic()
                counted = self.step
                save(self.torch, self.model, self.args.output)
                self.say(event="checkpoint", **self.exact_all([(*test[:2], CHECKPOINT_PROMPTS, test[3]) for test in tests[:2]]))
        rounded = {name: value.to(self.torch.bfloat16).float() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(rounded)
        after = self.exact_all(tests)
        self.say(event="final", step=self.step, **after)
        hardest = next(iter(before))
        if after[hardest] < before[hardest] and not self.args.no_decay:
            self.say(event="no better than before: what it began with is kept")
            self.model.load_state_dict(began_with)
            self.llm.ROPE["scaling"], self.model.tables = scaling_before, None
        save(self.torch, self.model, self.args.output)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=["pretrain", "finish"], required=True)
    parser.add_argument("--from", dest="start", help="safetensors file to go on from")
    parser.add_argument("--seconds", type=float, required=True, help="of training; starting and compiling come on top")
    parser.add_argument("--rate", type=float, help="highest learning rate (1.5e-3 to pretrain, 8e-4 to finish)")
    parser.add_argument("--weight-decay", type=float, default=.05)
    parser.add_argument("--text-weight", type=float, default=.5, help="of filler's loss beside the answers': little of it leaves more room for finding facts")
    parser.add_argument("--stretch-rope", action="store_true", help="finish with longer RoPE waves (llm.SCALINGS)")
    parser.add_argument("--no-decay", action="store_true", help="finish at a constant rate and keep what comes out, to go on from")
    parser.add_argument("--tokens", type=int, default=65536, help="in a step")
    parser.add_argument("--sparse-batch", type=int, default=4, help="sequences in a masked step")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=10)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.rate = args.rate or (1.5e-3 if args.stage == "pretrain" else 8e-4)
    args.output.mkdir(parents=True, exist_ok=True)
    length = 512 if args.small else 8192
    if args.small:
        args.tokens, args.workers, args.sparse_batch = 1024, 1, 1
    finish = args.stage == "finish"
    feed = Feed(1000 * (args.seed + 1), args.workers, length if finish else PRETRAIN[0][0], args.tokens, finish)
    try:
        training = Training(args, feed)
        if finish:
            training.finish(length, args.seconds, [(512, 2, 2, 0), (512, 2, 2, 16)] if args.small else TESTS)
        else:
            training.pretrain([(256, .97, .5), (512, 2, 1)] if args.small else PRETRAIN, args.seconds)
    finally:
        feed.close()
    sys.stdout.flush()
    os._exit(0)  # a full queue's feeder thread would keep the process


if __name__ == "__main__":
    main()
