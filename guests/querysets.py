"""Which links, questions and invitations are whose."""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from guests.enums import InvitationState
from guests.registry import kinds
from members.addresses import confirmed_addresses
from members.enums import CircleKind
from members.querysets import Person
from members.rules import keeps_memberships

if TYPE_CHECKING:
    from guests.models import GuestLink, GuestQuestion, Invitation  # noqa: F401


def hash_of(token: str) -> str:
    """What is kept of the secret in a link: it can be told from it, and not the other way round."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class GuestLinkQuerySet(models.QuerySet["GuestLink"]):
    """Links."""

    def visible_to(self, user: Person) -> "GuestLinkQuerySet":
        """Those whose answers and questions this person may read."""
        seen = Q(pk__in=[])
        if user.is_authenticated:
            for kind in kinds:
                seen |= Q(kind=kind.key) & kind.seen_by(user)
        return self.filter(seen)

    def by_token(self, token: str) -> "GuestLink | None":
        """The link that has this secret, whatever has become of it. One query."""
        return self.filter(secret_hash=hash_of(token)).select_related("asked_by").first()

    def to(self, kind: str, target_id: int) -> "GuestLinkQuerySet":
        """Those that lead to one thing."""
        return self.filter(kind=kind, target_id=target_id)

    def open(self, now: datetime) -> "GuestLinkQuerySet":
        """Those by which one can still answer."""
        return self.filter(answer="", revoked_at=None, expires_at__gt=now)


class GuestQuestionQuerySet(models.QuerySet["GuestQuestion"]):
    """Questions that came back."""

    def visible_to(self, user: Person) -> "GuestQuestionQuerySet":
        """Those about links whose answers this person may read."""
        links: Any = self.model._meta.get_field("link").related_model
        return self.filter(link__in=links.objects.visible_to(user))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def visible_to(self, user: Person) -> "InvitationQuerySet":
        """Those that this person looks after, and those sent to an address of theirs."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(_looked_after(user) | Q(email__in=confirmed_addresses(user)))

    def looked_after_by(self, user: Person) -> "InvitationQuerySet":
        """Those to what this person leads; for who keeps the lists, to a cohort, the network, and what they sent."""
        return self.filter(_looked_after(user))

    def open(self, now: datetime) -> "InvitationQuerySet":
        """Those that wait for an answer."""
        return self.filter(state=InvitationState.OPEN, expires_at__gt=now)

    def overdue(self, now: datetime) -> "InvitationQuerySet":
        """Those that were not answered in time, and do not say so yet."""
        return self.filter(state=InvitationState.OPEN, expires_at__lte=now)


def _looked_after(user: Person) -> Q:
    """The same as ``Invitation.can_withdraw``, as a condition on invitations."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    led = Q(circle_id__in=user.led_circle_ids) & ~Q(circle__kind=CircleKind.NETWORK)
    if keeps_memberships(user):
        led |= Q(circle__kind__in=(CircleKind.NETWORK, CircleKind.COHORT))
        led |= Q(circle__kind=CircleKind.COMMUNITY, invited_by=user.pk)
    return led
