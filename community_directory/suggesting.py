"""Which communities are worth meeting, and why: from what each says of itself.

Texts written to one template are alike in all that does not matter, so whole texts are not compared. What counts is what
one community says that is found in the other's text, both ways: the words of its name, the words that set it apart
from the rest, and its name itself, above all where it is said as groups are called here ("SIG Node", "Audio Working Group").
Words that several texts have in the same order are the template's, and are passed over.

No model, no database: descriptions in, an order with reasons out. How good it is says ``bin/bench suggestions``
(docs/benchmarks.md). Words are weighed as in Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and
Beyond, 2009.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

_WORD = re.compile(r"\w+")
_SAID_EVERYWHERE = """
a about after all also an and any are as at be been before between both but by can each for from had
has have how if in into is it its may more most must no nor not of on or other our out over own
shall should so some such than that the their them then there these they this those through to too
under up us use used using via was we were what when where which while who will with within without
work working would you your
"""
_PLAIN = frozenset(_SAID_EVERYWHERE.split())
_NO_HABIT = _PLAIN - {"working"}
# Of a text: so many words in a row are the template's where so many texts, or this share of them, have them.
_ROW, _FEWEST, _SHARE = 5, 3, 0.08
_TEXTS_LOOKED_AT = 2000
_KEY_WORDS = 60
_WORDS_SHOWN = 5
_OFTEN = 3  # so many times must both together say such a word: who says it once is seldom about it
_FEW = 0.15  # the share of texts that may hold a word which is given as a reason
_MANY = 150  # a word that more texts hold is not looked for: it tells little, and there are as many pairs as its square
_HABIT = 0.1  # the share of groups that must be called by a word for it to be a habit
_K1, _B = 1.2, 0.75  # as usual for BM25
# What each kind of evidence weighs, once all are brought to the same spread.
_WEIGHTS = {
    "name": 2.0,
    "words": 0.4,
    "named": 1.0,
    "called": 2.0,
    "tags": 3.0,
    "sectors": 0.6,
    "region": 0.3,
}


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a community says of itself. All but id, name and text may be empty."""

    id: str
    name: str
    text: str
    tags: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """A community worth meeting.

    Args:
        id: which.
        score: how well it fits; only the order means anything.
        tags: what both are about.
        words: what sets both apart from nearly all others, most telling first, as the other writes it.
        names: whether one names the other.
    """

    id: str
    score: float
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    names: bool = False


@dataclass
class _Text:
    """A description, read."""

    name: list[str]
    words: Counter[str]
    length: int
    written: dict[str, str]
    key: dict[str, float] = field(default_factory=dict)


