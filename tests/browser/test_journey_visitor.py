"""A visitor's whole job: find out what this is and whether it is for them, and take away something useful."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.reading import (
    follow,
    main,
    menu,
    options,
    path_of,
    press,
    see_link,
    see_title,
    titles,
    words,
)


def test_visitor(as_person: Callable[..., Page]):
    page = as_person("visitor")
    finds_out_what_this_is(page)
    reads_about_the_programme(page)
    looks_into_the_first_module(page)
    narrows_the_library(page)
    searches_and_reads_one(page)
    makes_tonights_running_order(page)
    finds_a_community(page)
    meets_what_is_for_members(page)
    looks_what_is_on(page)
    searches_everything(page)


def finds_out_what_this_is(page: Page) -> None:
    page.goto("/")
    see_title(
        page,
        "A year of learning, and a place to meet, for people who lead communities of practice "
        "in health and social care.",
    )
    places = menu(page).get_by_role("link").all_inner_texts()
    assert places == ["Programme", "Guidance", "Communities", "Discussions", "Calendar"]
    see_link(page.get_by_role("banner"), "Sign in")
    assert {"The year", "Browse guidance", "Find a community", "Join in"} <= set(titles(main(page), 2))
    follow(page.get_by_role("navigation", name="Footer"), "What is a community of practice?")
    see_title(page, "What is a community of practice?")
    assert titles(main(page), 3) == [
        "Domain: what you care about",
        "Community: who you are",
        "Practice: what you make and share",
    ]


def reads_about_the_programme(page: Page) -> None:
    follow(menu(page), "Programme")
    see_title(page, "Communities of Practice Leadership Development Programme")
    expect(menu(page).get_by_role("link", name="Programme")).to_have_attribute("aria-current", "page")
    follow(main(page), "Who can apply")
    who_may_apply = main(page).get_by_role("region", name="Who can apply")
    expect(who_may_apply.get_by_role("listitem")).to_have_count(3)
    assert path_of(page) == "/programme/#eligibility"
    expect(who_may_apply).to_be_in_viewport()


def looks_into_the_first_module(page: Page) -> None:
    follow(main(page), "See the modules")
    see_title(page, "Modules")
    assert titles(main(page), 2) == [
        "Planning and launching communities of practice",
        "Building integrity and maintaining vitality",
        "Designing with others",
        "Capturing and managing value creation",
        "Growing and sustaining communities of practice",
    ]
    follow(main(page), "Planning and launching communities of practice")
    see_title(page, "Planning and launching communities of practice")
    outcomes = main(page).get_by_role("region", name="By the end you can").get_by_role("listitem")
    assert len(outcomes.all_inner_texts()) == 4
    path = main(page).get_by_role("region", name="Before, during and after")
    assert [title for title in titles(path, 3) if title in ("Before", "During", "After")] == [
        "Before",
        "During",
        "After",
    ]
    see_link(path, "Sign in")
    expect(path.get_by_role("button")).to_have_count(0)
    follow(
        path.get_by_role("listitem").filter(has_text="Find your question"),
        "Find the question that starts a community",
    )
    see_title(page, "Find the question that starts a community")


def narrows_the_library(page: Page) -> None:
    follow(menu(page), "Guidance")
    see_title(page, "Guidance")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("heading", level=2)).to_have_text("40 pieces of guidance, newest first")
    stages = main(page).get_by_role("group", name="Where your community is")
    assert options(stages) == [
        "Just an idea 9",
        "Getting started 31",
        "Finding our stride 30",
        "Keeping going 27",
        "Changing or ending 12",
    ]
    stages.get_by_text("Getting started").click()
    expect(results.get_by_role("heading", level=2)).to_have_text("31 pieces of guidance, newest first")
    themes = main(page).get_by_role("group", name="Theme")
    expect(themes.get_by_text("Trust")).to_have_text("Trust")
    themes.get_by_text("Trust").click()
    expect(results.get_by_role("heading", level=2)).to_have_text("10 pieces of guidance, newest first")
    assert titles(results, 3)[:3] == [
        "Work with a rival team",
        "Swap what we want and what we offer",
        "Welcome someone new",
    ]
    assert parse_qs(urlsplit(page.url).query) == {"theme": ["trust"], "stage": ["coalescing"]}
    follow(results, "Remove the filter Theme: Trust")
    expect(results.get_by_role("heading", level=2)).to_have_text("31 pieces of guidance, newest first")
    page.go_back()
    expect(results.get_by_role("heading", level=2)).to_have_text("10 pieces of guidance, newest first")
    follow(results, "Clear all")
    expect(results.get_by_role("heading", level=2)).to_have_text("40 pieces of guidance, newest first")


def searches_and_reads_one(page: Page) -> None:
    box = main(page).get_by_role("combobox", name="Search guidance")
    box.press_sequentially("trust")
    expect(page.locator("#suggestions option").first).to_have_attribute("value", "Trust")
    box.press("Enter")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("heading", level=2)).to_have_text(
        "3 pieces of guidance about “trust”, best match first"
    )
    follow(results, "Build trust in the first ninety days")
    see_title(page, "Build trust in the first ninety days")
    assert titles(main(page), 2)[0] == "In short"
    in_short = "Trust grows from small promises kept. A plan for the first three months, at about two hours a week, and what to do when it wobbles."
    expect(main(page).get_by_text(in_short, exact=True)).to_have_count(1)
    follow(page.get_by_role("navigation", name="Breadcrumb"), "Guidance")
    see_title(page, "Guidance")


def makes_tonights_running_order(page: Page) -> None:
    groups = main(page).get_by_role("group", name="Group size")
    groups.get_by_text("More than 30").click()
    expect(page).to_have_url(re.compile(r"group=more"))
    follow(
        page.get_by_role("region", name="Results"), "One, two, four, all: get everybody’s ideas in 20 minutes"
    )
    follow(main(page), "Make a running order")
    see_title(page, "Running order: One, two, four, all: get everybody’s ideas in 20 minutes")
    main(page).get_by_label("When does it start?").fill("19:15")
    press(main(page), "Change the times")
    rows = main(page).get_by_role("row").all_inner_texts()
    assert [row.split("\t")[0] for row in rows[1:]] == [
        "19:15", "19:20", "19:20", "19:22", "19:24", "19:28", "19:34", "19:40", "19:45",
    ]  # fmt: skip


def finds_a_community(page: Page) -> None:
    follow(menu(page), "Communities")
    see_title(page, "Communities")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("heading", level=2)).to_have_text("39 communities, newest first")
    box = main(page).get_by_role("searchbox")
    box.fill("falls")
    box.press("Enter")
    expect(results.get_by_role("heading", level=2)).to_have_text(
        "2 communities about “falls”, best match first"
    )
    main(page).get_by_role("group", name="Who can join").get_by_text("Anyone who is interested").click()
    expect(results.get_by_role("heading", level=2)).to_have_text("1 community about “falls”")
    assert titles(results, 3) == ["Falls in care homes"]
    follow(results, "Falls in care homes")
    see_title(page, "Falls in care homes")
    assert titles(main(page), 2)[:3] == ["What we care about", "Why we exist", "What we make and share"]
    joining = main(page).get_by_role("complementary", name="Joining and people")
    assert titles(joining, 2) == ["How to join", "At a glance", "Who convenes it"]
    see_link(joining, "Sign in")
    linked = main(page).locator("#connections")
    assert titles(linked, 3) == ["Frailty at the front door", "Getting back to doing", "Lift and listen"]
    expect(
        main(page).get_by_text("What is said in Falls in care homes is for its members alone.")
    ).to_be_visible()


def meets_what_is_for_members(page: Page) -> None:
    follow(menu(page), "Discussions")
    see_title(page, "Discussions")
    expect(main(page).get_by_role("heading", name="Sign in to read and write")).to_be_visible()
    see_link(main(page), "Sign in")
    answer = page.goto("/discussions/open-talk/")
    assert answer is not None
    assert answer.status == 404
    see_title(page, "We can’t find that page")
    body = main(page).inner_text()
    other = page.request.get("/discussions/there-is-no-such-space/")
    assert other.status == 404
    assert "Sign in, to see whether this is for you." in body
    follow(main(page), "Sign in")
    see_title(page, "Sign in")
    assert path_of(page) == "/accounts/login/?next=%2Fdiscussions%2Fopen-talk%2F"


def looks_what_is_on(page: Page) -> None:
    follow(menu(page), "Calendar")
    see_title(page, "Calendar")
    ahead = [title for title in titles(main(page), 3) if title]
    assert "Celebration" in ahead
    assert [title for title in ahead if "clinic" in title or "consulting" in title] == []
    assert any("half-day" in title for title in ahead)  # when they are, though not how to join
    main(page).get_by_role("link", name="Celebration", exact=True).first.click()
    # A kind has the same name as the one session of this kind.
    main(page).get_by_role("heading", level=3).get_by_role(
        "link", name="Celebration", exact=True
    ).first.click()
    see_title(page, "Celebration")
    expect(main(page).get_by_text("Everybody can see this session.")).to_be_visible()
    see_link(main(page), "Add to calendar")


def searches_everything(page: Page) -> None:
    box = page.get_by_role("banner").get_by_role("searchbox", name="Search the site")
    box.fill("trust")
    box.press("Enter")
    see_title(page, "Search")
    kinds = page.get_by_role("navigation", name="Kinds of results").get_by_role("link").all_inner_texts()
    assert [words(kind) for kind in kinds] == [
        "Communities (best 5)",
        "Guidance (3)",
        "Sessions (2)",
        "Programme (2)",
        "Pages (2)",
    ]
    follow(main(page).get_by_role("region", name="Guidance"), "Build trust in the first ninety days")
    see_title(page, "Build trust in the first ninety days")
    box = page.get_by_role("banner").get_by_role("searchbox", name="Search the site")
    box.fill("no such word anywhere zzz")
    press(page.get_by_role("banner"), "Search")
    expect(main(page).get_by_role("heading", level=2)).to_have_text("Nothing found")
