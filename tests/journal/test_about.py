"""What a reflection is about: the words of a page's question, and things of rooms above."""

import json
import uuid

import pytest
from django.http import QueryDict

from cohorts.reflecting import SESSIONS
from journal import things
from journal.models import Reflection
from members import actions as members
from tests.factories import SessionFactory
from tests.journal.conftest import OTHER_PROMPT, PROMPT, QUESTION, fresh

pytestmark = pytest.mark.django_db
NEW = "/me/reflections/new/"
MODULE = "/programme/modules/planning/"


def link(page, block=PROMPT) -> str:
    return f"{NEW}?page={page.pk}&block={block}"


# -- from a page ------------------------------------------------------------------------


def test_each_question_of_a_page_leads_to_writing(asking, client):
    page = client.get(MODULE).text
    for block in (PROMPT, OTHER_PROMPT):
        assert page.count(f'href="{NEW}?page={asking.module.pk}&amp;block={block}"') == 1
    assert page.count("Write about this") == 2


def test_the_link_is_the_same_for_everybody(asking, visit, django_assert_num_queries):
    """So that the page can be kept for all visitors."""
    href = f'href="{NEW}?page={asking.module.pk}&amp;block={PROMPT}"'
    assert [visit(who).get(MODULE).text.count(href) for who in ("visitor", "outsider", "participant")] == [
        1,
        1,
        1,
    ]
    with django_assert_num_queries(0):
        visit("visitor").get(MODULE)


def test_any_kind_of_page_can_ask(pages, visit):
    body = json.dumps([{"type": "reflection", "value": {"prompt": QUESTION}, "id": str(PROMPT)}])
    for page, field in ((pages.guidance, "body"), (pages.programme, "gains"), (pages.programme, "body")):
        setattr(page, field, body)
        page.save()
        asked = visit("participant").get(link(page))
        assert (asked.status_code, asked.context["prompt"]) == (200, QUESTION)


def test_its_words_are_read_from_the_page(asking, visit):
    page = visit("participant").get(link(asking.module) + "&prompt=Forged&text=Forged")
    assert page.context["prompt"] == QUESTION
    assert QUESTION in page.text
    assert "Forged" not in page.text.replace("prompt=Forged", "").replace("text=Forged", "")
    assert f'href="{MODULE}"' in page.text
    assert f'data-draft-key="reflection-new-{asking.module.pk}-{PROMPT}"' in page.text


def test_and_kept_as_they_were(asking, visit):
    browser = visit("participant")
    browser.post(NEW, {"text": "Them", "page": asking.module.pk, "block": PROMPT, "prompt": "Forged"})
    one = Reflection.objects.get()
    assert (one.prompt, one.page_id) == (QUESTION, asking.module.pk)
    asking.module.body = "[]"
    asking.module.save()
    assert QUESTION in browser.get(f"/me/reflections/{one.pk}/").text
    assert fresh(one).prompt == QUESTION


def test_what_it_names_is_sent_along(asking, visit):
    page = visit("participant").get(link(asking.module)).text
    assert f'<input type="hidden" name="page" value="{asking.module.pk}">' in page
    assert f'<input type="hidden" name="block" value="{PROMPT}">' in page


@pytest.mark.parametrize("block", [uuid.UUID(int=5, version=4), uuid.uuid4(), "x", "../", "1" * 400])
def test_what_is_no_question_is_not_there(asking, visit, block):
    assert visit("participant").get(link(asking.module, block)).status_code == 404


@pytest.mark.parametrize("named", ["page=0", "page=x", "page=-1", "page=99999", "page=" + "9" * 40, "page=%00", "page=１",
                                   "about=session&id=9", "about=session", "about=x&id=1", "about=%00&id=1"])  # fmt: skip
def test_what_is_not_there_is_not_there(pages, visit, named):
    assert visit("participant").get(f"{NEW}?{named}").status_code == 404


def test_a_page_of_others_is_not_there(cast, asking, visit):
    asking.module.circle = cast.cohort.circle
    asking.module.save()
    assert visit("participant").get(link(asking.module)).status_code == 200
    for who in ("outsider", "editor"):
        page = visit(who).get(link(asking.module))
        assert (page.status_code, QUESTION in page.text) == (404, False)


def test_a_draft_is_not_there_and_a_change_not_yet(asking, visit):
    page = type(asking.module).objects.get(pk=asking.module.pk)
    page.body = json.dumps([{"type": "reflection", "value": {"prompt": "A draft?"}, "id": str(PROMPT)}])
    page.save_revision()
    assert visit("participant").get(link(page)).context["prompt"] == QUESTION
    page.unpublish()
    assert visit("participant").get(link(page)).status_code == 404


def test_of_a_page_that_is_gone_the_words_stay(asking, write):
    one = write("Them", page=asking.module.page_ptr, prompt=QUESTION)
    type(asking.module).objects.get(pk=asking.module.pk).delete()
    assert (fresh(one).page, fresh(one).text, fresh(one).prompt) == (None, "Them", QUESTION)


