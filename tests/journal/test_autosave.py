"""Saved while one types: what is sent in which order, and what comes back."""

import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from journal import actions
from journal.models import Reflection
from tests.journal.conftest import NUMBER, PROMPT, QUESTION, fresh

pytestmark = pytest.mark.django_db
NEW = "/me/reflections/autosave/"
AT = datetime(2026, 7, 10, 13, 2, tzinfo=UTC)  # 2:02pm in London


def at(one: Reflection) -> str:
    return f"/me/reflections/{one.pk}/autosave/"


@pytest.fixture
def now():
    """It is two minutes past two in London."""
    with time_machine.travel(AT, tick=False):
        yield AT


def test_the_first_words_make_one_and_say_where_it_goes_on(visit, now):
    response = visit("participant").post(NEW, {"text": "So", "request_key": uuid.uuid4()})
    one = Reflection.objects.get()
    assert response.status_code == 200
    assert response.json() == {
        "said": "Saved at 2:02pm",
        "version": 1,
        "draft": f"reflection-{one.pk}",
        "edit": f"/me/reflections/{one.pk}/edit/",
        "autosave": at(one),
    }
    assert (one.text, one.is_shared) == ("So", False)


def test_the_same_form_makes_one_however_often_it_comes(visit):
    browser, form = visit("participant"), {"text": "So", "request_key": str(uuid.uuid4())}
    answers = [browser.post(NEW, form).json()["version"] for _ in range(3)]
    assert (answers, Reflection.objects.count()) == ([1, 1, 1], 1)


def test_a_form_whose_first_answer_was_lost_learns_what_is_there(visit):
    """Its own earlier words come back, by which it knows that they arrived (static/js/autosave.js)."""
    browser, key = visit("participant"), str(uuid.uuid4())
    browser.post(NEW, {"text": "So", "request_key": key})
    one = Reflection.objects.get()
    late = browser.post(NEW, {"text": "So it began", "request_key": key})
    said = late.json()
    assert (late.status_code, said["text"], said["version"], said["autosave"]) == (409, "So", 1, at(one))
    again = browser.post(said["autosave"], {"text": "So it began", "version": said["version"]})
    assert (again.status_code, fresh(one).text) == (200, "So it began")


def test_each_save_counts_up(visit, write, now):
    one, browser, version = write("A"), visit("participant"), 1
    for text in ("A b", "A b c", "A b c d"):
        answer = browser.post(at(one), {"text": text, "title": "T", "version": version}).json()
        version = answer["version"]
    assert (fresh(one).text, fresh(one).title, version) == ("A b c d", "T", 4)
    assert answer["said"] == "Saved at 2:02pm"


def test_sent_twice_it_is_saved_once(visit, write):
    one, browser = write("A"), visit("participant")
    versions = [browser.post(at(one), {"text": "B", "version": 1}).json()["version"] for _ in range(2)]
    assert versions == [2, 2]


def test_of_two_windows_the_later_is_told_and_overwrites_nothing(visit, write, now):
    one, browser = write("A"), visit("participant")
    browser.post(at(one), {"text": "First window", "version": 1})
    late = browser.post(at(one), {"text": "Second window", "version": 1})
    assert late.status_code == 409
    assert late.json()["said"] == "You saved other words elsewhere at 2:02pm. Press Save to see both."
    assert (late.json()["text"], late.json()["version"]) == ("First window", 2)
    assert fresh(one).text == "First window"


def test_an_older_one_that_comes_late_overwrites_nothing(visit, write):
    """A request that hung is overtaken by the next."""
    one, browser = write("A"), visit("participant")
    browser.post(at(one), {"text": "A b c", "version": 1})
    assert browser.post(at(one), {"text": "A b", "version": 1}).status_code == 409
    assert fresh(one).text == "A b c"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": ""}, "Not saved yet. Write something first."),
        ({"text": "x" * 20_001}, "Not saved yet. Shorten your text to 20000 characters. It has 20001."),
        (
            {"text": "x", "title": "y" * 161},
            "Not saved yet. Shorten the title to 160 characters. It has 161.",
        ),
    ],
)
def test_what_cannot_be_taken_waits_for_the_button(visit, write, wrong, said):
    one = write("A")
    for address in (at(one), NEW):
        answer = visit("participant").post(address, {"version": 1, **wrong})
        assert (answer.status_code, answer.json()["said"]) == (422, said)
    assert (fresh(one).text, Reflection.objects.count()) == ("A", 1)


def test_a_number_is_kept_and_not_asked_about(visit, write):
    one, browser = write("A"), visit("participant")
    assert browser.post(at(one), {"text": f"NHS {NUMBER}", "version": 1}).status_code == 200
    assert browser.post(NEW, {"text": f"NHS {NUMBER}"}).status_code == 200
    assert fresh(one).text == f"NHS {NUMBER}"


def test_in_what_is_shared_a_new_number_waits(visit, shared):
    """Others would read it at once."""
    one, browser = shared("all"), visit("participant")
    waits = browser.post(at(one), {"text": f"NHS {NUMBER}", "version": 1})
    assert waits.status_code == 422
    assert "looks like an NHS number" in waits.json()["said"]
    assert fresh(one).text == "Shared words."
    assert browser.post(at(one), {"text": "No number", "version": 1}).status_code == 200


def test_what_is_shared_and_had_the_number_before_is_saved(visit, place, write):
    one = write(f"NHS {NUMBER}")
    actions.share(reflection=one, place=place(), readers="leads")
    answer = visit("participant").post(at(one), {"text": f"NHS {NUMBER}. More", "version": 1})
    assert answer.status_code == 200


def test_it_answers_the_question_of_its_page(visit, asking):
    visit("participant").post(NEW, {"text": "Them", "page": asking.module.pk, "block": PROMPT})
    one = Reflection.objects.get()
    assert (one.prompt, one.page_id) == (QUESTION, asking.module.pk)


def test_a_page_that_is_gone_meanwhile_loses_no_words(visit, asking):
    asking.module.unpublish()
    answer = visit("participant").post(NEW, {"text": "Them", "page": asking.module.pk, "block": PROMPT})
    one = Reflection.objects.get()
    assert (answer.status_code, one.text, one.prompt, one.page) == (200, "Them", "", None)


def test_typing_on_brings_back_what_was_removed_elsewhere(visit, write):
    one = write("A")
    actions.remove(reflection=one)
    assert visit("participant").post(at(one), {"text": "B", "version": 1}).status_code == 200
    assert fresh(one).removed_at is None


def test_a_first_save_that_was_removed_is_not_there(visit):
    browser, form = visit("participant"), {"text": "So", "request_key": str(uuid.uuid4())}
    browser.post(NEW, form)
    actions.remove(reflection=Reflection.objects.get())
    assert browser.post(NEW, form).status_code == 404


def test_who_is_signed_out_is_sent_to_sign_in(visit, write):
    for address in (NEW, at(write())):
        answer = visit("visitor").post(address, {"text": "x", "version": 1})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/me/reflections/")


def test_a_forged_form_is_refused(cast, write):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(NEW, {"text": "x"}).status_code == 403
    assert not Reflection.objects.exists()


def test_it_costs_few_queries(visit, write, django_assert_max_num_queries):
    one, browser = write("A"), visit("participant")
    browser.post(at(one), {"text": "B", "version": 1})
    with django_assert_max_num_queries(20):  # most of it counts how often
        browser.post(at(one), {"text": "C", "version": 2})
