"""Writing for oneself: from a question on a page to those who may read it; lines that drop, two windows, outcomes."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.dresses import faults
from tests.browser.pages import COHORT
from tests.browser.reading import follow, main, path_of, press, see_said, see_title

GUIDANCE = "/guidance/start-with-a-question/"
QUESTION = "What have you grumbled about three times this month?"
SAVED = re.compile(r"^Saved at ")


def text(page: Page):
    return main(page).get_by_role("textbox", name="Your reflection")


def saved_line(page: Page):
    return main(page).locator("[data-autosave-said]")


def begins(page: Page, words: str) -> str:
    """Write some words about nothing in particular, wait until they are saved, and say where that is."""
    page.goto("/me/reflections/new/")
    text(page).fill(words)
    expect(saved_line(page)).to_have_text(SAVED)
    return path_of(page)


def test_reflection_from_a_question_to_its_readers(enter: Callable[..., Page], site: Site):
    page = enter("participant")
    address = answers_a_question(page)
    facilitator = enter("facilitator")
    facilitator.goto(address)
    see_title(facilitator, "We can’t find that page")
    shares_with_facilitators(page)
    facilitator_reads(facilitator, address)
    page.goto(address)
    press(main(page), "Stop sharing")
    see_said(page, "Nobody else can read this reflection now.")
    facilitator.goto(address)
    see_title(facilitator, "We can’t find that page")
    removes_and_brings_back(page)


def answers_a_question(page: Page) -> str:
    page.goto(GUIDANCE)
    main(page).get_by_role("link", name=re.compile(f"^Write about this ?: {re.escape(QUESTION)}")).click()
    see_title(page, "Write a reflection")
    expect(main(page).get_by_text(QUESTION)).to_be_visible()
    assert faults(page) == {}
    text(page).fill("That nobody asks the night staff.")
    expect(saved_line(page)).to_have_text(SAVED)
    assert re.fullmatch(r"/me/reflections/\d+/edit/", path_of(page))
    text(page).press("End")
    text(page).press_sequentially(" And that I have not asked either.")
    main(page).get_by_role("textbox", name="Title").fill("The night staff")
    press(main(page), "Save")
    see_title(page, "The night staff")
    expect(main(page).get_by_text("And that I have not asked either.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []
    assert faults(page) == {}
    return path_of(page)


def shares_with_facilitators(page: Page) -> None:
    follow(main(page), "Share")
    see_title(page, "Share this reflection")
    assert faults(page) == {}
    main(page).get_by_role("radio", name=re.compile("^Only the facilitators of")).check()
    press(main(page), "Share")
    see_said(page, "Your reflection is shared. You can take it back at any time.")
    expect(main(page).get_by_text(re.compile("^Only you and the facilitators of"))).to_be_visible()
    assert faults(page) == {}
    page.goto("/me/reflections/")
    assert faults(page) == {}


def facilitator_reads(page: Page, address: str) -> None:
    page.goto("/me/reflections/shared/")
    assert faults(page) == {}
    follow(main(page), "The night staff")
    assert path_of(page) == address
    see_title(page, "The night staff")
    expect(main(page).get_by_role("link", name="Change", exact=True)).to_have_count(0)
    assert faults(page) == {}


def removes_and_brings_back(page: Page) -> None:
    follow(main(page), "Remove")
    see_title(page, "Remove this reflection?")
    assert faults(page) == {}
    press(main(page), "Remove")
    see_said(page, "Your reflection is removed. You can bring it back for 30 days.")
    follow(main(page), "What you can bring back")
    assert faults(page) == {}
    press(main(page), "Bring it back : The night staff")
    see_title(page, "The night staff")


def test_two_windows_lose_nothing(enter: Callable[..., Page], site: Site):
    page = enter("participant")
    address = begins(page, "One")
    other = page.context.new_page()
    other.goto(address)
    text(page).fill("One from the first window")
    expect(saved_line(page)).to_have_text(SAVED)
    press(main(page), "Save")
    text(other).fill("One from the second window")
    expect(saved_line(other)).to_have_text(re.compile("^You saved other words elsewhere at"))
    press(main(other), "Save")
    expect(main(other).get_by_role("alert")).to_be_focused()
    expect(text(other)).to_have_value("One from the second window")
    expect(main(other).get_by_role("textbox", name="The saved text")).to_have_value(
        "One from the first window"
    )
    assert faults(other) == {}
    text(other).fill("One from both")
    press(main(other), "Save")
    expect(main(other).get_by_text("One from both", exact=True).first).to_be_visible()


def test_the_line_drops_and_words_stay(enter: Callable[..., Page], site: Site):
    page = enter("participant")
    address = begins(page, "Before the tunnel.")
    page.context.set_offline(True)
    text(page).fill("Before the tunnel. In the tunnel.")
    expect(saved_line(page)).to_have_text(re.compile("^Not saved. What you write is kept on this device"))
    page.context.set_offline(False)
    page.goto("/me/")  # the page was left before it could try again
    page.goto(address)
    if text(page).input_value() == "Before the tunnel.":  # else it was saved on leaving
        press(main(page), "Put them back")
    expect(text(page)).to_have_value("Before the tunnel. In the tunnel.")


def test_the_line_comes_back_and_all_is_saved(enter: Callable[..., Page], site: Site):
    page = enter("participant")
    address = begins(page, "Before.")
    page.context.set_offline(True)
    text(page).fill("Before. Meanwhile.")
    expect(saved_line(page)).to_have_text(re.compile("^Not saved."))
    page.context.set_offline(False)
    expect(saved_line(page)).to_have_text(SAVED)
    page.goto(address)
    expect(text(page)).to_have_value("Before. Meanwhile.")


def test_an_answer_that_never_came_makes_no_second_one(enter: Callable[..., Page], site: Site):
    """The words arrived, and the page did not hear of it."""
    page = enter("participant")
    page.goto("/me/reflections/new/")

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/reflections/autosave/", lose, times=1)
    text(page).fill("Once")
    expect(saved_line(page)).to_have_text(re.compile("^Not saved."))
    text(page).fill("Once and for all")
    expect(saved_line(page)).to_have_text(SAVED)
    press(main(page), "Save")
    expect(main(page).get_by_text("Once and for all", exact=True).first).to_be_visible()
    page.goto("/me/reflections/?q=Once")
    expect(main(page).get_by_role("link", name="Once and for all")).to_have_count(1)


def test_reflection_without_javascript(enter: Callable[..., Page], site: Site):
    page = enter("participant", javascript=False)
    page.goto("/me/reflections/new/")
    text(page).fill("With a **plain** form")
    press(main(page), "Save")
    expect(main(page).locator("strong", has_text="plain")).to_be_visible()
    follow(main(page), "Change")
    text(page).fill("With another")
    press(main(page), "Save")
    expect(main(page).get_by_text("With another", exact=True).first).to_be_visible()


def test_outcomes_are_rated_and_seen(enter: Callable[..., Page], site: Site):
    page = enter("participant")
    page.goto("/me/outcomes/")
    assert faults(page) == {}
    for moment, answer in (("At the start", "1"), ("At the end", "4")):
        follow(main(page), moment)
        see_title(page, f"{moment}: how far are you?")
        for group in main(page).get_by_role("group").all():
            group.get_by_role("radio").nth(int(answer) - 1).check()
        main(page).get_by_role("textbox").first.fill(f"A note {moment.lower()}")
        assert faults(page) == {}
        press(main(page), "Save my ratings")
        see_said(page, "Your ratings are saved. You can change them at any time.")
    expect(main(page).get_by_role("img")).to_have_count(4)
    expect(main(page).get_by_role("table", name="Your ratings")).to_be_visible()
    assert faults(page) == {}
    press(main(page), "Let the facilitators see my ratings")
    facilitator = enter("facilitator")
    facilitator.goto("/me/outcomes/")
    facilitator.goto(f"/outcomes/{COHORT}/")
    expect(main(facilitator).get_by_role("heading", name="Daniel Osei")).to_be_visible()
    assert faults(facilitator) == {}
