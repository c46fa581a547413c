"""What an editor is told when a page has been saved."""

from typing import Any

from wagtail.documents import get_document_model
from wagtail.models import Page

from home.dead_links import streams_of
from kit.page_checks import look_through


def advice_on(page: Any) -> list[str]:
    """Sentences about what could be better; none for a page in which all is well. Two queries at most.

    Args:
        page: the page as it has just been saved, published or not.
    """
    found = look_through(raw for stream in streams_of(page) for raw in stream.raw_data)
    return [*found.warnings, *_dead_ends(found.pages), *_only_pdfs(found.documents)]


def _dead_ends(ids: set[int]) -> list[str]:
    if not ids:
        return []
    there = dict(Page.objects.filter(pk__in=ids).values_list("pk", "live"))
    gone = len(ids - there.keys())
    said = [f"{_links(gone)} to a page that is gone."] if gone else []
    waiting = sum(not live for live in there.values())
    return said + (
        [f"{_links(waiting)} to a page that is not published: nobody can follow."] if waiting else []
    )


def _links(number: int) -> str:
    return "A link leads" if number == 1 else f"{number} links lead"


def _only_pdfs(ids: set[int]) -> list[str]:
    if not ids:
        return []
    documents = get_document_model().objects.filter(pk__in=ids).order_by("title")
    return [
        f"“{document.title}” is a PDF alone. Not everybody can read one: add the same as a page if you can."
        for document in documents
        if document.file_extension.lower() == "pdf"
    ]