def _split(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _stem(word: str) -> str:
    """A word without its commonest endings: enough for "falls" to find "falling"."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "es", "er", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def stems(text: str) -> dict[str, str]:
    """The words of a text that say something, by their stem, each as it is first written there."""
    found: dict[str, str] = {}
    for word in _split(text):
        if word not in _PLAIN:
            found.setdefault(_stem(word), word)
    return found


class Suggester:
    """Knows a set of descriptions, and orders for each the others. What it gives depends on nothing else.

    Args:
        descriptions: each id once.

    Raises:
        ValueError: two have the same id.
    """

    def __init__(self, descriptions: Iterable[Described]) -> None:
        given = list(descriptions)
        self._all = {one.id: one for one in given}
        if len(self._all) < len(given):
            raise ValueError("two descriptions have the same id")
        self._place = {key: place for place, key in enumerate(self._all)}
        split = {key: _split(one.text) for key, one in self._all.items()}
        self._texts = {key: _Text(*parts) for key, parts in self._read(split)}
        self._length = sum(text.length for text in self._texts.values()) / max(len(given), 1) or 1.0
        self._holding: dict[str, list[str]] = defaultdict(list)
        for key, text in self._texts.items():
            for word in text.words:
                self._holding[word].append(key)
        for text in self._texts.values():
            text.key = self._telling(text)
        self._evidence: dict[str, dict[tuple[str, str], float]] = {kind: {} for kind in _WEIGHTS}
        self._gather(split)
        self._spread = {kind: self._spread_of(found) for kind, found in self._evidence.items()}
        self._near: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for kind, found in self._evidence.items():
            for (one, other), value in found.items():
                share = _WEIGHTS[kind] * value / self._spread[kind]
                self._near[one][other] += share
                self._near[other][one] += share

    def rank(self, key: str, most: int | None = None) -> list[Suggested]:
        """The others, those first that are most worth meeting; what nothing speaks for comes last, as it was given.

        Args:
            key: whose.
            most: how many at most; all unless told.

        Raises:
            KeyError: no description has this id.
        """
        if key not in self._all:
            raise KeyError(key)
        scores = self._near.get(key, {})
        others = (other for other in self._all if other != key)
        order = sorted(others, key=lambda other: (-scores.get(other, 0.0), self._place[other]))
        return [self._suggested(key, other, scores.get(other, 0.0)) for other in order[:most]]

    def about(self, key: str, other: str) -> Suggested:
        """What speaks for one of the others.

        Args:
            key: whose suggestion it would be.
            other: which.

        Raises:
            KeyError: no description has one of these ids.
        """
        for one in (key, other):
            if one not in self._all:
                raise KeyError(one)
        return self._suggested(key, other, self._near.get(key, {}).get(other, 0.0))

    def _suggested(self, key: str, other: str, score: float) -> Suggested:
        theirs = self._all[other].tags
        said = self._evidence["named"]
        return Suggested(
            id=other,
            score=score,
            tags=tuple(tag for tag in self._all[key].tags if tag in theirs),
            words=tuple(self._shared_words(key, other)),
            names=(key, other) in said or (other, key) in said,
        )

    def _shared_words(self, one: str, other: str) -> list[str]:
        """Those that set both apart from nearly all others."""
        here, there = self._texts[one], self._texts[other]
        few = max(3, _FEW * len(self._all))
        telling = {
            word: share * there.key[word]
            for word, share in here.key.items()
            if len(word) > 3
            and word in there.key
            and len(self._holding[word]) <= few
            and here.words[word] + there.words[word] >= _OFTEN
        }
        first = sorted(telling, key=lambda word: (-telling[word], word))[:_WORDS_SHOWN]
        return [there.written.get(word) or here.written.get(word, word) for word in first]

    # -- reading --------------------------------------------------------------

    def _read(
        self, split: dict[str, list[str]]
    ) -> Iterator[tuple[str, tuple[list[str], Counter[str], int, dict[str, str]]]]:
        template = _template(list(split.values()))
        in_names = {word for one in self._all.values() for word in _split(one.name)}
        for key, words in split.items():
            name = [_stem(word) for word in _split(self._all[key].name) if word not in _PLAIN]
            own: Counter[str] = Counter(dict.fromkeys(name, 2))
            written: dict[str, str] = {}
            left = _without(words, template)
            joined = [one + other for one, other in pairwise(left) if one + other in in_names]
            for word in (*left, *joined):
                if word not in _PLAIN:
                    stem = _stem(word)
                    own[stem] += 1
                    written.setdefault(stem, word)
            yield key, (name, own, own.total(), written)

    def _rarity(self, word: str) -> float:
        many = len(self._holding.get(word, ()))
        return math.log(1 + (len(self._all) - many + 0.5) / (many + 0.5))

    def _weight(self, text: _Text, word: str) -> float:
        """How much a text is about a word: BM25's."""
        often = text.words[word]
        return (
            self._rarity(word)
            * often
            * (_K1 + 1)
            / (often + _K1 * (1 - _B + _B * text.length / self._length))
        )

    def _telling(self, text: _Text) -> dict[str, float]:
        """The words that set a text apart, with shares that make one."""
        weights = {word: self._weight(text, word) for word in text.words}
        first = sorted(weights, key=lambda word: (-weights[word], word))[:_KEY_WORDS]
        total = sum(weights[word] for word in first) or 1.0
        return {word: weights[word] / total for word in first}

    # -- evidence -------------------------------------------------------------

    def _gather(self, split: dict[str, list[str]]) -> None:
        for key, text in self._texts.items():
            self._look_for(key, {word: 1 / len(text.name) for word in text.name}, "name")
            self._look_for(key, text.key, "words")
        self._look_for_names(split)
        self._compare("tags", {key: one.tags for key, one in self._all.items()})
        self._compare("sectors", {key: one.sectors for key, one in self._all.items()})
        self._compare("region", {key: (one.region,) if one.region else () for key, one in self._all.items()})

    def _look_for(self, key: str, words: dict[str, float], kind: str) -> None:
        """How much of some words of one is found in the texts of the others."""
        found = self._evidence[kind]
        for word, share in words.items():
            holding = self._holding.get(word, ())
            if len(holding) > _MANY:
                continue
            for other in holding:
                if other != key:
                    place = (key, other)
                    found[place] = found.get(place, 0.0) + share * self._weight(self._texts[other], word)

    def _look_for_names(self, split: dict[str, list[str]]) -> None:
        """Where a name itself stands in the texts of others, and where it is said as groups are called here."""
        names: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for key, one in self._all.items():
            name = tuple(_split(one.name))
            if len("".join(name)) > 2:
                names[name[0]].append((name, key))
        named: Counter[tuple[str, str]] = Counter()
        beside: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for other, words in split.items():
            for start, word in enumerate(words):
                for name, key in names.get(word, ()):
                    end = start + len(name)
                    if tuple(words[start:end]) == name:
                        named[key, other] += 1
                        beside[key, other].update(_around(words, start, end))
        habits = self._habits(beside)
        for place, often in named.items():
            if place[0] != place[1]:
                self._evidence["named"][place] = math.log1p(often)
                called = sum(many for word, many in beside[place].items() if word in habits)
                if called:
                    self._evidence["called"][place] = math.log1p(called)

    def _habits(self, beside: dict[tuple[str, str], Counter[str]]) -> set[str]:
        """What groups are called here: the words before or after their names in the texts of many of them."""
        own: Counter[str] = Counter()
        for key in self._all:
            own.update(set(beside.get((key, key), ())))
        least = max(3, _HABIT * len(self._all))
        return {word for word, many in own.items() if many >= least}

    def _compare(self, kind: str, values: dict[str, tuple[str, ...]]) -> None:
        """What two have in common, what is rare for more."""
        holding: dict[str, list[str]] = defaultdict(list)
        for key, own in values.items():
            for value in dict.fromkeys(own):
                holding[value].append(key)
        found = self._evidence[kind]
        for keys in holding.values():
            if 1 < len(keys) < len(values) and len(keys) <= 4 * _MANY:
                worth = math.log(1 + len(values) / len(keys))
                for place, one in enumerate(keys):
                    for other in keys[place + 1 :]:
                        found[one, other] = found.get((one, other), 0.0) + worth

    def _spread_of(self, found: dict[tuple[str, str], float]) -> float:
        """The root mean square over all pairs, so that kinds of evidence can be added."""
        pairs = len(self._all) * (len(self._all) - 1)
        return math.sqrt(sum(value * value for value in found.values()) / pairs) if pairs and found else 1.0


def _around(words: list[str], start: int, end: int) -> Iterator[str]:
    """The word before a name and the one after it, as habits are known."""
    if start and words[start - 1] not in _NO_HABIT:
        yield f"{words[start - 1]} …"
    if end < len(words) and words[end] not in _NO_HABIT:
        yield f"… {words[end]}"


def _rows(words: list[str]) -> Iterator[int]:
    return (hash(tuple(words[start : start + _ROW])) for start in range(len(words) - _ROW + 1))


def _template(texts: list[list[str]]) -> set[int]:
    """The rows of words that many texts have in common."""
    looked_at = texts[:_TEXTS_LOOKED_AT]
    often: Counter[int] = Counter()
    for words in looked_at:
        often.update(set(_rows(words)))
    least = max(_FEWEST, _SHARE * len(looked_at))
    return {row for row, many in often.items() if many >= least}


def _without(words: list[str], template: set[int]) -> list[str]:
    """A text's words, those of the template left out."""
    common = [False] * len(words)
    for start, row in enumerate(_rows(words)):
        if row in template:
            common[start : start + _ROW] = [True] * _ROW
    return [word for word, is_common in zip(words, common, strict=True) if not is_common]
