"""Pages of what communities offer and ask."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_directory import actions, exchanges
from community_directory.enums import ExchangeKind
from community_directory.errors import DirectoryError
from community_directory.forms import ExchangeAnswerForm, ExchangeForm
from community_directory.models import Community, Exchange
from kit.answers import page_at, sent, status
from kit.caching import public
from members.errors import TooOften
from members.limits import spend, too_often
from members.requests import person_of

_SIZE = 20
_TOO_LATE = "This could not be sent: it has been closed meanwhile."
_NOT_YOURS = "This could not be saved: the community has left the directory, or you no longer convene it."
_show_and_send = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What communities offer and ask now, the newest first."""
    kind = request.GET.get("kind", "")
    if kind not in ("", *ExchangeKind.values):
        raise Http404
    part = page_at(request, exchanges.listed(kind), order=("-id",), size=_SIZE)
    narrowed = f"kind={kind}&" if kind else ""
    shown = {
        "who": exchanges.EVERYBODY,
        "items": [exchanges.shown(row) for row in part.rows],
        "choices": exchanges.choices(kind),
        "newer_url": f"?{narrowed}cursor={part.previous}" if part.previous else "",
        "older_url": f"?{narrowed}cursor={part.next}" if part.next else "",
    }
    return public(request, render(request, "community_directory/exchanges.html", shown))


def _find(request: HttpRequest, pk: int) -> Exchange:
    seen = Exchange.objects.visible_to(request.user).select_related("community")
    return get_object_or_404(seen, pk=pk)


@_show_and_send
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer or ask; a member of the network answers it here."""
    found = _find(request, pk)
    shown = exchanges.context(found, request.user)
    if request.method == "POST" and not (shown["can_answer"] or shown["mine"]):
        raise Http404
    form = ExchangeAnswerForm(sent(request)) if shown["can_answer"] or request.method == "POST" else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            spend(request, "exchange_answer")
            actions.answer_exchange(exchange=found, person=person_of(request), note=form.cleaned_data["note"])
        except DirectoryError:
            form.add_error(None, _TOO_LATE)
        except TooOften as error:
            form.add_error(None, error.words)
            return too_often(_show(request, shown, form), error)
        else:
            messages.success(request, "Sent. The community’s conveners can read it now.")
            return redirect(found)
    return _show(request, shown, form)


def _show(request: HttpRequest, shown: dict[str, object], form: ExchangeAnswerForm | None) -> HttpResponse:
    code = status(form) if form else 200
    return render(request, "community_directory/exchange.html", shown | {"form": form}, status=code)


@login_required
@_show_and_send
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A convener posts an offer or an ask."""
    own = Community.objects.led_by(request.user).listed()
    community = get_object_or_404(own, slug=slug)
    form = ExchangeForm(sent(request), initial={"kind": request.GET.get("kind", "")})
    shown = {"form": form, "community": community}
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "exchange")
            made = actions.post_exchange(community=community, person=person_of(request), **form.written())
        except DirectoryError:
            form.add_error(None, _NOT_YOURS)
        except TooOften as error:
            form.add_error(None, error.words)
            return too_often(render(request, "community_directory/exchange_new.html", shown), error)
        else:
            messages.success(request, "It is shown now. We tell you when somebody answers.")
            return redirect(made)
    return render(request, "community_directory/exchange_new.html", shown, status=status(form))


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """A convener, or an editor, takes it off."""
    found = _find(request, pk)
    try:
        actions.close_exchange(exchange=found, person=person_of(request))
    except DirectoryError as error:
        raise Http404 from error
    messages.success(request, "Closed. It is no longer shown.")
    own = found.community.can_edit(request.user)
    return redirect("community_directory:mine" if own else "community_directory:exchanges")
