"""The dashboard."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.dashboard import build, greeting


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """One next step, then what is new."""
    context = {"dashboard": build(request), "greeting": greeting(timezone.now())}
    return render(request, "portal/dashboard.html", context)
