"""Many at once, on PostgreSQL: a SQLite in memory refuses to be written by two threads."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, connections

from discussion import actions
from discussion.models import Post, Topic, TopicRead
from members import actions as members_actions
from members.models import Circle, User
from notifications.models import Notification
from tests.factories import SpaceFactory, UserFactory

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a server"),
]
CROWD = 50


def all_at_once(number: int, work: Callable[[int], object]) -> list[BaseException]:
    """Do it so many times in threads that set off together; returns what went wrong."""
    together, wrong = threading.Barrier(number), []

    def run(place: int) -> None:
        together.wait()
        try:
            work(place)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.fixture
def crowd() -> tuple[Topic, list[User]]:
    """A topic and a few people who may all reply to it."""
    circle = Circle.objects.network()
    people = [UserFactory() for _ in range(5)]
    for person in people:
        members_actions.join(person=person, circle=circle)
    space = SpaceFactory(circle=circle)
    return actions.start_topic(person=people[0], space=space, title="T", text="x"), people


def test_everybody_posts_at_once_and_all_is_counted(crowd) -> None:
    topic, people = crowd
    first = topic.posts.get()
    wrong = all_at_once(
        CROWD,
        lambda place: actions.add_post(
            person=people[place % 5],
            topic=topic,
            text=f"{place}",
            reply_to=first if place % 2 else None,
            client_key=uuid.uuid4(),
        ),
    )
    assert wrong == []
    assert list(Post.objects.values_list("number", flat=True)) == list(range(1, CROWD + 2))
    topic = Topic.objects.get()
    last = Post.objects.get(number=CROWD + 1)
    assert (topic.last_number, topic.reply_count) == (CROWD + 1, CROWD)
    assert (topic.last_author, topic.last_post_at) == (last.author, last.created_at)
    assert topic.space.last_post_at == last.created_at
    told = Notification.objects.filter(recipient=people[0]).count()
    assert told == Post.objects.exclude(author=people[0]).count()
    assert User.objects.get(pk=people[0].pk).unread_notifications == told


def test_the_same_form_sent_many_times_at_once_is_one_reply(crowd) -> None:
    topic, people = crowd
    key = uuid.uuid4()
    wrong = all_at_once(
        CROWD // 2, lambda place: actions.add_post(person=people[1], topic=topic, text="x", client_key=key)
    )
    assert wrong == []
    assert (Topic.objects.get().reply_count, Post.objects.count()) == (1, 2)


def test_the_same_form_sent_many_times_at_once_is_one_topic(crowd) -> None:
    topic, people = crowd
    key = uuid.uuid4()
    wrong = all_at_once(
        CROWD // 2,
        lambda place: actions.start_topic(
            person=people[1], space=topic.space, title="T", text="x", client_key=key
        ),
    )
    assert wrong == []
    assert Topic.objects.count() == 2


def test_people_who_answer_each_other_in_two_topics_never_wait_for_ever(crowd) -> None:
    topic, people = crowd
    other = actions.start_topic(person=people[1], space=topic.space, title="U", text="x")
    firsts = {one: one.posts.get() for one in (topic, other)}
    replies = {one: actions.add_post(person=people[2], topic=one, text="y") for one in firsts}

    def answer(place: int) -> None:
        one = (topic, other)[place % 2]
        actions.add_post(person=people[3 + place % 2], topic=one, text="z", reply_to=replies[one])

    assert all_at_once(CROWD // 2, answer) == []
    assert (
        Topic.objects.get(pk=topic.pk).reply_count + Topic.objects.get(pk=other.pk).reply_count
        == 2 + CROWD // 2
    )


def test_a_mark_set_from_several_windows_is_one_mark(crowd) -> None:
    topic, people = crowd
    wrong = all_at_once(
        CROWD // 2, lambda place: actions.mark_read(person=people[1], topic=topic, number=place + 1)
    )
    assert wrong == []
    assert TopicRead.objects.get(person=people[1]).number == CROWD // 2
