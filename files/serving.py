"""The answer that a file is sent by, once it has been asked who may see it."""

from hashlib import sha256

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from files.kinds import disposition

SIGNED_SECONDS = 60  # how long an address of the store lives; a download that has begun goes on
_SHUT = "default-src 'none'; frame-ancestors 'none'"


def send(
    request: HttpRequest, file: FieldFile, *, kind: str, name: str, inline: bool, is_public: bool, mark: str
) -> HttpResponseBase:
    """A file of ours.

    Args:
        request: a GET or HEAD of somebody who may see it.
        file: where it lies.
        kind: its media type, from ``files.kinds``.
        name: what a download is called.
        inline: whether a browser may show it; else it is saved.
        is_public: whether it is everybody's. Even then a browser that keeps it asks each time whether it still is.
        mark: text that changes when the file does.

    Raises:
        Http404: its file is lost.
    """
    if is_public:
        etag = f'"{sha256(mark.encode()).hexdigest()[:32]}"'
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            unchanged["ETag"] = etag
            return _guarded(unchanged, is_public=True, kind=kind)
    response = _streamed(file, kind)
    response["Content-Disposition"] = disposition(name, inline=inline)
    if is_public:
        response["ETag"] = etag
    return _guarded(response, is_public=is_public, kind=kind)


def redirect(
    request: HttpRequest, file: FieldFile, *, kind: str, name: str, inline: bool
) -> HttpResponseBase | None:
    """The way to a signed address of the store that lives a minute, or None if files lie on our own disk."""
    sign = getattr(file.storage, "signed", None)
    if sign is None:
        return None
    address = sign(
        file.name,
        kind=kind,
        disposition=disposition(name, inline=inline),
        seconds=SIGNED_SECONDS,
        method=request.method or "GET",
    )
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _streamed(file: FieldFile, kind: str) -> FileResponse:
    try:
        return FileResponse(file.storage.open(str(file.name), "rb"), content_type=kind)
    except OSError as error:
        raise Http404 from error


def _guarded(response: HttpResponseBase, *, is_public: bool, kind: str) -> HttpResponseBase:
    """With what keeps a file from doing anything in our name, and a cache from keeping it for others.

    A PDF that a browser shows by itself is the one thing not in a sandbox: Chromium's viewer does not open in one.
    """
    sandbox = "" if kind == "application/pdf" else "; sandbox"
    response["Content-Security-Policy"] = _SHUT + sandbox
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache" if is_public else "private, no-store"
    return response
