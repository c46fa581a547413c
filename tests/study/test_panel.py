"""What stands at the end of a page: nothing for visitors, and for members what they have done with it."""

import re

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from kit.registry import panels
from learning.models import GuidancePage, ModulePage
from members.stand_ins import MEMBER, PARTICIPANT, stand_in
from study import actions
from study.models import Bookmark, Opinion, PageDone
from study.panels import draw_page
from tests.study.conftest import EVERYBODY, HX, LEARNING, fresh, leave_network

pytestmark = pytest.mark.django_db
GUIDANCE = "/guidance/start-with-a-question/"
MODULE = "/programme/modules/planning/"
MEMBERS = ["admin", "editor", "facilitator", "convener", "participant"]


def panel_of(html: str) -> Tag | None:
    return BeautifulSoup(html, "html.parser").select_one("#study")


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def ask(rf, person, path: str = GUIDANCE):
    request = rf.get(path)
    request.user = person
    return request


# -- who sees it -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [GUIDANCE, MODULE])
@pytest.mark.parametrize("who", EVERYBODY)
def test_members_of_the_network_see_it_and_nobody_else(pages, visit, who, address):
    shown = panel_of(visit(who).get(address).text)
    assert (shown is not None) is (who in MEMBERS)


@pytest.mark.parametrize("address", [GUIDANCE, MODULE])
def test_a_public_page_is_kept_for_visitors_as_ever(pages, client, address, django_assert_num_queries):
    first = client.get(address)
    assert first["Cache-Control"] == "max-age=0, must-revalidate"
    assert "csrfmiddlewaretoken" not in first.text
    with django_assert_num_queries(0):
        assert client.get(address).text == first.text


def test_what_one_has_done_is_not_kept_for_visitors(cast, guidance, visit, client):
    actions.mark_done(person=cast.participant, page=guidance)
    assert "Mark as not done" in visit("participant").get(GUIDANCE).text
    assert "Your learning" not in client.get(GUIDANCE).text


def test_who_has_left_the_network_sees_it_no_more(cast, pages, visit):
    leave_network(cast.participant)
    assert panel_of(visit("participant").get(GUIDANCE).text) is None


def test_other_pages_have_none(cast, pages, rf):
    for page in (pages.home, pages.programme, pages.modules, pages.library, None):
        assert draw_page(page, ask(rf, cast.participant)) == ""


def test_a_preview_has_none(cast, guidance, rf):
    request = ask(rf, cast.editor)
    request.is_preview = True
    assert draw_page(guidance, request) == ""


@pytest.mark.parametrize("kind", [MEMBER, PARTICIPANT])
def test_an_editor_who_looks_as_somebody_sees_it_and_nothing_is_noted(cast, guidance, rf, kind):
    request = ask(rf, stand_in(kind))
    request.looks_as = "a member"
    html = draw_page(guidance, request)
    assert "Mark as done" in html
    assert (html.count("data-read"), html.count("data-mark-at-end"), html.count("data-study ")) == (0, 0, 0)


# -- what it costs ---------------------------------------------------------------------------------


def test_it_is_registered_with_what_it_costs():
    panel = panels.get("study.page")
    assert (panel.slot, panel.draw, panel.queries) == ("page.study", draw_page, 1)


@pytest.mark.parametrize("kind", ["guidance", "module"])
@pytest.mark.parametrize("number", [0, 1, 30])
def test_it_asks_once(cast, pages, write, rf, django_assert_num_queries, kind, number):
    page = {"guidance": GuidancePage, "module": ModulePage}[kind].objects.get()
    me = fresh(cast.participant)
    for place in range(number):
        other = write(f"G{place}")
        actions.mark_done(person=me, page=other)
        actions.keep(person=me, page=other)
    for person in [me, cast.convener, cast.editor][: number + 1]:
        actions.keep(person=person, page=page)
        actions.answer(person=person, page=page, is_useful=True)
    assert me.is_network_member
    request = ask(rf, me)
    with django_assert_num_queries(1):
        draw_page(page, request)


def test_it_asks_nothing_for_visitors(guidance, rf, django_assert_num_queries):
    from django.contrib.auth.models import AnonymousUser

    with django_assert_num_queries(0):
        assert draw_page(guidance, ask(rf, AnonymousUser())) == ""


# -- what it shows -----------------------------------------------------------------------------------


def test_at_first_it_offers_all(pages, visit):
    shown = panel_of(visit("participant").get(GUIDANCE).text)
    assert [" ".join(button.text.split()) for button in shown.select("button")] == [
        "Mark as done", "Bookmark this page", "Yes", "No",
    ]  # fmt: skip
    assert shown["data-read"] == f"{LEARNING}pages/{pages.guidance.pk}/read/"
    assert shown.has_attr("data-study")
    assert not shown.has_attr("data-mark-at-end")


