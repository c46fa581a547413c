"""What somebody has asked of us about their own data: a copy, or an end."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models import User
from members.querysets import Person
from privacy.enums import UNDER_WAY, ErasureState, ExportState
from privacy.querysets import ErasureQuerySet, ExportQuerySet


def place_of(export: "Export", name: str) -> str:
    """Where the file lies: no address leads there, and nobody guesses it."""
    return f"exports/{secrets.token_urlsafe(24)}.zip"


class Export(models.Model):
    """A copy of what is held about one person, made for them."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(max_length=10, choices=ExportState.choices, default=ExportState.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField("what is being copied", max_length=120, blank=True)
    file = models.FileField(upload_to=place_of, blank=True)
    size = models.PositiveBigIntegerField("size in bytes", default=0)
    asked_at = models.DateTimeField("asked for", default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField("can be downloaded until", null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=UNDER_WAY), name="one_export_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(ends_at__isnull=False), name="ready_export_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"Export {self.pk}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may know of it, and download it."""
        return user.is_authenticated and self.person_id == user.pk

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is being made."""
        return self.state in UNDER_WAY


class Erasure(models.Model):
    """Somebody's wish that their account goes."""

    person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="erasures")
    state = models.CharField(max_length=10, choices=ErasureState.choices, default=ErasureState.ASKED)
    posts_stay = models.BooleanField("what they wrote in discussions stays", default=True)
    asked_at = models.DateTimeField("asked for", default=timezone.now)
    due_at = models.DateTimeField("to be done")
    ended_at = models.DateTimeField("done or taken back", null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When somebody began to send the mail.")
    before = models.JSONField(default=dict, help_text="How the account was before it was closed to others.")

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="asked"), name="one_open_erasure_each"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at__isnull=True)
                | (~Q(state="asked") & Q(ended_at__isnull=False)),
                name="ended_erasure_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"Erasure {self.pk}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may know of it."""
        return user.is_authenticated and self.person_id == user.pk
