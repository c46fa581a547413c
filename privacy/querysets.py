"""Whose exports and wishes are whose, and which time has come for what."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from members.querysets import Person
from privacy.enums import UNDER_WAY, ErasureState, ExportState

if TYPE_CHECKING:
    from privacy.models import Erasure, Export  # noqa: F401

# The worker says how far it is several times a minute. What has been silent for so long was left behind by one that
# was stopped; what waits is behind other work, and has longer.
SILENT = timedelta(minutes=10)
WAITED = timedelta(hours=6)


class ExportQuerySet(models.QuerySet["Export"]):
    """Exports."""

    def visible_to(self, user: Person) -> "ExportQuerySet":
        """One's own; nobody else's, whoever asks."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()

    def under_way(self) -> "ExportQuerySet":
        """Those that wait or are being made."""
        return self.filter(state__in=UNDER_WAY)

    def ready(self, now: datetime) -> "ExportQuerySet":
        """Those that can be downloaded."""
        return self.filter(state=ExportState.READY, ends_at__gt=now)

    def left_behind(self, now: datetime) -> "ExportQuerySet":
        """Those that nobody works on any more."""
        waited = Q(state=ExportState.WAITING, touched_at__lt=now - WAITED)
        return self.filter(waited | Q(state=ExportState.MAKING, touched_at__lt=now - SILENT))


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """Wishes to go."""

    def visible_to(self, user: Person) -> "ErasureQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()

    def open(self) -> "ErasureQuerySet":
        """Those that can still be taken back."""
        return self.filter(state=ErasureState.ASKED)

    def due(self, now: datetime) -> "ErasureQuerySet":
        """Those whose day has come."""
        return self.open().filter(due_at__lte=now)
