"""An editor's way to load a programme: choose a file, see what would change, agree."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kit.admin_screen import screen
from members.models import User
from portal.programme.loading import NotAsShown, load, preview
from portal.programme.mistakes import Mistaken
from portal.programme.reading import LARGEST
from portal.programme.report import Report
from portal.rules import may_load

_SALT = "portal.programme"
_HOUR = 60 * 60
_TITLE = "Load a programme"


class UploadForm(forms.Form):
    """A programme file."""

    file = forms.FileField(
        label="Programme file",
        help_text="A .toml file of at most 1 MB. You see what would change before anything does.",
        widget=forms.ClearableFileInput(attrs={"accept": ".toml,application/toml,text/plain"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    def clean_file(self) -> bytes:
        """The bytes, once it is known that they are few enough to be read."""
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size is None or upload.size > LARGEST:
            raise forms.ValidationError("The file is larger than 1 MB.")
        return upload.read()


def _show(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    trail = [] if title == _TITLE else [(reverse("programme_upload"), _TITLE)]
    return screen(
        request, f"portal/{template}.html", title=title, icon="upload", trail=trail, status=status, **context
    )


def _refuse_others(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]
    if not may_load(user):
        raise PermissionDenied
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; a file that was sent is checked, and what it would do is shown. Nothing is written."""
    user = _refuse_others(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if not form.is_valid():
        return _show(request, "programme_upload", _TITLE, form=form)
    source: bytes = form.cleaned_data["file"]
    try:
        report = preview(source)
    except Mistaken as mistaken:
        return _show(request, "programme_upload", _TITLE, form=UploadForm(), mistaken=mistaken)
    return _ask(request, user, source.decode("utf-8-sig"), report)


def _ask(request: HttpRequest, user: User, text: str, report: Report, *, again: bool = False) -> HttpResponse:
    """Show what would change, with the file itself in a signed field: nothing is kept between the two steps."""
    sealed = signing.dumps({"text": text, "by": user.pk, "mark": report.mark}, salt=_SALT, compress=True)
    return _show(request, "programme_report", "What would change", report=report, sealed=sealed, again=again)


def _unsealed(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """What was asked, if this person was asked it within the hour."""
    try:
        asked = signing.loads(request.POST.get("sealed", ""), salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        return None
    return asked if asked["by"] == user.pk else None


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Load the file that was shown. Sent twice, the second time changes nothing."""
    user = _refuse_others(request)
    asked = _unsealed(request, user)
    if asked is None:
        form = UploadForm()
        return _show(request, "programme_upload", _TITLE, status=400, form=form, expired=True)
    try:
        report = load(asked["text"], user=user, as_shown=asked["mark"])
    except NotAsShown as other:
        return _ask(request, user, asked["text"], other.report, again=True)
    except Mistaken as mistaken:
        return _show(request, "programme_upload", _TITLE, form=UploadForm(), mistaken=mistaken)
    return _show(request, "programme_result", "The programme is loaded", report=report)
