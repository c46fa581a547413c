"""Why two communities are worth meeting, in a sentence or two that their conveners read."""

from collections.abc import Sequence

from members.enums import Stage

_ORDER = list(Stage)
_MOST_WORDS, _MOST_TERMS = 3, 3


def because(
    *,
    names: bool,
    themes: Sequence[str],
    words: Sequence[str],
    stages: tuple[str, str],
    sectors: Sequence[str] = (),
    they_offer: bool = False,
    you_offer: bool = False,
) -> str:
    """At most three sentences, the most telling first; there is always one.

    Args:
        names: whether one of the two speaks of the other.
        themes: names of those that both are about.
        words: that both write and few others do; one alone says little beside a theme.
        stages: that of the community it is said to, and that of the other.
        sectors: names of those that only the other crosses.
        they_offer: whether the other offers what may be what this one asks for.
        you_offer: the same, the other way round.
    """
    said = []
    if they_offer:
        said.append("They offer something that you may be asking for.")
    if you_offer:
        said.append("You offer something that they may be asking for.")
    if names:
        said.append("One of you speaks of the other.")
    if themes:
        said.append(f"You are both about {listed(themes[:_MOST_TERMS])}.")
    if len(words) > 1 or (words and not themes):
        quoted = [f"“{word}”" for word in words[:_MOST_WORDS]]
        said.append(f"Both of you write about {listed(quoted)}.")
    own, other = (_ORDER.index(Stage(stage)) for stage in stages)
    if other == own + 1:
        said.append("They are where you may be next.")
    elif sectors:
        said.append(f"They bring people from {listed(sectors[:2])}.")
    return " ".join(said[:3]) or "They are at the same kind of work."


def listed(words: Sequence[str]) -> str:
    """Words as people list them: "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
