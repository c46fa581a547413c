"""Contradictions in a programme: said, with the dates that clash, and never in the way of loading it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from cohorts.times import LONDON, day_words, days_words
from portal.programme.document import AlsoGiven, Dated, Module, OtherSession, ProgrammeFile


@dataclass(frozen=True, kw_only=True)
class Caution:
    """Something that may be meant, but looks wrong."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"


def cautions(document: ProgrammeFile) -> list[Caution]:
    """Everything in the file that contradicts something else in it."""
    return [
        *_issued_late(document),
        *_closes_late(document),
        *_order(document),
        *_rhythm(document),
        *_given_twice(document),
        *_celebration(document),
        *_at_once(document),
        *_undated(document),
    ]


def _days(module: Module) -> list[date]:
    return sorted(session.date for session in module.sessions if session.date)


def _dated_modules(document: ProgrammeFile) -> list[tuple[int, Module, list[date]]]:
    """Place in the file, module and days, for those that have days, by number."""
    rows = [(place, module, _days(module)) for place, module in enumerate(document.modules)]
    return sorted((row for row in rows if row[2]), key=lambda row: row[1].number)


def _issued_late(document: ProgrammeFile) -> Iterator[Caution]:
    issued = document.source.issued
    for _, module, days in _dated_modules(document)[:1]:
        if issued and issued > days[0]:
            yield Caution(
                key="source.issued",
                message=f"Issued on {day_words(issued)}, after module {module.number} had begun on {day_words(days[0])}.",
            )


def _closes_late(document: ProgrammeFile) -> Iterator[Caution]:
    closes = document.eligibility.closes if document.eligibility else None
    for _, module, days in _dated_modules(document)[:1]:
        if closes and closes > days[0]:
            yield Caution(
                key="eligibility.closes",
                message=f"Applications close on {day_words(closes)}, after module {module.number} "
                f"has begun on {day_words(days[0])}.",
            )


def _order(document: ProgrammeFile) -> Iterator[Caution]:
    for (_, earlier, before), (place, later, after) in pairwise(_dated_modules(document)):
        if after[0] <= before[-1]:
            yield Caution(
                key=f"modules[{place}].sessions",
                message=f"Module {later.number} begins on {day_words(after[0])}, before module {earlier.number} "
                f"ends on {day_words(before[-1])}.",
            )


def _weeks(days: int) -> str:
    whole, rest = divmod(days, 7)
    weeks = f"{whole} week" + ("" if whole == 1 else "s")
    return weeks + (f" and {rest} day" + ("" if rest == 1 else "s") if rest else "")


def _rhythm(document: ProgrammeFile) -> Iterator[Caution]:
    rhythm = document.programme.rhythm
    if rhythm is None:
        return
    least, most = rhythm.weeks_between_modules
    for (_, earlier, before), (place, later, after) in pairwise(_dated_modules(document)):
        gap = (after[0] - before[0]).days
        if gap > 0 and not least * 7 <= gap <= most * 7:
            yield Caution(
                key=f"modules[{place}].sessions",
                message=f"There are {_weeks(gap)} between module {earlier.number} ({day_words(before[0])}) and "
                f"module {later.number} ({day_words(after[0])}), not {least} to {most} weeks.",
            )


def _when(other: AlsoGiven) -> str:
    return f"on {day_words(other.date)}" if other.date else f"in {other.first_day:%B %Y}"


def _also(given: list[AlsoGiven]) -> str:
    days = [other.date for other in given if other.date]
    months = [_when(other) for other in given if other.month]
    return " and ".join(([f"on {days_words(days)}"] if days else []) + months)


def _given_twice(document: ProgrammeFile) -> Iterator[Caution]:
    modules = _dated_modules(document)
    for place, module in enumerate(document.modules):
        if module.also_given:
            own = _days(module)
            yield Caution(
                key=f"modules[{place}].also_given",
                message=f"Module {module.number} is given twice: "
                f"{f'on {days_words(own)}, and ' if own else ''}also {_also(module.also_given)}"
                f"{_clash(module, modules)}.",
            )
        for number, session in enumerate(module.sessions):
            yield from _session_twice(f"modules[{place}].sessions[{number}]", session)
    for place, other in enumerate(document.sessions):
        yield from _session_twice(f"sessions[{place}]", other)


def _clash(module: Module, modules: list[tuple[int, Module, list[date]]]) -> str:
    """Whose days the second ones repeat."""
    second = {other.date for other in module.also_given}
    shared = [
        f"module {other.number} ({days_words(sorted(set(days) & second))})"  # type: ignore[arg-type]
        for _, other, days in modules
        if other is not module and set(days) & second
    ]
    return f", which repeats {' and '.join(shared)}" if shared else ""


def _session_twice(key: str, session: Dated) -> Iterator[Caution]:
    if session.also_given:
        own = f"on {day_words(session.date)}, and " if session.date else ""
        yield Caution(
            key=f"{key}.also_given",
            message=f"{session.title} is given twice: {own}also {_also(session.also_given)}.",
        )


def _celebration(document: ProgrammeFile) -> Iterator[Caution]:
    last = max((days[-1] for _, _, days in _dated_modules(document)), default=None)
    for place, session in enumerate(document.sessions):
        if last is None or session.kind != "celebration":
            continue
        if session.date and session.date < last:
            yield _too_early(f"sessions[{place}].date", session, f"on {day_words(session.date)}", last)
        for number, other in enumerate(session.also_given):
            if _is_before(other, last):
                yield _too_early(f"sessions[{place}].also_given[{number}]", session, _when(other), last)


def _is_before(other: AlsoGiven, last: date) -> bool:
    """Whether the day, or the whole month, is over before that day."""
    return other.date < last if other.date else f"{other.month}" < f"{last:%Y-%m}"


def _too_early(key: str, session: OtherSession, when: str, last: date) -> Caution:
    return Caution(
        key=key,
        message=f"{session.title} {when} would come before the last module ends on {day_words(last)}.",
    )


def _all_sessions(document: ProgrammeFile) -> Iterator[tuple[str, Dated]]:
    for place, module in enumerate(document.modules):
        for number, half_day in enumerate(module.sessions):
            yield f"modules[{place}].sessions[{number}]", half_day
    for place, session in enumerate(document.sessions):
        yield f"sessions[{place}]", session


def _at_once(document: ProgrammeFile) -> Iterator[Caution]:
    """Sessions that begin while another is on: by start, each against the one that ends last so far."""
    dated = [
        (session.starts_at, session.ends_at, key, session)
        for key, session in _all_sessions(document)
        if session.starts_at and session.ends_at
    ]
    running: tuple[datetime, str] | None = None
    for starts, ends, key, session in sorted(dated, key=lambda row: (row[0], row[2])):
        if running and starts < running[0]:
            local = starts.astimezone(LONDON)
            yield Caution(
                key=f"{key}.date",
                message=f"{session.title} begins on {day_words(local.date())} at {local:%H:%M}, "
                f"while {running[1]} is still on.",
            )
        if running is None or ends > running[0]:
            running = (ends, session.title)


def _undated(document: ProgrammeFile) -> Iterator[Caution]:
    titles = [session.title for _, session in _all_sessions(document) if session.starts_at is None]
    if titles:
        shown = ", ".join(titles[:20]) + (f" and {len(titles) - 20} more" if len(titles) > 20 else "")
        has = "session has" if len(titles) == 1 else "sessions have"
        yield Caution(key="sessions", message=f"{len(titles)} {has} no date yet: {shown}.")
    for module in document.modules:
        if not module.sessions:
            yield Caution(key="modules", message=f"Module {module.number} has no sessions.")
