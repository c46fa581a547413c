"""The fixed words of circles and memberships."""

from django.db import models


class CircleKind(models.TextChoices):
    NETWORK = "network", "The network"
    COHORT = "cohort", "Cohort"
    COMMUNITY = "community", "Community"
    GROUP = "group", "Group"


class Role(models.TextChoices):
    MEMBER = "member", "Member"
    LEAD = "lead", "Lead"


class State(models.TextChoices):
    REQUESTED = "requested", "Asked to join"
    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"


class SeenBy(models.IntegerChoices):
    """Who sees a field of a profile: the higher, the more people; see ``members.gate``."""

    NOBODY = 0, "Nobody but me"
    GROUPS = 1, "People in my groups"
    NETWORK = 2, "Everyone in the network"


class AskState(models.TextChoices):
    """What has become of somebody's wish to have an account."""

    NEW = "new", "Not looked at yet"
    WAITING = "waiting", "Waits for an answer"
    ADMITTED = "admitted", "Let in"
    REFUSED = "refused", "Not let in"


class Stage(models.TextChoices):
    """Where a community is in its life.

    The five stages are those of Wenger, McDermott and Snyder, *Cultivating Communities of Practice* (2002).
    """

    POTENTIAL = "potential", "Just an idea"
    COALESCING = "coalescing", "Getting started"
    MATURING = "maturing", "Finding our stride"
    STEWARDSHIP = "stewardship", "Keeping going"
    TRANSFORMATION = "transformation", "Changing or ending"


_LEADS = {CircleKind.COHORT: "Facilitator", CircleKind.COMMUNITY: "Convener"}


def role_name(kind: str, role: str) -> str:
    """What somebody is in a circle of this kind, in the words that people use."""
    if role == Role.MEMBER:
        return "Participant" if kind == CircleKind.COHORT else "Member"
    return _LEADS.get(CircleKind(kind), "Lead")
