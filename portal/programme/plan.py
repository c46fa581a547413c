"""What loading a file would do: for each thing that it asks for, what is there already and what to write.

A field is compared three ways: with the file, with the database, and with what the last loading wrote
(portal.models.LoadedItem). What people have changed since stays as they left it, and is listed.
Making a plan writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Model
from wagtail.models import Page

from cohorts.models import Cohort, Session
from home.models import HomePage
from kit.raw_blocks import digest
from members.admin_forms import reserved_segments
from portal.models import LoadedItem
from portal.programme.checking import Caution, cautions
from portal.programme.document import ProgrammeFile
from portal.programme.mistakes import Mistake, Mistaken
from portal.programme.values import Link, Value
from portal.programme.wanted import HOME, PROGRAMME, Wanted, find_guidance, guidance_slugs, wanted


class Verdict(StrEnum):
    """What becomes of one thing."""

    MAKE = "make"
    UPDATE = "update"
    SAME = "same"
    GONE = "gone"
    HELD = "held"


class Why(StrEnum):
    """Why something is not as the file says."""

    CHANGED_HERE = "Somebody has changed it here. It stays as they left it."
    CHANGED_IN_BOTH = "It has changed here and in the file. It stays as it is here."
    WAS_HERE = "It was here before, with other words. It stays as it is."
    DELETED = "Somebody has deleted it. It is not made again."
    DRAFT = "It has changes that are not published yet. Publish or discard them, then load the file again."
    LOCKED = "Somebody has locked it. Unlock it, then load the file again."
    NOT_IN_FILE = "The file no longer has it. It stays as it is."


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Something that stays as it is, and why."""

    label: str
    what: str = ""
    why: Why


@dataclass(kw_only=True)
class Planned:
    """What is to be done about one thing: ``writes`` names its values to write, ``records`` those to remember."""

    wanted: Wanted
    thing: Model | None
    verdict: Verdict
    writes: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


@dataclass(kw_only=True)
class Plan:
    """Everything that loading would do."""

    programme: str
    title: str
    home: HomePage
    items: list[Planned]
    cautions: list[Caution]
    left: list[Kept]
    known: dict[str, Model | None]

    @property
    def changes_nothing(self) -> bool:
        """Whether no page, cohort or session would be made or updated."""
        return all(planned.verdict not in (Verdict.MAKE, Verdict.UPDATE) for planned in self.items)


def make_plan(document: ProgrammeFile) -> Plan:
    """Compare a programme with what is there.

    Raises:
        Mistaken: there is no home page, or an address is taken by something else.
    """
    home = HomePage.objects.order_by("path").first()
    if home is None:
        raise Mistaken(
            [Mistake(message="This site has no home page yet. Make one, then load the file again.")]
        )
    guidance = find_guidance(document)
    planner = _Planner(document.programme.key, home)
    items = [planner.plan(thing) for thing in wanted(document, guidance)]
    mistakes = list(_taken(planner, items))
    if mistakes:
        raise Mistaken(mistakes)
    return Plan(
        programme=document.programme.key,
        title=document.programme.title,
        home=home,
        items=items,
        cautions=[*cautions(document), *_without_guidance(document, guidance)],
        left=list(planner.left({planned.wanted.item for planned in items})),
        known=planner.known,
    )


def _without_guidance(document: ProgrammeFile, guidance: dict[str, int]) -> Iterator[Caution]:
    missing = {slug: key for slug, key in guidance_slugs(document).items() if slug not in guidance}
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        yield Caution(
            key=next(iter(missing.values())),
            message=f"Steps point to guidance that {verb} not here yet: {', '.join(missing)}. "
            "They get their links when the file is loaded again.",
        )


