"""Who sees which files."""

from wagtail.documents.models import DocumentQuerySet
from wagtail.images.models import ImageQuerySet

from members.querysets import Person, seen_by
from members.rules import is_editor


class CircleImageQuerySet(ImageQuerySet):
    """Pictures."""

    def visible_to(self, user: Person) -> "CircleImageQuerySet":
        """Those that this person may see; who keeps the files sees them all."""
        return self.all() if is_editor(user) else self.filter(seen_by(user))


class CircleDocumentQuerySet(DocumentQuerySet):
    """Documents."""

    def visible_to(self, user: Person) -> "CircleDocumentQuerySet":
        """Those that this person may see; who keeps the files sees them all."""
        return self.all() if is_editor(user) else self.filter(seen_by(user))
