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
RESERVED_SLUGS = frozenset({"new", "edit", "map", "network", "mine", "connections", "suggestions", "offers"})


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


class Alive(models.TextChoices):
    """What those who look after a community say when they are asked whether it is alive."""

    YES = "yes", "Yes, we are alive"
    RESTING = "resting", "We are resting"


class ExchangeKind(models.TextChoices):
    """Whether a community has something to give, or looks for something."""

    OFFER = "offer", "Offer"
    ASK = "ask", "Ask"


class ConnectionKind(models.TextChoices):
    """What two communities do with each other. Those from the third on read differently from the two ends."""

    SHARES_PRACTICE = "practice", "Share what they do"
    MEETS_JOINTLY = "meetings", "Meet together"
    LEARNS_FROM = "learns", "One learns from the other"
    MENTORS = "mentors", "One mentors the other"
    GREW_OUT_OF = "grew", "One grew out of the other"
    MERGED_INTO = "merged", "One merged into the other"


class ConnectionState(models.TextChoices):
    """What became of a link that one side, or somebody who knows both, has proposed."""

    INTRODUCED = "introduced", "Introduced"
    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Connected"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"
    ENDED = "ended", "Ended"


# Those that wait for an answer or hold: a pair has one at most.
OPEN_LINKS = (ConnectionState.INTRODUCED, ConnectionState.PROPOSED, ConnectionState.ACCEPTED)


class ImportState(models.TextChoices):
    """How far a file of communities is that somebody has agreed to bring in."""

    WAITING = "waiting", "Being brought in"
    DONE = "done", "Brought in"
    STOPPED = "stopped", "Not brought in"
