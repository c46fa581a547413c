"""What is on, one session, and one's own calendar address."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cohorts import actions, listing
from cohorts.enums import SessionKind
from cohorts.models import CalendarFeed, Material, Session
from kit import caching, keyset
from members.pages import addresses

_TITLES = {
    "ahead": "Sessions ahead",
    "undated": "Sessions whose date is to be set",
    "past": "Sessions that are over",
}


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in SessionKind.values else ""


def _trail() -> list[dict[str, str]]:
    return [{"title": "Home", "url": "/"}, {"title": "Calendar", "url": _address()}]


def _address(kind: str = "", show: str = "", cursor: str = "") -> str:
    query = {name: value for name, value in (("show", show), ("kind", kind), ("cursor", cursor)) if value}
    return reverse("cohorts:calendar") + (f"?{urlencode(query)}" if query else "")


def _kinds(chosen: str, show: str) -> list[dict[str, str | bool]]:
    """The kinds to choose from."""
    choices = [("", "All"), *SessionKind.choices]
    return [{"label": label, "url": _address(value, show), "on": value == chosen} for value, label in choices]


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The sessions that one may see: those ahead by month, those to be dated, those that are over."""
    kind, show = _kind(request), request.GET.get("show", "")
    if show in _TITLES:
        return _part(request, show, kind)
    if request.GET.get("cursor"):
        raise Http404
    found = listing.overview(request.user, timezone.now(), kind)
    context = {
        "found": found,
        "kinds": _kinds(kind, ""),
        "kind": kind,
        "calendar_url": _address(),
        "ahead_url": _address(kind, "ahead", found.more_ahead) if found.more_ahead else "",
        "undated_url": _address(kind, "undated") if found.more_undated else "",
        "past_url": _address(kind, "past") if found.more_past else "",
    }
    return caching.public(request, render(request, "cohorts/calendar.html", context))


def _part(request: HttpRequest, show: str, kind: str) -> HttpResponse:
    """One of the three lists, page by page."""
    now = timezone.now()
    try:
        page = listing.part(request.user, now, show, request.GET.get("cursor", ""), kind)
    except keyset.BadCursor as error:
        raise Http404 from error
    rows = listing.rows(page.rows, request.user, now)
    context = {
        "title": _TITLES[show],
        "show": show,
        "months": listing.by_month(rows),
        "kinds": _kinds(kind, show),
        "trail": _trail(),
        "previous_url": _address(kind, show, page.previous) if page.previous else "",
        "next_url": _address(kind, show, page.next) if page.next else "",
        "calendar_url": _address(),
    }
    return caching.public(request, render(request, "cohorts/calendar_part.html", context))


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: when, where, how to join, and who else sees it."""
    found = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("module", "cohort", "circle"), pk=pk
    )
    module = found.module if found.module and found.module.can_see(request.user) else None
    is_over = found.is_over(timezone.now())
    context = {
        "session": found,
        "materials": _materials(request, found),
        "module": module,
        "module_url": addresses({module.pk: module.url_path})[module.pk] if module else "",
        "is_over": is_over,
        "may_join": found.can_join(request.user) and not is_over and not found.cancelled_at,
        "trail": _trail(),
    }
    response = render(request, "cohorts/session.html", context)
    return caching.public(request, response) if found.circle_id is None else response


def _materials(request: HttpRequest, session: Session) -> list[Material]:
    """What stands beside a session for whoever asks. One query; none for a visitor where only a cohort sees it."""
    if session.cohort_id is not None and not request.user.is_authenticated:
        return []
    seen = Material.objects.visible_to(request.user).filter(session=session).select_related("document")
    return [material for material in seen if material.is_open_to(request.user)]


@require_safe
@login_required
def feed(request: HttpRequest) -> HttpResponse:
    """One's own calendar address, and how to use it."""
    own = CalendarFeed.objects.visible_to(request.user).first()
    path = reverse("cohorts:feed_ics", args=[own.token]) if own else ""
    address = settings.SITE_URL + path
    context = {
        "feed": own,
        "path": path,
        "address": address,
        "subscribe_url": "webcal://" + address.partition("://")[2],
        "trail": _trail(),
    }
    return render(request, "cohorts/feed.html", context)


@require_POST
@login_required
def renew_feed(request: HttpRequest) -> HttpResponse:
    """Make an address, or a new one in place of the old."""
    asked = request.POST.get("instead_of", "")[:64]
    actions.renew_feed(person=request.user, instead_of=asked)  # type: ignore[arg-type]
    messages.success(
        request,
        "You have a new address. The old one no longer works."
        if asked
        else "Your calendar address is ready.",
    )
    return redirect("cohorts:feed")
