"""A friend of two communities introduces them; both say yes; they look after what they began."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.dresses import faults
from tests.browser.reading import follow, main, press, see_said, see_title, titles

ONE = "Falls in care homes"
TWO = "The first night home"
REASON = "One of you sees the fall, the other the night after it."
PURPOSE = "Write one page together for the first night after a fall."
CAME = "Three homes hang it beside the medicine cupboard."


def test_friend_introduces_and_both_look_after_it(enter: Callable[..., Page]):
    introduces(enter("facilitator"))
    page, other = enter("convener"), enter("participant", javascript=False)
    says_yes_first(page)
    says_yes_too(other)
    says_what_it_is_for(page)
    says_what_came_of_it(other)
    everybody_reads_it(enter())


def introduces(page: Page) -> None:
    page.goto("/communities/first-night-home/")
    follow(main(page), "Introduce them to another community")
    see_title(page, f"Introduce {TWO} to another community")
    search = main(page).get_by_role("search", name="Look for another community")
    search.get_by_role("searchbox").fill("falls in care")
    press(search, "Search")
    expect(main(page).get_by_role("radio", name=ONE)).to_have_count(1)
    main(page).get_by_role("radio", name=ONE).check()
    main(page).get_by_role("textbox", name="Why should they talk?").fill(REASON)
    assert faults(page) == {}
    press(main(page), "Introduce them")
    see_said(page, "Sent. The conveners of both will see it. If both say yes, they are connected.")


def says_yes_first(page: Page) -> None:
    follow(main(page), "1 community would like to connect with yours")
    see_title(page, "My communities")
    asked = main(page).get_by_role("listitem").filter(has_text="Introduced by")
    assert titles(asked, 3) == [TWO]
    expect(asked.get_by_text(REASON)).to_be_visible()
    assert faults(page) == {}
    press(asked, f"Say yes to {TWO}")
    see_said(page, "Sent. If they say yes too, you are connected.")


def says_yes_too(other: Page) -> None:
    other.goto("/communities/mine/")
    press(main(other), f"Say yes to {ONE}")
    see_said(other, "You are connected. Both pages show it.")


def says_what_it_is_for(page: Page) -> None:
    page.goto("/communities/mine/")
    follow(main(page), f"Say what it is for, or what came of it : {TWO}")
    see_title(page, f"{ONE} and {TWO}")
    main(page).get_by_role("textbox", name="What do you want to do together? (optional)").fill(PURPOSE)
    main(page).get_by_role("radio", name="In 6 months").check()
    assert faults(page) == {}
    press(main(page), "Save")
    see_said(page, "Saved. Both pages show what it is for and what came of it.")
    expect(main(page).get_by_text("You wanted to look at it again on").last).to_be_visible()


def says_what_came_of_it(other: Page) -> None:
    other.goto("/communities/mine/")
    follow(main(other), f"Say what it is for, or what came of it : {ONE}")
    expect(main(other).get_by_role("radio", name="As it is set now")).to_be_checked()
    main(other).get_by_role("textbox", name="What came of it? (optional)").fill(CAME)
    press(main(other), "Save")
    see_said(other, "Saved. Both pages show what it is for and what came of it.")


def everybody_reads_it(visitor: Page) -> None:
    for address in ("/communities/first-night-home/", "/communities/falls-in-care-homes/"):
        visitor.goto(address)
        for text in (REASON, PURPOSE, CAME):
            expect(main(visitor).get_by_text(text)).to_be_visible()
