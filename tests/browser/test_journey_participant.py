"""A participant's whole job: see what comes next, go on learning, talk with others, bring their own community."""

import re
from collections.abc import Callable

from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, fill_in_sign_in
from tests.browser.reading import (
    bell,
    follow,
    main,
    menu,
    path_of,
    press,
    see_link,
    see_said,
    see_title,
    titles,
    words,
)

MODULE = "Planning and launching communities of practice"
REPLY = """\
Hello from **Kingsreach**.

- I have a notebook
- I have a date

> Nobody is late here"""


def test_participant(site: Site, enter: Callable[..., Page]):
    page = enter()
    signs_in_on_the_way_to_a_module(page)
    sees_one_next_step(page)
    ticks_steps_off(page)
    ahead = keeps_the_dates(page)
    subscribes_to_the_calendar(page, ahead)
    facilitator = enter("facilitator")
    replies_to_what_is_new(page)
    starts_a_topic(page)
    author_hears_of_it(facilitator, site)
    decides_to_be_found(page, facilitator)
    lists_a_community(page)


def signs_in_on_the_way_to_a_module(page: Page) -> None:
    page.goto("/programme/modules/planning-and-launching/")
    path = main(page).get_by_role("region", name="Before, during and after")
    expect(path.get_by_text("Sign in to tick off what you have done.")).to_be_visible()
    follow(path, "Sign in")
    see_title(page, "Sign in")
    expect(main(page).get_by_text("We will then take you to the page that you asked for.")).to_be_visible()
    fill_in_sign_in(page, "participant")
    see_title(page, MODULE)
    assert path_of(page) == "/programme/modules/planning-and-launching/"
    see_link(page.get_by_role("banner"), "Daniel Osei")


def sees_one_next_step(page: Page) -> None:
    follow(page.get_by_role("banner"), "Daniel Osei")
    see_title(page, re.compile("^Good (morning|afternoon|evening), Daniel$"))
    expect(main(page).get_by_text(re.compile("^Your next (session|step)$"))).to_have_text(
        ["Your next session"]
    )
    assert titles(main(page), 2)[1:] == [
        "New in discussions",
        "My community",
        "Building integrity and maintaining vitality",
        "You belong to",
    ]
    community = main(page).get_by_role("region", name="My community")
    assert titles(community, 3) == ["The first night home"]
    module = main(page).get_by_role("region", name="Building integrity and maintaining vitality")
    expect(module.get_by_role("progressbar")).to_have_accessible_name("Steps done: 0 of 9")
    follow(module, "Start here")
    see_title(page, "Building integrity and maintaining vitality")
    expect(main(page).get_by_role("heading", name="Think of a group you trusted")).to_be_in_viewport()


def ticks_steps_off(page: Page) -> None:
    page.goto("/programme/modules/planning-and-launching/")
    progress = main(page).get_by_role("progressbar")
    expect(progress).to_have_accessible_name("How far you are: 0 of 11 steps done")
    first = main(page).get_by_role("button", name="Done: Find your question", exact=True)
    second = main(page).get_by_role("button", name="Done: Draft a purpose", exact=True)
    expect(first).to_have_attribute("aria-pressed", "false")
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(first).to_be_focused()
    expect(page.get_by_role("status").last).to_have_text("Find your question: done. 1 of 11 done.")
    second.click()
    expect(progress).to_have_accessible_name("How far you are: 2 of 11 steps done")
    stages = ["Before 1 of 4 done", "During 1 of 3 done", "After 0 of 4 done"]
    assert [title for title in titles(main(page), 3) if title.endswith(" done")] == stages
    second.click()
    expect(progress).to_have_accessible_name("How far you are: 1 of 11 steps done")
    page.reload()
    expect(progress).to_have_accessible_name("How far you are: 1 of 11 steps done")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(second).to_have_attribute("aria-pressed", "false")


def keeps_the_dates(page: Page) -> list[str]:
    follow(menu(page), "Calendar")
    see_title(page, "Calendar")
    ahead = titles(main(page), 3)
    assert set(ahead) >= {"Module 3, first half-day", "Co-consulting 2", "Coaching clinic 2", "Celebration"}
    follow(main(page), "Module half-day")
    assert [title for title in titles(main(page), 3) if not title.startswith("Module ")] == []
    follow(main(page), "Module 3, first half-day")
    see_title(page, "Module 3, first half-day")
    expect(main(page).get_by_text("Only people in its cohort can join.")).to_be_visible()
    join = main(page).get_by_role("link", name="Join online", exact=True)
    expect(join).to_have_attribute("href", "https://meet.example.org/cohort")
    with page.expect_download() as download:
        follow(main(page), "Add to calendar")
    event = events(download.value.path().read_bytes())
    assert [str(one["summary"]) for one in event] == ["Module 3, first half-day"]
    return ahead


