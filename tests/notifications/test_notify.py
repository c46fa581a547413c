"""Telling people: once each, never the one who did it, and counted exactly."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Circle, Profile, User
from notifications.actions import mark_read, notify, recount
from notifications.enums import MailState
from notifications.errors import UnknownVerb
from notifications.models import Mail, Notification
from tests.factories import CircleFactory, UserFactory
from tests.notifications.conftest import ALWAYS, MAILED, OTHER, TOLD


def _counter(person: User) -> int:
    return User.objects.get(pk=person.pk).unread_notifications


def test_one_is_told_and_counted(
    tell: Callable[..., int], reader: User, writer: User, circle: Circle
) -> None:
    assert tell() == 1
    assert list(Notification.objects.values_list("recipient", "actor", "verb", "target_id", "read_at")) == [
        (reader.pk, writer.pk, TOLD, circle.pk, None)
    ]
    assert _counter(reader) == 1


def test_telling_twice_tells_once(tell: Callable[..., int], reader: User) -> None:
    assert [tell(), tell()] == [1, 0]
    assert Notification.objects.count() == 1
    assert _counter(reader) == 1


def test_what_was_read_is_not_told_again(tell: Callable[..., int], reader: User) -> None:
    tell()
    mark_read(person=reader)
    assert tell() == 0
    assert _counter(reader) == 0


def test_another_verb_or_another_thing_is_other_news(tell: Callable[..., int], reader: User) -> None:
    assert [tell(), tell(verb=OTHER), tell(about=CircleFactory())] == [1, 1, 1]
    assert _counter(reader) == 3


def test_nobody_hears_of_what_they_did_themselves(
    tell: Callable[..., int], reader: User, writer: User
) -> None:
    assert tell(recipients=[writer, reader]) == 1
    assert _counter(writer) == 0
    assert tell(recipients=[writer]) == 0


def test_only_those_who_did_not_know_are_told(tell: Callable[..., int], reader: User) -> None:
    late = UserFactory()
    tell()
    assert tell(recipients=[reader, late, late]) == 1
    assert (_counter(reader), _counter(late)) == (1, 1)


def test_a_closed_account_is_not_told(tell: Callable[..., int], reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert tell() == 0
    assert Notification.objects.count() == 0


def test_nobody_in_particular_may_have_done_it(reader: User, circle: Circle) -> None:
    assert notify(recipients=[reader], verb=TOLD, target_id=circle.pk, actor=None) == 1
    assert Notification.objects.get().actor is None


def test_nobody_to_tell(circle: Circle, writer: User) -> None:
    assert notify(recipients=[], verb=TOLD, target_id=circle.pk, actor=writer) == 0


def test_a_verb_that_nobody_registered(reader: User) -> None:
    with pytest.raises(UnknownVerb):
        notify(recipients=[reader], verb="test.nothing", target_id=1, actor=None)
    assert Notification.objects.count() == 0


def test_only_a_mailed_verb_makes_a_mail(
    tell: Callable[..., int], reader: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as later:
        tell()
    assert (Mail.objects.count(), later) == (0, [])
    with django_capture_on_commit_callbacks() as later:
        tell(verb=MAILED)
    mail = Mail.objects.get()
    assert mail.state == MailState.WAITING
    assert mail.notification.verb == MAILED
    assert len(later) == 1


def test_message_ids_are_our_own_and_never_the_same(tell: Callable[..., int], reader: User) -> None:
    tell(verb=MAILED)
    tell(verb=MAILED, about=CircleFactory())
    ids = list(Mail.objects.values_list("message_id", flat=True))
    assert len(set(ids)) == 2
    assert [name.split("@")[1] for name in ids] == ["testserver>", "testserver>"]


def test_who_wants_no_mails_is_told_on_the_page_alone(tell: Callable[..., int], reader: User) -> None:
    Profile.objects.filter(user=reader).update(mails_replies=False)
    assert tell(verb=MAILED) == 1
    assert Mail.objects.count() == 0
    assert _counter(reader) == 1


@pytest.mark.parametrize(
    ("verb", "choice", "mails"),
    [
        (MAILED, {}, 1),
        (MAILED, {"mails_replies": False}, 0),
        (MAILED, {"no_mails": True}, 0),
        (ALWAYS, {}, 1),
        (ALWAYS, {"mails_replies": False}, 1),
        (ALWAYS, {"no_mails": True}, 0),
        (ALWAYS, {"mails_replies": False, "no_mails": True}, 0),
    ],
)
def test_which_mails_a_choice_lets_through(
    tell: Callable[..., int], reader: User, verb: str, choice: dict[str, bool], mails: int
) -> None:
    Profile.objects.filter(user=reader).update(**choice)
    assert tell(verb=verb) == 1
    assert (Mail.objects.count(), _counter(reader)) == (mails, 1)


def test_without_a_profile_mails_are_wanted(tell: Callable[..., int], reader: User) -> None:
    Profile.objects.filter(user=reader).delete()
    tell(verb=MAILED)
    assert Mail.objects.count() == 1


def test_the_number_of_queries_does_not_grow(circle: Circle, writer: User, django_assert_num_queries) -> None:
    few, many = [UserFactory()], [UserFactory() for _ in range(30)]
    with django_assert_num_queries(6 + 2):  # and a savepoint, set and released
        notify(recipients=few, verb=MAILED, target_id=1, actor=writer)
    with django_assert_num_queries(6 + 2):
        notify(recipients=many, verb=MAILED, target_id=2, actor=writer)


def test_marking_one_leaves_the_rest(tell: Callable[..., int], reader: User) -> None:
    tell()
    tell(verb=OTHER)
    one = Notification.objects.filter(verb=OTHER).get()
    assert mark_read(person=reader, only=one.pk) == 1
    assert mark_read(person=reader, only=one.pk) == 0
    assert _counter(reader) == 1


def test_marking_all_leaves_what_came_since(tell: Callable[..., int], reader: User) -> None:
    tell()
    shown = Notification.objects.latest("pk").pk
    tell(verb=OTHER)
    assert mark_read(person=reader, up_to=shown) == 1
    assert _counter(reader) == 1


def test_nobody_marks_what_is_another_s(tell: Callable[..., int], reader: User, writer: User) -> None:
    tell()
    assert mark_read(person=writer) == 0
    assert mark_read(person=writer, only=Notification.objects.get().pk) == 0
    assert _counter(reader) == 1


def test_a_counter_that_drifted_is_set_right(tell: Callable[..., int], reader: User) -> None:
    tell()
    User.objects.filter(pk=reader.pk).update(unread_notifications=40)
    assert recount(person=reader) == 1
    assert _counter(reader) == 1


_step = st.one_of(
    st.tuples(st.just("tell"), st.sampled_from([TOLD, OTHER]), st.integers(1, 3)),
    st.tuples(st.just("read one"), st.sampled_from([TOLD, OTHER]), st.integers(1, 3)),
    st.tuples(st.just("read all"), st.just(""), st.just(0)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_step, max_size=12))
def test_the_counter_is_what_is_unread_whatever_happens(db, steps: list[tuple[str, str, int]]) -> None:
    person, known, unread = UserFactory(), set(), set()
    for what, verb, thing in steps:
        if what == "tell":
            told = notify(recipients=[person], verb=verb, target_id=thing, actor=None)
            assert told == ((verb, thing) not in known)
            unread |= {(verb, thing)} - known
            known.add((verb, thing))
        elif what == "read one":
            row = Notification.objects.filter(recipient=person, verb=verb, target_id=thing).first()
            mark_read(person=person, only=row.pk if row else 0)
            unread.discard((verb, thing))
        else:
            mark_read(person=person)
            unread.clear()
        assert _counter(person) == len(unread)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="in memory it refuses to be written by two threads")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_tell_once() -> None:
    """Ten threads with the same news: one of them tells, and the counter is exact."""
    person, told = UserFactory(), []

    def run() -> None:
        try:
            told.append(notify(recipients=[person], verb=TOLD, target_id=1, actor=None))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, reverse=True) == [1] + [0] * (len(threads) - 1)
    assert _counter(person) == 1
