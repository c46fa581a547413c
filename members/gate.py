"""Who sees what of a profile: the one place that decides it.

Each field of a profile (but the name) says who may see it. Somebody who looks stands in one of four places
to its owner: it is themself, they share a cohort, community or group, they are in the network, or none of
these. A field is seen by those who stand near enough. Lists and counts ask it of the database, by ``seen``;
pages are given a ``Shown``, in which there is nothing that this reader may not see.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Case, Expression, Q, QuerySet, Value, When

from members.enums import CircleKind, State

if TYPE_CHECKING:
    from members.models import Organisation, Profile, Region, Sector, Theme
    from members.querysets import Person

FIELDS = (
    "job_title", "organisation", "sector", "region", "interests", "about", "offers", "looks_for", "picture",
)  # fmt: skip


class Nearness(IntEnum):
    """Where somebody stands to the owner of a profile. ``enums.SeenBy`` counts the same way, from the owner on."""

    SELF = 0
    FELLOW = 1
    MEMBER = 2
    STRANGER = 3


def shows(seen_by: int, nearness: int) -> bool:
    """The rule: whether a field with this choice is seen from there."""
    return seen_by >= nearness


def column(name: str) -> str:
    """The field that says who sees another."""
    return f"{name}_seen_by"


def _groups(user: "Person") -> frozenset[int]:
    """Their cohorts, communities and groups: all that they are active in but the network."""
    if not user.is_authenticated:
        return frozenset()
    return user.circle_ids - user.circle_ids_of_kind(CircleKind.NETWORK)


def is_fellow(user: "Person", whose: str) -> Q | None:
    """The people who share a cohort, community or group with somebody; None where there can be nobody.

    Args:
        user: who looks.
        whose: the path to the owner's key, such as "pk" or "user_id".
    """
    groups = _groups(user)
    if not groups:
        return None
    memberships = apps.get_model("members", "Membership")._default_manager
    sharing = memberships.filter(circle_id__in=groups, state=State.ACTIVE)
    return Q(**{f"{whose}__in": sharing.order_by().values("person_id")})


def _places(user: "Person", whose: str) -> list[tuple[Nearness, Q]]:
    """For each place that somebody may stand in, the owners to whom they do; an empty condition is everybody."""
    if not user.is_authenticated:
        return []
    fellow = is_fellow(user, whose)
    places = [(Nearness.SELF, Q(**{whose: user.pk}))]
    if fellow is not None:
        places.append((Nearness.FELLOW, fellow))
    if user.is_network_member:
        places.append((Nearness.MEMBER, Q()))
    return places


def seen(user: "Person", *conditions: tuple[str, Q], profile: str = "profile__", whose: str = "pk") -> Q:
    """Rows for which one of some conditions holds in a field that somebody may see.

    Args:
        user: who looks.
        conditions: each the name of a field of ``FIELDS``, and what is asked of it.
        profile: the path to the profile.
        whose: the path to its owner's key.
    """
    found = Q(pk__in=[])
    for nearness, owners in _places(user, whose):
        near_enough = Q(pk__in=[])
        for name, condition in conditions:
            near_enough |= Q(**{f"{profile}{column(name)}__gte": nearness.value}) & condition
        found |= owners & near_enough
    return found


def value_seen(user: "Person", name: str, value: str, *, profile: str, whose: str) -> Expression:
    """What stands in a field if somebody may see it, else an empty text.

    Args:
        user: who looks.
        name: of the field.
        value: the path to what is wanted, a text.
        profile: the path to the profile.
        whose: the path to its owner's key.
    """
    whens = [
        When(owners & Q(**{f"{profile}{column(name)}__gte": nearness.value}), then=value)
        for nearness, owners in _places(user, whose)
    ]
    return Case(*whens, default=Value(""))


def nearness_of(user: "Person", whose: str = "pk") -> Expression:
    """Where somebody stands to each owner, as a column."""
    whens, rest = [], Nearness.STRANGER
    for nearness, owners in _places(user, whose):
        if owners:
            whens.append(When(owners, then=Value(nearness.value)))
        else:
            rest = nearness
    return Case(*whens, default=Value(rest.value))


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A profile with nothing in it that its reader may not see."""

    job_title: str = ""
    organisation: "Organisation | None" = None
    sector: "Sector | None" = None
    region: "Region | None" = None
    interests: "list[Theme]" = field(default_factory=list)
    about_html: str = ""
    offers: str = ""
    looks_for: str = ""
    has_picture: bool = False

    @classmethod
    def of(cls, profile: "Profile", nearness: int, *, names: tuple[str, ...] = FIELDS) -> Self:
        """What is seen of a profile from a place.

        Args:
            profile: whose fields are read only where they are seen.
            nearness: a place of ``Nearness``.
            names: the fields that are wanted.
        """
        read = {name for name in names if shows(getattr(profile, column(name)), nearness)}
        values: dict[str, Any] = {name: getattr(profile, name) for name in read & _PLAIN}
        if "about" in read:
            values["about_html"] = profile.about_html
        if "interests" in read and profile.pk:
            values["interests"] = sorted(profile.interests.all(), key=lambda theme: theme.name)
        if "picture" in read:
            values["has_picture"] = bool(profile.picture)
        return cls(**values)

    @property
    def workplace(self) -> str:
        """The name of their organisation, "" for none."""
        return self.organisation.name if self.organisation else ""

    @property
    def says_something(self) -> bool:
        """Whether there is any text."""
        return bool(self.about_html or self.offers or self.looks_for or self.interests)


_PLAIN = {"job_title", "organisation", "sector", "region", "offers", "looks_for"}


def owners_of(themes: "QuerySet[Theme]") -> Q:
    """People who are interested in any of these themes, for use in ``seen``: once each, whatever the number."""
    profiles = apps.get_model("members", "Profile")._default_manager
    return Q(pk__in=profiles.filter(interests__in=themes).order_by().values("user_id"))
