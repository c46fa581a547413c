"""What the pages that are opened most ask of the database, each written as SQL once."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from discussion.models import Post, Space, Topic
from discussion.prepared import Prepared
from discussion.querysets import SpaceQuerySet, TopicQuerySet
from kit import keyset
from members.enums import CircleKind, Role
from members.models import Membership, User

TOPICS_ON_A_PAGE = 30
POSTS_ON_A_PAGE = 20
PINNED_AT_MOST = 10
LATEST_AT_MOST = 8
COUNTED_TO = 99
TOPIC_ORDER = ("-last_post_at", "-id")
_TOPIC_VALUES = (
    "id", "slug", "title", "pinned", "closed", "reply_count", "last_post_at", "read_to",
    "author_id", "author__first_name", "author__last_name",
    "last_author__first_name", "last_author__last_name",
)  # fmt: skip
_POST_VALUES = (
    "id", "number", "text_html", "created_at", "edited_at", "removed_at", "removed_by_id",
    "author_id", "author__first_name", "author__last_name", "author__profile__findable",
    "author__profile__job_title", "author__profile__organisation__name",
    "reply_to__number", "reply_to__author__first_name", "reply_to__author__last_name",
)  # fmt: skip


def _spaces(person: User) -> SpaceQuerySet:
    return Space.objects.visible_to(person).with_marks(person).select_related("circle")


def _space(person: User, slug: str) -> SpaceQuerySet:
    return _spaces(person).filter(slug=slug)


def _topic(person: User, slug: str, pk: int) -> TopicQuerySet:
    topics = Topic.objects.visible_to(person).with_marks(person).select_related("space", "circle")
    return topics.filter(pk=pk, space__slug=slug)


def _values(person: User, space: int, since: datetime | None) -> Any:
    topics = Topic.objects.visible_to(person).filter(space=space).with_unread(person, since)
    return topics.values_list(*_TOPIC_VALUES, "is_unread", named=True)


def _pinned(person: User, space: int, since: datetime | None) -> Any:
    return _values(person, space, since).filter(pinned=True).order_by(*TOPIC_ORDER)[:PINNED_AT_MOST]


def _listed(
    person: User, space: int, since: datetime | None, only_new: bool, backwards: bool, *values: Any
) -> Any:
    """A page of the topics that are not pinned, or of those that are new."""
    topics = _values(person, space, since)
    topics = topics.filter(is_unread=True) if only_new else topics.filter(pinned=False)
    if only_new and since is not None:
        topics = topics.filter(last_post_at__gt=since)
    at = keyset.Place(order=TOPIC_ORDER, values=values, backwards=backwards)
    return keyset.rows_from(topics, at, TOPICS_ON_A_PAGE)


def _new(person: User, space: int, since: datetime | None) -> Any:
    """As many of the topics that are new to somebody as are counted, and one more."""
    topics = Topic.objects.visible_to(person).filter(space=space).unread(person, since)
    return topics.order_by().values_list("id", named=True)[: COUNTED_TO + 1]


def _latest(person: User, space: int, since: datetime | None, only_new: bool) -> Any:
    topics = Topic.objects.visible_to(person).filter(space=space)
    topics = topics.unread(person, since) if only_new else topics.with_unread(person, since)
    values = (*_TOPIC_VALUES, "space__slug", "space__name", "is_unread")
    return topics.order_by(*TOPIC_ORDER).values_list(*values, named=True)[:LATEST_AT_MOST]


def _leads(people: list[int], circle: int) -> Any:
    """Who of these leads the circle, or any community; which of them may be named, each circle knows itself."""
    named = Q(circle=circle) | Q(circle__kind=CircleKind.COMMUNITY)
    leads = Membership.objects.shown().filter(named, person__in=people, role=Role.LEAD)
    return leads.order_by("circle__name", "pk")


def _first_new(person: User, topic: int, since: datetime | None, read_to: int) -> Any:
    posts = Post.objects.visible_to(person).filter(topic=topic).new_to(person, since, read_to)
    return posts.order_by("number").values_list("number", named=True)[:1]


def _posts(person: User, topic: int, first: int, last: int, since: datetime) -> Any:
    """What somebody may read on a page of a topic, and what was removed ``since`` and they may bring back."""
    posts = Post.objects.visible_to(person) | Post.objects.restorable_by(person, since=since)
    page = posts.filter(topic=topic, number__gte=first, number__lte=last).order_by("number")
    return page.values_list(*_POST_VALUES, named=True)


SPACES = Prepared(_spaces)
SPACE = Prepared(_space)
TOPIC = Prepared(_topic)
PINNED = Prepared(_pinned)
LISTED = Prepared(_listed)
NEW = Prepared(_new)
LATEST = Prepared(_latest)
LEADS = Prepared(_leads)
FIRST_NEW = Prepared(_first_new)
POSTS = Prepared(_posts)
