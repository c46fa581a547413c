"""An answer of nothing but a status helps nobody: it gets words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


class ExplainRefusals:
    """Gives a 405, which Django leaves empty, a page for people and JSON for programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
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
