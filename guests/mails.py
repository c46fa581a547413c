"""What the letter of an invitation says."""

from django.utils import timezone

from guests.models import INVITATION, GuestLink, Invitation
from kit.registry import Letter, Written
from kit.times import date_of
from members.enums import CircleKind


def asker_of(invitation: Invitation) -> str:
    """Who invites, by name; somebody whose account is gone has none."""
    return invitation.invited_by.name if invitation.invited_by else "Somebody"


def about(invitation: Invitation) -> str:
    """What it is an invitation to, in a sentence."""
    name, kind = invitation.circle.name, invitation.circle.kind
    if kind == CircleKind.NETWORK:
        return (
            "People who lead communities of practice in health and social care meet here and learn together."
        )
    kinds = {
        CircleKind.COHORT: f"{name} is one year of the leadership programme for communities of practice.",
        CircleKind.COMMUNITY: f"{name} is a community of practice: people who learn together about one thing.",
    }
    return kinds.get(CircleKind(kind), f"{name} is a small group that works and learns together.")


def facts_of(invitation: Invitation) -> tuple[tuple[str, str], ...]:
    """As what, for whom, until when."""
    until = ("You can answer until", date_of(invitation.expires_at))
    if invitation.circle.kind == CircleKind.NETWORK:
        return (until,)
    return (("You would be", f"a {invitation.role_name.lower()}"), until)


def compose(pk: int) -> Written | None:
    """The letter; None once it is answered, taken back or over."""
    rows = Invitation.objects.select_related("circle", "invited_by")
    invitation = rows.filter(pk=pk).first()
    now = timezone.now()
    if invitation is None or not invitation.is_open(now):
        return None
    link = GuestLink.objects.to(INVITATION, pk).open(now).first()
    if link is None or not link.path:
        return None
    asker = asker_of(invitation)
    return Written(
        subject=f"{asker} invites you to join {invitation.circle.name}",
        paragraphs=(
            about(invitation),
            "Open the page to read what it means, and to say yes or no. You need no account for that.",
        ),
        quote=invitation.message,
        facts=facts_of(invitation),
        url=link.path,
        action="Read the invitation",
        reason=f"{asker} gave us your address to invite you",
    )


INVITATION_LETTER = Letter(key=INVITATION, compose=compose)
