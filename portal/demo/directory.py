"""The demo's communities and their connections."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from community_directory import actions
from community_directory.enums import CommunityState, ConnectionKind, ConnectionState
from community_directory.models import Community, Connection, Exchange, NetworkSnapshot
from community_directory.network_measures import Network
from members.enums import CircleKind, Role, State
from members.models import Circle, Membership, Organisation, Region, Sector, Theme, User
from portal.demo.source import LONDON, Clock, read

_DAYS_TO_ANSWER = 21
_MONTHS = 12


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


def _heard_of(slug: str) -> int:
    """How many days ago a community last said that it is alive: within the half year, so that nobody is asked at once."""
    return 10 + sum(slug.encode()) % 140


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
        confirmed_at=max(listed, clock.now - timedelta(days=_heard_of(row["slug"])))
        if in_directory
        else None,
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


def load_exchanges(communities: dict[str, Community], clock: Clock) -> None:
    """What they offer and ask, and how one meets the other."""
    today = localdate(clock.now)
    for row in read("communities.toml")["exchanges"]:
        Exchange.objects.create(
            community=communities[row["community"]],
            kind=row["kind"],
            text=row["text"],
            until=today + timedelta(days=row["days"]),
            created_at=clock.now - timedelta(days=3),
        )
    actions.match_exchanges(today=today, tell=False)


def load_connections(communities: dict[str, Community], clock: Clock) -> None:
    """The links between them."""
    leads = {
        membership.circle_id: membership.person
        for membership in Membership.objects.filter(role=Role.LEAD).select_related("person")
    }
    today = localdate(clock.now)
    rows = read("communities.toml")["connections"]
    rows += [{"state": ConnectionState.ACCEPTED, **row} for row in read("network.toml")["connections"]]
    for row in rows:
        source, target = communities[row["from"]], communities[row["to"]]
        accepted = row["state"] == ConnectionState.ACCEPTED
        created = max(source.created_at, target.created_at)
        answered = min(clock.now, created + timedelta(days=row.get("after", _DAYS_TO_ANSWER)))
        Connection.objects.create(
            source=source,
            target=target,
            reason=row["reason"],
            kind=row.get("kind", ConnectionKind.SHARES_PRACTICE),
            purpose=row.get("purpose", ""),
            came_of_it=row.get("came_of_it", ""),
            look_again_on=today + timedelta(days=row["look_again"]) if "look_again" in row else None,
            state=row["state"],
            proposed_by=leads.get(source.circle_id),
            answered_by=leads.get(target.circle_id) if accepted else None,
            created_at=created,
            answered_at=answered if accepted else None,
        )


def load_snapshots(clock: Clock) -> None:
    """How the network was at the beginning of each of the last months, by when what is in it came."""
    month = clock.today.replace(day=1)
    for _ in range(_MONTHS):
        begin = datetime.combine(month, time(), LONDON)
        there = Community.objects.listed().filter(published_at__lt=begin)
        linked = Connection.objects.filter(state=ConnectionState.ACCEPTED, answered_at__lt=begin)
        network = Network(
            there.order_by("pk").values_list("pk", flat=True), linked.values_list("source_id", "target_id")
        )
        numbers = network.numbers()
        if not numbers.communities:
            break
        NetworkSnapshot.objects.create(month=month, taken_at=begin, **asdict(numbers))
        month = (month - timedelta(days=1)).replace(day=1)
