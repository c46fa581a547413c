"""The year as a line of modules, and the card that says how far one is."""

import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from kit import registry
from learning import calendars
from learning.actions import tick
from learning.calendars import Calendar, When, when_of
from learning.course import current, modules_below, this_year
from learning.models import ModulePage, ModulesPage, ProgrammePage
from learning.panels import draw_progress, draw_year
from tests.learning.conftest import STEPS, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(pages, path) -> ModulePage:
    """A second module, with one step."""
    return pages.modules.add_child(
        instance=ModulePage(
            title="Growing", slug="growing", number=2, summary="Go on.",
            steps=json.dumps([{**step(0, "before", "Look back", minutes=15), "id": str(STEPS[0])}]),
        )
    )  # fmt: skip


@pytest.fixture
def dated(monkeypatch):
    """Says when modules take place: ``dated({module: When(…)})``; every other room's calendar is silent."""
    monkeypatch.setattr(calendars.calendars, "_items", {})

    def fill(dates: dict[ModulePage, When], key: str = "test", order: int = 100) -> None:
        known = {module.pk: when for module, when in dates.items()}
        calendars.calendars.add(
            Calendar(
                key=key, order=order, queries=0,
                when=lambda ids, user: {pk: known[pk] for pk in ids if pk in known},
            )
        )  # fmt: skip

    return fill


def ask(user=None):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return request


def line(html: str) -> list[tuple[str, str]]:
    """The modules of the line, with the state of each."""
    return [
        (title, state)
        for state, title in re.findall(r'p-timeline__item--(\w+)".*?</span>([^<]*)</a>', html, re.DOTALL)
    ]


# -- the year --------------------------------------------------------------------------------------------


def test_it_has_the_modules_in_order_with_where_they_are(pages, path, second, alone):
    html = draw_year(None, ask())
    assert line(html) == [("Planning and launching", "later"), ("Growing", "later")]
    assert re.findall(r'href="(/programme/modules/[^"]*)"', html) == [
        "/programme/modules/planning/", "/programme/modules/growing/",
    ]  # fmt: skip
    assert 'class="p-section__more" href="/programme/"' in html


def test_dates_and_states_come_from_a_calendar(pages, path, second, dated):
    dated({path: When(words="23 and 24 September", state="done"), second: When(words="In May", state="now")})
    html = draw_year(None, ask())
    assert line(html) == [("Planning and launching", "done"), ("Growing", "now")]
    assert html.count('aria-current="step"') == html.count("We are here") == 1
    assert "23 and 24 September" in html


def test_the_first_calendar_that_knows_a_module_says_when(pages, path, second, dated):
    dated({path: When(words="mine")}, key="second", order=200)
    dated({path: When(words="first"), second: When(words="too")}, key="first", order=100)
    assert when_of([path.pk, second.pk, 0], AnonymousUser()) == {
        path.pk: When(words="first"), second.pk: When(words="too"),
    }  # fmt: skip


def test_where_no_calendar_knows_another_room_may_draw(pages, path, alone):
    registry.panels.add(
        registry.Panel(
            key="t", slot="module.dates", draw=lambda module, request: f"<p>{module.pk}!</p>", queries=0
        )
    )
    assert f"<p>{path.pk}!</p>" in draw_year(None, ask())


def test_without_modules_there_is_no_line(pages):
    ModulePage.objects.all().delete()
    assert draw_year(None, ask()) == ""


def test_a_module_that_is_private_is_on_the_line_of_its_people_alone(pages, path, second, cast, alone):
    ModulePage.objects.filter(pk=second.pk).update(circle=cast.cohort.circle)
    assert [title for title, _ in line(draw_year(None, ask(cast.participant)))] == [
        "Planning and launching",
        "Growing",
    ]
    for stranger in (None, cast.outsider, cast.editor):
        assert "Growing" not in draw_year(None, ask(stranger))


def test_the_newest_programme_is_the_year(pages, path, alone):
    newer = pages.home.add_child(instance=ProgrammePage(title="Next", slug="next", introduction="Again."))
    modules = newer.add_child(instance=ModulesPage(title="Modules", slug="modules"))
    modules.add_child(instance=ModulePage(title="Anew", slug="anew", number=1, summary="x"))
    assert [module.title for module in this_year(AnonymousUser())] == ["Anew"]
    assert [module.title for module in modules_below(pages.programme.path, AnonymousUser())] == [
        "Planning and launching"
    ]
    assert 'href="/next/"' in draw_year(None, ask())


@pytest.mark.parametrize("number", [1, 30])
def test_it_takes_one_query(pages, path, alone, django_assert_num_queries, number):
    for place in range(number):
        pages.modules.add_child(
            instance=ModulePage(title=f"M{place}", slug=f"m{place}", number=place + 2, summary="x")
        )
    draw_year(None, ask())
    with django_assert_num_queries(1):
        draw_year(None, ask())


