"""Serving files: each time, the question is asked again."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from files.models import PortalRendition


@require_safe
def rendition(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """A picture in one size, if the asker may see the picture."""
    found = PortalRendition.objects.select_related("image").filter(pk=pk).first()
    if found is None or not found.image.can_see(request.user) or not found.file.name.endswith(name):
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    public = found.image.circle_id is None
    response["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    return response
