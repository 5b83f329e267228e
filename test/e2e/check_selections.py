#!/usr/bin/env python3
"""The tokens that a compiled object selects, at every step of twenty prompts, against those of the head in numpy's float32; and the gate on accuracy.

    check_selections.py [--llm=LLM.onnx] [--head=HEAD.onnx] [--build=FOLDER] [--prompts=20] [--question-steps=N]

decodes all of every question sparsely, where the suite, to save time, prefills all but its last tokens. Half a minute.
"""
import argparse
import pathlib
import random
import tempfile
import subprocess
import sys

import numpy as np

from fixtures import DATA
from numpy_reference import Decoder, EagleRetriever, SparseDecoder, softmax
from tools import Failed, Tools

ROOT = DATA.parents[1]
NEEDLE = ROOT / "examples" / "needle"
sys.path[:0] = [str(NEEDLE), str(ROOT / "tools" / "eval")]
import spcrt  # noqa: E402
import texts  # noqa: E402

PROMPTS, BUDGET, SINK, RECENT, EPS, ANSWER = 20, 64, 4, 64, 1e-5, 5
QUESTION_STEPS = 12  # in the suite
# Of the probability of the last token that is taken. A score is a sum of some dozen products of about 1 in float32, and goes through a chain of six layers'
# worth of those: the two sides differ by some 1e-6 of the largest, and its exponential by as much of itself.
ROUNDING = 2e-4


def pooled_probabilities(scores, position, kv_heads):
    """-> candidates, probabilities [KV heads, candidates], as `score` and `pool` make them"""
    candidates = np.arange(SINK, position - RECENT + 1)
    pooled = softmax(scores[..., candidates]).max(1)
    return candidates, pooled.reshape(kv_heads, -1, len(candidates)).max(1)


def compare(chosen, scores, position, kv_heads):
    """Tokens that only one side chooses; Failed when one's probability is further from the last that is taken than rounding explains."""
    candidates, probabilities = pooled_probabilities(scores, position, kv_heads)
    if len(candidates) <= BUDGET:
        raise Failed("a prompt so short that everything is selected")
    differing = 0
    for head in range(kv_heads):
        order = np.argsort(-probabilities[head], kind="stable")
        expected = set(candidates[order[:BUDGET]].tolist())
        actual = set(chosen[head][SINK:-RECENT])
        frame = list(range(SINK)) + list(range(position - RECENT + 1, position + 1))
        if chosen[head][:SINK] + chosen[head][-RECENT:] != frame or len(actual) != BUDGET or not actual <= set(candidates.tolist()):
            raise Failed(f"position {position}, head {head}: sink, recent or the number of tokens is wrong: {chosen[head]}")
        threshold = probabilities[head, order[BUDGET - 1]]
        for token in expected ^ actual:
            distance = abs(probabilities[head, token - SINK] - threshold) / threshold
            differing += 1
            if not distance <= ROUNDING:
                raise Failed(f"position {position}, head {head}: token {token} is chosen by {'numpy' if token in expected else 'the object'} alone; its "
                             f"probability is {distance:.1e} of itself from that of the last token taken")
    return differing


class Recorder(SparseDecoder):
    """Steps under selections given from outside, so that both sides always read the same, and keeps the scores."""

    def step_with(self, token, selection):
        position, ids = self.length, np.array([token])
        self.scores = self.retriever.step(ids, position, self.last_features)
        outputs = self.llm.run(ids, position, dict(enumerate(selection)))
        if self.retriever.feature_layers:
            self.last_features = self.features(outputs)
        self.length += 1


def prompt_of(seed):
    rng = random.Random(seed)
    return texts.prompt(1000 + seed, rng.randrange(300, 600), rng.choice((2, 3)))


def check_prompt(session, numpy_side, seed, question_steps):
    """-> (steps, differing tokens) of the end of the question and the answer, decoded sparsely"""
    ids, _, question, _ = prompt_of(seed)
    sparse = min(len(question), question_steps)
    split, kv_heads, steps = len(ids) - sparse, numpy_side.llm.kv_heads, sparse + ANSWER - 1
    session.start()
    session.prefill(ids[:split])
    numpy_side.prefill(np.array(ids[:split]), len(ids) + ANSWER)
    differing, feed = 0, list(ids[split:])
    for step in range(steps):
        following = session.decode(feed[step])
        chosen = [session.selection(head) for head in range(kv_heads)]
        numpy_side.step_with(feed[step], [np.array(tokens) for tokens in chosen])
        differing += compare(chosen, numpy_side.scores, split + step, kv_heads)
        if step + 1 >= sparse:
            feed.append(following)
    return steps, differing


def compare_pair(tools, llm_path, head_path, prompts, question_steps):
    tools.compile(llm_path, "selections.so", f"--retriever={head_path}", f"--kv-budget={BUDGET}", "--max-seq=1024").expect(0)
    session = spcrt.Session(spcrt.Model(spcrt.Library(tools.bin.parent), tools.scratch / "selections.so"), threads=1)
    llm = Decoder(llm_path, EPS, dtype=np.float32)
    numpy_side = Recorder(llm, EagleRetriever(head_path, EPS, np.float32), BUDGET, chunk=512)
    steps = differing = 0
    for seed in range(prompts):
        more, other = check_prompt(session, numpy_side, seed, question_steps)
        steps, differing = steps + more, differing + other
    session.close()
    tokens = steps * llm.kv_heads * BUDGET
    return f"{steps} steps of {prompts} prompts, {tokens} tokens chosen; {differing} others, within {ROUNDING:.0e} of the threshold"


def check_needle(tools, report):
    def same():
        return compare_pair(tools, NEEDLE / "llm.onnx", NEEDLE / "head.onnx", PROMPTS, QUESTION_STEPS)

    report.check("needle selects what the head does in numpy at every step of twenty prompts", same)


def check_gate(tools, report):
    def gate():
        command = [sys.executable, str(ROOT / "tools" / "eval" / "spc_eval.py"), f"--gate={NEEDLE / 'gate.json'}", f"--build={tools.bin.parent}"]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if result.returncode:
            raise Failed(result.stdout[-1500:] + result.stderr[-500:])
        return "; ".join(line[5:] for line in result.stdout.splitlines() if line.startswith("ok "))

    report.check("needle accuracy is above its gate", gate)


def check_all(tools, report):
    check_needle(tools, report)
    check_gate(tools, report)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", default=NEEDLE / "llm.onnx", type=pathlib.Path)
    parser.add_argument("--head", default=NEEDLE / "head.onnx", type=pathlib.Path)
    parser.add_argument("--build", default=ROOT / "build", type=pathlib.Path)
    parser.add_argument("--prompts", type=int, default=PROMPTS)
    parser.add_argument("--question-steps", type=int, default=1 << 20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print(compare_pair(Tools(args.build, scratch), args.llm, args.head, args.prompts, args.question_steps))


if __name__ == "__main__":
    main()
