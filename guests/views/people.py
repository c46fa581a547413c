"""Who is in a community, a group or a cohort; asking to join; leading."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guests import actions
from guests.forms import JoinForm, ReasonForm
from guests.verbs import people_url
from guests.views.answers import see, sent, signed_in_to_send, too_often, trail, trail_to
from guests.words import words_of
from kit import keyset
from members import actions as members
from members import second_step
from members.audience import Audience, of
from members.enums import CircleKind
from members.errors import CircleEnded, LastLead, NotOpen, TooOften
from members.limits import spend
from members.models import Circle, Membership, User
from members.requests import person_of
from members.rules import keeps_memberships

_ON_A_PAGE = 30
_ASKING = 50
_TOO_LATE = "That could not be done: it has changed meanwhile."
_LAST_LEAD = (
    "You are the only one who leads it. Hand over to somebody, or ask somebody to lead with you first."
)
_send = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """What one belongs to, each with the way to its people; and what else one may invite to."""
    user = person_of(request)
    mine = list(Membership.objects.visible_to(user).shown().filter(person=user))
    shown = [
        {
            "place": place,
            "people_url": people_url(place.circle) if place.circle.can_see_people(user) else "",
            "can_invite": place.circle.can_invite(user),
            "can_leave": place.can_leave(user),
        }
        for place in mine
    ]
    kept = Circle.objects.none()
    if keeps_memberships(user):
        kinds = (CircleKind.NETWORK, CircleKind.COHORT)
        kept = Circle.objects.managed_by(user).filter(kind__in=kinds, ended_at=None).order_by("-kind", "-pk")
    return render(request, "guests/groups.html", {"mine": shown, "kept": kept[:_ON_A_PAGE], "trail": trail()})


@login_required
@require_safe
@second_step.lists_people
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Its people, for its people: those who lead first, then in the order in which they joined."""
    circle = get_object_or_404(Circle.objects.select_related("community", "parent"), slug=slug)
    user = person_of(request)
    if not circle.can_see_people(user):
        raise Http404
    there = Membership.objects.visible_to(user).active().filter(circle=circle)
    try:
        page = keyset.page(
            there.prefetch_related(Prefetch("person", User.objects.near(user).select_related("profile"))),
            order=("role", "id"),
            cursor=request.GET.get("cursor", ""),
            size=_ON_A_PAGE,
        )
    except keyset.BadCursor as error:
        raise Http404 from error
    leads = circle.can_lead(user)
    context = {
        "circle": circle,
        "trail": trail_to(circle, people=False),
        "words": words_of(circle.kind),
        "audience": of(circle),
        "rows": [_row(place, circle, user) for place in page.rows],
        "asking": _asking(circle, user) if leads else [],
        "can_invite": circle.can_invite(user),
        "newer_url": page.previous and f"?cursor={page.previous}",
        "older_url": page.next and f"?cursor={page.next}",
    }
    return render(request, "guests/people.html", context)


def _row(place: Membership, circle: Circle, user: Any) -> dict[str, Any]:
    """One person with what may be done about their place; the circle is that of the page, so it is not asked for."""
    place.circle = circle
    return {
        "place": place,
        "is_own": place.person_id == user.pk,
        "url": place.person.get_absolute_url() if place.person.can_see(user) else "",
        "can_make_lead": place.can_make_lead(user),
        "can_step_back": place.can_step_back(user),
        "can_end": place.can_end(user),
        "can_leave": place.can_leave(user),
    }


def _asking(circle: Circle, user: Any) -> list[Membership]:
    asking = Membership.objects.visible_to(user).asking().filter(circle=circle)
    return list(asking.select_related("person").order_by("created_at", "pk")[:_ASKING])


# -- asking to join -----------------------------------------------------------------


@login_required
@_send
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to join a listed community, or take the question back."""
    circle = get_object_or_404(Circle.objects.select_related("community"), slug=slug)
    user = person_of(request)
    if circle.can_see_people(user):
        return see("guests:people", slug)
    if not circle.can_ask(user):
        raise Http404
    mine = Membership.objects.asking().filter(person=user, circle=circle).first()
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        return _take_back(request, circle, mine)
    form = JoinForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "ask_to_join")
            actions.ask_to_join(person=user, circle=circle, **form.cleaned_data)
        except TooOften as error:
            return too_often(_show_join(request, circle, mine, form, error.words), error)
        except NotOpen as error:
            raise Http404 from error
        messages.success(
            request, f"You have asked to join. The {words_of(circle.kind).leads} will answer you."
        )
        return see("guests:join", slug)
    return _show_join(request, circle, mine, form)


def _take_back(request: HttpRequest, circle: Circle, mine: Membership | None) -> HttpResponse:
    if mine and members.take_back_request(membership=mine):
        messages.success(request, "You have taken it back.")
    return see("guests:join", circle.slug)


def _show_join(
    request: HttpRequest, circle: Circle, mine: Membership | None, form: JoinForm, error: str = ""
) -> HttpResponse:
    words = words_of(circle.kind)
    context = {
        "circle": circle,
        "trail": trail_to(circle, people=False),
        "mine": mine,
        "form": form,
        "error": error,
        "words": words,
        "audience": Audience(
            kind="leads", text=f"Only the {words.leads} of {circle.name} and you can see what you write."
        ),
    }
    return render(request, "guests/join.html", context)


@require_POST
@signed_in_to_send
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in who has asked."""
    place = _place(request, pk)
    return _do(
        request,
        place,
        may=place.can_answer,
        act=partial(actions.accept_request, membership=place, by=person_of(request)),
        said=f"{place.person.name} is in {place.circle.name} now.",
    )


