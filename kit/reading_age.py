"""How old a reader has to be, by school years, to read a text with ease."""

import re
from dataclasses import dataclass

from kit import markdown

_ENDS = re.compile(r"</(?:p|li|h[1-6]|blockquote|div|td|th|dt|dd)>|<br\s*/?>|<hr\s*/?>", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+|\n+")
_WORD = re.compile(r"[^\W_][\w'’-]*")
_SIGN = re.compile(r"[^\W_]")
_FEWEST = 100  # words; fewer tell nothing
_SHORTEST = 4  # words of a sentence; what has fewer is a heading or a label
_STARTS_SCHOOL = 5  # years of age, in the first school year


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a text asks of its readers.

    Args:
        age: in years, to the nearest whole one; never less than 5.
        longest: its longest sentence.
        words: how many words that has.
    """

    age: int
    longest: str
    words: int


def reading_of(texts: "list[str]") -> Reading | None:
    """What some texts together ask of their readers; None where there are too few words to say.

    By the automated readability index, which needs no dictionary (Smith and Senter, "Automated readability index",
    AMRL-TR-66-220, 1967): 4.71 × signs per word + 0.5 × words per sentence − 21.43 is the school year, in the United
    States, of who can read it. A year has its pupils' age in it: five more.

    Args:
        texts: plain, or HTML, whose paragraphs and list items each end a sentence.
    """
    sentences = [
        (sentence, found) for text in texts for sentence, found in _sentences(text) if len(found) >= _SHORTEST
    ]
    words = [word for _, found in sentences for word in found]
    if len(words) < _FEWEST:
        return None
    signs = sum(len(_SIGN.findall(word)) for word in words)
    year = 4.71 * signs / len(words) + 0.5 * len(words) / len(sentences) - 21.43
    longest, found = max(sentences, key=lambda one: len(one[1]))
    return Reading(age=max(round(year) + _STARTS_SCHOOL, _STARTS_SCHOOL), longest=longest, words=len(found))


def _sentences(text: str) -> list[tuple[str, list[str]]]:
    """Sentences and their words; addresses on the web are none."""
    lines = _ENDS.sub("\n", text).split("\n")
    plain = "\n".join(markdown.plain(line) for line in lines)
    plain = re.sub(r"\b(?:https?://|www\.)\S+", " ", plain)
    return [(sentence.strip(), _WORD.findall(sentence)) for sentence in _SENTENCE.split(plain)]
