"""A module's path for one person: its steps, what is done, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from learning.enums import Phase
from learning.errors import UnknownStep
from learning.models import ModulePage, StepDone
from learning.steps import Step
from members.models import Theme
from members.pages import addresses, visible_pages
from members.prepared import Prepared
from members.querysets import Person


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page that is linked to; a module has its number."""

    title: str
    url: str
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a module's page links to: resources by id, and the modules beside it."""

    guidance: dict[int, Link]
    last_number: int
    previous: Link | None
    next: Link | None


@dataclass(frozen=True, kw_only=True)
class OwnStep:
    """A step as one person sees it.

    Args:
        tick_url: where it is ticked off.
    """

    step: Step
    done: bool
    tick_url: str
    guidance: Link | None = None


@dataclass(frozen=True, kw_only=True)
class PhaseSteps:
    """The steps of one phase."""

    phase: Phase
    steps: list[OwnStep]

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(own.done for own in self.steps)


@dataclass(frozen=True, kw_only=True)
class Path:
    """A module's steps in their phases; a phase without steps is left out."""

    stages: list[PhaseSteps]

    @property
    def total(self) -> int:
        """How many steps there are."""
        return sum(len(stage.steps) for stage in self.stages)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(stage.done for stage in self.stages)


def path_of(module: ModulePage, user: Person, around: "Around | None" = None) -> Path:
    """A module's path for a person. One query for their ticks, and one for what is around unless it is given."""
    around = around or around_of(module, user)
    done = done_steps([module.pk], user).get(module.pk, frozenset())
    own = [
        OwnStep(
            step=step,
            done=step.key in done,
            tick_url=_tick_url(module.pk, step.key) if module.pk and step.key else "",
            guidance=around.guidance.get(step.guidance or 0),
        )
        for step in module.path_steps
    ]
    stages = [
        PhaseSteps(phase=phase, steps=[one for one in own if one.step.phase == phase]) for phase in Phase
    ]
    return Path(stages=[stage for stage in stages if stage.steps])


@lru_cache(maxsize=2000)
def _tick_url(module: int, step: UUID) -> str:
    return reverse("learning:tick", args=[module, step])


def own_step(module: ModulePage, key: UUID, user: Person) -> tuple[Path, OwnStep, PhaseSteps]:
    """The path, and in it one step with its phase.

    Raises:
        UnknownStep: the module has no such step.
    """
    path = path_of(module, user)
    for stage in path.stages:
        for own in stage.steps:
            if own.step.key == key:
                return path, own, stage
    raise UnknownStep(key)


def done_steps(modules: Iterable[int], user: Person) -> dict[int, frozenset[UUID]]:
    """The ids of the steps that a person has ticked off, by module. One query; none for a visitor."""
    if not user.is_authenticated:
        return {}
    found: dict[int, set[UUID]] = {}
    for row in _DONE.rows(user, list(modules)):
        found.setdefault(row.module_id, set()).add(row.step)
    return {module: frozenset(steps) for module, steps in found.items()}


def _done(user: Person, modules: list[int]) -> Any:
    done = StepDone.objects.visible_to(user).filter(module_id__in=modules)
    return done.values_list("module_id", "step", named=True)


def _around(user: Person, ids: list[int], depth: int, above: str, last: str) -> Any:
    """Those with one of the ids, and those at this depth whose paths stand between two others."""
    beside = Q(path__gt=above, path__lte=last, depth=depth)
    pages = visible_pages(user).filter(Q(pk__in=ids) | beside).order_by("modulepage__number", "path")
    return pages.values_list("pk", "title", "url_path", "modulepage__number", named=True)


_DONE = Prepared(_done)
_AROUND = Prepared(_around)


_THEMES = Prepared(
    lambda module: Theme.objects.filter(module_items__content_object=module).values_list(
        "slug", "name", named=True
    )
)


def themes_of(module: ModulePage, *, is_preview: bool = False) -> list[Any]:
    """What a module is about: slug and name of each theme, by name. One query.

    Args:
        module: as it is kept, or with ``is_preview`` as an editor has it on the screen.
        is_preview: whether it may not be kept yet.
    """
    return list(module.themes.all()) if is_preview else _THEMES.rows(module.pk)


def around_of(module: ModulePage, user: Person) -> Around:
    """What a module page links to, as far as this person may see it. One query for pages of both kinds."""
    ids = {step.guidance for step in module.path_steps if step.guidance}
    above = module.path[: -module.steplen]
    rows = _AROUND.rows(user, sorted(ids), module.depth, above, above + "Z" * module.steplen)
    urls = addresses({pk: url_path for pk, _, url_path, _ in rows})
    links = {pk: Link(title=title, url=urls[pk], number=number) for pk, title, _, number in rows}
    siblings = [(pk, link) for pk, link in links.items() if link.number is not None]
    place = next((index for index, (pk, _) in enumerate(siblings) if pk == module.pk), None)
    return Around(
        guidance={pk: link for pk, link in links.items() if link.number is None},
        last_number=siblings[-1][1].number or module.number if siblings else module.number,
        previous=siblings[place - 1][1] if place else None,
        next=siblings[place + 1][1] if place is not None and place + 1 < len(siblings) else None,
    )
