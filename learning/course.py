"""The modules of a programme in their order, with when each takes place."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wagtail.models import Page

from learning.calendars import When, when_of
from learning.models import ModulePage
from learning.steps import Step, read_steps
from members.pages import addresses
from members.prepared import Prepared
from members.querysets import Person

_UP_TO_PROGRAMME = 2 * Page.steplen


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module as lists show it."""

    pk: int
    number: int
    title: str
    summary: str
    url: str
    when: str
    state: str
    stream: Any

    @cached_property
    def steps(self) -> list[Step]:
        """What to do before, during and after its sessions."""
        return read_steps(self.stream.raw_data)

    @property
    def has_dates(self) -> bool:
        """Whether any calendar knows when it takes place."""
        return bool(self.when)


def modules_below(programme_path: str, user: Person) -> list[Module]:
    """The modules of a programme that a person may see, in order. One query, and the calendars'.

    Args:
        programme_path: the treebeard path of the programme's page, or of the list below it.
    """
    modules = ModulePage.objects.visible_to(user).filter(path__startswith=programme_path)
    return _made(_rows(modules), user)


def this_year(user: Person) -> list[Module]:
    """The modules of the programme that was made last, in order. One query, and the calendars'."""
    rows = _EVERY.rows(user)
    if not rows:
        return []
    newest = max(row.path[:-_UP_TO_PROGRAMME] for row in rows)
    return _made([row for row in rows if row.path.startswith(newest)], user)


def current(modules: list[Module]) -> Module | None:
    """Where the year is: the module that takes place now, else the one that comes next, else the last."""
    for state in ("now", "later"):
        found = next((module for module in modules if module.state == state), None)
        if found:
            return found
    return modules[-1] if modules else None


def _rows(modules: Any) -> Any:
    columns = ("pk", "path", "number", "title", "summary", "url_path", "steps")
    return modules.order_by("number", "path").values_list(*columns, named=True)


def _every(user: Person) -> Any:
    return _rows(ModulePage.objects.visible_to(user))


_EVERY = Prepared(_every)


def _made(rows: Iterable[Any], user: Person) -> list[Module]:
    rows = list(rows)
    urls = addresses({row.pk: row.url_path for row in rows})
    when = when_of([row.pk for row in rows], user) if rows else {}
    return [
        Module(
            pk=row.pk,
            number=row.number,
            title=row.title,
            summary=row.summary,
            url=urls[row.pk],
            when=when.get(row.pk, _UNKNOWN).words,
            state=when.get(row.pk, _UNKNOWN).state,
            stream=row.steps,
        )
        for row in rows
    ]


_UNKNOWN = When(words="")
