"""A convener's whole job: keep their community's page true, link it with others, let it rest and wake it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.reading import (
    bell,
    follow,
    main,
    path_of,
    press,
    see_link,
    see_said,
    see_title,
    titles,
)

OWN = "Falls in care homes"
OTHER = "The first night home"
SUMMARY = "Care homes, ambulance crews and therapists who want fewer falls and freer people."
REASON = "A fall is often what sends people in, and the first night is often when the next one comes."


def test_convener(enter: Callable[..., Page]):
    page, visitor = enter("convener"), enter()
    finds_own_community(page)
    changes_its_page(page, visitor)
    reads_what_its_people_say(page)
    takes_up_a_suggestion(page, visitor)
    other = enter("participant")
    says_yes(other)
    hears_of_it(page)
    both_pages_show_it(visitor)
    lets_it_rest_and_wakes_it(page, visitor)


def finds_own_community(page: Page) -> None:
    see_title(page, re.compile("^Good (morning|afternoon|evening), Maureen$"))
    own = main(page).get_by_role("region", name="My community")
    expect(own.get_by_role("article")).to_have_count(1)
    follow(own, OWN)
    see_title(page, OWN)
    standing = main(page).get_by_role("region", name="It is in the directory")
    expect(standing.get_by_text("You convene this community")).to_be_visible()
    expect(standing.get_by_text("Published")).to_be_visible()


def changes_its_page(page: Page, visitor: Page) -> None:
    visitor.goto("/communities/falls-in-care-homes/")
    expect(visitor.get_by_text(SUMMARY)).to_have_count(0)
    follow(main(page), "Change it")
    see_title(page, f"Change {OWN}")
    expect(main(page).get_by_text("everyone sees your changes as soon as you save")).to_be_visible()
    summary = main(page).get_by_role("textbox", name="In one sentence")
    summary.fill("")
    join = main(page).get_by_role("textbox", name="How to join (optional)")
    join.fill("Come to any first Tuesday.")
    press(main(page), "Save and show")
    alert = main(page).get_by_role("alert")
    assert alert.get_by_role("listitem").all_inner_texts() == [
        "Say in one sentence what your community is about"
    ]
    expect(join).to_have_value("Come to any first Tuesday.")
    summary.fill(SUMMARY)
    press(main(page), "Save and show")
    see_said(page, "Saved. Everyone can see it now.")
    see_title(page, OWN)
    visitor.reload()
    expect(visitor.get_by_text(SUMMARY)).to_have_count(1)
    expect(visitor.get_by_text("Come to any first Tuesday.", exact=True)).to_have_count(1)
    expect(visitor.get_by_text("You convene this community")).to_have_count(0)


def reads_what_its_people_say(page: Page) -> None:
    talk = main(page).get_by_role("region", name="What we talk about")
    expect(talk.get_by_text("Only members see this.")).to_be_visible()
    follow(talk, "Night lighting: what did we find in the four homes?")
    see_title(page, "Night lighting: what did we find in the four homes?")
    follow(page.get_by_role("navigation", name="Breadcrumb"), "Between first Tuesdays")
    see_title(page, "Between first Tuesdays")


def takes_up_a_suggestion(page: Page, visitor: Page) -> None:
    """One is put off for good, and another one takes its place; one is asked."""
    page.goto("/communities/falls-in-care-homes/")
    worth = main(page).get_by_role("region", name="Communities worth meeting")
    first, *others = titles(worth, 3)
    assert (first, len(others)) == ("Care home managers' exchange", 2)
    expect(worth.get_by_text("You offer something that they may be asking for.")).to_be_visible()
    expect(visitor.get_by_role("region", name="Communities worth meeting")).to_have_count(0)
    press(worth, f"Not relevant : {first}")
    see_said(page, f"We will not suggest {first} again.")
    now = titles(worth, 3)
    assert (now[:2], len(now), first in now) == (others, 3, False)
    assert OTHER in now
    expect(worth.get_by_text("They bring people from NHS hospitals and pharmacy.")).to_be_visible()
    follow(worth, f"Ask to connect with {OTHER}")
    see_title(page, f"Connect with {OTHER}")
    expect(main(page).get_by_role("radio", name=OWN)).to_be_checked()
    main(page).get_by_role("textbox", name="Why should you talk?").fill(REASON)
    press(main(page), "Ask them")
    page.goto("/communities/mine/")
    waiting = main(page).get_by_role("listitem").filter(has_text="Waiting for an answer")
    assert titles(waiting, 3) == [OTHER]
    expect(waiting.get_by_text(REASON)).to_be_visible()


def says_yes(other: Page) -> None:
    """Whoever convenes the other community, asked on their first page and under the bell."""
    expect(bell(other)).to_have_accessible_name("Notifications 1 new")
    follow(main(other), "1 community would like to connect with yours")
    see_title(other, "My communities")
    asked = main(other).get_by_role("listitem").filter(has_text=f"To {OTHER}")
    assert titles(asked, 3) == [OWN]
    expect(asked.get_by_text(REASON)).to_be_visible()
    press(asked, f"Say yes to {OWN}")
    held = main(other).get_by_role("listitem").filter(has_text=f"With {OTHER}")
    assert titles(held, 3) == [OWN]
    expect(held.get_by_text("Connected", exact=True)).to_be_visible()


def hears_of_it(page: Page) -> None:
    page.goto("/me/")
    expect(bell(page)).to_have_accessible_name("Notifications 1 new")
    bell(page).click()
    see_title(page, "Notifications")
    press(main(page), "Mark all as read")
    expect(bell(page)).to_have_accessible_name("Notifications")
    expect(main(page).get_by_text("You have read everything.")).to_be_visible()


def both_pages_show_it(visitor: Page) -> None:
    visitor.goto("/communities/falls-in-care-homes/")
    assert titles(main(visitor).locator("#connections"), 3) == [
        "Frailty at the front door",
        "Getting back to doing",
        "Lift and listen",
        OTHER,
    ]
    expect(main(visitor).get_by_text(REASON)).to_be_visible()
    follow(main(visitor), OTHER)
    see_title(visitor, OTHER)
    expect(main(visitor).get_by_text(REASON)).to_be_visible()
    see_link(main(visitor), OWN)


def lets_it_rest_and_wakes_it(page: Page, visitor: Page) -> None:
    page.goto("/communities/falls-in-care-homes/")
    press(main(page), "Let it rest")
    see_said(page, "It is resting now, and its page says so.")
    expect(main(page).get_by_role("region", name="It is resting")).to_be_visible()
    visitor.goto("/communities/falls-in-care-homes/")
    expect(main(visitor).get_by_text("Resting", exact=True)).to_be_visible()
    expect(main(visitor).get_by_text("This community is resting.")).to_be_visible()
    press(main(page), "Wake it")
    see_said(page, "Good to have it back.")
    assert path_of(page) == "/communities/falls-in-care-homes/"
    visitor.reload()
    expect(main(visitor).get_by_text("Resting", exact=True)).to_have_count(0)
