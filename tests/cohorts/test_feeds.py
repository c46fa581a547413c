"""What calendar programs get: read back by other libraries, and asked for again and again."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import actions, ics
from cohorts.models import CalendarFeed
from cohorts.times import LONDON
from tests.cohorts.conftest import NOW
from tests.factories import SessionFactory


@pytest.fixture
def address(cast) -> str:
    """The participant's own."""
    return f"/calendar/feed/{actions.renew_feed(person=cast.participant).token}.ics"


def read(content: bytes) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(content)


def fetch(address: str) -> icalendar.Calendar:
    response = Client().get(address)
    assert response.status_code == 200
    return read(response.content)


def event(calendar: icalendar.Calendar, title: str) -> icalendar.Event:
    [found] = [event for event in calendar.events if event["SUMMARY"] == title]
    return found


# -- what it says -------------------------------------------------------------------


def test_the_feed_holds_every_dated_session_that_its_owner_may_see(sessions, address):
    calendar = fetch(address)
    assert [str(event["SUMMARY"]) for event in calendar.events] == [
        "Past zwetschge",
        "Half-day zwetschge",
        "Cancelled: Called off zwetschge",
        "Open webinar",
    ]
    assert calendar["VERSION"] == "2.0"
    assert calendar["X-WR-CALNAME"] == "Communities of practice"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)


def test_an_event_has_what_a_program_needs(sessions, address):
    private = sessions.private
    found = event(fetch(address), "Half-day zwetschge")
    assert found["UID"] == f"{private.uid}@testserver"
    assert found["SEQUENCE"] == 0
    assert found["STATUS"] == "TENTATIVE"
    assert found["CLASS"] == "PRIVATE"
    assert found["LOCATION"] == "Room zwetschge"
    assert found["URL"] == f"http://testserver/sessions/{private.pk}/"
    assert found["DTSTAMP"].dt == private.updated_at.replace(microsecond=0)
    assert found["LAST-MODIFIED"].dt == private.updated_at.replace(microsecond=0)
    assert found["DTSTART"].params["TZID"] == "Europe/London"
    assert found["DTSTART"].dt == private.starts_at
    assert found["DTEND"].dt == private.ends_at
    assert str(found["DESCRIPTION"]) == (
        "The date may still change.\n\nAbout zwetschge.\n\nJoin: https://meet.example.org/zwetschge\n\n"
        f"http://testserver/sessions/{private.pk}/"
    )


def test_how_sessions_stand(sessions, address):
    calendar = fetch(address)
    cancelled = event(calendar, "Cancelled: Called off zwetschge")
    assert (cancelled["STATUS"], cancelled["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    public = event(calendar, "Open webinar")
    assert (public["STATUS"], public["TRANSP"], public["CLASS"]) == ("CONFIRMED", "OPAQUE", "PUBLIC")


def test_the_same_event_moves_under_the_same_id_and_a_higher_sequence(sessions, address):
    before = event(fetch(address), "Open webinar")
    starts = sessions.public.starts_at + timedelta(days=1)
    actions.change_session(session=sessions.public, starts_at=starts, ends_at=starts + timedelta(hours=1))
    after = event(fetch(address), "Open webinar")
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == starts


@pytest.mark.parametrize(
    ("starts", "local"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "2026-03-29T00:30:00+00:00"),  # half an hour before
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29T02:00:00+01:00"),  # clocks go forward
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), "2026-10-25T00:30:00+01:00"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "2026-10-25T02:00:00+00:00"),  # clocks have gone back
        (datetime(2045, 7, 1, 8, 30, tzinfo=UTC), "2045-07-01T09:30:00+01:00"),  # far ahead
        (datetime(2021, 9, 23, 8, 30, tzinfo=UTC), "2021-09-23T09:30:00+01:00"),
    ],
)
def test_londons_time_is_right_around_the_change_of_the_clocks(db, starts, local):
    session = SessionFactory.build(pk=1, starts_at=starts, ends_at=starts + timedelta(hours=1))
    session.created_at = session.updated_at = starts
    calendar = read(ics.calendar([session], name="x", reader=AnonymousUser()))
    [found] = calendar.events
    assert found["DTSTART"].dt.astimezone(LONDON).isoformat() == local
    # Read with nothing but the zone that the file itself describes, as Outlook does.
    [zone] = calendar.timezones
    wall = found["DTSTART"].dt.replace(tzinfo=zone.to_tz(lookup_tzid=False))
    assert wall.utcoffset() == starts.astimezone(LONDON).utcoffset()


def test_a_session_across_the_change_of_the_clocks_keeps_its_length(db):
    starts = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    session = SessionFactory.build(pk=1, starts_at=starts, ends_at=starts + timedelta(hours=2))
    session.created_at = session.updated_at = starts
    [found] = read(ics.calendar([session], name="x", reader=AnonymousUser())).events
    length = found["DTEND"].dt.astimezone(UTC) - found["DTSTART"].dt.astimezone(UTC)
    assert length == timedelta(hours=2)


