"""The page behind a link for somebody without an account: it asks, and acts on a POST alone."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guests import actions
from guests.enums import Answer
from guests.forms import QuestionForm
from guests.models import GuestLink
from guests.registry import Done, GuestKind, kinds
from guests.views.answers import sent, too_often
from kit.times import date_of
from members.errors import NotOpen, TooOften
from members.limits import spend

# Answered, it is still a page to come back to; what is gone is gone (RFC 9110, section 15.5.11).
_CLOSED = {
    Answer.YES: ("You have said yes", "This is answered. Nothing more is needed from you.", 200),
    Answer.NO: ("You have said no", "Thank you for letting us know. You need not do anything more.", 200),
    "revoked": ("This link no longer works", "Whoever sent it to you has taken it back.", 410),
    "ended": ("This link no longer works", "It could be answered until {until}.", 410),
    "gone": (
        "This is no longer needed",
        "What you were asked for has been answered, taken back or has ended.",
        410,
    ),
}


@sensitive_post_parameters("password")
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """What a link asks; an answer or a question by POST. A GET, or any number of them, changes nothing."""
    link = GuestLink.objects.by_token(token)
    kind = kinds.get(link.kind) if link else None
    if link is None or kind is None:
        raise Http404
    serves = kind.serve if link.is_open(timezone.now()) else None
    response = serves(request, link) if serves else _answered_for(request, link, kind)
    # With "no-referrer" browsers also hide from us where a form comes from, and its token would be refused.
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _answered_for(request: HttpRequest, link: GuestLink, kind: GuestKind) -> HttpResponse:
    ask = kind.describe(link, request.user) if link.is_open(timezone.now()) else None
    if ask is None:
        return _closed(request, link)
    form = None if ask.hindrance else kind.form(link, request.user, None)
    page = {"link": link, "kind": kind, "ask": ask, "form": form, "question": QuestionForm()}
    if request.method != "POST":
        return _show(request, page)
    try:
        spend(request, "guest_answer", key=str(link.pk))
        return _take(request, page)
    except TooOften as error:
        return too_often(_show(request, {**page, **_filled(request, page), "error": error.words}), error)
    except NotOpen:
        return redirect(request.path)


def _filled(request: HttpRequest, page: dict[str, Any]) -> dict[str, Any]:
    """The forms as they were sent, so that nothing is lost."""
    if request.POST.get("do") == "ask":
        return {"question": QuestionForm(request.POST)}
    form = page["form"] and page["kind"].form(page["link"], request.user, request.POST)
    return {"form": form}


def _take(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """Do what was sent.

    Raises:
        NotOpen: it came too late.
    """
    do = request.POST.get("do")
    if do == "ask":
        return _question(request, page)
    if do == "no":
        actions.answer(link=page["link"], user=request.user, yes=False)
        return redirect(request.path)
    if do == "yes" and not page["ask"].hindrance:
        return _yes(request, page)
    return _show(request, page, status=409)


def _yes(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    link, kind = page["link"], page["kind"]
    form: BaseForm | None = kind.form(link, request.user, request.POST)
    if form is not None and not form.is_valid():
        return _show(request, {**page, "form": form})
    given = form.cleaned_data if form else {}
    done = actions.answer(link=link, user=request.user, yes=True, **given)
    return _go_on(request, done) if done else redirect(request.path)


def _go_on(request: HttpRequest, done: Done) -> HttpResponse:
    """Sign in whoever has made an account, and lead them to what they have said yes to."""
    where = done.url or request.path
    answer = redirect(where)
    if done.person is not None:
        with transaction.atomic():
            answer = perform_login(request, done.person, email_verification="none", redirect_url=where)
    messages.success(request, done.said)
    return answer


def _question(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    form = QuestionForm(sent(request))
    if not form.is_valid():
        return _show(request, {**page, "question": form})
    actions.ask_question(link=page["link"], text=form.cleaned_data["text"])
    messages.success(request, "Your question is on its way. The answer comes to your email address.")
    return redirect(request.path)


def _show(request: HttpRequest, page: dict[str, Any], status: int = 200) -> HttpResponse:
    form, question, ask = page["form"], page["question"], page["ask"]
    wrong = next((one for one in (form, question) if one is not None and one.errors), None)
    context = {
        **page,
        "wrong": wrong,
        "until": date_of(page["link"].expires_at),
        "can_ask": page["link"].asked_by_id is not None,
        "asks": f"{ask.asker} asks you",
    }
    return render(request, "guests/guest.html", context, status=status)


def _closed(request: HttpRequest, link: GuestLink) -> HttpResponse:
    """That nothing can be answered any more, and why; nothing of what it was about."""
    if link.answer:
        what: str = link.answer
    elif link.revoked_at:
        what = "revoked"
    else:
        what = "gone" if link.is_open(timezone.now()) else "ended"
    title, text, status = _CLOSED[what]
    context = {"title": title, "text": text.format(until=date_of(link.expires_at)), "yes": what == Answer.YES}
    return render(request, "guests/closed.html", context, status=status)
