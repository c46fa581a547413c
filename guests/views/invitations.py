"""Inviting, and answering an invitation with an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guests import actions
from guests.enums import InvitationState
from guests.forms import InviteForm
from guests.models import GuestQuestion, Invitation
from guests.page import ask_of
from guests.standing import standing
from guests.views.answers import see, sent, signed_in_to_send, too_often, trail, trail_to
from guests.words import words_of
from kit.times import date_of
from members import second_step
from members.audience import Audience
from members.errors import CircleEnded, NotOpen, TooOften
from members.limits import spend
from members.models import Circle
from members.requests import person_of

_ON_A_PAGE = 200
_TOO_LATE = "It has been answered or taken back meanwhile, or its time is over."


# -- for those who invite ---------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@second_step.lists_people
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down addresses, look how they stand, and send; what waits for an answer is below."""
    circle = get_object_or_404(Circle.objects.select_related("community"), slug=slug)
    if not circle.can_invite(request.user):
        raise Http404
    form = InviteForm(sent(request), circle=circle)
    page: dict[str, Any] = {"circle": circle, "form": form}
    if request.method != "POST" or not form.is_valid():
        return _show_invite(request, page)
    if request.POST.get("do") != "send":
        return _show_invite(request, {**page, "lines": standing(circle, form.typed)})
    try:
        spend(request, "invite")
        made = actions.invite(circle=circle, by=person_of(request), **form.given)
    except TooOften as error:
        return too_often(_show_invite(request, {**page, "error": error.words}), error)
    except CircleEnded as error:
        raise Http404 from error
    messages.success(request, _said(len(made)))
    return see("guests:invite", slug)


def _said(number: int) -> str:
    if not number:
        return "Nobody new was invited: all of them are in it, or have been asked."
    return "1 invitation is on its way." if number == 1 else f"{number} invitations are on their way."


def _show_invite(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    circle = page["circle"]
    words, lines = words_of(circle.kind), page.get("lines")
    mine = Invitation.objects.looked_after_by(request.user).filter(circle=circle)
    waiting = mine.open(timezone.now()).select_related("circle", "invited_by")[:_ON_A_PAGE]
    context = {
        **page,
        "words": words,
        "trail": trail_to(circle, people=circle.can_see_people(request.user)),
        "new": sum(line.standing == "new" for line in lines) if lines else 0,
        "waiting": [(one, date_of(one.expires_at)) for one in waiting],
        "audience": Audience(
            kind="leads",
            text=f"The {words.leads} of {circle.name} can see who was invited. "
            "The people you invite see your words.",
        ),
    }
    return render(request, "guests/invite.html", context)


@require_POST
@signed_in_to_send
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    mine = Invitation.objects.looked_after_by(request.user).select_related("circle")
    one = get_object_or_404(mine, pk=pk)
    if actions.withdraw_invitation(invitation=one, by=person_of(request)):
        messages.success(
            request, f"The invitation to {one.email} is taken back. Its link leads to nothing now."
        )
    return see("guests:invite", one.circle.slug)


@login_required
@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody wants to know before they answer, and where to write to them."""
    asked = GuestQuestion.objects.visible_to(request.user).select_related("link")
    one = get_object_or_404(asked, pk=pk)
    others = GuestQuestion.objects.visible_to(request.user).filter(link=one.link_id)
    context = {
        "link": one.link,
        "questions": others,
        "until": date_of(one.link.expires_at),
        "trail": trail(("Notifications", reverse("notifications:list"))),
    }
    return render(request, "guests/question.html", context)


# -- for those who are invited ------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """An invitation to a confirmed address of one's own, answered without its link."""
    seen = Invitation.objects.visible_to(request.user).select_related("circle__community", "invited_by")
    one = get_object_or_404(seen, pk=pk)
    if not one.is_to(person_of(request)):
        return redirect("guests:invite", one.circle.slug)
    if request.method == "POST":
        return _answer(request, one)
    context = {
        "invitation": one,
        "trail": trail(("Notifications", reverse("notifications:list"))),
        "ask": ask_of(one),
        "is_open": one.stands(timezone.now()),
        "is_named": one.is_named_to(request.user),
        "until": date_of(one.expires_at),
        "state": InvitationState(one.state).label,
    }
    return render(request, "guests/invitation.html", context)


def _answer(request: HttpRequest, one: Invitation) -> HttpResponse:
    try:
        if request.POST.get("do") == "yes":
            actions.accept_invitation(invitation=one, person=person_of(request))
            messages.success(request, f"You are in {one.circle.name} now.")
            return redirect(one.circle.url or "dashboard")
        if request.POST.get("do") == "no":
            actions.decline_invitation(invitation=one)
            messages.success(request, "Thank you for letting them know.")
            return redirect("dashboard")
    except NotOpen:
        messages.info(request, _TOO_LATE)
    return see("guests:invitation", one.pk)
