"""Pictures and documents, public or one circle's, served only to those who may see them."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from files.querysets import CircleDocumentManager, CircleImageManager
from members.models import Circle, User
from members.querysets import circle_ids


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

    objects = CircleImageManager()

    admin_form_fields = (*Image.admin_form_fields, "circle")

    class Meta(AbstractImage.Meta):
        permissions: ClassVar = [("choose_image", "Can choose image")]

    def can_see(self, user: User) -> bool:
        """Whether this person may see it."""
        return self.circle_id is None or self.circle_id in circle_ids(user)


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
        return reverse("files:rendition", args=[self.pk, self.file.name.rsplit("/", 1)[-1]])


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

    objects = CircleDocumentManager()

    admin_form_fields = (*Document.admin_form_fields, "circle")

    class Meta(AbstractDocument.Meta):
        permissions: ClassVar = [("choose_document", "Can choose document")]

    def can_see(self, user: User) -> bool:
        """Whether this person may see it."""
        return self.circle_id is None or self.circle_id in circle_ids(user)
