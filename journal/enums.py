"""The fixed words of reflections and outcomes."""

from django.db import models


class Readers(models.TextChoices):
    """Who reads what was shared with a cohort or a community."""

    ALL = "all", "All its people"
    LEADS = "leads", "Only who leads it"


class Moment(models.TextChoices):
    """When in the year somebody rates the outcomes."""

    START = "start", "At the start"
    MIDDLE = "middle", "In the middle"
    END = "end", "At the end"


class Score(models.IntegerChoices):
    """How far somebody is with an outcome, in their own eyes."""

    NOT_YET = 1, "Not yet"
    A_LITTLE = 2, "A little"
    PARTLY = 3, "Partly"
    MOSTLY = 4, "Mostly"
    FULLY = 5, "Fully"
