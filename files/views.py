"""Serving files: each time, the question is asked again."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from files import serving
from files.kinds import DOCUMENTS, PICTURES, extension_of
from files.models import PortalDocument, PortalRendition


@require_safe
def rendition(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A picture in one size, if the asker may see the picture.

    It is sent by us wherever it lies: pages may show pictures of no other address (Content-Security-Policy).
    """
    found = PortalRendition.objects.select_related("image").filter(pk=pk).first()
    if found is None or found.file_name != name or not found.image.can_see(request.user):
        raise Http404
    return serving.send(
        request,
        found.file,
        kind=_kind(PICTURES, name),
        name=name,
        inline=True,
        is_public=found.image.circle_id is None,
        mark=f"rendition {found.pk} {found.file.name}",
    )


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A document, if the asker may see it. In place of Wagtail's view, whose rule for collections holds here too."""
    found = PortalDocument.objects.filter(pk=pk).select_related("collection").first()
    if found is None or found.filename != name or not found.can_see(request.user):
        raise Http404
    if not all(rule.accept_request(request) for rule in found.collection.get_view_restrictions()):
        raise Http404
    kind = _kind(DOCUMENTS, name)
    inline = kind == DOCUMENTS["pdf"]
    elsewhere = serving.redirect(request, found.file, kind=kind, name=name, inline=inline)
    return elsewhere or serving.send(
        request,
        found.file,
        kind=kind,
        name=name,
        inline=inline,
        is_public=found.circle_id is None,
        mark=f"document {found.pk} {found.file.name} {found.file_size} {found.file_hash}",
    )


def _kind(kinds: dict[str, str], name: str) -> str:
    """The one media type of files with this ending.

    Raises:
        Http404: there is none; it must have come in by another way than ours.
    """
    kind = kinds.get(extension_of(name))
    if kind is None:
        raise Http404
    return kind
