"""No axe-core violation of WCAG 2.2 A and AA on any template and state."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.pages import PAGES

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _violations(page: Page, *, contrast_only: bool) -> list[str]:
    run_only = (
        {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
        if contrast_only
        else {"type": "tag", "values": _RULES}
    )
    results = Axe().run(page, options={"runOnly": run_only, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_violation(as_person: Callable[..., Page], name: str):
    path, role = PAGES[name]
    page = as_person(role)
    page.goto(path)
    found = {"1280 light": _violations(page, contrast_only=False)}
    page.set_viewport_size({"width": 320, "height": 800})
    found["320 light"] = _violations(page, contrast_only=False)
    page.emulate_media(color_scheme="dark")
    found["320 dark"] = _violations(page, contrast_only=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    found["1280 dark"] = _violations(page, contrast_only=True)
    assert found == {variant: [] for variant in found}


@pytest.mark.parametrize("name", PAGES)
def test_page_does_not_scroll_sideways(as_person: Callable[..., Page], name: str):
    """WCAG 2.2, 1.4.10: nothing is wider than a phone of 320 px."""
    path, role = PAGES[name]
    page = as_person(role, width=320)
    page.goto(path)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320


def test_axe_finds_what_is_wrong(as_person: Callable[..., Page]):
    """The net holds: a picture without a description is caught."""
    page = as_person("visitor")
    page.goto("/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any(line.startswith("image-alt") for line in _violations(page, contrast_only=False))
