"""Showing the programme, its modules and the library. Wagtail finds the page and gives it to its view."""

from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from files.kinds import disposition
from kit.times import now_here
from learning import actions, filters, rules
from learning.course import modules_below
from learning.enums import Licence
from learning.errors import UnknownStep
from learning.forms import StartForm
from learning.library import look, paths
from learning.models import CollectionPage, GuidancePage, LibraryPage, ModulePage, ModulesPage, ProgrammePage
from learning.offline import self_contained
from learning.path import around_of, done_steps, own_step, path_of, themes_of
from learning.resource import as_published, as_written, downloads_of, library_address, read_next, way_of
from learning.suggestions import suggestions
from learning.tonight import USUAL_START, as_text, exercises, order_of
from members.pages import addresses


def programme(request: HttpRequest, page: ProgrammePage) -> HttpResponse:
    """What the programme is, and who may apply."""
    modules = modules_below(page.path, request.user)
    above = modules[0].url.rstrip("/").rsplit("/", 1)[0] + "/" if modules else ""
    context = {"page": page, "modules": modules, "modules_url": above}
    return render(request, "learning/programme_page.html", context)


def modules(request: HttpRequest, page: ModulesPage) -> HttpResponse:
    """The modules, with how far one is in each."""
    listed = modules_below(page.path, request.user)
    may_tick = rules.can_tick(request.user)
    done = done_steps([module.pk for module in listed], request.user) if may_tick else {}
    rows = [
        (module, len({step.key for step in module.steps} & done.get(module.pk, frozenset())))
        for module in listed
    ]
    context = {"page": page, "rows": rows, "may_tick": may_tick}
    return render(request, "learning/modules_page.html", context)


def module(request: HttpRequest, page: ModulePage) -> HttpResponse:
    """One module: what it is about, its half-days, and its path."""
    around = around_of(page, request.user)
    context = {
        "page": page,
        "around": around,
        "path": path_of(page, request.user, around),
        "may_tick": rules.can_tick(request.user),
        "themes": themes_of(page, is_preview=getattr(request, "is_preview", False)),
    }
    return render(request, "learning/module_page.html", context)


@require_POST
def tick(request: HttpRequest, pk: int, step: UUID) -> HttpResponse:
    """Tick a step off, or take the tick back: the form says what it is to become, so twice does no harm."""
    page = get_object_or_404(ModulePage.objects.visible_to(request.user), pk=pk)
    address = addresses({page.pk: page.url_path})[page.pk]
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    if not rules.can_tick(request.user):
        raise Http404
    act = actions.untick if request.POST.get("done") == "0" else actions.tick
    try:
        act(person=request.user, module=page, step=step)
    except UnknownStep as error:
        raise Http404 from error
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{address}#step-{step}")
    path, own, stage = own_step(page, step, request.user)
    context = {"page": page, "path": path, "own": own, "stage": stage, "may_tick": True, "swapped": True}
    return render(request, "learning/_ticked.html", context)


def library(request: HttpRequest, page: LibraryPage) -> HttpResponse:
    """The library, narrowed as the address asks."""
    wanted = filters.read(request.GET)
    context = {
        "page": page,
        "wanted": wanted,
        "q": wanted.text,
        "search_label": "Search guidance",
        "suggest_url": reverse("learning:suggestions"),
        "found": look(request.user, wanted),
        "paths": paths(request.user) if wanted.is_plain else [],
        "sorts": wanted.sorts,
        "filter_count": wanted.number_of_filters,
        "clear_url": wanted.cleared().query if wanted.number_of_filters else "",
    }
    response = render(request, "learning/library_page.html", context)
    if not wanted.is_plain:  # there is no end of addresses: only the library itself is kept for visitors
        response.is_public_page = False  # type: ignore[attr-defined]
    return response


def guidance(request: HttpRequest, page: GuidancePage) -> HttpResponse:
    """One resource: in short, then the thing itself, then what to read next."""
    about = as_written(page) if getattr(request, "is_preview", False) else as_published(page)
    context = {
        "page": page,
        "about": about,
        "related": read_next(page, about, request.user),
        "downloads": downloads_of(about, request),
        "licence": Licence(page.licence) if page.licence else None,
        "reviewed": page.reviewed_on or page.last_published_at or page.first_published_at,
        "library_url": library_address(page),
        "can_run": bool(page.pk and exercises(page.body.raw_data)),
    }
    return render(request, "learning/guidance_page.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What somebody may be about to type, as options of the field's list."""
    found = suggestions(request.user, request.GET.get("q", ""))
    return render(request, "learning/_suggestions.html", {"suggestions": found})


@require_safe
def tonight(request: HttpRequest, pk: int) -> HttpResponse:
    """A running order made of a resource's exercises: to print, or to send."""
    page = get_object_or_404(GuidancePage.objects.visible_to(request.user), pk=pk)
    if not exercises(page.body.raw_data):
        raise Http404
    form = StartForm(request.GET if "at" in request.GET else None)
    starts = form.cleaned_data["at"] if form.is_bound and form.is_valid() else USUAL_START
    order = order_of(page.body.raw_data, starts)
    context = {
        "page": page,
        "trail": [
            {"title": "Guidance", "url": library_address(page)},
            {"title": page.title, "url": addresses({page.pk: page.url_path})[page.pk]},
        ],
        "form": form,
        "order": order,
        "mail": urlencode({"subject": page.title, "body": as_text(page.title, order)}, quote_via=quote),
    }
    return render(request, "learning/tonight.html", context)


@require_safe
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of guidance or a module in one file, to read where there is no line."""
    page: GuidancePage | ModulePage | None = (
        GuidancePage.objects.visible_to(request.user).filter(pk=pk).first()
    )
    page = page or get_object_or_404(ModulePage.objects.visible_to(request.user), pk=pk)
    path = path_of(page, request.user) if isinstance(page, ModulePage) else None
    written = render_to_string("learning/_copy.html", {"page": page, "path": path}, request=request)
    context = {
        "page": page,
        "content": mark_safe(self_contained(written, request.user, site=settings.SITE_URL)),
        "address": settings.SITE_URL + addresses({page.pk: page.url_path})[page.pk],
        "today": now_here(),
    }
    response = render(request, "learning/copy.html", context)
    response["Content-Disposition"] = disposition(f"{page.slug}.html", inline=False)
    return response


def collection(request: HttpRequest, page: CollectionPage) -> HttpResponse:
    """A path through resources."""
    way = way_of(page, request.user, is_preview=getattr(request, "is_preview", False))
    minutes = sum(one.resource.minutes or one.resource.minutes_to_read for one in way)
    context = {"page": page, "way": way, "minutes": minutes, "library_url": library_address(page)}
    return render(request, "learning/collection_page.html", context)
