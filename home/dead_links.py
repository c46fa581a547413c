"""Links between pages that lead nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Page

from kit.page_checks import pointers


@dataclass(frozen=True, kw_only=True)
class DeadLink:
    """One link that nobody can follow.

    Args:
        page: the key of the page on which it stands.
        title: of that page.
        words: of the link; "" where a block shows the other page's title.
        problem: what is wrong, as a sentence.
    """

    page: int
    title: str
    words: str
    problem: str


GONE = "The page that it leads to is gone."
HIDDEN = "The page that it leads to, “{title}”, is not published."


def streams_of(page: Any) -> list[Any]:
    """The texts of a page that are made of blocks."""
    fields = [field for field in page._meta.get_fields() if isinstance(field, StreamField)]
    return [getattr(page, field.name) for field in fields]


def dead_links(pages: Iterable[Any]) -> list[DeadLink]:
    """The links on some pages that lead to a page that is gone or not published, page by page. One query.

    Args:
        pages: as their own kinds (``specific``).
    """
    found = [
        (page, words, target)
        for page in pages
        for words, target in pointers(raw for stream in streams_of(page) for raw in stream.raw_data)
    ]
    rows = Page.objects.filter(pk__in={target for *_, target in found}).values_list("pk", "live", "title")
    there = {pk: (live, title) for pk, live, title in rows} if found else {}
    return [
        DeadLink(page=page.pk, title=page.title, words=words, problem=_problem(there.get(target)))
        for page, words, target in dict.fromkeys(found)
        if not there.get(target, (False,))[0]
    ]


def _problem(there: tuple[bool, str] | None) -> str:
    return GONE if there is None else HIDDEN.format(title=there[1])
