"""Giving links in an editor's text their addresses, for whoever reads it.

Wagtail keeps them by number: ``<a linktype="page" id="3">``.
"""

import re

from django.utils.html import escape
from wagtail.documents import get_document_model

from members.pages import addresses, visible_pages
from members.querysets import Person

_LINK = re.compile(r'<a\b([^>]*?\slinktype="(page|document)"[^>]*)>(.*?)</a>', re.DOTALL)
_ID = re.compile(r'\sid="(\d{1,18})"')
_OURS = re.compile(r'\s(?:(?:linktype|id)="[^"]*"|data-or-nothing)')


def with_addresses(html: str, user: Person) -> str:
    """The HTML with every link to a page or a document resolved.

    What this person may not see is not linked to, and its words stay: an address would give away its name. With
    ``data-or-nothing`` the words go as well.
    At most two queries, one for pages and one for documents.

    Args:
        html: any HTML that an editor's links are in.
        user: who will read it.
    """
    if "linktype=" not in html:
        return html
    ids: dict[str, set[int]] = {"page": set(), "document": set()}
    for attributes, kind, _ in _LINK.findall(html):
        ids[kind].add(_number(attributes))
    found = {
        "page": _page_addresses(ids["page"], user),
        "document": _document_addresses(ids["document"], user),
    }

    def resolved(match: re.Match[str]) -> str:
        attributes, kind, words = match.groups()
        address = found[kind].get(_number(attributes))
        if not address:
            return "" if "data-or-nothing" in attributes else words
        return f'<a{_OURS.sub("", attributes)} href="{escape(address)}">{words}</a>'

    return _LINK.sub(resolved, html)


def _number(attributes: str) -> int:
    found = _ID.search(attributes)
    return int(found[1]) if found else 0


def _page_addresses(ids: set[int], user: Person) -> dict[int, str]:
    if not ids:
        return {}
    pages = visible_pages(user).filter(pk__in=ids).order_by()
    return addresses(dict(pages.values_list("pk", "url_path")))


def _document_addresses(ids: set[int], user: Person) -> dict[int, str]:
    if not ids:
        return {}
    documents = get_document_model().objects.visible_to(user).filter(pk__in=ids)
    return {document.pk: document.url for document in documents}
