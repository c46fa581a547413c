"""An editor's way to bring communities in: choose a file, see what would change, agree, see what came of it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from community_directory import actions
from community_directory.bringing import columns
from community_directory.bringing.plan import MADE, Plan, make_plan
from community_directory.bringing.writing import Choice, agree
from community_directory.enums import ImportState
from community_directory.errors import NotAsShown, WrongRows
from community_directory.models import Community, Import
from community_directory.rules import may_review
from kit import sheet, waiting
from kit.admin_screen import screen
from kit.problems import MOST_SHOWN, Unreadable
from members.models import User
from members.requests import person_of

TITLE = "Import communities"
_ROOM = "communities"


class ImportForm(forms.Form):
    """A file with communities."""

    file = forms.FileField(
        label="File",
        help_text=f"A spreadsheet saved as CSV, of at most 5 MB and {columns.MOST_ROWS} rows. "
        "You see what would be made before anything is.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    def clean_file(self) -> UploadedFile:
        """What was sent, once it is known that it is small enough to be read."""
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size is None or upload.size > columns.LARGEST:
            raise forms.ValidationError("The file is larger than 5 MB. Divide it into several.")
        return upload


def _reviewer(request: HttpRequest) -> User:
    person = person_of(request)
    if not may_review(person):
        raise PermissionDenied
    return person


def _show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    trail = [(reverse("community_directory_community_modeladmin_index"), "Communities")]
    if title != TITLE:
        trail.append((reverse("community_import"), TITLE))
    name = f"community_directory/{template}.html"
    return screen(request, name, title=title, icon="upload", trail=trail, **context)


def _ask_for_file(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context.setdefault("form", ImportForm())
    return _show(request, "import_upload", TITLE, status=status, columns=columns.MEANINGS.items(), **context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; one that was sent is read, and what it would do is shown. Nothing is written."""
    user = _reviewer(request)
    if request.method != "POST":
        lately = Import.objects.visible_to(user).defer("content")[:5]
        return _ask_for_file(request, lately=lately)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask_for_file(request, form=form)
    sent: UploadedFile = form.cleaned_data["file"]
    return _look(request, sent.read(), sent.name or "", Choice())


def _look(request: HttpRequest, content: bytes, name: str, choice: Choice, **context: Any) -> HttpResponse:
    """Show what a file would do, and keep it for the answer."""
    try:
        plan = make_plan(columns.read(content), user=person_of(request))
    except Unreadable as wrong:
        return _ask_for_file(request, problems=wrong.problems)
    return _ask(request, plan, content, name, choice, **context)


def _ask(
    request: HttpRequest, plan: Plan, content: bytes, name: str, choice: Choice, **context: Any
) -> HttpResponse:
    kept = waiting.Waiting(content=content, name=name, mark=plan.mark)
    missing = plan.missing
    return _show(
        request,
        "import_report",
        "What would be imported",
        plan=plan,
        problems=plan.problems[:MOST_SHOWN],
        more_problems=len(plan.problems[MOST_SHOWN:]),
        missing=[
            {"kind": kind, "names": missing[kind], "chosen": kind in choice.new_terms}
            for kind in MADE
            if kind in missing
        ],
        token=waiting.keep(kept, user=person_of(request), room=_ROOM),
        file_name=name,
        choice=choice,
        **context,
    )


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Have the file that was shown brought in. Sent twice, it comes in once."""
    user, token = _reviewer(request), request.POST.get("token", "")
    kept = waiting.find(token, user=user, room=_ROOM)
    if kept is None:
        return _ask_for_file(request, status=400, expired=waiting.EXPIRED)
    choice = Choice(
        revise=request.POST.get("here") == "revise",
        leave_out=request.POST.get("leave_out") == "on",
        new_terms=tuple(kind for kind in MADE if request.POST.get(f"make_{kind}") == "on"),
    )
    try:
        plan = make_plan(columns.read(kept.content), user=user)
        key = waiting.key_of(token, user=user, room=_ROOM)
        agreed = agree(
            plan=plan,
            content=kept.content,
            name=kept.name,
            key=key,
            as_shown=kept.mark,
            user=user,
            choice=choice,
        )
    except WrongRows:
        return _ask(request, plan, kept.content, kept.name, choice, must_choose=True)
    except NotAsShown:
        return _ask(request, plan, kept.content, kept.name, choice, again=True)
    return redirect("community_import_result", agreed.pk)


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, and what came of it."""
    user = _reviewer(request)
    found = get_object_or_404(Import.objects.visible_to(user).defer("content"), pk=pk)
    here = Community.objects.visible_to(user).order_by("name", "pk").only("name", "slug", "state")
    titles = {
        ImportState.WAITING: "The file is being brought in",
        ImportState.DONE: "What was imported",
        ImportState.STOPPED: "Nothing was imported",
    }
    return _show(
        request,
        "import_result",
        titles[ImportState(found.state)],
        done=found,
        made=list(here.filter(pk__in=found.made)) if found.made else [],
        revised=list(here.filter(pk__in=found.revised)) if found.revised else [],
        named=actions.named_in(found).count() if actions.may_ask(user) else 0,
    )


@require_POST
def ask_named(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the conveners whom the file names. Sent twice, each is asked once."""
    user = _reviewer(request)
    found = get_object_or_404(Import.objects.visible_to(user).defer("content"), pk=pk)
    if not actions.may_ask(user):
        raise PermissionDenied
    asked = actions.ask_all_named(file=found, person=user)
    people = "1 invitation is" if asked == 1 else f"{asked} invitations are"
    messages.success(request, f"{people} on the way." if asked else "Nobody is left to be asked.")
    return redirect("community_import_result", found.pk)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty spreadsheet with the names of the columns."""
    _reviewer(request)
    response = HttpResponse(sheet.written(columns.template()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="communities-template.csv"'
    return response
