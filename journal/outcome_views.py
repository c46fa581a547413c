"""Rating the outcomes of the programme, and what facilitators see of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal import rating
from journal.counting import AT_LEAST
from journal.enums import Moment, Score
from journal.errors import CannotRate, UnknownOutcome
from journal.forms import RatingForm
from journal.models import OpenRatings, Rating, rates_in
from journal.outcomes import changes, cohort_tables, done_at, outcomes_of
from kit.answers import see, sent, signed_in_to_send
from members import second_step
from members.audience import Audience
from members.enums import CircleKind
from members.models import Circle, Membership
from members.requests import person_of

_HOME = "outcomes"


@require_safe
@login_required
def outcomes(request: HttpRequest) -> HttpResponse:
    """How one rates the outcomes, and what has changed: of the newest cohort, or of the one that is asked for."""
    me = person_of(request)
    places = list(rates_in(me))
    wanted = request.GET.get("cohort", "")
    place = next((one for one in places if wanted in ("", one.circle.slug)), None)
    if wanted and place is None:
        raise Http404
    led = Circle.objects.filter(pk__in=me.led_circle_ids, kind=CircleKind.COHORT).order_by("name")
    own = _own_change(request, place) if place else {}
    return render(
        request, "journal/outcomes.html", {"places": places, "place": place, "led": list(led), **own}
    )


def _own_change(request: HttpRequest, place: Membership) -> dict[str, Any]:
    me, circle = person_of(request), place.circle
    rated = Rating.objects.visible_to(me).filter(person=me, circle=circle)
    rows = changes(outcomes_of(circle, me), rated)
    opened = OpenRatings.objects.visible_to(me).filter(place=place).exists()
    done = done_at(rows)
    return {
        "rows": rows,
        "moments": [(Moment(moment), done[moment]) for moment in Moment.values],
        "any": any(done.values()),
        "opened": opened,
        "audience": _audience(circle, opened=opened),
        "fewest": AT_LEAST,
    }


def _audience(circle: Circle, *, opened: bool) -> Audience:
    text = f"Only you can see your ratings and your notes. The facilitators of {circle.name} see how many people gave which rating, without names, and only once {AT_LEAST} people have answered."
    if not opened:
        return Audience(kind="self", text=text)
    return Audience(
        kind="leads",
        text=f"Only you and the facilitators of {circle.name} can see your ratings and your notes.",
    )


def _own_place(request: HttpRequest, slug: str) -> Membership:
    """One's place as a participant of this cohort.

    Raises:
        Http404: there is none.
    """
    return get_object_or_404(rates_in(request.user), circle__slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rate(request: HttpRequest, slug: str, moment: str) -> HttpResponse:
    """Rate each outcome at one moment of the year."""
    place = _own_place(request, slug)
    me, circle = person_of(request), place.circle
    if moment not in Moment.values:
        raise Http404
    known = outcomes_of(circle, me)
    own = Rating.objects.visible_to(me).filter(person=me, circle=circle, moment=moment)
    form = RatingForm(sent(request), outcomes=known, before={one.outcome: one for one in own})
    if form.is_bound and form.is_valid():
        try:
            rating.rate(person=me, place=place, moment=moment, outcomes=known, rated=form.rated)
        except (CannotRate, UnknownOutcome) as gone:
            raise Http404 from gone
        messages.success(request, "Your ratings are saved. You can change them at any time.")
        return see(f"{reverse(_HOME)}?cohort={circle.slug}")
    opened = OpenRatings.objects.visible_to(me).filter(place=place).exists()
    context = {
        "form": form,
        "moment": Moment(moment),
        "circle": circle,
        "scores": Score.choices,
        "audience": _audience(circle, opened=opened),
    }
    return render(request, "journal/rate.html", context)


@require_POST
@signed_in_to_send(_HOME)
def facilitators(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the facilitators see one's ratings, or no longer: the form says which, so that twice does no harm."""
    place, me = _own_place(request, slug), person_of(request)
    name = place.circle.name
    if request.POST.get("see") == "yes":
        if rating.open_to_leads(person=me, place=place):
            messages.success(request, f"The facilitators of {name} can see your ratings and your notes.")
    elif rating.close_to_leads(person=me, place=place):
        messages.success(request, f"The facilitators of {name} can no longer see your ratings or your notes.")
    return see(f"{reverse(_HOME)}?cohort={place.circle.slug}")


@require_safe
@login_required
@second_step.lists_people  # who lets their facilitators see their ratings
def cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """How a cohort rates the outcomes, for who leads it: numbers, and the ratings of those who let them see."""
    led = Circle.objects.filter(kind=CircleKind.COHORT, pk__in=person_of(request).led_circle_ids)
    circle = get_object_or_404(led, slug=slug)
    known = outcomes_of(circle, request.user)
    opened = OpenRatings.objects.visible_to(request.user).filter(place__circle=circle)
    people = [
        one.person
        for one in opened.select_related("person").order_by("person__first_name", "person__last_name", "pk")
    ]
    rated: dict[int | None, list[Rating]] = {}
    for one in Rating.objects.visible_to(request.user).filter(circle=circle, person__in=people):
        rated.setdefault(one.person_id, []).append(one)
    context = {
        "circle": circle,
        "tables": cohort_tables(circle, known),
        "scores": Score.choices,
        "moments": Moment.choices,
        "people": [(person, changes(known, rated.get(person.pk, []))) for person in people],
        "fewest": AT_LEAST,
        "audience": Audience(kind="leads", text=f"Only the facilitators of {circle.name} can see this page."),
    }
    return render(request, "journal/cohort.html", context)
