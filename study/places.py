"""The places whose searches can be kept: where each is, and what was asked of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse_lazy

from community_directory import filters as communities
from community_directory.listing import chips
from learning import filters as library
from learning.library import in_words
from study.enums import Of

LIBRARY = "/guidance/"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One of them.

    Args:
        home: its address.
        asked: ``asked(data)`` says what an address asks for: in words, a word or two for each part, and as the query
            that is kept; nothing and "" where it asks for nothing.
    """

    home: str
    asked: Callable[[QueryDict], tuple[list[str], str]]


def _of_library(data: QueryDict) -> tuple[list[str], str]:
    wanted = library.read(data)
    return in_words(wanted), wanted.lasting


def _of_communities(data: QueryDict) -> tuple[list[str], str]:
    wanted = communities.read(data)
    if not wanted.are_on:
        return [], ""
    text = [f"“{wanted.q}”"] if wanted.q else []
    return [*text, *(chip["text"] for chip in chips(wanted))], wanted.query()


PLACES = {
    Of.LIBRARY: Place(home=LIBRARY, asked=_of_library),
    Of.COMMUNITIES: Place(home=reverse_lazy("community_directory:list"), asked=_of_communities),  # type: ignore[arg-type]
}


def url_of(of: str, query: str) -> str:
    """Where a kept search leads."""
    return f"{PLACES[Of(of)].home}?{query}"
