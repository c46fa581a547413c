"""An invitation as a thing that a link asks for: what its page says, and what a yes does."""

from dataclasses import replace
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.forms import BaseForm
from django.urls import reverse
from django.utils import timezone

from guests import actions
from guests.forms import NewAccountForm, OtherAddressForm
from guests.mails import about, asker_of, facts_of
from guests.models import INVITATION, GuestLink, Invitation
from guests.registry import Ask, Done, GuestKind
from guests.words import words_of
from members.addresses import addresses_of
from members.audience import Audience
from members.enums import CircleKind
from members.errors import AddressTaken, NotOpen
from members.models import Circle, Membership, User
from members.querysets import Person


def _find(link: GuestLink) -> Invitation | None:
    rows = Invitation.objects.select_related("circle__community", "invited_by")
    return rows.filter(pk=link.target_id).first()


def has_account(email: str) -> bool:
    """Whether somebody has an account with this address. Only ever said to who holds a link that went there."""
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return confirmed.exists() or User.objects.filter(email__iexact=email).exists()


def ask_of(invitation: Invitation) -> Ask:
    """What the invitation says, to whoever may read it."""
    circle, words = invitation.circle, words_of(invitation.circle.kind)
    asker = asker_of(invitation)
    return Ask(
        title=f"Will you join {circle.name}?",
        asker=asker,
        paragraphs=(about(invitation), _means(circle, invitation.role)),
        quote=invitation.message,
        facts=facts_of(invitation),
        audience=Audience(
            kind="leads", text=f"{asker} and the {words.leads} of {circle.name} see your answer."
        ),
        yes="Yes, join",
    )


def _means(circle: Circle, role: str) -> str:
    """What somebody gets by a yes."""
    if circle.kind == CircleKind.NETWORK:
        return "If you say yes, you can read and write in the open discussions, list a community, and find other members."
    words = words_of(circle.kind)
    leads = (
        " You also help to lead it: you can invite people, and say who else does." if role == "lead" else ""
    )
    return (
        f"If you say yes, you can read and write what belongs to this {words.thing}, and its people see your name.{leads}"
        " It opens nothing else."
    )


def describe(link: GuestLink, user: Person) -> Ask | None:
    """What the page says; None if the invitation is answered, taken back or over."""
    invitation = _find(link)
    if invitation is None or not invitation.stands(timezone.now()):
        return None
    ask = ask_of(invitation)
    taken = has_account(link.email)
    if user.is_authenticated:
        if taken and link.email not in addresses_of(user):
            why = f"This went to {link.email}, which belongs to another account. Sign out, and sign in with that one."
            return replace(ask, hindrance=why)
        return ask
    if taken:
        why = f"You have an account with {link.email}. Sign in, and you come back here to say yes."
        return replace(ask, signs_in=True, hindrance=why)
    return replace(ask, signs_in=True)


def form(link: GuestLink, user: Person, data: Any) -> BaseForm | None:
    """What a yes needs to be told: name and password for a new account, or that another address is theirs too."""
    if not user.is_authenticated:
        return NewAccountForm(data, email=link.email)
    if link.email in addresses_of(user):
        return None
    return OtherAddressForm(data, email=link.email, person=user)


def on_yes(link: GuestLink, user: Person, **given: Any) -> Done:
    """Take the place; for a visitor, make an account first.

    Raises:
        NotOpen: it came too late, or there is an account with the address by now.
    """
    invitation = _find(link)
    if invitation is None:
        raise NotOpen
    said = f"You are in {invitation.circle.name} now."
    url = invitation.circle.url or reverse("dashboard")
    if user.is_authenticated:
        actions.accept_invitation(invitation=invitation, person=user)
        return Done(said=said, url=url)
    try:
        person = actions.accept_as_new(invitation=invitation, **given)
    except AddressTaken as error:
        raise NotOpen from error
    return Done(said=f"Welcome. {said}", url=url, person=person)


def on_no(link: GuestLink) -> None:
    """Decline.

    Raises:
        NotOpen: it came too late.
    """
    invitation = _find(link)
    if invitation is None:
        raise NotOpen
    actions.decline_invitation(invitation=invitation)


def hears(link: GuestLink) -> list[User]:
    """Who invited, if they still may; else those who lead."""
    invitation = _find(link)
    if invitation is None:
        return []
    if invitation.invited_by and invitation.can_withdraw(invitation.invited_by):
        return [invitation.invited_by]
    leads = Membership.objects.leads_of(invitation.circle).select_related("person")
    return [place.person for place in leads]


def seen_by(user: Person) -> Q:
    """Those to what this person leads or keeps the list of."""
    return Q(target_id__in=Invitation.objects.looked_after_by(user).values("pk"))


KIND = GuestKind(
    key=INVITATION,
    describe=describe,
    on_yes=on_yes,
    on_no=on_no,
    hears=hears,
    seen_by=seen_by,
    form=form,
)
