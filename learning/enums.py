"""The fixed words of guidance and modules."""

from django.db import models


class Kind(models.TextChoices):
    """What sort of guidance a resource is."""

    GUIDE = "guide", "Guide"
    EXERCISE = "exercise", "Exercise"
    TEMPLATE = "template", "Template"
    CHECKLIST = "checklist", "Checklist"
    STORY = "story", "Story"


class Phase(models.TextChoices):
    """When a step of a module is done."""

    BEFORE = "before", "Before"
    DURING = "during", "During"
    AFTER = "after", "After"


class Sort(models.TextChoices):
    """The order of what the library finds."""

    RELEVANCE = "relevance", "Best match"
    NEWEST = "newest", "Newest first"
    TITLE = "title", "Title, A to Z"
