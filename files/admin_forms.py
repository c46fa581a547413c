"""The forms that pictures and documents are put in by, in all of Wagtail's screens: alone, many at once, while choosing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from files import pictures, uploads
from kit import audit
from members import audience
from members.models import Circle

WHO = "A change holds at once, for the file in every size and for everybody who has its address."
PICTURE = "We turn it upright and take out what the camera wrote into it, such as the place and the time."
DOCUMENT = (
    "We do not change documents. They often hold names of authors, comments and earlier wording: take those out first "
    "(in Word: File, Info, Inspect document)."
)
_LONGEST_NAME = 60  # a longer one makes the list wider than the screen


class SaysWhoSees:
    """Asks who can see the file, says who can now, and takes no more files than the limit."""

    file_help = ""
    fields: dict[str, Any]
    instance: Any
    changed_data: list[str]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        user = kwargs.get("user")
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            field = self.fields["file"]
            field.help_text = f"{field.help_text} {self.file_help}"
        if "circle" in self.fields:
            self._ask_who_sees(self.fields["circle"], user)

    def _ask_who_sees(self, field: Any, user: Any) -> None:
        field.queryset = self._circles(user)
        field.help_text = self._who_sees()
        field.empty_label = "Everybody"
        field.label_from_instance = lambda circle: Truncator(circle).chars(_LONGEST_NAME)

    def _who_sees(self) -> str:
        return f"Now: {audience.of(self.instance.circle).text} {WHO}" if self.instance.pk else WHO

    def _circles(self, user: Any) -> Any:
        """One's own, all for who looks after groups, and the one that is set."""
        if user is None:
            return Circle.objects.all()
        own = Circle.objects.visible_to(user) | Circle.objects.managed_by(user)
        return own | Circle.objects.filter(pk=self.instance.circle_id)

    def clean_file(self) -> Any:
        """What was sent, unless too much was."""
        error = uploads.too_often.get()
        if error is not None:
            raise ValidationError(error.words, code="too_often")
        return self.cleaned_data["file"]

    def save(self, commit: bool = True) -> Any:
        """Save it, and log who can see it from now on, if that has changed."""
        moved = bool(self.instance.pk) and "circle" in self.changed_data
        saved = super().save(commit=commit)  # type: ignore[misc]
        if moved and commit:
            audit.record("files.audience", on=saved, circle=saved.circle_id)
        return saved


class PictureForm(SaysWhoSees, BaseImageForm):
    """A picture's."""

    file_help = PICTURE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            # Wagtail's check breaks on a picture that is cut off. Ours comes after it, and counts the pixels too.
            self.fields["file"].check_image_pixel_size = lambda file: None

    def clean_file(self) -> Any:
        """The picture alone, written anew.

        Raises:
            BadFile: it is no picture of the kind that its name says.
        """
        sent = super().clean_file()
        return pictures.cleaned(sent, sent.name) if "file" in self.changed_data else sent


class DocumentForm(SaysWhoSees, BaseDocumentForm):
    """A document's. The model looks at what is in it."""

    file_help = DOCUMENT
