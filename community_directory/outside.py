"""What a link asks of somebody without an account: whether a listing is theirs, and whether they take one on."""

from typing import Any

from django.db.models import Q
from django.forms import BaseForm

from community_directory import actions
from community_directory.actions.letters import CONFIRM, TAKE_ON
from community_directory.enums import CommunityState, Meets, OpenTo
from community_directory.errors import DirectoryError
from community_directory.forms import TakeOnForm
from community_directory.models import OutsideListing, Steward
from community_directory.words import STAGES
from guests.models import GuestLink
from guests.registry import Ask, Done, GuestKind
from members.audience import Audience
from members.errors import NotOpen
from members.models import User
from members.querysets import Person

_EDITORS = Audience(kind="leads", text="Only the editors of this site see your name and your email address.")
_LABELS = (
    ("summary", "In one sentence"),
    ("domain", "What you care about"),
    ("purpose", "Why you exist"),
    ("practice", "What you make and share"),
    ("themes", "What it is about"),
    ("sectors", "Sectors that you cross"),
    ("regions", "Where you work"),
    ("organisations", "Organisations that you cross"),
    ("stage", "Where you are"),
    ("rhythm", "When you meet"),
    ("meets", "How you meet"),
    ("open_to", "Who can join"),
    ("how_to_join", "How to join"),
    ("website", "Website"),
)
_CHOICES = {"stage": STAGES, "meets": dict(Meets.choices), "open_to": dict(OpenTo.choices)}


def nobody(user: Person) -> Q:
    """These links' answers are nobody's to read."""
    return Q(pk__in=[])


def _listing(link: GuestLink) -> OutsideListing | None:
    return OutsideListing.objects.filter(pk=link.target_id).first()


def _facts(listing: OutsideListing) -> tuple[tuple[str, str], ...]:
    """All that was written, in the order of the form."""
    terms = {
        name: ", ".join(str(term) for term in found) for name, found in actions.terms_of(listing).items()
    }
    said = {**listing.texts, **terms}
    pairs = ((label, said.get(name, ""), _CHOICES.get(name, {})) for name, label in _LABELS)
    return tuple((label, str(choices.get(text, text))) for label, text, choices in pairs if text)


def ask_to_confirm(link: GuestLink, user: Person) -> Ask | None:
    """What was written, in full; None if it is confirmed, refused or deleted."""
    listing = _listing(link)
    if listing is None:
        return None
    return Ask(
        title=f"Will you list {listing.community_name}?",
        asker="The directory of communities",
        paragraphs=(
            "This was written in our form, with your email address. If you say yes, an editor reads it and puts it "
            "into the directory, or tells you what to change. You can take it down at any time.",
            "If you did not write it, say no, and all of it is deleted.",
        ),
        facts=(*_facts(listing), ("Your name", listing.name)),
        audience=_EDITORS,
        yes="Yes, list it",
        no="No, delete it",
    )


def confirm(link: GuestLink, user: Person, **given: Any) -> Done:
    """Send it to the editors, and go on to the page of who looks after it.

    Raises:
        NotOpen: it came too late.
    """
    listing = _listing(link)
    try:
        own = actions.confirm_listing(listing=listing) if listing else None
    except DirectoryError as error:
        raise NotOpen from error
    if own is None:
        raise NotOpen
    return Done(said="Thank you. An editor will read it, and we will write to you.", url=own.path)


def refuse(link: GuestLink) -> None:
    """Delete what was written.

    Raises:
        NotOpen: it came too late.
    """
    listing = _listing(link)
    if listing is None or not actions.refuse_listing(listing=listing):
        raise NotOpen


def _offered(link: GuestLink) -> Steward | None:
    rows = Steward.objects.offered().exclude(community__state=CommunityState.ENDED)
    return rows.select_related("community").filter(pk=link.target_id).first()


def ask_to_take_on(link: GuestLink, user: Person) -> Ask | None:
    """What it means to look after a community; None if the offer is taken back, or it has ended."""
    offered = _offered(link)
    if offered is None:
        return None
    community = offered.community
    return Ask(
        title=f"Will you look after {community.name}?",
        asker="Whoever looks after it now",
        paragraphs=(
            f"{community.name} is a community of practice in our directory: {community.summary}",
            "If you say yes, you keep what it says up to date, answer twice a year whether it is alive, and can take "
            "it down. You need no account. Whoever looks after it now no longer can.",
        ),
        audience=_EDITORS,
        yes="Yes, I will look after it",
    )


def _take_on_form(link: GuestLink, user: Person, data: Any) -> BaseForm:
    return TakeOnForm(data)


def take_on(link: GuestLink, user: Person, **given: Any) -> Done:
    """Look after it from now on.

    Raises:
        NotOpen: it came too late.
    """
    offered = _offered(link)
    if offered is None:
        raise NotOpen
    try:
        own = actions.accept_handover(offered=offered, **given)
    except DirectoryError as error:
        raise NotOpen from error
    return Done(said=f"Thank you. You look after {offered.community.name} now.", url=own.path)


def decline(link: GuestLink) -> None:
    """Leave it with who has it.

    Raises:
        NotOpen: it came too late.
    """
    offered = _offered(link)
    if offered is None:
        raise NotOpen
    actions.refuse_handover(offered=offered)


def hears(link: GuestLink) -> list[User]:
    """Nobody: no question can be asked by these links."""
    return []


KINDS = (
    GuestKind(
        key=CONFIRM, describe=ask_to_confirm, on_yes=confirm, on_no=refuse, hears=hears, seen_by=nobody
    ),
    GuestKind(
        key=TAKE_ON,
        describe=ask_to_take_on,
        on_yes=take_on,
        on_no=decline,
        hears=hears,
        seen_by=nobody,
        form=_take_on_form,
    ),
)
