"""What editors fill in to put slides, recordings and links beside a session, and to tell a cohort of them."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.documents.widgets import AdminDocumentChooser

from cohorts import materials
from cohorts.enums import MaterialKind
from cohorts.models import Announcement, Material, Session
from files import documents, uploads
from files.kinds import DOCUMENTS
from files.models import PortalDocument
from kit.patient_data import AdminPatientDataGuard
from members import audience
from members.sent import Once, Seen

_ACCEPT = ",".join(f".{ending}" for ending in sorted(DOCUMENTS))


class MaterialForm(AdminPatientDataGuard, Seen, Once, WagtailAdminModelForm):
    """Something beside a session: each kind asks for what it has.

    Args:
        session: beside which; its cohort and circle are loaded with it.
        kind: of what is added.
    """

    instance: Material
    kind: ClassVar[MaterialKind]

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def save(self, commit: bool = True) -> Material:
        """Write through the actions."""
        file = self.cleaned_data.get("file") or None
        if self.instance.pk:
            changes = {name: value for name, value in self.changes().items() if name not in ("seen", "file")}
            return materials.change_material(
                material=self.instance, person=self.for_user, file=file, **changes
            )
        fields = {name: self.cleaned_data[name] for name in self._meta.fields if name in self.cleaned_data}
        return materials.add_material(
            session=self.session,
            person=self.for_user,
            file=file,
            request_key=self.key,
            kind=self.kind,
            **fields,
        )


class FileForm(MaterialForm):
    """Slides or another file: sent now, or one that is here already."""

    kind = MaterialKind.FILE
    file = forms.FileField(
        required=False,
        label="File",
        widget=forms.FileInput(attrs={"accept": _ACCEPT}),
        error_messages={"empty": "The file is empty."},
    )
    field_order: ClassVar = ["title", "file", "document", "note"]

    class Meta:
        model = Material
        fields: ClassVar = ["title", "document", "note"]
        widgets: ClassVar = {"document": AdminDocumentChooser}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        circle = self.session.cohort.circle if self.session.cohort is not None else self.session.circle
        who = audience.of(circle, thing="it").text
        self.fields["file"].help_text = f"20 MB at most. {who}"
        self.fields["document"].queryset = PortalDocument.objects.visible_to(
            self.for_user
        ) | PortalDocument.objects.filter(pk=self.instance.document_id)
        self.fields["document"].label = "Or a document that is here already"
        self.fields["document"].help_text = "It stays one file, shown in both places."

    def clean_file(self) -> Any:
        """The file.

        Raises:
            BadFile: it is not what its name says.
        """
        sent = self.cleaned_data.get("file")
        if not sent:
            return None
        if (error := uploads.too_often.get()) is not None:
            raise ValidationError(error.words, code="too_often")
        documents.check(sent, sent.name)
        return sent

    def clean_document(self) -> PortalDocument | None:
        """A document that the people of the session may open."""
        document: PortalDocument | None = self.cleaned_data.get("document")
        allowed = (None, materials.audience_id(self.session))
        if document is not None and document.circle_id not in allowed:
            raise ValidationError(
                "People could not open this document: it belongs to others. Change who can see it, or send the file."
            )
        return document

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        file, document = cleaned.get("file"), cleaned.get("document")
        unchanged = self.instance.pk and document and document.pk == self.instance.document_id
        if file and document and not unchanged:
            self.add_error("file", "Send a file or choose a document, not both.")
        if not file and not document and not {"file", "document"} & self.errors.keys():
            self.add_error("file", "Choose a file.")
        if file:
            cleaned.pop("document", None)
        return cleaned


class RecordingForm(MaterialForm):
    """A recording, wherever it lies."""

    kind = MaterialKind.RECORDING

    class Meta:
        model = Material
        fields: ClassVar = ["title", "url", "minutes", "captions", "transcript", "note"]
        help_texts: ClassVar = {
            "url": "YouTube, Vimeo and SoundCloud are played on the page. Anything else is a link, such as a recording "
            "in Teams.",
            "captions": "Captions made by a machine do not count until they are put right.",
            "transcript": "What is said, in words. Nobody sees a recording that has neither captions nor a transcript.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = True
        self.fields["minutes"].min_value = 1

    def clean_url(self) -> str:
        return _safe(self.cleaned_data["url"])


class LinkForm(MaterialForm):
    """A link to somewhere else."""

    kind = MaterialKind.LINK

    class Meta:
        model = Material
        fields: ClassVar = ["title", "url", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = True

    def clean_url(self) -> str:
        return _safe(self.cleaned_data["url"])


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.username or parts.password:
        raise ValidationError("Give an address that begins with https://, without a name or password in it.")
    return url


FORMS: dict[str, type[MaterialForm]] = {form.kind.value: form for form in (FileForm, RecordingForm, LinkForm)}


class TellForm(AdminPatientDataGuard, Once, WagtailAdminModelForm):
    """A message to a cohort about what is new."""

    instance: Announcement

    class Meta:
        model = Announcement
        fields: ClassVar = ["words"]
        labels: ClassVar = {"words": "Your message"}
        widgets: ClassVar = {"words": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, anything_new: bool, **kwargs: Any) -> None:
        self.anything_new = anything_new
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = (
            "If you like: what they should read first. The new things are listed below it."
            if anything_new
            else "Nothing is new since you last told them. Say what this is about."
        )
