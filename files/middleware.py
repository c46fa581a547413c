"""What Wagtail's screens for files do not ask by themselves."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from files import uploads
from files.models import PortalDocument, PortalImage
from members import limits
from members.errors import TooOften

_SCREENS: dict[str, Any] = {
    "wagtailimages": PortalImage,
    "wagtailimages_chooser": PortalImage,
    "wagtaildocs": PortalDocument,
    "wagtaildocs_chooser": PortalDocument,
}
_KEYS = ("image_id", "document_id", "doc_id", "pk")


class BoundedRequests:
    """Refuses a request that is larger than any of ours, before a byte of it is read (RFC 9110, section 15.5.14)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LARGEST_REQUEST:
            return render(request, "files/too_large.html", status=413)
        return self.get_response(request)


class FilesInAdmin:
    """In Wagtail's screens, a file that somebody may not see is one that is not there; and uploads are counted.

    Wagtail's own answer, "you do not have permission", would tell that there is one, and a bulk action its title.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = uploads.too_often.set(None)
        try:
            response = self.get_response(request)
            error = uploads.too_often.get()
        finally:
            uploads.too_often.reset(token)
        return response if error is None else _told(request, response, error)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Before a view of Wagtail's is called.

        Raises:
            Http404: it is about a file that this person may not see.
        """
        match = request.resolver_match
        if match is None or not request.path.startswith("/admin/") or not request.user.is_authenticated:
            return
        model = _SCREENS.get(match.namespace)
        if model is not None:
            _find(model, request, [str(kwargs[key]) for key in _KEYS if key in kwargs])
            _count(request)
        elif (
            match.url_name == "wagtail_bulk_action" and kwargs.get("app_label") == PortalImage._meta.app_label
        ):
            for model in {PortalImage, PortalDocument}:
                if model._meta.model_name == kwargs.get("model_name"):
                    _find(model, request, [pk for pk in request.GET.getlist("id") if pk != "all"])


def _find(model: Any, request: HttpRequest, keys: list[str]) -> None:
    wanted = {int(key) for key in keys if key.isdecimal() and len(key) < 19}
    if len(wanted) < len(set(keys)):
        raise Http404
    if wanted and model.objects.visible_to(request.user).filter(pk__in=wanted).count() < len(wanted):
        raise Http404


def _count(request: HttpRequest) -> None:
    if request.method == "POST" and request.FILES:
        try:
            limits.spend(request, "upload")
        except TooOften as error:
            uploads.too_often.set(error)


def _told(request: HttpRequest, response: HttpResponse, error: TooOften) -> HttpResponse:
    """A script of Wagtail's shows the words only in an answer that says 200."""
    response["Retry-After"] = str(error.seconds)
    if response.status_code == 200 and request.headers.get("x-requested-with") != "XMLHttpRequest":
        response.status_code = 429
    return response
