"""The fixed words of sessions."""

from django.db import models


class SessionKind(models.TextChoices):
    """What sort of session it is."""

    HALF_DAY = "half_day", "Module half-day"
    CO_CONSULTING = "co_consulting", "Co-consulting"
    CLINIC = "clinic", "Coaching clinic"
    WEBINAR = "webinar", "Reflective webinar"
    CELEBRATION = "celebration", "Celebration"
    MEETING = "meeting", "Community meeting"


# Whoever may know the date of one of these, only the people of its cohort are let in.
OF_A_COHORT = frozenset({SessionKind.HALF_DAY, SessionKind.CO_CONSULTING, SessionKind.CLINIC})


class MaterialKind(models.TextChoices):
    """What a session leaves for those who take part."""

    FILE = "file", "Slides or another file"
    RECORDING = "recording", "Recording"
    LINK = "link", "Link"
