"""RULER-style tasks of bytes, each made from a seed: a text that hides something, and questions whose answers are known.

The texts are of the grammar of examples/needle/texts.py. Its LLM was trained to state and restate access codes: `single`, `multikey` and
`multiquery` ask as it learnt to, the other three ask what it was never taught.
"""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "needle"))
import texts  # noqa: E402

ANSWER_ROOM = 8  # bytes left after a question beside its answer


class Case:
    """|text| is read first; then each of |questions| in turn: (question, accepted answers), where answers that follow are |alternatives| of one length."""

    def __init__(self, text, questions):
        self.text, self.questions = text, questions

    def length(self):
        return len(self.text) + sum(len(question) + max(map(len, answers)) for question, answers in self.questions)


def fact(name, code):
    return f"The access code for {name} is {code}. "


def question(name):
    return f"What is the access code for {name}? "


def code(rng):
    return f"{rng.randrange(100000):05d}"


def facts(rng, count):
    codes = {}
    while len(codes) < count:
        codes[texts.name(rng)] = code(rng)
    return codes


def fill(rng, hidden, room):
    """|hidden| sentences at random depths among as much filler as |room| bytes take; the first sentence is cut to the length."""
    room -= sum(map(len, hidden))
    if room < 0:
        raise ValueError(f"the hidden sentences are {-room} bytes longer than the text")
    filler = []
    while room > 0:
        filler.append(texts.sentence(rng))
        room -= len(filler[-1])
    first = filler.pop() if filler else ""
    body = filler + hidden
    rng.shuffle(body)
    return first[-room if room else 0:] + "".join(body)


def multikey(rng, length, needles):
    codes = facts(rng, needles)
    asked = rng.choice(list(codes))
    questions = [(question(asked), [codes[asked]])]
    text = fill(rng, [fact(*item) for item in codes.items()], length - len(questions[0][0]))
    return Case(text, questions)


def single(rng, length, needles):
    return multikey(rng, length, 1)


def multivalue(rng, length, needles):
    """One name with four codes among others: all four are asked for, in any order."""
    codes = facts(rng, needles)
    asked = rng.choice(list(codes))
    values = [codes[asked]]
    while len(values) < 4:
        other = code(rng)
        values += [other] * (other not in values)
    hidden = [fact(*item) for item in codes.items()] + [fact(asked, value) for value in values[1:]]
    asking = f"What are the access codes for {asked}? "
    orders = [[]]
    for _ in values:
        orders = [order + [value] for order in orders for value in values if value not in order]
    return Case(fill(rng, hidden, length - len(asking)), [(asking, [", ".join(order) for order in orders])])


def multiquery(rng, length, needles):
    """Four questions one after another; the model's own answers stand between them."""
    codes = facts(rng, max(needles, 4))
    asked = rng.sample(list(codes), 4)
    questions = [(("" if i == 0 else ". ") + question(name), [codes[name]]) for i, name in enumerate(asked)]
    room = length - sum(len(text) for text, _ in questions) - 5 * 3
    return Case(fill(rng, [fact(*item) for item in codes.items()], room), questions)


def tracking(rng, length, needles):
    """A chain of four names: the first has a code, each other one that of the name before."""
    codes = facts(rng, max(needles, 4))
    chain = rng.sample(list(codes), 4)
    hidden = [fact(*item) for item in codes.items() if item[0] not in chain[1:]]
    hidden += [f"The access code for {name} is that of {before}. " for before, name in zip(chain, chain[1:])]
    asking = question(chain[-1])
    return Case(fill(rng, hidden, length - len(asking)), [(asking, [codes[chain[0]]])])


def words(rng, length, needles):
    """A list of names of which one stands more often than any other."""
    names = list(facts(rng, 24))
    common = names[0]
    asking = "Which name is listed most often? "
    room, listed = length - len(asking), []
    weights = [12] + [1] * (len(names) - 1)
    while room > 0:
        listed.append(rng.choices(names, weights)[0] + ", ")
        room -= len(listed[-1])
    return Case("".join(listed)[-room if room else 0:], [(asking, [common])])


TASKS = {"single": single, "multikey": multikey, "multivalue": multivalue, "multiquery": multiquery, "tracking": tracking, "words": words}


def make(task, seed, length, needles):
    """|length| bytes, the questions (but not the last answer) included."""
    return TASKS[task](random.Random(f"{task} {seed} {length} {needles}"), length, needles)


def encode(text, first):
    return [texts.BOS] * first + list(text.encode("ascii"))
