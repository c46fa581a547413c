"""What is said, who may read it, and what is new to whom."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from members.enums import State
from members.models import Membership, User
from members.querysets import Person, circle_ids, seen_by

if TYPE_CHECKING:
    from discussion.models import Post, PostEdit, Space, SpaceRead, Topic, TopicRead  # noqa: F401

RESTORABLE = timedelta(days=30)
# Whose marks are looked at: where nothing is asked about circles, the id will do.
Reader = User | int


def since_restorable() -> datetime:
    """What was removed after this moment can be brought back."""
    return timezone.now() - RESTORABLE


def _restorable_by(user: Person, since: datetime | None) -> Q:
    """What this person removed themself, or what was removed where they lead; for 30 days."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    mine = Q(removed_by_id=user.pk, circle_id__in=circle_ids(user)) | Q(circle_id__in=user.led_circle_ids)
    return mine & Q(removed_at__gt=since or since_restorable())


def _with_marks(rows: Any, space: str, marks: Any, person: Reader) -> Any:
    """Annotate the two moments before which nothing is new to a person; ``Marked.new_since`` joins them."""
    read = marks.filter(space=OuterRef(space), person=person)
    member = Membership.objects.filter(circle=OuterRef("circle"), person=person, state=State.ACTIVE)
    return rows.annotate(
        all_read_at=Subquery(read.values("all_read_at")[:1]),
        member_since=Subquery(member.values("started_at")[:1]),
    )


class SpaceQuerySet(models.QuerySet["Space"]):
    """Spaces."""

    def visible_to(self, user: Person) -> "SpaceQuerySet":
        """Those of the circles that this person is active in."""
        return self.filter(seen_by(user))

    def with_marks(self, person: Reader) -> "SpaceQuerySet":
        """Each with ``all_read_at`` and ``member_since`` of this person; either may be None."""
        space: Any = self.model
        return _with_marks(self, "pk", space.marks.rel.related_model.objects, person)


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics."""

    def visible_to(self, user: Person) -> "TopicQuerySet":
        """Those of one's circles, without the removed ones."""
        return self.filter(seen_by(user), removed_at__isnull=True)

    def restorable_by(self, user: Person, *, since: datetime | None = None) -> "TopicQuerySet":
        """Removed ones that this person may bring back.

        Args:
            user: who asks.
            since: ``since_restorable()`` of this moment, for a queryset that outlives it; None for now.
        """
        return self.filter(_restorable_by(user, since))

    def kept_for(self, user: Person) -> "TopicQuerySet":
        """Those of one's circles with the removed ones.

        For the admin's screens, which ask for rights besides, and to tell somebody of the circle that a topic
        is gone. Nothing of a removed one is shown.
        """
        return self.filter(circle_id__in=circle_ids(user))

    def with_marks(self, person: Reader) -> "TopicQuerySet":
        """Each with ``read_to``, and with ``all_read_at`` and ``member_since`` of its space."""
        space: Any = self.model._meta.get_field("space").related_model
        return _with_marks(self.with_read(person), "space", space.marks.rel.related_model.objects, person)

    def with_read(self, person: Reader) -> "TopicQuerySet":
        """Each with ``read_to``, the number up to which this person has read it; 0 if they have not."""
        marked: Any = self.annotate(mine=FilteredRelation("reads", condition=Q(reads__person=person)))
        return marked.annotate(read_to=Coalesce(F("mine__number"), 0))

    def with_unread(self, person: Reader, since: datetime | None) -> "TopicQuerySet":
        """Each with ``read_to`` and ``is_unread``.

        A topic is new to somebody if somebody else has said something in it that is still there, after the
        place up to which they have read it, and after ``since``.

        Args:
            person: the reader.
            since: what was said before this moment is not new; None for no such moment.
        """
        topic: Any = self.model
        news = topic.posts.rel.related_model.objects.filter(
            topic=OuterRef("pk"), number__gt=OuterRef("read_to"), removed_at__isnull=True
        ).exclude(author=person)
        # The two first are implied by the third, and what lets an index find it.
        condition = Q(last_number__gt=F("read_to"))
        if since is not None:
            news = news.filter(created_at__gt=since)
            condition &= Q(last_post_at__gt=since)
        return self.with_read(person).annotate(
            is_unread=models.ExpressionWrapper(condition & Exists(news), output_field=models.BooleanField())
        )

    def unread(self, person: Reader, since: datetime | None) -> "TopicQuerySet":
        """Those that are new to this person."""
        found = self.with_unread(person, since).filter(is_unread=True)
        return found if since is None else found.filter(last_post_at__gt=since)


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    def visible_to(self, user: Person) -> "PostQuerySet":
        """Those of one's circles, without the removed ones."""
        return self.filter(seen_by(user), removed_at__isnull=True, topic_removed=False)

    def restorable_by(self, user: Person, *, since: datetime | None = None) -> "PostQuerySet":
        """Removed ones, of topics that are there, that this person may bring back; as for topics."""
        return self.filter(_restorable_by(user, since), topic_removed=False)

    def kept_for(self, user: Person) -> "PostQuerySet":
        """Those of one's circles with the removed ones: for the admin's screens, which ask for rights besides."""
        return self.filter(circle_id__in=circle_ids(user))

    def new_to(self, person: Reader, since: datetime | None, read_to: int) -> "PostQuerySet":
        """Those of one topic that somebody else has said after the place that this person has read it to.

        Args:
            person: the reader.
            since: what was said before this moment is not new; None for no such moment.
            read_to: the number up to which they have read the topic.
        """
        news = self.filter(number__gt=read_to, removed_at__isnull=True).exclude(author=person)
        return news if since is None else news.filter(created_at__gt=since)


class PostEditQuerySet(models.QuerySet["PostEdit"]):
    """What posts said before."""

    def visible_to(self, user: Person) -> "PostEditQuerySet":
        """Those of posts that one may read."""
        return self.filter(
            seen_by(user, "post__circle_id"), post__removed_at__isnull=True, post__topic_removed=False
        )


class TopicReadQuerySet(models.QuerySet["TopicRead"]):
    """Read marks."""

    def visible_to(self, user: Person) -> "TopicReadQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()


class SpaceReadQuerySet(models.QuerySet["SpaceRead"]):
    """When people called a space read."""

    def visible_to(self, user: Person) -> "SpaceReadQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()
