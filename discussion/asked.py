"""What the pages that are opened most ask of the database, each written as SQL once."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q

from discussion.models import Post, Space, Topic
from discussion.querysets import SpaceQuerySet, TopicQuerySet
from kit import keyset
from members import gate
from members.enums import Role
from members.models import Membership, User
from members.pages import visible_pages
from members.prepared import Prepared
from members.querysets import known_to_all

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
    "author_id", "author__first_name", "author__last_name", "author_findable", "author_role", "author_workplace", "author_near",
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


def _about(person: User, space: int, since: datetime | None, page: int, backwards: bool, *values: Any) -> Any:
    """The topics of a space that are about a page, from a place in the order of a list of several spaces."""
    topics = Topic.objects.visible_to(person).filter(space=space, page=page).with_unread(person, since)
    rows = topics.values_list(*_TOPIC_VALUES, "space__slug", "space__name", "is_unread", named=True)
    at = keyset.Place(order=TOPIC_ORDER, values=values, backwards=backwards)
    return keyset.rows_from(rows, at, TOPICS_ON_A_PAGE)


def _page(person: User, pk: int) -> Any:
    """A page that somebody may see, and whose it is."""
    pages = visible_pages(person).filter(pk=pk).annotate(whose=F("of_circle"))
    return pages.order_by().values_list("pk", "title", "url_path", "whose", named=True)


def _leads(people: list[int], circle: int) -> Any:
    """Who of these leads the circle, or one that everybody may know of."""
    leads = Membership.objects.active().filter(
        Q(circle=circle) | known_to_all(), person__in=people, role=Role.LEAD
    )
    columns = ("person_id", "circle_id", "circle__kind", "circle__name")
    return leads.order_by("circle__name", "pk").values_list(*columns, named=True)


def _first_new(person: User, topic: int, since: datetime | None, read_to: int) -> Any:
    posts = Post.objects.visible_to(person).filter(topic=topic).new_to(person, since, read_to)
    return posts.order_by("number").values_list("number", named=True)[:1]


def _posts(person: User, topic: int, first: int, last: int, since: datetime) -> Any:
    """What somebody may read on a page of a topic, and what was removed ``since`` and they may bring back."""
    posts = Post.objects.visible_to(person) | Post.objects.restorable_by(person, since=since)
    page = posts.filter(topic=topic, number__gte=first, number__lte=last).order_by("number")
    said: Any = {"user": person, "profile": "author__profile__", "whose": "author"}
    shown = page.annotate(
        author_findable=F("author__profile__findable"),
        author_near=gate.nearness_of(person, "author"),
        author_role=gate.value_seen(name="job_title", value="author__profile__job_title", **said),
        author_workplace=gate.value_seen(
            name="organisation", value="author__profile__organisation__name", **said
        ),
    )
    return shown.values_list(*_POST_VALUES, named=True)


SPACES = Prepared(_spaces)
SPACE = Prepared(_space)
TOPIC = Prepared(_topic)
PINNED = Prepared(_pinned)
LISTED = Prepared(_listed)
NEW = Prepared(_new)
LATEST = Prepared(_latest)
ABOUT = Prepared(_about)
PAGE = Prepared(_page)
LEADS = Prepared(_leads)
FIRST_NEW = Prepared(_first_new)
POSTS = Prepared(_posts)


def page_seen_by(person: User, key: int) -> Any:
    """The page with this id, as a row of ``PAGE``, if somebody may see it; else None. One query."""
    return next(iter(PAGE.rows(person, key)), None)


def page_for(space: Space, person: User, key: int) -> Any:
    """The same, if besides everybody in a space may see it. One query."""
    page = page_seen_by(person, key)
    return page if page and fits(page, space) else None


def fits(page: Any, space: Space) -> bool:
    """Whether everybody in a space may see a page, so that a title made of the page's tells nobody of it."""
    return page.whose in (None, space.circle_id)
