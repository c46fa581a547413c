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
