"""Which offers may be what a community asks for: from the words that both say. No model, no database."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from community_directory.suggesting import stems

MOST = 3  # offers for each ask
_SHARED = 2  # words that must be shared; one is enough if both are about the same theme
_SHORTEST = 4  # letters; what is shorter is seldom what something is about
# What people say of any offer or ask, whatever it is of.
_SAID_OF_ANY = frozenset(
    stems(
        "someone somebody anyone looking need needs needed want like help offer offering ask share people community group"
    )
)


@dataclass(frozen=True, kw_only=True)
class Note:
    """An offer or an ask.

    Args:
        id: which.
        community: whose.
        text: what it says.
        themes: what its community is about.
    """

    id: int
    community: int
    text: str
    themes: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """An offer that may be what is asked for, and the words that both say, the rarest first."""

    ask: int
    offer: int
    words: tuple[str, ...]


def meetings(asks: Iterable[Note], offers: Iterable[Note]) -> list[Meeting]:
    """For each ask up to three offers of other communities, those first that have most in common.

    Args:
        asks: each id once.
        offers: each id once.

    Returns:
        In the order of the asks, and for each in its own.
    """
    asks, offers = list(asks), list(offers)
    said = {note.id: _telling(note.text) for note in (*asks, *offers)}
    often = Counter(stem for words in said.values() for stem in words)
    holding: dict[str, list[Note]] = {}
    for offer in offers:
        for stem in said[offer.id]:
            holding.setdefault(stem, []).append(offer)
    found = []
    for ask in asks:
        shared: dict[Note, list[str]] = {}
        for stem in said[ask.id]:
            for offer in holding.get(stem, ()):
                if offer.community != ask.community:
                    shared.setdefault(offer, []).append(stem)
        rare = {stem: math.log(1 + len(said) / often[stem]) for stem in said[ask.id]}
        fitting = [
            (sum(rare[stem] for stem in words) + bool(ask.themes & offer.themes), offer)
            for offer, words in shared.items()
            if len(words) >= _SHARED or ask.themes & offer.themes
        ]
        fitting.sort(key=lambda pair: (-pair[0], pair[1].id))
        for _, offer in fitting[:MOST]:
            words = sorted(shared[offer], key=lambda stem: (-rare[stem], stem))
            found.append(
                Meeting(ask=ask.id, offer=offer.id, words=tuple(said[ask.id][stem] for stem in words))
            )
    return found


def _telling(text: str) -> dict[str, str]:
    return {
        stem: word
        for stem, word in stems(text).items()
        if len(word) >= _SHORTEST and stem not in _SAID_OF_ANY
    }
