"""Who sees which files."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.documents.models import DocumentQuerySet
from wagtail.images.models import ImageQuerySet
from wagtail.models import ReferenceIndex

from kit.caching import forget_public_pages
from members.querysets import Person, circle_ids, seen_by


def seen(user: Person) -> Q:
    """The one filter on files: everybody's, those of one's circles, and what one has put in oneself."""
    own = Q(uploaded_by_user_id=user.pk) if user.is_authenticated else Q()
    return seen_by(user) | own


def may_see(circle_id: int | None, owner_id: int | None, user: Person) -> bool:
    """The same for one file.

    Args:
        circle_id: of the circle that it belongs to, None for everybody's.
        owner_id: of who put it in, None if that person is gone.
        user: who asks.
    """
    if circle_id is None or circle_id in circle_ids(user):
        return True
    return user.is_authenticated and owner_id is not None and owner_id == user.pk


class _Files(QuerySet):
    """No signal tells of what is changed many at once."""

    def unused(self) -> Any:
        """Those to which nothing refers: no page as it was last saved, and no other thing.

        As Wagtail's index of references knows it, which follows a change by a moment.
        """
        kind = ContentType.objects.get_for_model(self.model)
        users = ReferenceIndex.objects.filter(
            to_content_type=kind, to_object_id=Cast(OuterRef("pk"), CharField())
        )
        return self.filter(~Exists(users))

    def update(self, **fields: Any) -> int:
        changed = super().update(**fields)
        forget_public_pages()
        return changed


class CircleImageQuerySet(_Files, ImageQuerySet):
    """Pictures."""

    def visible_to(self, user: Person) -> "CircleImageQuerySet":
        """Those that this person may see."""
        return self.filter(seen(user))


class CircleDocumentQuerySet(_Files, DocumentQuerySet):
    """Documents."""

    def visible_to(self, user: Person) -> "CircleDocumentQuerySet":
        """Those that this person may see."""
        return self.filter(seen(user))
