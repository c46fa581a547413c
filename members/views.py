"""Who one is, whom one may find, and what one belongs to."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kit.answers import page_at
from members import actions, gate, limits, standing
from members.enums import CircleKind, Role, State
from members.errors import LastLead, TooOften
from members.filters import FACETS, PeopleFilter
from members.forms import ProfileForm
from members.models import Membership, Profile, User
from members.requests import person_of
from members.rules import is_network_member
from members.seen import saw_list

PAGE_SIZE = 14
_ON_A_CARD = tuple(name for name in gate.FIELDS if name not in ("sector", "about"))


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Members of the network who chose to be found."""
    if not is_network_member(request.user):
        raise Http404
    saw_list(request, "people")
    wanted = PeopleFilter.read(request.GET)
    everybody = User.objects.visible_to(request.user).listed()
    fitting: Any = wanted.apply(everybody, request.user)
    page = page_at(
        request,
        fitting.near(request.user)
        .select_related("profile__organisation", "profile__region")
        .prefetch_related("profile__interests"),
        order=("first_name", "last_name", "id"),
        size=PAGE_SIZE,
    )
    facets = [
        {"name": name, "title": title, "options": wanted.facet(name, everybody, request.user)}
        for name, (title, _) in FACETS.items()
    ]
    chips = _chips(request, facets)
    context = {
        "page": page,
        "rows": [(one, one.shown_to(request.user, names=_ON_A_CARD)) for one in page.rows],
        "previous_url": _cursor_url(request, page.previous),
        "next_url": _cursor_url(request, page.next),
        "q": wanted.text,
        "wanted": wanted,
        "facets": facets,
        "chips": chips,
        "filter_count": len(chips),
        "sentence": _sentence(fitting.count(), wanted.text if wanted.words else ""),
        "search_label": "Search by name, role, interest or what people offer",
        "me_findable": Profile.objects.filter(user=request.user, findable=True).exists(),
    }
    return render(request, "members/people.html", context)


def _sentence(count: int, text: str) -> str:
    people = "1 person" if count == 1 else f"{count:,} people"
    return f"{people} for “{text}”, by first name" if text else f"{people}, by first name"


def _cursor_url(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return "?" + query.urlencode()


def _chips(request: HttpRequest, facets: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    chips = []
    for facet in facets:
        for option in facet["options"]:
            if option["checked"]:
                rest = [
                    (key, value)
                    for key, values in request.GET.lists()
                    for value in values
                    if (key, value) != (facet["name"], option["value"]) and key != "cursor"
                ]
                chips.append({"text": option["label"], "label": facet["title"], "url": "?" + urlencode(rest)})
    return chips


@require_safe
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One member of the network, for the others; and oneself as others see it."""
    seen = User.objects.visible_to(request.user).near(request.user)
    found = get_object_or_404(
        seen.select_related("profile__organisation", "profile__sector", "profile__region"), pk=pk
    )
    own = found == request.user
    look = standing.look(request.GET.get("as", ""), found) if own else None
    shown = look.shown if look else found.shown_to(request.user)
    belongs = [] if look and not look.opens else _belongs(found, person_of(request), look)
    context = {"person": found, "about": shown, "belongs": belongs, "own": own, "look": look}
    return render(request, "members/person.html", context)


def _belongs(found: User, asker: User, look: standing.Look | None) -> list[Membership]:
    """What they belong to, as far as the asker may know: what both are in, and what they convene in public.

    To oneself, what others see: a fellow might share any of it.
    """
    rows = Membership.objects.shown().filter(person=found).exclude(circle__kind=CircleKind.NETWORK)
    shared = look is None or look.key == standing.AS_FELLOW
    return [
        one
        for one in rows
        if (shared and one.can_see(asker)) or (one.role == Role.LEAD and one.circle.is_listed)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """What one says about oneself."""
    me = Profile.objects.filter(user=request.user).first() or Profile()
    me.user = person_of(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, error = ProfileForm(*sent, instance=me), None
    try:
        if request.FILES:
            limits.spend(request, "upload")
        if form.is_bound and form.is_valid():
            _save(person_of(request), form)
            messages.success(request, "Your profile is saved.")
            return redirect("profile")
    except TooOften as refused:
        error = refused
        form.is_valid()
        form.add_error("new_picture", refused.words)
    context = {
        "form": form,
        "findable": me.pk and not form.is_bound and me.findable,
        "picture": bool(me.pk and me.picture),
        "interests": ", ".join(theme.name for theme in form.initial.get("interests", [])),
    }
    response = render(request, "members/profile.html", context)
    return limits.too_often(response, error) if error else response


def _save(person: User, form: ProfileForm) -> None:
    actions.update_profile(person=person, **form.said)
    if form.cleaned_data["new_picture"]:
        actions.set_picture(person=person, content=form.cleaned_data["new_picture"])
    elif form.cleaned_data["remove_picture"]:
        actions.remove_picture(person=person)


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody's picture, for those who may see it; asked anew each time."""
    found = User.objects.visible_to(request.user).near(request.user).select_related("profile")
    owner = get_object_or_404(found, pk=pk)
    if not owner.shown_to(request.user, names=("picture",)).has_picture:
        raise Http404
    try:
        content = owner.profile.picture.open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether somebody wants to leave, and let them."""
    mine = Membership.objects.visible_to(request.user).filter(person=request.user)
    membership = get_object_or_404(mine.select_related("circle"), pk=pk)
    if membership.state == State.ENDED:
        return redirect("dashboard")
    if not membership.can_leave(request.user):
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            actions.leave(person=person_of(request), circle=membership.circle)
        except LastLead:
            error = (
                "You are the only one who convenes it. Ask somebody to convene it with you first, then leave."
            )
        else:
            messages.success(request, f"You have left {membership.circle.name}.")
            return redirect("dashboard")
    context = {"membership": membership, "error": error, "cancel_url": reverse("dashboard")}
    return render(request, "members/leave.html", context, status=409 if error else 200)


class EmailAddresses(EmailView):
    """One's email addresses. One signs in with an address only once it is proved to be one's own.

    The package lets an unproved address become the one that mails go to, as long as none is proved.
    """

    template_name = "account/email.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask the new address; the present one stays in use until then."""
        own = EmailAddress.objects.filter(user=self.request.user)
        if not own.filter(primary=True).exists():
            own.filter(email__iexact=self.request.user.email).update(primary=True)
        return super().form_valid(form)

    def _action_primary(self, request: HttpRequest) -> HttpResponse | None:
        address = self._get_email_address(request)
        taken = address and User.objects.filter(email__iexact=address.email).exclude(pk=request.user.pk)
        if address is None or not address.verified or taken.exists():
            messages.error(
                request, "Confirm the address first: follow the link in the email that we sent there."
            )
            return None
        return super()._action_primary(request)
