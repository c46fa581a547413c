"""Who sees which sessions; and what is a cohort's own stays with it, wherever sessions show."""

import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.test import Client

from cohorts import actions
from cohorts.models import CalendarFeed, Cohort, Session
from kit.registry import searches
from members import actions as members_actions
from members.enums import CircleKind
from tests.cohorts.conftest import SECRET
from tests.factories import CircleFactory, CohortFactory, SessionFactory

PEOPLE = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
INSIDE = {"facilitator", "convener", "participant"}


def person(cast, who):
    return AnonymousUser() if who == "visitor" else getattr(cast, who)


@pytest.fixture
def more(sessions, cast, pages):
    """Sessions of another cohort, of the community, and of the network, besides those of the cast's cohort."""
    other = CohortFactory()
    for circle in (other.circle, cast.community.circle, CircleFactory(kind=CircleKind.COMMUNITY)):
        SessionFactory(circle=circle, cohort=other if circle == other.circle else None)
    SessionFactory(circle=None, cohort=other)
    return other


@pytest.mark.parametrize("who", PEOPLE)
def test_visible_to_and_can_see_agree(cast, more, who):
    user = person(cast, who)
    for model in (Session, Cohort):
        seen = set(model.objects.visible_to(user))
        assert seen == {thing for thing in model.objects.all() if thing.can_see(user)}


@pytest.mark.postgres
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("may_change", [False, True])
def test_managed_by_and_can_manage_agree(cast, more, who, may_change):
    user = person(cast, who)
    if may_change and who != "visitor":
        codenames = ("change_session", "change_cohort")
        user.user_permissions.set(
            Permission.objects.filter(content_type__app_label="cohorts", codename__in=codenames)
        )
    for model in (Session, Cohort):
        managed = set(model.objects.managed_by(user))
        assert managed == {thing for thing in model.objects.all() if thing.can_manage(user)}
        assert managed >= set(model.objects.visible_to(user))


