"""Writing to those who look after a community without an account: each mail brings a new link."""

from datetime import timedelta

from django.utils import timezone

from community_directory.models import Community, Steward
from guests import actions as guests
from guests.models import GuestLink
from notifications.actions import write_letters

CONFIRM = "community_directory.confirm"
TAKE_ON = "community_directory.take_on"
STEWARD = "community_directory.steward"
MERGED = "community_directory.steward_merged"
# Longer than from one "still alive?" to the next, and the two months in which it can be answered.
HOLDS_FOR = timedelta(days=270)


def letter_of(verb: str) -> str:
    """The letter that says to a steward what a notification with this verb says to conveners."""
    return f"{STEWARD}_{verb.rpartition('.')[2]}"


def write_to_steward(community: Community, verb: str) -> GuestLink | None:
    """Write to whoever looks after it without an account, if somebody does; the caller's transaction holds the community.

    Args:
        community: which.
        verb: what has happened, as in the news of conveners.

    Returns:
        The link that the mail carries.
    """
    if not community.convened_outside:
        return None
    steward = Steward.objects.live().filter(community=community).first()
    return link_to(steward, verb) if steward else None


def link_to(steward: Steward, verb: str) -> GuestLink:
    """A new link for a steward, and the mail that brings it."""
    link = guests.make_link(
        kind=STEWARD,
        target_id=steward.pk,
        email=steward.email,
        asked_by=None,
        expires_at=timezone.now() + HOLDS_FOR,
    )
    write_letters(letter=letter_of(verb), to={link.pk: steward.email})
    return link


def close_links(steward: Steward) -> None:
    """Let every link that a steward had lead to nothing."""
    for link in GuestLink.objects.to(STEWARD, steward.pk).open(timezone.now()).order_by("pk"):
        guests.revoke_link(link=link, by=None)
