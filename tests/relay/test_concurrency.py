"""Many at once, on PostgreSQL."""

import uuid

import pytest
from django.db import connection

from members import actions as members_actions
from members.models import Profile, User
from notifications.models import Notification
from relay import actions
from relay.errors import TakesNoMessages
from relay.models import Conversation, Message, Report
from tests.factories import UserFactory
from tests.members.test_concurrency import all_at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a server"),
]
CROWD = 20


@pytest.fixture
def two() -> list[User]:
    """Two members who can be found."""
    people = [UserFactory() for _ in range(2)]
    for person in people:
        members_actions.admit(person=person)
    Profile.objects.filter(user__in=people).update(findable=True)
    return people


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_twenty_first_messages_to_one_another_make_one_conversation(two):
    def work(place: int) -> None:
        writer, recipient = two[place % 2], two[1 - place % 2]
        actions.send(writer=again(writer), recipient=again(recipient), text=f"Message {place}")

    assert all_at_once(CROWD, work) == []
    conversation = Conversation.objects.get()
    assert sorted(conversation.messages.values_list("number", flat=True)) == list(range(1, CROWD + 1))
    assert {message.text for message in Message.objects.all()} == {f"Message {n}" for n in range(CROWD)}
    assert (conversation.last_number, conversation.last.number) == (CROWD, CROWD)
    assert Notification.objects.count() == CROWD
    for person in two:
        expected = Conversation.objects.unread_by(person).count()
        assert again(person).unread_messages == expected
        # Who answers has read what came before.
        since = conversation.messages.filter(number__gt=conversation.read_by(person)).exclude(author=person)
        assert again(person).unread_notifications == since.count()


def test_one_form_sent_in_many_windows_is_one_message(two):
    key = uuid.uuid4()
    wrong = all_at_once(
        CROWD,
        lambda place: actions.send(
            writer=again(two[0]), recipient=again(two[1]), text="Hello", request_key=key
        ),
    )
    assert (wrong, Message.objects.count(), Notification.objects.count()) == ([], 1, 1)


def test_messages_that_meet_a_stop_are_in_or_refused(two):
    conversation = actions.send(writer=two[0], recipient=two[1], text="First").conversation

    def work(place: int) -> None:
        if place == 0:
            actions.stop(person=two[1], conversation=conversation)
        else:
            actions.send(writer=again(two[0]), recipient=again(two[1]), text=f"{place}")

    wrong = all_at_once(8, work)
    assert {type(error) for error in wrong} <= {TakesNoMessages}
    assert Message.objects.count() == 1 + 7 - len(wrong)


def test_many_people_writing_to_one_are_all_counted(two):
    writers = [UserFactory() for _ in range(8)]
    for person in writers:
        members_actions.admit(person=person)
    wrong = all_at_once(
        8, lambda place: actions.send(writer=again(writers[place]), recipient=again(two[0]), text="Hello")
    )
    assert (wrong, again(two[0]).unread_messages, again(two[0]).unread_notifications) == ([], 8, 8)


def test_a_report_in_many_windows_is_one(two):
    message = actions.send(writer=two[0], recipient=two[1], text="First")
    wrong = all_at_once(
        8, lambda place: actions.report(person=again(two[1]), message=Message.objects.get(pk=message.pk))
    )
    assert (wrong, Report.objects.count()) == ([], 1)


def test_pictures_changed_at_once_leave_one_file(two, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    wrong = all_at_once(
        8, lambda place: members_actions.set_picture(person=again(two[0]), content=f"{place}".encode())
    )
    left = [path.name for path in tmp_path.rglob("*.jpg")]
    kept = Profile.objects.get(user=two[0]).picture.name
    assert (wrong, left) == ([], [kept.rsplit("/", 1)[-1]])
