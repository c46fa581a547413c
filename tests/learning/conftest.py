"""A library with something in it, and a module with steps."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import call_command

from learning.models import GuidanceAudience, GuidancePage, GuidanceStage, ModulePage
from members.models import Circle, Theme
from tests.factories import ThemeFactory
from tests.home.conftest import alone, as_json, every_block, media

__all__ = ["alone", "as_json", "every_block", "media"]

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
STEPS = [UUID(int=number) for number in range(1, 5)]
Shelve = Callable[..., GuidancePage]


@pytest.fixture
def shelve(pages) -> Shelve:
    """Puts a resource into the library: ``shelve("Trust", themes=["trust"], stages=["maturing"])``.

    Each is published an hour after the one before it. ``index`` makes all of them findable by text.
    """
    # The fixtures' own resource is taken out, so that a test has just what it has asked for.
    GuidancePage.objects.all().delete()
    pages.library.refresh_from_db()
    made: list[GuidancePage] = []

    def put(
        title: str,
        *,
        themes: Sequence[str] = (),
        stages: Sequence[str] = (),
        audiences: Sequence[str] = (),
        kind: str = "guide",
        text: str = "",
        in_short: str = "In short.",
        circle: Circle | None = None,
        live: bool = True,
        **more: object,
    ) -> GuidancePage:
        page = GuidancePage(
            title=title,
            slug=f"resource-{len(made)}",
            in_short=in_short,
            kind=kind,
            circle=circle,
            live=live,
            body=json.dumps([{"type": "text", "value": f"<p>{text}</p>"}] if text else []),
            first_published_at=START + timedelta(hours=len(made)),
            **more,
        )
        for place, stage in enumerate(stages):
            page.stages.add(GuidanceStage(stage=stage, sort_order=place))
        for place, audience in enumerate(audiences):
            page.audiences.add(GuidanceAudience(audience=audience, sort_order=place))
        pages.library.add_child(instance=page)
        if themes:
            page.themes.set([ThemeFactory(slug=slug) for slug in themes])
            page.save()
        made.append(page)
        return page

    return put


@pytest.fixture
def index() -> Callable[[], None]:
    """Makes what is there findable by text."""
    return lambda: call_command("update_index", verbosity=0)


def step(number: int, phase: str, title: str, **more: object) -> dict[str, object]:
    """A step of a module as it is kept; its key is ``STEPS[number]``."""
    value = {"phase": phase, "title": title, "text": "", "minutes": None, "guidance": None, **more}
    return {"type": "step", "id": str(STEPS[number]), "value": value}


@pytest.fixture
def path(pages) -> ModulePage:
    """The module, with four steps: two before (one leads to guidance), one during, one after."""
    module = ModulePage.objects.get(pk=pages.module.pk)
    module.steps = json.dumps(
        [
            step(0, "before", "Find your question", minutes=20, guidance=pages.guidance.pk),
            step(2, "during", "Draft a <purpose>", text="<p>In <b>one</b> sentence.</p>"),
            step(1, "before", "Talk to 3 people", minutes=60),
            step(3, "after", "Hold a first meeting", minutes=90),
        ]
    )
    module.save()
    return module


@pytest.fixture
def theme() -> Callable[[str], Theme]:
    return lambda slug: ThemeFactory(slug=slug)
