"""Which communities and connections who sees."""

from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from community_directory.enums import LISTED, Answer, CommunityState, ConnectionState
from community_directory.rules import may_review
from members.querysets import Person

if TYPE_CHECKING:
    from community_directory.models import Community, Connection, Import, Suggestion  # noqa: F401

# What editors see besides the directory: what waits for them, and what was in it once. A draft is its
# conveners' own, also after they gave it up.
REVIEWED = Q(state=CommunityState.SUBMITTED) | Q(state=CommunityState.ENDED, published_at__isnull=False)


def _listed_or_led_by(user: Person) -> Q:
    listed = Q(state__in=LISTED)
    led = user.led_circle_ids if user.is_authenticated else ()
    return listed | Q(circle_id__in=led) if led else listed


class CommunityQuerySet(models.QuerySet["Community"]):
    """Communities."""

    def listed(self) -> "CommunityQuerySet":
        """Those in the public directory."""
        return self.filter(state__in=LISTED)

    def visible_to(self, user: Person) -> "CommunityQuerySet":
        """What is in the directory, one's own, and for editors what waits for them; never others' drafts."""
        seen = _listed_or_led_by(user)
        return self.filter(seen | REVIEWED if may_review(user) else seen)

    def listed_or_led_by(self, user: Person) -> "CommunityQuerySet":
        """``visible_to`` without what editors see as editors, and so without asking for their rights."""
        return self.filter(_listed_or_led_by(user))

    def led_by(self, user: Person) -> "CommunityQuerySet":
        """Those that this person convenes."""
        return self.filter(circle_id__in=user.led_circle_ids) if user.is_authenticated else self.none()

    def merged_for(self, user: Person) -> "CommunityQuerySet":
        """Those that are part of another now, and that this person could find before."""
        merged = self.filter(merged_into__isnull=False)
        return merged.filter(published_at__isnull=False) | merged.visible_to(user)


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Links between communities."""

    def visible_to(self, user: Person) -> "ConnectionQuerySet":
        """Those that both sides agreed on, if both are listed; and all of one's own communities."""
        seen = Q(state=ConnectionState.ACCEPTED, source__state__in=LISTED, target__state__in=LISTED)
        if user.is_authenticated and user.led_circle_ids:
            led = user.led_circle_ids
            seen |= Q(source__circle_id__in=led) | Q(target__circle_id__in=led)
        return self.filter(seen)

    def led_by(self, user: Person) -> "ConnectionQuerySet":
        """Those of the communities that this person convenes."""
        led = user.led_circle_ids if user.is_authenticated else frozenset()
        return self.filter(Q(source__circle_id__in=led) | Q(target__circle_id__in=led))

    def of(self, community: "Community") -> "ConnectionQuerySet":
        """Those of one community, on either side."""
        return self.filter(Q(source=community) | Q(target=community))

    def waiting_for(self, user: Person) -> "ConnectionQuerySet":
        """Proposals that this person has to answer."""
        led = user.led_circle_ids if user.is_authenticated else frozenset()
        return self.filter(state=ConnectionState.PROPOSED, target__circle_id__in=led)

    def open(self) -> "ConnectionQuerySet":
        """Those that wait for an answer or hold."""
        return self.filter(state__in=(ConnectionState.PROPOSED, ConnectionState.ACCEPTED))


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Communities worth meeting, each suggested to one other."""

    def visible_to(self, user: Person) -> "SuggestionQuerySet":
        """Those to communities that this person convenes, while both are in the directory."""
        led = user.led_circle_ids if user.is_authenticated else frozenset()
        return self.filter(community__circle_id__in=led, community__state__in=LISTED, other__state__in=LISTED)

    def open(self, today: date) -> "SuggestionQuerySet":
        """Those that wait for an answer, or were put off until now; and whose communities are not linked by now.

        Args:
            today: in London.
        """
        asked = Q(answer="") | Q(answer=Answer.LATER, later_on__lte=today)
        links = apps.get_model("community_directory", "Connection")._default_manager.filter(
            state__in=(ConnectionState.PROPOSED, ConnectionState.ACCEPTED)
        )
        there = links.filter(source=OuterRef("community"), target=OuterRef("other"))
        back = links.filter(source=OuterRef("other"), target=OuterRef("community"))
        return self.filter(asked, ~Exists(there), ~Exists(back), place__isnull=False).order_by("place", "pk")


class ImportQuerySet(models.QuerySet["Import"]):
    """Files of communities that were brought in."""

    def visible_to(self, user: Person) -> "ImportQuerySet":
        """All of them, for those who publish communities."""
        return self.all() if may_review(user) else self.none()
