"""Which communities and connections who sees."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from community_directory.enums import CommunityState, ConnectionState
from members.querysets import Person

if TYPE_CHECKING:
    pass

LISTED = (CommunityState.PUBLISHED, CommunityState.DORMANT)
REVIEW = "community_directory.publish_community"


def may_review(user: Person) -> bool:
    """Whether this person sees and publishes what others have submitted."""
    return user.is_authenticated and user.is_active and user.has_perm(REVIEW)


class CommunityQuerySet(models.QuerySet["Community"]):
    """Communities."""

    def listed(self) -> "CommunityQuerySet":
        """Those in the public directory."""
        return self.filter(state__in=LISTED)

    def visible_to(self, user: Person) -> "CommunityQuerySet":
        """What is in the directory, one's own, and for editors what waits for them; never others' drafts."""
        if not user.is_authenticated:
            return self.listed()
        seen = Q(state__in=LISTED) | Q(circle_id__in=user.led_circle_ids)
        if may_review(user):
            seen |= ~Q(state=CommunityState.DRAFT)
        return self.filter(seen)

    def led_by(self, user: Person) -> "CommunityQuerySet":
        """Those that this person convenes."""
        return self.filter(circle_id__in=user.led_circle_ids) if user.is_authenticated else self.none()


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Links between communities."""

    def visible_to(self, user: Person) -> "ConnectionQuerySet":
        """Those that both sides agreed on, if both are listed; and all of one's own communities."""
        seen = Q(state=ConnectionState.ACCEPTED, source__state__in=LISTED, target__state__in=LISTED)
        if user.is_authenticated and user.led_circle_ids:
            led = user.led_circle_ids
            seen |= Q(source__circle_id__in=led) | Q(target__circle_id__in=led)
        return self.filter(seen)
