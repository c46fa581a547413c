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


class Audience(models.TextChoices):
    """For whom a resource is."""

    CONVENER = "convener", "Conveners"
    CORE_GROUP = "core_group", "Co-conveners and core groups"
    MEMBER = "member", "Members"
    SPONSOR = "sponsor", "Managers and sponsors"
    NEWCOMER = "newcomer", "People thinking of starting one"


class Length(models.TextChoices):
    """How long a resource takes: to run, or to read where nothing is run. In minutes, both ends included."""

    QUARTER = "15", "Up to 15 minutes"
    HALF = "30", "16 to 30 minutes"
    HOUR = "60", "31 to 60 minutes"
    LONGER = "more", "More than an hour"

    @classmethod
    def of(cls, minutes: int) -> "Length":
        """Which of them so many minutes are."""
        limits = ((15, cls.QUARTER), (30, cls.HALF), (60, cls.HOUR))
        return next((length for limit, length in limits if minutes <= limit), cls.LONGER)


class GroupSize(models.TextChoices):
    """How many people a resource is run with."""

    ALONE = "1", "On your own"
    FEW = "2-5", "2 to 5"
    SOME = "6-12", "6 to 12"
    MANY = "13-30", "13 to 30"
    CROWD = "more", "More than 30"

    @classmethod
    def between(cls, smallest: int | None, largest: int | None) -> "list[GroupSize]":
        """All of them that a group of at least and at most so many may have; none where nothing is known.

        Args:
            smallest: None for one.
            largest: None for as many as come.
        """
        if smallest is None and largest is None:
            return []
        low, high = smallest or 1, largest or _NO_END
        return [cls(size) for size, (first, last) in _SIZES.items() if first <= high and low <= last]


_NO_END = 10**6
_SIZES = {"1": (1, 1), "2-5": (2, 5), "6-12": (6, 12), "13-30": (13, 30), "more": (31, _NO_END)}


class Licence(models.TextChoices):
    """On what terms a resource may be used elsewhere."""

    OGL = "ogl", "Open Government Licence v3.0"
    CC_BY = "cc-by", "Creative Commons Attribution 4.0 (CC BY)"
    CC_BY_SA = "cc-by-sa", "Creative Commons Attribution, share alike 4.0 (CC BY-SA)"
    CC_BY_NC = "cc-by-nc", "Creative Commons Attribution, not for profit 4.0 (CC BY-NC)"
    OWN = "own", "Ask before you use it elsewhere"

    @property
    def url(self) -> str:
        """Where its words stand; "" for none."""
        return _LICENCES.get(self.value, "")


_LICENCES = {
    "ogl": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "cc-by": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc-by-nc": "https://creativecommons.org/licenses/by-nc/4.0/",
}
