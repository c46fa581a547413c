"""Searches of the library that somebody keeps: saving, opening, renaming, deleting."""

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from learning.enums import Audience, GroupSize, Kind, Length, Sort
from learning.filters import read
from members.enums import Stage
from members.models import Theme
from study import actions
from study.models import SavedSearch
from tests.study.conftest import HX, LEARNING, fresh, leave_network

pytestmark = pytest.mark.django_db
NEW = f"{LEARNING}searches/new/"
LIBRARY = "/guidance/"
ASKED = "?q=trust&kind=exercise&stage=coalescing"
OTHERS = ["admin", "editor", "facilitator", "convener", "outsider"]


@pytest.fixture
def saved(cast, pages) -> SavedSearch:
    """A search of the participant's."""
    return actions.save_search(person=cast.participant, query=ASKED[1:], name="Trust, soon")


def main(html: str):
    return BeautifulSoup(html, "html.parser").select_one("main")


def words(html: str) -> str:
    return " ".join(main(html).get_text(" ").split())


def way(html: str) -> str | None:
    """Where "Save this search" leads to."""
    found = main(html).select_one(".p-results__save a")
    return found and found["href"]


# -- on the library -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("?q=Trust", "?q=Trust"),
        ("?q=+Trust++me&cursor=12&themes=all", "?q=Trust+me"),
        ("?kind=exercise&nonsense=1&kind=exercise", "?kind=exercise"),
        ("?q=zzzzzz", "?q=zzzzzz"),
        ("?sort=title&stage=coalescing", "?stage=coalescing&sort=title"),
    ],
)
def test_what_is_asked_for_can_be_kept_wherever_one_is_in_it(pages, visit, asked, kept):
    assert way(visit("participant").get(f"{LIBRARY}{asked}").text) == f"{NEW}{kept}"
    assert way(visit("participant").get(f"{LIBRARY}{asked}", headers=HX).text) == f"{NEW}{kept}"


@pytest.mark.parametrize("asked", ["", "?sort=title", "?themes=all", "?cursor=3", "?kind=nonsense", "?q=+"])
def test_the_library_itself_needs_no_keeping(pages, visit, asked):
    assert way(visit("participant").get(f"{LIBRARY}{asked}").text) is None


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_it_is_not_offered_to_who_can_keep_nothing(pages, visit, who):
    assert way(visit(who).get(f"{LIBRARY}{ASKED}").text) is None


# -- saving ------------------------------------------------------------------------------------------------


def test_a_search_is_saved_with_a_name_made_of_it(cast, pages, visit):
    browser = visit("participant")
    page = browser.get(f"{NEW}{ASKED}")
    assert words(page.text).startswith("Save this search It looks for: “trust”, Exercise, Getting started.")
    assert page.context["form"]["name"].value() == "“trust”, Exercise, Getting started"
    answer = browser.post(f"{NEW}{ASKED}", {"name": " Before  May "})
    assert (answer.status_code, answer["Location"]) == (303, f"{LIBRARY}{ASKED}")
    made = SavedSearch.objects.get()
    assert (made.person, made.name, made.query) == (cast.participant, "Before May", ASKED[1:])
    said = "Your search is saved. You find it in “Your learning”."
    assert said in browser.get(answer["Location"]).text
    [row] = main(browser.get(LEARNING).text).select("[aria-labelledby=searches] li")
    links = [(" ".join(one.text.split()), one["href"]) for one in row.select("a")]
    assert links == [
        ("Before May", f"{LIBRARY}{ASKED}"),
        ("Change the search Before May", made.get_absolute_url()),
    ]
    assert browser.get(links[0][1]).context["wanted"] == read(QueryDict(ASKED[1:]))


def test_who_has_saved_none_reads_nothing_of_it(pages, visit):
    assert main(visit("participant").get(LEARNING).text).select("#searches") == []


def test_saved_twice_it_is_one_with_the_last_name(pages, visit):
    browser = visit("participant")
    for name in ("One", "Two"):
        assert browser.post(f"{NEW}{ASKED}&cursor=5", {"name": name}).status_code == 303
    assert [(one.name, one.query) for one in SavedSearch.objects.all()] == [("Two", ASKED[1:])]


