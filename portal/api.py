"""The open API, version 1: what the directory and the calendar show to everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from cohorts.api import router as sessions
from community_directory.api import router as communities
from portal.api_docs import PlainDocs

api = NinjaAPI(
    title="Open data",
    version="1",
    description="Communities in the directory and public sessions, as open data. No key is needed.",
    docs=PlainDocs(),
    docs_url="/docs",
    urls_namespace="api-v1",
)
api.add_router("", communities)
api.add_router("", sessions)


@api.exception_handler(Http404)
def nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """The same answer for what is not there and for what is not open."""
    return api.create_response(request, {"detail": "There is nothing at this address."}, status=404)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which parameter was wrong, and why; what was sent is not sent back."""
    errors = [{"parameter": str(one["loc"][-1]), "message": one["msg"]} for one in error.errors]
    return api.create_response(
        request, {"detail": "Some parameters could not be used.", "errors": errors}, status=422
    )