def events(calendar: bytes) -> list:
    return Calendar.from_ical(calendar).walk("VEVENT")


def subscribes_to_the_calendar(page: Page, ahead: list[str]) -> None:
    follow(menu(page), "Calendar")
    follow(main(page), "Put it in your own calendar")
    see_title(page, "Your calendar address")
    press(main(page), "Make my address")
    address = main(page).get_by_role("textbox", name="Your address").input_value()
    # What a calendar program does: it has the address, and no cookie.
    stranger = page.context.browser.new_context()
    answer = stranger.request.get(address)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    subscribed = events(answer.body())
    assert set(ahead) <= {str(one["summary"]) for one in subscribed}
    half_day = next(one for one in subscribed if one["summary"] == "Module 3, first half-day")
    assert half_day["dtstart"].dt.strftime("%H:%M %Z") in ("09:30 GMT", "09:30 BST")
    assert "https://meet.example.org/cohort" in str(half_day["description"])
    press(main(page), "Make a new address")
    expect(main(page).get_by_role("textbox", name="Your address")).not_to_have_value(address)
    assert stranger.request.get(address).status == 404
    stranger.close()


def replies_to_what_is_new(page: Page) -> None:
    follow(menu(page), "Discussions")
    network = main(page).get_by_role("region", name="The network")
    assert titles(network, 3) == ["Open talk 2 new", "Ask the network 1 new", "What is on 2 new"]
    follow(network, "Open talk")
    see_title(page, "Open talk")
    assert titles(main(page), 2)[:3] == [
        "New: Say hello here",
        "New: Does a community of practice need to meet in person at all?",
        "We closed our community, and I want to tell you how",
    ]
    follow(main(page), "New to you (2)")
    expect(page).to_have_url(re.compile(r"show=new"))
    assert titles(main(page), 2) == [
        "New: Say hello here",
        "New: Does a community of practice need to meet in person at all?",
    ]
    follow(main(page), "New: Say hello here")
    see_title(page, "Say hello here")
    writing = main(page).get_by_role("region", name="Your reply")
    writing.get_by_role("textbox", name="Your reply").fill(REPLY)
    press(writing, "Post reply")
    mine = main(page).get_by_role("article").last
    expect(mine).to_have_accessible_name("Daniel Osei")
    expect(mine.get_by_role("strong")).to_have_text("Kingsreach")
    assert mine.get_by_role("listitem").all_inner_texts() == ["I have a notebook", "I have a date"]
    expect(mine.get_by_role("blockquote")).to_have_text("Nobody is late here")
    expect(writing.get_by_role("textbox", name="Your reply")).to_have_value("")
    edits_the_reply(page)
    follow(page.get_by_role("navigation", name="Breadcrumb"), "Open talk")
    see_link(main(page), "New to you (1)")


def edits_the_reply(page: Page) -> None:
    follow(main(page), "Edit post 13")
    see_title(page, "Edit your post")
    text = main(page).get_by_role("textbox", name="Text")
    expect(text).to_have_value(REPLY)
    text.fill("Hello from **Kingsreach Hospital**.")
    press(main(page), "Save")
    see_title(page, "Say hello here")
    mine = main(page).get_by_role("article").last
    expect(mine.get_by_role("strong")).to_have_text("Kingsreach Hospital")
    follow(mine, "See what it said before , post 13")
    see_title(page, "What this post said before")
    follow(main(page), "Back to the post")
    see_title(page, "Say hello here")


def starts_a_topic(page: Page) -> None:
    follow(main(page), "Start a topic")
    see_title(page, "Start a topic")
    expect(main(page).get_by_text("Only the 62 people of the network can see this.")).to_be_visible()
    main(page).get_by_role("textbox", name="Title").fill("Who has walked home with somebody?")
    main(page).get_by_role("textbox", name="What you want to say").fill(
        "I mean from the ward to the front door."
    )
    press(main(page), "Post topic")
    see_title(page, "Who has walked home with somebody?")
    expect(main(page).get_by_role("article")).to_have_count(1)
    follow(page.get_by_role("navigation", name="Breadcrumb"), "Open talk")
    assert titles(main(page), 2)[:2] == ["Say hello here", "Who has walked home with somebody?"]


