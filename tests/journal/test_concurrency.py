"""Many at once, on PostgreSQL."""

import uuid

import pytest
from django.db import connection

from journal import actions, rating
from journal.counting import spreads_of
from journal.errors import ChangedMeanwhile
from journal.models import OpenRatings, Rating, Reflection
from journal.rating import Rated
from members import actions as members
from members.models import Circle, Membership, User
from notifications.models import Notification
from tests.factories import CohortFactory, UserFactory
from tests.journal.conftest import LISTEN, WORDS, fresh
from tests.members.test_concurrency import all_at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a server"),
]
MANY = 12


@pytest.fixture
def places() -> list[Membership]:
    """The participants of a cohort."""
    circle = CohortFactory().circle
    return [members.join(person=UserFactory(), circle=circle) for _ in range(MANY)]


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_one_form_that_arrives_many_times_makes_one(places):
    key, person = uuid.uuid4(), places[0].person
    wrong = all_at_once(
        MANY, lambda place: actions.write(person=again(person), text="Words", request_key=key)
    )
    assert (wrong, Reflection.objects.count()) == ([], 1)


def test_of_many_windows_one_saves_and_the_others_are_told(places):
    one = actions.write(person=places[0].person, text="Begun")

    def work(place: int) -> None:
        actions.change(reflection=fresh(one), text=f"From window {place}", title="", version=1)

    wrong = all_at_once(MANY, work)
    assert {type(error) for error in wrong} == {ChangedMeanwhile}
    assert (len(wrong), fresh(one).version) == (MANY - 1, 2)
    assert {error.theirs.text for error in wrong} == {fresh(one).text}


def test_shared_and_taken_back_and_removed_at_once_it_is_one_of_these(places):
    one = actions.write(person=places[0].person, text="Words")
    lead = UserFactory()
    members.join(person=lead, circle=places[0].circle, role="lead")

    def work(place: int) -> None:
        if place % 3 == 0:
            actions.take_back(reflection=fresh(one))
        else:
            actions.share(
                reflection=fresh(one), place=places[0], readers="all" if place % 3 == 1 else "leads"
            )

    assert all_at_once(MANY, work) == []
    kept = fresh(one)
    assert (kept.place_id, kept.readers) in {(None, ""), (places[0].pk, "all"), (places[0].pk, "leads")}
    assert (Notification.objects.count(), again(lead).unread_notifications) == (1, 1)


def test_many_who_rate_at_once_are_all_kept_and_counted_in_fives(places):
    def work(place: int) -> None:
        mine = places[place]
        rated = {LISTEN: Rated(score=1 + place % 5)}
        rating.rate(person=again(mine.person), place=mine, moment="start", outcomes=WORDS, rated=rated)

    assert all_at_once(MANY, work) == []
    assert Rating.objects.count() == MANY
    [spread] = spreads_of(Circle.objects.get(pk=places[0].circle_id)).values()
    assert spread.answers == MANY - MANY % 5


def test_one_who_rates_in_many_windows_has_one_rating(places):
    mine = places[0]

    def work(place: int) -> None:
        rated = {LISTEN: Rated(score=1 + place % 5)}
        rating.rate(person=again(mine.person), place=mine, moment="start", outcomes=WORDS, rated=rated)

    assert all_at_once(MANY, work) == []
    assert Rating.objects.count() == 1


def test_the_switch_in_many_windows_is_on_once(places):
    mine = places[0]
    wrong = all_at_once(MANY, lambda place: rating.open_to_leads(person=again(mine.person), place=mine))
    assert (wrong, OpenRatings.objects.count()) == ([], 1)
