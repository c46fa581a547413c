"""What two people write to each other. Neither sees the other's address."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from kit.fields import MarkdownField
from members.enums import CircleKind
from members.models import Membership, User
from members.querysets import Person
from relay.errors import MayNotWrite, RelayError, StoppedByYou, TakesNoMessages
from relay.querysets import (
    HANDLES,
    ConversationQuerySet,
    MessageQuerySet,
    ReportQuerySet,
    handles_reports,
)

TEXT_LONGEST = 4000
GONE = "Someone who has left"


class Conversation(models.Model):
    """All messages of two people, the one with the lower key first.

    For each of the two: how far they have read, whether they have written, and since when they want nothing
    more from the other.
    """

    first = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    second = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    first_read = models.PositiveIntegerField(default=0)
    second_read = models.PositiveIntegerField(default=0)
    first_wrote = models.BooleanField(default=False)
    second_wrote = models.BooleanField(default=False)
    first_stopped_at = models.DateTimeField(null=True, blank=True)
    second_stopped_at = models.DateTimeField(null=True, blank=True)
    last_number = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)
    last = models.ForeignKey("Message", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-last_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="one_conversation_of_two"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="lower_key_first"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["first", "-last_at", "-id"], name="conversations_of_first"),
            models.Index(fields=["second", "-last_at", "-id"], name="conversations_of_second"),
        ]

    def __str__(self) -> str:
        return f"Conversation {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("relay:conversation", args=[self.pk])

    def can_see(self, user: Person) -> bool:
        """Whether it is this person's own."""
        return user.is_authenticated and user.pk in (self.first_id, self.second_id)

    def side_of(self, user: Person) -> str:
        """How the fields of one of the two begin."""
        return "first" if user.pk == self.first_id else "second"

    def other_side(self, user: Person) -> str:
        """How the fields of the other begin."""
        return "second" if user.pk == self.first_id else "first"

    def other(self, user: Person) -> User | None:
        """Whom one writes with; None if their account is gone."""
        return getattr(self, self.other_side(user))

    def read_by(self, user: Person) -> int:
        """The number of the last message that one has read."""
        return getattr(self, f"{self.side_of(user)}_read")

    def stopped_by(self, user: Person) -> bool:
        """Whether one wants nothing more from the other."""
        return getattr(self, f"{self.side_of(user)}_stopped_at") is not None

    def has_answered(self, user: Person) -> bool:
        """Whether the other has ever written to one."""
        return getattr(self, f"{self.other_side(user)}_wrote")

    def refusal(self, user: User) -> RelayError | None:
        """Why one can't write here, if one can't. At most one query, besides the circles."""
        return refusal(user, self.other(user), self)


def refusal(writer: User, recipient: User | None, conversation: Conversation | None) -> RelayError | None:
    """Why somebody can't write to another, if they can't.

    Members of the network write to members who can be found, and to whoever has written to them before.

    Args:
        writer: who wants to write.
        recipient: to whom, with their profile; None for an account that is gone.
        conversation: theirs, if there is one.
    """
    name = recipient.name if recipient else GONE
    if not writer.is_active or not writer.is_network_member:
        return MayNotWrite(name)
    if conversation and conversation.stopped_by(writer):
        return StoppedByYou(name)
    if recipient is None or recipient.pk == writer.pk or not recipient.is_active:
        return TakesNoMessages(name)
    reachable = recipient.is_findable or (conversation is not None and conversation.has_answered(writer))
    if (
        not reachable
        or (conversation and conversation.stopped_by(recipient))
        or not in_network([recipient.pk])
    ):
        return TakesNoMessages(name)
    return None


def in_network(people: list[int]) -> set[int]:
    """Those of these people who are members of the network. One query."""
    active = Membership.objects.active().filter(person__in=people, circle__kind=CircleKind.NETWORK)
    return set(active.values_list("person_id", flat=True))


class Message(models.Model):
    """One message. It is never changed."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    number = models.PositiveIntegerField()
    text = MarkdownField(max_length=TEXT_LONGEST, html_field="text_html")
    text_html = models.TextField(editable=False, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    request_key = models.UUIDField(null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["conversation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="message_number"),
            models.UniqueConstraint(fields=["author", "request_key"], name="message_sent_once"),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{reverse('relay:conversation', args=[self.conversation_id])}#message-{self.number}"

    def can_see(self, user: Person) -> bool:
        """Whether it stands in a conversation of theirs."""
        return self.conversation.can_see(user)

    def can_report(self, user: Person) -> bool:
        """Whether they may show it to the programme team: who has received it."""
        return self.can_see(user) and self.author_id != user.pk


class Report(models.Model):
    """A message that its recipient has shown to the programme team."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "person"], name="reported_once"),
        ]
        permissions: ClassVar = [(HANDLES, "Can read messages that were reported")]

    def __str__(self) -> str:
        return f"Report {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("relay:reported", args=[self.pk])

    def can_see(self, user: Any) -> bool:
        """Whether they are of the programme team, and the message is not their own."""
        return handles_reports(user) and self.message.author_id != user.pk
