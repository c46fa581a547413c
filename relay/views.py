"""One's messages, and writing one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.answers import page_at, see, sent, signed_in_to_send
from members import second_step
from members.audience import Audience
from members.errors import TooOften
from members.limits import spend, too_often
from members.models import User
from members.requests import person_of
from relay import actions, rows
from relay.errors import RelayError, TakesNoMessages
from relay.forms import MessageForm
from relay.models import GONE, Conversation, Message, Report, refusal

_CONVERSATIONS_ON_A_PAGE = 20
_MESSAGES_ON_A_PAGE = 20
_ORDER = ("-last_at", "-id")


@require_safe
@login_required
def conversations(request: HttpRequest) -> HttpResponse:
    """With whom one writes, the latest first."""
    me = person_of(request)
    page = page_at(
        request,
        Conversation.objects.visible_to(me).select_related("first", "second", "last"),
        order=_ORDER,
        size=_CONVERSATIONS_ON_A_PAGE,
    )
    context = {
        "rows": rows.conversation_rows(page.rows, me),
        "newer_url": page.previous and f"?cursor={page.previous}",
        "older_url": page.next and f"?cursor={page.next}",
    }
    return render(request, "relay/list.html", context)


def _own(request: HttpRequest, pk: int) -> Conversation:
    """A conversation of one's own, with both people.

    Raises:
        Http404: it is not theirs.
    """
    own = Conversation.objects.visible_to(request.user)
    return get_object_or_404(own.select_related("first__profile", "second__profile"), pk=pk)


def _audience(name: str) -> Audience:
    return Audience(
        kind="self",
        text=f"Only you and {name} can read this. Neither of you sees the other’s email address. The programme team "
        "reads a message only if one of you reports it.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """What two people have written, and the place to answer."""
    found = _own(request, pk)
    form = MessageForm(sent(request))
    if form.is_bound:
        return _sent(request, found.other(person_of(request)), found, form)
    return _conversation(request, found, form)


def _conversation(
    request: HttpRequest, found: Conversation, form: MessageForm, status: int = 200
) -> HttpResponse:
    me = person_of(request)
    page = page_at(request, found.messages.all(), order=("-number",), size=_MESSAGES_ON_A_PAGE)
    refused = found.refusal(me)
    shown = rows.message_rows(reversed(page.rows), found, me)
    other = found.other(me)
    context = {
        "conversation": found,
        "other": other,
        "name": rows.who(other)["name"],
        "page_of": other if other and other.can_see(me) else None,
        "rows": shown,
        "new": sum(row["is_new"] for row in shown),
        "up_to": shown[-1]["number"] if shown else 0,
        "later_url": page.previous and f"?cursor={page.previous}",
        "earlier_url": page.next and f"?cursor={page.next}",
        "form": form,
        "refused": refused.words if refused else "",
        "stopped": found.stopped_by(me),
        "audience": _audience(rows.who(other)["name"]),
        "draft_key": f"message-{other.pk if other else 0}",
    }
    return render(request, "relay/conversation.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A first message to somebody whose page one can open; with whom one has written, one goes on there."""
    me = person_of(request)
    other = get_object_or_404(User.objects.select_related("profile"), pk=pk)
    before = (
        Conversation.objects.between(me, other).select_related("first__profile", "second__profile").first()
    )
    if other.pk == me.pk or not (before or other.can_see(me)):
        raise Http404
    if request.method != "POST" and before:
        return redirect(before)
    form = MessageForm(sent(request))
    if form.is_bound:
        return _sent(request, other, before, form)
    return _write(request, other, form)


def _write(request: HttpRequest, other: User, form: MessageForm, status: int = 200) -> HttpResponse:
    refused = refusal(person_of(request), other, None)
    context = {
        "other": other,
        "name": other.name,
        "form": form,
        "refused": refused.words if refused else "",
        "audience": _audience(other.name),
        "draft_key": f"message-{other.pk}",
    }
    return render(request, "relay/write.html", context, status=status)


def _sent(
    request: HttpRequest, other: User | None, before: Conversation | None, form: MessageForm
) -> HttpResponse:
    """Send what stands in the form, or show it again with what is wrong."""
    status, wait = 200, None
    if form.is_valid():
        try:
            _spend(request, other, before)
            return _send(request, other, form)
        except RelayError as refused:
            form.add_error("text", refused.words)
            status = 409
        except TooOften as error:
            form.add_error("text", error.words)
            wait = error
    if before:
        response = _conversation(request, before, form, status)
    else:
        response = _write(request, other, form, status)  # type: ignore[arg-type]
    return too_often(response, wait) if wait else response


def _spend(request: HttpRequest, other: User | None, before: Conversation | None) -> None:
    """Count a try. To somebody who has not answered one writes less often than in a conversation.

    Raises:
        TooOften: there were too many.
    """
    me = person_of(request)
    spend(request, "message")
    if not (before and before.has_answered(me)):
        spend(request, "message_to", key=f"{me.pk} {other.pk if other else 0}")


def _send(request: HttpRequest, other: User | None, form: MessageForm) -> HttpResponse:
    me = person_of(request)
    if other is None:
        raise TakesNoMessages(GONE)
    message = actions.send(
        writer=me,
        recipient=other,
        text=form.cleaned_data["text"],
        request_key=form.cleaned_data["request_key"],
    )
    messages.success(request, f"Your message is sent to {other.name}.")
    return see(message.get_absolute_url())


@require_POST
@signed_in_to_send("relay:list")
def open_conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read what one has been told of, and go there."""
    found = _own(request, pk)
    shown = request.POST.get("up_to", "")
    up_to = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else found.last_number
    first_new = found.read_by(person_of(request)) + 1
    actions.mark_read(person=person_of(request), conversation=found, up_to=up_to)
    return see(f"{found.get_absolute_url()}#message-{min(first_new, found.last_number)}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the other shall write no more, and see to it."""
    found = _own(request, pk)
    name = rows.who(found.other(person_of(request)))["name"]
    if request.method == "POST":
        if actions.stop(person=person_of(request), conversation=found):
            messages.success(request, f"{name} can no longer write to you.")
        return see(found.get_absolute_url())
    return render(request, "relay/stop.html", {"conversation": found, "name": name})


@require_POST
@signed_in_to_send("relay:list")
def allow(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the other write again."""
    found = _own(request, pk)
    if actions.allow(person=person_of(request), conversation=found):
        name = rows.who(found.other(person_of(request)))["name"]
        messages.success(request, f"{name} can write to you again.")
    return see(found.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happens when a message is reported, and report it."""
    own = Message.objects.visible_to(request.user)
    message = get_object_or_404(own.select_related("author", "conversation"), pk=pk)
    if not message.can_report(request.user):
        raise Http404
    if request.method == "POST":
        actions.report(person=person_of(request), message=message)
        messages.success(request, "The programme team has the message and will look at it.")
        return see(message.get_absolute_url())
    context = {
        "message": message,
        "row": rows.message_rows([message], message.conversation, person_of(request))[0],
    }
    return render(request, "relay/report.html", context)


@require_safe
@login_required
@second_step.lists_people  # of two people, and what one wrote to the other alone
def reported(request: HttpRequest, pk: int) -> HttpResponse:
    """A message that was reported, for the programme team."""
    found = Report.objects.visible_to(request.user).select_related("message__author", "person")
    shown = get_object_or_404(found, pk=pk)
    context = {
        "report": shown,
        "author": rows.who(shown.message.author)["name"],
        "reporter": rows.who(shown.person)["name"],
        "back_url": reverse("notifications:list"),
    }
    return render(request, "relay/reported.html", context)
