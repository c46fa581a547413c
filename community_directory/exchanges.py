"""What the pages of offers and asks show."""

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from community_directory.enums import ExchangeKind
from community_directory.models import Community, Exchange, ExchangeAnswer, ExchangeMatch
from members.audience import EVERYBODY
from members.models import User
from members.querysets import Person

COLOURS = {ExchangeKind.OFFER: "green", ExchangeKind.ASK: "yellow"}
ON_PAGE = 6  # of a community's own page
_OF_COMMUNITY = ("name", "slug", "state", "circle_id")
_FIELDS = ("kind", "text", "until", "closed_at", *(f"community__{name}" for name in _OF_COMMUNITY))


def shown(exchange: Exchange) -> dict[str, Any]:
    """One of them, ready to be shown. No query."""
    return {
        "it": exchange,
        "kind": exchange.get_kind_display(),
        "colour": COLOURS[ExchangeKind(exchange.kind)],
    }


def of_community(community: Community) -> list[dict[str, Any]]:
    """What a community offers and asks now, the newest first. One query; none while it is not listed."""
    if not community.is_listed:
        return []
    rows = Exchange.objects.filter(community=community, closed_at=None, until__gte=timezone.localdate())
    rows = rows.only("kind", "text", "until", "community_id")
    return [shown(row) for row in rows[:ON_PAGE]]


def choices(kind: str) -> list[dict[str, Any]]:
    """The ways to narrow the list, as links."""
    here = reverse("community_directory:exchanges")
    every = [("", "Everything"), (str(ExchangeKind.OFFER), "Offers"), (str(ExchangeKind.ASK), "Asks")]
    return [
        {"label": label, "url": f"{here}?kind={value}" if value else here, "on": value == kind}
        for value, label in every
    ]


def listed(kind: str) -> Any:
    """What is open, of one kind or all."""
    rows = Exchange.objects.open(timezone.localdate()).select_related("community").only(*_FIELDS)
    return rows.filter(kind=kind) if kind else rows


def context(exchange: Exchange, user: Person) -> dict[str, Any]:
    """One of them, what may meet it, and for its conveners what was answered. Three queries at most."""
    tends = exchange.community.can_edit(user)
    mine = None
    if user.is_authenticated and not tends:
        mine = ExchangeAnswer.objects.visible_to(user).filter(exchange=exchange, person=user.pk).first()
    return {
        "one": shown(exchange),
        "who": EVERYBODY if exchange.is_open(timezone.localdate()) else exchange.community.audience,
        "is_open": exchange.is_open(timezone.localdate()),
        "tends": tends,
        "can_close": exchange.closed_at is None and exchange.can_close(user),
        "answers": answers(exchange, user) if tends else [],
        "mine": mine,
        "can_answer": mine is None and exchange.can_answer(user),
        "matches": matches(exchange, user),
    }


def answers(exchange: Exchange, user: Person) -> list[ExchangeAnswer]:
    """What people answered, the newest first. One query."""
    rows = ExchangeAnswer.objects.visible_to(user).filter(exchange=exchange)
    return list(rows.select_related("person__profile"))


def matches(exchange: Exchange, user: Person) -> list[dict[str, Any]]:
    """The offers that may be what is asked for, the best first. One query; none for an offer."""
    if exchange.kind != ExchangeKind.ASK:
        return []
    rows = ExchangeMatch.objects.visible_to(user).filter(ask=exchange).select_related("offer__community")
    return [shown(row.offer) | {"words": row.words} for row in rows]


def own(user: User) -> list[dict[str, Any]]:
    """Those of one's own communities that are not closed, each with how many answered. Two queries."""
    rows = Exchange.objects.filter(community__circle_id__in=user.led_circle_ids, closed_at=None)
    counted = Prefetch("answers", queryset=ExchangeAnswer.objects.only("exchange_id"))
    today = timezone.localdate()
    return [
        shown(row)
        | {"answers": len(row.answers.all()), "over": row.until < today, "listed": row.community.is_listed}
        for row in rows.select_related("community").prefetch_related(counted)
    ]
