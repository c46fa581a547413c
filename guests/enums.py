"""The fixed words of links and invitations."""

from django.db import models


class Answer(models.TextChoices):
    """What somebody said by a link."""

    YES = "yes", "Yes"
    NO = "no", "No"


class InvitationState(models.TextChoices):
    """What became of an invitation."""

    OPEN = "open", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"
    EXPIRED = "expired", "Not answered in time"


class Standing(models.TextChoices):
    """How an address that somebody wants to invite stands to a group."""

    NEW = "new", "Will be invited"
    IN = "in", "In it already"
    INVITED = "invited", "Invited already"
    DECLINED = "declined", "Said no not long ago"
    TWICE = "twice", "In your list twice"
    WRONG = "wrong", "Not an email address"
