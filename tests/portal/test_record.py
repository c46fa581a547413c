"""One's record of learning: what it says, how it is made, who gets it, and how it goes."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.enums import SessionKind
from journal import actions as journal
from journal.models import Rating
from members import actions as members
from members.models import Membership
from portal import actions, pdf
from portal.errors import NoName, NothingYet, TooManyRecords
from portal.models import MOST_RECORDS, LearningRecord, TookPart, digest_of
from portal.record import MOST_LISTED, about_hours, cohorts_of, gather, said_of, sessions_held, shown
from tests.factories import CohortFactory, SessionFactory
from tests.portal.records import NOW, RECORD, held, read, ticked
from tests.study.conftest import fresh, leave_network, visit  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def content_of(person, *, with_reflections: bool = False):
    """What somebody's record would say now."""
    me = fresh(person)
    cohorts, said = cohorts_of(me), said_of(me)
    sessions = [one for one in sessions_held(me, cohorts) if one.pk in said]
    return dict(
        gather(me, issuer="Portal", cohorts=cohorts, sessions=sessions, with_reflections=with_reflections)
    )


def made(person, pages) -> LearningRecord:
    """A record that says one thing."""
    read(person, pages, ["Trust"])
    return actions.make_record(person=person, content=content_of(person))


def section(html: str, name: str) -> str:
    found = BeautifulSoup(html, "html.parser").find(id=name)
    found = found and found.find_parent(class_="p-section")
    return " ".join(found.get_text(" ").split()) if found else ""


# -- what it says --------------------------------------------------------------------------------------------


def test_it_says_what_was_done_and_never_what_was_thought(cast, pages):
    me, module = cast.participant, pages.module
    cast.cohort.programme = pages.programme
    cast.cohort.starts_on, cast.cohort.ends_on = (NOW - timedelta(days=90)).date(), NOW.date()
    cast.cohort.save()
    first, second = held(cast.cohort, 2)
    actions.say_took_part(person=me, sessions=[second.pk], among=[first.pk, second.pk])
    ticked(me, module)
    read(me, pages, ["Trust", "Rhythm"])
    Rating.objects.create(
        person=me, circle=cast.cohort.circle, outcome="4d1c1a52-6f37-4ee4-9bbd-3b8a2f5b0c11", words="W",
        moment="start", score=2, note="Secret",
    )  # fmt: skip
    journal.write(person=me, text="Secret")
    assert content_of(me, with_reflections=True) == {
        "issuer": "Portal",
        "name": "Participant Demo",
        "cohorts": [
            {
                "name": "Cohort 2021–22",
                "programme": "Programme",
                "role": "Participant",
                "dates": "10 December 2025 to 10 March 2026",
            }
        ],
        "sessions": [
            {"title": "Half-day 2", "kind": "Module half-day", "day": "9 March 2026", "minutes": 180}
        ],
        "modules": [{"number": 1, "title": "Planning and launching", "done": 1, "total": 2}],
        "resources": [
            {"title": "Trust", "day": "10 March 2026", "minutes": 6},
            {"title": "Rhythm", "day": "10 March 2026", "minutes": 6},
        ],
        "more": {"count": 0, "minutes": 0},
        "outcomes": [{"cohort": "Cohort 2021–22", "moments": ["At the start"]}],
        "reflections": 1,
        "session_minutes": 180,
        "reading_minutes": 12,
    }
    assert content_of(me)["reflections"] is None


def test_only_sessions_of_ones_own_that_took_place_are_asked_about(cast):
    [own] = held(cast.cohort)
    held(CohortFactory())
    soon = SessionFactory(cohort=cast.cohort, circle=cast.cohort.circle, starts_at=NOW + timedelta(days=1))
    off = SessionFactory(
        cohort=cast.cohort,
        starts_at=NOW - timedelta(days=2),
        ends_at=NOW - timedelta(days=1),
        cancelled_at=NOW,
    )
    undated = SessionFactory(cohort=cast.cohort, starts_at=None, ends_at=None, kind=SessionKind.CLINIC)
    SessionFactory(starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1))
    me = fresh(cast.participant)
    assert sessions_held(me, cohorts_of(me)) == [own]
    assert {soon.is_over(NOW), bool(off.cancelled_at), undated.minutes} == {False, True, None}
    assert sessions_held(fresh(cast.outsider), cohorts_of(fresh(cast.outsider))) == []


def test_what_one_can_no_longer_see_is_not_on_a_new_record(cast, pages):
    [session] = held(cast.cohort)
    actions.say_took_part(person=cast.participant, sessions=[session.pk], among=[session.pk])
    read(cast.participant, pages, ["Trust"])
    before = content_of(cast.participant)
    own = Membership.objects.filter(person=cast.participant, circle=cast.cohort.circle)
    own.update(state="ended", ended_at=NOW)
    after = content_of(cast.participant)
    assert (len(before["sessions"]), before["session_minutes"]) == (1, 180)
    assert (after["cohorts"], after["sessions"], after["session_minutes"]) == ([], [], 0)
    assert after["resources"] == before["resources"]


