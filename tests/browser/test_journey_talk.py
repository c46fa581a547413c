"""From a resource to what people say about it: read there, start a topic, and back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dresses import faults
from tests.browser.reading import follow, main, path_of, press, see_link, see_title

GUIDANCE = "/guidance/troika-consulting-in-30-minutes/"
SAID = "Open session: have a go at Troika consulting"


def talk(page: Page):
    """What stands below a page."""
    return page.get_by_role("region", name="Talk about this")


@pytest.mark.parametrize("javascript", [True, False])
def test_topic_begins_below_a_resource(enter: Callable[..., Page], javascript: bool):
    page = enter("participant", javascript=javascript)
    page.goto(GUIDANCE)
    title = main(page).get_by_role("heading", level=1).inner_text()
    if javascript:
        talk(page).scroll_into_view_if_needed()
        expect(talk(page).get_by_role("link", name=SAID)).to_be_visible()
        assert (path_of(page), faults(page)) == (GUIDANCE, {})
        start = talk(page)
    else:
        follow(talk(page), "See what others say about this, and say what you think")
        see_title(page, f"Talk about “{title}”")
        expect(main(page).get_by_role("link", name=SAID)).to_be_visible()
        start = main(page)
    start.get_by_role("link", name="Start a topic about this in").click()
    see_title(page, "Start a topic")
    see_link(main(page), title)
    expect(main(page).get_by_label("Title")).to_have_value(title)
    main(page).get_by_label("Title").fill(f"We tried it{' again' if javascript else ''}")
    main(page).get_by_label("What you want to say").fill("In threes, and one in four.")
    press(main(page), "Post topic")
    see_title(page, f"We tried it{' again' if javascript else ''}")
    follow(main(page), title)
    assert path_of(page) == GUIDANCE


def test_talk_about_a_resource_has_no_fault(enter: Callable[..., Page]):
    page = enter("participant", javascript=True)
    page.goto(GUIDANCE)
    address = talk(page).locator("[hx-get]").get_attribute("hx-get").partition("?")[0]
    page.goto(address)
    see_link(main(page), SAID)
    assert faults(page) == {}


def test_visitor_is_sent_to_sign_in_and_back(enter: Callable[..., Page]):
    page = enter()
    page.goto(GUIDANCE)
    follow(talk(page), "Sign in to talk about this")
    see_title(page, "Sign in")
    assert "next=/discussions/about/" in page.url
