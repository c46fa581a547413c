"""Pictures and documents, public or one circle's, served only to those who may see them."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, get_upload_to
from wagtail.search import index

from files import documents
from files.errors import BadFile
from files.fields import CleanPictureField
from files.querysets import CircleDocumentQuerySet, CircleImageQuerySet, may_see
from members.models import Circle
from members.querysets import Person

_FILTERS = [
    index.FilterField("circle_id"),
    index.FilterField("circle"),
    index.FilterField("uploaded_by_user_id"),
]


class CircleOwned(models.Model):
    """A file with the circle that it belongs to. Tags are left out: they would be suggested to who may not see it."""

    circle = models.ForeignKey(
        Circle,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="Who can see it",
        help_text="Leave empty for everybody.",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.title)  # type: ignore[attr-defined]

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        return may_see(self.circle_id, self.uploaded_by_user_id, user)  # type: ignore[attr-defined]


class PortalImage(CircleOwned, AbstractImage):  # type: ignore[django-manager-missing]
    """A picture, without what its camera wrote beside it."""

    file = CleanPictureField(
        verbose_name="file", upload_to=get_upload_to, width_field="width", height_field="height"
    )

    objects = CircleImageQuerySet.as_manager()  # type: ignore[django-manager-missing]

    admin_form_fields = (
        "title", "file", "description", "circle", "collection",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip
    search_fields: ClassVar = [*AbstractImage.search_fields, *_FILTERS]

    class Meta(AbstractImage.Meta):
        verbose_name = "image"  # as Wagtail's menu says
        permissions: ClassVar = [("choose_image", "Can choose image")]

    def _set_image_file_metadata(self) -> None:
        """Size and hash are those of what is stored, not of what was sent."""
        self.file.clean()
        super()._set_image_file_metadata()


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


class PortalDocument(CircleOwned, AbstractDocument):
    """A document to download."""

    objects = CircleDocumentQuerySet.as_manager()  # type: ignore[django-manager-missing]

    admin_form_fields = ("title", "file", "circle", "collection")
    search_fields: ClassVar = [*AbstractDocument.search_fields, *_FILTERS]

    class Meta(AbstractDocument.Meta):
        permissions: ClassVar = [("choose_document", "Can choose document")]

    def clean(self) -> None:
        """Refuse what is too large, what is not what its name says, and what can do something by itself."""
        if not self.file:
            return
        super().clean()
        if not getattr(self.file, "_committed", True):
            try:
                documents.check(self.file, self.filename)
            except BadFile as error:
                raise ValidationError({"file": error}) from error
