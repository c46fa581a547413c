"""What the letters say that go to people without an account who list or look after a community."""

from collections.abc import Callable

from django.utils import timezone

from community_directory.actions.letters import CONFIRM, MERGED, STEWARD, TAKE_ON
from community_directory.enums import LISTED, CommunityState
from community_directory.models import Community, Connection, OutsideListing, Steward
from guests.models import GuestLink
from kit.registry import Letter, Written
from kit.times import date_of

TAKE_DOWN = "#take-down"
_FOR_YOU = "you look after this community by email"


def _link_to(kind: str, pk: int) -> GuestLink | None:
    """An open link to a thing, if there is one whose secret can still be told."""
    link = GuestLink.objects.to(kind, pk).open(timezone.now()).first()
    return link if link and link.path else None


def confirm(pk: int) -> Written | None:
    """Asks an address whether it is theirs; None once that is answered."""
    listing = OutsideListing.objects.filter(pk=pk).first()
    link = _link_to(CONFIRM, pk)
    if listing is None or link is None:
        return None
    return Written(
        subject=f"Is “{listing.community_name}” yours to list?",
        paragraphs=(
            "Somebody has filled in a form to list this community in our directory, and gave your email address.",
            "If it was you: open the page, read it once more, and say yes. Then an editor reads it. Nobody else "
            "sees it before.",
            "If it was not you, you need not do anything: it is deleted after 30 days. You can also delete it now, "
            "on the same page.",
        ),
        facts=(("You can answer until", date_of(link.expires_at)),),
        url=link.path,
        action="Read it and answer",
        reason="somebody gave your address to list a community",
    )


def take_on(pk: int) -> Written | None:
    """Asks somebody to look after a community from now on; None once that is answered or taken back."""
    offered = Steward.objects.offered().filter(pk=pk).select_related("community").first()
    link = _link_to(TAKE_ON, pk)
    if offered is None or link is None or offered.community.state == CommunityState.ENDED:
        return None
    name = offered.community.name
    return Written(
        subject=f"Will you look after “{name}”?",
        paragraphs=(
            f"Whoever looks after {name} in our directory would like to hand it over to you. You need no account.",
            "You would keep what it says up to date, and answer twice a year whether it is alive. Nothing changes "
            "before you say yes.",
        ),
        url=link.path,
        action="Read it and answer",
        reason="whoever looks after this community gave us your address",
    )


def _received(community: Community) -> tuple[str, tuple[str, ...]] | None:
    return (
        f"You look after “{community.name}”",
        (
            "Keep this email. The page behind its link is yours: there you see how your community looks, change what "
            "it says, send it to an editor, hand it over, or take it down.",
            "Your name and email address are not shown to anybody but our editors.",
        ),
    )


def _published(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state not in LISTED:
        return None
    said = "Everyone can find it now. When something changes, change it on your page."
    return f"“{community.name}” is in the directory now", (said,)


def _sent_back(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state != CommunityState.DRAFT or not community.sent_back_because:
        return None
    said = (
        "An editor has read it and asks you to change something. Change it on your page, then send it again."
    )
    return f"An editor asks for a change to “{community.name}”", (said,)


def _asked(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state not in LISTED or community.alive_asked_at is None:
        return None
    said = "People find it in the directory and want to know whether it still meets. One click is enough."
    return f"Is “{community.name}” still alive?", (said,)


def _asked_again(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if (asked := _asked(community)) is None:
        return None
    said = "If we hear nothing for another 30 days, its page will say that it is resting. It stays in the directory."
    return asked[0], (*asked[1], said)


def _rests_unasked(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state != CommunityState.DORMANT:
        return None
    said = (
        "We have not heard from you for 60 days, so its page says that it is resting. Wake it with one click."
    )
    return f"“{community.name}” is resting now", (said,)


def _to_answer(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state not in LISTED or not Connection.objects.to_answer(community).exists():
        return None
    said = (
        "Read on your page who it is and why, and say yes or no. If you say yes, each page shows the other."
    )
    return f"Another community would like to connect with “{community.name}”", (said,)


def _connected(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state not in LISTED:
        return None
    return f"“{community.name}” is connected with another community", (
        "They said yes. Each page shows the other.",
    )


def _not_connected(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state not in LISTED:
        return None
    said = "The community that you wanted to connect with would rather not now. Nobody else is told."
    return f"An answer to “{community.name}”", (said,)


def _due(community: Community) -> tuple[str, tuple[str, ...]] | None:
    if community.state not in LISTED:
        return None
    said = "Today is the day that was set to look again at what you do together. Its page shows with whom and why."
    return f"Look again at a connection of “{community.name}”", (said,)


_SAID: dict[str, Callable[[Community], tuple[str, tuple[str, ...]] | None]] = {
    "received": _received,
    "published": _published,
    "sent_back": _sent_back,
    "asked": _asked,
    "asked_again": _asked_again,
    "rests_unasked": _rests_unasked,
    "connection_proposed": _to_answer,
    "connection_introduced": _to_answer,
    "connection_accepted": _connected,
    "connection_declined": _not_connected,
    "connection_due": _due,
}


def _to_steward(key: str) -> Callable[[int], Written | None]:
    """A letter whose thing is the link that it brings; None once the link is closed, or it is no longer so."""

    def compose(pk: int) -> Written | None:
        link = GuestLink.objects.open(timezone.now()).filter(pk=pk, kind=STEWARD).first()
        steward = (
            link and Steward.objects.live().select_related("community").filter(pk=link.target_id).first()
        )
        said = _SAID[key](steward.community) if steward else None
        if link is None or not steward or said is None or not link.path:
            return None
        subject, paragraphs = said
        return Written(
            subject=subject,
            paragraphs=paragraphs,
            quote=steward.community.sent_back_because if key == "sent_back" else "",
            url=link.path,
            action="Open your page",
            reason=_FOR_YOU,
            aside=("Take this down", link.path + TAKE_DOWN),
        )

    return compose


def merged(pk: int) -> Written | None:
    """Says to whoever looked after a community that it is part of another now."""
    steward = Steward.objects.filter(pk=pk).select_related("community__merged_into").first()
    stays = steward.community.merged_into if steward else None
    if steward is None or stays is None:
        return None
    return Written(
        subject=f"“{steward.community.name}” is part of “{stays.name}” now",
        paragraphs=(
            "Both were in our directory, and an editor has made one of them. What it was filed under, its connections "
            "and its offers have gone along, and its old address leads there.",
            "The links in our earlier emails no longer work. If that was a mistake, write to us.",
        ),
        url=stays.get_absolute_url(),
        action="See its page",
        reason=_FOR_YOU,
    )


LETTERS = (
    Letter(key=MERGED, compose=merged),
    Letter(key=CONFIRM, compose=confirm),
    Letter(key=TAKE_ON, compose=take_on),
    *(Letter(key=f"{STEWARD}_{key}", compose=_to_steward(key)) for key in _SAID),
)
