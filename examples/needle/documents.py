"""Training sequences for the needle models: the grammar of texts.py with facts, questions about them, and marks that say which tokens are what.

A token's mark: IGNORED (random, not to be learnt: names and codes where they first appear), TEXT, DIGIT of an answer, FIRST digit of an answer, which alone
has to find the right needle (the other four follow the first).
"""
import math
import random

import numpy as np

import texts
from texts import BOS

IGNORED, TEXT, DIGIT, FIRST = 0, 1, 2, 3
SENTENCE_POOL = 20000
CODE = 5  # digits


def code(rng):
    return f"{rng.randrange(100000):05d}"


def similar_name(rng, known):
    """A name that shares a beginning or an end with |known|, so that only the whole name tells the two apart."""
    cut = rng.randrange(2, max(3, len(known) - 1))
    other = texts.name(rng)
    return known[:cut] + other[1:] if rng.random() < .5 else other[:cut] + known[cut:]


def fact(name, digits):
    text = f"The access code for {name} is {digits}. "
    return text, [(20, 20 + len(name), IGNORED), (24 + len(name), 24 + len(name) + CODE, IGNORED)]


def answered(text, start):
    return text, [(start, start + 1, FIRST), (start + 1, start + CODE, DIGIT)]


def restatement(name, digits):
    return answered(f"The access code for {name} is {digits}. ", 24 + len(name))


def question(name, digits):
    return answered(f"What is the access code for {name}? {digits}. ", 30 + len(name))


class Documents:
    """Endless sequences of one random seed. |hard|: many facts, some of them about similar names; half of the texts are little but facts and questions."""

    def __init__(self, seed, hard=False):
        self.rng, self.hard = random.Random(seed), hard
        self.pool = [texts.sentence(self.rng) for _ in range(SENTENCE_POOL)]

    def filler(self):
        """Drawing from a pool that is slowly renewed costs a tenth of writing every sentence."""
        index = self.rng.randrange(len(self.pool))
        sentence = self.pool[index]
        if self.rng.random() < .1:
            self.pool[index] = texts.sentence(self.rng)
        return sentence

    def facts(self, count):
        rng, facts = self.rng, {}
        likeness = rng.choice((0, 0, .3, .6)) if self.hard else 0
        while len(facts) < count:
            known = rng.choice(list(facts)) if facts and rng.random() < likeness else None
            facts[similar_name(rng, known) if known else texts.name(rng)] = code(rng)
        return list(facts.items())

    def ask(self, known):
        return question(*known) if self.rng.random() < .65 else restatement(*known)

    def count(self, length):
        most = max(2, length // 100)
        if self.hard and self.rng.random() < .5:
            return self.rng.randrange((most + 1) // 2, most + 1)
        least = min(16 if self.hard else 8 if length > 2000 else 2, most)
        return min(most, max(2, round(math.exp(self.rng.uniform(math.log(least), math.log(most + .99))))))

    def at_the_end(self, length, facts):
        """Facts at random depths among filler, questions last."""
        rng = self.rng
        asked = facts if not self.hard else rng.sample(facts, rng.randrange(len(facts) // 2, len(facts)) + 1)
        questions = [self.ask(known) for known in rng.sample(asked, len(asked))]
        body = [fact(*known) for known in facts]
        room = length - sum(len(piece[0]) for piece in body + questions)
        while room > 60:
            body.append((self.filler(), []))
            room -= len(body[-1][0])
        rng.shuffle(body)
        return body + questions

    def interleaved(self, length, facts):
        """Questions between the facts, about any stated before."""
        rng = self.rng
        events = ["fact"] * len(facts) + ["ask"] * int(1.3 * len(facts)) + ["filler"] * max(0, (length - 80 * len(facts)) // 55)
        rng.shuffle(events)
        left, seen, pieces, size = list(facts), [], [], 0
        for event in events:
            if event == "filler":
                piece = (self.filler(), [])
            elif left and (event == "fact" or not seen):
                seen.append(left.pop())
                piece = fact(*seen[-1])
            elif event == "ask":
                piece = self.ask(rng.choice(seen))
            else:
                continue
            pieces.append(piece)
            size += len(piece[0])
            if size > length:
                break
        while size < length + 40 and seen:
            pieces.append(self.ask(rng.choice(seen)))
            size += len(pieces[-1][0])
        return pieces

    def copies(self, length):
        """A random text again and again: what attention to earlier tokens is first learnt from."""
        rng, text, pieces, size = self.rng, "", [], 0
        target = rng.randrange(30, max(31, min(length // 2, 1500)))
        while len(text) < target:
            text += texts.name(rng).lower() + (" " if rng.random() < .9 else f" {rng.randrange(10 ** 5)} ")
        while size < length:
            pieces.append((text, [] if pieces else [(0, len(text), IGNORED)]))
            if rng.random() < .5:
                pieces.append((self.filler(), []))
            size = sum(len(piece[0]) for piece in pieces)
        return pieces

    def document(self, length):
        """-> tokens uint16 [length + 1], the first of them BOS; marks uint8 [length + 1]"""
        kind = self.rng.random()
        if kind < (.15 if length <= 1024 else .03):
            pieces = self.copies(length)
        elif kind < (.30 if self.hard else .55):
            pieces = self.interleaved(length, self.facts(self.count(length)))
        else:
            pieces = self.at_the_end(length, self.facts(self.count(length)))
        tokens, marks = np.empty(length + 1, np.uint16), np.full(length + 1, TEXT, np.uint8)
        parts, offset = [], 1
        for text, spans in pieces:
            for begin, end, mark in spans:
                marks[offset + begin:offset + end] = mark
            parts.append(text)
            offset += len(text)
        while offset < length + 1:
            parts.append(self.filler())
            offset += len(parts[-1])
        tokens[0] = BOS
        tokens[1:] = np.frombuffer("".join(parts)[:length].encode("ascii"), np.uint8)
        return tokens, marks

    def batch(self, count, length):
        """-> tokens [count, length + 1], marks [count, length + 1]"""
        tokens, marks = zip(*[self.document(length) for _ in range(count)])
        return np.stack(tokens), np.stack(marks)


def question_rows(marks):
    """marks [B, T] -> bool [B, T]: a question's or restatement's rows, from before its name to its last digit."""
    rows = np.zeros(marks.shape, bool)
    for index, first in zip(*np.nonzero(marks == FIRST)):
        rows[index, max(0, first - 40):first + CODE] = True
    return rows


class Source:
    """What tools/distill draws on: documents, and rows of questions weighted."""

    def __init__(self, seed):
        self.documents = Documents(seed, hard=seed % 2 == 0)

    def batch(self, count, length):
        tokens, marks = self.documents.batch(count, length - 1)
        return tokens, question_rows(marks).astype(np.float32)


def tests(first_seed, count, length, needles):
    """Tokens [count, length] of texts.prompt: BOS, text and question, the five digits last."""
    rows = []
    for seed in range(first_seed, first_seed + count):
        prompt, _, _, answer = texts.prompt(seed, length - 1 - CODE, needles)
        rows.append(prompt + list(answer.encode("ascii")))
    return np.array(rows, np.int64)
