"""Addresses that are looked up once are those that a reverse gives."""

import re
from pathlib import Path

import pytest
from django.urls import resolve, reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from discussion import addresses
from discussion.models import Space, Topic
from members.models import User

SLUGS = st.from_regex(r"\A[a-zA-Z0-9_-]{1,80}\Z")
KEYS = st.integers(0, 2**63)


@settings(max_examples=100, deadline=None)
@given(slug=SLUGS, pk=KEYS, words=SLUGS)
def test_of_spaces_and_topics(slug: str, pk: int, words: str) -> None:
    assert addresses.space(slug) == reverse("discussion:space", args=[slug])
    there = addresses.topic(slug, pk, words)
    assert there == reverse("discussion:topic", kwargs={"slug": slug, "pk": pk, "words": words})
    assert resolve(there).kwargs == {"slug": slug, "pk": pk, "words": words}


@settings(max_examples=50, deadline=None)
@given(pk=KEYS)
def test_of_posts_and_people(pk: int) -> None:
    for name in ("edit_post", "history", "remove_post", "restore_post"):
        assert addresses.post(name, pk) == reverse(f"discussion:{name}", args=[pk])
    assert addresses.person(pk) == User(pk=pk).get_absolute_url()


def test_of_the_things_themselves() -> None:
    space = Space(slug="open-talk")
    assert space.get_absolute_url() == "/discussions/open-talk/"
    assert (
        Topic(pk=7, slug="who-brings", space=space).get_absolute_url()
        == "/discussions/open-talk/7-who-brings/"
    )


def test_the_stand_ins_stay_in_no_address() -> None:
    made = [
        addresses.space("a"),
        addresses.topic("a", 1, "b"),
        addresses.post("history", 1),
        addresses.person(1),
    ]
    assert [address for address in made if "stand-in" in address or "2000000001" in address] == []


@pytest.mark.parametrize("pk", [10, 11, 2_000_000_001])
def test_one_address_is_not_kept_for_another(pk: int) -> None:
    assert addresses.post("history", pk) == f"/discussions/posts/{pk}/history/"
    assert (
        addresses.topic("stand-in-slug", pk, "stand-in-words")
        == f"/discussions/stand-in-slug/{pk}-stand-in-words/"
    )


def test_a_stand_in_that_is_not_in_its_address_is_found_out() -> None:
    with pytest.raises(ValueError, match="is not in the address"):
        addresses._pattern("discussion:space", slug="d")


def test_no_row_writes_an_address_by_hand() -> None:
    folder = Path(addresses.__file__).parent
    for name in (
        "rows.py",
        "models.py",
        "overview.py",
        "templatetags/discussion_tags.py",
        "search.py",
        "news.py",
    ):
        assert re.findall(r"[\"\'](/(?:discussions|people)/)", (folder / name).read_text()) == [], name
