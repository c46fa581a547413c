"""Two communities that are one: what hangs on the first moves to the second, and its address leads there."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from community_directory.actions.communities import MANY, conveners, edit_community, show
from community_directory.actions.connections import lock_pair
from community_directory.actions.letters import MERGED
from community_directory.actions.outside import end_stewards, take_back_offers
from community_directory.enums import CommunityState, ConnectionState
from community_directory.errors import NotYours, StaysBehind, WrongState
from community_directory.models import (
    Brought,
    Community,
    Connection,
    NetworkPlace,
    Steward,
    Suggestion,
)
from community_directory.rules import may_review
from kit import registry
from kit.queue import after_commit
from members import actions as members_actions
from members.merging import Relation, named, relations_of
from members.models import Circle, Membership, User
from notifications.actions import notify, write_letters

TOOK_IN = "community_directory.took_in"
_OF_THEIR_OWN = (Connection, Suggestion, Brought, NetworkPlace, Steward)


def stays_behind(community: Community) -> list[str]:
    """What hangs on a community's circle and can't be given to another, counted, in words. One query for each kind."""
    moved = {label for mover in registry.movers for label in mover.labels}
    known = {Membership._meta.label, Community._meta.label, *moved}
    relations = [one for one in relations_of(Circle) if one.model._meta.label not in known]
    counted = [(one.model, one.rows(community.circle).count()) for one in relations]
    return [f"{many} {named(model, many)}" for model, many in counted if many]


def what_moves(community: Community) -> list[str]:
    """What another community would get, counted, in words. Three queries, and those of the movers."""
    people = Membership.objects.open().filter(circle=community.circle_id).count()
    links = Connection.objects.of(community).open().count()
    words = [f"{people} {'person' if people == 1 else 'people'}"] if people else []
    words += [f"{links} connection{'' if links == 1 else 's'}"] if links else []
    circle = Circle.objects.get(pk=community.circle_id)
    return words + [line for mover in registry.movers for line in mover.says(circle)]


def may_take_in(stays: Community, gone: Community) -> bool:
    """Whether one may become part of the other: whoever found the first has to find the second."""
    waits = stays.state == CommunityState.SUBMITTED and gone.published_at is None
    return gone.state != CommunityState.ENDED and (stays.is_listed or waits)


@transaction.atomic
def merge_communities(*, gone: Community, stays: Community, person: User) -> Community:
    """Let one community become part of another, which keeps its texts; done twice, it changes nothing.

    Themes, sectors, regions, organisations, people with their parts, connections, answers to suggestions and spaces
    go over, each once. The first ends, and its address leads to the second.

    Args:
        gone: the one that ends.
        stays: the one that stays.
        person: who reviews the directory.

    Returns:
        The one that stays.

    Raises:
        NotYours: they don't review the directory, may not see one of the two, or the two are the same.
        WrongState: one of them has ended or was merged before, or the one that stays can't be found by all.
        StaysBehind: something hangs on the first that can't move; it says what.
    """
    locked = {community.pk: community for community in lock_pair(gone, stays)}
    if len(locked) != 2 or not may_review(person):
        raise NotYours
    gone, stays = locked[gone.pk], locked[stays.pk]
    if not (gone.can_see(person) and stays.can_see(person)):
        raise NotYours
    if gone.merged_into_id == stays.pk:
        return stays
    if not may_take_in(stays, gone):
        raise WrongState
    behind = stays_behind(gone)
    if behind:
        raise StaysBehind(behind)
    try:
        with transaction.atomic():
            _move(gone, stays, person)
    except IntegrityError as error:
        raise StaysBehind(["something that both have"]) from error
    return _finish(gone, stays, person)


def _move(gone: Community, stays: Community, person: User) -> None:
    circles = list(
        Circle.objects.select_for_update().filter(pk__in=[gone.circle_id, stays.circle_id]).order_by("pk")
    )
    theirs = {circle.pk: circle for circle in circles}
    _move_connections(gone, stays, person)
    _move_answers(gone, stays)
    Brought.objects.filter(community=gone).delete()
    NetworkPlace.objects.filter(community=gone).delete()
    # Who looked after the one by links in mails does not come to look after the other.
    take_back_offers(gone)
    for steward in Steward.objects.live().filter(community=gone):
        write_letters(letter=MERGED, to={steward.pk: steward.email})
    end_stewards(gone)
    if conveners(gone):
        # Those who convene it come along, and its people can ask to join from now on.
        take_back_offers(stays)
        end_stewards(stays)
        Community.objects.filter(pk=stays.pk).update(convened_outside=False)
    for relation in relations_of(Community):
        if relation.partner is None and relation.model not in _OF_THEIR_OWN:
            Relation.move(relation, gone, stays)
    for mover in registry.movers:
        mover.move(theirs[gone.circle_id], theirs[stays.circle_id])
    members_actions.move_people(gone=theirs[gone.circle_id], stays=theirs[stays.circle_id])
    edit_community(community=stays, person=person, **_filed(gone, stays))


def _filed(gone: Community, stays: Community) -> dict[str, list[Any]]:
    """What either is filed under."""
    return {name: list({*getattr(gone, name).all(), *getattr(stays, name).all()}) for name in MANY}


def _move_connections(gone: Community, stays: Community, person: User) -> None:
    """Of a pair one open link is left: the one that both sides agreed on. A link between the two ends."""
    links = Connection.objects.open().filter(Q(source__in=[gone, stays]) | Q(target__in=[gone, stays]))
    held = list(links.select_for_update(of=("self",)).order_by("pk"))
    kept = {_end_of(link, stays): link for link in held if _end_of(link, stays) not in (None, gone.pk)}
    for link in held:
        other = _end_of(link, gone)
        if other is None:
            continue
        twin = kept.get(other)
        agreed = link.state == ConnectionState.ACCEPTED
        if other == stays.pk or (twin and (twin.state == ConnectionState.ACCEPTED or not agreed)):
            _end(link, person)
            continue
        if twin:
            _end(twin, person)
        side = "source" if link.source_id == gone.pk else "target"
        setattr(link, side, stays)
        link.save(update_fields=[side])


def _end_of(link: Connection, community: Community) -> int | None:
    """The key of who is at the other end; None if it is no link of this community."""
    ends = {link.source_id: link.target_id, link.target_id: link.source_id}
    return ends.get(community.pk)


def _end(link: Connection, person: User) -> None:
    link.state, link.answered_by, link.answered_at = ConnectionState.ENDED, person, timezone.now()
    link.save(update_fields=["state", "answered_by", "answered_at"])


def _move_answers(gone: Community, stays: Community) -> None:
    """What conveners said to a suggestion is kept, unless they said something about the other already."""
    both = [gone.pk, stays.pk]
    rows = Suggestion.objects.filter(Q(community__in=both) | Q(other__in=both))
    held = list(rows.select_for_update(of=("self",)).order_by("pk"))
    there = {
        (row.community_id, row.other_id) for row in held if gone.pk not in (row.community_id, row.other_id)
    }
    for row in held:
        if gone.pk not in (row.community_id, row.other_id):
            continue
        left, right = (stays.pk if pk == gone.pk else pk for pk in (row.community_id, row.other_id))
        if not row.answer or left == right or (left, right) in there:
            row.delete()
        else:
            there.add((left, right))
            row.community_id, row.other_id, row.place = left, right, None
            row.save()


def _finish(gone: Community, stays: Community, person: User) -> Community:
    gone.state, gone.merged_into, gone.convened_outside = CommunityState.ENDED, stays, False
    gone.save()
    members_actions.end_circle(circle=gone.circle)
    show(gone)
    log(gone, "community_directory.merged", user=person, data={"into": stays.name})
    entry = log(stays, TOOK_IN, user=person, data={"taken": gone.name})
    notify(recipients=conveners(stays), verb=TOOK_IN, target_id=entry.pk, actor=person)
    after_commit("community_directory.tasks.refresh_suggestions")
    return Community.objects.get(pk=stays.pk)
