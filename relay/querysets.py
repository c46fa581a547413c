"""Whose messages are whose."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from members.models import User
from members.querysets import Person

if TYPE_CHECKING:
    from relay.models import Conversation, Message, Report  # noqa: F401

HANDLES = "handle_report"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Conversations."""

    def visible_to(self, user: Person) -> "ConversationQuerySet":
        """One's own."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(first_id=user.pk) | Q(second_id=user.pk))

    def between(self, one: User, other: User) -> "ConversationQuerySet":
        """That of two people, if there is one."""
        first, second = sorted((one.pk, other.pk))
        return self.filter(first_id=first, second_id=second)

    def unread_by(self, user: User) -> "ConversationQuerySet":
        """Those in which something is new to one of the two."""
        return self.filter(
            Q(first_id=user.pk, first_read__lt=F("last_number"))
            | Q(second_id=user.pk, second_read__lt=F("last_number"))
        )


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages."""

    def visible_to(self, user: Person) -> "MessageQuerySet":
        """Those of one's own conversations: written or received."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(conversation__first_id=user.pk) | Q(conversation__second_id=user.pk))


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports."""

    def visible_to(self, user: Person) -> "ReportQuerySet":
        """All, for the programme team, but those of messages that one wrote oneself, so that nobody is the judge of
        their own, or learns who has reported it; for others none, not even who made it.
        """
        if not handles_reports(user):
            return self.none()
        return self.filter(Q(message__author=None) | ~Q(message__author=user.pk))


def handles_reports(user: Person) -> bool:
    """Whether this person reads what is reported."""
    return user.is_authenticated and user.is_active and user.has_perm(f"relay.{HANDLES}")


def team() -> "models.QuerySet[User]":
    """Those who read what is reported: admins, and whoever has been given that right."""
    return User.objects.with_perm(f"relay.{HANDLES}")
