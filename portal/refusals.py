"""An answer of nothing but a status helps nobody: it gets words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from members import limits
from members.errors import TooOften
from portal.views import wait_a_while


class ExplainRefusals:
    """Gives a 405, which Django leaves empty, a page for people and JSON for programs; and so to who tries too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method == "GET" and _searches(request):
                limits.spend_search(request)
            response = self.get_response(request)
        except TooOften as error:
            return wait_a_while(request, error)
        if response.status_code != 405:
            return response
        if request.path.startswith("/api/"):
            worded: HttpResponse = JsonResponse({"detail": "Only GET works here."}, status=405)
        elif response.content:
            return response
        else:
            worded = render(request, "405.html", status=405)
        if response.has_header("Allow"):
            worded["Allow"] = response["Allow"]
        return worded

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view has counted and not answered itself."""
        return wait_a_while(request, exception) if isinstance(exception, TooOften) else None


def _searches(request: HttpRequest) -> bool:
    """Whether somebody looks for a text on any page of ours; who works in the admin is known."""
    return bool(request.GET.get("q", "").strip()) and not request.path.startswith("/admin/")
