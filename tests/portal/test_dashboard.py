"""One's own page: one next step, then what the rooms have to say."""

import json
from datetime import UTC, datetime

import pytest

from kit import registry
from learning.models import GuidanceStage
from members import actions
from members.enums import Stage
from members.models import Profile
from portal.dashboard import PLACES, Place, build, greeting
from tests.factories import CommunityFactory, SessionFactory, TopicFactory

URL = "/me/"


@pytest.fixture
def cards(monkeypatch) -> registry.Registry:
    """No room's cards, for those of a test."""
    empty: registry.Registry = registry.Registry()
    monkeypatch.setattr(registry, "cards", empty)
    return empty


def card(key: str, html: str, order: int = 100) -> registry.Card:
    return registry.Card(key=key, draw=lambda request: html, queries=0, order=order)


@pytest.fixture
def asked(rf, cast):
    """A request of the participant's."""
    request = rf.get(URL)
    request.user = cast.participant
    return request


def test_cards_stand_in_their_place_and_order(cards, asked):
    cards.add(card("b.two", "<p>2</p>", 200))
    cards.add(card("a.one", "<p>1</p>", 100))
    cards.add(card("members.belongings", "<p>aside</p>"))
    cards.add(card("cohorts.next_session", "<p>next</p>"))
    dashboard = build(asked)
    assert dashboard.drawn == {
        Place.NEXT: ["<p>next</p>"],
        Place.MAIN: ["<p>1</p>", "<p>2</p>"],
        Place.ASIDE: ["<p>aside</p>"],
    }
    assert dashboard.step is None


def test_card_that_draws_nothing_is_left_out(cards, asked):
    cards.add(card("a.one", " \n"))
    cards.add(card("cohorts.next_session", ""))
    dashboard = build(asked)
    assert dashboard.drawn == {Place.NEXT: [], Place.MAIN: [], Place.ASIDE: []}
    assert dashboard.step.action == "Write my profile"


def test_who_has_said_who_they_are_is_sent_to_the_directory(cards, asked, cast):
    Profile.objects.filter(user=cast.participant).update(job_title="Pharmacist")
    assert build(asked).step.url == "/communities/"


def test_who_belongs_to_nothing_is_told_what_happens_next(signed_in, cast, cards):
    response = signed_in(cast.outsider).get(URL)
    step = response.context["dashboard"].step
    assert step.title == "Your account is ready. Your group is not there yet."
    assert response.content.decode().count('href="/guidance/"') == 1


def test_has_one_heading_and_one_next_step(signed_in, cast):
    page = signed_in(cast.participant).get(URL).content.decode()
    assert (page.count("<h1"), page.count('class="p-next"')) == (1, 1)


def test_greets_by_first_name_and_by_nothing_without_one(signed_in, cast):
    client = signed_in(cast.participant)
    assert client.get(URL).content.decode().count(", Participant</h1>") == 1
    cast.participant.first_name = ""
    cast.participant.save()
    assert ", </h1>" not in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        (datetime(2026, 1, 5, 0, 0, tzinfo=UTC), "Good morning"),
        (datetime(2026, 1, 5, 11, 59, tzinfo=UTC), "Good morning"),
        (datetime(2026, 1, 5, 12, 0, tzinfo=UTC), "Good afternoon"),
        (datetime(2026, 1, 5, 18, 0, tzinfo=UTC), "Good evening"),
        (datetime(2026, 7, 5, 11, 30, tzinfo=UTC), "Good afternoon"),  # summer time
        (datetime(2026, 7, 5, 23, 30, tzinfo=UTC), "Good morning"),
    ],
)
def test_greets_by_londons_clock(utc, words):
    assert greeting(utc) == words


def test_visitor_is_asked_to_sign_in(client, db):
    assert client.get(URL)["Location"] == "/accounts/login/?next=/me/"


def test_is_only_read(signed_in, cast):
    assert signed_in(cast.participant).post(URL).status_code == 405


def test_nobody_else_keeps_it(signed_in, cast):
    assert signed_in(cast.participant).get(URL)["Cache-Control"] == "private, no-store"


def test_places_name_no_card_twice_over():
    assert set(PLACES.values()) <= set(Place)


def crowd(cast, pages, number: int) -> None:
    """So many of everything, for the convener; and a resource that helps at every stage."""
    from members.enums import Role

    pages.guidance.stages.add(*(GuidanceStage(stage=stage) for stage in Stage))
    pages.guidance.save()
    step = {
        "type": "step",
        "id": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "value": {"phase": "before", "title": "Read", "text": "", "minutes": None, "guidance": None},
    }
    pages.module.steps = json.dumps([step])
    pages.module.save()
    for _ in range(number):
        actions.join(person=cast.convener, circle=CommunityFactory().circle, role=Role.LEAD)
        TopicFactory()
        SessionFactory(circle=cast.cohort.circle, cohort=cast.cohort)


@pytest.mark.parametrize("number", [1, 30])
def test_each_card_keeps_to_the_queries_that_it_declares(rf, cast, pages, number, django_assert_num_queries):
    crowd(cast, pages, number)
    request = rf.get(URL)
    request.user = cast.convener
    for one in registry.cards:
        one.draw(request)  # what is kept in a cache is there from now on
    for one in registry.cards:
        request.user.circle_ids  # noqa: B018 - looked up once a request
        with django_assert_num_queries(one.queries, info=one.key):
            one.draw(request)


def test_cards_together_keep_within_the_budget():
    person = 3
    assert person + sum(one.queries for one in registry.cards) == 12


def test_page_of_who_leads_nothing_keeps_within_the_budget(signed_in, cast, pages, django_assert_num_queries):
    """The card of communities of one's own asks nothing."""
    crowd(cast, pages, 1)
    client = signed_in(cast.participant)
    client.get(URL)
    with django_assert_num_queries(10):
        assert client.get(URL).status_code == 200


def test_a_next_step_of_our_own_asks_nothing_for_who_leads(cards, rf, cast, django_assert_num_queries):
    """The card of one's own communities has used what the budget leaves."""
    for who, url in (("convener", "/communities/mine/"), ("facilitator", "/calendar/")):
        request = rf.get(URL)
        request.user = getattr(cast, who)
        request.user.circle_ids  # noqa: B018 - looked up once a request
        with django_assert_num_queries(0):
            assert build(request).step.url == url


def test_a_next_step_of_our_own_asks_once_for_who_leads_nothing(cards, asked, django_assert_num_queries):
    asked.user.circle_ids  # noqa: B018 - looked up once a request
    with django_assert_num_queries(1):
        build(asked)


@pytest.mark.parametrize("number", [1, 30])
def test_page_keeps_within_the_budget(signed_in, cast, pages, number, django_assert_num_queries):
    crowd(cast, pages, number)
    client = signed_in(cast.convener)
    client.get(URL)
    with django_assert_num_queries(12):
        assert client.get(URL).status_code == 200
