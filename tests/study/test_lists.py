"""Bookmarks in lists: making, renaming, deleting, noting, printing."""

import pytest
from bs4 import BeautifulSoup

from members import actions as members_actions
from study import actions
from study.models import Bookmark, BookmarkList
from tests.study.conftest import LEARNING, fresh, leave_network

pytestmark = pytest.mark.django_db
NEW = f"{LEARNING}lists/new/"
OTHERS = ["admin", "editor", "facilitator", "convener", "outsider"]


@pytest.fixture
def kept(cast, guidance) -> Bookmark:
    """A bookmark of the participant."""
    return actions.keep(person=cast.participant, page=guidance)


@pytest.fixture
def own(cast) -> BookmarkList:
    """A list of theirs."""
    return actions.make_list(person=cast.participant, name="For May")


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").select_one("main").get_text(" ").split())


def titles(html: str) -> list[str]:
    rows = BeautifulSoup(html, "html.parser").select(".p-study__row")
    return [row.select_one("a").text for row in rows]


# -- lists -------------------------------------------------------------------------------------------


def test_a_list_is_made(cast, pages, visit):
    browser = visit("participant")
    assert words(browser.get(NEW).text).startswith("Make a list")
    answer = browser.post(NEW, {"name": " For  May "})
    made = BookmarkList.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, made.get_absolute_url())
    assert (made.person, made.name) == (cast.participant, "For May")
    assert "Nothing is in this list yet." in browser.get(made.get_absolute_url()).text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Give the list a name."),
        (" \u200b", "Give the list a name."),
        ("x" * 61, "Shorten this to 60 characters. It has 61."),
        ("a\x00b", "There is a character in this text that cannot be kept."),
        ("for may", "You have a list with this name. Choose another name."),
        ("Patient 943 476 5919", "looks like an NHS number"),
    ],
)
def test_a_name_that_will_not_do_is_said_beside_it(own, visit, name, said):
    browser = visit("participant")
    other = actions.make_list(person=own.person, name="Other")
    for address in (NEW, f"{other.get_absolute_url()}rename/"):
        answer = browser.post(address, {"name": name})
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["name"]
        assert said in BeautifulSoup(answer.text, "html.parser").select_one("#id_name_error").text
        assert answer.context["form"]["name"].value() == name
    assert {one.name for one in BookmarkList.objects.all()} == {"For May", "Other"}


def test_there_is_an_end_to_lists_and_it_is_said_beside_the_name(own, visit, monkeypatch):
    monkeypatch.setattr(actions, "MOST_LISTS", 1)
    answer = visit("participant").post(NEW, {"name": "One more"})
    assert answer.context["form"].errors == {
        "name": ["You have 30 lists, which is the most we can keep. Delete one first."]
    }
    assert BookmarkList.objects.count() == 1


def test_sent_twice_it_is_one(pages, visit):
    codes = [visit("participant").post(NEW, {"name": "For May"}).status_code for _ in range(2)]
    assert (codes, BookmarkList.objects.count()) == ([303, 200], 1)


def test_a_list_is_renamed(own, visit):
    browser, address = visit("participant"), f"{own.get_absolute_url()}rename/"
    assert 'value="For May"' in browser.get(address).text
    for _ in range(2):
        answer = browser.post(address, {"name": "For June"})
        assert (answer.status_code, answer["Location"]) == (303, own.get_absolute_url())
    assert fresh(own).name == "For June"


def test_a_list_is_deleted_after_it_was_asked(own, kept, visit):
    actions.change_bookmark(bookmark=kept, note="", lists=[own.pk])
    browser, address = visit("participant"), f"{own.get_absolute_url()}delete/"
    assert words(browser.get(address).text).startswith("Delete the list “For May”? The bookmarks in it stay.")
    assert BookmarkList.objects.count() == 1
    answer = browser.post(address, follow=True)
    assert answer.redirect_chain == [(LEARNING, 303)]
    assert "The list “For May” is deleted. Its bookmarks are still there." in answer.text
    assert (BookmarkList.objects.count(), Bookmark.objects.count()) == (0, 1)
    assert browser.post(address).status_code == 404


