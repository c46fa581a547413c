"""Many at once, on PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from discussion import actions as discussion
from discussion.models import Post
from members import actions as members
from members.models import User
from privacy import actions, tasks
from privacy.errors import LastAdmin, UnderWay
from privacy.models import Erasure, Export
from tests.factories import SpaceFactory, TopicFactory, UserFactory
from tests.members.test_concurrency import CROWD, all_at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a server"),
]


def test_copy_asked_for_in_many_windows_is_one():
    person = UserFactory()
    wrong = all_at_once(CROWD, lambda place: Export.objects.create(person_id=person.pk))
    assert len(wrong) == CROWD - 1
    assert Export.objects.count() == 1


def test_asking_at_once_starts_one():
    person = UserFactory()
    Export.objects.create(person=person, state="making")
    wrong = all_at_once(CROWD, lambda place: actions.start_export(person=User.objects.get(pk=person.pk)))
    assert {type(error) for error in wrong} == {UnderWay}
    assert Export.objects.count() == 1


def test_many_workers_make_it_once():
    export = Export.objects.create(person=UserFactory())
    assert all_at_once(4, lambda place: tasks.make_export.call(export_id=export.pk)) == []
    export.refresh_from_db()
    assert (export.state, export.person.notifications.count()) == ("ready", 1)


def test_wish_sent_in_many_windows_is_one():
    person = UserFactory()
    wrong = all_at_once(
        CROWD, lambda place: actions.ask_erasure(person=User.objects.get(pk=person.pk), posts_stay=True)
    )
    assert (wrong, Erasure.objects.count()) == ([], 1)


def test_of_many_admins_who_go_at_once_one_stays():
    admins = [UserFactory(is_superuser=True) for _ in range(4)]
    wrong = all_at_once(4, lambda place: actions.ask_erasure(person=admins[place], posts_stay=True))
    assert [type(error) for error in wrong] == [LastAdmin]
    assert Erasure.objects.count() == 3


def test_many_workers_erase_once():
    person = UserFactory()
    erasure = actions.ask_erasure(person=person, posts_stay=True)
    later, addresses = timezone.now() + timedelta(days=15), []
    wrong = all_at_once(4, lambda place: addresses.append(actions.erase(erasure_id=erasure.pk, now=later)))
    assert wrong == []
    assert sorted(addresses) == ["", "", "", person.email]


def test_who_stays_at_the_last_moment_stays_or_is_gone_and_never_half():
    person = UserFactory()
    erasure = actions.ask_erasure(person=person, posts_stay=True)
    later = timezone.now() + timedelta(days=15)

    def work(place: int) -> None:
        if place:
            actions.keep_account(person=User.objects.get(pk=person.pk))
        else:
            actions.erase(erasure_id=erasure.pk, now=later)

    assert all_at_once(2, work) == []
    erasure.refresh_from_db()
    left = User.objects.get(pk=person.pk)
    assert (erasure.state, left.is_active) in (("done", False), ("withdrawn", True))


def test_others_go_on_writing_meanwhile():
    space = SpaceFactory()
    people = [UserFactory() for _ in range(6)]
    for person in people:
        members.admit(person=person)
    topic = TopicFactory(space=space, author=people[0])
    discussion.add_post(person=people[0], topic=topic, text="Mine")
    erasure = actions.ask_erasure(person=people[0], posts_stay=False)
    later = timezone.now() + timedelta(days=15)

    def work(place: int) -> None:
        if place:
            discussion.add_post(
                person=User.objects.get(pk=people[place].pk), topic=topic, text=f"Reply {place}"
            )
        else:
            actions.erase(erasure_id=erasure.pk, now=later)

    assert all_at_once(6, work) == []
    assert Post.objects.filter(text__startswith="Reply").count() == 5
    assert Post.objects.filter(author=people[0]).count() == 0
