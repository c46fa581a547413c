"""Each thing that can be sent about a page: works, stranger, wrong person, missing, read, twice, without its token."""

import pytest
from django.test import Client

from learning.models import GuidancePage
from members.models import User
from study import actions
from study.models import Bookmark, Choices, Opinion, PageDone, Visit
from tests.study.conftest import HX, LEARNING, fresh, leave_network

pytestmark = pytest.mark.django_db
GUIDANCE = "/guidance/start-with-a-question/"
# verb, what is sent, and what it makes
VERBS = [
    ("done", {"done": "1"}, PageDone),
    ("read", {}, Visit),
    ("bookmark", {"kept": "1"}, Bookmark),
    ("useful", {"useful": "yes", "note": "Thanks"}, Opinion),
]
OF_GUIDANCE = [VERBS[0], VERBS[3]]
OF_BOTH = [VERBS[1], VERBS[2]]
# address, what is sent: of nobody's page
OWN = [("start", {}), ("choices", {"mark_at_end": "on"}), ("forget", {})]


def to(page, verb: str) -> str:
    return f"{LEARNING}pages/{getattr(page, 'pk', page)}/{verb}/"


# -- it works ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
@pytest.mark.parametrize("who", ["admin", "editor", "facilitator", "convener", "participant"])
def test_it_works_and_leads_back_to_the_page(cast, guidance, visit, verb, data, model, who):
    answer = visit(who).post(to(guidance, verb), data)
    if verb == "read":
        assert (answer.status_code, answer.content) == (204, b"")
    else:
        assert (answer.status_code, answer["Location"]) == (303, f"{GUIDANCE}#study")
    made = model.objects.get()
    assert (made.person, made.page_id) == (getattr(cast, who), guidance.pk)


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
@pytest.mark.parametrize("headers", [{}, HX])
def test_sent_twice_it_is_as_once(guidance, visit, verb, data, model, headers):
    browser = visit("participant")
    codes = [browser.post(to(guidance, verb), data, headers=headers).status_code for _ in range(2)]
    expected = 204 if verb == "read" else 200 if headers else 303
    assert (codes, model.objects.count()) == ([expected] * 2, 1)


@pytest.mark.parametrize(
    ("verb", "model", "back"), [("done", PageDone, {"done": "0"}), ("bookmark", Bookmark, {"kept": "0"})]
)
def test_it_is_taken_back_as_often_as_one_likes(cast, guidance, visit, verb, model, back):
    browser = visit("participant")
    browser.post(to(guidance, verb))
    visit("convener").post(to(guidance, verb))
    for _ in range(2):
        assert browser.post(to(guidance, verb), back).status_code == 303
    assert [row.person for row in model.objects.all()] == [cast.convener]


@pytest.mark.parametrize(("verb", "data", "model"), OF_BOTH)
def test_a_module_can_be_read_and_bookmarked(pages, visit, verb, data, model):
    assert visit("participant").post(to(pages.module, verb), data).status_code in (204, 303)
    assert model.objects.get().page_id == pages.module.pk


# -- it does not ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verb", "data", "model"), OF_GUIDANCE)
def test_a_module_is_done_by_its_steps(pages, visit, verb, data, model):
    assert visit("participant").post(to(pages.module, verb), data).status_code == 404
    assert model.objects.count() == 0


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
def test_a_page_of_another_kind_or_none_is_not_there(pages, visit, verb, data, model):
    browser = visit("participant")
    for pk in (pages.home.pk, pages.library.pk, pages.programme.pk, pages.modules.pk, 10**6, 0):
        assert browser.post(to(pk, verb), data).status_code == 404
    assert model.objects.count() == 0


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_page(guidance, client, verb, data, model):
    answer = client.post(to(guidance, verb), data)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={GUIDANCE}")
    assert model.objects.count() == 0


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
def test_who_is_no_member_of_the_network_gets_404(cast, guidance, visit, verb, data, model):
    assert visit("outsider").post(to(guidance, verb), data).status_code == 404
    leave_network(cast.participant)
    assert visit("participant").post(to(guidance, verb), data).status_code == 404
    assert model.objects.count() == 0


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
def test_a_page_that_one_may_not_read_is_not_there(
    cast, guidance, restrict, visit, client, verb, data, model
):
    restrict(guidance, cast.community.circle)
    for who in ("participant", "facilitator", "editor", "admin"):
        assert visit(who).post(to(guidance, verb), data).status_code == 404
    assert client.post(to(guidance, verb), data).status_code == 404
    assert visit("convener").post(to(guidance, verb), data).status_code in (204, 303)
    assert [row.person for row in model.objects.all()] == [cast.convener]


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
def test_a_draft_is_not_there(guidance, visit, verb, data, model):
    GuidancePage.objects.filter(pk=guidance.pk).update(live=False)
    for who in ("participant", "editor"):
        assert visit(who).post(to(guidance, verb), data).status_code == 404
    assert model.objects.count() == 0


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_nothing_but_a_post_will_do(guidance, visit, verb, data, model, method):
    assert getattr(visit("participant"), method)(to(guidance, verb)).status_code == 405
    assert model.objects.count() == 0


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
def test_a_post_without_its_token_is_refused(cast, guidance, verb, data, model):
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert reader.post(to(guidance, verb), data).status_code == 403
    assert model.objects.count() == 0


