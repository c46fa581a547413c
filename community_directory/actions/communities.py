"""What happens to a community, from a draft to its end."""

import secrets
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify
from rules import Predicate
from wagtail.log_actions import log

from community_directory.actions.letters import write_to_steward
from community_directory.enums import LISTED, RESERVED_SLUGS, CommunityState, ConnectionState
from community_directory.errors import (
    NeedsReason,
    NobodyConvenes,
    NoSuchEdit,
    NotAMember,
    NotYours,
    WrongState,
)
from community_directory.history import edits
from community_directory.models import Actor, Brought, Community, Connection
from community_directory.rules import REVIEW, looks_after, may_change, may_rest, may_review, reviews
from kit.caching import forget_public_pages
from kit.queue import after_commit
from members import actions as members_actions
from members.enums import CircleKind, Role
from members.models import Circle, Membership, Organisation, Region, Sector, Theme, User
from notifications.actions import notify

# What a community is filed under; everything else is a column of its own.
TERMS: dict[str, type[Model]] = {
    "sectors": Sector,
    "regions": Region,
    "themes": Theme,
    "organisations": Organisation,
}
MANY = tuple(TERMS)
NEEDED = ("sectors", "regions")
_NUMBERED_SLUGS = 30


def reviewers() -> list[User]:
    """Whom a submission is news for: who was given the right to publish; if there is nobody, the admins."""
    return User.objects.given(REVIEW)


def conveners(community: Community) -> Iterable[User]:
    """Who leads a community now."""
    leads = Membership.objects.active().filter(circle_id=community.circle_id, role=Role.LEAD)
    return User.objects.filter(memberships__in=leads)


def list_community(*, person: User, request_key: Any = None, **fields: Any) -> Community:
    """Make a draft that this person convenes. Nobody else sees it until an editor publishes it.

    Args:
        person: a member of the network.
        request_key: a UUID of the form; the same form sent twice lists one community.
        fields: of ``Community``; those in ``MANY`` as lists of terms.

    Returns:
        The community, with an address made from its name that no other has.

    Raises:
        NotAMember: they are not active in the network.
    """
    if not person.is_network_member:
        raise NotAMember
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        sent_before = Community.objects.filter(created_by=person, request_key=request_key)
        if request_key and (community := sent_before.first()):
            return community
        community = create(person, request_key, fields)
        members_actions.join(person=person, circle=community.circle, role=Role.LEAD)
        log(community, "wagtail.create", user=person)
    return community


@transaction.atomic
def submit_for_nobody(*, person: User, slug: str = "", **fields: Any) -> Community:
    """Make a draft that waits for the editors and that nobody convenes yet: it came with others, in a file.

    Args:
        person: who reviews the directory.
        slug: the address that it would like to have.
        fields: as ``list_community`` takes them.

    Raises:
        NotYours: they don't review the directory.
    """
    if not may_review(person):
        raise NotYours
    community = create(person, None, {**fields, "state": CommunityState.SUBMITTED}, slug)
    log(community, "community_directory.brought_in", user=person)
    return community


def create(person: User | None, request_key: Any, fields: dict[str, Any], wish: str = "") -> Community:
    """A draft with its circle, which nobody leads yet, at an address that no other has.

    Args:
        person: who made it; None for somebody without an account.
        request_key: of the form, a UUID.
        fields: as ``list_community`` takes them.
        wish: the address that it would like to have.
    """
    plain = {name: value for name, value in fields.items() if name not in MANY}
    for slug in chain([wish] if wish else [], _slugs(plain["name"])):
        try:
            with transaction.atomic():
                circle = Circle.objects.create(
                    kind=CircleKind.COMMUNITY, name=plain["name"], slug=f"community-{slug}"
                )
                community = Community.objects.create(
                    circle=circle, slug=slug, created_by=person, request_key=request_key, **plain
                )
        except IntegrityError:
            continue
        _file(community, fields)
        return community
    raise AssertionError("a random address was taken thirty times")


def _slugs(name: str) -> Iterable[str]:
    """Addresses to try, the plain one first. The database decides which are free."""
    plain = slugify(name)[:130].strip("-_") or "community"
    if plain not in RESERVED_SLUGS:
        yield plain
    for number in range(2, _NUMBERED_SLUGS):
        yield f"{plain}-{number}"
    for _ in range(_NUMBERED_SLUGS):
        yield f"{plain}-{secrets.token_hex(4)}"


def _file(community: Community, fields: dict[str, Any]) -> None:
    """Set what it is filed under, and let the index know once that is safely written."""
    for name in MANY:
        if name in fields:
            getattr(community, name).set(fields[name])
    after_commit(
        "modelsearch.tasks.insert_or_update_object_task",
        app_label=community._meta.app_label,
        model_name=community._meta.model_name,
        pk=str(community.pk),
    )


