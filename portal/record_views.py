"""One's record of learning, and checking that one is genuine."""

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from files.kinds import disposition
from home.frame import frame_for
from kit.answers import see, sent
from members import limits
from members.audience import EVERYBODY, ONLY_YOU, Audience
from members.requests import person_of
from portal import actions, codes, pdf
from portal.errors import RecordError
from portal.forms import CodeForm, RecordForm
from portal.models import LearningRecord
from portal.record import cohorts_of, gather, said_of, sessions_held, shown
from study.rules import can_study

_WITH_THE_CODE = Audience(kind="self", text="Only you, and whoever has its code, can see this record.")
_WHO_HAS_IT = Audience(kind="self", text="Only its holder, and whoever has the code, can see this record.")
logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record(request: HttpRequest) -> HttpResponse:
    """What one has done; say in which sessions one took part, and make a record of it."""
    me = person_of(request)
    may_make = can_study(me)
    if request.method == "POST" and not may_make:
        raise Http404
    cohorts, made = cohorts_of(me), list(LearningRecord.objects.visible_to(me))
    held, said = sessions_held(me, cohorts), said_of(me)
    with_reflections = bool(made) and made[0].content["reflections"] is not None
    form = RecordForm(sent(request), held=held, said=said, with_reflections=with_reflections)
    if form.is_bound and form.is_valid():
        said, with_reflections = frozenset(form.cleaned_data["sessions"]), form.cleaned_data["reflections"]
        actions.say_took_part(person=me, sessions=said, among=[one.pk for one in held])
    content = gather(
        me,
        issuer=frame_for(request).name,
        cohorts=cohorts,
        sessions=[one for one in held if one.pk in said],
        with_reflections=with_reflections,
    )
    if form.is_bound and form.is_valid():
        if request.POST.get("do") != "make":
            messages.success(request, "What you ticked is saved.")
            return see("record")
        try:
            return see(actions.make_record(person=me, content=dict(content)))
        except RecordError as error:
            form.add_error(None, error.words)
    context = {
        "form": form,
        "held": held,
        "made": made,
        "may_make": may_make,
        **shown(content),
        "who": ONLY_YOU,
    }
    return render(request, "portal/record.html", context)


def _own(request: HttpRequest, pk: int) -> LearningRecord:
    return get_object_or_404(LearningRecord.objects.visible_to(request.user), pk=pk)


@require_safe
@login_required
def issued(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's records, to print, to take away as a PDF, or to withdraw."""
    found = _own(request, pk)
    context = {
        "record": found,
        "check_url": _check_url(),
        "can_draw": pdf.is_available(),
        **shown(found.content),
        "who": _WITH_THE_CODE,
    }
    return render(request, "portal/record_issued.html", context)


@require_safe
@login_required
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A record as a PDF, drawn from what was kept when it was made."""
    found = _own(request, pk)
    limits.spend(request, "record_pdf")
    context = {"record": found, "check_url": _check_url(), **shown(found.content)}
    style = render_to_string("portal/record_pdf.css", {"theme": frame_for(request).theme_css})
    try:
        content = pdf.drawn(render_to_string("portal/record_pdf.html", context), style, identifier=found.code)
    except pdf.NoPdf:
        messages.info(request, "We cannot make PDFs at the moment. Print this page instead.")
        return redirect(found)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"record-of-learning-{found.issued_at:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = disposition(name, inline=False)
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a record shall be worth nothing any more, and see to it."""
    found = _own(request, pk)
    if request.method == "POST":
        actions.withdraw_record(record=found)
        messages.success(request, "The record is withdrawn. Its code leads nowhere now.")
        return see("record")
    return render(request, "portal/record_withdraw.html", {"record": found, "who": ONLY_YOU})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Whether a record is genuine, for whoever has its code. A withdrawn one is as unknown as one that never was."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    context: dict[str, Any] = {"form": form, "who": EVERYBODY}
    if form.is_bound and form.is_valid():
        limits.spend(request, "check_record")
        found = _in_force(codes.read(form.cleaned_data["code"]))
        context |= {"asked": True, "record": found}
        if found is not None:
            context |= {**shown(found.content), "who": _WHO_HAS_IT}
    response = render(request, "portal/check_record.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _in_force(code: str) -> LearningRecord | None:
    """The record with this code, if it can be trusted. One query, whatever the code."""
    found = LearningRecord.objects.in_force().filter(code=code).first()
    if found is not None and not found.is_intact:
        logger.error("Record of learning %s does not say what it said when it was made", found.pk)
        return None
    return found


def _check_url() -> str:
    return settings.SITE_URL + reverse("check_record")
