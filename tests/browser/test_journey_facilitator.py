"""A facilitator's whole job: hold the cohort's talk, keep it kind, and know what is on."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.pages import YEAR
from tests.browser.reading import follow, main, menu, press, see_link, see_said, see_title, titles

TITLE = "Before the next half-day: bring one question"
SPACE = re.compile(r"^Your cohort, \d{4}–\d\d$")


def test_facilitator(enter: Callable[..., Page]):
    page, participant = enter("facilitator"), enter("participant")
    goes_to_the_cohort(page)
    starts_and_pins_a_topic(page, participant)
    closes_and_opens_it(page, participant)
    removes_and_restores_a_post(page, participant)
    removes_and_restores_a_topic(page)
    sees_what_is_on(page)


def goes_to_the_cohort(page: Page) -> None:
    see_title(page, re.compile("^Good (morning|afternoon|evening), Bronwen$"))
    belongs = main(page).get_by_role("region", name="You belong to")
    cohorts = belongs.get_by_role("listitem").filter(has_text="Cohort")
    expect(cohorts).to_have_text(
        [re.compile(r"Cohort 2021–22.*Facilitator", re.S), re.compile("Facilitator")]
    )
    follow(menu(page), "Discussions")
    main(page).get_by_role("region", name="Your cohort").get_by_role("link", name=SPACE).click()
    see_title(page, SPACE)
    expect(
        main(page).get_by_text(f"Only the 26 people of Cohort {YEAR}, facilitators included, can see this.")
    ).to_be_visible()


def starts_and_pins_a_topic(page: Page, participant: Page) -> None:
    follow(main(page), "Start a topic")
    main(page).get_by_role("textbox", name="Title").fill(TITLE)
    text = "Write it in one line.\n\n1. What is stuck?\n2. Who else cares?"
    main(page).get_by_role("textbox", name="What you want to say").fill(text)
    press(main(page), "Post topic")
    see_title(page, TITLE)
    assert main(page).get_by_role("article").get_by_role("listitem").all_inner_texts() == [
        "What is stuck?",
        "Who else cares?",
    ]
    press(main(page), "Pin on top")
    see_said(page, "The topic is pinned: it stays on top.")
    participant.goto("/discussions/cohort/")
    assert titles(main(participant), 2)[0] == f"New: {TITLE}"
    expect(main(participant).get_by_role("img", name="Pinned")).to_have_count(1)
    follow(main(participant), f"New: {TITLE}")
    expect(main(participant).get_by_role("button", name="Unpin")).to_have_count(0)


def closes_and_opens_it(page: Page, participant: Page) -> None:
    press(main(page), "Close")
    see_said(page, "The topic is closed: nobody can reply.")
    participant.reload()
    expect(main(participant).get_by_text("This topic is closed. Nobody can reply to it.")).to_be_visible()
    expect(main(participant).get_by_role("textbox")).to_have_count(0)
    press(main(page), "Open again")
    see_said(page, "The topic is open again.")
    participant.reload()
    main(participant).get_by_role("textbox", name="Your reply").fill("Something that I should not have said.")
    press(main(participant), "Post reply")
    expect(main(participant).get_by_role("article")).to_have_count(2)


def removes_and_restores_a_post(page: Page, participant: Page) -> None:
    page.reload()
    follow(main(page), "Remove post 2")
    see_title(page, "Remove this post?")
    expect(main(page).get_by_text("Something that I should not have said.")).to_be_visible()
    press(main(page), "Remove post")
    see_said(page, "The post is removed. You can bring it back for 30 days.")
    see_title(page, TITLE)
    removed = main(page).get_by_role("article").last
    expect(
        removed.get_by_text("Removed. Only whoever removed it and those who lead here still see this.")
    ).to_be_visible()
    participant.goto("/discussions/cohort/")
    follow(main(participant), TITLE)
    expect(main(participant).get_by_role("article")).to_have_count(1)
    follow(menu(page), "Discussions")
    follow(main(page), "What was removed, and can be brought back")
    see_title(page, "What you can bring back")
    expect(main(page).get_by_text("Something that I should not have said.")).to_be_visible()
    press(main(page), f"Bring it back : #2 in {TITLE}")
    see_said(page, "The post is back.")
    see_title(page, TITLE)
    expect(main(page).get_by_role("article").last.get_by_role("link", name="Remove post 2")).to_have_count(1)


def removes_and_restores_a_topic(page: Page) -> None:
    follow(main(page), "Remove topic")
    see_title(page, "Remove this topic?")
    follow(main(page), "Keep it")
    see_title(page, TITLE)
    follow(main(page), "Remove topic")
    press(main(page), "Remove topic")
    see_said(page, "The topic is removed. You can bring it back for 30 days.")
    see_title(page, SPACE)
    assert [title for title in titles(main(page), 2) if title == TITLE] == []
    page.goto("/discussions/removed/")
    press(main(page), f"Bring it back : {TITLE}")
    see_said(page, "The topic is back.")
    see_title(page, TITLE)


def sees_what_is_on(page: Page) -> None:
    follow(menu(page), "Calendar")
    assert set(titles(main(page), 3)) >= {"Module 3, first half-day", "Co-consulting 2", "Coaching clinic 2"}
    follow(main(page), "Coaching clinic")
    main(page).get_by_role("link", name="Coaching clinic 2", exact=True).first.click()
    see_title(page, "Coaching clinic 2")
    see_link(main(page), "Join online")
