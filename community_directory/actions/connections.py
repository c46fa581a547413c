"""What happens to a link between two communities.

Two conveners who propose to each other at the same moment both want the link: the second proposal of a
pair, from the other side, is taken as a yes to the first. Both rows of the pair are locked in the order of
their ids, so that neither waits for the other for ever, and a constraint allows a pair one open link.

Somebody who knows both may introduce them. The side that says yes first then proposes the link, and the other
answers as it would any proposal.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from rules import Predicate

from community_directory.actions.communities import account_of, conveners
from community_directory.actions.letters import write_to_steward
from community_directory.enums import ConnectionKind, ConnectionState
from community_directory.errors import NotListed, NotYours, WrongState
from community_directory.introducing import may_introduce
from community_directory.models import Actor, Community, Connection
from community_directory.rules import looks_after, looks_after_target, may_end_connection
from kit.caching import forget_public_pages
from kit.queue import after_commit
from members.models import User
from notifications.actions import notify


@transaction.atomic
def propose_connection(
    *,
    source: Community,
    target: Community,
    person: User,
    reason: str,
    kind: str = ConnectionKind.SHARES_PRACTICE,
) -> Connection:
    """Ask another community's conveners for a link. Sent twice, or where there is one, it changes nothing.

    Args:
        source: a listed community that the person convenes.
        target: another listed community.
        person: who asks.
        reason: why the two should talk; shown with the link.
        kind: one of ``ConnectionKind``, as the source would say it.

    Returns:
        The pair's one open connection. If somebody had introduced them, it is now this proposal. If the other side had asked before, it is accepted now, with their
        reason.

    Raises:
        NotYours: they don't convene the source, or source and target are the same.
        NotListed: one of the two is not in the directory.
    """
    pair = {community.pk: community for community in lock_pair(source, target)}
    if len(pair) != 2 or not pair[source.pk].can_edit(person):
        raise NotYours
    if not all(community.is_listed for community in pair.values()):
        raise NotListed
    between = Connection.objects.open().between(source, target)
    connection = between.select_for_update(of=("self",)).first()
    if connection is None:
        connection = Connection.objects.create(
            source=source, target=target, reason=reason, kind=kind, proposed_by=person
        )
        _tell(connection, target, "community_directory.connection_proposed", person)
    elif connection.state == ConnectionState.INTRODUCED:
        connection.reason, connection.kind = reason, kind
        _propose_introduced(connection, source, target, person)
    elif connection.state == ConnectionState.PROPOSED and connection.target_id == source.pk:
        connection = accept_connection(connection=connection, person=person)
    return connection


def _propose_introduced(connection: Connection, source: Community, target: Community, person: Actor) -> None:
    """Let one side of an introduction propose it to the other."""
    connection.source, connection.target = source, target
    connection.state = ConnectionState.PROPOSED
    connection.proposed_by = account_of(person)
    connection.save()
    _tell(connection, target, "community_directory.connection_proposed", person)


@transaction.atomic
def introduce(*, first: Community, second: Community, person: User, reason: str) -> Connection:
    """Suggest to the conveners of two communities that they meet. Where they have a link, it changes nothing.

    Args:
        first: a listed community.
        second: another.
        person: a facilitator, or who convenes a community that is connected with both.
        reason: why the two should talk; shown with the link, if it comes to one.

    Returns:
        The pair's one open connection.

    Raises:
        NotYours: they may not introduce these two.
        NotListed: one of the two is not in the directory.
    """
    pair = lock_pair(first, second)
    if len(pair) != 2 or not may_introduce(person, *pair):
        raise NotYours
    if not all(community.is_listed for community in pair):
        raise NotListed
    held = Connection.objects.open().between(first, second).first()
    if held is not None:
        return held
    connection = Connection.objects.create(
        source=first, target=second, reason=reason, state=ConnectionState.INTRODUCED, introduced_by=person
    )
    _tell_both(connection, "community_directory.connection_introduced", person)
    return connection


def lock_pair(source: Community, target: Community) -> list[Community]:
    """Two communities, held until the transaction ends, in the order of their ids; one if they are the same."""
    ids = (source.pk, target.pk)
    return list(Community.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _lock(connection: Connection) -> Connection:
    """The link as it stands, held until the transaction ends, with both communities.

    The row alone is locked first: which side is which may change while one waits, and PostgreSQL would then find
    no row for a join that it began before.
    """
    held = Connection.objects.select_for_update().values_list("pk", flat=True).get(pk=connection.pk)
    return Connection.objects.select_related("source", "target").get(pk=held)


def _tell(connection: Connection, community: Community, verb: str, person: Actor) -> None:
    notify(recipients=conveners(community), verb=verb, target_id=connection.pk, actor=account_of(person))
    write_to_steward(community, verb)


def _tell_both(connection: Connection, verb: str, person: User | None) -> None:
    people = {*conveners(connection.source), *conveners(connection.target)}
    notify(recipients=people, verb=verb, target_id=connection.pk, actor=person)
    for community in (connection.source, connection.target):
        write_to_steward(community, verb)


def _answer(connection: Connection, person: Actor, may: Predicate, *, start: Iterable[str], to: str) -> bool:
    """Lock a link and change its state.

    Returns:
        Whether anything changed.
    """
    fresh = _lock(connection)
    if not may.test(person, fresh):
        raise NotYours
    if fresh.state not in {*start, to}:
        raise WrongState
    changed = fresh.state != to
    if changed:
        fresh.state = to
        fresh.answered_by = account_of(person)
        fresh.answered_at = timezone.now()
        fresh.save()
        transaction.on_commit(forget_public_pages)
        after_commit("community_directory.tasks.refresh_network")
    for field in ("state", "answered_by_id", "answered_at"):
        setattr(connection, field, getattr(fresh, field))
    return changed


def _take_up(connection: Connection, person: Actor) -> bool:
    """Turn an introduction into the proposal of the side that says yes first.

    Returns:
        Whether it still was an introduction; if not, the other side was quicker, and this is an answer to it.

    Raises:
        NotYours: they convene neither.
    """
    fresh = _lock(connection)
    if not may_end_connection.test(person, fresh):
        raise NotYours
    taken = fresh.state == ConnectionState.INTRODUCED
    if taken:
        own = fresh.source if looks_after.test(person, fresh.source) else fresh.target
        _propose_introduced(fresh, own, fresh.other(own), person)
    for field in ("state", "source", "target", "proposed_by"):
        setattr(connection, field, getattr(fresh, field))
    return taken


def _is_own_proposal(connection: Connection, person: Actor) -> bool:
    """Whether it came of an introduction, and their side has said yes to it already."""
    introduced = connection.introduced_by_id is not None
    return (
        introduced
        and looks_after.test(person, connection.source)
        and not looks_after.test(person, connection.target)
    )


@transaction.atomic
def accept_connection(*, connection: Connection, person: Actor) -> Connection:
    """Say yes for the community that was asked; the link shows on both pages.

    The first yes to an introduction, from either side, asks the other.

    Raises:
        NotYours: they neither convene the community that was asked, nor look after it by a link.
        WrongState: it was declined or has ended.
    """
    if connection.state == ConnectionState.INTRODUCED and _take_up(connection, person):
        return connection
    if connection.state == ConnectionState.PROPOSED and _is_own_proposal(connection, person):
        return connection  # said yes twice to an introduction
    start = [ConnectionState.PROPOSED]
    if _answer(connection, person, looks_after_target, start=start, to=ConnectionState.ACCEPTED):
        _tell(connection, connection.source, "community_directory.connection_accepted", person)
    return connection


@transaction.atomic
def decline_connection(*, connection: Connection, person: Actor) -> Connection:
    """Say no, for now. Nobody but the two communities' conveners ever sees it; a no to an introduction, nobody.

    Raises:
        NotYours: they neither convene the community that was asked, nor look after it by a link.
        WrongState: it was accepted or has ended.
    """
    if connection.state == ConnectionState.PROPOSED and _is_own_proposal(connection, person):
        raise WrongState
    if connection.state == ConnectionState.INTRODUCED:
        start = [ConnectionState.INTRODUCED]
        _answer(connection, person, may_end_connection, start=start, to=ConnectionState.DECLINED)
        return connection
    start = [ConnectionState.PROPOSED]
    if _answer(connection, person, looks_after_target, start=start, to=ConnectionState.DECLINED):
        _tell(connection, connection.source, "community_directory.connection_declined", person)
    return connection


@transaction.atomic
def end_connection(*, connection: Connection, person: User) -> Connection:
    """Take back a proposal, or end a link: either side may.

    A proposal is then withdrawn, not ended: there was no link yet.

    Raises:
        NotYours: they convene neither community.
        WrongState: it was declined.
    """
    if connection.state in (ConnectionState.PROPOSED, ConnectionState.WITHDRAWN):
        start, to = [ConnectionState.PROPOSED], ConnectionState.WITHDRAWN
    else:
        start, to = [ConnectionState.ACCEPTED], ConnectionState.ENDED
    _answer(connection, person, may_end_connection, start=start, to=to)
    return connection


@transaction.atomic
def look_after_connection(*, connection: Connection, person: User, **fields: Any) -> Connection:
    """Say what a link is for, when to look at it again, or what came of it.

    Args:
        connection: one that holds.
        person: who convenes either community.
        fields: any of ``purpose``, ``look_again_on`` and ``came_of_it``; the rest stays.

    Raises:
        NotYours: they convene neither community.
        WrongState: it does not hold, or no longer.
    """
    fresh = _lock(connection)
    if not may_end_connection.test(person, fresh):
        raise NotYours
    if fresh.state != ConnectionState.ACCEPTED:
        raise WrongState
    for name, value in fields.items():
        setattr(fresh, name, value)
    if fields:
        fresh.save(update_fields=list(fields))
        transaction.on_commit(forget_public_pages)
    return fresh


@transaction.atomic
def remind_of_connections(*, today: date) -> int:
    """Tell the conveners of both sides that the day has come on which they wanted to look at a link again.

    Each day that was set is told of once, however often and by however many workers this is run.

    Args:
        today: in London.

    Returns:
        How many links they were told of.
    """
    due = (
        Connection.objects.to_look_at(today).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    )
    told = 0
    for connection in due.select_related("source", "target"):
        connection.looked_for_on = connection.look_again_on
        connection.save(update_fields=["looked_for_on"])
        _tell_both(connection, "community_directory.connection_due", None)
        told += 1
    return told
