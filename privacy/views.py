"""Your data: what we hold, a copy of it, and its end."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.answers import see, sent
from kit.times import date_of
from members import limits
from members.audience import ONLY_YOU
from members.errors import TooOften
from members.requests import person_of
from privacy import actions
from privacy.errors import LastAdmin, UnderWay
from privacy.forms import EraseForm
from privacy.holding import held_about_editors, held_about_everybody, last_copy
from privacy.middleware import MARK
from privacy.models import Erasure, Export

_LAST_ADMIN = "You are the only admin. Make somebody else an admin first, then delete your account."


@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """What we hold about whoever asks, why, and for how long; the way to a copy, and to an end."""
    return _data(request)


def _data(request: HttpRequest, error: str = "") -> HttpResponse:
    context = {
        "copy": last_copy(person_of(request)),
        "error": error,
        "everybody": held_about_everybody(),
        "editors": held_about_editors() if request.user.has_perm("wagtailadmin.access_admin") else [],
        "who": ONLY_YOU,
    }
    return render(request, "privacy/data.html", context)


@require_http_methods(["POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a copy."""
    person = person_of(request)
    if not Export.objects.visible_to(person).under_way().exists() or _is_left_behind(request):
        try:
            limits.spend(request, "export")
        except TooOften as error:
            return limits.too_often(_data(request, error=error.words), error)
    with suppress(UnderWay):  # asked for twice is asked for once
        actions.start_export(person=person)
    return see("privacy:data")


def _is_left_behind(request: HttpRequest) -> bool:
    return Export.objects.visible_to(request.user).left_behind(timezone.now()).exists()


@require_safe
@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """How far the copy is: the part of the page that asks again by itself."""
    return render(request, "privacy/_copy.html", {"copy": last_copy(person_of(request)), "asked_again": True})


@require_safe
@login_required
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The copy, for whose it is."""
    ready = Export.objects.visible_to(request.user).ready(timezone.now())
    export = get_object_or_404(ready, pk=pk)
    try:
        content = export.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=f"your-data-{export.asked_at:%Y-%m-%d}.zip")
    response["Content-Type"] = "application/zip"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """Ask for the end of one's account."""
    person = person_of(request)
    form = EraseForm(sent(request), person=person)
    if request.method == "POST":
        try:
            limits.spend(request, "erase")
        except TooOften as error:
            return limits.too_often(_erase(request, form, error=error.words), error)
        if form.is_valid() and _asked(request, form):
            return see("privacy:closing")
    return _erase(request, form)


def _asked(request: HttpRequest, form: EraseForm) -> bool:
    """Ask, and mark this browser; False, with the reason in the form, where somebody has to stay."""
    key = request.session.session_key or ""
    try:
        actions.ask_erasure(person=person_of(request), posts_stay=form.posts_stay, session_key=key)
    except LastAdmin:
        form.add_error(None, _LAST_ADMIN)
        return False
    request.session[MARK] = True
    return True


def _erase(request: HttpRequest, form: EraseForm, error: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "error": error,
        "day": date_of(timezone.now() + actions.TIME_TO_THINK),
        "alone": actions.led_by_nobody_else(person_of(request)),
    }
    return render(request, "privacy/erase.html", context)


@require_safe
@login_required
def closing(request: HttpRequest) -> HttpResponse:
    """The one page that is open to whoever has asked to go: when it happens, and a button to stay."""
    erasure = Erasure.objects.visible_to(request.user).open().first()
    if erasure is None:
        request.session.pop(MARK, None)
        return redirect("privacy:data")
    context = {"erasure": erasure, "day": date_of(erasure.due_at)}
    return render(request, "privacy/closing.html", context)


@require_POST
@login_required
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the account after all."""
    kept = actions.keep_account(person=person_of(request))
    request.session.pop(MARK, None)
    if kept:
        messages.success(request, "Your account stays. Everything is as it was.")
    return see("dashboard")
