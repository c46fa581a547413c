"""A picture's field that keeps nothing but the picture, by whatever way it comes in."""

from typing import Any

from django.core.files.base import File
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from files.pictures import CleanPicture, cleaned


class CleanPictureFile(WagtailImageFieldFile):
    """The file of a picture."""

    file: Any

    def save(self, name: str, content: File, save: bool = True) -> None:
        """Store it, written anew.

        Raises:
            BadFile: it is no picture of the kind that its name says.
        """
        clean = content if isinstance(content, CleanPicture) else cleaned(content, name)
        super().save(name, clean, save)

    def clean(self) -> None:
        """Write anew what has been put in and is not stored yet, so that its size and hash are those of what will be."""
        if self and not self._committed and not isinstance(self.file, CleanPicture):
            self.file = cleaned(self.file, self.name)


class CleanPictureField(WagtailImageField):
    """Wagtail's, whose files are cleaned."""

    attr_class = CleanPictureFile
