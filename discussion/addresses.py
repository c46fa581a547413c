"""Where things of this room are: each pattern is looked up once, and filled in after that.

Thirty rows with four addresses each would take a ``reverse`` as long as all the rest of them.
"""

from functools import cache

from django.urls import reverse

# Stand-ins, such as no thing has: fit for a number, a slug and the words of a topic's address.
_NUMBER = 2_000_000_001
_SLUG, _WORDS = "stand-in-slug", "stand-in-words"


@cache
def _pattern(name: str, **given: int | str) -> str:
    """The address of this name with a blank for each stand-in."""
    address = reverse(name, kwargs=given).replace("%", "%%")
    for key, value in given.items():
        if address.count(str(value)) != 1:
            raise ValueError(f"{key} is not in the address {address} as it is")
        address = address.replace(str(value), f"%({key})s")
    return address


def space(slug: str) -> str:
    """The page of a space."""
    return _pattern("discussion:space", slug=_SLUG) % {"slug": slug}


def topic(slug: str, pk: int, words: str) -> str:
    """The page of a topic.

    Args:
        slug: of its space.
        pk: its own.
        words: its slug.
    """
    pattern = _pattern("discussion:topic", slug=_SLUG, pk=_NUMBER, words=_WORDS)
    return pattern % {"slug": slug, "pk": pk, "words": words}


def post(name: str, pk: int) -> str:
    """What is done with a post, by the name of its address, such as "edit_post" or "history"."""
    return _pattern(f"discussion:{name}", pk=_NUMBER) % {"pk": pk}


def about(pk: int) -> str:
    """What is said about a page."""
    return _pattern("discussion:about", pk=_NUMBER) % {"pk": pk}


def person(pk: int) -> str:
    """The page of somebody who chose to be found."""
    return _pattern("members:person", pk=_NUMBER) % {"pk": pk}
