"""Checking a record: a genuine one says what it said, all else is unknown in the same words."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from members import limits
from portal import actions, codes
from portal.models import LearningRecord
from privacy import actions as privacy
from tests.portal.records import CHECK, NOW
from tests.portal.test_record import made

pytestmark = pytest.mark.django_db
UNKNOWN = "We know of no record with this code."


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def record(cast, pages) -> LearningRecord:
    return made(cast.participant, pages)


def check(code: str, client: Client | None = None):
    return (client or Client()).get(CHECK, {"code": code})


def is_unknown(code: str) -> bool:
    html = check(code).text
    assert ("This record is genuine." in html) != (UNKNOWN in html)
    return UNKNOWN in html


def test_genuine_one_says_what_it_said(record):
    page = check(record.shown_code)
    assert page.status_code == 200
    for said in (
        "This record is genuine.",
        "Participant Demo",
        "10 March 2026",
        "Trust",
        "Cohort 2021–22",
        "6 minutes",
    ):
        assert said in page.text
    assert "participant@example.org" not in page.text
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert '<meta name="robots" content="noindex">' in page.text


def test_case_dashes_and_letters_that_look_alike_do_not_matter(cast, record):
    LearningRecord.objects.update(code="01AB0ZK1MN10")
    for typed in ("01AB-0ZK1-MN10", "o1ab-ozki-mnlo", " 01ab 0zk1\tmn10 ", "O1AB–0ZKL–MNIO", "01AB0ZK1MN10"):
        assert not is_unknown(typed)


@pytest.mark.parametrize(
    "code", ["", "0000-0000-0000", "x", "' OR 1=1", "0" * 61, "\x00", "UUUU-UUUU-UUUU", "<b>"]
)
def test_what_is_no_code_is_not_genuine(record, code):
    page = check(code)
    assert page.status_code == 200
    assert "genuine.</strong>" not in page.text
    assert "<b>" not in page.text


def test_withdrawn_erased_suspended_and_going_are_unknown_in_the_same_words(
    cast, pages, record, committed_erasure
):
    never = check("0000-0000-0000").text.replace("0000-0000-0000", "?")

    def said() -> str:
        return check(record.shown_code).text.replace(record.shown_code, "?")

    cast.participant.is_active = False
    cast.participant.save()
    assert said() == never
    cast.participant.is_active = True
    cast.participant.save()
    assert said() != never
    privacy.ask_erasure(person=cast.participant, posts_stay=False)
    assert said() == never
    privacy.keep_account(person=cast.participant)
    assert said() != never
    actions.withdraw_record(record=record)
    assert said() == never
    again = actions.make_record(person=cast.participant, content=record.content)
    assert again.code != record.code
    committed_erasure(cast.participant)
    assert LearningRecord.objects.count() == 0
    assert check(again.shown_code).text.replace(again.shown_code, "?") == never


@pytest.fixture
def committed_erasure(django_capture_on_commit_callbacks):
    def erase(person) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            erasure = privacy.ask_erasure(person=person, posts_stay=False)
        with time_machine.travel(NOW + timedelta(days=15)), django_capture_on_commit_callbacks(execute=True):
            privacy.erase(erasure_id=erasure.pk, now=timezone.now())

    return erase


def test_what_was_tampered_with_is_unknown(record):
    record.content["session_minutes"] = 60_000
    record.save()
    assert not record.is_intact
    assert is_unknown(record.shown_code)


def test_known_and_unknown_ask_the_same(record):
    check("x")
    asked = {}
    for code in (record.shown_code, "0000-0000-0000", "x"):
        with CaptureQueriesContext(connection) as seen:
            check(code)
        asked[code] = (len(seen), sum("portal_learningrecord" in one["sql"] for one in seen))
    # whether this address has tried too often, and noting that it has tried; the record
    assert (len(set(asked.values())), asked["x"][1]) == (1, 1)


def test_guessing_is_slow(record, monkeypatch):
    monkeypatch.setitem(limits.RATES, "check_record", "2/h/ip")
    answers = [check("x").status_code for _ in range(3)]
    assert (answers, check(record.shown_code).status_code) == ([200, 200, 429], 429)
    assert Client().get(CHECK).status_code == 200


def test_it_only_reads(record, client):
    assert client.post(CHECK, {"code": record.code}).status_code == 405
    assert client.head(CHECK, {"code": record.code}).status_code == 200
    assert "csrfmiddlewaretoken" not in client.get(CHECK).text
    assert "/record/" in client.get("/robots.txt").text


# -- codes ---------------------------------------------------------------------------------------------------


@given(st.text(alphabet=codes.ALPHABET, min_size=12, max_size=12))
def test_a_code_is_read_as_it_was_written(code):
    assert codes.read(codes.grouped(code)) == codes.read(codes.grouped(code).lower()) == code


@given(st.text(max_size=200))
def test_any_text_is_a_code_or_none(text):
    read = codes.read(text)
    assert read == "" or (len(read) == codes.LENGTH and set(read) <= set(codes.ALPHABET))


def test_codes_are_not_alike():
    many = {codes.new_code() for _ in range(500)}
    assert len(many) == 500
    assert all(codes.read(code) == code for code in many)
    assert codes.grouped("0123456789AB") == "0123-4567-89AB"
