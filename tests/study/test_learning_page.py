""" "Your learning": what it shows of what one did, and what it costs."""

from datetime import timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from learning.actions import tick
from study import actions
from study.overview import learning_of
from study.rows import Row, latest
from tests.study.conftest import LEARNING, NOW, fresh, leave_network

pytestmark = pytest.mark.django_db


def main(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser").select_one("main")


def words(part) -> str:
    return " ".join(part.get_text(" ").split())


def section(html: str, name: str) -> list[tuple[str, str]]:
    """The links of one part of the page, and what stands below each."""
    part = main(html).select_one(f"section[aria-labelledby={name}]")
    return [(words(row.a), words(row.select_one(".p-list__meta"))) for row in part.select("li")]


# -- the page as it is at first ----------------------------------------------------------------------


def test_a_new_member_is_told_what_to_do(cast, pages, visit):
    html = visit("participant").get(LEARNING).text
    assert main(html).h1.text == "Your learning"
    assert [words(part.h2) for part in main(html).select("section")] == [
        "Read one piece of guidance.", "Your bookmarks", "Where you were", "What you have done",
        "Your record of learning", "Your choice",
    ]  # fmt: skip
    assert "Press “Bookmark this page”" in html
    assert "The pages that you read show here" in html
    assert "Guidance that you mark as done shows here." in html
    assert "Only you can see this page." in html


def test_it_opens_for_who_is_signed_in(pages, visit, client):
    answer = client.get(LEARNING)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={LEARNING}")
    page = visit("outsider").get(LEARNING)
    assert (page.status_code, main(page.text).select("form")) == (200, [])
    assert page["Cache-Control"] == "private, no-store"


def test_the_dashboard_leads_to_it(pages, visit):
    assert main(visit("participant").get("/me/").text).select_one(f'a[href="{LEARNING}"]') is not None


def test_there_is_one_main_thing_to_do(cast, year, visit):
    year("now")
    next_step = main(visit("participant").get(LEARNING).text).select_one(".p-next")
    assert words(next_step) == (
        "Your next step Long 1. Before module 1, “Module no 1”. It takes about 1 hour. Start here"
    )
    assert [link["href"] for link in next_step.select("a, button")] == [
        f"/programme/modules/m1/#step-{UUID(int=11)}"
    ]


# -- how far one is ------------------------------------------------------------------------------------


def test_progress_by_module_and_for_the_programme(cast, year, visit):
    modules = year("done", "now", "later")
    for key in (11, 12):
        tick(person=cast.participant, module=modules[0], step=UUID(int=key))
    tick(person=cast.participant, module=modules[1], step=UUID(int=21))
    tick(person=cast.convener, module=modules[2], step=UUID(int=31))
    bars = main(visit("participant").get(LEARNING).text).select("progress")
    assert [(bar["aria-label"], bar["value"], bar["max"]) for bar in bars] == [
        ("The programme: 3 of 6 steps done", "3", "6"),
        ("Module no 1: 2 of 2 steps done", "2", "2"),
        ("Module no 2: 1 of 2 steps done", "1", "2"),
        ("Module no 3: 0 of 2 steps done", "0", "2"),
    ]


def test_without_a_programme_there_is_no_progress(pages, visit):
    assert "How far you are" not in visit("participant").get(LEARNING).text


# -- coming back ------------------------------------------------------------------------------------------


def test_who_comes_back_is_welcomed_and_not_scolded(cast, year, visit, now):
    modules = year("done", "now")
    tick(person=cast.participant, module=modules[0], step=UUID(int=11))
    now.shift(timedelta(days=30))
    browser = visit("participant")
    html = browser.get(LEARNING).text
    box = main(html).select_one(".p-next")
    assert words(box).startswith("Your next step Start from today. What came before is folded away")
    assert [words(button) for button in box.select("a, button")] == ["Start from today"]
    assert main(html).get_text().count("Start from today") == 2  # in the box, and nowhere else
    for word in ("behind", "overdue", "late", "missed", "should", "failed", "inactive", "catch up"):
        assert word not in f" {words(main(html)).lower()} ".replace("later", "")


def test_the_box_does_what_it_says(cast, year, visit, now):
    modules = year("done", "done", "now")
    browser = visit("participant")
    form = main(browser.get(LEARNING).text).select_one(".p-next form")
    html = browser.post(
        form["action"], {one["name"]: one["value"] for one in form.select("input")}, follow=True
    ).text
    details = main(html).select_one("details")
    assert words(details.summary) == "Before you started from 10 March 2026: 2 modules"
    assert (details.has_attr("open"), [words(link) for link in details.select("li > a")]) == (
        False, ["Module no 1", "Module no 2"],
    )  # fmt: skip
    assert words(main(html).select_one(".p-next")).startswith(
        "Your next step Short 3. Before module 3, “Module no 3”. It takes about 10 minutes."
    )
    tick(person=cast.participant, module=modules[2], step=UUID(int=31))
    unfold = details.select_one("form")
    data = {one["name"]: one["value"] for one in unfold.select("input, button[name]")}
    html = browser.post(unfold["action"], data, follow=True).text
    assert main(html).select("details") == []
    assert words(main(html).select_one(".p-study__start")) == "Start from today It folds away what is over."


def test_who_has_not_been_away_can_ask_for_it(cast, year, visit, now):
    modules = year("done", "now")
    tick(person=cast.participant, module=modules[0], step=UUID(int=11))
    html = visit("participant").get(LEARNING).text
    assert words(main(html).select_one(".p-next")).startswith("Your next step")
    assert words(main(html).select_one(".p-study__start")).startswith("Start from today")


@pytest.mark.parametrize("states", [("now", "later"), ("later", "later"), ("", "")])
def test_where_nothing_is_over_nothing_is_to_be_folded(cast, year, visit, states):
    year(*states)
    assert "Start from today" not in visit("participant").get(LEARNING).text


# -- where one was ---------------------------------------------------------------------------------------


def test_where_one_was_is_the_last_few_pages(cast, write, visit, now):
    made = [write(f"G{number}") for number in range(7)]
    for page in made:
        now.shift(timedelta(days=1))
        actions.note_reading(person=cast.participant, page=page)
    now.shift(timedelta(hours=1))
    actions.note_reading(person=cast.participant, page=made[4])
    html = visit("participant").get(LEARNING).text
    assert section(html, "were") == [
        ("G4", "Today"), ("G6", "Today"), ("G5", "Yesterday"), ("G3", "14 March"), ("G2", "13 March"),
    ]  # fmt: skip


def test_without_script_it_is_what_one_ticked_or_kept_last(cast, year, write, visit, now):
    [module] = year("now")
    done, kept = write("Done"), write("Kept")
    for act in (
        lambda: actions.mark_done(person=cast.participant, page=done),
        lambda: actions.keep(person=cast.participant, page=kept),
        lambda: tick(person=cast.participant, module=module, step=UUID(int=11)),
    ):
        now.shift(timedelta(days=1))
        act()
    html = visit("participant").get(LEARNING).text
    assert section(html, "were") == [
        ("Module 1: Module no 1", "Today"), ("Kept", "Yesterday"), ("Done", "11 March"),
    ]  # fmt: skip
    assert "Forget where I was" not in html  # what was ticked is not forgotten by it


def test_a_page_stands_there_once(cast, guidance, visit, now):
    for act in (actions.mark_done, actions.keep, actions.note_reading):
        now.shift(timedelta(hours=1))
        act(person=cast.participant, page=guidance)
    assert section(visit("participant").get(LEARNING).text, "were") == [("Start with a question", "Today")]


def row(page: int, hours: int) -> Row:
    at = NOW + timedelta(hours=hours)
    return Row(page=page, title=f"P{page}", url="/", text="", at=at, when="Today")


@pytest.mark.parametrize(
    ("rows", "most", "expected"),
    [
        ([], 5, []),
        ([row(1, 0), row(2, 1)], 5, [2, 1]),
        ([row(1, 0), row(2, 1), row(1, 2)], 5, [1, 2]),
        ([row(1, 3), row(2, 1), row(1, 2)], 1, [1]),
        ([row(number, number) for number in range(9)], 3, [8, 7, 6]),
    ],
)
def test_the_last_of_each_page_in_order(rows, most, expected):
    assert [one.page for one in latest(rows, most)] == expected


# -- bookmarks by list -------------------------------------------------------------------------------------


def test_bookmarks_stand_in_their_lists_then_those_in_none(cast, write, visit, now):
    me = cast.participant
    may, empty = (actions.make_list(person=me, name=name) for name in ("may", "Empty"))
    for number in range(3):
        now.shift(timedelta(minutes=1))
        kept = actions.keep(person=me, page=write(f"G{number}"))
        if number:
            actions.change_bookmark(bookmark=kept, note=f"N{number}", lists=[may.pk])
    html = visit("participant").get(LEARNING).text
    shelves = [
        (words(part.h3), [words(link) for link in part.select(".p-study__row > div > a")])
        for part in main(html).select(".p-study__shelf")
    ]
    assert shelves == [("Empty (0)", []), ("may (2)", ["G2", "G1"]), ("In no list", ["G0"])]
    assert [words(note) for note in main(html).select(".p-study__note")] == ["N2", "N1"]
    assert "All bookmarks (3)" in html
    assert empty.bookmarks.count() == 0


def test_of_a_long_list_the_first_few_are_shown(cast, write, visit):
    me = cast.participant
    own = actions.make_list(person=me, name="Long")
    for number in range(7):
        kept = actions.keep(person=me, page=write(f"G{number}"))
        actions.change_bookmark(bookmark=kept, note="", lists=[own.pk])
    html = visit("participant").get(LEARNING).text
    shelf = main(html).select_one(".p-study__shelf")
    assert (len(shelf.select("li")), words(shelf.select("p")[-1])) == (5, "See all 7 in Long")
    assert shelf.select("p")[-1].a["href"] == own.get_absolute_url()


def test_what_is_done_says_so_among_the_bookmarks(cast, write, visit):
    for number in range(2):
        actions.keep(person=cast.participant, page=write(f"G{number}"))
    actions.mark_done(person=cast.participant, page=write("Other"))
    html = visit("participant").get(LEARNING).text
    assert main(html).select(".p-study__row .p-tag") == []
    actions.mark_done(
        person=cast.participant, page=actions.keep(person=cast.participant, page=write("G2")).page
    )
    rows = main(visit("participant").get(LEARNING).text).select(".p-study__row")
    assert [bool(one.select(".p-tag")) for one in rows] == [True, False, False]


# -- what one has done --------------------------------------------------------------------------------------


def test_what_one_has_done_the_latest_first(cast, write, visit, now):
    for number in range(12):
        now.shift(timedelta(days=1))
        actions.mark_done(person=cast.participant, page=write(f"G{number}"))
    browser = visit("participant")
    html = browser.get(LEARNING).text
    assert [title for title, _ in section(html, "done")] == [f"G{number}" for number in range(11, 1, -1)]
    assert main(html).select_one(f'a[href="{LEARNING}done/"]') is not None
    assert len(main(browser.get(f"{LEARNING}done/").text).select("li")) == 12


def test_a_short_list_of_it_has_no_more(cast, write, visit):
    for number in range(10):
        actions.mark_done(person=cast.participant, page=write(f"G{number}"))
    assert f"{LEARNING}done/" not in visit("participant").get(LEARNING).text


def test_all_that_one_has_done_goes_on_and_back(cast, write, visit, now):
    for number in range(35):
        now.shift(timedelta(minutes=1))
        actions.mark_done(person=cast.participant, page=write(f"G{number}"))
    browser, address = visit("participant"), f"{LEARNING}done/"
    first = browser.get(address)
    second = browser.get(address + first.context["older_url"])
    back = browser.get(address + second.context["newer_url"])
    assert [one.title for one in first.context["rows"]] == [f"G{number}" for number in range(34, 4, -1)]
    assert [one.title for one in second.context["rows"]] == [f"G{number}" for number in range(4, -1, -1)]
    assert back.context["rows"] == first.context["rows"]
    for cursor in ("x", "%00", "e30", "x" * 5000):
        assert browser.get(f"{address}?cursor={cursor}").status_code == 404


def test_nothing_done_leads_to_the_library(pages, visit):
    html = visit("participant").get(f"{LEARNING}done/").text
    assert main(html).select_one('a.nhsuk-button[href="/guidance/"]') is not None


# -- what it costs ---------------------------------------------------------------------------------------------


def fill(person, write, modules, number: int) -> None:
    for place in range(number):
        page = write(f"G{place}")
        actions.mark_done(person=person, page=page)
        actions.note_reading(person=person, page=page)
        kept = actions.keep(person=person, page=page)
        own = actions.make_list(person=person, name=f"L{place}")
        actions.change_bookmark(bookmark=kept, note="Why", lists=[own.pk])
        actions.save_search(person=person, query=f"q=word{place}", name=f"Word {place}")
    for module in modules:
        tick(person=person, module=module, step=UUID(int=module.number * 10 + 1))


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_page(cast, year, write, visit, django_assert_num_queries, number):
    modules = year(*["done"] * (number - 1), "now", "later")
    fill(cast.participant, write, modules, number)
    browser = visit("participant")
    browser.get(LEARNING)
    # session, person, circles; modules, steps done, choices, when ticked; done, visits, bookmarks, their lists; lists; searches
    with django_assert_num_queries(13):
        assert len(browser.get(LEARNING).context["learning"].shelves) == number


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_page_after_a_start(cast, year, write, visit, django_assert_num_queries, number):
    modules = year(*["done"] * number, "now", steps=None)
    fill(cast.participant, write, modules, number)
    tick(person=cast.participant, module=modules[-1], step=UUID(int=modules[-1].number * 10 + 2))
    from django.utils import timezone

    actions.start_from(person=cast.participant, day=timezone.localdate())
    browser = visit("participant")
    browser.get(LEARNING)
    with django_assert_num_queries(14):  # and one for something small
        assert len(browser.get(LEARNING).context["learning"].folded) == number


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_all_that_one_has_done(cast, write, visit, django_assert_num_queries, number):
    fill(cast.participant, write, [], number)
    browser = visit("participant")
    browser.get(f"{LEARNING}done/")
    with django_assert_num_queries(4):  # session, person, circles; what is done
        assert len(browser.get(f"{LEARNING}done/").context["rows"]) == number


def test_who_has_left_keeps_what_they_had(cast, year, write, visit):
    modules = year("done", "now")
    fill(cast.participant, write, modules, 2)
    leave_network(cast.participant)
    page = visit("participant").get(LEARNING)
    assert (page.status_code, main(page.text).select("form")) == (200, [])
    assert section(page.text, "done") == [("G1", "Today"), ("G0", "Today")]


def test_it_says_nothing_of_others(cast, year, write):
    from django.utils import timezone

    modules = year("done", "now")
    before = learning_of(fresh(cast.participant), timezone.now())
    fill(cast.convener, write, modules, 3)
    after = learning_of(fresh(cast.participant), timezone.now())
    assert (after.shelves, after.done, after.were, after.standing.done) == ([], [], [], 0)
    assert (after.thing, after.offers) == (before.thing, before.offers)
