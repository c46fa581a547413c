"""Who may introduce two communities to each other, and which to whom."""

from django.db.models import Case, F, IntegerField, Q, QuerySet, When

from community_directory.enums import LISTED, ConnectionState
from community_directory.models import Community, Connection
from kit import search
from members.enums import CircleKind
from members.models import User

SHOWN = 12


def facilitates(user: User) -> bool:
    """Whether this person leads a cohort, and so knows many communities. No query besides their circles."""
    return bool(user.led_circle_ids & user.circle_ids_of_kind(CircleKind.COHORT))


def known_through_own(user: User) -> QuerySet[Community]:
    """The listed communities that are connected with one that this person convenes, not their own."""
    led = user.led_circle_ids
    held = Connection.objects.filter(state=ConnectionState.ACCEPTED)
    there = held.filter(source__circle_id__in=led, source__state__in=LISTED).values("target")
    back = held.filter(target__circle_id__in=led, target__state__in=LISTED).values("source")
    return Community.objects.listed().filter(Q(pk__in=there) | Q(pk__in=back)).exclude(circle_id__in=led)


def may_introduce_to_others(user: User, community: Community) -> bool:
    """Whether this person may introduce this community to any other. One query for who convenes one."""
    if not community.is_listed or community.can_edit(user):
        return False
    if facilitates(user):
        return True
    convenes = user.led_circle_ids & user.circle_ids_of_kind(CircleKind.COMMUNITY)
    return bool(convenes) and known_through_own(user).filter(pk=community.pk).exists()


def may_introduce(user: User, first: Community, second: Community) -> bool:
    """Whether this person may introduce these two: who facilitates a cohort, and a friend whom they share.

    Nobody introduces their own community: its conveners ask for themselves.
    """
    if first == second or first.can_edit(user) or second.can_edit(user):
        return False
    if facilitates(user):
        return True
    return known_through_own(user).filter(pk__in=[first.pk, second.pk]).count() == 2


def candidates(user: User, community: Community, text: str = "") -> list[Community]:
    """To whom this person may introduce a community, best first: those that hold the words, else those worth meeting.

    Args:
        user: who may introduce it.
        community: a listed one.
        text: what is looked for; with none, the ones that are suggested to it, then by name.

    Returns:
        Twelve at most, with name, slug and summary; none that it has an open link with. Two queries at most.
    """
    everyone = facilitates(user)
    free = (
        Community.objects.listed().exclude(circle_id__in=user.led_circle_ids)
        if everyone
        else known_through_own(user)
    )
    open_links = Connection.objects.open().of(community)
    free = free.exclude(pk=community.pk)
    free = free.exclude(pk__in=open_links.filter(source=community).values("target"))
    free = free.exclude(pk__in=open_links.filter(target=community).values("source"))
    fields = ("name", "slug", "summary")
    if search.words(text):
        ids = search.best(free, text, SHOWN)
        found = free.only(*fields).in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]
    place = community.suggestions.filter(place__isnull=False).values_list("other", "place")
    order = Case(*(When(pk=pk, then=number) for pk, number in place), output_field=IntegerField())
    return list(
        free.annotate(place=order)
        .order_by(F("place").asc(nulls_last=True), "name", "pk")
        .only(*fields)[:SHOWN]
    )
