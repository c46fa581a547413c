"""Documents are served by Wagtail's view, which asks here first."""

from django.http import Http404, HttpRequest
from wagtail import hooks

from files.models import PortalDocument


@hooks.register("before_serve_document")
def only_to_those_who_may(document: PortalDocument, request: HttpRequest) -> None:
    """A stranger gets the answer for a document that is not there."""
    if not document.can_see(request.user):
        raise Http404
