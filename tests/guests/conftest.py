"""Invitations for tests: to the community that the convener leads."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from guests import actions
from guests.models import INVITATION, GuestLink, Invitation
from members import actions as members
from members.models import Circle, Membership, User

NEW = "pat@example.org"
PASSWORD = "three quiet herons"
ACCOUNT = {"do": "yes", "first_name": "Pat", "last_name": "Lee", "password": PASSWORD}


@pytest.fixture
def circle(cast) -> Circle:
    """Falls in care homes, which the convener leads."""
    return cast.community.circle


@pytest.fixture
def invite(cast, circle) -> Callable[..., Invitation]:
    """Invite one address."""

    def make(email: str = NEW, **more) -> Invitation:
        given = {"circle": circle, "by": cast.convener, **more}
        [one] = actions.invite(addresses=[email], **given)
        return one

    return make


@pytest.fixture
def invitation(invite) -> Invitation:
    """Somebody without an account is invited."""
    return invite()


def link_of(one: Invitation) -> GuestLink:
    return GuestLink.objects.get(kind=INVITATION, target_id=one.pk)


@pytest.fixture
def link(invitation) -> GuestLink:
    """Their link."""
    return link_of(invitation)


@pytest.fixture
def asking(cast, circle) -> Membership:
    """The participant asks to join."""
    return actions.ask_to_join(person=cast.participant, circle=circle, because="I care about falls.")


@pytest.fixture
def member(cast, circle) -> Membership:
    """The participant is in it."""
    return members.join(person=cast.participant, circle=circle)


def confirm(person: User, email: str = "") -> None:
    """An address of theirs is proved."""
    EmailAddress.objects.create(user=person, email=email or person.email, verified=True, primary=not email)


def fresh(person: User) -> User:
    """The same person as in another request."""
    return User.objects.get(pk=person.pk)


def mailed_link() -> str:
    """The link in the mail that went out last."""
    found = re.search(r"http://testserver(/guest/\S+)", mail.outbox[-1].body)
    return found[1] if found else ""
