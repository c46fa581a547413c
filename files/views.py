"""Serving files: each time, the question is asked again."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from files.models import PortalRendition

KINDS = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}


@require_safe
def rendition(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """A picture in one size, if the asker may see the picture."""
    found = PortalRendition.objects.select_related("image").filter(pk=pk).first()
    if found is None or found.file_name != name or not found.image.can_see(request.user):
        raise Http404
    kind = KINDS.get(name.rsplit(".", 1)[-1].lower())
    if kind is None:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    # Kept by the reader's own browser for a while, and by nobody in between: it may become private.
    response["Cache-Control"] = (
        "private, max-age=300" if found.image.circle_id is None else "private, no-store"
    )
    return response