def test_a_list_can_be_printed_with_addresses_and_notes(own, kept, write, visit):
    other = actions.keep(person=own.person, page=write("Trust"))
    loose = actions.keep(person=own.person, page=write("Money"))
    for one in (kept, other):
        actions.change_bookmark(bookmark=one, note=f"Why {one.page.title}\nand how", lists=[own.pk])
    browser = visit("participant")
    html = browser.get(own.get_absolute_url()).text
    assert titles(html) == ["Trust", "Start with a question"]
    assert "Why Trust<br>and how" in html
    assert "http://testserver/guidance/start-with-a-question/" in html
    button = BeautifulSoup(html, "html.parser").select_one("[data-print]")
    assert (" ".join(button.text.split()), button.has_attr("hidden")) == ("Print this list", True)
    assert titles(browser.get(f"{LEARNING}bookmarks/").text) == ["Money", "Trust", "Start with a question"]
    assert loose.lists.count() == 0


def test_a_page_stands_in_several_lists(own, kept, visit):
    second = actions.make_list(person=own.person, name="Second")
    actions.change_bookmark(bookmark=kept, note="", lists=[own.pk, second.pk])
    shown = [titles(visit("participant").get(one.get_absolute_url()).text) for one in (own, second)]
    assert shown == [["Start with a question"]] * 2


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("which", ["list", "all"])
def test_queries_of_a_list(own, write, visit, django_assert_num_queries, number, which):
    for place in range(number):
        one = actions.keep(person=own.person, page=write(f"G{place}"))
        actions.change_bookmark(bookmark=one, note="Why", lists=[own.pk])
    browser = visit("participant")
    address = own.get_absolute_url() if which == "list" else f"{LEARNING}bookmarks/"
    browser.get(address)
    # session, person, circles; the list; bookmarks with their pages, their lists
    with django_assert_num_queries(6 if which == "list" else 5):
        assert len(titles(browser.get(address).text)) == number


# -- one bookmark ----------------------------------------------------------------------------------------


def test_a_bookmark_gets_a_note_and_lists(own, kept, visit):
    browser, address = visit("participant"), kept.get_absolute_url()
    page = browser.get(address).text
    assert "It is of Start with a question ." in words(page)
    assert "Only you can see this." in page
    data = {"note": "Ask\r\nJo", "lists": [own.pk], "new_list": "For June"}
    for _ in range(2):
        answer = browser.post(address, data)
        assert (answer.status_code, answer["Location"]) == (303, LEARNING)
        data = {
            "note": "Ask\r\nJo",
            "lists": [own.pk, *BookmarkList.objects.filter(name="For June").values_list("pk", flat=True)],
        }
    assert (fresh(kept).note, [one.name for one in kept.lists.all()]) == ("Ask\nJo", ["For June", "For May"])
    again = browser.get(address)
    assert sorted(again.context["form"]["lists"].value()) == sorted(str(one.pk) for one in kept.lists.all())
    browser.post(address, {"note": ""})
    assert (fresh(kept).note, kept.lists.count()) == ("", 0)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"note": "x" * 501}, "note"),
        ({"note": "Patient 943 476 5919"}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"new_list": "FOR MAY"}, "new_list"),
        ({"new_list": "x" * 61}, "new_list"),
        ({"lists": ["x"]}, "lists"),
        ({"lists": ["1000000"]}, "lists"),
        ({"lists": ["1 OR 1=1"]}, "lists"),
    ],
)
def test_what_will_not_do_is_said_beside_it(own, kept, visit, data, field):
    answer = visit("participant").post(kept.get_absolute_url(), {"note": "Why", **data})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert 'class="nhsuk-error-message"' in answer.text
    assert answer.context["form"]["note"].value() == data.get("note", "Why")
    assert (fresh(kept).note, kept.lists.count(), BookmarkList.objects.count()) == ("", 0, 1)


def test_anothers_list_is_not_offered_nor_taken(cast, own, kept, visit):
    theirs = actions.make_list(person=cast.convener, name="Theirs")
    browser = visit("participant")
    assert "Theirs" not in browser.get(kept.get_absolute_url()).text
    answer = browser.post(kept.get_absolute_url(), {"note": "", "lists": [theirs.pk]})
    assert answer.context["form"].errors == {"lists": ["One of these lists is gone. Choose again."]}
    assert theirs.bookmarks.count() == 0


def test_without_a_list_a_forged_one_is_passed_over(cast, kept, visit):
    theirs = actions.make_list(person=cast.convener, name="Theirs")
    answer = visit("participant").post(kept.get_absolute_url(), {"note": "Why", "lists": [theirs.pk]})
    assert (answer.status_code, theirs.bookmarks.count(), fresh(kept).note) == (303, 0, "Why")