@pytest.mark.parametrize("value", ["", "x", "\x00", "2", "👍", "a" * 100_000])
def test_whatever_it_says_it_is_understood(guidance, visit, value):
    browser = visit("participant")
    assert browser.post(to(guidance, "done"), {"done": value}).status_code == 303
    assert browser.post(to(guidance, "bookmark"), {"kept": value}).status_code == 303
    assert (PageDone.objects.count(), Bookmark.objects.count()) == (1, 1)


@pytest.mark.parametrize("who", ["participant", "editor"])
def test_looking_as_somebody_else_sends_nothing(cast, guidance, visit, who):
    visit(who).get(f"{GUIDANCE}?as=member")
    assert (Visit.objects.count(), PageDone.objects.count()) == (0, 0)


def test_reading_a_page_is_noted_by_the_script_alone(guidance, visit):
    for _ in range(2):
        visit("participant").get(GUIDANCE)
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(("verb", "data", "model"), VERBS)
@pytest.mark.parametrize("number", [1, 30])
def test_what_it_costs_does_not_grow(
    cast, guidance, write, visit, django_assert_max_num_queries, verb, data, model, number
):
    for place in range(number - 1):
        page = write(f"G{place}")
        actions.mark_done(person=cast.participant, page=page)
        actions.keep(person=cast.participant, page=page)
    browser = visit("participant")
    browser.post(to(guidance, verb), data)
    with django_assert_max_num_queries(14):
        browser.post(to(guidance, verb), data, headers=HX)


# -- bookmarks have an end -------------------------------------------------------------------------------


@pytest.fixture
def full(cast, write, monkeypatch) -> User:
    """Somebody who has as many bookmarks as one may have."""
    monkeypatch.setattr(actions, "MOST_BOOKMARKS", 1)
    actions.keep(person=cast.participant, page=write("Other"))
    return cast.participant


def test_who_has_too_many_reads_so_beside_the_button(full, guidance, visit):
    answer = visit("participant").post(to(guidance, "bookmark"), headers=HX)
    assert answer.status_code == 200
    assert answer.text.count('<p class="p-study__error" role="alert">You have 300 bookmarks') == 1
    assert f'href="{LEARNING}bookmarks/"' in answer.text
    assert Bookmark.objects.count() == 1


def test_who_has_too_many_and_no_script_reads_so_on_the_page(full, guidance, visit):
    answer = visit("participant").post(to(guidance, "bookmark"), follow=True)
    assert answer.redirect_chain == [(f"{GUIDANCE}#study", 303)]
    assert answer.text.count("You have 300 bookmarks, which is the most we can keep. Remove one first.") == 1
    assert Bookmark.objects.count() == 1


# -- useful or not ------------------------------------------------------------------------------------------


def test_an_answer_is_changed_and_its_note_with_it(guidance, visit):
    browser = visit("participant")
    browser.post(to(guidance, "useful"), {"useful": "yes"})
    browser.post(to(guidance, "useful"), {"useful": "no", "note": "Line one\r\nline two"})
    said = Opinion.objects.get()
    assert (said.is_useful, said.note) == (False, "Line one\nline two")
    browser.post(to(guidance, "useful"), {"useful": "yes", "note": " "})
    said = Opinion.objects.get()
    assert (said.is_useful, said.note) == (True, "")


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ["useful"]),
        ({"useful": ""}, ["useful"]),
        ({"useful": "maybe", "note": "Kept"}, ["useful"]),
        ({"useful": "yes", "note": "x" * 1001}, ["note"]),
        ({"useful": "yes", "note": "a\x00b"}, ["note"]),
        ({"useful": "yes", "note": "Mrs A, 943 476 5919, fell"}, ["note"]),
        ({"useful": "yes", "note": "x" * 1_000_000}, ["note"]),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_written_stays(guidance, visit, data, fields):
    answer = visit("participant").post(to(guidance, "useful"), data)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == fields
    assert (answer.context["form"]["note"].value() or "") == data.get("note", "")
    part = visit("participant").post(to(guidance, "useful"), data, headers=HX)
    assert part.status_code == 200
    assert 'class="nhsuk-error-message"' in part.text
    assert '<details class="nhsuk-details p-study__more" open>' in part.text
    assert Opinion.objects.count() == 0


