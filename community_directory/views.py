"""Pages of the directory."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_directory import actions, listing
from community_directory.enums import Alive, CommunityState
from community_directory.errors import DirectoryError, NobodyConvenes, NotAMember
from community_directory.exchanges import own as own_exchanges
from community_directory.filters import read
from community_directory.forms import (
    DRAFT_KEYS,
    LONG_TEXTS,
    CommunityForm,
    EndForm,
    OutsideForm,
    SendBackForm,
)
from community_directory.models import Community, Steward
from community_directory.page import context as page_context
from community_directory.rules import may_change, may_rest, may_review
from community_directory.standing import own_connections, standing
from community_directory.words import ALIVE_SAID, plain_address
from kit.answers import sent, status
from kit.caching import public
from members.errors import TooOften
from members.limits import spend, too_often
from members.requests import person_of

_TOO_LATE = "This could not be saved: the community has ended, or you no longer look after it."
_show_and_send = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """The directory: search on top, facets, results."""
    filters = read(request.GET)
    found = listing.context(filters, cursor=request.GET.get("cursor", ""), page=request.GET.get("page", ""))
    response = render(request, "community_directory/list.html", found)
    # What people type is asked once: keeping each answer would cost more than it saves, and push others out.
    return response if filters.q else public(request, response)


def _find(request: HttpRequest, slug: str) -> Community:
    """The community at this address, if it is this person's to see. Editors' rights are asked for last."""
    found = Community.objects.listed_or_led_by(request.user).filter(slug=slug).first()
    return found or get_object_or_404(Community.objects.visible_to(request.user), slug=slug)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who they are and what they care about; how to join; whom they are linked with."""
    try:
        community = _find(request, slug)
    except Http404:
        return _part_of(request, slug)
    if community.merged_into_id:
        return _part_of(request, slug)
    response = render(request, "community_directory/detail.html", page_context(community, request.user))
    return public(request, response)


def _part_of(request: HttpRequest, slug: str) -> HttpResponse:
    """To the community that this one became part of, for everybody who could find this one before."""
    merged = Community.objects.filter(slug=slug).merged_for(request.user)
    there = merged.values_list("merged_into__slug", flat=True).first()
    if there is None:
        raise Http404
    return redirect("community_directory:detail", there, permanent=True)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own communities, where each stands and what comes next."""
    own = list(Community.objects.led_by(request.user).order_by("name"))
    outside = Steward.objects.live().mailed_to(request.user)
    shown = {
        "communities": [standing(community) for community in own],
        "outside": outside.exclude(community__state=CommunityState.ENDED).select_related("community"),
        "connections": own_connections(person_of(request)),
        "exchanges": own_exchanges(person_of(request)),
        "can_list": person_of(request).is_network_member,
        "list_url": reverse("community_directory:list"),
        "new_url": reverse("community_directory:new"),
    }
    return render(request, "community_directory/mine.html", shown)


@_show_and_send
def new(request: HttpRequest) -> HttpResponse:
    """A member of the network lists a community from their account; anybody else by a confirmed address."""
    if request.user.is_authenticated and request.user.is_network_member:
        return _list_as_member(request)
    return _list_outside(request)


def _list_as_member(request: HttpRequest) -> HttpResponse:
    form = CommunityForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "list_community")
            community = actions.list_community(
                person=person_of(request), request_key=form.cleaned_data["request_key"], **form.written()
            )
        except NotAMember:
            return _list_outside(request)
        except TooOften as error:
            form.add_error(None, error.words)
            return too_often(_new(request, form), error)
        messages.success(request, "Saved as a draft. Read it through, then send it to an editor.")
        return redirect(community)
    return _new(request, form)


def _list_outside(request: HttpRequest) -> HttpResponse:
    """What is answered does not depend on whose address it is."""
    user = request.user
    known = {"steward_name": user.name, "steward_email": user.email} if user.is_authenticated else {}
    form = OutsideForm(sent(request), initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            spend(request, "list_outside")
            spend(request, "list_outside_for", key=plain_address(form.cleaned_data["steward_email"]))
            actions.offer_listing(**form.given)
        except TooOften as error:
            form.add_error(None, error.words)
            return too_often(_new(request, form, "outside"), error)
        return redirect("community_directory:sent")
    return _new(request, form, "outside")


@require_safe
def sent_outside(request: HttpRequest) -> HttpResponse:
    """Where whoever has listed a community without an account looks next: at their mail."""
    shown = {"drafts": DRAFT_KEYS}
    return public(request, render(request, "community_directory/sent.html", shown))


def _new(request: HttpRequest, form: CommunityForm, template: str = "form") -> HttpResponse:
    shown = {"form": form, "drafts": dict(zip(LONG_TEXTS, DRAFT_KEYS, strict=True))}
    return render(request, f"community_directory/{template}.html", shown)


@_show_and_send
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A convener, or an editor, changes what a community says of itself."""
    community = _find(request, slug)
    if not may_change.test(request.user, community) or community.state == CommunityState.ENDED:
        raise Http404
    name = community.name
    form = CommunityForm(sent(request), instance=community)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.edit_community(community=community, person=person_of(request), **form.written())
        except DirectoryError:
            form.add_error(None, _TOO_LATE)
        else:
            messages.success(request, "Saved." if not saved.is_listed else "Saved. Everyone can see it now.")
            return redirect(saved)
    back = community.get_absolute_url()
    shown = {"form": form, "community": community, "name": name, "back_url": back}
    return render(request, "community_directory/form.html", shown, status=status(form))