class _Planner:
    """Looks up what is there, one item after another, parents first."""

    def __init__(self, programme: str, home: HomePage) -> None:
        self.programme = programme
        self.known: dict[str, Model | None] = {HOME: home}
        self.rows: dict[str, dict[str, LoadedItem]] = defaultdict(dict)
        for row in LoadedItem.objects.filter(programme=programme).order_by("pk"):
            self.rows[row.item][row.field] = row
        self.afresh = False

    def plan(self, thing: Wanted) -> Planned:
        """What to do about one thing."""
        rows = self.rows.get(thing.item, {})
        found = self._find(thing, rows)
        gone = found is None and bool(rows)
        if gone and thing.item == PROGRAMME:
            # Whoever deletes the whole programme and loads it again wants it back.
            self.afresh = True
        orphan = thing.parent in self.known and self.known[thing.parent] is None
        if found is None:
            if orphan or (gone and not self.afresh):
                self.known[thing.item] = None
                kept = Kept(label=thing.label, why=Why.DELETED)
                return Planned(wanted=thing, thing=None, verdict=Verdict.GONE, kept=[kept])
            return Planned(wanted=thing, thing=None, verdict=Verdict.MAKE, writes=list(thing.values))
        self.known[thing.item] = found
        return self._compared(thing, found, rows)

    def _find(self, thing: Wanted, rows: dict[str, LoadedItem]) -> Model | None:
        if rows:
            row = next(iter(rows.values()))
            return thing.model._default_manager.filter(pk=row.object_pk).first()
        if issubclass(thing.model, Page):
            parent = self.known.get(thing.parent)
            return _child(parent, thing) if isinstance(parent, Page) else None
        if thing.model is Cohort:
            return Cohort.objects.filter(slug=thing.text("slug")).first()
        return None

    def _compared(self, thing: Wanted, found: Model, rows: dict[str, LoadedItem]) -> Planned:
        planned = Planned(wanted=thing, thing=found, verdict=Verdict.SAME)
        for name, value in thing.values.items():
            row = rows.get(name)
            self._compare(planned, found, name, value, row.digest if row else None)
        if planned.writes:
            held = _held(found)
            planned.verdict = Verdict.HELD if held else Verdict.UPDATE
            if held:
                names = ", ".join(thing.values[name].label for name in planned.writes)
                planned.kept.append(Kept(label=thing.label, what=names, why=held))
                planned.writes = []
        return planned

    def _compare(self, planned: Planned, found: Model, name: str, value: Value, base: str | None) -> None:
        want = digest(value.wanted(self.known))
        current = value.current(found)
        have = digest(current)
        came_loose = self.afresh and isinstance(value, Link) and current is None
        if want == have:
            if base != want:
                planned.records.append(name)
        elif have == base or came_loose or (base is None and value.is_empty(current)):
            planned.writes.append(name)
        else:
            why = Why.WAS_HERE if base is None else Why.CHANGED_HERE if want == base else Why.CHANGED_IN_BOTH
            planned.kept.append(Kept(label=planned.wanted.label, what=value.label, why=why))

    def left(self, items: set[str]) -> Iterator[Kept]:
        """What an earlier file had and this one has not, as far as it is still there."""
        for item, rows in self.rows.items():
            row = next(iter(rows.values()))
            model = {"cohorts.session": Session}.get(row.object_label, Page)
            if item not in items:
                thing = model._default_manager.filter(pk=row.object_pk).first()
                if thing is not None:
                    yield Kept(label=str(thing), why=Why.NOT_IN_FILE)


def _child(parent: Page, thing: Wanted) -> Model | None:
    return thing.model._default_manager.child_of(parent).filter(slug=thing.text("slug")).first()  # type: ignore[attr-defined]


def _held(found: Model) -> Why | None:
    if not isinstance(found, Page):
        return None
    if found.locked:
        return Why.LOCKED
    return Why.DRAFT if found.has_unpublished_changes else None


def _taken(planner: _Planner, items: list[Planned]) -> Iterator[Mistake]:
    """Addresses that something else has."""
    for planned in items:
        if "slug" not in planned.wanted.values:
            continue
        key = f"{planned.wanted.key}.slug"
        slug = planned.wanted.text("slug")
        if _belongs_elsewhere(planner.programme, planned.thing):
            yield Mistake(
                key=key, message=f"expected a slug that is free: “{slug}” belongs to another programme"
            )
        elif "slug" in planned.writes and _is_taken(planner, planned, slug):
            yield Mistake(key=key, message=f"expected a slug that is free: “{slug}” is taken")


def _belongs_elsewhere(programme: str, thing: Model | None) -> bool:
    if thing is None:
        return False
    others = LoadedItem.objects.exclude(programme=programme)
    return others.filter(object_label=thing._meta.label_lower, object_pk=str(thing.pk)).exists()


def _is_taken(planner: _Planner, planned: Planned, slug: str) -> bool:
    own = planned.thing.pk if planned.thing else None
    if planned.wanted.model is Cohort:
        return Cohort.objects.filter(slug=slug).exclude(pk=own).exists()
    if planned.wanted.parent == HOME and slug in reserved_segments():
        return True
    parent = planner.known.get(planned.wanted.parent)
    if not isinstance(parent, Page):
        return False
    return Page.objects.child_of(parent).filter(slug=slug).exclude(pk=own).exists()
