"""One session's page, and one's own calendar address."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from cohorts import actions
from cohorts.models import CalendarFeed, Session, SessionChange
from kit import registry
from tests.factories import SessionFactory


def main(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def words(part) -> str:
    return " ".join(part.get_text(" ").split())


def facts(page) -> dict[str, str]:
    return {words(row.dt): words(row.dd) for row in page.select(".nhsuk-summary-list__row")}


# -- a session ----------------------------------------------------------------------


def test_a_participant_reads_everything(cast, sessions, pages, signed_in):
    page = main(signed_in(cast.participant).get(f"/sessions/{sessions.private.pk}/"))
    assert page.h1.get_text() == "Half-day zwetschge"
    assert facts(page) == {
        "When": "Wednesday 11 March 2026, 9:30am to 12:30pm 3 hours. London time",
        "Where": "Room zwetschge",
        "Module": "1. Planning and launching",
    }
    assert page.select_one("a[href='/programme/modules/planning/']") is not None
    assert page.select_one("a[href='https://meet.example.org/zwetschge']").get_text() == "Join online"
    assert page.select_one(f"a[href='/sessions/{sessions.private.pk}.ics']") is not None
    assert (
        words(page.select_one(".p-who"))
        == "Only the 3 people of Cohort 2021–22, facilitators included, and the editors of this site can see this session."
    )
    assert words(page.select_one(".p-notice")) == "This date is provisional. It may still change."
    assert words(page.select_one(".p-prose")) == "About zwetschge."


def test_a_visitor_reads_a_public_session_without_its_link(sessions):
    page = main(Client().get(f"/sessions/{sessions.public.pk}/"))
    assert words(page.select_one(".p-who")) == "Everybody can see this session."
    assert "meet.example.org" not in str(page)
    assert (
        page.select_one(f"a[href='/accounts/login/?next=%2Fsessions%2F{sessions.public.pk}%2F']").get_text()
        == "Sign in to see how to join"
    )
    assert page.select("form") == []
    assert page.select_one(".p-prose em").get_text() == "everybody"


def test_whoever_is_signed_in_may_join_a_public_session(cast, sessions, signed_in):
    page = main(signed_in(cast.outsider).get(f"/sessions/{sessions.public.pk}/"))
    assert page.select_one("a[href='https://meet.example.org/open']") is not None


@pytest.mark.parametrize("change", ["cancelled", "over"])
def test_nobody_joins_what_is_cancelled_or_over(cast, sessions, signed_in, now, change):
    if change == "cancelled":
        actions.cancel_session(session=sessions.public)
    else:
        actions.change_session(
            session=sessions.public, starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
        )
    for browser in (signed_in(cast.participant), Client()):
        page = main(browser.get(f"/sessions/{sessions.public.pk}/"))
        assert "meet.example.org" not in str(page)
        assert "how to join" not in words(page)
        said = (
            "This session is cancelled. It does not take place."
            if change == "cancelled"
            else "This session is over"
        )
        assert said in words(page)


def test_a_session_without_a_date_can_not_be_added_to_a_calendar(cast, sessions, signed_in):
    browser = signed_in(cast.participant)
    page = main(browser.get(f"/sessions/{sessions.undated.pk}/"))
    assert facts(page)["When"] == "Date to be set After module 1"
    assert page.select(f"a[href='/sessions/{sessions.undated.pk}.ics']") == []
    assert browser.get(f"/sessions/{sessions.undated.pk}.ics").status_code == 404


@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**30])
def test_what_is_not_there(db, pages, pk):
    assert Client().get(f"/sessions/{pk}/").status_code == 404
    assert Client().get(f"/sessions/{pk}.ics").status_code == 404


def test_a_post_is_refused(cast, sessions, signed_in):
    for address in (f"/sessions/{sessions.public.pk}/", f"/sessions/{sessions.public.pk}.ics"):
        assert signed_in(cast.participant).post(address).status_code == 405


def test_the_page_has_a_place_for_what_other_rooms_know(cast, sessions, signed_in, monkeypatch):
    own: registry.Registry = registry.Registry()
    own.add(
        registry.Panel(
            key="test.below",
            slot="session.below",
            draw=lambda session, request: f"<p>{session.title} for {request.user}</p>",
            queries=0,
        )
    )
    monkeypatch.setattr("kit.templatetags.kit_tags.panels", own)
    page = main(signed_in(cast.participant).get(f"/sessions/{sessions.private.pk}/"))
    assert "Half-day zwetschge for Participant Demo" in words(page)


def test_a_session_costs_five_queries(cast, sessions, signed_in, django_assert_num_queries):
    browser = signed_in(cast.participant)
    browser.get("/calendar/")
    # Session, person, circles; the session with its module, cohort and circle; what lies beside it.
    with django_assert_num_queries(5):
        browser.get(f"/sessions/{sessions.private.pk}/")


def test_a_public_session_is_kept_for_visitors(sessions, django_assert_num_queries):
    Client().get("/guidance/")
    with django_assert_num_queries(2):
        Client().get(f"/sessions/{sessions.public.pk}/")
    with django_assert_num_queries(0):
        Client().get(f"/sessions/{sessions.public.pk}/")


# -- one's own address --------------------------------------------------------------


def test_a_first_visit_writes_nothing_and_offers_an_address(cast, pages, signed_in):
    page = main(signed_in(cast.participant).get("/calendar/feed/"))
    assert words(page.form) == "Make my address"
    assert not CalendarFeed.objects.exists()


def test_an_address_is_made_shown_and_works(cast, sessions, signed_in):
    browser = signed_in(cast.participant)
    response = browser.post("/calendar/feed/new/", follow=True)
    page = main(response)
    feed = CalendarFeed.objects.get(person=cast.participant)
    shown = page.select_one("#address")["value"]
    assert shown == f"http://testserver/calendar/feed/{feed.token}.ics"
    assert page.select_one(f"a[href='webcal://testserver/calendar/feed/{feed.token}.ics']") is not None
    assert "Your calendar address is ready." in response.content.decode()
    assert Client().get(shown).status_code == 200


def test_a_new_address_ends_the_old_one(cast, sessions, signed_in):
    browser = signed_in(cast.participant)
    old = actions.renew_feed(person=cast.participant)
    page = main(browser.get("/calendar/feed/"))
    asked = page.select_one("form[action='/calendar/feed/new/'] input[name='instead_of']")["value"]
    response = browser.post("/calendar/feed/new/", {"instead_of": asked}, follow=True)
    assert "The old one no longer works." in response.content.decode()
    new = CalendarFeed.objects.get(person=cast.participant)
    assert Client().get(f"/calendar/feed/{old.token}.ics").status_code == 404
    assert Client().get(f"/calendar/feed/{new.token}.ics").status_code == 200
    browser.post("/calendar/feed/new/", {"instead_of": asked})
    assert CalendarFeed.objects.get(person=cast.participant).token == new.token


@pytest.mark.parametrize("asked", ["x", "é" * 1000, "\x00", "<b>"])
def test_a_forged_wish_changes_nothing(cast, pages, signed_in, asked):
    feed = actions.renew_feed(person=cast.participant)
    response = signed_in(cast.participant).post("/calendar/feed/new/", {"instead_of": asked})
    assert response.status_code == 302
    assert CalendarFeed.objects.get().token == feed.token


def test_another_persons_mark_changes_nothing(cast, pages, signed_in):
    feed = actions.renew_feed(person=cast.participant)
    signed_in(cast.outsider).post("/calendar/feed/new/", {"instead_of": feed.mark})
    assert CalendarFeed.objects.get(person=cast.participant).token == feed.token
    assert CalendarFeed.objects.get(person=cast.outsider).token != feed.token


@pytest.mark.parametrize("address", ["/calendar/feed/", "/calendar/feed/new/"])
def test_a_visitor_signs_in_first(db, pages, address):
    ask = Client().get if address == "/calendar/feed/" else Client().post
    response = ask(address)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")
    assert not CalendarFeed.objects.exists()


def test_making_one_is_a_post_with_a_token(cast, pages):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/calendar/feed/new/").status_code == 405
    assert browser.post("/calendar/feed/new/").status_code == 403
    assert not CalendarFeed.objects.exists()


def test_ones_own_page_is_kept_by_nobody(cast, pages, signed_in):
    actions.renew_feed(person=cast.participant)
    response = signed_in(cast.participant).get("/calendar/feed/")
    assert response["Cache-Control"] == "private, no-store"


def test_the_address_page_costs_three_queries(cast, pages, signed_in, django_assert_num_queries):
    actions.renew_feed(person=cast.participant)
    browser = signed_in(cast.participant)
    browser.get("/calendar/")
    with django_assert_num_queries(3):  # session, person; the feed
        browser.get("/calendar/feed/")


def test_a_session_of_a_community_names_it(cast, pages, signed_in):
    session = SessionFactory(circle=cast.community.circle, kind="meeting")
    page = main(signed_in(cast.convener).get(f"/sessions/{session.pk}/"))
    assert (
        words(page.select_one(".p-who"))
        == "Only the 1 person of Falls in care homes, conveners included, can see this session."
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"Where": "Place to be set", "How it stands": "Going ahead"}),
        ({"place": "Online"}, {"Where": "Online", "How it stands": "Going ahead"}),
        ({"provisional": True}, {"Where": "Place to be set", "How it stands": "Provisional"}),
        (
            {"provisional": True, "cancelled": True},
            {"Where": "Place to be set", "How it stands": "Cancelled"},
        ),
    ],
)
def test_what_one_needs_to_know_to_be_there(db, fields, expected):
    starts = datetime(2026, 7, 1, 11, tzinfo=UTC)
    known = {name: value for name, value in fields.items() if name != "cancelled"}
    session = Session(starts_at=starts, ends_at=starts + timedelta(hours=1), **known)
    session.cancelled_at = starts if "cancelled" in fields else None
    assert session.facts == {"When": "Wednesday 1 July 2026, midday to 1pm", **expected}
    session.starts_at = session.ends_at = None
    assert session.facts["When"] == "Date to be set"


def test_a_change_is_named_after_its_session_and_goes_with_it(db):
    session = SessionFactory(title="Half-day")
    change = SessionChange.objects.create(session=session, said={"Where": ["A", "B"], "When": ["C", "D"]})
    assert str(change) == "Half-day: Where, When"
    session.delete()
    assert not SessionChange.objects.exists()