def test_of_very_many_resources_the_rest_are_counted(cast, pages, monkeypatch):
    monkeypatch.setattr("portal.record.MOST_LISTED", 3)
    assert MOST_LISTED == 200
    read(cast.participant, pages, [f"G{number}" for number in range(5)])
    content = content_of(cast.participant)
    assert [one["title"] for one in content["resources"]] == ["G0", "G1", "G2"]
    assert (content["more"], content["reading_minutes"]) == ({"count": 2, "minutes": 12}, 30)
    assert shown(content)["tables"][0]["rows"][-1] == ["2 more", "", "12 minutes"]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "no hours"), (1, "about 1 minute"), (59, "about 59 minutes"), (60, "about 1 hour"), (89, "about 1 hour"),
        (90, "about 2 hours"), (1440, "about 24 hours"), (60 * 1234, "about 1,234 hours"),
    ],
)  # fmt: skip
def test_hours_in_words(minutes, words):
    assert about_hours(minutes) == words


@given(st.integers(min_value=60, max_value=10**6))
def test_words_are_within_half_an_hour(minutes):
    hours = int(about_hours(minutes).split()[1].replace(",", ""))
    assert abs(hours * 60 - minutes) <= 30


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.integers(min_value=1, max_value=600), max_size=5),
    st.lists(st.integers(min_value=1, max_value=90), max_size=5),
)
def test_hours_are_a_plain_sum(cast, pages, sessions, reading):
    with transaction.atomic():
        for number, minutes in enumerate(sessions):
            one = held(cast.cohort, minutes=1)[0]
            type(one).objects.filter(pk=one.pk).update(
                starts_at=NOW - timedelta(days=9 + number),
                ends_at=NOW - timedelta(days=9 + number, minutes=-minutes),
            )
            actions.say_took_part(person=cast.participant, sessions=[one.pk], among=[one.pk])
        for number, minutes in enumerate(reading):
            read(cast.participant, pages, [f"G{number}"], minutes=minutes)
        content = content_of(cast.participant)
        transaction.set_rollback(True)
    assert (content["session_minutes"], content["reading_minutes"]) == (sum(sessions), sum(reading))


# -- making it -------------------------------------------------------------------------------------------------


def test_from_the_ticks_to_the_record(cast, pages, visit):  # noqa: F811
    first, second = held(cast.cohort, 2)
    browser = visit("participant")
    page = browser.get(RECORD)
    assert "We keep no register" in section(page.text, "took-part")
    assert "Half-day 2, 9 March 2026 (3 hours)" in section(page.text, "took-part")
    answer = browser.post(RECORD, {"sessions": [first.pk], "do": "save"})
    assert (answer.status_code, answer["Location"], LearningRecord.objects.count()) == (303, RECORD, 0)
    assert "Participant Demo states that they took part in these." in section(
        browser.get(RECORD).text, "sessions"
    )
    answer = browser.post(RECORD, {"sessions": [first.pk, second.pk], "reflections": "on", "do": "make"})
    record = LearningRecord.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{RECORD}{record.pk}/")
    assert (record.person, record.issued_at) == (cast.participant, NOW)
    assert (record.content["session_minutes"], record.content["reflections"]) == (360, 0)
    own = browser.get(answer["Location"]).text
    assert record.shown_code in own
    assert "Half-day 1" in section(own, "sessions")
    assert "About 6 hours of sessions" in own


def test_twice_is_once_until_something_has_changed(cast, pages, visit):  # noqa: F811
    held(cast.cohort)
    read(cast.participant, pages, ["Trust"])
    browser = visit("participant")
    places = [browser.post(RECORD, {"do": "make"})["Location"] for _ in range(3)]
    assert len(set(places)) == LearningRecord.objects.count() == 1
    read(cast.participant, pages, ["Rhythm"])
    assert browser.post(RECORD, {"do": "make"})["Location"] not in places
    assert LearningRecord.objects.count() == 2


def test_what_is_made_stays_as_it_was(cast, pages, visit):  # noqa: F811
    record = made(cast.participant, pages)
    members.update_profile(person=cast.participant, first_name="Another", last_name="Name")
    read(cast.participant, pages, ["Rhythm"])
    html = visit("participant").get(record.get_absolute_url()).text
    assert "Participant Demo" in html
    assert "Rhythm" not in section(html, "guidance")


def test_ticks_are_taken_back_and_others_stay(cast):
    first, second, third = (one.pk for one in held(cast.cohort, 3))
    assert (
        actions.say_took_part(person=cast.participant, sessions=[first, third], among=[first, second, third])
        == 2
    )
    assert actions.say_took_part(person=cast.participant, sessions=[second], among=[first, second]) == 2
    assert actions.say_took_part(person=cast.participant, sessions=[second], among=[first, second]) == 0
    assert said_of(cast.participant) == {second, third}
    assert said_of(cast.convener) == frozenset()


