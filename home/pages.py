"""Finding a page, as an object of its own kind, in one query."""

from django.apps import apps
from wagtail.models import Page

from members.models import CirclePage
from members.pages import ways
from members.prepared import Prepared

_LONGEST = 2000
_MOST_REMEMBERED = 5000
# Which kind of page was last found at an address. Joining the tables of all kinds, to learn it, takes
# the database no time, but Django three times as long as asking for one kind.
_kinds: dict[str, type[CirclePage]] = {}
_asked: dict[type[CirclePage], Prepared] = {}


def find_page(root_path: str, path: str) -> CirclePage | None:
    """The published page at this path of the site.

    Args:
        root_path: the ``url_path`` of the site's root page, such as "/home/".
        path: what stands after the host, without the first slash.

    Returns:
        The page, or None. One query; a second one where a page of another kind has taken the address
        since it was last asked for.
    """
    if "\x00" in path or len(path) > _LONGEST:
        return None
    url_path = root_path + "".join(f"{part}/" for part in path.split("/") if part)
    page = _of_kind(_kinds[url_path], url_path) if url_path in _kinds else None
    return page or _of_any_kind(url_path)


def _of_kind(kind: type[CirclePage], url_path: str) -> CirclePage | None:
    return next(iter(_prepared(kind).rows(url_path)), None)


def _prepared(kind: type[CirclePage]) -> Prepared:
    """The question for a page of one kind, whose SQL is written once."""
    if kind not in _asked:
        _asked[kind] = Prepared(lambda path: kind.objects.filter(url_path=path, live=True).order_by()[:1])
    return _asked[kind]


def _of_any_kind(url_path: str) -> CirclePage | None:
    """The tables of all kinds are joined: a page has a row in one of them."""
    pages = Page.objects.filter(url_path=url_path, live=True).select_related(*ways().values()).order_by()
    page = next(iter(pages[:1]), None)
    for label, way in ways().items():
        own = getattr(page, way, None)
        if own is not None:
            _remember(url_path, apps.get_model(label))
            return own
    return None


def _remember(url_path: str, kind: type[CirclePage]) -> None:
    if len(_kinds) >= _MOST_REMEMBERED:
        _kinds.clear()
    _kinds[url_path] = kind
