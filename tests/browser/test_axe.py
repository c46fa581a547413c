"""No axe-core violation of WCAG 2.2 A and AA on any template and state, and nothing wider than a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.dresses import faults, violations
from tests.browser.pages import BEHIND, PAGES
from tests.browser.reading import follow_in_a_list, main, see_title


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_fault(as_person: Callable[..., Page], name: str):
    path, role = PAGES[name]
    page = as_person(role)
    page.goto(path)
    assert faults(page) == {}


@pytest.mark.parametrize("name", BEHIND)
def test_page_behind_another_has_no_fault(as_person: Callable[..., Page], name: str):
    path, role, link = BEHIND[name]
    page = as_person(role)
    page.goto(path)
    follow_in_a_list(main(page), link)
    assert faults(page) == {}


def test_axe_finds_what_is_wrong(as_person: Callable[..., Page]):
    """The net holds: a picture without a description is caught."""
    page = as_person("visitor")
    page.goto("/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [line.split(":")[0] for line in violations(page)] == ["image-alt"]


def test_width_is_seen(as_person: Callable[..., Page]):
    """The net holds: a word too long for a phone is caught."""
    page = as_person("visitor")
    page.goto("/search/")
    see_title(page, "Search")
    page.evaluate("document.querySelector('h1').style.minWidth = '400px'")
    assert list(faults(page)) == ["320 light"]
