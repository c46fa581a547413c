"""The block that says when a module takes place: as the calendar has it, on a module's page and on others."""

import json
import re

import pytest
from django.test import Client

from learning.models import GuidancePage, ModulePage
from tests.factories import SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def half_days(pages, cast):
    """Two half-days of the module in a cohort, which everybody may know of."""
    return [
        SessionFactory(kind="half_day", cohort=cast.cohort, circle=None, module=pages.module, title=title)
        for title in ("First half-day", "Second half-day")
    ]


def dates_on(page: GuidancePage | ModulePage, module: int | None, **more: object) -> None:
    """Put the block on a page, and publish it."""
    page.body = json.dumps([{"type": "session_dates", "value": {"module": module}}])
    for name, value in more.items():
        setattr(page, name, value)
    page.save_revision().publish()


def shown(address: str, reader: Client | None = None) -> str:
    response = (reader or Client()).get(address)
    assert response.status_code == 200
    return response.content.decode()


def titles(html: str) -> list[str]:
    places = re.findall(r'<section class="p-dates".*?</section>', html, re.DOTALL)
    return [title for place in places for title in re.findall(r"(First|Second) half-day", place)]


@pytest.fixture
def guidance(shelve) -> GuidancePage:
    return GuidancePage.objects.get(pk=shelve("When to begin").pk)


def test_on_another_page_it_says_when_the_chosen_module_is(guidance, pages, half_days):
    dates_on(guidance, pages.module.pk)
    assert set(titles(shown("/guidance/resource-0/"))) == {"First", "Second"}


def test_it_follows_the_calendar(guidance, pages, half_days):
    dates_on(guidance, pages.module.pk)
    half_days[0].delete()
    assert set(titles(shown("/guidance/resource-0/?fresh"))) == {"Second"}


def test_on_another_page_without_a_module_there_is_nothing_but_in_a_preview(guidance, cast, signed_in):
    dates_on(guidance, None)
    assert "p-dates" not in shown("/guidance/resource-0/")
    preview = shown(f"/admin/pages/{guidance.pk}/view_draft/", signed_in(cast.editor))
    assert "Choose a module, to show its dates here." in preview


def test_on_a_modules_own_page_dates_stand_once(pages, half_days):
    page = ModulePage.objects.get(pk=pages.module.pk)
    assert 'id="sessions"' in shown(page.url)
    dates_on(page, None)
    html = shown(page.url)
    assert set(titles(html)) == {"First", "Second"}
    assert 'id="sessions"' not in html


def test_a_modules_page_that_says_when_another_is_says_its_own_as_well(pages, half_days):
    other = pages.modules.add_child(instance=ModulePage(title="Two", slug="two", number=2, summary="x"))
    dates_on(other, pages.module.pk)
    html = shown(other.url)
    assert set(titles(html)) == {"First", "Second"}
    assert 'id="sessions"' in html


def test_a_module_that_is_gone_is_no_error(guidance, pages, half_days):
    dates_on(guidance, 999_999)
    assert titles(shown("/guidance/resource-0/")) == []


@pytest.mark.parametrize("number", [1, 30])
def test_it_costs_one_query(guidance, pages, cast, client, django_assert_num_queries, number):
    for _ in range(number):
        SessionFactory(kind="half_day", cohort=cast.cohort, circle=None, module=pages.module)
    dates_on(guidance, pages.module.pk)
    shown("/guidance/resource-0/", client)
    client.cookies["sessionid"] = "none"
    # the page; what is said about it; the half-days
    with django_assert_num_queries(3):
        shown("/guidance/resource-0/", client)
