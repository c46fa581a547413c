"""The frame of every page: name, navigation, footer, notice. Kept by each process; no query when warm."""

import hashlib
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from wagtail.models import Site

from home.models import NoticeLevel, SiteLink, SiteSettings
from kit import caching
from members.links import with_addresses
from members.pages import visible_pages

_MOST_SECTIONS = 500


@dataclass(frozen=True)
class Link:
    """A link of the navigation or the footer."""

    title: str
    url: str
    active: bool = False


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
    sections: dict[str, str] = field(default_factory=dict)
    """The titles of public pages that have pages below them, by address: what breadcrumbs are made of."""

    @property
    def theme_url(self) -> str:
        """The address of the deployment's own colours, "" if it has none."""
        return f"/theme.css?v={self.theme_version}" if self.theme_css else ""

    def at(self, path: str) -> "Frame":
        """The same frame, with the part of the navigation marked that a path lies in."""
        links = [replace(link, active=True) if _holds(link.url, path) else link for link in self.nav]
        return replace(self, nav=links)

    def trail(self, path: str) -> list[Link]:
        """The sections above a path, from the home page down; none for the home page itself."""
        parts = [part for part in path.split("/") if part]
        above = ["/", *("/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts)))] if parts else []
        return [
            Link("Home" if url == "/" else self.sections[url], url) for url in above if url in self.sections
        ]


_HOSTS_AT_MOST = 50
# By host, in this process: what it was made under, and the frame. The version is shared by all processes.
_made: dict[str, tuple[str, Frame]] = {}


def frame_for(request: HttpRequest) -> Frame:
    """The frame of the site that this request is for; made by a handful of queries when something has changed."""
    host, version = request.get_host(), caching.version_for(request)
    kept = _made.get(host)
    if kept is not None and kept[0] == version:
        return kept[1]
    made = _build(request)
    if made.site is not None:
        if len(_made) >= _HOSTS_AT_MOST:
            _made.clear()
        _made[host] = (version, made)
    return made


def trail_for(request: HttpRequest) -> list[Link]:
    """The sections above the page that is asked for."""
    return frame_for(request).trail(request.path)


def _holds(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url.split("?", maxsplit=1)[0])


def _build(request: HttpRequest) -> Frame:
    site = Site.find_for_request(request)
    if site is None:
        return Frame()
    site = Site.objects.select_related("root_page").get(pk=site.pk)
    root_path = site.root_page.url_path
    frame = Frame(site=site, root_path=root_path, sections=_sections(root_path))
    own = SiteSettings.objects.filter(site=site).select_related("logo").first()
    return _with_settings(frame, own) if own else frame


def _sections(root_path: str) -> dict[str, str]:
    pages = visible_pages(AnonymousUser()).filter(numchild__gt=0, url_path__startswith=root_path)
    rows = pages.order_by("depth", "path").values_list("url_path", "title")[:_MOST_SECTIONS]
    return {_address(url_path, root_path): title for url_path, title in rows}


def _with_settings(frame: Frame, own: SiteSettings) -> Frame:
    css = _theme_css(own)
    return replace(
        frame,
        name=own.name,
        strapline=own.strapline,
        logo_url=_logo_url(own),
        nav=_links(own, "navigation", frame.root_path),
        footer=_links(own, "footer", frame.root_path),
        footer_text=own.footer_text,
        contact_email=own.contact_email,
        contact_text=own.contact_text,
        notice=_notice(own),
        theme_version=hashlib.sha256(css.encode()).hexdigest()[:12],
        theme_css=css,
    )


def _logo_url(own: SiteSettings) -> str:
    if own.logo is None or own.logo.circle_id is not None:
        return ""
    try:
        return own.logo.get_rendition("max-320x96").url
    except OSError:  # its file is lost: the mark stands in for it
        return ""


def _notice(own: SiteSettings) -> dict[str, str] | None:
    if not own.notice_on or not own.notice_text:
        return None
    level = "warning" if own.notice_level == NoticeLevel.IMPORTANT else "info"
    return {"level": level, "text_html": with_addresses(own.notice_text, AnonymousUser())}


def _links(own: SiteSettings, name: str, root_path: str) -> list[Link]:
    """The links of a list that lead somewhere for everybody; a page's own title is not asked for."""
    links = list(getattr(own, name).all())
    pages = visible_pages(AnonymousUser()).filter(pk__in=[link.page_id for link in links if link.page_id])
    paths = dict(pages.values_list("pk", "url_path"))
    made = [(link.title, _target(link, paths, root_path)) for link in links]
    return [Link(title, url) for title, url in made if url]


def _target(link: SiteLink, paths: dict[int, str], root_path: str) -> str:
    if not link.page_id:
        return link.path
    return _address(paths[link.page_id], root_path) if link.page_id in paths else ""


def _address(url_path: str, root_path: str) -> str:
    return "/" + url_path.removeprefix(root_path)


def _theme_css(own: SiteSettings) -> str:
    colours = {"--colour-brand": own.brand_colour, "--colour-accent": own.accent_colour}
    lines = [f"{name}:{value};" for name, value in colours.items() if value]
    return f":root{{{''.join(lines)}}}" if lines else ""
