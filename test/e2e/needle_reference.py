#!/usr/bin/env python3
"""Exact-match accuracy of the needle example in the numpy reference: what sparse decoding should reach, without any compiled code.

    needle_reference.py --prompts=100 [--budget=1024] [--needles=8] [--first-seed=0]

Two ways of dividing the work are scored from one prefill: `answer` prefills text and question with full attention and decodes the answer
sparsely, as spc-run does; `question` decodes the last 43 prompt tokens sparsely too, which no full-attention pass has helped.
About ten seconds a prompt on one core.
"""
import argparse
import pathlib
import sys

import numpy as np

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "needle"
sys.path.insert(0, str(EXAMPLE))
import texts  # noqa: E402
from numpy_reference import Decoder, EagleRetriever, SparseDecoder  # noqa: E402

EPS, ANSWER, QUESTION_TOKENS = 1e-5, 5, 43


def generate(decoder, logits):
    """Greedy answer digits from the prompt's last |logits|."""
    answer = []
    for _ in range(ANSWER):
        token = int(logits.argmax())
        answer.append(token)
        logits = decoder.step(token)
    return bytes(token & 0xFF for token in answer).decode("latin-1")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=100)
    parser.add_argument("--budget", type=int, default=1024)
    parser.add_argument("--needles", type=int, default=8)
    parser.add_argument("--first-seed", type=int, default=0)
    args = parser.parse_args()
    llm = Decoder(EXAMPLE / "llm.onnx", EPS, dtype=np.float32)
    retriever = EagleRetriever(EXAMPLE / "head.onnx", EPS, np.float32)
    right = {"question": 0, "answer": 0, "full": 0}
    for index in range(args.prompts):
        ids, _, question, truth = texts.prompt(args.first_seed + index, needles=args.needles)
        ids, split = np.array(ids), len(ids) - QUESTION_TOKENS
        decoder = SparseDecoder(llm, retriever, args.budget, chunk=512)
        decoder.prefill(ids[:split], len(ids) + ANSWER)
        features = decoder.last_features
        for token in ids[split:]:
            logits = decoder.step(token)
        answers = {"question": generate(decoder, logits)}

        # The same prefill again for the rest of the prompt, in full: it overwrites the rows that the sparse steps appended.
        outputs = llm.run(ids[split:], split)
        decoder.last_features = features
        retriever.step(ids[split:], split, decoder._shifted(outputs, len(ids) - split))
        logits, after = llm.logits(outputs[-1][-1:])[0], decoder.last_features
        for way in ("answer", "full"):
            decoder.length, decoder.last_features = len(ids), after
            decoder.retriever = retriever if way == "answer" else None
            answers[way] = generate(decoder, logits)
        for way, answer in answers.items():
            right[way] += answer == truth
        print(index, question, truth, answers, {way: f"{count}/{index + 1}" for way, count in right.items()}, flush=True)


if __name__ == "__main__":
    main()