def test_with_all_calendars_it_takes_what_they_say(pages, path, cast, django_assert_max_num_queries):
    assert cast.participant.is_network_member  # whose circles are known by now, as on a page
    draw_year(None, ask(cast.participant))
    with django_assert_max_num_queries(1 + sum(calendar.queries for calendar in calendars.calendars)):
        draw_year(None, ask(cast.participant))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["done", "now", "later"], 1),
        (["done", "later", "later"], 1),
        (["later", "later", "later"], 0),
        (["done", "done", "done"], 2),
        (["now", "later", "now"], 0),
    ],
)
def test_where_the_year_is(pages, path, second, dated, states, expected):
    third = pages.modules.add_child(instance=ModulePage(title="Third", slug="third", number=3, summary="x"))
    modules = [path, second, third]
    dated({module: When(words="x", state=state) for module, state in zip(modules, states, strict=True)})
    assert current(this_year(AnonymousUser())).pk == modules[expected].pk
    assert current([]) is None


# -- the card --------------------------------------------------------------------------------------------


def said(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_it_says_the_one_next_step(path, second, cast, alone):
    html = draw_progress(ask(cast.participant))
    assert "Next: Find your question. It takes about 20 minutes." in said(html)
    assert re.findall(r'nhsuk-button[^"]*" href="([^"]*)">([^<]*)', html) == [
        (f"/programme/modules/planning/#step-{STEPS[0]}", "Start here")
    ]
    assert "0 of 4 steps done" in said(html)


def test_it_goes_on_from_what_is_done(path, second, cast, alone):
    for number in (0, 2):
        tick(person=cast.participant, module=path, step=STEPS[number])
    html = draw_progress(ask(cast.participant))
    assert "Next: Talk to 3 people. It takes about 1 hour." in said(html)
    assert "2 of 4 steps done" in said(html)
    assert ">Go on</a>" in html


def test_without_dates_it_moves_on_to_the_next_module(path, second, cast, alone):
    for key in STEPS:
        tick(person=cast.participant, module=path, step=key)
    assert "Next: Look back." in said(draw_progress(ask(cast.participant)))


def test_with_dates_it_begins_from_today_whatever_was_left_undone(path, second, cast, dated):
    dated({path: When(words="September", state="done"), second: When(words="November", state="now")})
    html = said(draw_progress(ask(cast.participant)))
    assert html.startswith("Module 2, November Growing Next: Look back.")
    assert "Planning" not in html


def test_when_all_is_done_it_says_so(path, second, cast, alone):
    for key in STEPS:
        tick(person=cast.participant, module=path, step=key)
    tick(person=cast.participant, module=second, step=STEPS[0])
    html = draw_progress(ask(cast.participant))
    assert "You have done every step of this module." in said(html)
    assert "nhsuk-button" not in html


def test_ticks_of_steps_that_are_gone_do_not_count(path, cast, alone):
    tick(person=cast.participant, module=path, step=STEPS[0])
    path.steps = json.dumps([step(1, "before", "Talk to 3 people")])
    path.save()
    assert "0 of 1 steps done" in said(draw_progress(ask(cast.participant)))


def test_it_is_for_those_in_a_cohort(path, cast, alone):
    shown = {
        name: bool(draw_progress(ask(getattr(cast, name))))
        for name in ("admin", "editor", "facilitator", "convener", "participant", "outsider")
    }
    assert shown == {
        "admin": False, "editor": False, "outsider": False, "facilitator": True, "convener": True, "participant": True,
    }  # fmt: skip


def test_without_steps_there_is_none(pages, cast, alone):
    assert draw_progress(ask(cast.participant)) == ""


@pytest.mark.parametrize("number", [1, 30])
def test_the_card_takes_two_queries(pages, path, cast, alone, django_assert_num_queries, number):
    for place in range(number):
        pages.modules.add_child(
            instance=ModulePage(
                title=f"M{place}", slug=f"m{place}", number=place + 2, summary="x",
                steps=json.dumps([step(0, "before", "x")]),
            )
        )  # fmt: skip
    request = ask(cast.participant)
    assert cast.participant.is_network_member  # whose circles are known by now, as on a page
    with django_assert_num_queries(2):
        draw_progress(request)


def test_both_are_registered_with_what_they_cost():
    year = registry.panels.get("learning.year")
    assert (year.slot, year.draw, year.queries) == ("home.year", draw_year, 1)
    card = registry.cards.get("learning.progress")
    assert (card.draw, card.queries) == (draw_progress, 3)