def author_hears_of_it(facilitator: Page, site: Site) -> None:
    facilitator.goto("/")
    expect(bell(facilitator)).to_have_accessible_name("Notifications 3 new")
    bell(facilitator).click()
    see_title(facilitator, "Notifications")
    sentence = "Daniel Osei replied to your topic “Say hello here”"
    before = titles(main(facilitator), 2)[1:]
    assert titles(main(facilitator), 2) == [f"New: {sentence}", *before]
    assert [title.endswith(" shared a reflection with you") for title in before] == [True, True]
    press(main(facilitator), f"Open : {sentence}")
    see_title(facilitator, "Say hello here")
    expect(main(facilitator).get_by_role("article").last).to_be_in_viewport()
    expect(bell(facilitator)).to_have_accessible_name("Notifications 2 new")
    bell(facilitator).click()
    assert titles(main(facilitator), 2) == [sentence, *before]
    mails = [path.read_text() for path in (site.var / "mail").iterdir()]
    assert ["To: facilitator@example.org" in mail for mail in mails] == [True]


def decides_to_be_found(page: Page, facilitator: Page) -> None:
    follow(page.get_by_role("banner"), "Daniel Osei")
    follow(main(page), "Your profile")
    see_title(page, "Your profile")
    findable = main(page).get_by_role("checkbox", name="Members of the network can find me")
    findable.uncheck()
    press(main(page), "Save my profile")
    assert people_called(facilitator, "Daniel Osei") == []
    page.goto("/me/profile/")
    expect(findable).not_to_be_checked()
    findable.check()
    main(page).get_by_role("textbox", name="What you can offer (optional)").fill(
        "A walk through any hospital."
    )
    press(main(page), "Save my profile")
    assert people_called(facilitator, "Daniel Osei") == ["Daniel Osei"]
    follow(main(facilitator), "Daniel Osei")
    see_title(facilitator, "Daniel Osei")
    expect(main(facilitator).get_by_text("A walk through any hospital.")).to_be_visible()


def people_called(page: Page, name: str) -> list[str]:
    page.goto("/people/")
    box = main(page).get_by_role("searchbox")
    box.fill(name)
    with page.expect_response("**/people/?*"):
        box.press("Enter")
    expect(main(page).get_by_role("region", name="Results").get_by_role("heading").first).to_have_text(
        re.compile("^(Nobody found|1 person for “Daniel Osei”, by first name)$")
    )
    return titles(main(page).get_by_role("region", name="Results"), 3)


def lists_a_community(page: Page) -> None:
    follow(menu(page), "Communities")
    follow(main(page), "List your community")
    see_title(page, "List your community")
    form = main(page)
    form.get_by_role("textbox", name="In one sentence").fill("People who walk home with people.")
    form.get_by_role("textbox", name="What you care about").fill("The way from the ward to the door.")
    form.get_by_role("textbox", name="Why you exist").fill("So that nobody walks it alone.")
    form.get_by_role("group", name="Sectors that you cross").get_by_label("Social care").check()
    press(form, "Save as a draft")
    alert = form.get_by_role("alert")
    expect(alert).to_be_focused()
    assert alert.get_by_role("link").all_inner_texts() == [
        "Enter the name of your community",
        "Choose at least one region",
    ]
    expect(form.get_by_role("textbox", name="Why you exist")).to_have_value("So that nobody walks it alone.")
    expect(
        form.get_by_role("group", name="Sectors that you cross").get_by_label("Social care")
    ).to_be_checked()
    follow(alert, "Enter the name of your community")
    name = form.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Error: Enter the name of your community")
    name.fill("The long way home")
    form.get_by_role("group", name="Where you work").get_by_label("London").check()
    press(form, "Save as a draft")
    see_title(page, "The long way home")
    see_said(page, "Saved as a draft. Read it through, then send it to an editor.")
    press(main(page), "Send it to an editor")
    see_said(page, "Sent. An editor will read it, and you will hear from us here.")
    standing = main(page).get_by_role("region", name="An editor is going to read this")
    assert words(standing.inner_text()).startswith("You convene this community Waiting for an editor")
    page.goto("/communities/mine/")
    assert titles(main(page), 2)[:2] == ["The first night home", "The long way home"]
