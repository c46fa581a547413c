"""The fixed words of one's own learning."""

from django.db import models


class Of(models.TextChoices):
    """What a saved search looks through."""

    LIBRARY = "library", "Guidance"
    COMMUNITIES = "communities", "Communities"
