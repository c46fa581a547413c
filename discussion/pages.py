"""Pages that are talked about: which of them, where, and with what words one begins.

A page of one circle is talked about in that circle's own spaces alone: there everybody may see it, so that the title of
a topic, which begins as the page's, tells nobody of it. Whether a reader may see the page is asked each time it is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.text import Truncator
from wagtail.models import Page

from discussion import addresses, asked, rows
from discussion.forms import TITLE_LONGEST
from discussion.models import Space
from members import pages
from members.enums import CircleKind
from members.models import User

_ORDER = (CircleKind.COHORT, CircleKind.NETWORK, CircleKind.COMMUNITY, CircleKind.GROUP)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a new topic is going to be about.

    Args:
        page: a row of ``asked.PAGE``.
        question: one that the page asks, in its words; "" for none.
    """

    page: Any
    question: str

    @property
    def url(self) -> str:
        """Where the page is."""
        return url_of(self.page)

    @property
    def talk_url(self) -> str:
        """Where it is talked about."""
        return addresses.about(self.page.pk)

    @property
    def title_to_begin_with(self) -> str:
        """The question or else the page's title, as a topic's."""
        words = " ".join((self.question or self.page.title).split())
        return Truncator(words).chars(TITLE_LONGEST)


def url_of(page: Any) -> str:
    """Where a page is."""
    return pages.addresses({page.pk: page.url_path})[page.pk]


def named(person: User, key: int) -> dict[str, str] | None:
    """How a topic names the page that it is about: title and address; None to who may not see it. One query."""
    page = asked.page_seen_by(person, key)
    return {"title": page.title, "url": url_of(page)} if page else None


def question_of(page: Any, block: str) -> dict[str, str] | None:
    """A question that a page asks to be discussed: the id of its block, and its words. Two queries, if one is named.

    Args:
        page: one that the asker may see.
        block: what an address names, perhaps nothing.
    """
    found = Page.objects.filter(pk=page.pk).first() if block else None
    words = pages.question_on(found.specific, block, kind="discussion") if found else ""
    return {"block": block, "words": words} if words else None


def asked_for(query: Mapping[str, str], person: User, space: Space) -> About | None:
    """What the address of the form for a new topic names; None for nothing that this space can talk about."""
    key = query.get("about", "")
    if not (key.isascii() and key.isdigit() and len(key) < 12):
        return None
    page = asked.page_for(space, person, int(key))
    if page is None:
        return None
    question = question_of(page, query.get("question", ""))
    return About(page=page, question=question["words"] if question else "")


def places(
    spaces: list[Space], person: User, page: Any, question: dict[str, str] | None
) -> list[dict[str, str]]:
    """Where somebody may start a topic about a page: their cohort first, then the network.

    Args:
        spaces: with their circles, of which ``person`` is one.
        person: who would start it.
        page: a row of ``asked.PAGE``.
        question: as ``question_of`` gives it.
    """
    fitting = [space for space in spaces if asked.fits(page, space) and space.can_start_topic(person)]
    fitting.sort(key=lambda space: (_ORDER.index(CircleKind(space.circle.kind)), space.order, space.name))
    query = urlencode({"about": page.pk} | ({"question": question["block"]} if question else {}))
    return [
        {
            "name": space.name,
            "audience": rows.audience(space.circle),
            "url": f"{addresses.space(space.slug)}new/?{query}",
        }
        for space in fitting
    ]