@login_required
@_send
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no to somebody who has asked, and why."""
    place = _place(request, pk)
    if not place.can_answer(request.user):
        return _too_late(request, place)
    name = place.person.name
    page = {
        "title": f"Say no to {name}?",
        "lede": f"{name} asks to join {place.circle.name}.",
        "submit": "Say no",
        "asked": place.asked_because,
    }
    return _with_reason(request, place, page, actions.decline_request, f"{name} has had your answer.")


# -- leading -------------------------------------------------------------------------


def _place(request: HttpRequest, pk: int) -> Membership:
    """A place that this person may know of. A stranger gets a 404."""
    seen = Membership.objects.visible_to(request.user).select_related("circle__community", "person")
    return get_object_or_404(seen, pk=pk)


def _too_late(request: HttpRequest, place: Membership, words: str = _TOO_LATE) -> HttpResponse:
    """Who leads is told that it has changed; for others there is nothing here.

    Raises:
        Http404: they do not lead it.
    """
    if not place.circle.can_lead(request.user):
        raise Http404
    messages.info(request, words)
    return see("guests:people", place.circle.slug)


def _do(
    request: HttpRequest,
    place: Membership,
    *,
    may: Callable[[Any], bool],
    act: Callable[[], Any],
    said: str,
) -> HttpResponse:
    """Change a place, if this person may, and say so; or say why it could not be done."""
    if not may(request.user):
        return _too_late(request, place)
    try:
        act()
    except LastLead:
        return _too_late(request, place, _LAST_LEAD)
    except (NotOpen, CircleEnded):
        return _too_late(request, place)
    messages.success(request, said)
    return see("guests:people", place.circle.slug)


@require_POST
@signed_in_to_send
def make_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member lead too."""
    place = _place(request, pk)
    return _do(
        request,
        place,
        may=place.can_make_lead,
        act=partial(actions.make_lead, membership=place, by=person_of(request)),
        said=f"{place.person.name} leads {place.circle.name} with you now.",
    )


@require_POST
@signed_in_to_send
def step_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead no more, and stay a member."""
    place = _place(request, pk)
    return _do(
        request,
        place,
        may=place.can_step_back,
        act=partial(actions.step_back, membership=place),
        said=f"You are a member of {place.circle.name} now, and lead it no more.",
    )


@login_required
@_send
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody else lead in one's place."""
    place = _place(request, pk)
    if not place.can_make_lead(request.user):
        return _too_late(request, place)
    name = place.person.name
    if request.method == "POST":
        mine = Membership.objects.active().filter(person=person_of(request), circle=place.circle)
        try:
            actions.hand_over(mine=mine.select_related("person").get(), to=place)
        except (NotOpen, Membership.DoesNotExist):
            return _too_late(request, place)
        messages.success(request, f"{name} leads {place.circle.name} now. You are still a member.")
        return see("guests:people", place.circle.slug)
    words = words_of(place.circle.kind)
    page = {
        "title": f"Hand over to {name}?",
        "lede": f"From then on {name} {words.does} {place.circle.name}, and you are a member like the others.",
        "submit": "Hand over",
    }
    return render(request, "guests/sure.html", {**page, **_below(place)})


@login_required
@_send
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's place, and tell them why."""
    place = _place(request, pk)
    if not place.can_end(request.user):
        return _too_late(request, place)
    name = place.person.name
    page = {
        "title": f"Remove {name} from {place.circle.name}?",
        "lede": f"They will no longer see what belongs to {place.circle.name}. What they have written stays.",
        "submit": "Remove them",
        "warns": True,
    }
    return _with_reason(request, place, page, actions.remove_member, f"{name} is no longer in it.")


def _with_reason(
    request: HttpRequest, place: Membership, page: dict[str, Any], verb: Any, said: str
) -> HttpResponse:
    """Ask for a reason, then do it."""
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            verb(membership=place, by=person_of(request), **form.cleaned_data)
        except NotOpen:
            return _too_late(request, place)
        messages.success(request, said)
        return see("guests:people", place.circle.slug)
    text = f"{place.person.name} reads what you write, and nobody else."
    context = {
        **page,
        "form": form,
        **_below(place),
        "audience": Audience(kind="leads", text=text),
    }
    return render(request, "guests/sure.html", context)


def _below(place: Membership) -> dict[str, Any]:
    """Where a page about a place stands."""
    up_url = reverse("guests:people", args=[place.circle.slug])
    return {"circle": place.circle, "up_url": up_url, "trail": trail_to(place.circle, people=True)}
