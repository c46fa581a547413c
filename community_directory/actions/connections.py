"""What happens to a link between two communities.

Two conveners who propose to each other at the same moment both want the link: the second proposal of a
pair, from the other side, is taken as a yes to the first. Both rows of the pair are locked in the order of
their ids, so that neither waits for the other for ever, and a constraint allows a pair one open link.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from rules import Predicate

from community_directory.actions.communities import conveners
from community_directory.enums import ConnectionState
from community_directory.errors import NotListed, NotYours, WrongState
from community_directory.models import Community, Connection
from community_directory.rules import convenes_target, may_end_connection
from kit.caching import forget_public_pages
from members.models import User
from notifications.actions import notify


@transaction.atomic
def propose_connection(*, source: Community, target: Community, person: User, reason: str) -> Connection:
    """Ask another community's conveners for a link. Sent twice, or where there is one, it changes nothing.

    Args:
        source: a listed community that the person convenes.
        target: another listed community.
        person: who asks.
        reason: why the two should talk; shown with the link.

    Returns:
        The pair's one open connection. If the other side had asked before, it is accepted now, with their
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
    between = Connection.objects.open().filter(source__in=pair, target__in=pair)
    connection = between.select_for_update(of=("self",)).first()
    if connection is None:
        connection = Connection.objects.create(
            source=source, target=target, reason=reason, proposed_by=person
        )
        _tell(connection, target, "community_directory.connection_proposed", person)
    elif connection.state == ConnectionState.PROPOSED and connection.target_id == source.pk:
        connection = accept_connection(connection=connection, person=person)
    return connection


def lock_pair(source: Community, target: Community) -> list[Community]:
    """Two communities, held until the transaction ends, in the order of their ids; one if they are the same."""
    ids = (source.pk, target.pk)
    return list(Community.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _tell(connection: Connection, community: Community, verb: str, person: User) -> None:
    notify(recipients=conveners(community), verb=verb, target_id=connection.pk, actor=person)


def _answer(connection: Connection, person: User, may: Predicate, *, start: Iterable[str], to: str) -> bool:
    """Lock a link and change its state.

    Returns:
        Whether anything changed.
    """
    both = Connection.objects.select_related("source", "target")
    fresh = both.select_for_update(of=("self",)).get(pk=connection.pk)
    if not may.test(person, fresh):
        raise NotYours
    if fresh.state not in {*start, to}:
        raise WrongState
    changed = fresh.state != to
    if changed:
        fresh.state = to
        fresh.answered_by = person
        fresh.answered_at = timezone.now()
        fresh.save()
        transaction.on_commit(forget_public_pages)
    for field in ("state", "answered_by_id", "answered_at"):
        setattr(connection, field, getattr(fresh, field))
    return changed


@transaction.atomic
def accept_connection(*, connection: Connection, person: User) -> Connection:
    """Say yes for the community that was asked; the link shows on both pages.

    Raises:
        NotYours: they don't convene the community that was asked.
        WrongState: it was declined or has ended.
    """
    start = [ConnectionState.PROPOSED]
    if _answer(connection, person, convenes_target, start=start, to=ConnectionState.ACCEPTED):
        _tell(connection, connection.source, "community_directory.connection_accepted", person)
    return connection


@transaction.atomic
def decline_connection(*, connection: Connection, person: User) -> Connection:
    """Say no, for now. Nobody but the two communities' conveners ever sees it.

    Raises:
        NotYours: they don't convene the community that was asked.
        WrongState: it was accepted or has ended.
    """
    start = [ConnectionState.PROPOSED]
    if _answer(connection, person, convenes_target, start=start, to=ConnectionState.DECLINED):
        _tell(connection, connection.source, "community_directory.connection_declined", person)
    return connection


@transaction.atomic
def end_connection(*, connection: Connection, person: User) -> Connection:
    """Take back a proposal, or end a link: either side may.

    Raises:
        NotYours: they convene neither community.
        WrongState: it was declined.
    """
    start = [ConnectionState.PROPOSED, ConnectionState.ACCEPTED]
    _answer(connection, person, may_end_connection, start=start, to=ConnectionState.ENDED)
    return connection