def test_two_may_keep_the_same(cast, saved, visit):
    assert visit("convener").post(f"{NEW}{ASKED}", {"name": "Mine"}).status_code == 303
    assert SavedSearch.objects.count() == 2


@pytest.mark.parametrize("asked", ["", "?sort=title", "?kind=nonsense", "?theme=gone"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_where_there_is_nothing_to_keep_one_is_led_to_the_library(pages, visit, asked, method):
    answer = getattr(visit("participant"), method)(f"{NEW}{asked}", {} if method == "get" else {"name": "x"})
    if method == "get" and asked:
        answer = visit("participant").get(f"{NEW}{asked}")
    assert (answer.status_code, answer["Location"]) == (302, LIBRARY)
    assert SavedSearch.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Give the search a name."),
        ("x" * 61, "Shorten this to 60 characters. It has 61."),
        ("a\x00b", "There is a character in this text that cannot be kept."),
        ("Patient 943 476 5919", "looks like an NHS number"),
    ],
)
def test_a_name_that_will_not_do_is_said_beside_it(saved, visit, name, said):
    browser = visit("participant")
    for address in (f"{NEW}?q=other", saved.get_absolute_url()):
        answer = browser.post(address, {"name": name})
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["name"]
        assert said in main(answer.text).select_one("#id_name_error").text
        assert answer.context["form"]["name"].value() == name
    assert [one.name for one in SavedSearch.objects.all()] == ["Trust, soon"]


def test_there_is_an_end_to_searches_and_it_is_said_beside_the_name(saved, visit, monkeypatch):
    monkeypatch.setattr(actions, "MOST_SEARCHES", 1)
    answer = visit("participant").post(f"{NEW}?q=other", {"name": "One more"})
    assert answer.context["form"].errors == {
        "name": ["You have 30 saved searches, which is the most we can keep. Delete one first."]
    }
    assert visit("participant").post(f"{NEW}{ASKED}", {"name": "Again"}).status_code == 303
    assert [one.name for one in SavedSearch.objects.all()] == ["Again"]


def test_one_that_asks_for_too_much_is_refused_beside_the_name(pages, visit):
    for number in range(20):
        Theme.objects.create(name=f"Theme {number}", slug=f"{number}-{'x' * 60}")
    asked = "&".join(f"theme={slug}" for slug in Theme.objects.values_list("slug", flat=True)[:20])
    page = visit("participant").get(f"{NEW}?{asked}")
    assert len(page.context["form"]["name"].value()) == 60
    answer = visit("participant").post(f"{NEW}?{asked}", {"name": "All"})
    assert answer.context["form"].errors == {
        "name": ["This search is too long to save. Take some filters off."]
    }
    assert SavedSearch.objects.count() == 0


def test_the_database_keeps_each_once_and_none_without_a_name_or_a_question(saved):
    for more in ({"query": saved.query}, {"query": ""}, {"name": ""}):
        row = {"person": saved.person, "name": "Name", "query": "q=other", **more}
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedSearch.objects.create(**row)


# -- changing ----------------------------------------------------------------------------------------------


def test_a_search_is_renamed(saved, visit):
    browser, address = visit("participant"), saved.get_absolute_url()
    page = browser.get(address).text
    assert words(page).startswith("Trust, soon It looks for: “trust”, Exercise, Getting started.")
    for _ in range(2):
        answer = browser.post(address, {"name": "Trust, now"})
        assert (answer.status_code, answer["Location"]) == (303, LEARNING)
    assert fresh(saved).name == "Trust, now"


def test_a_search_is_deleted(saved, visit):
    browser = visit("participant")
    form = main(browser.get(saved.get_absolute_url()).text).select("form")[-1]
    assert " ".join(form.button.text.split()) == "Delete this search"
    answer = browser.post(form["action"], follow=True)
    assert answer.redirect_chain == [(LEARNING, 303)]
    assert "The search “Trust, soon” is deleted." in answer.text
    assert SavedSearch.objects.count() == 0
    assert browser.post(form["action"]).status_code == 404
    assert browser.get(form["action"]).status_code == 405