def test_what_changed_in_another_window_is_said(own, kept, visit, monkeypatch):
    real = actions.change_bookmark

    def late(**more):
        actions.delete_list(bookmark_list=own)
        return real(**more)

    monkeypatch.setattr(actions, "change_bookmark", late)
    answer = visit("participant").post(kept.get_absolute_url(), {"note": "Why", "lists": [own.pk]})
    assert (answer.status_code, fresh(kept).note) == (200, "")
    assert "Something has changed in another window." in answer.text


def test_it_is_removed_from_there(kept, visit):
    browser = visit("participant")
    form = BeautifulSoup(browser.get(kept.get_absolute_url()).text, "html.parser").select("main form")[-1]
    data = {one["name"]: one["value"] for one in form.select("input")}
    assert browser.post(form["action"], data).status_code == 303
    assert Bookmark.objects.count() == 0


# -- strangers -------------------------------------------------------------------------------------------


def addresses(own, kept) -> list[tuple[str, str, dict[str, str]]]:
    here, there = own.get_absolute_url(), kept.get_absolute_url()
    name = {"name": "Mine now"}
    return [
        ("get", here, {}), ("get", f"{here}rename/", {}), ("post", f"{here}rename/", name), ("get", f"{here}delete/", {}),
        ("post", f"{here}delete/", {}), ("get", there, {}), ("post", there, {"note": "Mine now"}),
    ]  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_strangers_find_nothing(own, kept, visit, who):
    browser = visit(who)
    for method, address, data in addresses(own, kept):
        missing = address.replace(f"/{own.pk}/", "/999999/")
        codes = [getattr(browser, method)(one, data).status_code for one in (address, missing)]
        assert (address, codes) == (address, [404, 404])
    assert (fresh(own).name, fresh(kept).note) == ("For May", "")


def test_visitors_are_asked_to_sign_in(own, kept, client):
    for method, address, data in [*addresses(own, kept), ("get", NEW, {}), ("post", NEW, {"name": "x"})]:
        answer = getattr(client, method)(address, data)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={address}")
    assert (fresh(own).name, BookmarkList.objects.count()) == ("For May", 1)


def test_what_is_only_read_takes_nothing(own, visit):
    for address in (LEARNING, f"{LEARNING}bookmarks/", f"{LEARNING}done/", own.get_absolute_url()):
        assert visit("participant").post(address).status_code == 405


def test_who_has_left_the_network_reads_theirs_and_changes_nothing(cast, own, kept, visit):
    actions.change_bookmark(bookmark=kept, note="Why", lists=[own.pk])
    leave_network(cast.participant)
    browser = visit("participant")
    for address in (LEARNING, own.get_absolute_url(), f"{LEARNING}bookmarks/"):
        page = browser.get(address)
        assert (page.status_code, titles(page.text)) == (200, ["Start with a question"])
        main = BeautifulSoup(page.text, "html.parser").select_one("main")
        assert main.select("form") == []
        assert [
            link["href"]
            for link in main.select("a")
            if "lists/new" in link["href"] or "rename" in link["href"]
        ] == []
    for method, address, data in [*addresses(own, kept)[1:], ("post", NEW, {"name": "x"})]:
        assert getattr(browser, method)(address, data).status_code == 404
    assert (fresh(own).name, fresh(kept).note) == ("For May", "Why")


def test_looking_changes_nothing(own, kept, visit):
    before = (Bookmark.objects.values().get(), BookmarkList.objects.values().get())
    for method, address, _ in addresses(own, kept):
        if method == "get":
            visit("participant").get(address)
            visit("participant").head(address)
    assert (Bookmark.objects.values().get(), BookmarkList.objects.values().get()) == before


def test_what_is_written_is_shown_as_text(cast, own, kept, visit):
    hostile = "<script>alert(1)</script>{{7*7}}"
    actions.rename_list(bookmark_list=own, name=hostile)
    actions.change_bookmark(bookmark=kept, note=hostile, lists=[own.pk])
    for address in (LEARNING, own.get_absolute_url(), kept.get_absolute_url(), f"{own.get_absolute_url()}rename/",
                    f"{own.get_absolute_url()}delete/", f"{LEARNING}bookmarks/"):  # fmt: skip
        page = visit("participant").get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_a_bookmark_of_a_page_that_one_may_not_read_is_kept_and_comes_back(cast, own, kept, restrict, visit):
    restrict(kept.page.specific, cast.community.circle)
    browser = visit("participant")
    assert browser.get(kept.get_absolute_url()).status_code == 404
    assert titles(browser.get(f"{LEARNING}bookmarks/").text) == []
    members_actions.join(person=fresh(cast.participant), circle=cast.community.circle)
    assert titles(browser.get(f"{LEARNING}bookmarks/").text) == ["Start with a question"]
