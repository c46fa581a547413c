"""An editor's way to bring guidance in: choose a file, see what would change, agree; and to take a list of it away."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Page
from wagtail.permissions import policy_registry

from kit import audit, waiting
from kit.admin_screen import screen
from kit.problems import MOST_SHOWN, Unreadable
from kit.sheet import MOST_ROWS, written
from learning.importing import columns
from learning.importing.files import LARGEST, read
from learning.importing.plan import Plan, current, make_plan
from learning.importing.wanted import Contents
from learning.importing.writing import NotAsShown, WrongRows, bring_in, may_add_to
from learning.models import GuidancePage, LibraryPage
from members.models import Theme, User
from members.requests import person_of

TITLE = "Import guidance"
_ROOM = "guidance"


class ImportForm(forms.Form):
    """A file with guidance."""

    file = forms.FileField(
        label="File",
        help_text=f"A spreadsheet saved as CSV, of at most 1 MB and {MOST_ROWS} rows, or one Word file (.docx) of at most "
        "10 MB. You see what would be made before anything is.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    def clean_file(self) -> UploadedFile:
        """What was sent, once it is known that it is small enough to be read."""
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size is None or upload.size > LARGEST:
            raise forms.ValidationError("The file is larger than 10 MB.")
        return upload


def library_for(user: User) -> LibraryPage | None:
    """The library, if this person may add guidance to it."""
    library = LibraryPage.objects.order_by("path").first()
    return library if library is not None and library.permissions_for_user(user).can_add_subpage() else None


def _library(request: HttpRequest) -> LibraryPage:
    library = library_for(person_of(request))
    if library is None:
        raise PermissionDenied
    return library


def _show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    trail = [] if title == TITLE else [(reverse("guidance_import"), TITLE)]
    return screen(request, f"learning/{template}.html", title=title, icon="upload", trail=trail, **context)


def _ask_for_file(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context.setdefault("form", ImportForm())
    return _show(request, "import_upload", TITLE, status=status, columns=columns.COLUMNS, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; one that was sent is read, and what it would do is shown. Nothing is written."""
    library = _library(request)
    if request.method != "POST":
        return _ask_for_file(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask_for_file(request, form=form)
    sent: UploadedFile = form.cleaned_data["file"]
    return _look(request, library, content=sent.read(), name=sent.name or "")


def _contents(user: User, content: bytes, name: str) -> Contents:
    return read(content, name, pictures=may_add_to(user) is not None)


def _look(
    request: HttpRequest, library: LibraryPage, *, content: bytes, name: str, **context: Any
) -> HttpResponse:
    """Show what a file would do, and keep it for the answer."""
    user = person_of(request)
    try:
        plan = make_plan(_contents(user, content, name), library=library, user=user)
    except Unreadable as wrong:
        return _ask_for_file(request, problems=wrong.problems)
    return _ask(request, plan, content=content, name=name, **context)


def _ask(request: HttpRequest, plan: Plan, *, content: bytes, name: str, **context: Any) -> HttpResponse:
    kept = waiting.Waiting(content=content, name=name, mark=plan.mark)
    return _show(
        request,
        "import_report",
        "What would be imported",
        plan=plan,
        problems=plan.problems[:MOST_SHOWN],
        more_problems=len(plan.problems[MOST_SHOWN:]),
        token=waiting.keep(kept, user=person_of(request), room=_ROOM),
        file_name=name,
        **context,
    )


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Import the file that was shown. Sent twice, the second time makes nothing."""
    library, user = _library(request), person_of(request)
    kept = waiting.find(request.POST.get("token", ""), user=user, room=_ROOM)
    if kept is None:
        return _ask_for_file(request, status=400, expired=waiting.EXPIRED)
    chosen = {
        "revise": request.POST.get("here") == "revise",
        "leave_out": request.POST.get("leave_out") == "on",
    }
    try:
        contents = _contents(user, kept.content, kept.name)
        done = bring_in(contents, library=library, user=user, as_shown=kept.mark, **chosen)
    except Unreadable as wrong:
        return _ask_for_file(request, problems=wrong.problems)
    except WrongRows:
        return _look(request, library, content=kept.content, name=kept.name, must_choose=True, chosen=chosen)
    except NotAsShown as other:
        return _ask(request, other.plan, content=kept.content, name=kept.name, again=True, chosen=chosen)
    return _show(request, "import_result", "What was imported", done=done, library=library)


def _as_file(rows: list[list[str]], name: str) -> HttpResponse:
    response = HttpResponse(written(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty spreadsheet with one example."""
    _library(request)
    return _as_file(columns.template(), "guidance-template.csv")


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The resources that somebody may change as a spreadsheet, which can be changed and imported again."""
    library = _library(request)
    rows = [columns.template()[0], *listed(library, user=person_of(request))]
    audit.record("learning.exported", library)
    return _as_file(rows, "guidance.csv")


def listed(library: LibraryPage, *, user: User) -> list[list[str]]:
    """The rows of the resources in a library that somebody may change, as their latest drafts have them, by title.

    Their texts are left out where there are more of them than can be imported at once.
    """
    mine = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    pages = list(
        GuidancePage.objects.child_of(library)
        .filter(pk__in=mine.order_by().values("pk"))
        .order_by("title", "pk")
        .prefetch_related("theme_items", "stages", "audiences", "latest_revision")
    )
    themes = dict(Theme.objects.values_list("pk", "name"))
    drafts = [
        page.get_latest_revision_as_object() if page.has_unpublished_changes else page for page in pages
    ]
    people = dict(User.objects.filter(pk__in={page.owner_id for page in drafts}).values_list("pk", "email"))
    rows = []
    for page in drafts:
        values = current(page)
        if len(drafts) > MOST_ROWS:
            values["body"] = []
        rows.append(columns.row_of(values["title"], values, themes=themes, people=people))
    return rows