def test_a_theme_that_is_gone_leaves_the_rest(saved, visit):
    SavedSearch.objects.update(query="q=trust&theme=gone")
    page = visit("participant").get(saved.get_absolute_url()).text
    assert words(page).startswith("Trust, soon It looks for: “trust”.")


# -- strangers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", OTHERS)
def test_strangers_find_nothing(saved, visit, who):
    browser, here = visit(who), saved.get_absolute_url()
    for method, address in (("get", here), ("post", here), ("post", f"{here}delete/")):
        missing = address.replace(f"/{saved.pk}/", "/999999/")
        codes = [getattr(browser, method)(one, {"name": "Mine"}).status_code for one in (address, missing)]
        assert (address, codes) == (address, [404, 404])
    assert fresh(saved).name == "Trust, soon"


def test_visitors_are_asked_to_sign_in_and_come_back_to_what_they_asked(saved, client):
    answer = client.get(f"{NEW}{ASKED}")
    assert answer.status_code == 302
    assert (
        answer["Location"]
        == f"/accounts/login/?next={NEW}%3Fq%3Dtrust%26kind%3Dexercise%26stage%3Dcoalescing"
    )
    assert (
        client.post(f"{saved.get_absolute_url()}delete/")["Location"] == f"/accounts/login/?next={LEARNING}"
    )
    assert SavedSearch.objects.count() == 1


def test_who_has_left_the_network_reads_theirs_and_changes_nothing(cast, saved, visit):
    leave_network(cast.participant)
    browser, here = visit("participant"), saved.get_absolute_url()
    rows = main(browser.get(LEARNING).text).select("[aria-labelledby=searches] li a")
    assert [row.text for row in rows] == ["Trust, soon"]
    assert [browser.get(here).status_code, browser.post(here, {"name": "x"}).status_code] == [404, 404]
    assert [browser.post(f"{here}delete/").status_code, browser.get(f"{NEW}{ASKED}").status_code] == [
        404,
        404,
    ]
    assert fresh(saved).name == "Trust, soon"


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_forms(cast, saved, visit, django_assert_num_queries, number):
    for place in range(number - 1):
        actions.save_search(person=cast.participant, query=f"q=word{place}", name=f"Word {place}")
    browser = visit("participant")
    browser.get(f"{NEW}{ASKED}")
    with django_assert_num_queries(3):  # session, person, circles
        browser.get(f"{NEW}{ASKED}")
    with django_assert_num_queries(4):  # and the search
        browser.get(saved.get_absolute_url())


# -- what is kept is what was asked -----------------------------------------------------------------------


def some(values) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(values)), max_size=3, unique=True)


@given(
    text=st.text(max_size=40),
    themes=some(["trust", "falls", "gone"]),
    kinds=some(Kind.values),
    stages=some(Stage.values),
    audiences=some(Audience.values),
    lengths=some(Length.values),
    groups=some(GroupSize.values),
    sort=st.sampled_from([*Sort.values, "", "nonsense"]),
    cursor=st.sampled_from(["", "7", "x"]),
    every=st.sampled_from(["", "all"]),
)
def test_what_is_kept_asks_for_the_same_from_its_first_page(
    text, themes, kinds, stages, audiences, lengths, groups, sort, cursor, every
):
    query = QueryDict(mutable=True)
    query["q"], query["sort"], query["cursor"], query["themes"] = text, sort, cursor, every
    for name, values in (
        ("theme", themes), ("kind", kinds), ("stage", stages), ("audience", audiences), ("time", lengths), ("group", groups),
    ):  # fmt: skip
        query.setlist(name, values)
    wanted = read(query)
    again = read(QueryDict(wanted.lasting))
    assert (again.cursor, again.all_themes, again.lasting) == ("", False, wanted.lasting)
    assert [again.text, again.sort, *(again.of(f) for f in ("themes", "kinds", "stages", "audiences", "lengths", "groups"))] == [
        wanted.text, wanted.sort, *(wanted.of(f) for f in ("themes", "kinds", "stages", "audiences", "lengths", "groups")),
    ]  # fmt: skip
