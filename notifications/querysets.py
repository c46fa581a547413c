"""Whose notifications are whose, and which mail is due."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

from members.querysets import Person
from notifications.enums import MailState

if TYPE_CHECKING:
    from notifications.models import Mail, Notification  # noqa: F401

# A mail takes seconds. What is still "being sent" after this was left behind by a worker that was stopped.
LEFT_BEHIND = timedelta(minutes=15)


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications."""

    def visible_to(self, user: Person) -> "NotificationQuerySet":
        """One's own. Whether the thing may still be seen is asked of its verb when it is shown."""
        return self.filter(recipient_id=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> "NotificationQuerySet":
        """Those not read yet."""
        return self.filter(read_at__isnull=True)


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails."""

    def visible_to(self, user: Person) -> "MailQuerySet":
        """Those about one's own notifications; never letters."""
        return self.filter(notification__recipient_id=user.pk) if user.is_authenticated else self.none()

    def due(self, now: datetime) -> "MailQuerySet":
        """Those waiting to be sent, and whose time has come."""
        return self.filter(state=MailState.WAITING, not_before__lte=now)

    def left_behind(self, now: datetime) -> "MailQuerySet":
        """Those that somebody began to send, and never said how it went."""
        return self.filter(state=MailState.SENDING, claimed_at__lte=now - LEFT_BEHIND)
