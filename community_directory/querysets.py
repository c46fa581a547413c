"""Which communities and connections who sees."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.timezone import localdate

from community_directory.enums import LISTED, OPEN_LINKS, Answer, CommunityState, ConnectionState
from community_directory.rules import may_review
from members.enums import Role
from members.models import Membership
from members.querysets import Person

if TYPE_CHECKING:
    from community_directory.models import (  # noqa: F401
        Community,
        Connection,
        Exchange,
        ExchangeAnswer,
        ExchangeMatch,
        Import,
        NetworkPlace,
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
        again = Q(state=CommunityState.DORMANT, alive_asked_at__lte=now - ALIVE_EVERY)
        asked = self.listed().filter(Q(alive_asked_at=None) | again, confirmed_at__lte=now - ALIVE_EVERY)
        return asked.looked_after()

    def looked_after(self) -> "CommunityQuerySet":
        """Those that somebody convenes, or looks after by links in mails: of others nobody could be asked."""
        leads = Membership.objects.active().filter(circle=OuterRef("circle"), role=Role.LEAD)
        stewards = apps.get_model("community_directory", "Steward")._default_manager
        tended = stewards.filter(community=OuterRef("pk"), confirmed_at__isnull=False, ended_at=None)
        return self.filter(Exists(leads) | Exists(tended))

    def unanswered(self, now: datetime) -> "CommunityQuerySet":
        """Those that were asked, have not answered for 30 days, and are to be asked once more, before they rest."""
        waits = self.filter(state=CommunityState.PUBLISHED, alive_asked_at__lte=now - ALIVE_AGAIN)
        return waits.filter(alive_reminded_at=None).looked_after()

    def silent(self, now: datetime) -> "CommunityQuerySet":
        """Those that have not answered the second time either, for as long again."""
        waits = self.filter(state=CommunityState.PUBLISHED, alive_reminded_at__lte=now - ALIVE_AGAIN)
        return waits.looked_after()

    def led_by(self, user: Person) -> "CommunityQuerySet":
        """Those that this person convenes."""
        return self.filter(circle_id__in=user.led_circle_ids) if user.is_authenticated else self.none()

    def merged_for(self, user: Person) -> "CommunityQuerySet":
        """Those that are part of another now, and that this person could find before."""
        merged = self.filter(merged_into__isnull=False)
        if may_review(user):
            return merged
        # Its people went along: who convened it convenes the one that it is part of.
        led = user.led_circle_ids if user.is_authenticated else frozenset()
        return merged.filter(Q(published_at__isnull=False) | Q(merged_into__circle_id__in=led))


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
        """Proposals that this person has to answer, and introductions, which either side answers."""
        led = user.led_circle_ids if user.is_authenticated else frozenset()
        asked = Q(state=ConnectionState.PROPOSED, target__circle_id__in=led)
        either = Q(source__circle_id__in=led) | Q(target__circle_id__in=led)
        return self.filter(asked | Q(either, state=ConnectionState.INTRODUCED))

    def open(self) -> "ConnectionQuerySet":
        """Those that wait for an answer or hold."""
        return self.filter(state__in=OPEN_LINKS)

    def between(self, first: "Community", second: "Community") -> "ConnectionQuerySet":
        """Those of two communities with each other."""
        pair = (first.pk, second.pk)
        return self.filter(source__in=pair, target__in=pair)

    def to_answer(self, community: "Community") -> "ConnectionQuerySet":
        """Proposals to a community, and introductions of it to another."""
        asked = Q(state=ConnectionState.PROPOSED, target=community)
        either = Q(source=community) | Q(target=community)
        return self.filter(asked | Q(either, state=ConnectionState.INTRODUCED))

    def to_look_at(self, today: date) -> "ConnectionQuerySet":
        """Those whose conveners wanted to look at them again by now, and have not been reminded of that day.

        Args:
            today: in London.
        """
        told = Q(looked_for_on=F("look_again_on"))
        return self.filter(state=ConnectionState.ACCEPTED, look_again_on__lte=today).exclude(told)


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
            state__in=OPEN_LINKS
        )
        there = links.filter(source=OuterRef("community"), target=OuterRef("other"))
        back = links.filter(source=OuterRef("other"), target=OuterRef("community"))
        return self.filter(asked, ~Exists(there), ~Exists(back), place__isnull=False).order_by("place", "pk")


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    """Offers and asks."""

    def open(self, today: date) -> "ExchangeQuerySet":
        """Those of communities in the directory that are not closed and have not run out.

        Args:
            today: in London.
        """
        return self.filter(closed_at=None, until__gte=today, community__state__in=LISTED)

    def visible_to(self, user: Person) -> "ExchangeQuerySet":
        """What is open; and all of the communities that this person convenes."""
        led = user.led_circle_ids if user.is_authenticated else frozenset()
        shown = Q(closed_at=None, until__gte=localdate(), community__state__in=LISTED)
        return self.filter(shown | Q(community__circle_id__in=led) if led else shown)


class ExchangeAnswerQuerySet(models.QuerySet["ExchangeAnswer"]):
    """Answers to offers and asks."""

    def visible_to(self, user: Person) -> "ExchangeAnswerQuerySet":
        """One's own, and those to communities that one convenes."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(person=user.pk) | Q(exchange__community__circle_id__in=user.led_circle_ids))


class ExchangeMatchQuerySet(models.QuerySet["ExchangeMatch"]):
    """Offers that may be what somebody asks for."""

    def visible_to(self, user: Person) -> "ExchangeMatchQuerySet":
        """Those of which both are open: everybody may read both."""
        today = localdate()
        both = {"closed_at": None, "until__gte": today, "community__state__in": LISTED}
        shown = {f"{side}__{name}": value for side in ("ask", "offer") for name, value in both.items()}
        return self.filter(**shown, place__isnull=False).exclude(ask__community=F("offer__community"))


class NetworkPlaceQuerySet(models.QuerySet["NetworkPlace"]):
    """Where communities stand in the network."""

    def visible_to(self, user: Person) -> "NetworkPlaceQuerySet":
        """Those of communities in the directory: the network is the same for everybody."""
        return self.filter(community__state__in=LISTED)


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


class ImportQuerySet(models.QuerySet["Import"]):
    """Files of communities that were brought in."""

    def visible_to(self, user: Person) -> "ImportQuerySet":
        """All of them, for those who publish communities."""
        return self.all() if may_review(user) else self.none()
