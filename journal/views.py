"""Reflections: one's own, and those that others share."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal import actions, things
from journal.errors import CannotShare, ChangedMeanwhile, NotThere
from journal.forms import AutosaveForm, ReflectionForm, ShareForm, may_share
from journal.models import Reflection
from journal.rows import ONLY_YOU, audience_of, heading_of, reflection_rows
from kit.answers import page_at, see, sent, signed_in_to_send
from kit.times import clock_of, moment_of
from learning.models import ModulePage
from members.errors import TooOften
from members.limits import spend, too_often
from members.requests import person_of

_ON_A_PAGE = 20
_NEWEST = ("-created_at", "-id")
_LAST_REMOVED = ("-removed_at", "-id")
_SHARED_LAST = ("-shared_at", "-id")
_LONGEST_SEARCH = 200
_HOME = "journal:list"


# -- lists ------------------------------------------------------------------------


@require_safe
@login_required
def reflections(request: HttpRequest) -> HttpResponse:
    """What one has written, the newest first; narrowed to a module, a thing, or words."""
    me = person_of(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH]
    own = Reflection.objects.own(me)
    wanted = things.named_by(request.GET, me) or things.NOTHING
    found = own.holding(text)
    if wanted.page:
        found = found.filter(page=wanted.page)
    elif wanted.thing:
        found = found.filter(about_kind=wanted.thing[0], about_id=wanted.thing[1])
    page = page_at(request, found.select_related("place__circle", "person"), order=_NEWEST, size=_ON_A_PAGE)
    modules = (
        ModulePage.objects.visible_to(me)
        .filter(pk__in=own.order_by().values("page"))
        .order_by("number", "pk")
    )
    narrowed = {name: value for name, value in (*wanted.fields.items(), ("q", text)) if value}
    context = {
        "rows": reflection_rows(page.rows, me),
        "q": text,
        "about": wanted,
        "modules": list(modules.values_list("pk", "title")),
        "narrowed": bool(narrowed),
        "new_url": reverse("journal:new") + (f"?{urlencode(wanted.fields)}" if wanted.fields else ""),
        **_turned(page.previous, page.next, narrowed),
    }
    return render(request, "journal/list.html", context)


def _turned(previous: str, following: str, kept: dict[str, str] | None = None) -> dict[str, str]:
    """The addresses of the pages before and after one."""
    return {
        "newer_url": previous and "?" + urlencode({**(kept or {}), "cursor": previous}),
        "older_url": following and "?" + urlencode({**(kept or {}), "cursor": following}),
    }


@require_safe
@login_required
def shared(request: HttpRequest) -> HttpResponse:
    """What others share with one, the last shared first."""
    me = person_of(request)
    theirs = Reflection.objects.shared_with(me).select_related("place__circle", "person")
    page = page_at(request, theirs, order=_SHARED_LAST, size=_ON_A_PAGE)
    context = {"rows": reflection_rows(page.rows, me), **_turned(page.previous, page.next)}
    return render(request, "journal/shared.html", context)


@require_safe
@login_required
def removed(request: HttpRequest) -> HttpResponse:
    """What one has removed and can bring back."""
    me = person_of(request)
    gone = Reflection.objects.restorable_by(me).select_related("place__circle", "person")
    page = page_at(request, gone, order=_LAST_REMOVED, size=_ON_A_PAGE)
    context = {"rows": reflection_rows(page.rows, me), **_turned(page.previous, page.next)}
    return render(request, "journal/removed.html", context)


# -- one --------------------------------------------------------------------------


def _visible(request: HttpRequest, pk: int) -> Reflection:
    """One that the asker may read, with its author and whom it is shared with."""
    found = Reflection.objects.visible_to(request.user).select_related("place__circle", "person")
    return get_object_or_404(found, pk=pk)


def _own(request: HttpRequest, pk: int) -> Reflection:
    """One of one's own.

    Raises:
        Http404: it is not theirs.
    """
    found = _visible(request, pk)
    if not found.can_change(request.user):
        raise Http404
    return found


def _mine(request: HttpRequest, pk: int) -> Reflection:
    """One of one's own, also one that was removed and can still be brought back."""
    own = Reflection.objects.own(request.user) | Reflection.objects.restorable_by(request.user)
    return get_object_or_404(own.select_related("place__circle", "person"), pk=pk)


