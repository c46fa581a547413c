"""Names, titles and texts for the bulk, from the words of bulk_words.toml: a few often, most of them seldom."""

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from kit import markdown
from portal.demo.source import read

Item = TypeVar("Item")
WORDS: dict[str, Any] = read("bulk_words.toml")


class Text(NamedTuple):
    """A text in Markdown, with its HTML."""

    text: str
    html: str


def often(rng: random.Random, items: Sequence[Item], exponent: float = 1.0) -> Iterator[Item]:
    """Draw without end: an item's chance falls with its place in the list (Zipf's law).

    Args:
        rng: where chance comes from.
        items: what is drawn, the most frequent first.
        exponent: 0 draws all alike; 1 is what words do.
    """
    weights = list(accumulate(1 / place**exponent for place in range(1, len(items) + 1)))
    while True:
        yield from rng.choices(items, cum_weights=weights, k=1000)


def chance(seed: str) -> random.Random:
    """The same chance for the same seed."""
    return random.Random(seed)  # noqa: S311


def _places() -> list[str]:
    places = [start + end for start in WORDS["place_starts"] for end in WORDS["place_ends"]]
    chance("places").shuffle(places)
    return places


class Writer:
    """Writes; the same for the same chance.

    Args:
        rng: where chance comes from.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.subjects = often(rng, [(row["words"], row["theme"]) for row in WORDS["subjects"]], 0.6)
        self._place = often(rng, _places())
        self._people = often(rng, WORDS["people"])
        self._thing = often(rng, WORDS["things"])
        self._result = often(rng, WORDS["results"], 0.5)
        self._condition = often(rng, WORDS["conditions"], 0.5)
        self._sentence = often(rng, WORDS["sentences"], 0.2)

    def one_of(self, kind: str) -> str:
        """One entry of a list of words, as it stands."""
        return self.rng.choice(WORDS[kind])

    def place(self) -> str:
        """The name of a place that does not exist."""
        return next(self._place)

    def fill(self, template: str, subject: str = "", place: str = "") -> str:
        """A template with its gaps filled."""
        subject = subject or next(self.subjects)[0]
        people = next(self._people)
        return template.format(
            subject=subject,
            Subject=subject[:1].upper() + subject[1:],
            place=place or next(self._place),
            people=people,
            People=people[:1].upper() + people[1:],
            people2=next(self._people),
            thing=next(self._thing),
            result=next(self._result),
            condition=next(self._condition),
            number=self.rng.randint(3, 48),
        )

    def write(self, kind: str, subject: str = "", place: str = "") -> str:
        """One entry of a list of templates, filled."""
        return self.fill(self.one_of(kind), subject, place)

    def sentences(self, count: int) -> str:
        """So many sentences, on one line."""
        return " ".join(self.fill(next(self._sentence)) for _ in range(count))

    def paragraphs(self, most: int, wanted: int) -> list[Text]:
        """Different paragraphs to draw from, some with a quotation or words in bold.

        Args:
            most: how many are enough for any number of texts.
            wanted: how many texts will be made of them: for a few, a few suffice.
        """
        made = []
        for _ in range(min(most, 10 + wanted)):
            text = self.sentences(self.rng.randint(2, 4))
            shape = self.rng.random()
            if shape < 0.06:
                text = f"> {text}"
            elif shape < 0.12:
                text = f"**{self.fill('About {subject}')}.** {text}"
            made.append(Text(text, markdown.render(text)))
        return made

    def lists(self, count: int) -> list[Text]:
        """So many short lists. Only ever the end of a text: two lists in a row would become one."""
        made = []
        for _ in range(count):
            things = dict.fromkeys(next(self._thing) for _ in range(self.rng.randint(3, 5)))
            text = "\n".join(f"- {thing}" for thing in things)
            made.append(Text(text, markdown.render(text)))
        return made


def joined(*parts: Text) -> Text:
    """Paragraphs as one text. Its HTML is what rendering the whole would give."""
    return Text("\n\n".join(part.text for part in parts), "".join(part.html for part in parts))