def _change(
    request: HttpRequest,
    slug: str,
    may: Callable[[Any, Community], bool],
    act: Callable[..., Community],
    done: str | Callable[[Community], str],
) -> HttpResponse:
    """Do one thing to a community, and say so; who may not finds nothing here."""
    community = _find(request, slug)
    if not may(request.user, community):
        raise Http404
    try:
        community = act(community=community, person=person_of(request))
    except DirectoryError:
        messages.warning(request, "That could not be done: it has changed since you opened the page.")
    else:
        messages.success(request, done(community) if callable(done) else done)
    return redirect(community)


def _convenes(user: Any, community: Community) -> bool:
    return community.can_edit(user)


def _reviews(user: Any, community: Community) -> bool:
    return may_review(user)


@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """A convener sends a draft to the editors."""
    done = "Sent. An editor will read it, and you will hear from us here."
    return _change(request, slug, _convenes, actions.submit_community, done)


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """An editor puts it into the directory."""
    return _change(request, slug, _reviews, actions.publish_community, _published)


def _published(community: Community) -> str:
    if actions.is_looked_after(community):
        return "Published. Those who look after it have been told."
    return "Published. Nobody convenes it yet."


@require_POST
def rest(request: HttpRequest, slug: str) -> HttpResponse:
    """It rests."""
    done = "It is resting now, and its page says so."
    return _change(request, slug, may_rest.test, actions.rest, done)


@require_POST
def wake(request: HttpRequest, slug: str) -> HttpResponse:
    """It is taken up again."""
    return _change(request, slug, may_rest.test, actions.wake, "Good to have it back.")


@_show_and_send
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """A convener or an editor ends it, after being asked."""
    form = EndForm(sent(request))
    if request.method == "POST" and form.is_valid():
        done = "It has ended, and has left the directory. Thank you for all that went into it."
        act = partial(actions.end_community, **form.cleaned_data)
        return _change(request, slug, may_change.test, act, done)
    community = _find(request, slug)
    if not may_change.test(request.user, community):
        raise Http404
    return render(request, "community_directory/end.html", {"community": community, "form": form})


@_show_and_send
def alive(request: HttpRequest, slug: str) -> HttpResponse:
    """A convener says whether a community is alive, rests or has ended."""
    community = _find(request, slug)
    if not community.can_edit(request.user) or not community.is_listed:
        raise Http404
    if request.method != "POST":
        return render(request, "community_directory/alive.html", {"community": community})
    answer = request.POST.get("answer")
    if answer not in Alive.values:
        return HttpResponse("There is no such answer.", status=400, content_type="text/plain")
    act = partial(actions.say_alive, answer=Alive(answer))
    return _change(request, slug, _convenes, act, ALIVE_SAID[Alive(answer)])


@require_POST
def take_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody whose confirmed address looked after it without an account takes it to their account."""
    mine = Steward.objects.live().mailed_to(request.user)
    steward = get_object_or_404(mine, community__slug=slug)
    try:
        community = actions.take_to_account(steward=steward, person=person_of(request))
    except DirectoryError as error:
        raise Http404 from error
    messages.success(request, "You convene it now. The links in our mails no longer work.")
    return redirect(community)


@require_POST
def send_back(request: HttpRequest, slug: str) -> HttpResponse:
    """An editor says what to change first."""
    community = _find(request, slug)
    if not may_review(request.user):
        raise Http404
    form = SendBackForm(request.POST)
    if not form.is_valid():
        shown = page_context(community, request.user) | {"send_back_form": form}
        return render(request, "community_directory/detail.html", shown)
    try:
        actions.send_back(community=community, person=person_of(request), reason=form.cleaned_data["reason"])
    except NobodyConvenes as error:
        form.add_error("reason", f"That could not be done: {error.words}")
        shown = page_context(community, request.user) | {"send_back_form": form}
        return render(request, "community_directory/detail.html", shown, status=409)
    except DirectoryError:
        messages.warning(request, "That could not be done: it is no longer waiting.")
        return redirect(community)
    messages.success(request, "Sent back. Its conveners have been told what to change.")
    return redirect("community_directory:list")