@require_safe
@login_required
def reflection(request: HttpRequest, pk: int) -> HttpResponse:
    """A reflection, for its author and for those whom they let read it."""
    found = _visible(request, pk)
    about, url = things.names_of([found], request.user).get(found.pk, ("", ""))
    own = found.can_change(request.user)
    context = {
        "reflection": found,
        "heading": heading_of(found, about),
        "about": about,
        "about_url": url,
        "own": own,
        "prompt": found.prompt if own or about else "",  # its page may not be for who reads it
        "can_share": own and may_share(person_of(request)),
        "written": moment_of(found.created_at),
        "changed": moment_of(found.changed_at) if found.version > 1 else "",
        "audience": audience_of(found, request.user),
    }
    return render(request, "journal/reflection.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Write a reflection, about what the address names."""
    me = person_of(request)
    about = things.named_by(request.POST if request.method == "POST" else request.GET, me)
    if about is None and request.method != "POST":
        raise Http404
    about = about or things.NOTHING  # it may be gone since: what was written about it is kept
    form = ReflectionForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            spend(request, "reflection")
            return see(_written(request, form, about))
        except ChangedMeanwhile as late:
            return _came_late(request, form, late.theirs)
        except TooOften as error:
            form.add_error("text", error.words)
            return too_often(_write_page(request, form, about), error)
        except NotThere as gone:
            form.add_error("text", gone.words)
    return _write_page(request, form, about)


def _written(request: HttpRequest, form: ReflectionForm, about: things.About) -> Reflection:
    said = form.cleaned_data
    return actions.write(
        person=person_of(request),
        text=said["text"],
        title=said["title"],
        prompt=about.prompt,
        page=about.page,
        about=about.thing,
        request_key=said["request_key"],
    )


def _write_page(request: HttpRequest, form: ReflectionForm, about: things.About) -> HttpResponse:
    context = {
        "form": form,
        "about": about,
        "prompt": about.prompt,
        "draft_key": "-".join(["reflection-new", *about.fields.values()]),
        "autosave_url": reverse("journal:autosave_new"),
        "audience": ONLY_YOU,
        "cancel_url": about.url or reverse(_HOME),
    }
    return render(request, "journal/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a reflection of one's own."""
    found = _mine(request, pk) if request.method == "POST" else _own(request, pk)
    form = ReflectionForm(sent(request), reflection=found)
    if form.is_bound and form.is_valid():
        try:
            spend(request, "reflection")
            actions.change(reflection=found, **_said(form))
            return see(found)
        except ChangedMeanwhile as late:
            return _came_late(request, form, late.theirs)
        except TooOften as error:
            form.add_error("text", error.words)
            return too_often(_edit_page(request, form, found), error)
        except NotThere as gone:
            raise Http404 from gone
    return _edit_page(request, form, found)


def _said(form: ReflectionForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {"text": said["text"], "title": said["title"], "version": said["version"] or 0}


def _came_late(request: HttpRequest, form: ReflectionForm, theirs: Reflection) -> HttpResponse:
    """Both texts: what somebody sends now, and what was saved from elsewhere meanwhile. Sent again, it is saved."""
    form.data = {**request.POST.dict(), "version": str(theirs.version)}
    # Not saved by itself: what was saved from elsewhere stays until somebody has seen both.
    return _edit_page(request, form, theirs, theirs=theirs, autosave_url="", status=409)


def _edit_page(
    request: HttpRequest, form: ReflectionForm, found: Reflection, status: int = 200, **more: Any
) -> HttpResponse:
    about, _ = things.names_of([found], request.user).get(found.pk, ("", ""))
    context = {
        "form": form,
        "reflection": found,
        "prompt": found.prompt,
        "heading": heading_of(found, about),
        "draft_key": f"reflection-{found.pk}",
        "autosave_url": reverse("journal:autosave", args=[found.pk]),
        "action": reverse("journal:edit", args=[found.pk]),
        "saved": moment_of(found.changed_at),
        "audience": audience_of(found, request.user),
        "cancel_url": found.get_absolute_url(),
        **more,
    }
    return render(request, "journal/edit.html", context, status=status)


# -- saved while one types ----------------------------------------------------------


@require_POST
@signed_in_to_send(_HOME)
def autosave_new(request: HttpRequest) -> HttpResponse:
    """Keep what somebody begins to write; the same form makes one reflection, however often it is sent."""
    form = AutosaveForm(request.POST)
    if not form.is_valid():
        return _not_saved(form)
    spend(request, "reflection")
    about = things.named_by(request.POST, person_of(request)) or things.NOTHING
    try:
        return _saved(_written(request, form, about))
    except ChangedMeanwhile as late:
        return _changed_elsewhere(late.theirs)
    except NotThere as gone:
        raise Http404 from gone


@require_POST
@signed_in_to_send(_HOME)
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what somebody has changed so far."""
    found = _mine(request, pk)
    form = AutosaveForm(request.POST, reflection=found)
    if not form.is_valid():
        return _not_saved(form)
    spend(request, "reflection")
    try:
        return _saved(actions.change(reflection=found, **_said(form)))
    except ChangedMeanwhile as late:
        return _changed_elsewhere(late.theirs)
    except NotThere as gone:
        raise Http404 from gone


def _saved(kept: Reflection) -> JsonResponse:
    return JsonResponse(
        {
            "said": f"Saved at {clock_of(kept.changed_at)}",
            "version": kept.version,
            "draft": f"reflection-{kept.pk}",
            "edit": reverse("journal:edit", args=[kept.pk]),
            "autosave": reverse("journal:autosave", args=[kept.pk]),
        }
    )


def _not_saved(form: ReflectionForm) -> JsonResponse:
    """Why it waits until somebody presses the button, who then sees what is to be put right."""
    reason = next(iter(form.errors.values()))[0]
    return JsonResponse({"said": f"Not saved yet. {reason}"}, status=422)


def _changed_elsewhere(theirs: Reflection) -> JsonResponse:
    said = f"You saved other words elsewhere at {clock_of(theirs.changed_at)}. Press Save to see both."
    more = {
        "text": theirs.text,
        "title": theirs.title,
        "version": theirs.version,
        "draft": f"reflection-{theirs.pk}",
        "edit": reverse("journal:edit", args=[theirs.pk]),
        "autosave": reverse("journal:autosave", args=[theirs.pk]),
    }
    return JsonResponse({"said": said, **more}, status=409)


# -- sharing and removing -------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who else can read it."""
    found = _own(request, pk)
    form = ShareForm(sent(request), reflection=found)
    if form.is_bound and form.is_valid():
        place, readers = form.chosen
        try:
            actions.share(reflection=found, place=place, readers=readers)
            messages.success(request, "Your reflection is shared. You can take it back at any time.")
            return see(found)
        except CannotShare as refused:
            form.add_error("choice", refused.words)
        except NotThere as gone:
            raise Http404 from gone
    about, _ = things.names_of([found], request.user).get(found.pk, ("", ""))
    context = {
        "form": form,
        "reflection": found,
        "heading": heading_of(found, about),
        "audience": audience_of(found, request.user),
    }
    return render(request, "journal/share.html", context)


@require_POST
@signed_in_to_send(_HOME)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep it for oneself again."""
    found = _own(request, pk)
    if actions.take_back(reflection=found):
        messages.success(request, "Nobody else can read this reflection now.")
    return see(found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether it shall go, and see to it."""
    found = _mine(request, pk)
    if request.method == "POST":
        if actions.remove(reflection=found):
            messages.success(request, "Your reflection is removed. You can bring it back for 30 days.")
        return see(_HOME)
    if found.removed_at:
        raise Http404
    about, _ = things.names_of([found], request.user).get(found.pk, ("", ""))
    return render(request, "journal/remove.html", {"reflection": found, "heading": heading_of(found, about)})


@require_POST
@signed_in_to_send(_HOME)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring back what one has removed."""
    found = _mine(request, pk)
    try:
        if actions.restore(reflection=found):
            messages.success(request, "Your reflection is back. Only you can read it.")
    except NotThere as gone:
        raise Http404 from gone
    return see(found)
