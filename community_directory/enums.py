"""The fixed words of the directory."""

from django.db import models


class CommunityState(models.TextChoices):
    """Where a listing is on its way."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for an editor"
    PUBLISHED = "published", "Published"
    DORMANT = "dormant", "Resting"
    ENDED = "ended", "Ended"


LISTED = (CommunityState.PUBLISHED, CommunityState.DORMANT)

# First segments of addresses under /communities/ that are not a community.
RESERVED_SLUGS = frozenset({"new", "edit", "map", "network", "mine", "connections", "suggestions"})


class Meets(models.TextChoices):
    """How a community meets."""

    ONLINE = "online", "Online"
    IN_PERSON = "in_person", "In person"
    BOTH = "both", "Online and in person"


class OpenTo(models.TextChoices):
    """Who may join."""

    ANYONE = "anyone", "Anyone who is interested"
    ASK = "ask", "People who ask first"
    INVITATION = "invitation", "By invitation"


class Answer(models.TextChoices):
    """What its conveners said to a community that was suggested to them."""

    LATER = "later", "Later"
    NO = "no", "Not relevant"


class ConnectionState(models.TextChoices):
    """What became of a proposed link."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Connected"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Ended"


class ImportState(models.TextChoices):
    """How far a file of communities is that somebody has agreed to bring in."""

    WAITING = "waiting", "Being brought in"
    DONE = "done", "Brought in"
    STOPPED = "stopped", "Not brought in"
