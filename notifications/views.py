"""The bell's list, what is read, and which mails one gets."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit import keyset
from members.requests import person_of
from notifications import actions, mails
from notifications.forms import MailChoiceForm
from notifications.models import Notification
from notifications.news import readable

_ON_A_PAGE = 30
_ORDER = ("-created_at", "-id")


def _signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sign in first, then see the list: the address of a POST is no page to come back to."""

    @wraps(view)
    def checked(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("notifications:list"))
        return view(request, **kwargs)

    return checked


@require_safe
@login_required
def news_list(request: HttpRequest) -> HttpResponse:
    """One's notifications, newest first."""
    rows = Notification.objects.visible_to(request.user).select_related("actor")
    try:
        page = keyset.page(rows, order=_ORDER, cursor=request.GET.get("cursor", ""), size=_ON_A_PAGE)
    except keyset.BadCursor as error:
        raise Http404 from error
    news = readable(page.rows, person_of(request))
    unread = sum(row.read_at is None for row in page.rows)
    context = {
        "news": news,
        "unseen": unread - sum(item.unread for item in news),
        "newest": max((row.pk for row in page.rows), default=0),
        "newer_url": page.previous and f"?cursor={page.previous}",
        "older_url": page.next and f"?cursor={page.next}",
    }
    return render(request, "notifications/list.html", context)


@require_POST
@_signed_in
def open_news(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    row = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    actions.mark_read(person=person_of(request), only=row.pk)
    found = readable([row], person_of(request))
    if not found:
        messages.info(request, "That is no longer there, or no longer yours to see.")
        return _see(request, "notifications:list")
    return HttpResponseRedirect(found[0].url, status=303)


@require_POST
@_signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read all that the person has been shown."""
    shown = request.POST.get("up_to", "")
    up_to = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 19 else None
    if actions.mark_read(person=person_of(request), up_to=up_to):
        messages.success(request, "All marked as read.")
    return _see(request, "notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose_mails(request: HttpRequest) -> HttpResponse:
    """Which mails one gets."""
    profile = getattr(request.user, "profile", None)
    form = MailChoiceForm(request.POST if request.method == "POST" else None, instance=profile)
    if form.is_valid():
        actions.choose_mails(person=person_of(request), **form.cleaned_data)
        messages.success(request, "Saved.")
        return _see(request, "notifications:settings")
    return render(request, "notifications/settings.html", {"form": form})


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mails by a link in one, without signing in; only a POST does it (RFC 8058).

    A mail program posts here without a cookie or a token of ours: the signature in the address stands in
    for both, and all that can be done with it is to stop these mails.
    """
    stop = mails.stop_of(token)
    if stop is None:
        raise Http404
    done = request.method == "POST"
    if done:
        actions.choose_mails(person=stop.person, **stop.choice)
    response = render(request, "notifications/unsubscribe.html", {"done": done, "every": stop.every})
    response["Referrer-Policy"] = "no-referrer"
    return response


def _see(request: HttpRequest, name: str) -> HttpResponse:
    response = redirect(name)
    response.status_code = 303
    return response
