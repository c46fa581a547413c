"""What a reflection is about: a page with the question on it, or a thing of a room above."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from journal.models import Reflection
from journal.registry import subjects
from members.pages import addresses, question_on, visible_pages
from members.querysets import Person

_LARGEST = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class About:
    """What somebody is going to write about.

    Args:
        title: what it is called; "" for nothing in particular.
        url: where it is.
        prompt: the question, in the words of the page.
        page: the page.
        thing: the thing of another room: its subject's key, and its id.
        fields: what names it in addresses and forms.
    """

    title: str = ""
    url: str = ""
    prompt: str = ""
    page: Page | None = None
    thing: tuple[str, int] | None = None
    fields: Mapping[str, str]


NOTHING = About(fields={})


def named_by(query: Mapping[str, Any], user: Person) -> About | None:
    """What an address or a form names.

    Args:
        query: "page" and perhaps "block", or "about" and "id".
        user: who wants to write.

    Returns:
        It, with the words of its question as they stand on the page; ``NOTHING`` where nothing is named; None for
        what is not there, or not for them.
    """
    if query.get("page"):
        return _page(_number(query["page"]), str(query.get("block") or ""), user)
    if query.get("about"):
        return _thing(str(query["about"]), _number(query.get("id")), user)
    return NOTHING


def _number(said: Any) -> int:
    """A key; 0, which is none, for what is no number."""
    text = str(said)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return number if number <= _LARGEST else 0


def _page(key: int, block: str, user: Person) -> About | None:
    page = visible_pages(user).filter(pk=key).first()
    if page is None:
        return None
    fields = {"page": str(page.pk)}
    prompt = question_on(page.specific, block, kind="reflection") if block else ""
    if block and not prompt:
        return None
    return About(
        title=page.title,
        url=addresses({page.pk: page.url_path})[page.pk],
        prompt=prompt,
        page=page,
        fields=fields | ({"block": block} if block else {}),
    )


def _thing(kind: str, key: int, user: Person) -> About | None:
    subject = subjects.get(kind)
    described = subject.describe([key], user).get(key) if subject else None
    if described is None:
        return None
    title, url = described
    return About(title=title, url=url, thing=(kind, key), fields={"about": kind, "id": str(key)})


def names_of(found: Iterable[Reflection], user: Person) -> dict[int, tuple[str, str]]:
    """What these reflections are about: title and address, by the reflection's key. What the reader may not see is
    left out. One query for pages, and those of each subject that occurs.
    """
    rows = list(found)
    pages = _pages_of({row.page_id for row in rows if row.page_id}, user)
    named = {row.pk: pages[row.page_id] for row in rows if row.page_id in pages}
    for kind in sorted({row.about_kind for row in rows if row.about_kind}):
        subject = subjects.get(kind)
        if subject is None:
            continue
        mine = [row for row in rows if row.about_kind == kind]
        described = subject.describe([row.about_id for row in mine if row.about_id], user)
        named |= {row.pk: described[row.about_id] for row in mine if row.about_id in described}
    return named


def _pages_of(keys: set[int], user: Person) -> dict[int, tuple[str, str]]:
    if not keys:
        return {}
    rows = list(visible_pages(user).filter(pk__in=keys).values_list("pk", "title", "url_path"))
    places = addresses({pk: url_path for pk, _, url_path in rows})
    return {pk: (title, places[pk]) for pk, title, _ in rows}
