"""Where somebody stands in the year: how far in each module, what is left behind, and the one next thing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from kit.templatetags.kit_tags import duration
from learning.course import Module, current
from learning.models import GuidancePage, GuidanceTheme, ModuleTheme
from learning.steps import Step
from members.pages import addresses
from members.querysets import Person
from study.models import PageDone

SMALL = 15  # minutes


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far somebody is in one module."""

    module: Module
    left: list[Step]

    @property
    def total(self) -> int:
        """How many steps it has."""
        return len(self.module.steps)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return self.total - len(self.left)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All modules of the year with steps in them, in their order."""

    modules: list[Progress]

    @property
    def total(self) -> int:
        """How many steps the programme has."""
        return sum(one.total for one in self.modules)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(one.done for one in self.modules)

    @property
    def is_running(self) -> bool:
        """Whether the year has begun and is not over."""
        return any(one.module.state == "now" for one in self.modules)

    @property
    def backlog(self) -> list[Progress]:
        """Modules whose dates are past, with something left."""
        return [one for one in self.modules if one.module.state == "done" and one.left]

    @property
    def here(self) -> Progress | None:
        """The module of now; where no dates are known, the first with something left."""
        if any(one.module.has_dates for one in self.modules):
            module = current([one.module for one in self.modules])
            return next((one for one in self.modules if one.module is module), None)
        return next((one for one in self.modules if one.left), next(reversed(self.modules), None))


def standing_of(modules: Iterable[Module], done: Mapping[int, frozenset[UUID]]) -> Standing:
    """How far somebody is.

    Args:
        modules: of the year, in their order; those without steps are left out.
        done: the ids of the steps that they have done, by module.
    """
    return Standing(
        modules=[
            Progress(module=one, left=[step for step in one.steps if step.key not in done.get(one.pk, ())])
            for one in modules
            if one.steps
        ]
    )


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing to do now: a sentence, and a button with the address that it leads to."""

    title: str
    text: str
    action: str
    url: str


def next_step(here: Progress | None, *, small: bool = False) -> Thing | None:
    """The next step of a module.

    Args:
        here: the module of now.
        small: only one that takes 15 minutes at most.
    """
    if here is None:
        return None
    for step in here.left:
        if not small or (step.minutes is not None and step.minutes <= SMALL):
            takes = f" It takes about {duration(step.minutes)}." if step.minutes else ""
            return Thing(
                title=f"{step.title.rstrip('.')}.",
                text=f"{step.phase.label} module {here.module.number}, “{here.module.title}”.{takes}",
                action="Go on" if here.done else "Start here",
                url=f"{here.module.url}#step-{step.key}" if step.key else here.module.url,
            )
    return None


def small_guidance(here: Progress, user: Person) -> Thing | None:
    """Guidance of 15 minutes at most that fits a module: what its steps name, else what shares a theme. One query."""
    named = [step.guidance for step in here.module.steps if step.guidance]
    themes = ModuleTheme.objects.filter(content_object_id=here.module.pk).values("tag_id")
    about = GuidanceTheme.objects.filter(content_object_id=OuterRef("pk"), tag_id__in=themes)
    done = PageDone.objects.filter(person_id=user.pk, page_id=OuterRef("pk"))
    small = Q(minutes_to_read__lte=SMALL) & (Q(minutes=None) | Q(minutes__lte=SMALL))
    found: Any = (
        GuidancePage.objects.visible_to(user)
        .filter(small, Q(pk__in=named) | Q(Exists(about)), ~Exists(done))
        .annotate(place=Case(When(pk__in=named, then=Value(0)), default=Value(1)))
        .order_by("place", F("minutes_to_read").asc(), "title", "pk")
        .values_list("pk", "title", "in_short", "minutes_to_read", "minutes", "url_path", named=True)
        .first()
    )
    if found is None:
        return None
    minutes = max(found.minutes_to_read, found.minutes or 0)
    return Thing(
        title=f"Read “{found.title}”.",
        text=f"{found.in_short} It takes about {duration(minutes)}.",
        action="Read it",
        url=addresses({found.pk: found.url_path})[found.pk],
    )