def test_a_note_of_a_thousand_characters_is_taken(guidance, visit):
    visit("participant").post(to(guidance, "useful"), {"useful": "yes", "note": "ä" * 999 + "\r\n"})
    visit("convener").post(to(guidance, "useful"), {"useful": "yes", "note": "ä" * 1000})
    assert sorted(len(said.note) for said in Opinion.objects.all()) == [999, 1000]


@pytest.mark.parametrize("headers", [{}, HX])
def test_a_number_that_is_no_patients_goes_on_once_that_is_said(guidance, visit, headers):
    browser, note = visit("participant"), "Room 943 476 5919"
    asked = browser.post(to(guidance, "useful"), {"useful": "yes", "note": note}, headers=headers)
    assert "This is not a patient’s number" in asked.text
    mark = asked.text.split('name="no_patient" value="')[1].split('"')[0]
    browser.post(to(guidance, "useful"), {"useful": "yes", "note": note, "no_patient": mark}, headers=headers)
    assert Opinion.objects.get().note == note


def test_what_is_written_is_shown_as_text(guidance, visit):
    browser, note = visit("participant"), "</textarea><script>alert(1)</script>{{7*7}}"
    for headers in ({}, HX):
        browser.post(to(guidance, "useful"), {"useful": "yes", "note": note}, headers=headers)
        page = browser.get(GUIDANCE).text
        assert "<script>alert" not in page
        assert "&lt;/textarea&gt;&lt;script&gt;" in page


# -- what is nobody's page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "data"), OWN)
def test_choices_lead_back_to_ones_learning(pages, visit, name, data):
    browser = visit("participant")
    for _ in range(2):
        answer = browser.post(f"{LEARNING}{name}/", data)
        assert (answer.status_code, answer["Location"]) == (303, LEARNING)


@pytest.mark.parametrize(("name", "data"), OWN)
def test_choices_are_for_members_who_are_signed_in(pages, visit, client, name, data):
    assert visit("outsider").post(f"{LEARNING}{name}/", data).status_code == 404
    answer = client.post(f"{LEARNING}{name}/", data)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={LEARNING}")
    for method in ("get", "head", "put", "delete"):
        assert getattr(visit("participant"), method)(f"{LEARNING}{name}/").status_code == 405
    assert Choices.objects.count() == 0


@pytest.mark.parametrize(("name", "data"), OWN)
def test_choices_need_their_token(cast, pages, name, data):
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert reader.post(f"{LEARNING}{name}/", data).status_code == 403


def test_marking_at_the_end_is_off_until_it_is_chosen(cast, pages, visit):
    browser = visit("participant")
    assert browser.get(LEARNING).context["form"]["mark_at_end"].value() is False
    for data, expected in (({"mark_at_end": "on"}, True), ({}, False)):
        said = browser.post(f"{LEARNING}choices/", data, follow=True)
        assert said.text.count("Your choice is saved.") == 1
        assert said.context["form"]["mark_at_end"].value() is expected
        assert Choices.objects.get(person=cast.participant).mark_at_end is expected


def test_the_start_is_of_today_and_can_be_undone(cast, pages, visit, now):
    browser = visit("participant")
    assert "You start from today." in browser.post(f"{LEARNING}start/", follow=True).text
    assert str(Choices.objects.get().started_on) == "2026-03-10"
    assert "You start from today." not in browser.post(f"{LEARNING}start/", follow=True).text
    again = browser.post(f"{LEARNING}start/", {"do": "unfold"}, follow=True)
    assert "All modules are shown again." in again.text
    assert Choices.objects.get().started_on is None


def test_where_one_was_is_forgotten(cast, guidance, visit):
    browser = visit("participant")
    browser.post(to(guidance, "read"))
    assert "Forget where I was" in browser.get(LEARNING).text
    said = browser.post(f"{LEARNING}forget/", follow=True).text
    assert "We have forgotten which pages you read." in said
    assert ("Forget where I was" in said, Visit.objects.count()) == (False, 0)


def test_who_is_closed_out_writes_nothing(cast, guidance, visit):
    browser = visit("participant")
    User.objects.filter(pk=cast.participant.pk).update(is_active=False)
    browser.post(to(guidance, "done"))
    assert (PageDone.objects.count(), fresh(cast.participant).is_active) == (0, False)