def test_programs_that_expand_calendars_find_each_session_on_its_day(sessions, address):
    expanded = recurring_ical_events.of(fetch(address))
    assert [str(found["SUMMARY"]) for found in expanded.at(date(2026, 3, 11))] == ["Half-day zwetschge"]
    assert [str(found["SUMMARY"]) for found in expanded.at(date(2026, 3, 17))] == ["Open webinar"]
    assert expanded.at(date(2026, 3, 18)) == []
    assert len(expanded.between(date(2026, 1, 1), date(2027, 1, 1))) == 4


def _texts(**limits: int) -> st.SearchStrategy[str]:
    """Without a backslash before N: written rightly, icalendar's own reader takes it for a line break."""
    return st.text(**limits).filter(lambda text: "\\N" not in text)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=_texts(min_size=1, max_size=160),
    place=_texts(max_size=200),
    description=_texts(max_size=500),
)
def test_any_text_comes_back_and_breaks_no_line(title, place, description):
    now = datetime(2026, 3, 10, tzinfo=UTC)
    session = SessionFactory.build(
        pk=1,
        title=title,
        place=place,
        description=description,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
    )
    session.created_at = session.updated_at = now
    content = ics.calendar([session], name=title, reader=AnonymousUser())
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert content.count(b"BEGIN:VEVENT") == 1
    assert content.count(b"\r\nEND:VEVENT\r\n") == 1
    [found] = read(content).events
    assert str(found["SUMMARY"]) == ics._clean(title)
    assert ics._clean(description) in str(found["DESCRIPTION"])
    assert {name for name, _ in found.property_items()} >= {"UID", "DTSTAMP", "DTSTART"}


@pytest.mark.parametrize(
    "nasty",
    ["x\r\nATTENDEE:mailto:a@example.org", "x\nEND:VEVENT\nBEGIN:VEVENT", "x\\nATTENDEE:y", "a;b,c:d\\"],
)
def test_no_text_adds_a_property(db, nasty):
    now = datetime(2026, 3, 10, tzinfo=UTC)
    session = SessionFactory.build(
        pk=1, title=nasty, place=nasty, description=nasty, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    session.created_at = session.updated_at = now
    calendar = read(ics.calendar([session], name=nasty, reader=AnonymousUser()))
    [found] = calendar.events
    assert "ATTENDEE" not in found
    assert str(found["SUMMARY"]) == nasty.replace("\r\n", "\n")


# -- one session --------------------------------------------------------------------


def test_one_session_to_add(sessions):
    response = Client().get(f"/sessions/{sessions.public.pk}.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="session-{sessions.public.pk}.ics"'
    assert [str(found["SUMMARY"]) for found in read(response.content).events] == ["Open webinar"]


def test_a_joining_link_is_for_who_is_signed_in(cast, sessions, signed_in):
    address = f"/sessions/{sessions.public.pk}.ics"
    visitor, member = Client().get(address), signed_in(cast.outsider).get(address)
    assert b"meet.example.org" not in visitor.content
    assert b"meet.example.org" in member.content
    assert visitor["ETag"] != member["ETag"]


def test_an_answer_for_a_person_is_kept_by_nobody(cast, sessions, signed_in):
    response = signed_in(cast.participant).get(f"/sessions/{sessions.private.pk}.ics")
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]


# -- asked again and again ----------------------------------------------------------


def test_nothing_new_is_answered_in_a_word(sessions, address, django_assert_num_queries):
    first = Client().get(address)
    with django_assert_num_queries(3):  # the feed with its person; circles; sessions
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    with time_machine.travel(NOW + timedelta(seconds=1)):
        actions.change_session(session=sessions.private, title="New title")
    after = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != first["ETag"]


@pytest.mark.parametrize("number", [1, 30])
def test_the_feed_costs_three_queries(cast, address, now, django_assert_num_queries, number):
    for place in range(number):
        SessionFactory(circle=cast.cohort.circle, cohort=cast.cohort, starts_at=now + timedelta(days=place))
    with django_assert_num_queries(3):
        Client().get(address)


def test_the_same_sessions_are_the_same_bytes(sessions, address):
    assert Client().get(address).content == Client().get(address).content


def test_the_feed_needs_no_sign_in_and_leaves_no_trace(cast, sessions, address, signed_in):
    response = Client().get(address)
    assert response.cookies == {}
    assert response["X-Robots-Tag"] == "noindex"
    assert "private" in response["Cache-Control"]
    # Whoever asks, the owner's sessions are in it.
    assert signed_in(cast.outsider).get(address).content == response.content


@pytest.mark.postgres
@pytest.mark.parametrize("token", ["x", "x" * 64, "é", "%00", "..", "a" * 1000])
def test_another_address_opens_nothing(sessions, address, token):
    assert Client().get(f"/calendar/feed/{token}.ics").status_code == 404


def test_part_of_an_address_opens_nothing(cast, sessions, address):
    token = CalendarFeed.objects.get(person=cast.participant).token
    for part in (token[:-1], token + "x", token.swapcase()):
        assert Client().get(f"/calendar/feed/{part}.ics").status_code == 404


def test_a_closed_account_has_no_feed(cast, sessions, address):
    cast.participant.is_active = False
    cast.participant.save()
    assert Client().get(address).status_code == 404


def test_writing_to_it_is_refused(sessions, address):
    assert Client().post(address).status_code == 405
    assert Client().head(address).status_code == 200