def test_a_module_can_be_bookmarked_and_no_more(pages, visit):
    shown = panel_of(visit("participant").get(MODULE).text)
    assert [" ".join(button.text.split()) for button in shown.select("button")] == ["Bookmark this page"]
    assert shown["data-read"] == f"{LEARNING}pages/{pages.module.pk}/read/"


def test_it_shows_what_one_has_done_and_nothing_of_others(cast, guidance, visit):
    actions.mark_done(person=cast.participant, page=guidance)
    kept = actions.keep(person=cast.participant, page=guidance)
    actions.answer(person=cast.participant, page=guidance, is_useful=False, note="Too <long>")
    shown = visit("participant").get(GUIDANCE).text
    assert "You said that this was not useful." in words(shown)
    assert "Too &lt;long&gt;</textarea>" in shown
    assert f'href="{LEARNING}bookmarks/{kept.pk}/"' in shown
    assert [" ".join(button.text.split()) for button in panel_of(shown).select("button")] == [
        "Mark as not done", "Remove bookmark", "Save",
    ]  # fmt: skip
    other = panel_of(visit("convener").get(GUIDANCE).text)
    assert [" ".join(button.text.split()) for button in other.select("button")] == [
        "Mark as done", "Bookmark this page", "Yes", "No",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "done", "marks"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_the_end_marks_only_for_who_wants_it_and_what_is_not_done(cast, guidance, visit, wanted, done, marks):
    actions.choose(person=cast.participant, mark_at_end=wanted)
    if done:
        actions.mark_done(person=cast.participant, page=guidance)
    shown = panel_of(visit("participant").get(GUIDANCE).text)
    assert shown.has_attr("data-mark-at-end") is marks
    assert not panel_of(visit("participant").get(MODULE).text).has_attr("data-mark-at-end")


@pytest.mark.parametrize("address", [GUIDANCE, MODULE])
def test_each_form_on_the_page_is_taken_as_it_is(cast, pages, address):
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    for form in panel_of(reader.get(address).text).select("form"):
        data = {one["name"]: one["value"] for one in form.select("input, button[name]")}
        answer = reader.post(form["action"], data)
        assert (answer.status_code, answer["Location"]) == (303, f"{address}#study")
    many = 1 if address == GUIDANCE else 0
    assert (PageDone.objects.count(), Bookmark.objects.count(), Opinion.objects.count()) == (many, 1, many)


# -- with script -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "data", "said"),
    [
        ("done", {"done": "1"}, "Start with a question: done."),
        ("done", {"done": "0"}, "Start with a question: not done."),
        ("bookmark", {"kept": "1"}, "Bookmarked."),
        ("bookmark", {"kept": "0"}, "Bookmark removed."),
        ("useful", {"useful": "yes"}, "Thank you. Your answer is saved."),
        ("useful", {"useful": "no", "note": "Why"}, "Thank you. Your answer and your note are saved."),
    ],
)
def test_the_panel_comes_back_by_itself_and_says_what_happened(guidance, visit, verb, data, said):
    answer = visit("participant").post(f"{LEARNING}pages/{guidance.pk}/{verb}/", data, headers=HX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="p-study" id="study"')
    assert re.findall(r"data-announce>([^<]*)<", answer.text) == [said]
    assert "<html" not in answer.text


def test_what_comes_back_is_not_read_a_second_time(cast, guidance, visit):
    actions.choose(person=cast.participant, mark_at_end=True)
    address = f"{LEARNING}pages/{guidance.pk}/done/"
    shown = panel_of(visit("participant").post(address, {"done": "0"}, headers=HX).text)
    assert (shown.has_attr("data-study"), shown.has_attr("data-read"), shown.has_attr("data-mark-at-end")) == (
        True, False, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "data", "back", "button"),
    [
        ("done", {"done": "1"}, {"done": "0"}, "study-done"),
        ("bookmark", {"kept": "1"}, {"kept": "0"}, "study-keep"),
    ],
)
def test_buttons_keep_their_names_so_that_the_focus_stays(guidance, visit, verb, data, back, button):
    browser, address = visit("participant"), f"{LEARNING}pages/{guidance.pk}/{verb}/"
    shown = [
        browser.get(GUIDANCE).text,
        *(browser.post(address, one, headers=HX).text for one in (data, back)),
    ]
    assert [html.count(f'id="{button}"') for html in shown] == [1, 1, 1]


def test_the_focus_goes_from_the_answer_to_what_can_be_added(guidance, visit):
    browser = visit("participant")
    assert panel_of(browser.get(GUIDANCE).text).select_one("#study-more").name == "button"
    answer = browser.post(f"{LEARNING}pages/{guidance.pk}/useful/", {"useful": "yes"}, headers=HX)
    assert panel_of(answer.text).select_one("#study-more").name == "summary"
