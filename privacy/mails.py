"""What is written to somebody who goes: that we were asked, and that it is done."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from notifications.mails import written
from privacy.holding import day_in_words
from privacy.models import Erasure


def asked(erasure: Erasure) -> EmailMultiAlternatives:
    """We were asked to delete an account; what it takes to keep it."""
    person = erasure.person
    assert person is not None  # noqa: S101 - asked for by the task, which has looked
    context = {
        "person": person,
        "day": day_in_words(erasure.due_at),
        "url": settings.SITE_URL + reverse("privacy:closing"),
    }
    return written(
        "privacy_asked", subject="You asked us to delete your account", to=person.email, context=context
    )


def done(address: str) -> EmailMultiAlternatives:
    """An account is deleted. The address is kept nowhere any more."""
    return written("privacy_erased", subject="Your account is deleted", to=address, context={})
