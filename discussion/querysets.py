"""What is said, and who may read it."""

from typing import TYPE_CHECKING

from django.db import models

from members.querysets import Person, seen_by

if TYPE_CHECKING:
    pass


class SpaceQuerySet(models.QuerySet["Space"]):
    """Spaces."""

    def visible_to(self, user: Person) -> "SpaceQuerySet":
        """Those of the circles that this person is active in."""
        return self.filter(seen_by(user))


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics."""

    def visible_to(self, user: Person) -> "TopicQuerySet":
        """Those of one's circles, without the removed ones."""
        return self.filter(seen_by(user), removed_at__isnull=True)


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    def visible_to(self, user: Person) -> "PostQuerySet":
        """Those of one's circles, without the removed ones."""
        return self.filter(seen_by(user), removed_at__isnull=True, topic__removed_at__isnull=True)


class TopicReadQuerySet(models.QuerySet["TopicRead"]):
    """Read marks."""

    def visible_to(self, user: Person) -> "TopicReadQuerySet":
        """One's own."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()
