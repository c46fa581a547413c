"""A convener asks other communities for something; somebody answers; it is closed."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.dresses import faults
from tests.browser.reading import follow, main, press, see_said, see_title

ASK = "A second pair of eyes on our new falls form, for half an hour."
NOTE = "Gladly. Thursday after three?"


def test_ask_is_answered(enter: Callable[..., Page]):
    page, other = enter("convener"), enter("participant", javascript=False)
    asks(page)
    answers(other)
    reads_it_and_closes(page)
    other.goto("/communities/offers/?kind=ask")
    expect(main(other).get_by_role("link", name=ASK)).to_have_count(0)


def asks(page: Page) -> None:
    page.goto("/communities/falls-in-care-homes/")
    follow(main(page), "Offer or ask for something")
    see_title(page, "Offer or ask for something")
    main(page).get_by_role("radio", name="We ask for something").check()
    press(main(page), "Show it")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(main(page).get_by_role("radio", name="We ask for something")).to_be_checked()
    main(page).get_by_role("textbox", name="What do you offer or ask for?").fill(ASK)
    press(main(page), "Show it")
    see_said(page, "It is shown now. We tell you when somebody answers.")
    see_title(page, ASK)
    assert faults(page) == {}


def answers(other: Page) -> None:
    other.goto("/communities/")
    follow(main(other), "offer and ask")
    see_title(other, "Offers and asks")
    follow(main(other).get_by_role("navigation", name="What is shown"), "Asks")
    follow(main(other), ASK)
    see_title(other, ASK)
    main(other).get_by_role("textbox", name="What do you want to say?").fill(NOTE)
    press(main(other), "Send your answer")
    see_said(other, "Sent. The community’s conveners can read it now.")
    expect(main(other).get_by_role("heading", name="Your answer is sent")).to_be_visible()


def reads_it_and_closes(page: Page) -> None:
    page.goto("/communities/mine/")
    follow(main(page), ASK)
    see_title(page, ASK)
    answered = main(page).get_by_role("region", name="Answers")
    expect(answered.get_by_text(NOTE)).to_be_visible()
    assert faults(page) == {}
    press(main(page), "Close it")
    see_said(page, "Closed. It is no longer shown.")
