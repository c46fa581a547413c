"""What a programme file asks for: a list of pages, a cohort and sessions, each with the values of its fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db.models import Model

from cohorts.enums import SessionKind
from cohorts.models import Cohort, Session
from home.models import InformationPage, ReadingListPage
from kit import richtext
from kit.richtext import Block
from learning.enums import Phase
from learning.models import GuidancePage, ModulePage, ModulesPage, ProgrammePage
from portal.programme.document import Dated, Maxims, Module, ProgrammeFile, Reading, Step
from portal.programme.values import Blocks, Link, Span, Themes, Value, Words

HOME = "home"
PROGRAMME, MODULES, READING, MAXIMS, COHORT = "programme", "modules", "reading", "maxims", "cohort"
Guidance = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One thing that the file asks for.

    Args:
        item: its name among what this programme has loaded; stays the same from one loading to the next.
        key: where it stands in the file.
        label: what people call it.
        model: what it is.
        parent: the item under which it stands; a page's parent page, a session's cohort.
        values: by name.
    """

    item: str
    key: str
    label: str
    model: type[Model]
    parent: str
    values: dict[str, Value] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value of a field that holds a text, such as its slug."""
        value = self.values[name]
        return str(value.value) if isinstance(value, Words) else ""


def guidance_slugs(document: ProgrammeFile) -> dict[str, str]:
    """The pages of guidance that steps point to, each with the first key where it is named."""
    found: dict[str, str] = {}
    for place, module in enumerate(document.modules):
        for phase in Phase.values:
            for number, step in enumerate(getattr(module, phase)):
                if step.guidance:
                    found.setdefault(step.guidance, f"modules[{place}].{phase}[{number}].guidance")
    return found


def find_guidance(document: ProgrammeFile) -> Guidance:
    """Those of them that are published, with their primary keys."""
    rows = GuidancePage.objects.live().filter(slug__in=guidance_slugs(document))
    return dict(rows.values_list("slug", "pk"))


def wanted(document: ProgrammeFile, guidance: Guidance) -> list[Wanted]:
    """Everything that the file asks for, parents before what stands under them."""
    return [
        _programme(document),
        _page(MODULES, "modules", PROGRAMME, ModulesPage, "Modules", "modules", {}),
        *(_module(place, module, guidance) for place, module in enumerate(document.modules)),
        *([_reading(document.reading)] if document.reading else []),
        *([_maxims(document.maxims)] if document.maxims else []),
        _cohort(document),
        *_sessions(document),
    ]


def _words(label: str, name: str, value: Any) -> Words:
    return Words(label=label, field=name, value=value)


def _blocks(label: str, model: type[Model], name: str, blocks: list[Block]) -> Blocks:
    return Blocks(label=label, field=model._meta.get_field(name), blocks=blocks)  # type: ignore[arg-type]


def _page(  # noqa: PLR0917
    item: str, key: str, parent: str, model: type[Model], title: str, slug: str, values: dict[str, Value]
) -> Wanted:
    own = {"title": _words("Title", "title", title), "slug": _words("Address", "slug", slug)}
    return Wanted(item=item, key=key, label=title, model=model, parent=parent, values=own | values)


def _listed(kind: str, values: list[Any]) -> list[Block]:
    return [{"type": kind, "value": value} for value in values]


def _programme(document: ProgrammeFile) -> Wanted:
    programme, eligibility = document.programme, document.eligibility
    least, most = programme.rhythm.weeks_between_modules if programme.rhythm else (None, None)
    may_apply = (
        richtext.bullets(
            eligibility.criteria, before=eligibility.introduction or "", after=eligibility.priority or ""
        )
        if eligibility
        else ""
    )
    elements = [part.model_dump() for part in programme.elements]
    values: dict[str, Value] = {
        "introduction": _words("Introduction", "introduction", programme.introduction),
        "year": _words("Year", "year", programme.year or ""),
        "body": _blocks("Text", ProgrammePage, "body", richtext.blocks(programme.description or "")),
        "outcomes": _blocks("Outcomes", ProgrammePage, "outcomes", _listed("outcome", programme.outcomes)),
        "elements": _blocks(
            "What a participant does", ProgrammePage, "elements", _listed("element", elements)
        ),
        "gains": _blocks("What people and organisations gain", ProgrammePage, "gains", _gains(document)),
        "commitment": _words(
            "Time it takes", "commitment", programme.commitment.text if programme.commitment else ""
        ),
        "rhythm": Span(
            label="Weeks between modules",
            names=("weeks_between_min", "weeks_between_max"),
            values=(least, most),
        ),
        "eligibility": _words("Who may apply", "eligibility", may_apply),
        "closes": _words(
            "Applications close", "applications_close", eligibility.closes if eligibility else None
        ),
    }
    return _page(PROGRAMME, "programme", HOME, ProgrammePage, programme.title, programme.slug, values)


def _gains(document: ProgrammeFile) -> list[Block]:
    lists = {
        "What you gain": document.programme.gains_participants,
        "What your organisation gains": document.programme.gains_organisations,
    }
    return [
        block
        for title, gains in lists.items()
        if gains
        for block in (
            {"type": "heading", "value": title},
            {"type": "text", "value": richtext.bullets(gains)},
        )
    ]


def _module(place: int, module: Module, guidance: Guidance) -> Wanted:
    steps = [_step(phase, step, guidance) for phase in Phase.values for step in getattr(module, phase)]
    values: dict[str, Value] = {
        "number": _words("Number", "number", module.number),
        "summary": _words("Summary", "summary", module.summary),
        "themes": Themes(label="Themes", slugs=tuple(module.themes)),
        "outcomes": _blocks("Outcomes", ModulePage, "outcomes", _listed("outcome", module.outcomes)),
        "body": _blocks("Text", ModulePage, "body", richtext.blocks(module.body or "")),
        "steps": _blocks("Steps", ModulePage, "steps", _listed("step", steps)),
    }
    item = f"{MODULES}.{module.number}"
    return _page(item, f"modules[{place}]", MODULES, ModulePage, module.title, module.slug, values)


def _step(phase: str, step: Step, guidance: Guidance) -> dict[str, Any]:
    return {
        "phase": phase,
        "title": step.title,
        "text": richtext.rich(step.text or ""),
        "minutes": step.minutes,
        "guidance": guidance.get(step.guidance or ""),
    }


def _reading(rows: list[Reading]) -> Wanted:
    books = [_book(row) for row in rows]
    values: dict[str, Value] = {
        "items": _blocks("Books, articles and websites", ReadingListPage, "items", _listed("book", books))
    }
    return _page(READING, "reading", PROGRAMME, ReadingListPage, "Reading list", "reading-list", values)


def _book(row: Reading) -> dict[str, Any]:
    authors = row.authors if len(row.authors) < 2 else [", ".join(row.authors[:-1]), row.authors[-1]]
    details = [row.publisher, row.place, row.journal, row.issue]
    return {
        "kind": row.kind,
        "title": row.title,
        "authors": " and ".join(authors)[:250],
        "details": ", ".join(part for part in details if part)[:250],
        "year": str(row.year or ""),
        "url": row.url or "",
        "note": row.note or "",
    }


def _maxims(maxims: Maxims) -> Wanted:
    quotation = {"author": maxims.credit, "year": maxims.year, "source": "", "licence": maxims.licence or ""}
    listed = "\n".join(f"{number}. {idea}" for number, idea in enumerate(maxims.ideas, start=1))
    blocks: list[Block] = [
        *([{"type": "text", "value": richtext.rich(listed)}] if maxims.ideas else []),
        *([{"type": "heading", "value": "In the author’s own words"}] if maxims.quotations else []),
        *_listed("quotation", [{"text": words, **quotation} for words in maxims.quotations]),
        {"type": "text", "value": richtext.bullets([], before=_credit(maxims))},
    ]
    values: dict[str, Value] = {
        "introduction": _words("Introduction", "introduction", maxims.introduction),
        "body": _blocks("Text", InformationPage, "body", blocks),
    }
    return _page(MAXIMS, "maxims", PROGRAMME, InformationPage, "Maxims", "maxims", values)


def _credit(maxims: Maxims) -> str:
    year = f" {maxims.year}" if maxims.year else ""
    licence = f" {maxims.licence.rstrip('.')}." if maxims.licence else ""
    return (
        f"The maxims are by {maxims.credit}, ©{year}.{licence}"
        if year
        else f"The maxims are by {maxims.credit}.{licence}"
    )


def _dates(document: ProgrammeFile) -> list[Any]:
    sessions: list[Dated] = [*document.sessions]
    for module in document.modules:
        sessions += module.sessions
    return sorted(session.date for session in sessions if session.date)


def _cohort(document: ProgrammeFile) -> Wanted:
    days = _dates(document)
    cohort = document.cohort
    values: dict[str, Value] = {
        "name": _words("Name", "name", cohort.name),
        "slug": _words("Short name", "slug", cohort.slug),
        "programme": Link(label="Programme", field="programme", item=PROGRAMME),
        "dates": Span(
            label="First and last day",
            names=("starts_on", "ends_on"),
            values=(days[0], days[-1]) if days else (None, None),
        ),
    }
    return Wanted(item=COHORT, key="cohort", label=cohort.name, model=Cohort, parent=PROGRAMME, values=values)


def _sessions(document: ProgrammeFile) -> Iterator[Wanted]:
    for place, module in enumerate(document.modules):
        for number, half_day in enumerate(module.sessions):
            name = half_day.key or f"{SessionKind.HALF_DAY}.{module.number}.{number + 1}"
            key = f"modules[{place}].sessions[{number}]"
            yield _session(
                name, key, half_day, SessionKind.HALF_DAY, module.number, public=half_day.is_public
            )
    counters: dict[str, count[int]] = {}
    for place, session in enumerate(document.sessions):
        number = next(counters.setdefault(session.kind, count(1)))
        name = session.key or f"{session.kind}.{number}"
        yield _session(
            name,
            f"sessions[{place}]",
            session,
            SessionKind(session.kind),
            session.after_module,
            public=session.is_public,
        )


def _session(
    name: str, key: str, session: Dated, kind: SessionKind, module: int | None, *, public: bool
) -> Wanted:
    values: dict[str, Value] = {
        "title": _words("Title", "title", session.title),
        "kind": _words("Kind", "kind", str(kind)),
        "description": _words("Description", "description", session.description or ""),
        "when": Span(
            label="Date and time",
            names=("starts_at", "ends_at"),
            values=(session.starts_at, session.ends_at),
        ),
        "provisional": _words("Provisional", "provisional", session.provisional),
        "place": _words("Place", "place", session.form),
        "joining_link": _words("Joining link", "joining_link", session.joining_link or ""),
        "module": Link(label="Module", field="module", item=f"{MODULES}.{module}" if module else None),
        "circle": Link(
            label="Who can see it",
            field="circle",
            item=None if public else COHORT,
            part=lambda cohort: cohort.circle,
        ),
    }
    return Wanted(
        item=f"sessions.{name}", key=key, label=session.title, model=Session, parent=COHORT, values=values
    )
