"""Whether this process answers, and whether it can serve."""

import asyncio

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from health_check.base import HealthCheck
from health_check.checks import Cache, Database, Storage

CHECKS: dict[str, HealthCheck] = {"database": Database(), "cache": Cache(), "storage": Storage()}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nobody else, so that a slow database does not get it killed."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether what it leans on is there: 200, or 503. What is wrong stands in the log, not in the answer."""
    found = async_to_sync(_ask)()
    ready = all(answer == "ok" for answer in found.values())
    return JsonResponse(found, status=200 if ready else 503)


async def _ask() -> dict[str, str]:
    results = await asyncio.gather(*(check.get_result() for check in CHECKS.values()))
    return {name: "failed" if result.error else "ok" for name, result in zip(CHECKS, results, strict=True)}
