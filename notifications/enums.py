"""The fixed words of mails."""

from django.db import models


class MailState(models.TextChoices):
    """Where a mail is on its way."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DROPPED = "dropped", "Not sent: no longer theirs to see, or no longer wanted"
    FAILED = "failed", "Given up after several tries"
    UNCERTAIN = "uncertain", "Perhaps sent: the sender stopped half-way"
