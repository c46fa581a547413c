"""Finding a page and its own kind in one query."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from members.models import CirclePage
from members.pages import ways

_LONGEST = 2000


def find_page(root_path: str, path: str) -> CirclePage | None:
    """The published page at this path of the site, as an object of its own kind.

    Args:
        root_path: the ``url_path`` of the site's root page, such as "/home/".
        path: what stands after the host, without the first slash.

    Returns:
        The page, or None. One query: the tables of all kinds are joined.
    """
    if "\x00" in path or len(path) > _LONGEST:
        return None
    url_path = root_path + "".join(f"{part}/" for part in path.split("/") if part)
    page = Page.objects.live().filter(url_path=url_path).select_related(*ways().values()).order_by().first()
    if page is None:
        return None
    kind = ContentType.objects.get_for_id(page.content_type_id)
    return getattr(page, ways().get(f"{kind.app_label}.{kind.model}", ""), None)
