"""One's own page as others see it."""

from dataclasses import dataclass

from members import gate
from members.models import Profile, User

AS_MEMBER, AS_FELLOW, AS_STRANGER = "network", "groups", "nobody"
# What discussions show of somebody whose page is closed to the reader.
_BESIDE_POSTS = ("job_title", "organisation")
_PLACES = {
    AS_MEMBER: ("A member of the network", gate.Nearness.MEMBER),
    AS_FELLOW: ("Somebody in one of your groups", gate.Nearness.FELLOW),
    AS_STRANGER: ("Anybody else", gate.Nearness.STRANGER),
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """How one's page looks from one place.

    Args:
        key: of the place, as it stands in the address.
        opens: whether somebody there can open the page.
        says: a sentence about it.
        shown: what they see of the profile.
        others: the three places, each with its key, its words, and whether it is this one.
    """

    key: str
    opens: bool
    says: str
    shown: gate.Shown
    others: list[tuple[str, str, bool]]


def look(key: str, person: User) -> Look:
    """One's page as it looks from a place; what is no place is taken for the network."""
    key = key if key in _PLACES else AS_MEMBER
    nearness = _PLACES[key][1]
    opens = key == AS_FELLOW or (key == AS_MEMBER and person.is_findable)
    profile = getattr(person, "profile", None) or Profile()
    return Look(
        key=key,
        opens=opens,
        says=_sentence(key, opens),
        shown=gate.Shown.of(profile, nearness, names=gate.FIELDS if opens else _BESIDE_POSTS),
        others=[(one, words, one == key) for one, (words, _) in _PLACES.items()],
    )


def _sentence(key: str, opens: bool) -> str:
    if key == AS_STRANGER:
        return "People who are not in the network see nothing of you, not even your name."
    if key == AS_FELLOW:
        return "This is what people see who share a cohort, a community or a group with you."
    if opens:
        return "This is what members of the network see who share no group with you."
    return (
        "Members of the network who share no group with you cannot open this page: you have not said that they can "
        "find you. Beside what you write in discussions, they see the following."
    )
