"""Texts with access codes hidden in them: filler sentences from a small grammar, needles, and one question.

The model of this example was trained on this grammar; token ids are the text's bytes after a BOS token.
"""
import random

BOS = 256

ADJECTIVES = """quiet wooden narrow golden broken distant gentle heavy hollow bright dusty early faded frozen green
grey humble ancient crooked patient restless silver simple sleepy small steady stubborn sudden tall tired
warm weary white young careful cheerful clever curious dark deep empty famous foreign friendly hidden
honest lonely modest muddy noisy painted pale plain proud rusty sandy shallow silent strange""".split()
NOUNS = """gardener sailor baker carpenter teacher farmer miller painter singer soldier tailor weaver widow
traveller merchant shepherd clerk doctor captain fisherman child neighbour stranger visitor guard judge
basket lantern ladder blanket bottle bucket candle carriage chair clock coat cup curtain drum engine fence
flag hammer hat kettle key knife letter map mirror needle net notebook oar piano pillow plough pocket rope
saddle shoe shovel spoon table ticket trunk umbrella wagon wheel window horse goat sparrow crow fox dog""".split()
PLACES = """harbour market valley village orchard station bridge chapel meadow forest river mountain tower
garden kitchen cellar library museum theatre hospital stable courtyard lighthouse mill quarry shore island
castle tavern workshop square field road wall gate tunnel palace""".split()
VERBS = """carried found lost painted repaired followed watched forgot sold bought remembered borrowed hid
cleaned dropped lifted moved noticed opened pulled pushed reached returned saved searched shook touched
wanted washed admired avoided chased counted covered described drew examined guarded ignored measured""".split()
INTRANSITIVE = """waited slept sang laughed wandered rested worked whispered listened danced travelled stood sat
walked ran hurried lingered shivered trembled smiled""".split()
ADVERBS = """slowly quickly quietly gladly rarely often again together alone today yesterday carefully bravely
calmly eagerly gently politely suddenly warmly wisely""".split()
PREPOSITIONS = "near behind beside across past inside outside beyond under around".split()
TIMES = ["In the morning", "Late at night", "Before sunrise", "After the storm", "During the winter", "On market day", "That evening",
         "At noon", "Every summer", "By then", "Long ago", "For a while", "In the end", "Once more", "As usual"]
ONSETS = "b br d dr f g gl h j k kr l m n p pl qu r s sh st t th tr v w y z".split()
VOWELS = "a e i o u ai ou ea".split()
CODAS = ["", "", "", "l", "m", "n", "r", "s", "k", "th", "nd", "x"]


def sentence(rng):
    one, kind = rng.choice, rng.random()
    if kind < .22:
        text = (f"The {one(ADJECTIVES)} {one(NOUNS)} {one(VERBS)} the {one(ADJECTIVES)} {one(NOUNS)} {one(PREPOSITIONS)} "
                f"the {one(PLACES)}.")
    elif kind < .40:
        text = f"{one(TIMES)}, the {one(NOUNS)} {one(INTRANSITIVE)} {one(ADVERBS)}."
    elif kind < .55:
        text = f"A {one(ADJECTIVES)} {one(NOUNS)} and a {one(NOUNS)} {one(INTRANSITIVE)} {one(PREPOSITIONS)} the {one(PLACES)}."
    elif kind < .66:
        text = f"{one(TIMES)} the {one(NOUNS)} {one(VERBS)} a {one(NOUNS)}, and the {one(NOUNS)} {one(INTRANSITIVE)} {one(ADVERBS)}."
    elif kind < .77:
        text = f"Nobody {one(VERBS)} the {one(NOUNS)} of the {one(ADJECTIVES)} {one(NOUNS)}."
    elif kind < .85:
        text = f"It was a {one(ADJECTIVES)} and {one(ADJECTIVES)} {one(PLACES)}, {one(PREPOSITIONS)} the {one(PLACES)}."
    elif kind < .92:
        text = f"The {one(NOUNS)} {one(PREPOSITIONS)} the {one(PLACES)} was {one(ADJECTIVES)}, but the {one(NOUNS)} {one(INTRANSITIVE)}."
    elif kind < .97:
        text = f"There were {rng.randrange(2, 10 ** one((1, 2, 3, 5)) + 5)} {one(NOUNS)}s {one(PREPOSITIONS)} the {one(PLACES)}."
    else:
        text = f"In {rng.randrange(1500, 2000)} the {one(NOUNS)} {one(VERBS)} the {one(ADJECTIVES)} {one(NOUNS)}."
    return text + " "


def name(rng):
    count = 2 if rng.random() < .6 else 3
    syllables = [rng.choice(ONSETS) + rng.choice(VOWELS) + (rng.choice(CODAS) if i == count - 1 or rng.random() < .3 else "")
                 for i in range(count)]
    return "".join(syllables).capitalize()


def needle_text(rng, length, needles):
    """-> (text, question, answer): |text| ends in |question|, together |length| bytes; the answer is five digits.

    |needles| sentences "The access code for NAME is CODE." stand at random depths among filler; one of them is asked for.
    """
    codes = {}
    while len(codes) < needles:
        codes[name(rng)] = f"{rng.randrange(100000):05d}"
    asked = rng.choice(list(codes))
    question = f"What is the access code for {asked}? "
    hidden = [f"The access code for {who} is {code}. " for who, code in codes.items()]
    room = length - len(question) - sum(map(len, hidden))
    filler = []
    while room > 0:
        filler.append(sentence(rng))
        room -= len(filler[-1])
    first = filler.pop()
    body = filler + hidden
    rng.shuffle(body)
    text = first + "".join(body) + question
    return text[len(text) - length:], question, codes[asked]  # the first sentence is cut so that the length is exact


def prompt(seed, length=8186, needles=8):
    """-> (token ids, text, question, answer)"""
    text, question, answer = needle_text(random.Random(seed), length, needles)
    return [BOS, *text.encode("ascii")], text, question, answer