def account_of(person: Actor | None) -> User | None:
    """Whose name the log keeps: who has an account. Of others it keeps none."""
    return person if isinstance(person, User) else None


def edit_community(*, community: Community, person: Actor, **fields: Any) -> Community:
    """Change what a community says of itself. In the directory it shows at once; its address stays.

    Only what differs is written, and the log keeps what stood there before: see ``bring_back``.

    Raises:
        NotYours: they neither convene it nor review the directory.
        WrongState: it has ended.
    """
    with transaction.atomic():
        community = lock(community, person, may_change)
        if community.state == CommunityState.ENDED:
            raise WrongState
        before = _differing(community, fields)
        if not before:
            return community
        for name in before.keys() - set(MANY):
            setattr(community, name, fields[name])
        community.save()
        if "name" in before:
            Circle.objects.filter(pk=community.circle_id).update(name=community.name)
        _file(community, {name: fields[name] for name in before})
        kept = {"before": before, "state": community.state}
        log(community, "wagtail.edit", user=account_of(person), content_changed=True, data=kept)
        show(community)
    return community


def _differing(community: Community, fields: dict[str, Any]) -> dict[str, Any]:
    """What the community has now where something else is given: a text, or terms as pairs of key and name."""
    before: dict[str, Any] = {}
    for name, value in fields.items():
        if name in MANY:
            there = {term.pk: term.name for term in getattr(community, name).all()}
            if there.keys() != {term.pk for term in value}:
                before[name] = sorted([list(pair) for pair in there.items()])
        elif getattr(community, name) != value:
            before[name] = getattr(community, name)
    return before


def bring_back(*, community: Community, person: User, edit: int) -> Community:
    """Let what an edit changed be again as it was before. That is an edit, too, and can be taken back.

    Args:
        community: whose texts.
        person: who convenes it or reviews the directory.
        edit: the key of the edit in Wagtail's log.

    Raises:
        NoSuchEdit: there is none of this community that this person may see.
        NotYours, WrongState: as ``edit_community``.
    """
    entry = edits(community, person).filter(pk=edit).first()
    if entry is None:
        raise NoSuchEdit
    before = dict(entry.data["before"])
    for name in set(MANY) & set(before):
        terms = TERMS[name]._default_manager
        before[name] = list(terms.filter(pk__in=[pk for pk, _ in before[name]]))
        if name in NEEDED and not before[name]:  # all of them have been taken off their list since
            del before[name]
    return edit_community(community=community, person=person, **before)


def lock(community: Community, person: Actor, may: Predicate) -> Community:
    """The row as it is now, held until the transaction ends."""
    fresh = Community.objects.select_for_update().get(pk=community.pk)
    if not may.test(person, fresh):
        raise NotYours
    return fresh


def show(community: Community) -> None:
    """Let visitors see the directory as it has become."""
    if community.published_at:
        transaction.on_commit(forget_public_pages)
        after_commit("community_directory.tasks.refresh_network")


def move(
    community: Community,
    person: Actor,
    *,
    may: Predicate,
    start: Iterable[str],
    to: str,
    **changes: Any,
) -> tuple[Community, Any]:
    """Take a community from one of some states to another; it is locked until the transaction ends.

    Returns:
        The community and the log entry, which is None where it was there already.
    """
    fresh = lock(community, person, may)
    if fresh.state == to:
        return fresh, None
    if fresh.state not in start:
        raise WrongState
    fresh.state = to
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save()
    show(fresh)
    return fresh, log(fresh, f"community_directory.{to}", user=account_of(person), data=_said(changes))


def _said(changes: dict[str, Any]) -> dict[str, str]:
    because = changes.get("sent_back_because")
    return {"because": because} if because else {}


@transaction.atomic
def submit_community(*, community: Community, person: Actor) -> Community:
    """Ask the editors to publish a draft. They are told each time that it is submitted.

    Raises:
        NotYours: they don't convene it.
        WrongState: it has been in the directory already, or has ended.
    """
    community, entry = move(
        community,
        person,
        may=looks_after,
        start=[CommunityState.DRAFT],
        to=CommunityState.SUBMITTED,
        sent_back_because="",
    )
    if entry:
        notify(
            recipients=reviewers(),
            verb="community_directory.submitted",
            target_id=entry.pk,
            actor=account_of(person),
        )
    return community


@transaction.atomic
def publish_community(*, community: Community, person: User) -> Community:
    """Put a submitted community into the directory, at rest if the file that brought it says so. Its conveners are told.

    Raises:
        NotYours: they don't review the directory.
        WrongState: it is not waiting.
    """
    if community.state in LISTED and may_review(person):
        return community
    rests = Brought.objects.filter(community=community, resting=True).exists()
    community, entry = move(
        community,
        person,
        may=reviews,
        start=[CommunityState.SUBMITTED],
        to=CommunityState.DORMANT if rests else CommunityState.PUBLISHED,
        published_at=community.published_at or timezone.now(),
        **alive_now(),
    )
    if entry:
        _tell_conveners(community, "community_directory.published", entry, person)
    return community


