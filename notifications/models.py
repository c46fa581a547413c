"""News for one person, on the page and by mail."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from members.models import User
from members.querysets import Person
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
    """A mail: claimed by one worker, then sent, with a Message-ID that stays the same.

    It is about a notification, and goes to whom that is for; or it is a letter to an address.
    """

    notification = models.OneToOneField(
        Notification, null=True, blank=True, on_delete=models.CASCADE, related_name="mail"
    )
    letter = models.CharField(max_length=60, blank=True, default="", db_default="")
    target_id = models.BigIntegerField(null=True, blank=True)
    to = models.EmailField(blank=True, default="", db_default="")
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    message_id = models.CharField(max_length=120, unique=True)
    not_before = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "not_before"], name="mail_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(notification__isnull=False, letter="", target_id__isnull=True, to="")
                | (Q(notification__isnull=True, target_id__isnull=False) & ~Q(letter="") & ~Q(to="")),
                name="mail_is_news_or_a_letter",
            ),
            models.UniqueConstraint(
                fields=["letter", "target_id", "to"],
                condition=Q(notification__isnull=True),
                name="letter_written_once",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    def can_see(self, user: Person) -> bool:
        """Whether it is about this person's own news. A letter is nobody's: who reads there is not known."""
        return self.notification is not None and self.notification.recipient_id == user.pk


class Unwritten(models.Model):
    """An address that asked us not to write there. It is kept for as long as that is to hold: for good."""

    email = models.EmailField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="unwritten_in_small_letters"),
        ]

    def __str__(self) -> str:
        return self.email
