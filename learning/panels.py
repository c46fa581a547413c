"""What this room shows on pages of others: the year, and a card on the dashboard."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from learning.course import Module, current, this_year
from learning.path import done_steps
from learning.steps import Step
from members.enums import CircleKind
from members.requests import person_of


def draw_year(page: Any, request: HttpRequest) -> str:
    """The year as a line of modules. One query, and those of the calendars."""
    modules = this_year(request.user)
    if not modules:
        return ""
    above = modules[0].url.rstrip("/").rsplit("/", 2)[0] + "/"
    return render_to_string(
        "learning/_year.html", {"modules": modules, "programme_url": above, "request": request}
    )


def draw_progress(request: HttpRequest) -> str:
    """How far a participant is in the module of now, and the one next step. Two queries, and one of the calendars."""
    if not person_of(request).circle_ids_of_kind(CircleKind.COHORT):
        return ""
    modules = [module for module in this_year(request.user) if module.steps]
    if not modules:
        return ""
    done = done_steps([module.pk for module in modules], request.user)
    left = {module.pk: _left(module, done.get(module.pk, frozenset())) for module in modules}
    module = _current(modules, left)
    context = {
        "module": module,
        "total": len(module.steps),
        "done": len(module.steps) - len(left[module.pk]),
        "step": next(iter(left[module.pk]), None),
        "request": request,
    }
    return render_to_string("learning/_progress.html", context)


def _left(module: Module, done: frozenset[Any]) -> list[Step]:
    return [step for step in module.steps if step.key not in done]


def _current(modules: list[Module], left: dict[int, list[Step]]) -> Module:
    """Where the year is; where no dates are known, where the person is. Nothing earlier is asked for."""
    if any(module.has_dates for module in modules):
        return current(modules) or modules[-1]
    return next((module for module in modules if left[module.pk]), modules[-1])
