"""A page in one file, to read where there is no line: with its pictures in it, and nothing that asks for anything."""

from base64 import b64encode
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.urls import Resolver404, resolve

from files.kinds import PICTURES, extension_of
from files.models import PortalImage, PortalRendition
from members.querysets import Person

_NO_USE = (
    "script",
    "form",
    "button",
    "iframe",
    "noscript",
    "template",
    "svg",
    "object",
    "embed",
    "link",
    "base",
)
_MOST_BYTES = 8 * 1024 * 1024  # of all pictures together; a phone has to open it
_KEPT = frozenset(
    {
        "alt",
        "class",
        "colspan",
        "datetime",
        "dir",
        "height",
        "href",
        "id",
        "lang",
        "open",
        "rel",
        "rowspan",
        "scope",
    }
    | {"role", "src", "start", "tabindex", "width"}
)


def self_contained(html: str, user: Person, *, site: str) -> str:
    """Some HTML of ours, made to stand alone.

    Pictures that this person may see are written into it, others leave their description; what opens is open; links
    lead to the site by their whole address; what does something is left out. One query where there is a picture.

    Args:
        html: what stands inside a page's body.
        user: who takes it along.
        site: our address, without a slash at its end.
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup(list(_NO_USE)):
        tag.decompose()
    _put_pictures_in(soup, user)
    for link in soup("a", href=True):
        if str(link["href"]).startswith("/"):
            link["href"] = f"{site}{link['href']}"
    for tag in soup("details"):
        tag["open"] = ""
    for tag in soup(True):
        tag.attrs = {
            name: value for name, value in tag.attrs.items() if name in _KEPT or name.startswith("aria-")
        }
    return str(soup)


def _put_pictures_in(soup: BeautifulSoup, user: Person) -> None:
    pictures = {picture: _key(str(picture.get("src", ""))) for picture in soup("img")}
    keys = {key for key in pictures.values() if key}
    seen = PortalImage.objects.visible_to(user)
    renditions = PortalRendition.objects.filter(image__in=seen).in_bulk(keys) if keys else {}
    left = _MOST_BYTES
    for picture, key in pictures.items():
        data = _data(renditions.get(key), left)
        left -= len(data)
        if data:
            picture["src"] = data
        else:
            _describe(soup, picture)


def _key(address: str) -> int | None:
    """Of the rendition that an address of ours is of."""
    try:
        found = resolve(address)
    except Resolver404:
        return None
    return found.kwargs["pk"] if found.view_name == "files:rendition" else None


def _data(rendition: Any, most: int) -> str:
    """A picture as an address that holds it (RFC 2397); "" if it is lost, too large or of no kind that we serve."""
    kind = PICTURES.get(extension_of(rendition.file.name)) if rendition else None
    if not kind:
        return ""
    try:
        with rendition.file.open("rb") as file:
            held = f"data:{kind};base64,{b64encode(file.read()).decode()}"
    except OSError:
        return ""
    return held if len(held) <= most else ""


def _describe(soup: BeautifulSoup, picture: Tag) -> None:
    """In its place, what it shows."""
    words = soup.new_tag("p")
    words.string = f"[Picture: {picture.get('alt') or 'without a description'}]"
    picture.replace_with(words)
