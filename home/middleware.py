"""Redirects give nothing away: nobody is sent to a page that they may not see."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.models import Site

from home.frame import frame_for
from home.pages import find_page


class Redirects(RedirectMiddleware):
    """Wagtail's redirects, which it makes by itself when a page is moved or renamed.

    The new address of a private page is private: a stranger gets the answer for what is not there.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        if answer is response or _may_go(request, answer["Location"]):
            return answer
        return response


def _may_go(request: HttpRequest, address: str) -> bool:
    """Whether an address is not of a page of this site, or of one that the asker may see."""
    parts = urlsplit(address)
    root_path = _root_path(request, parts.netloc)
    if root_path is None:
        return True
    try:
        match = resolve(parts.path)
    except Resolver404:
        return True
    if match.url_name != "wagtail_serve":
        return True
    page = find_page(root_path, match.args[0])
    return page is not None and page.can_see(request.user)


def _root_path(request: HttpRequest, host: str) -> str | None:
    """The ``url_path`` of the site that a host is ours for; None for somebody else's."""
    if host in ("", request.get_host()):
        return frame_for(request).root_path
    ours = {urlsplit(root.root_url).netloc: root.root_path for root in Site.get_site_root_paths()}
    return ours.get(host)
