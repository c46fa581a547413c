"""What happens to an offer or an ask: posted, answered, closed; and which offers may be what somebody asks for."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from community_directory.actions.communities import conveners
from community_directory.enums import ExchangeKind
from community_directory.errors import Closed, NotAMember, NotListed, NotYours
from community_directory.meeting_asks import Note, meetings
from community_directory.models import Community, Exchange, ExchangeAnswer, ExchangeMatch
from kit.caching import forget_public_pages
from kit.queue import after_commit
from members.models import User
from notifications.actions import notify

KEPT = timedelta(days=365)  # after its last day
_SHOWN_WORDS = 3


@transaction.atomic
def post_exchange(
    *, community: Community, person: User, kind: str, text: str, until: date, request_key: Any = None
) -> Exchange:
    """Offer something to other communities, or ask them for something.

    Args:
        community: a listed one that the person convenes.
        person: who posts it.
        kind: one of ``ExchangeKind``.
        text: what is offered or asked for.
        until: the last day on which it is shown.
        request_key: a UUID of the form; the same form sent twice posts it once.

    Raises:
        NotYours: they don't convene it.
        NotListed: it is not in the directory.
    """
    community = Community.objects.select_for_update(of=("self",)).get(pk=community.pk)
    if not community.can_edit(person):
        raise NotYours
    if not community.is_listed:
        raise NotListed
    try:
        with transaction.atomic():
            exchange = Exchange.objects.create(
                community=community,
                created_by=person,
                kind=kind,
                text=text,
                until=until,
                request_key=request_key,
            )
    except IntegrityError:
        return Exchange.objects.get(created_by=person, request_key=request_key)
    after_commit("community_directory.tasks.match_exchanges")
    transaction.on_commit(forget_public_pages)
    return exchange


def _lock(exchange: Exchange) -> Exchange:
    """It as it stands, held until the transaction ends.

    The row alone is locked first: whose it is may change while one waits (see ``connections``).
    """
    Exchange.objects.select_for_update().values_list("pk", flat=True).get(pk=exchange.pk)
    return Exchange.objects.select_related("community").get(pk=exchange.pk)


@transaction.atomic
def close_exchange(*, exchange: Exchange, person: User) -> Exchange:
    """Take it off: it is found, given, or no longer wanted, or an editor takes it off. Twice does no harm.

    Raises:
        NotYours: they neither convene its community nor review the directory.
    """
    fresh = _lock(exchange)
    if not fresh.can_close(person):
        raise NotYours
    if fresh.closed_at is None:
        fresh.closed_at = timezone.now()
        fresh.save(update_fields=["closed_at"])
        transaction.on_commit(forget_public_pages)
    return fresh


@transaction.atomic
def answer_exchange(*, exchange: Exchange, person: User, note: str) -> ExchangeAnswer:
    """Answer an offer or an ask; its community's conveners are told. Each person answers once.

    Args:
        exchange: an open one of a community that the person does not convene.
        person: a member of the network.
        note: what they answer.

    Returns:
        Their answer; the first one, if there was one.

    Raises:
        NotAMember: they are not in the network.
        NotYours: they convene its community.
        Closed: it is closed, has run out, or its community has left the directory.
    """
    fresh = _lock(exchange)
    if not person.is_network_member:
        raise NotAMember
    if fresh.community.can_edit(person):
        raise NotYours
    if not fresh.is_open(timezone.localdate()):
        raise Closed
    answer, made = ExchangeAnswer.objects.get_or_create(
        exchange=fresh, person=person, defaults={"note": note}
    )
    if made:
        verb = "community_directory.exchange_answered"
        notify(recipients=conveners(fresh.community), verb=verb, target_id=answer.pk, actor=person)
    return answer


def match_exchanges(*, today: date, tell: bool = True) -> int:
    """Work out which offers may be what others ask for, and tell who asks of those that are new.

    Args:
        today: in London.
        tell: whether anybody is told.

    Returns:
        How many matches there are now.
    """
    with transaction.atomic():
        # One after the other: two that run at once would each think that all of it is new.
        held = Exchange.objects.open(today).select_for_update(of=("self",)).order_by("pk")
        fresh = _fresh(list(held.values_list("pk", flat=True)))
        had = _pairs()
        kept = {(one.ask_id, one.offer_id) for one in fresh}
        ExchangeMatch.objects.filter(pk__in=[pk for pk, pair in had.items() if pair not in kept]).update(
            place=None
        )
        ExchangeMatch.objects.bulk_create(
            fresh,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["ask", "offer"],
            update_fields=["place", "words"],
        )
        new = ExchangeMatch.objects.exclude(pk__in=had).order_by("pk")
        for match in new.select_related("ask__community") if tell else ():
            verb = "community_directory.exchange_matched"
            notify(recipients=conveners(match.ask.community), verb=verb, target_id=match.pk, actor=None)
    return len(fresh)


def _fresh(keys: list[int]) -> list[ExchangeMatch]:
    """The matches among some offers and asks. Three queries."""
    rows = Exchange.objects.filter(pk__in=keys).order_by("pk").select_related("community")
    notes: dict[str, list[Note]] = {kind: [] for kind in ExchangeKind.values}
    for row in rows.prefetch_related("community__themes"):
        themes = frozenset(theme.pk for theme in row.community.themes.all())
        notes[row.kind].append(Note(id=row.pk, community=row.community_id, text=row.text, themes=themes))
    places: Counter[int] = Counter()
    fresh = []
    for one in meetings(notes[ExchangeKind.ASK], notes[ExchangeKind.OFFER]):
        places[one.ask] += 1
        words = ", ".join(one.words[:_SHOWN_WORDS])[:200]
        fresh.append(ExchangeMatch(ask_id=one.ask, offer_id=one.offer, place=places[one.ask], words=words))
    return fresh


def _pairs() -> dict[int, tuple[int, int]]:
    return {
        pk: (ask, offer) for pk, ask, offer in ExchangeMatch.objects.values_list("pk", "ask_id", "offer_id")
    }


@transaction.atomic
def forget_exchanges(*, today: date) -> int:
    """Delete what has been over for a year, with its answers.

    Args:
        today: in London.

    Returns:
        How many.
    """
    over = Exchange.objects.filter(until__lt=today - KEPT)
    return over.delete()[1].get("community_directory.Exchange", 0)
