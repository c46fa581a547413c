"""An editor's way to set up the next year: choose, see what would be made, agree; and take it back."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.actions import has_people
from cohorts.models import Cohort
from cohorts.times import day_words
from kit.admin_screen import screen
from members.models import User
from portal.models import YearCopy
from portal.next_year.errors import AlreadySetUp, NotAsSeen, NotAsShown, Refused, SomebodyIsIn, StillUsed
from portal.next_year.making import set_up, show_dates
from portal.next_year.plan import Plan, make_plan
from portal.next_year.undoing import changes_since, mark_of, pages_of, sessions_of, undo
from portal.rules import may_set_up

_SALT = "portal.next_year"
_HOUR = 60 * 60
_TITLE = "Set up next year"
_MOST_YEARS = 20
_SOMEBODY = "Somebody belongs to this cohort, or has been invited to it. It is not taken back any more."


class YearForm(forms.Form):
    """Which year to copy, and when the new one begins."""

    cohort = forms.ModelChoiceField(
        Cohort.objects.none(),
        label="Year to copy",
        help_text="The cohort whose programme, modules and sessions the new year starts from. It stays as it is.",
        empty_label="Choose a cohort",
        error_messages={"required": "Choose a cohort.", "invalid_choice": "Choose a cohort from the list."},
    )
    starts_on = forms.DateField(
        label="First half-day",
        help_text="The new date of the first half-day. All sessions move by the same number of whole weeks.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choose a date.",
            "invalid": "Write the date as year, month and day, such as 2027-09-23.",
        },
    )
    name = forms.CharField(
        label="Name of the new cohort",
        help_text="Leave it empty, and we make it from the old one.",
        required=False,
        max_length=120,
    )
    slug = forms.SlugField(
        label="Address of the new programme page",
        help_text="The last part of its address, such as programme-2027-28. Leave it empty, and we make one.",
        required=False,
        max_length=200,
        error_messages={"invalid": "Use letters, numbers and hyphens only."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = Cohort.objects.managed_by(user)  # type: ignore[attr-defined]

    def plan(self) -> Plan | None:
        """What it asks for; None where it can't be done, which is said beside the field."""
        try:
            return make_plan(**self.asked)
        except Refused as refused:
            self.refuse(refused)
            return None

    @property
    def asked(self) -> dict[str, Any]:
        """The fields by their names."""
        return {name: self.cleaned_data[name] for name in ("cohort", "starts_on", "name", "slug")}

    def refuse(self, refused: Refused) -> None:
        """Say beside each field what is wrong with it."""
        for name, problem in refused.problems.items():
            self.add_error(name, problem)


def _show(
    request: HttpRequest, template: str, title: str, /, status: int = 200, **context: Any
) -> HttpResponse:
    trail = [] if title == _TITLE else [(reverse("next_year"), _TITLE)]
    return screen(
        request, f"portal/{template}.html", title=title, icon="date", trail=trail, status=status, **context
    )


def _refuse_others(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]
    if not may_set_up(user):
        raise PermissionDenied
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a year and a date; what was sent is checked, and what it would make is shown. Nothing is written."""
    user = _refuse_others(request)
    if request.method != "POST":
        return _choose(request, YearForm(user=user, initial=request.GET.dict()))
    form = YearForm(request.POST, user=user)
    if form.is_valid():
        there = YearCopy.objects.standing().filter(
            source=form.cleaned_data["cohort"], starts_on=form.cleaned_data["starts_on"]
        )
        if there:
            form.add_error(
                "starts_on",
                f"There is already a cohort that starts on {day_words(there[0].starts_on)}: “{there[0].name}”, set up from this one.",
            )
        elif plan := form.plan():
            return _ask(request, user, form.asked, plan)
    return _choose(request, form)


def _choose(request: HttpRequest, form: YearForm, status: int = 200, **context: Any) -> HttpResponse:
    years = YearCopy.objects.select_related("source", "made_by").order_by("-made_at", "-pk")[:_MOST_YEARS]
    return _show(request, "next_year", _TITLE, status, form=form, years=years, **context)


def _ask(
    request: HttpRequest, user: User, asked: dict[str, Any], plan: Plan, *, again: bool = False
) -> HttpResponse:
    """Show what would be made, with what was asked for in a signed field: nothing is kept between the two steps."""
    sent = asked | {"cohort": asked["cohort"].pk, "starts_on": f"{asked['starts_on']}"}
    sealed = signing.dumps({"sent": sent, "by": user.pk, "mark": plan.mark}, salt=_SALT)
    context: dict[str, Any] = {"plan": plan, "sealed": sealed, "answers": urlencode(sent), "again": again}
    return _show(request, "next_year_plan", "What would be made", **context)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Make the year that was shown. Sent twice, the second time leads to what the first has made."""
    user = _refuse_others(request)
    try:
        sealed = signing.loads(request.POST.get("sealed", ""), salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        sealed = {"by": None}
    if sealed["by"] != user.pk:
        return _choose(request, YearForm(user=user), 400, expired=True)
    form = YearForm(sealed["sent"], user=user)
    if not form.is_valid():
        return _choose(request, form)
    try:
        year = set_up(**form.asked, user=user, as_shown=sealed["mark"])
    except AlreadySetUp as there:
        messages.info(request, "This year has been set up already. Here it is.")
        return redirect(there.year)
    except NotAsShown as other:
        return _ask(request, user, form.asked, other.plan, again=True)
    except Refused as refused:
        form.refuse(refused)
        return _choose(request, form)
    messages.success(request, f"“{year.name}” is set up.")
    return redirect(year)


def _find(pk: int) -> YearCopy:
    return get_object_or_404(
        YearCopy.objects.select_related("source", "cohort", "programme", "made_by"), pk=pk
    )


@require_safe
def made(request: HttpRequest, pk: int) -> HttpResponse:
    """A year that was set up: what is there, what to do next, and the way back."""
    _refuse_others(request)
    return _made(request, _find(pk))


def _made(request: HttpRequest, year: YearCopy, status: int = 200, problem: str = "") -> HttpResponse:
    changes = [] if year.undone_at else changes_since(year)
    context: dict[str, Any] = {
        "year": year,
        "problem": problem,
        "pages": pages_of(year),
        "sessions": sessions_of(year),
        "has_people": year.cohort is not None and has_people(year.cohort),
        "changes": changes,
        "seen": mark_of(changes),
    }
    return _show(request, "next_year_made", year.name, status, **context)


@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Let everybody see its dates."""
    user, year = _refuse_others(request), _find(pk)
    if show_dates(year=year, user=user):
        messages.success(request, "Its dates are shown.")
    return redirect(year)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete what was made. Sent twice, the second time changes nothing."""
    user, year = _refuse_others(request), _find(pk)
    seen = request.POST.get("seen", "")
    if seen and request.POST.get("sure") != "on":
        return _made(request, year, 409, problem="Tick the box, if you want all of this to go.")
    try:
        gone = undo(year=year, user=user, as_seen=seen)
    except SomebodyIsIn:
        return _made(request, year, 409, problem=_SOMEBODY)
    except StillUsed as used:
        return _made(
            request,
            year,
            409,
            problem=f"It can’t be taken back, since something else hangs on it: {used.what}.",
        )
    except NotAsSeen:
        return _made(
            request, year, 409, problem="Somebody has worked on it since you opened this page. Look again."
        )
    if gone:
        pages, sessions = _count(gone.pages, "page"), _count(gone.sessions, "session")
        messages.success(
            request,
            f"“{year.name}” is taken back: {pages}, {sessions} and the cohort with its space are gone.",
        )
    return redirect("next_year")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
