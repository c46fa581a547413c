"""Writing, reading, stopping and reporting: one verb each, in one transaction.

The conversation is locked first, then people in the order of their keys.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kit.audit import record
from members.models import User
from notifications import actions as notifications
from relay.errors import NotTheirs
from relay.models import Conversation, Message, Report, refusal
from relay.querysets import team

RECEIVED = "relay.received"
REPORTED = "relay.reported"
STOPPED = "relay.blocked"


@transaction.atomic
def send(*, writer: User, recipient: User, text: str, request_key: UUID | None = None) -> Message:
    """Write to somebody, and tell them.

    Args:
        writer: who writes.
        recipient: to whom.
        text: Markdown.
        request_key: of the form; the same one sent twice makes one message.

    Returns:
        The message, or the one that this key made before.

    Raises:
        MayNotWrite: the writer is not a member of the network (any more).
        StoppedByYou: the writer wants nothing from the recipient.
        TakesNoMessages: the recipient can't be written to by them.
    """
    people = _as_they_are(writer, recipient)
    writer, recipient = people[writer.pk], people[recipient.pk]
    refused = refusal(writer, recipient, Conversation.objects.between(writer, recipient).first())
    if refused:
        raise refused
    conversation = _locked(_of(writer, recipient))
    sent = request_key and Message.objects.filter(author=writer, request_key=request_key).first()
    if sent and sent.conversation_id == conversation.pk:
        return sent
    if sent:  # a form that was turned to somebody else is another message
        request_key = None
    refused = refusal(writer, recipient, conversation)
    if refused:
        raise refused
    message = _add(conversation, writer, text, request_key)
    _recount(writer, recipient)
    _read_under_the_bell(conversation, writer, after=conversation.read_by(writer), up_to=message.number)
    notifications.notify(recipients=[recipient], verb=RECEIVED, target_id=message.pk, actor=writer)
    return message


def _as_they_are(*people: User) -> dict[int, User]:
    """The same people with their profiles, as they are now."""
    return User.objects.select_related("profile").in_bulk([person.pk for person in people])


def _of(one: User, other: User) -> Conversation:
    """The conversation of two people, made if there is none. Of many who make it at once, one does."""
    first, second = sorted((one.pk, other.pk))
    return Conversation.objects.get_or_create(first_id=first, second_id=second)[0]


def _locked(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)


def _add(conversation: Conversation, writer: User, text: str, key: UUID | None) -> Message:
    """Put a message at the end. Who writes has read what stands there."""
    number, now = conversation.last_number + 1, timezone.now()
    message = Message.objects.create(
        conversation=conversation, author=writer, number=number, text=text, created_at=now, request_key=key
    )
    side = conversation.side_of(writer)
    changes: dict[str, Any] = {f"{side}_read": number, f"{side}_wrote": True}
    changes |= {"last_number": number, "last_at": now, "last": message}
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    return message


def _recount(*people: User) -> None:
    """Set the kept number of conversations with something new, of each."""
    keys = sorted(person.pk for person in people)
    for person in User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"):
        person.unread_messages = Conversation.objects.unread_by(person).count()
        person.save(update_fields=["unread_messages"])


@transaction.atomic
def mark_read(*, person: User, conversation: Conversation, up_to: int) -> bool:
    """Call a conversation's messages read up to one that a person has been shown, under the bell too.

    Args:
        person: one of the two.
        conversation: theirs.
        up_to: the number of a message; what came since stays unread.

    Returns:
        False where nothing was new.
    """
    conversation = _locked(conversation)
    side, before = conversation.side_of(person), conversation.read_by(person)
    number = min(up_to, conversation.last_number)
    if number <= before:
        return False
    Conversation.objects.filter(pk=conversation.pk).update(**{f"{side}_read": number})
    _recount(person)
    _read_under_the_bell(conversation, person, after=before, up_to=number)
    return True


def _read_under_the_bell(conversation: Conversation, person: User, *, after: int, up_to: int) -> None:
    """Call read what one was told of a conversation's messages between two numbers; their own row is held."""
    theirs = conversation.messages.filter(number__gt=after, number__lte=up_to).exclude(author=person)
    read = list(theirs.values_list("pk", flat=True))
    if read:
        notifications.mark_read(person=person, about=(RECEIVED, read))


@transaction.atomic
def stop(*, person: User, conversation: Conversation) -> bool:
    """Let the other write no more.

    Returns:
        False where they could not already.
    """
    conversation = _locked(conversation)
    if conversation.stopped_by(person):
        return False
    stopped = {f"{conversation.side_of(person)}_stopped_at": timezone.now()}
    Conversation.objects.filter(pk=conversation.pk).update(**stopped)
    record(STOPPED, conversation, by=person)
    return True


@transaction.atomic
def allow(*, person: User, conversation: Conversation) -> bool:
    """Let the other write again.

    Returns:
        False where they could.
    """
    conversation = _locked(conversation)
    if not conversation.stopped_by(person):
        return False
    allowed = {f"{conversation.side_of(person)}_stopped_at": None}
    Conversation.objects.filter(pk=conversation.pk).update(**allowed)
    return True


@transaction.atomic
def stop_all(*, person: User) -> list[int]:
    """Let nobody write to somebody, for a while; returns the conversations in which this is new, for ``allow_again``."""
    own = Conversation.objects.filter(Q(first=person) | Q(second=person)).select_for_update(no_key=True)
    fresh = [one for one in own.order_by("pk") if not one.stopped_by(person)]
    for one in fresh:
        side = one.side_of(person)
        Conversation.objects.filter(pk=one.pk).update(**{f"{side}_stopped_at": timezone.now()})
    return [one.pk for one in fresh]


@transaction.atomic
def allow_again(*, person: User, conversations: list[int]) -> None:
    """Undo ``stop_all``."""
    for side in ("first", "second"):
        own = Conversation.objects.filter(pk__in=conversations, **{side: person})
        own.update(**{f"{side}_stopped_at": None})


@transaction.atomic
def report(*, person: User, message: Message) -> Report:
    """Show a message to the programme team; done twice, it is shown once.

    Args:
        person: who has received it.
        message: theirs.

    Raises:
        NotTheirs: it is not to them.
    """
    _locked(message.conversation)
    if not message.can_report(person):
        raise NotTheirs
    made, is_new = Report.objects.get_or_create(message=message, person=person)
    if is_new:
        record(REPORTED, made, by=person, message=message.pk)
        others = team().exclude(pk=message.author_id)
        notifications.notify(recipients=others, verb=REPORTED, target_id=made.pk, actor=person)
    return made
