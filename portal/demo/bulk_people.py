"""Members in bulk: people who can be found and who wrote the bulk of the talk, but who can't sign in."""

import random
from datetime import datetime, timedelta
from typing import Any

from members import gate
from members.enums import Role, SeenBy, State
from members.models import Circle, Membership, Organisation, Profile, Region, Sector, User
from portal.demo.bulk_rows import Report, continue_numbering, execute, insert, moment, next_pk
from portal.demo.bulk_words import WORDS, Writer, chance, often

DOMAIN = "people.example.org"
# Django reads a leading "!" as: nobody can sign in.
_PASSWORD = "!none"  # noqa: S105
_USER = ("id", "email", "first_name", "last_name", "password", "date_joined")
_PROFILE = (
    "user_id", "job_title", "organisation_id", "sector_id", "region_id", "about", "about_html", "offers",
    "looks_for", "findable", *map(gate.column, gate.FIELDS),
)  # fmt: skip
_MEMBERSHIP = ("person_id", "circle_id", "role", "state", "created_at", "started_at")


def bulk_people() -> list[int]:
    """The keys of those whom earlier runs made."""
    people = User.objects.filter(email__endswith=f"@{DOMAIN}").order_by("pk")
    return list(people.values_list("pk", flat=True))


def seed_members(*, total: int, needed: int, anchor: datetime, report: Report) -> int:
    """Make members until there are so many.

    Args:
        total: how many accounts there shall be in all.
        needed: how many of ours there must be, for something to be theirs.
        anchor: nothing happens later than this.

    Returns:
        How many were made.
    """
    missing = max(total - User.objects.count(), needed - len(bulk_people()))
    if missing <= 0:
        return 0
    report(f"Members: {missing:,}")
    first = next_pk(User)
    keys = range(first, first + missing)
    rng = chance(f"members {first}")
    names = list(
        zip(keys, often(rng, WORDS["first_names"], 0.3), often(rng, WORDS["last_names"], 0.3), strict=False)
    )
    joined = moment(anchor - timedelta(days=400))
    insert(User, _USER, (_user(*name, joined) for name in names), report)
    insert(Profile, _PROFILE, _profiles(rng, keys), report)
    enrol(Circle.objects.network().pk, dict.fromkeys(keys, Role.MEMBER), joined)
    continue_numbering(User)
    return missing


def _user(key: int, first_name: str, last_name: str, joined: Any) -> tuple[Any, ...]:
    email = f"{first_name}.{last_name}.{key}@{DOMAIN}".lower()
    return key, email, first_name, last_name, _PASSWORD, joined


def _profiles(rng: random.Random, keys: range) -> Any:
    writer = Writer(rng)
    about = writer.paragraphs(200, len(keys))
    employers: list[tuple[Any, int, int]] = list(
        Organisation.objects.order_by("pk").values_list("pk", "sector_id", "region_id")
    )
    places = [
        (None, sector, region)
        for sector in Sector.objects.order_by("pk").values_list("pk", flat=True)
        for region in Region.objects.order_by("pk").values_list("pk", flat=True)
    ]
    draws = zip(
        often(rng, WORDS["jobs"], 0.7),
        often(rng, employers + places, 0.6),
        often(rng, about, 0.2),
        strict=False,
    )
    for key, (job, (organisation, sector, region), (text, html)) in zip(keys, draws, strict=False):
        offers, seeks = writer.one_of("offers"), writer.one_of("seeks")
        findable = rng.random() < 0.7
        seen_by = [SeenBy.NETWORK.value if findable else SeenBy.GROUPS.value] * len(gate.FIELDS)
        yield key, job, organisation, sector, region, text, html, offers, seeks, findable, *seen_by


def enrol(circle: int, roles: dict[int, str], at: Any) -> None:
    """Make these people, who are new to it, active in one circle."""
    insert(
        Membership,
        _MEMBERSHIP,
        ((person, circle, str(role), str(State.ACTIVE), at, at) for person, role in roles.items()),
    )
    execute("UPDATE members_circle SET member_count = member_count + %s WHERE id = %s", [len(roles), circle])


def enrol_many(rows: Any, report: Report) -> None:
    """Make people active in circles whose count of members is right already: rows of person, circle, role, moment."""
    active = str(State.ACTIVE)
    insert(
        Membership,
        _MEMBERSHIP,
        ((person, circle, role, active, at, at) for person, circle, role, at in rows),
        report,
    )