def test_who_has_left_is_not_told_what_a_page_is_called(cast, asking, visit, write):
    asking.module.circle = cast.cohort.circle
    asking.module.save()
    one = write("Them", page=asking.module.page_ptr)
    assert "Planning and launching" in visit("participant").get("/me/reflections/").text
    members.leave(person=cast.participant, circle=cast.cohort.circle)
    browser = visit("participant")
    for address in ("/me/reflections/", f"/me/reflections/{one.pk}/", f"/me/reflections/{one.pk}/edit/"):
        page = browser.get(address)
        assert (page.status_code, "Planning" in page.text) == (200, False)


def test_a_page_has_a_way_in_for_who_is_signed_in(asking, visit):
    offered = f'href="{NEW}?page={asking.module.pk}"'
    assert [visit(who).get(MODULE).text.count(offered) for who in ("visitor", "outsider", "participant")] == [
        0,
        1,
        1,
    ]
    assert f'href="/me/reflections/?page={asking.module.pk}"' in visit("participant").get(MODULE).text
    guidance = visit("participant").get("/guidance/start-with-a-question/").text
    assert guidance.count(f'href="{NEW}?page={asking.guidance.pk}"') == 1


def test_a_page_that_is_not_saved_yet_has_none(asking, rf, cast):
    from journal.panels import draw_page

    request = rf.get("/")
    request.user = cast.participant
    assert draw_page(None, request) == ""
    assert draw_page(type(asking.module)(title="New"), request) == ""


def test_editors_do_not_see_on_a_page_that_somebody_wrote_about_it(asking, write):
    from wagtail.models import ReferenceIndex

    write("Them", page=asking.module.page_ptr)
    assert not ReferenceIndex.get_references_to(asking.module.page_ptr).filter(
        base_content_type__app_label="journal"
    )


# -- a thing of a room above ----------------------------------------------------------------


@pytest.fixture
def session(cast):
    return SessionFactory(title="First half-day", circle=cast.cohort.circle, cohort=cast.cohort)


def test_write_about_a_session(session, visit):
    browser = visit("participant")
    page = browser.get(session.get_absolute_url()).text
    assert f'href="{NEW}?about=session&amp;id={session.pk}"' in page
    form = browser.get(f"{NEW}?about=session&id={session.pk}")
    assert (form.context["about"].title, form.context["about"].url) == (
        "First half-day",
        session.get_absolute_url(),
    )
    browser.post(NEW, {"text": "It went well", "about": "session", "id": session.pk})
    one = Reflection.objects.get()
    assert (one.about_kind, one.about_id, one.page, one.prompt) == ("session", session.pk, None, "")
    listed = browser.get(f"/me/reflections/?about=session&id={session.pk}")
    assert [row["heading"] for row in listed.context["rows"]] == ["First half-day"]


def test_a_session_of_others_is_not_there(session, visit):
    for who in ("outsider", "editor"):
        assert visit(who).get(f"{NEW}?about=session&id={session.pk}").status_code == 404
        visit(who).post(NEW, {"text": "x", "about": "session", "id": session.pk})
    assert set(Reflection.objects.values_list("about_kind", flat=True)) == {""}


def test_a_visitor_sees_no_way_in(visit):
    session = SessionFactory()
    assert "/me/reflections/" not in visit("visitor").get(session.get_absolute_url()).text


def test_a_session_that_is_gone_is_named_nowhere(session, visit, write):
    one = write("It went well", about=("session", session.pk))
    session.delete()
    page = visit("participant").get(f"/me/reflections/{one.pk}/")
    assert (page.status_code, page.context["about"]) == (200, "")


def test_a_kind_that_no_room_knows_any_more_is_named_nowhere(cast, write):
    one = write("x", about=("forgotten", 1))
    assert things.names_of([one], cast.participant) == {}


@pytest.mark.parametrize("number", [1, 30])
def test_sessions_are_described_in_one_query(cast, django_assert_num_queries, number):
    made = [SessionFactory() for _ in range(number)]
    person = fresh(cast.participant)
    assert person.circle_ids
    with django_assert_num_queries(SESSIONS.queries):
        assert len(SESSIONS.describe([one.pk for one in made], person)) == number


@pytest.mark.parametrize("number", [1, 30])
def test_names_cost_one_query_for_pages_and_one_for_each_subject(
    cast, write, asking, django_assert_num_queries, number
):
    found = [write("x", about=("session", SessionFactory().pk)) for _ in range(number)]
    found += [
        write("x", page=page.page_ptr) for page in (asking.module, asking.guidance) for _ in range(number)
    ]
    person = fresh(cast.participant)
    assert person.circle_ids
    with django_assert_num_queries(2):
        assert len(things.names_of(found, person)) == 3 * number


def test_nothing_named_is_nothing(cast):
    assert things.named_by(QueryDict("q=x"), cast.participant) is things.NOTHING
