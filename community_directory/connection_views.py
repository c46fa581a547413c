"""Links between communities: proposed, introduced, answered, looked after; and what is suggested."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from community_directory import actions
from community_directory.enums import Answer, ConnectionState
from community_directory.errors import DirectoryError, WrongState
from community_directory.forms import ConnectionCareForm, ConnectionForm, IntroduceForm
from community_directory.introducing import may_introduce_to_others
from community_directory.models import Community, Connection, Suggestion
from community_directory.words import ACCEPTED, DECLINED, FINISHED
from kit import search
from kit.answers import sent, status
from members.errors import TooOften
from members.limits import spend, too_often
from members.requests import person_of

_NOT_BOTH = (
    "This could not be sent: one of the two communities is no longer in the directory, or no longer yours."
)
_NOT_THESE = (
    "This could not be sent: one of the two has left the directory, or you may no longer introduce them."
)
_TOO_LATE = "This could not be saved: the connection has ended, or you no longer look after it."
_PROPOSED = {
    "proposed": "Sent. Its conveners will see it and can say yes.",
    "accepted": "You are connected: they had asked you too.",
}
_INTRODUCED = {
    "introduced": "Sent. The conveners of both will see it. If both say yes, they are connected.",
    "proposed": "One of the two has asked the other already.",
    "accepted": "They are connected already.",
}
_show_and_send = require_http_methods(["GET", "HEAD", "POST"])


@_show_and_send
def connection_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A convener proposes a link from one of theirs to this community."""
    target = get_object_or_404(Community.objects.visible_to(request.user).listed(), slug=slug)
    if not request.user.is_authenticated:
        raise Http404
    chosen = {"source": request.GET.get("from", "")}
    form = ConnectionForm(sent(request), person=person_of(request), target=target, initial=chosen)
    if not form.own:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "connect")
            connection = actions.propose_connection(
                source=form.cleaned_data["source"],
                target=target,
                person=person_of(request),
                reason=form.cleaned_data["reason"],
                kind=form.cleaned_data["kind"],
            )
        except DirectoryError:
            form.add_error(None, _NOT_BOTH)
        except TooOften as error:
            form.add_error(None, error.words)
            return too_often(_connect(request, form, target), error)
        else:
            messages.success(request, _PROPOSED[connection.state])
            return redirect(target)
    return _connect(request, form, target)


def _connect(request: HttpRequest, form: ConnectionForm, target: Community) -> HttpResponse:
    shown = {"form": form, "community": target}
    return render(request, "community_directory/connect.html", shown, status=status(form))


@_show_and_send
def introduce(request: HttpRequest, slug: str) -> HttpResponse:
    """A facilitator or a friend of both introduces two communities to each other."""
    community = get_object_or_404(Community.objects.visible_to(request.user).listed(), slug=slug)
    if not request.user.is_authenticated or not may_introduce_to_others(person_of(request), community):
        raise Http404
    person, text = person_of(request), request.GET.get("q", "").replace("\x00", " ")[: search.LONGEST].strip()
    form = IntroduceForm(sent(request), person=person, community=community, text=text)
    shown = {"form": form, "community": community, "q": text, "here": request.path}
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "connect")
            connection = actions.introduce(
                first=community,
                second=form.cleaned_data["other"],
                person=person,
                reason=form.cleaned_data["reason"],
            )
        except DirectoryError:
            form.add_error(None, _NOT_THESE)
        except TooOften as error:
            form.add_error(None, error.words)
            return too_often(render(request, "community_directory/introduce.html", shown), error)
        else:
            messages.success(request, _INTRODUCED[connection.state])
            return redirect(community)
    return render(request, "community_directory/introduce.html", shown, status=status(form))


@login_required
@_show_and_send
def connection_care(request: HttpRequest, pk: int) -> HttpResponse:
    """A convener says what a link is for, when to look at it again and what came of it."""
    own = Connection.objects.visible_to(request.user).select_related("source", "target")
    connection = get_object_or_404(own, pk=pk)
    if not connection.can_look_after(request.user):
        raise Http404
    form = ConnectionCareForm(sent(request), instance=connection)
    if request.method == "POST" and form.is_valid():
        try:
            actions.look_after_connection(connection=connection, person=person_of(request), **form.written())
        except DirectoryError:
            form.add_error(None, _TOO_LATE)
        else:
            messages.success(request, "Saved. Both pages show what it is for and what came of it.")
            return redirect("community_directory:mine")
    mine = connection.source if connection.source.can_edit(request.user) else connection.target
    shown = {"form": form, "connection": connection, "mine": mine, "other": connection.other(mine)}
    return render(request, "community_directory/connection.html", shown, status=status(form))


def _answer(
    request: HttpRequest, pk: int, act: Callable[..., Connection], done: dict[str, str]
) -> HttpResponse:
    """Answer or end one of the links of one's own communities, and say what became of it."""
    own = Connection.objects.visible_to(request.user)
    connection = get_object_or_404(own.select_related("source", "target"), pk=pk)
    introduced = connection.state == ConnectionState.INTRODUCED
    try:
        connection = act(connection=connection, person=person_of(request))
    except WrongState:
        messages.warning(request, "That has been answered already.")
    except DirectoryError as error:
        raise Http404 from error
    else:
        messages.success(request, done["introduced" if introduced else connection.state])
    return redirect("community_directory:mine")


@require_POST
def connection_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes."""
    return _answer(request, pk, actions.accept_connection, ACCEPTED)


@require_POST
def connection_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """No, for now."""
    return _answer(request, pk, actions.decline_connection, DECLINED)


@require_POST
def connection_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Taken back, or ended."""
    return _answer(request, pk, actions.end_connection, FINISHED)


_ANSWERED = {
    Answer.LATER: "We will suggest {} again in three months.",
    Answer.NO: "We will not suggest {} again.",
}


@require_POST
def suggestion_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A convener puts a suggestion off, for now or for good."""
    own = Suggestion.objects.visible_to(request.user).select_related("community", "other")
    suggestion = get_object_or_404(own, pk=pk)
    answer = request.POST.get("answer")
    if answer not in Answer.values:
        return HttpResponse("There is no such answer.", status=400, content_type="text/plain")
    try:
        actions.answer_suggestion(suggestion=suggestion, person=person_of(request), answer=Answer(answer))
    except (DirectoryError, Suggestion.DoesNotExist) as error:
        raise Http404 from error
    messages.success(request, _ANSWERED[Answer(answer)].format(suggestion.other.name))
    return redirect(f"{suggestion.community.get_absolute_url()}#worth-meeting")
