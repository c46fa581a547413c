"""Pages of every kind at once: which of them somebody may see, in one query."""

from collections.abc import Mapping
from functools import cache
from uuid import UUID

from django.db.models.functions import Coalesce
from wagtail.fields import StreamField
from wagtail.models import Page, Site, get_page_models
from wagtail.models.sites import SiteRootPath
from wagtail.query import PageQuerySet

from members.models import CirclePage
from members.querysets import Person, seen_by


@cache
def ways() -> dict[str, str]:
    """For each page model of ours, by its label, the way from ``Page`` to it in a query."""
    return {
        model._meta.label_lower: str(model._meta.model_name)
        for model in get_page_models()
        if issubclass(model, CirclePage)
    }


@cache
def _with_circle() -> PageQuerySet:
    """All pages with ``of_circle``: a page has a row in the table of its own kind only, so the others say null.

    Built once, since joining all kinds costs more than asking.
    """
    return Page.objects.alias(of_circle=Coalesce(*(f"{way}__circle_id" for way in ways().values())))


def visible_pages(user: Person) -> PageQuerySet:
    """Published pages of every kind that this person may see, as ``Page``; the root of the tree is none."""
    return _with_circle().filter(seen_by(user, "of_circle"), live=True, depth__gt=1)


def addresses(url_paths: Mapping[int, str]) -> dict[int, str]:
    """Where pages are, by their ids: "/guidance/", with the host before it where there are several sites.

    Args:
        url_paths: the ``url_path`` of each page by its id.
    """
    roots = Site.get_site_root_paths()
    several = len({root.site_id for root in roots}) > 1
    return {key: _address(url_path, roots, several) for key, url_path in url_paths.items()}


def question_on(page: Page, block: str, *, kind: str) -> str:
    """The words of one of a page's questions, as published; "" if it has none with this id.

    Args:
        page: as an object of its own kind.
        block: the id of the block that asks it, as an address names it.
        kind: of block, such as "reflection"; it has its words under "prompt".
    """
    try:
        wanted = str(UUID(block))
    except ValueError:
        return ""
    for field in page._meta.concrete_fields:
        for raw in getattr(page, field.name).raw_data if isinstance(field, StreamField) else ():
            if raw["type"] == kind and raw.get("id") == wanted:
                return str(raw["value"]["prompt"])
    return ""


def _address(url_path: str, roots: list[SiteRootPath], several: bool) -> str:
    root = next((root for root in roots if url_path.startswith(root.root_path)), None)
    if root is None:
        return ""
    return (root.root_url if several else "") + "/" + url_path.removeprefix(root.root_path)
