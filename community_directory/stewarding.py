"""The page of somebody who looks after a community without an account: all that they do there, by one link."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from community_directory import actions
from community_directory.actions.letters import STEWARD
from community_directory.enums import Alive, CommunityState, ConnectionState
from community_directory.errors import DirectoryError, WrongState
from community_directory.forms import CommunityForm, EndForm, HandOverForm
from community_directory.models import Community, Connection, Steward
from community_directory.outside import hears, nobody
from community_directory.page import context as page_context
from community_directory.standing import waiting_connections
from community_directory.words import (
    ACCEPTED,
    ALIVE_SAID,
    DECLINED,
    FINISHED,
    OUTSIDE_STEPS,
    STATE_COLOURS,
    plain_address,
)
from guests.models import GuestLink
from guests.registry import Ask, Done, GuestKind
from kit.answers import sent
from kit.times import date_of
from members.errors import NotOpen, TooOften
from members.limits import spend, too_often
from members.querysets import Person
from members.requests import person_of

_TOO_LATE = "That could not be done: it has changed since you opened the page."
_SENT = "Sent. An editor will read it, and we will write to you."
_ENDED = "It has ended, and has left the directory. Thank you for all that went into it."
_DOWN = "It is taken down. Nobody finds it any more."


def serve(request: HttpRequest, link: GuestLink) -> HttpResponse:
    """Everything about one community, for who holds the link. It acts on a POST alone.

    Raises:
        Http404: they look after it no more.
    """
    rows = Steward.objects.live().select_related("community__circle")
    steward = rows.filter(pk=link.target_id).first()
    if steward is None:
        raise Http404
    page = {"link": link, "steward": steward}
    if request.method != "POST":
        return _shown(request, page)
    try:
        spend(request, "guest_answer", key=str(link.pk))
        return _take(request, page)
    except TooOften as error:
        return too_often(_shown(request, {**page, "error": error.words}), error)
    except DirectoryError:
        messages.warning(request, _TOO_LATE)
        return redirect(request.path)


def _shown(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """The page, or the form with its texts, as it was sent if it was."""
    community = page["steward"].community
    changes = request.POST.get("do") == "change" or (request.method != "POST" and "change" in request.GET)
    if changes and community.state != CommunityState.ENDED:
        return _show_form(request, page, CommunityForm(sent(request), instance=community))
    return _show(request, page)


def _take(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """Do what was sent.

    Raises:
        DirectoryError: it came too late.
        TooOften: they have asked too many people to take it on.
    """
    take = _FORMS.get(request.POST.get("do", ""))
    if take:
        return take(request, page)
    return _step(request, page)


def _step(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """What needs no more than a click."""
    found = _STEPS.get(request.POST.get("do", ""))
    if found is None:
        return _show(request, page, status=400)
    act, said = found
    steward = page["steward"]
    act(community=steward.community, person=steward)
    messages.success(request, said)
    return redirect(request.path)


def _change(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    steward = page["steward"]
    community = steward.community
    if community.state == CommunityState.ENDED:
        messages.warning(request, _TOO_LATE)
        return redirect(request.path)
    name = community.name
    form = CommunityForm(sent(request), instance=community)
    if not form.is_valid():
        return _show_form(request, page, form, name)
    actions.edit_community(community=Community.objects.get(pk=community.pk), person=steward, **form.written())
    messages.success(request, "Saved. Everyone can see it now." if community.is_listed else "Saved.")
    return redirect(request.path)


def _end(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    form = EndForm(request.POST)
    if not form.is_valid():
        return _show(request, {**page, "end_form": form})
    steward = page["steward"]
    actions.end_community(community=steward.community, person=steward, **form.cleaned_data)
    messages.success(request, _ENDED)
    return redirect(request.path)


def _hand_over(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    form = HandOverForm(request.POST)
    if not form.is_valid():
        return _show(request, {**page, "hand_over_form": form})
    email = form.cleaned_data["email"]
    try:
        spend(request, "hand_over", key=str(page["steward"].community_id))
        spend(request, "list_outside_for", key=plain_address(email))
    except TooOften as error:
        form.add_error(None, error.words)
        return too_often(_show(request, {**page, "hand_over_form": form}), error)
    actions.offer_handover(steward=page["steward"], email=email)
    messages.success(request, f"We have asked {email}. Until they say yes, it stays with you.")
    return redirect(request.path)


def _to_account(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    if not request.user.is_authenticated:
        return _show(request, page, status=400)
    community = actions.take_to_account(steward=page["steward"], person=person_of(request))
    messages.success(request, "You convene it with your account now. The links in our mails no longer work.")
    return redirect(community)


def _connect(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    """Say yes or no to a community that would like to connect, or end a connection."""
    steward = page["steward"]
    key = request.POST.get("connection", "")
    rows = Connection.objects.open().of(steward.community).select_related("source", "target")
    connection = (
        rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    )
    act, said = _ANSWERS.get(request.POST.get("answer", ""), (None, {}))
    if act is None or connection is None:
        raise WrongState
    introduced = connection.state == ConnectionState.INTRODUCED
    found = act(connection=connection, person=steward)
    messages.success(request, said["introduced" if introduced else found.state])
    return redirect(request.path)


_ANSWERS: dict[str, tuple[Callable[..., Connection], dict[str, str]]] = {
    "yes": (actions.accept_connection, ACCEPTED),
    "no": (actions.decline_connection, DECLINED),
    "end": (actions.end_connection, FINISHED),
}
_FORMS: dict[str, Callable[[HttpRequest, dict[str, Any]], HttpResponse]] = {
    "change": _change,
    "connect": _connect,
    "end": _end,
    "hand-over": _hand_over,
    "to-account": _to_account,
}
_STEPS: dict[str, tuple[Callable[..., Community], str]] = {
    "submit": (actions.submit_community, _SENT),
    "alive": (partial(actions.say_alive, answer=Alive.YES), ALIVE_SAID[Alive.YES]),
    "resting": (partial(actions.say_alive, answer=Alive.RESTING), ALIVE_SAID[Alive.RESTING]),
    "take-down": (actions.take_down, _DOWN),
}


def _show(request: HttpRequest, page: dict[str, Any], status: int = 200) -> HttpResponse:
    steward = page["steward"]
    community = steward.community
    hand_over, end = page.get("hand_over_form"), page.get("end_form")
    was_listed = community.state == CommunityState.ENDED and community.published_at is not None
    title, text = OUTSIDE_STEPS["ended, listed" if was_listed else community.state]
    context = {
        **page,
        "community": community,
        "preview": page_context(community, AnonymousUser()),
        "next_title": title,
        "next_step": text,
        "state_colour": STATE_COLOURS[community.state],
        "has_ended": community.state == CommunityState.ENDED,
        "wrong": hand_over or end,
        "hand_over_form": hand_over or HandOverForm(),
        "end_form": end or EndForm(),
        "waiting": waiting_connections(community),
        "offered": Steward.objects.offered().filter(community=community).first(),
        "can_take_to_account": Steward.objects.live().mailed_to(request.user).filter(pk=steward.pk).exists(),
        "until": date_of(page["link"].expires_at),
    }
    return render(request, "community_directory/steward.html", context, status=status)


def _show_form(
    request: HttpRequest, page: dict[str, Any], form: CommunityForm, name: str = ""
) -> HttpResponse:
    community = page["steward"].community
    if page.get("error"):
        form.add_error(None, page["error"])
    shown = {
        "form": form,
        "community": community,
        "name": name or community.name,
        "back_url": request.path,
        "by_link": True,
    }
    return render(request, "community_directory/form.html", shown)


def _asks_nothing(link: GuestLink, user: Person) -> Ask | None:
    return None


def _too_late(link: GuestLink, *given: Any, **more: Any) -> Done:
    raise NotOpen


def _no(link: GuestLink) -> None:
    raise NotOpen


KIND = GuestKind(
    key=STEWARD,
    describe=_asks_nothing,
    on_yes=_too_late,
    on_no=_no,
    hears=hears,
    seen_by=nobody,
    serve=serve,
)
