"""Communities that somebody lists and looks after without an account."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from community_directory.actions.communities import (
    MANY,
    TERMS,
    create,
    end_community,
    submit_community,
)
from community_directory.actions.letters import CONFIRM, TAKE_ON, close_links, link_to
from community_directory.enums import CommunityState
from community_directory.errors import NoLongerThere, NotYours
from community_directory.models import Community, OutsideListing, Steward
from guests import actions as guests
from guests.models import GuestLink
from members import actions as members_actions
from members.addresses import confirmed_addresses
from members.enums import Role
from members.models import User
from notifications.actions import write_letters

RECEIVED = "community_directory.received"


@transaction.atomic
def offer_listing(*, email: str, by: str, request_key: UUID, **fields: Any) -> OutsideListing:
    """Keep what somebody without an account has written, and ask their address whether it is theirs.

    What is done, and how much of it, does not depend on who has an account.

    Args:
        email: a proper address.
        by: the name of who writes; not for others.
        request_key: of the form; the same form sent twice is one, with what was put right in between.
        fields: of ``Community``; those in ``MANY`` as lists of terms.

    Returns:
        What is kept until they confirm.
    """
    texts = {key: [term.pk for term in value] if key in MANY else value for key, value in fields.items()}
    given = {"email": email.lower(), "name": by, "texts": texts}
    listing, made = OutsideListing.objects.select_for_update().get_or_create(
        request_key=request_key, defaults=given
    )
    if not made and listing.email != given["email"]:
        # They have gone back and put their address right: whoever reads mail at the other is asked nothing any more.
        for link in GuestLink.objects.to(CONFIRM, listing.pk).open(timezone.now()).order_by("pk"):
            guests.revoke_link(link=link, by=None)
        listing.delete()
        listing, made = OutsideListing.objects.create(request_key=request_key, **given), True
    if made:
        guests.make_link(kind=CONFIRM, target_id=listing.pk, email=listing.email, asked_by=None)
        write_letters(letter=CONFIRM, to={listing.pk: listing.email})
    elif listing.texts != texts or listing.name != by:
        listing.texts, listing.name = texts, by
        listing.save(update_fields=["texts", "name"])
    return listing


def terms_of(listing: OutsideListing) -> dict[str, list[Any]]:
    """The terms that it names and that are still on their lists. Four queries."""
    return {
        name: list(TERMS[name]._default_manager.filter(pk__in=listing.texts.get(name, []))) for name in MANY
    }


@transaction.atomic
def confirm_listing(*, listing: OutsideListing) -> GuestLink:
    """Make a community of it and send it to the editors. From now on its writer looks after it by links.

    Returns:
        Their link.

    Raises:
        NoLongerThere: it is confirmed, refused or deleted already.
    """
    held = OutsideListing.objects.select_for_update().filter(pk=listing.pk).first()
    if held is None:
        raise NoLongerThere
    plain = {name: value for name, value in held.texts.items() if name not in MANY}
    community = create(None, None, {**plain, **terms_of(held), "convened_outside": True})
    log(community, "wagtail.create")
    steward = Steward.objects.create(
        community=community, email=held.email, name=held.name, confirmed_at=timezone.now()
    )
    held.delete()
    submit_community(community=community, person=steward)
    return link_to(steward, RECEIVED)


@transaction.atomic
def refuse_listing(*, listing: OutsideListing) -> bool:
    """Delete what was written, since its reader did not write it or has thought again.

    Returns:
        False where it was gone already.
    """
    return bool(OutsideListing.objects.filter(pk=listing.pk).delete()[0])


def take_down(*, community: Community, person: Steward) -> Community:
    """Take a community out of the directory at once. An editor can bring it back, if it was in it.

    Raises:
        NotYours: they do not look after it (any more).
    """
    return end_community(community=community, person=person)


def _hold(steward: Steward) -> Community:
    """Lock the community that somebody looks after, and look again whether they do.

    Raises:
        NotYours: they do so no more.
        NoLongerThere: it has ended.
    """
    community = Community.objects.select_for_update().get(pk=steward.community_id)
    if not steward.tends(community):
        raise NotYours
    if community.state == CommunityState.ENDED:
        raise NoLongerThere
    return community


@transaction.atomic
def offer_handover(*, steward: Steward, email: str) -> Steward:
    """Ask another address whether it will look after a community. Until it says yes, nothing changes.

    An offer to somebody else that waits is taken back; the same one made twice is one.

    Raises:
        NotYours: they do not look after it any more.
        NoLongerThere: it has ended.
    """
    community, email = _hold(steward), email.lower()
    waiting = Steward.objects.offered().filter(community=community).first()
    if waiting and waiting.email == email:
        return waiting
    take_back_offers(community)
    offered = Steward.objects.create(community=community, email=email)
    guests.make_link(kind=TAKE_ON, target_id=offered.pk, email=email, asked_by=None)
    write_letters(letter=TAKE_ON, to={offered.pk: email})
    return offered


def take_back_offers(community: Community) -> None:
    """Delete an offer that waits, and let its link lead to nothing."""
    for offered in Steward.objects.offered().filter(community=community):
        for link in GuestLink.objects.to(TAKE_ON, offered.pk):
            guests.revoke_link(link=link, by=None)
        offered.delete()


@transaction.atomic
def accept_handover(*, offered: Steward, name: str) -> GuestLink:
    """Look after a community from now on, in the place of who did.

    Args:
        offered: an offer whose link they hold.
        name: theirs; editors read it.

    Returns:
        Their link.

    Raises:
        NoLongerThere: it was taken back, or the community has ended.
    """
    community = Community.objects.select_for_update().get(pk=offered.community_id)
    held = Steward.objects.offered().filter(pk=offered.pk).first()
    if held is None or community.state == CommunityState.ENDED or not community.convened_outside:
        raise NoLongerThere
    end_stewards(community)
    held.name, held.confirmed_at = name, timezone.now()
    held.save(update_fields=["name", "confirmed_at"])
    log(community, "community_directory.handed_over")
    return link_to(held, RECEIVED)


@transaction.atomic
def refuse_handover(*, offered: Steward) -> None:
    """Say no; nothing is kept of it."""
    Community.objects.select_for_update().get(pk=offered.community_id)
    Steward.objects.offered().filter(pk=offered.pk).delete()


def end_stewards(community: Community) -> None:
    """Whoever looks after it without an account does so no more; the caller holds the community."""
    for steward in Steward.objects.live().filter(community=community):
        steward.ended_at = timezone.now()
        steward.save(update_fields=["ended_at"])
        close_links(steward)


@transaction.atomic
def take_to_account(*, steward: Steward, person: User) -> Community:
    """Let somebody who has an account by now convene with it what they looked after by links.

    Args:
        steward: by whose link they came.
        person: who has proved that the steward's address is theirs.

    Raises:
        NotYours: it is another's address, or they do not look after it any more.
        NoLongerThere: it has ended.
    """
    if steward.email not in confirmed_addresses(person):
        raise NotYours
    community = _hold(steward)
    members_actions.join(person=person, circle=community.circle, role=Role.LEAD)
    take_back_offers(community)
    end_stewards(community)
    community.convened_outside = False
    community.save(update_fields=["convened_outside"])
    log(community, "community_directory.taken_to_account", user=person)
    return community
