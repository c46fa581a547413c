"""The core of each person's job with JavaScript turned off: everything is a link or a form."""

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
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
)


def test_visitor(enter: Callable[..., Page]):
    page = enter(javascript=False)
    page.goto("/")
    follow(menu(page), "Guidance")
    main(page).get_by_role("group", name="Where your community is").get_by_text("Getting started").click()
    main(page).get_by_role("combobox", name="Search guidance").fill("trust")
    press(main(page), "Search")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("heading", level=2)).to_have_text(
        "3 pieces of guidance about “trust”, best match first"
    )
    expect(
        main(page).get_by_role("group", name="Where your community is").get_by_role("checkbox", checked=True)
    ).to_have_count(1)
    results.get_by_role("combobox", name="Sort by").select_option(label="Title, A to Z")
    press(results, "Sort")
    assert titles(results, 3) == [
        "Build trust in the first ninety days",
        "Get help with a real problem, in threes, in 30 minutes",
        "Map who you need on your side",
    ]
    follow(results, "Build trust in the first ninety days")
    see_title(page, "Build trust in the first ninety days")
    follow(menu(page), "Communities")
    main(page).get_by_role("group", name="Region").get_by_text("London").click()
    press(main(page), "Search")
    expect(results.get_by_role("heading", level=2)).to_have_text("7 communities, newest first")
    follow(results, "Remove the filter Region: London")
    expect(results.get_by_role("heading", level=2)).to_have_text("39 communities, newest first")
    follow(results, "More communities")
    assert len(titles(results, 3)) == 12
    opens_the_menu_on_a_phone(page)


def opens_the_menu_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/guidance/")
    expect(menu(page)).to_have_count(0)
    press(page.get_by_role("banner"), "Menu")
    expect(menu(page).get_by_role("link", name="Programme")).to_be_visible()
    press(page.get_by_role("banner"), "Close menu")
    expect(menu(page)).to_have_count(0)
    press(main(page), "Filter")
    main(page).get_by_role("group", name="Theme").get_by_text("Trust").click()
    press(main(page), "Show results")
    expect(page.get_by_role("region", name="Results").get_by_role("heading", level=2)).to_have_text(
        "11 pieces of guidance, newest first"
    )


def test_participant(enter: Callable[..., Page]):
    page = enter("participant", javascript=False)
    expect(main(page).get_by_text("Your next session")).to_be_visible()
    ticks_a_step(page)
    gets_a_calendar_address(page)
    replies_and_edits(page)
    lists_a_community(page)


def ticks_a_step(page: Page) -> None:
    page.goto("/programme/modules/planning-and-launching/")
    press(main(page), "Done: Find your question")
    see_title(page, "Planning and launching communities of practice")
    expect(main(page).get_by_role("progressbar")).to_have_accessible_name(
        "How far you are: 1 of 11 steps done"
    )
    step = main(page).get_by_role("button", name="Done: Find your question")
    expect(step).to_have_attribute("aria-pressed", "true")
    expect(step).to_be_in_viewport()


def gets_a_calendar_address(page: Page) -> None:
    follow(menu(page), "Calendar")
    follow(main(page), "Put it in your own calendar")
    press(main(page), "Make my address")
    address = main(page).get_by_role("textbox", name="Your address").input_value()
    assert page.request.get(address).text().startswith("BEGIN:VCALENDAR")


def replies_and_edits(page: Page) -> None:
    page.goto("/discussions/ask-the-network/")
    follow(main(page), "New: How do you get care home staff released for one hour?")
    writing = main(page).get_by_role("region", name="Your reply")
    press(writing, "Post reply")
    assert main(page).get_by_role("alert").get_by_role("link").all_inner_texts() == [
        "Write your reply first."
    ]
    writing.get_by_role("textbox", name="Your reply").fill("We **swap** an hour.")
    press(writing, "Post reply")
    mine = main(page).get_by_role("article").last
    expect(mine.get_by_role("strong")).to_have_text("swap")
    follow(mine, "Edit post 16")
    main(page).get_by_role("textbox", name="Text").fill("We *swap* an hour.")
    press(main(page), "Save")
    expect(main(page).get_by_role("article").last.get_by_role("emphasis")).to_have_text("swap")


def lists_a_community(page: Page) -> None:
    page.goto("/communities/new/")
    form = main(page)
    form.get_by_role("textbox", name="Name", exact=True).fill("The long way home")
    press(form, "Save as a draft")
    assert form.get_by_role("alert").get_by_role("link").all_inner_texts() == [
        "Say in one sentence what your community is about",
        "Say what you care about",
        "Say why you exist",
        "Choose at least one sector",
        "Choose at least one region",
    ]
    expect(form.get_by_role("textbox", name="Name", exact=True)).to_have_value("The long way home")
    form.get_by_role("textbox", name="In one sentence").fill("People who walk home with people.")
    form.get_by_role("textbox", name="What you care about").fill("The way from the ward to the door.")
    form.get_by_role("textbox", name="Why you exist").fill("So that nobody walks it alone.")
    form.get_by_role("group", name="Sectors that you cross").get_by_label("Social care").check()
    form.get_by_role("group", name="Where you work").get_by_label("London").check()
    press(form, "Save as a draft")
    see_title(page, "The long way home")
    see_said(page, "Saved as a draft. Read it through, then send it to an editor.")


