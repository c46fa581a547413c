"""Pictures and documents, public or one circle's, served only to those who may see them."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from files.querysets import CircleDocumentQuerySet, CircleImageQuerySet
from files.rules import fits_its_name
from members.models import Circle
from members.querysets import Person, circle_ids
from members.rules import is_editor

LARGEST_DOCUMENT = 20 * 1024 * 1024
_BEGINNING = 1024


def may_see(circle_id: int | None, user: Person) -> bool:
    """Whether this person may see a file: everybody's, one of their circles', or any for who keeps them."""
    return circle_id is None or circle_id in circle_ids(user) or is_editor(user)


class PortalImage(AbstractImage):
    """A picture."""

    circle = models.ForeignKey(
        Circle,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="Who can see it",
        help_text="Leave empty for everybody.",
    )

    objects = CircleImageQuerySet.as_manager()

    admin_form_fields = (*Image.admin_form_fields, "circle")

    class Meta(AbstractImage.Meta):
        permissions: ClassVar = [("choose_image", "Can choose image")]

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        return may_see(self.circle_id, user)


class PortalRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]

    @property
    def url(self) -> str:
        """The address of a view that asks, never of the file itself."""
        return reverse("files:rendition", args=[self.pk, self.file_name])

    @property
    def file_name(self) -> str:
        """The last part of where it lies, without the folders."""
        return self.file.name.rsplit("/", 1)[-1]


class PortalDocument(AbstractDocument):
    """A document to download."""

    circle = models.ForeignKey(
        Circle,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="Who can see it",
        help_text="Leave empty for everybody.",
    )

    objects = CircleDocumentQuerySet.as_manager()

    admin_form_fields = (*Document.admin_form_fields, "circle")

    class Meta(AbstractDocument.Meta):
        permissions: ClassVar = [("choose_document", "Can choose document")]

    def clean(self) -> None:
        """Refuse what is too large, and what is not what its name says."""
        super().clean()
        if not self.file or getattr(self.file, "_committed", True):
            return
        if self.file.size > LARGEST_DOCUMENT:
            raise ValidationError(
                {"file": f"This file is too large: {filesizeformat(LARGEST_DOCUMENT)} at most."}
            )
        self.file.seek(0)
        beginning = self.file.read(_BEGINNING)
        self.file.seek(0)
        if not fits_its_name(self.file_extension.lower(), beginning):
            raise ValidationError({"file": f"This is not a {self.file_extension.upper()} file."})

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        return may_see(self.circle_id, user)
