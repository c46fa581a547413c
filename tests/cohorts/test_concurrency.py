"""Many at once: an address changes once, a session loses no change, a programme is loaded once, a year set up once."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from wagtail.models import Page

from cohorts import actions
from cohorts.models import CalendarFeed, Cohort, Session
from home.models import HomePage
from learning.models import ModulePage
from members.actions import join
from members.models import Membership
from portal.models import YearCopy
from portal.next_year.making import set_up
from portal.next_year.undoing import undo
from portal.programme.loading import load
from tests.factories import SessionFactory, UserFactory
from tests.portal.programme_files import SMALL

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="threads share an in-memory SQLite; this is shown on PostgreSQL"
    ),
]


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """What so many threads get that do the same at the same moment."""
    gate = threading.Barrier(number)
    got: list[Any] = []

    def run(place: int) -> None:
        gate.wait()
        try:
            got.append(act(place))
        except Exception as error:
            got.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_a_first_address_is_made_once():
    person = UserFactory()
    tokens = {feed.token for feed in at_once(8, lambda place: actions.renew_feed(person=person))}
    assert tokens == {CalendarFeed.objects.get().token}


def test_an_address_that_is_renewed_in_two_windows_changes_once():
    person = UserFactory()
    old = actions.renew_feed(person=person)
    got = at_once(8, lambda place: actions.renew_feed(person=person, instead_of=old.mark).token)
    assert set(got) == {CalendarFeed.objects.get().token}
    assert old.token not in got


def test_every_new_place_raises_the_sequence():
    session = SessionFactory()
    at_once(8, lambda place: actions.change_session(session=session, place=f"Room {place}"))
    assert Session.objects.get().sequence == 8


def test_two_editors_keep_each_their_own():
    session = SessionFactory(title="Old", place="Old")
    changes = [{"title": "New"}, {"place": "New"}]
    at_once(2, lambda place: actions.change_session(session=session, **changes[place]))
    session.refresh_from_db()
    assert (session.title, session.place) == ("New", "New")


def test_a_session_is_cancelled_once():
    session = SessionFactory()
    assert sorted(at_once(8, lambda place: actions.cancel_session(session=session))) == [False] * 7 + [True]
    assert Session.objects.get().sequence == 1


def test_a_programme_that_is_loaded_by_many_is_made_once():
    root = Page.get_first_root_node()
    root.add_child(instance=HomePage(title="Ours", slug="ours", headline="Learn together"))
    got = at_once(4, lambda place: load(SMALL))
    assert sorted(len(report.made) for report in got) == [0, 0, 0, 9]
    assert (Cohort.objects.count(), ModulePage.objects.count(), Session.objects.count()) == (1, 2, 4)


def test_a_year_that_many_set_up_is_made_once(cast):
    root = Page.get_first_root_node()
    root.add_child(instance=HomePage(title="Ours", slug="ours", headline="Learn together"))
    load(SMALL)
    cohort, starts_on = Cohort.objects.get(slug="2025"), _next_thursday()
    got = at_once(4, lambda place: set_up(cohort=cohort, starts_on=starts_on, user=cast.editor))
    assert sorted(type(one).__name__ for one in got) == [*["AlreadySetUp"] * 3, "YearCopy"]
    assert (YearCopy.objects.count(), Cohort.objects.filter(programme__isnull=False).count()) == (1, 2)
    assert ModulePage.objects.count() == 4


def test_of_an_invitation_and_a_way_back_one_comes_first(cast):
    root = Page.get_first_root_node()
    root.add_child(instance=HomePage(title="Ours", slug="ours", headline="Learn together"))
    load(SMALL)
    year = set_up(cohort=Cohort.objects.get(slug="2025"), starts_on=_next_thursday(), user=cast.editor)
    circle = year.cohort.circle
    acts = [lambda: undo(year=year, user=cast.editor), lambda: join(person=cast.participant, circle=circle)]
    at_once(2, lambda place: acts[place]())
    is_in = Membership.objects.filter(circle=circle).count()
    assert (is_in, Cohort.objects.filter(pk=year.cohort_id).count()) in [(1, 1), (0, 0)]
    assert ModulePage.objects.count() == (4 if is_in else 2)


def _next_thursday() -> date:
    """A Thursday next year, as 6 March 2025 was one."""
    return date(2025, 3, 6) + timedelta(weeks=(timezone.localdate() - date(2025, 3, 6)).days // 7 + 52)