def test_who_changes_sessions_finds_those_of_every_cohort_and_of_no_community(cast, more):
    managed = Session.objects.managed_by(cast.admin)
    assert set(managed) == set(Session.objects.all()) - set(
        Session.objects.filter(cohort=None, circle__isnull=False)
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_feeds_are_ones_own(cast, who):
    for name in PEOPLE[:-1]:
        actions.renew_feed(person=getattr(cast, name))
    own = CalendarFeed.objects.visible_to(person(cast, who))
    assert [feed.person for feed in own] == ([] if who == "visitor" else [person(cast, who)])


def _browser(cast, signed_in, who):
    return Client() if who == "visitor" else signed_in(getattr(cast, who))


def _addresses(sessions):
    return [
        "/calendar/",
        "/calendar/?kind=half_day",
        "/calendar/?kind=clinic",
        "/calendar/?show=ahead",
        "/calendar/?show=past",
        "/calendar/?show=undated",
        "/search/?q=half",
        "/api/v1/sessions",
        "/",
        *(f"/sessions/{session.pk}/" for session in vars(sessions).values()),
        *(f"/sessions/{session.pk}.ics" for session in vars(sessions).values()),
    ]


@pytest.mark.postgres
@pytest.mark.parametrize("who", PEOPLE)
def test_the_secret_word_shows_to_the_cohort_and_to_nobody_else(cast, sessions, signed_in, who):
    browser = _browser(cast, signed_in, who)
    found = set()
    for address in _addresses(sessions):
        response = browser.get(address)
        if SECRET in response.content.decode():
            found.add(address.split("?")[0])
    own = [session for session in vars(sessions).values() if session.circle_id]
    pages = {f"/sessions/{session.pk}/" for session in own}
    dated = {f"/sessions/{session.pk}.ics" for session in own if session.starts_at}
    assert found == ({"/calendar/", "/search/"} | pages | dated if who in INSIDE else set())


def _without_id(response):
    """The page but for the address that was asked for, and the token that is new each time."""
    page = re.sub(r"(sessions(/|%2F))\d+", r"\1", response.content.decode())
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", page)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_strangers_answer_is_that_for_what_is_not_there(cast, sessions, signed_in, who):
    browser = _browser(cast, signed_in, who)
    missing = browser.get("/sessions/999999/")
    assert missing.status_code == 404
    for session in (sessions.private, sessions.past, sessions.undated):
        response = browser.get(f"/sessions/{session.pk}/")
        assert response.status_code == (200 if who in INSIDE else 404)
        if who not in INSIDE:
            assert _without_id(response) == _without_id(missing)


@pytest.mark.parametrize("who", PEOPLE[:-1])
def test_feeds_hold_what_their_owners_may_see(cast, sessions, who):
    feed = actions.renew_feed(person=getattr(cast, who))
    text = Client().get(f"/calendar/feed/{feed.token}.ics").content.decode()
    assert (SECRET in text) == (who in INSIDE)
    assert "Open webinar" in text


@pytest.mark.postgres
@pytest.mark.parametrize("who", PEOPLE)
def test_the_search_over_everything_asks_who_it_is(cast, sessions, who):
    kind = searches.get("sessions")
    titles = {hit.title for hit in kind.find(person(cast, who), SECRET, 10)}
    own = {session.title for session in vars(sessions).values() if session.circle_id}
    assert titles == (own if who in INSIDE else set())
    assert [hit.title for hit in kind.find(person(cast, who), "webinar", 10)] == ["Open webinar"]


def test_the_open_data_is_that_of_a_visitor_whoever_asks(cast, sessions, signed_in):
    for who in PEOPLE:
        body = json.loads(_browser(cast, signed_in, who).get("/api/v1/sessions").content)
        assert [row["title"] for row in body["items"]] == ["Open webinar"]


def test_access_ends_with_the_membership(cast, sessions, signed_in):
    browser = signed_in(cast.participant)
    feed = actions.renew_feed(person=cast.participant)
    address = f"/calendar/feed/{feed.token}.ics"
    tag = browser.get(address)["ETag"]
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    assert browser.get(f"/sessions/{sessions.private.pk}/").status_code == 404
    assert browser.get(f"/sessions/{sessions.private.pk}.ics").status_code == 404
    assert SECRET not in browser.get("/calendar/").content.decode()
    again = Client().get(address, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert SECRET not in again.content.decode()


def test_a_session_that_is_closed_is_gone_for_visitors_at_once(
    cast, sessions, django_capture_on_commit_callbacks
):
    browser = Client()
    assert "Open webinar" in browser.get("/calendar/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_session(session=sessions.public, circle=cast.cohort.circle)
    assert "Open webinar" not in browser.get("/calendar/").content.decode()
    assert browser.get(f"/sessions/{sessions.public.pk}/").status_code == 404


def test_a_module_that_is_hidden_is_not_named(cast, sessions, pages, signed_in):
    actions.change_session(session=sessions.public, module=pages.module)
    assert "After module 1" in Client().get("/calendar/?kind=webinar").content.decode()
    pages.module.unpublish()
    from kit.caching import forget_public_pages

    forget_public_pages()
    assert "odule 1" not in Client().get("/calendar/?kind=webinar").content.decode()
    page = Client().get(f"/sessions/{sessions.public.pk}/").content.decode()
    assert "Planning and launching" not in page


def test_the_name_of_a_cohort_shows_to_its_own_people_only(cast, sessions, signed_in):
    actions.change_session(session=sessions.public, cohort=cast.cohort)
    other = CohortFactory(name="Cohort Other")
    for who in ("participant", "outsider"):
        members_actions.join(person=getattr(cast, who), circle=other.circle)
    listed = signed_in(cast.participant).get("/calendar/?kind=webinar").content.decode()
    assert "Cohort 2021–22" in listed
    listed = signed_in(cast.outsider).get("/calendar/?kind=webinar").content.decode()
    assert "Cohort 2021–22" not in listed
