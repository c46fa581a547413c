"""Finding a page and its own kind in one query."""

from functools import cache

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, get_page_models


@cache
def _links() -> dict[str, str]:
    """For each page model of ours, by its name, the way from Page to it."""
    return {
        model._meta.label_lower: model._meta.model_name or ""
        for model in get_page_models()
        if model is not Page
    }


def find_page(root_path: str, path: str) -> Page | None:
    """The published page at this path of the site, as an object of its own kind.

    Args:
        root_path: the ``url_path`` of the site's root page, such as "/home/".
        path: what stands after the host, without the first slash.

    Returns:
        The page, or None. One query: the tables of all kinds are joined.
    """
    parts = [part for part in path.split("/") if part]
    if "\x00" in path or len(path) > 2000:
        return None
    url_path = root_path + "".join(f"{part}/" for part in parts)
    links = _links()
    page = Page.objects.live().filter(url_path=url_path).select_related(*links.values()).first()
    if page is None:
        return None
    kind = ContentType.objects.get_for_id(page.content_type_id)
    link = links.get(f"{kind.app_label}.{kind.model}")
    return getattr(page, link) if link else None
