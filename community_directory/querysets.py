"""Which communities and connections who sees."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from community_directory.enums import LISTED, Answer, CommunityState, ConnectionState
from community_directory.rules import may_review
from members.querysets import Person

if TYPE_CHECKING:
    from community_directory.models import (  # noqa: F401
        Community,
        Connection,
        OutsideListing,
        Steward,
        Suggestion,
    )

# What editors see besides the directory: what waits for them, and what was in it once. A draft is its
# conveners' own, also after they gave it up.
REVIEWED = Q(state=CommunityState.SUBMITTED) | Q(state=CommunityState.ENDED, published_at__isnull=False)

ALIVE_EVERY = timedelta(days=183)
ALIVE_AGAIN = timedelta(days=30)


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

    def quiet(self, now: datetime) -> "CommunityQuerySet":
        """Those in the directory that nobody has confirmed for half a year, and that are not being asked about.

        One that rests since nobody answered is asked anew, as long after it was asked first.
        """
        again = Q(state=CommunityState.DORMANT, alive_reminded_at__lte=now - ALIVE_EVERY + ALIVE_AGAIN)
        return self.listed().filter(Q(alive_asked_at=None) | again, confirmed_at__lte=now - ALIVE_EVERY)

    def unanswered(self, now: datetime) -> "CommunityQuerySet":
        """Those that were asked, have not answered for 30 days, and are to be asked once more."""
        return self.listed().filter(alive_asked_at__lte=now - ALIVE_AGAIN, alive_reminded_at=None)

    def silent(self, now: datetime) -> "CommunityQuerySet":
        """Those that have not answered the second time either, for as long again."""
        return self.filter(state=CommunityState.PUBLISHED, alive_reminded_at__lte=now - ALIVE_AGAIN)

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


class OutsideListingQuerySet(models.QuerySet["OutsideListing"]):
    """What was written by people without an account and is not confirmed."""

    def visible_to(self, user: Person) -> "OutsideListingQuerySet":
        """None: only who holds the link reads it."""
        return self.none()


class StewardQuerySet(models.QuerySet["Steward"]):
    """People without an account who look after a community."""

    def visible_to(self, user: Person) -> "StewardQuerySet":
        """Those of communities that an editor may see; nobody's for others."""
        if not may_review(user):
            return self.none()
        communities = apps.get_model("community_directory", "Community")._default_manager
        return self.filter(community__in=communities.visible_to(user))

    def mailed_to(self, user: Person) -> "StewardQuerySet":
        """Those whose address this person, who has an account by now, has proved to be theirs. One query."""
        if not user.is_authenticated:
            return self.none()
        own = EmailAddress.objects.filter(user_id=user.pk, verified=True)
        return self.filter(email__in=own.values_list(Lower("email"), flat=True))

    def live(self) -> "StewardQuerySet":
        """Those who have said yes, and look after it still."""
        return self.filter(confirmed_at__isnull=False, ended_at=None)

    def offered(self) -> "StewardQuerySet":
        """Those who have not said yes yet."""
        return self.filter(confirmed_at=None)
