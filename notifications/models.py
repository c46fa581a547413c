"""News for one person, on the page and by mail."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from members.models import User
from notifications.enums import MailState
from notifications.querysets import MailQuerySet, NotificationQuerySet


class Notification(models.Model):
    """One thing that happened, for one person."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "verb", "target_id"], name="told_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_list")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_id}"


class Mail(models.Model):
    """A mail about a notification: claimed by one worker, then sent, with a Message-ID that stays the same."""

    notification = models.OneToOneField(Notification, on_delete=models.CASCADE, related_name="mail")
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    message_id = models.CharField(max_length=120, unique=True)
    not_before = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "not_before"], name="mail_due")]

    def __str__(self) -> str:
        return self.message_id
