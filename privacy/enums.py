"""The fixed words of exports and erasures."""

from django.db import models


class ExportState(models.TextChoices):
    """Where an export is on its way."""

    WAITING = "waiting", "Waiting"
    MAKING = "making", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "It did not work"


UNDER_WAY = (ExportState.WAITING, ExportState.MAKING)


class ErasureState(models.TextChoices):
    """What has become of somebody's wish to go."""

    ASKED = "asked", "Asked for"
    WITHDRAWN = "withdrawn", "Taken back"
    DONE = "done", "Done"
