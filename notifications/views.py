"""The bell's list, what is read, and which mails one gets."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.answers import page_at, see, sent, signed_in_to_send
from members.requests import person_of
from notifications import actions, mails
from notifications.forms import MailChoiceForm
from notifications.models import Notification
from notifications.news import readable

_ON_A_PAGE = 30
_ORDER = ("-created_at", "-id")


_signed_in = signed_in_to_send("notifications:list")


@require_safe
@login_required
def news_list(request: HttpRequest) -> HttpResponse:
    """One's notifications, newest first."""
    rows = Notification.objects.visible_to(request.user).select_related("actor")
    page = page_at(request, rows, order=_ORDER, size=_ON_A_PAGE)
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
        return see("notifications:list")
    return see(found[0].url)


@require_POST
@_signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read all that the person has been shown."""
    shown = request.POST.get("up_to", "")
    up_to = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 19 else None
    if actions.mark_read(person=person_of(request), up_to=up_to):
        messages.success(request, "All marked as read.")
    return see("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose_mails(request: HttpRequest) -> HttpResponse:
    """Which mails one gets."""
    profile = getattr(request.user, "profile", None)
    form = MailChoiceForm(sent(request), instance=profile)
    if form.is_valid():
        actions.choose_mails(person=person_of(request), **form.cleaned_data)
        messages.success(request, "Saved.")
        return see("notifications:settings")
    return render(request, "notifications/settings.html", {"form": form})


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mails by a link in one, without signing in; only a POST does it (RFC 8058).

    A mail program posts here without a cookie or a token of ours: the signature in the address stands in
    for both, and all that can be done with it is to stop these mails.
    """
    email = mails.address_of(token)
    stop = None if email else mails.stop_of(token)
    if not email and stop is None:
        raise Http404
    done = request.method == "POST"
    if done and email:
        actions.stop_writing(email=email)
    elif done and stop:
        actions.choose_mails(person=stop.person, **stop.choice)
    every = bool(email) or (stop is not None and stop.every)
    response = _show_stopped(request, done=done, every=every, token=token if email else "")
    response["Referrer-Policy"] = "no-referrer"
    return response


def _show_stopped(request: HttpRequest, *, done: bool, every: bool, token: str) -> HttpResponse:
    """Ask whether to stop, or say that it is done. A letter's token also leads to undoing it."""
    context = {"done": done, "every": every, "token": token}
    return render(request, "notifications/unsubscribe.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_again(request: HttpRequest, token: str) -> HttpResponse:
    """Let us write to an address again, by the link from the page that stopped it; a POST with a token does it."""
    email = mails.address_of(token)
    if not email:
        raise Http404
    done = request.method == "POST"
    if done:
        actions.write_again(email=email)
    response = render(request, "notifications/write_again.html", {"done": done})
    # With "no-referrer" browsers also hide from us where a form comes from, and its token would be refused.
    response["Referrer-Policy"] = "strict-origin"
    return response
