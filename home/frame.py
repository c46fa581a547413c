"""The frame of every page: name, navigation, footer, notice. Read from the cache; no query when warm."""

import hashlib
from dataclasses import dataclass, field

from django.core.cache import cache
from django.http import HttpRequest
from wagtail.models import Site

from home.models import SiteLink, SiteSettings
from kit.caching import forget_public_pages

_KEY = "frame-of-"


@dataclass(frozen=True)
class Link:
    """A link of the navigation or the footer."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around every page of a site."""

    site: Site | None = None
    root_path: str = "/"
    name: str = "Communities of Practice"
    strapline: str = ""
    logo_url: str = ""
    nav: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)
    footer_text: str = ""
    contact_email: str = ""
    contact_text: str = ""
    notice: dict[str, str] | None = None
    theme_version: str = ""
    theme_css: str = ""

    @property
    def theme_url(self) -> str:
        """The address of the deployment's own colours, "" if it has none."""
        return f"/theme.css?v={self.theme_version}" if self.theme_css else ""


def frame_for(request: HttpRequest) -> Frame:
    """The frame of the site that this request is for; from the cache, else two or three queries."""
    host = request.get_host()
    found: Frame | None = cache.get(_KEY + host)
    if found is None:
        found = _build(request)
        cache.set(_KEY + host, found, timeout=3600)
        _remember(host)
    return found


def forget_frames() -> None:
    """Let what an editor has changed show at once."""
    hosts = cache.get(_KEY + "hosts", [])
    cache.delete_many([_KEY + host for host in hosts])
    forget_public_pages()


def _remember(host: str) -> None:
    hosts = cache.get(_KEY + "hosts", [])
    if host not in hosts:
        cache.set(_KEY + "hosts", [*hosts, host], timeout=None)


def _link(link: SiteLink, root_path: str) -> Link | None:
    if link.page_id and not link.page.live:
        return None
    url = "/" + link.page.url_path.removeprefix(root_path) if link.page_id else link.path
    return Link(link.title, url) if url else None


def _build(request: HttpRequest) -> Frame:
    site = Site.find_for_request(request)
    if site is None:
        return Frame()
    site = Site.objects.select_related("root_page").get(pk=site.pk)
    root_path = site.root_page.url_path
    own = SiteSettings.objects.filter(site=site).select_related("logo").first()
    if own is None:
        return Frame(site=site, root_path=root_path)
    links = {
        name: [
            made
            for link in getattr(own, name).select_related("page").all()
            if (made := _link(link, root_path))
        ]
        for name in ("navigation", "footer")
    }
    css = _theme_css(own)
    return Frame(
        site=site,
        root_path=root_path,
        name=own.name,
        strapline=own.strapline,
        logo_url=own.logo.get_rendition("max-320x96").url if own.logo else "",
        nav=links["navigation"],
        footer=links["footer"],
        footer_text=own.footer_text,
        contact_email=own.contact_email,
        contact_text=own.contact_text,
        notice={"level": own.notice_level, "text_html": own.notice_text} if own.notice_on else None,
        theme_version=hashlib.sha256(css.encode()).hexdigest()[:12],
        theme_css=css,
    )


def _theme_css(own: SiteSettings) -> str:
    colours = {"--colour-brand": own.brand_colour, "--colour-accent": own.accent_colour}
    lines = [f"{name}:{value};" for name, value in colours.items() if value]
    return f":root{{{''.join(lines)}}}" if lines else ""
