"""Communities in bulk, with their circles, people, terms and connections."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import slugify

from community_directory.enums import CommunityState, ConnectionState, Meets, OpenTo
from community_directory.models import Community, CommunityTheme, Connection
from members.enums import CircleKind, Role, Stage
from members.models import Circle, Organisation, Region, Sector, Theme
from portal.demo import bulk_index
from portal.demo.bulk_people import bulk_people, enrol_many
from portal.demo.bulk_rows import Report, continue_numbering, insert, moment, next_pk
from portal.demo.bulk_words import WORDS, Text, Writer, chance, joined, often

_CIRCLE = ("id", "kind", "name", "slug", "member_count", "created_at")
_COMMUNITY = (
    "id", "circle_id", "name", "slug", "summary", "domain", "domain_html", "purpose", "purpose_html",
    "practice", "practice_html", "stage", "rhythm", "meets", "open_to", "how_to_join", "state",
    "created_by_id", "created_at", "updated_at", "published_at", "confirmed_at",
)  # fmt: skip
_CONNECTION = (
    "source_id", "target_id", "reason", "state", "proposed_by_id", "answered_by_id", "created_at", "answered_at",
)  # fmt: skip
_BATCH = 5000
_STATES = [CommunityState.PUBLISHED] * 37 + [CommunityState.DORMANT] * 2 + [CommunityState.SUBMITTED]
_CONNECTED = 0.2


@dataclass
class _Made:
    """One community: its row, and what hangs on it."""

    key: int
    circle: int
    row: tuple[Any, ...]
    people: list[int]
    leads: int
    at: Any
    sectors: list[int]
    regions: list[int]
    organisations: list[int]
    themes: list[int]


class _Maker:
    """Makes one community after the other, the same ones for the same start."""

    def __init__(self, first: int, count: int, anchor: datetime) -> None:
        self.rng = rng = chance(f"communities {first}")
        self.writer = Writer(rng)
        self.anchor = anchor
        self.people = bulk_people()
        self.parts = [self.writer.paragraphs(800, count) for _ in range(3)]
        self.lists = self.writer.lists(100)
        terms = [list(m.objects.order_by("pk").values_list("pk", flat=True)) for m in (Sector, Region)]
        self.sectors, self.regions = (often(rng, keys, 0.8) for keys in terms)
        self.organisations = often(
            rng, list(Organisation.objects.order_by("pk").values_list("pk", flat=True)) or [0]
        )
        self.theme_of = dict(Theme.objects.order_by("pk").values_list("slug", "pk"))
        self.themes = often(rng, list(self.theme_of.values()) or [0])
        self.sizes = often(rng, list(range(2, 60)), 1.5)
        self.stages = often(rng, [Stage.MATURING, Stage.COALESCING, Stage.STEWARDSHIP, *Stage], 0.5)
        self.meets = often(rng, list(Meets), 0.6)
        self.open_to = often(rng, list(OpenTo), 1.2)

    def make(self, key: int, circle: int) -> _Made:
        rng, writer = self.rng, self.writer
        subject, theme = next(writer.subjects)
        place = writer.place()
        name = writer.write("community_names", subject, place)
        people = rng.sample(self.people, min(next(self.sizes), len(self.people)))
        at = moment(self.anchor - timedelta(minutes=rng.randint(60, 3 * 365 * 24 * 60)))
        state = rng.choice(_STATES)
        domain, purpose, practice = self._texts()
        row = (
            key, circle, name, f"{slugify(name)}-{key}", writer.write("community_summaries", subject, place)[:200],
            *domain, *purpose, *practice,
            str(next(self.stages)), writer.one_of("rhythms"), str(next(self.meets)), str(next(self.open_to)),
            writer.one_of("joining"), str(state), people[0], at, at,
            *(2 * [None if state == CommunityState.SUBMITTED else at]),
        )  # fmt: skip
        return _Made(
            key, circle, row, people, min(rng.randint(1, 2), len(people)), at,
            sectors=_some(self.sectors, rng.randint(1, 3)),
            regions=_some(self.regions, rng.choice((1, 1, 1, 2))),
            organisations=_some(self.organisations, rng.randint(0, 3)),
            themes=self._themes(theme),
        )  # fmt: skip

    def _texts(self) -> tuple[Text, Text, Text]:
        domain, purpose, practice = (self.rng.choice(part) for part in self.parts)
        if self.rng.random() < 0.5:
            practice = joined(practice, self.rng.choice(self.lists))
        return domain, purpose, practice

    def _themes(self, slug: str) -> list[int]:
        own = self.theme_of.get(slug, 0)
        others = _some(self.themes, self.rng.randint(0, bulk_index.MOST_THEMES - 1))
        return [key for key in dict.fromkeys([own, *others]) if key]


def _some(draws: Iterator[int], count: int) -> list[int]:
    """Up to so many, each once; 0 stands for none at all."""
    return [key for key in dict.fromkeys(next(draws) for _ in range(count)) if key]


def seed_communities(*, total: int, anchor: datetime, report: Report) -> int:
    """Make communities until there are so many in the directory and on their way into it.

    Returns:
        How many were made.
    """
    missing = total - Community.objects.count()
    if missing <= 0:
        return 0
    report(f"Communities: {missing:,}")
    first, first_circle = next_pk(Community), next_pk(Circle)
    maker = _Maker(first, missing, anchor)
    for begin in range(0, missing, _BATCH):
        numbers = range(begin, min(begin + _BATCH, missing))
        _write([maker.make(first + number, first_circle + number) for number in numbers], report)
        if numbers.stop % (4 * _BATCH) == 0:
            report(f"  {numbers.stop:,} communities")
    insert(Connection, _CONNECTION, _connections(first, missing, anchor), report)
    continue_numbering(Circle, Community)
    report("  index")
    bulk_index.add(Community, first=first)
    return missing


def _write(made: list[_Made], report: Report) -> None:
    kind, member, lead = str(CircleKind.COMMUNITY), str(Role.MEMBER), str(Role.LEAD)
    insert(
        Circle,
        _CIRCLE,
        ((one.circle, kind, one.row[2], f"community-{one.row[3]}", len(one.people), one.at) for one in made),
    )
    insert(Community, _COMMUNITY, (one.row for one in made))
    enrol_many(
        (
            (person, one.circle, lead if place < one.leads else member, one.at)
            for one in made
            for place, person in enumerate(one.people)
        ),
        lambda line: None,
    )
    for model, column, name in (
        (Community.sectors.through, "sector_id", "sectors"),
        (Community.regions.through, "region_id", "regions"),
        (Community.organisations.through, "organisation_id", "organisations"),
    ):
        insert(model, ("community_id", column), _pairs(made, name))
    insert(CommunityTheme, ("content_object_id", "tag_id"), _pairs(made, "themes"))


def _pairs(made: list[_Made], name: str) -> Iterator[tuple[int, int]]:
    return ((one.key, key) for one in made for key in getattr(one, name))


def _connections(first: int, count: int, anchor: datetime) -> Iterator[tuple[Any, ...]]:
    """Some of the new communities are connected with one that is older than they."""
    rng = chance(f"connections {first}")
    people, at = bulk_people(), moment(anchor - timedelta(minutes=30))
    for key in range(first + 1, first + count):
        if rng.random() < _CONNECTED:
            target = rng.randrange(first, key)
            yield (
                key, target, rng.choice(WORDS["reasons"]), str(ConnectionState.ACCEPTED), rng.choice(people),
                rng.choice(people), at, at,
            )  # fmt: skip