@transaction.atomic
def send_back(*, community: Community, person: User, reason: str) -> Community:
    """Give a submitted community back to its conveners, and say what is to be changed. They are told.

    Raises:
        NeedsReason: nothing was said.
        NotYours: they don't review the directory.
        WrongState: it is not waiting.
        NobodyConvenes: there is nobody to give it back to, and nobody would see it.
    """
    if not reason.strip():
        raise NeedsReason
    if community.state == CommunityState.SUBMITTED and may_review(person) and not is_looked_after(community):
        raise NobodyConvenes
    community, entry = move(
        community,
        person,
        may=reviews,
        start=[CommunityState.SUBMITTED],
        to=CommunityState.DRAFT,
        sent_back_because=reason.strip(),
    )
    if entry:
        _tell_conveners(community, "community_directory.sent_back", entry, person)
    return community


def is_looked_after(community: Community) -> bool:
    """Whether somebody convenes it, or looks after it by links in mails."""
    return bool(conveners(community)) or community.stewards.live().exists()


def _tell_conveners(community: Community, verb: str, entry: Any, person: User) -> None:
    notify(recipients=conveners(community), verb=verb, target_id=entry.pk, actor=person)
    write_to_steward(community, verb)


def alive_now() -> dict[str, Any]:
    """What is kept of a community that has just been found alive: nobody needs to be asked for half a year."""
    return {"confirmed_at": timezone.now(), "alive_asked_at": None, "alive_reminded_at": None}


def _sign_of_life(community: Community, person: Actor) -> dict[str, Any]:
    """The same, if it comes from those who look after it; an editor does not know."""
    return alive_now() if looks_after.test(person, community) else {}


@transaction.atomic
def rest(*, community: Community, person: Actor) -> Community:
    """Let a community rest: it stays in the directory, and says so.

    Raises:
        NotYours: they neither convene it nor review the directory.
        WrongState: it is not in the directory.
    """
    return move(
        community,
        person,
        may=may_rest,
        start=[CommunityState.PUBLISHED],
        to=CommunityState.DORMANT,
        **_sign_of_life(community, person),
    )[0]


@transaction.atomic
def wake(*, community: Community, person: Actor) -> Community:
    """Take a community up again after a rest. Raises as ``rest``."""
    return move(
        community,
        person,
        may=may_rest,
        start=[CommunityState.DORMANT],
        to=CommunityState.PUBLISHED,
        # Woken by an editor, it does not fall asleep again before its people have been asked anew.
        **{"alive_asked_at": None, "alive_reminded_at": None, **_sign_of_life(community, person)},
    )[0]


@transaction.atomic
def end_community(*, community: Community, person: Actor, left_behind: str = "") -> Community:
    """End a community: it leaves the directory, its circle and its connections end. Nothing is deleted.

    Its people stay in the circle and read on; nobody new comes in (see ``members.actions.end_circle``).

    Args:
        community: one that has not ended; of one that has, nothing changes.
        person: who convenes it, looks after it by a link, or reviews the directory.
        left_behind: what it leaves behind, for those who may still see its page.

    Raises:
        NotYours: they neither convene it nor review the directory.
    """
    community, entry = move(
        community,
        person,
        may=may_change,
        start=[state for state in CommunityState if state != CommunityState.ENDED],
        to=CommunityState.ENDED,
        left_behind=left_behind,
    )
    if entry:
        members_actions.end_circle(circle=community.circle)
        open_links = Connection.objects.of(community).open()
        open_links.update(state=ConnectionState.ENDED, answered_at=timezone.now())
    return community


@transaction.atomic
def revive(*, community: Community, person: User) -> Community:
    """Bring back a community that had ended: it is in the directory again, and its circle is open.

    Its conveners are told. Its connections stay ended: the other side may have moved on.

    Raises:
        NotYours: they don't review the directory.
        WrongState: it has not ended, was never in the directory, or is part of another community now.
    """
    fresh = lock(community, person, reviews)
    if fresh.published_at is None or fresh.merged_into_id:
        raise WrongState
    if fresh.state in LISTED:
        return fresh
    community, entry = move(
        community,
        person,
        may=reviews,
        start=[CommunityState.ENDED],
        to=CommunityState.PUBLISHED,
        **alive_now(),
    )
    members_actions.reopen_circle(circle=community.circle)
    _tell_conveners(community, "community_directory.published", entry, person)
    return community