def test_what_was_not_asked_cannot_be_ticked(cast, visit):  # noqa: F811
    [other] = held(CohortFactory())
    [own] = held(cast.cohort)
    page = visit("participant").post(RECORD, {"sessions": [own.pk, other.pk], "do": "make"})
    assert (page.status_code, TookPart.objects.count()) == (200, 0)
    assert "One of these sessions is gone. Look at the list again." in page.text
    assert visit("participant").post(RECORD, {"sessions": ["x"], "do": "save"}).status_code == 200


def test_who_has_done_nothing_makes_no_record(cast, pages, visit):  # noqa: F811
    page = visit("participant").post(RECORD, {"do": "make"})
    assert (page.status_code, LearningRecord.objects.count()) == (200, 0)
    assert NothingYet.words in page.text


def test_who_has_no_name_makes_no_record(cast, pages):
    read(cast.participant, pages, ["Trust"])
    cast.participant.first_name = cast.participant.last_name = ""
    cast.participant.save()
    with pytest.raises(NoName):
        actions.make_record(person=cast.participant, content=content_of(cast.participant))


def test_at_most_so_many_are_kept(cast, pages):
    read(cast.participant, pages, ["Trust"])
    content = content_of(cast.participant)
    for number in range(MOST_RECORDS):
        first = actions.make_record(person=cast.participant, content={**content, "issuer": f"P{number}"})
    with pytest.raises(TooManyRecords):
        actions.make_record(person=cast.participant, content=content)
    assert actions.make_record(person=cast.participant, content=first.content) == first
    actions.withdraw_record(record=first)
    assert actions.make_record(person=cast.participant, content=content).pk


def test_the_database_holds_it(cast, pages):
    record = made(cast.participant, pages)
    rows = [
        LearningRecord(person=cast.convener, code=record.code, content={}, digest="x"),
        LearningRecord(person=cast.participant, content={}, digest=record.digest),
    ]
    [session] = held(cast.cohort)
    actions.say_took_part(person=cast.participant, sessions=[session.pk], among=[session.pk])
    rows.append(TookPart(person=cast.participant, session=session))
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_digest_does_not_depend_on_the_order():
    assert digest_of({"a": 1, "b": "é"}) == digest_of({"b": "é", "a": 1}) != digest_of({"a": 1, "b": "e"})


# -- whose it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "record.pdf", "withdraw/"])
@pytest.mark.parametrize("who", ["admin", "editor", "facilitator", "convener", "outsider"])
def test_another_persons_record_is_not_there(cast, pages, visit, who, part):  # noqa: F811
    record = made(cast.participant, pages)
    answers = [visit(who).get(f"{record.get_absolute_url()}{part}"), visit(who).get(f"{RECORD}999999/{part}")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert record.can_see(cast.participant)
    assert not record.can_see(getattr(cast, who))
    assert list(LearningRecord.objects.visible_to(getattr(cast, who))) == []


def test_who_has_left_keeps_what_they_have_and_makes_no_more(cast, pages, visit):  # noqa: F811
    record = made(cast.participant, pages)
    leave_network(cast.participant)
    browser = visit("participant")
    assert browser.get(RECORD).status_code == browser.get(record.get_absolute_url()).status_code == 200
    assert browser.post(RECORD, {"do": "make"}).status_code == 404
    assert "Make my record" not in browser.get(RECORD).text
    assert browser.post(f"{record.get_absolute_url()}withdraw/").status_code == 303


def test_withdrawing(cast, pages, visit):  # noqa: F811
    record = made(cast.participant, pages)
    browser, address = visit("participant"), f"{record.get_absolute_url()}withdraw/"
    assert visit("convener").post(address).status_code == 404
    assert browser.get(address).status_code == 200
    assert LearningRecord.objects.count() == 1
    answer = browser.post(address)
    assert (answer.status_code, answer["Location"]) == (303, RECORD)
    assert LearningRecord.objects.count() == 0
    assert browser.post(address).status_code == 404
    assert not actions.withdraw_record(record=record)


def test_without_pango_the_page_is_printed(cast, pages, visit, monkeypatch):  # noqa: F811
    record = made(cast.participant, pages)
    monkeypatch.setattr(pdf, "_PANGO", ("libnowhere.so",))
    pdf.is_available.cache_clear()
    try:
        html = visit("participant").get(record.get_absolute_url()).text
        assert "record.pdf" not in html
        assert "We cannot make PDFs here. Print this page" in html
    finally:
        monkeypatch.undo()
        pdf.is_available.cache_clear()


# -- what it costs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_page(cast, pages, visit, django_assert_num_queries, number):  # noqa: F811
    sessions = [one.pk for one in held(cast.cohort, number)]
    actions.say_took_part(person=cast.participant, sessions=sessions, among=sessions)
    ticked(cast.participant, pages.module)
    read(cast.participant, pages, [f"G{place}" for place in range(number)])
    browser = visit("participant")
    browser.get(RECORD)
    # session, person, circles; cohorts, records, sessions, ticks; modules, their steps, guidance, outcomes
    with django_assert_num_queries(11):
        page = browser.get(RECORD)
    assert len(page.context["content"]["resources"]) == len(page.context["content"]["sessions"]) == number
