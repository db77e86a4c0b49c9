"""moods: short sentences from a small grammar, pleasant or unpleasant; counting words does not tell which."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.tokens import Tokens
from engine.data.pieces import Between, never, within
from engine.data.source import RawSet, RawSplit, Source, dataset

LENGTH = 13
PIECE = 200  # sentences made at once, in some milliseconds
MOODS = ("unpleasant", "pleasant")
NOUNS = ("film", "book", "song", "meal", "soup", "trip", "day", "story", "play", "walk", "show", "party", "room", "game")
OWNERS = ("the", "this", "my", "our")
ADVERBS = ("", "", "very", "quite", "really", "so")
ADJECTIVES = (
    ("bad", "awful", "boring", "dull", "ugly", "sad", "horrible", "poor", "nasty", "weak", "terrible", "dreadful"),
    ("good", "great", "lovely", "fine", "nice", "funny", "wonderful", "pretty", "superb", "warm", "charming", "brilliant"),
)
VERBS = (("hated", "disliked", "feared", "regretted", "cursed"), ("liked", "loved", "enjoyed", "admired", "praised"))
PEOPLE = ("i", "we", "they", "everybody", "she", "he")
DENIERS = ("nobody", "few")
NEGATIONS = ("not", "never", "hardly")
JOINTS = ("and", "but")
_WORDS = (
    *OWNERS,
    *NOUNS,
    "was",
    *ADVERBS[2:],
    *NEGATIONS,
    *ADJECTIVES[0],
    *ADJECTIVES[1],
    *PEOPLE,
    *DENIERS,
    *VERBS[0],
    *VERBS[1],
)
VOCABULARY = ("", *dict.fromkeys((*_WORDS, *JOINTS)))


@dataset
class Moods(Source):
    """Sentences of one or two clauses, 3 to 13 words. A third of the clauses are negated ("not bad" is pleasant); after "but"
    comes the opposite mood, and it is the one that counts."""

    name = "moods"
    title = "Moods"
    help = (
        "Short sentences, pleasant or unpleasant. 'Not bad' is pleasant and 'good but dull' is not, so the words have to be "
        "read in their order."
    )
    slots = slots(sentence=(Tokens(vocabulary=VOCABULARY), (LENGTH,), True), label=(Classes(names=MOODS), ()))

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return self.load_between(seed, root, never)

    def load_between(self, seed: int, root: Path | None, between: Between) -> RawSet:
        train = _sentences(4000, random.Random(f"moods {seed} train"), (), within(between, 0, 0.4))
        test = _sentences(1000, random.Random(f"moods {seed} test"), train, within(between, 0.4, 0.5))
        return RawSet(_split(train, within(between, 0.5, 0.9)), _split(test, within(between, 0.9, 1)), self.slots)


def _split(sentences: Sequence[str], between: Between) -> RawSplit:
    """Sentences of alternating moods as tokens with their counts."""
    meaning, rows = Tokens(vocabulary=VOCABULARY), np.empty((len(sentences), LENGTH), np.int64)
    for place, sentence in enumerate(sentences):
        if place % PIECE == 0:
            between(place / len(sentences))
        rows[place] = meaning.tokens(sentence, LENGTH)
    return RawSplit(
        {
            "sentence": rows,
            "sentence.count": np.array([len(sentence.split()) for sentence in sentences], np.int64),
            "label": np.arange(len(sentences), dtype=np.int64) % len(MOODS),
        }
    )


def _sentences(count: int, rng: random.Random, known: Collection[str], between: Between) -> list[str]:
    """``count`` sentences, no two alike and none of the ``known`` ones, by turns unpleasant and pleasant."""
    avoided, found = set(known), list[str]()
    while len(found) < count:
        if len(found) % PIECE == 0:
            between(len(found) / count)
        sentence = _sentence(len(found) % len(MOODS), rng)
        if sentence not in avoided:
            avoided.add(sentence)
            found.append(sentence)
    return found


def _sentence(mood: int, rng: random.Random) -> str:
    kind = rng.randrange(3)
    if kind == 0:
        return _clause(mood, rng)
    joint = JOINTS[kind - 1]
    return f"{_clause(mood if joint == 'and' else 1 - mood, rng)} {joint} {_clause(mood, rng)}"


def _clause(mood: int, rng: random.Random) -> str:
    """3 to 6 words of one mood; where they are negated the other mood's words are used."""
    negated = rng.randrange(3) == 0
    thing = f"{rng.choice(OWNERS)} {rng.choice(NOUNS)}"
    said = 1 - mood if negated else mood
    if rng.randrange(2):
        words = [thing, "was", rng.choice(NEGATIONS) if negated else "", rng.choice(ADVERBS), rng.choice(ADJECTIVES[said])]
    else:
        words = [rng.choice(DENIERS if negated else PEOPLE), rng.choice(VERBS[said]), thing]
    return " ".join(word for word in words if word)
