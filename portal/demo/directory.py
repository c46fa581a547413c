"""The demo's communities and their connections."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from community_directory.enums import CommunityState, ConnectionState
from community_directory.models import Community, Connection
from members.enums import CircleKind, Role, State
from members.models import Circle, Membership, Organisation, Region, Sector, Theme, User
from portal.demo.source import Clock, read


def load_communities(people: dict[str, User], clock: Clock) -> dict[str, Community]:
    """All communities, by slug, with their people."""
    terms: dict[str, dict[str, Any]] = {
        name: {term.slug: term for term in model.objects.all()}
        for name, model in (
            ("sectors", Sector),
            ("regions", Region),
            ("organisations", Organisation),
            ("themes", Theme),
        )
    }
    rows = read("communities.toml")["communities"]
    return {row["slug"]: _load_community(row, people, terms, clock) for row in rows}


def _load_community(
    row: dict[str, Any], people: dict[str, User], terms: dict[str, dict[str, Any]], clock: Clock
) -> Community:
    listed = clock.listed(row["listed"])
    circle = Circle.objects.create(
        kind=CircleKind.COMMUNITY, name=row["name"], slug=f"community-{row['slug']}"[:160]
    )
    plain = (
        "slug",
        "name",
        "summary",
        "domain",
        "purpose",
        "practice",
        "stage",
        "rhythm",
        "meets",
        "open_to",
        "how_to_join",
        "website",
        "state",
    )
    in_directory = row["state"] in (CommunityState.PUBLISHED, CommunityState.DORMANT)
    community = Community.objects.create(
        circle=circle,
        created_by=people[row["conveners"][0]],
        created_at=listed,
        published_at=listed if in_directory else None,
        confirmed_at=listed if in_directory else None,
        **{name: row[name] for name in plain},
    )
    for name, known in terms.items():
        getattr(community, name).set([known[slug] for slug in row[name]])
    roles = dict.fromkeys(row["members"], Role.MEMBER) | dict.fromkeys(row["conveners"], Role.LEAD)
    enrol(circle, {people[key]: role for key, role in roles.items()}, clock)
    return community


def enrol(circle: Circle, roles: dict[User, str], clock: Clock) -> None:
    """Make these people active in a circle, long enough ago for the talk to be news to them only where it is new."""
    since = clock.now.replace(year=clock.now.year - 1, day=min(clock.now.day, 28))
    Membership.objects.bulk_create(
        Membership(person=person, circle=circle, role=role, state=State.ACTIVE, started_at=since)
        for person, role in roles.items()
    )
    Circle.objects.filter(pk=circle.pk).update(member_count=Coalesce(F("member_count"), 0) + len(roles))


def load_connections(communities: dict[str, Community], clock: Clock) -> None:
    """The links between them."""
    leads = {
        membership.circle_id: membership.person
        for membership in Membership.objects.filter(role=Role.LEAD).select_related("person")
    }
    for row in read("communities.toml")["connections"]:
        source, target = communities[row["from"]], communities[row["to"]]
        accepted = row["state"] == ConnectionState.ACCEPTED
        Connection.objects.create(
            source=source,
            target=target,
            reason=row["reason"],
            state=row["state"],
            proposed_by=leads.get(source.circle_id),
            answered_by=leads.get(target.circle_id) if accepted else None,
            created_at=max(source.created_at, target.created_at),
            answered_at=clock.now if accepted else None,
        )