def test_convener(enter: Callable[..., Page]):
    page = enter("convener", javascript=False)
    follow(main(page).get_by_role("region", name="My community"), "Falls in care homes")
    follow(main(page), "Change it")
    main(page).get_by_role("textbox", name="When you meet (optional)").fill("Every first Tuesday, at noon")
    press(main(page), "Save and show")
    see_said(page, "Saved. Everyone can see it now.")
    expect(main(page).get_by_text("Every first Tuesday, at noon")).to_be_visible()
    press(main(page), "Let it rest")
    see_said(page, "It is resting now, and its page says so.")
    press(main(page), "Wake it")
    see_said(page, "Good to have it back.")
    page.goto("/communities/first-night-home/connections/new/")
    main(page).get_by_role("textbox", name="Why should you talk?").fill(
        "A fall often comes on the first night."
    )
    press(main(page), "Ask them")
    other = enter("participant", javascript=False)
    bell(other).click()
    asked = "Maureen Okafor would like to connect “Falls in care homes” with “The first night home”"
    press(main(other), f"Open : {asked}")
    see_title(other, "My communities")
    press(main(other), "Say yes to Falls in care homes")
    see_said(other, "You are connected. Both pages show it.")
    follow(main(other), "Falls in care homes")
    see_link(main(other), "The first night home")


def test_facilitator(enter: Callable[..., Page]):
    page = enter("facilitator", javascript=False)
    page.goto("/discussions/cohort/new/")
    main(page).get_by_role("textbox", name="Title").fill("Bring one question")
    main(page).get_by_role("textbox", name="What you want to say").fill("In one line.")
    press(main(page), "Post topic")
    see_title(page, "Bring one question")
    press(main(page), "Pin on top")
    see_said(page, "The topic is pinned: it stays on top.")
    press(main(page), "Close")
    see_said(page, "The topic is closed: nobody can reply.")
    expect(main(page).get_by_text("This topic is closed. Nobody can reply to it.")).to_be_visible()
    press(main(page), "Open again")
    see_said(page, "The topic is open again.")
    main(page).get_by_role("textbox", name="Your reply").fill("And a pen.")
    press(main(page), "Post reply")
    follow(main(page), "Remove post 2")
    press(main(page), "Remove post")
    see_said(page, "The post is removed. You can bring it back for 30 days.")
    press(main(page).get_by_role("article").last, "Bring it back : post 2")
    see_said(page, "The post is back.")
    follow(menu(page), "Discussions")
    main(page).get_by_role("searchbox").fill("pen")
    press(main(page), "Search")
    see_title(page, "Search the discussions")
    assert "Bring one question" in titles(main(page), 3)


def test_editor(enter: Callable[..., Page]):
    """Wagtail's page editor, its menu and its settings need JavaScript: no test can do without it there.

    What is asked of an editor besides, they can do: the lists and forms of what is no page, and loading a
    programme, reached by their addresses; and the public pages, like anybody.
    """
    page = enter("editor", javascript=False)
    page.goto("/admin/community_directory/community/?state__exact=submitted")
    follow(main(page), "Inspect")
    see_title(page, "Inspecting Neighbourhood health champions")
    page.go_back()
    follow(main(page), "Publish")
    press(main(page), "Publish")
    expect(main(page).get_by_role("status")).to_have_text("“Neighbourhood health champions”: done.")
    adds_a_session(page)
    page.goto("/admin/programme/")
    main(page).get_by_label("Programme file").set_input_files(ROOT / "portal/programmes/2021-22.toml")
    press(main(page), "Check the file")
    expect(main(page).get_by_text("Nothing would change.")).to_be_visible()
    page.goto("/communities/?q=champions")
    follow(page.get_by_role("region", name="Results"), "Neighbourhood health champions")
    see_title(page, "Neighbourhood health champions")
    assert path_of(page) == "/communities/neighbourhood-health-champions/"


def adds_a_session(page: Page) -> None:
    page.goto("/admin/cohorts/session/create/")
    form = main(page)
    form.get_by_role("textbox", name="Title*").fill("Open house")
    form.get_by_role("combobox", name="Kind*").select_option(label="Reflective webinar")
    day = date.today() + timedelta(days=10)
    form.get_by_role("textbox", name="Starts").fill(f"{day} 10:00")
    form.get_by_role("textbox", name="Ends").fill(f"{day} 11:30")
    press(form, "Save")
    page.goto("/calendar/")
    follow(main(page), "Open house")
    see_title(page, "Open house")
