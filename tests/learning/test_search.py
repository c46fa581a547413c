"""Guidance and the programme in the search over everything."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from kit import registry
from learning.models import ModulePage
from learning.search import find_course, find_guidance

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def some(shelve, pages, cast, index):
    shelve("Kingfishers", in_short="About birds.", kind="story")
    shelve("Herons", text="They meet kingfishers.")
    shelve("Secret kingfishers", circle=cast.cohort.circle)
    shelve("Draft kingfishers", live=False)
    module = ModulePage.objects.get()
    module.summary = "Kingfishers and how to begin."
    module.save()
    pages.modules.add_child(
        instance=ModulePage(
            title="Our kingfishers", slug="ours", number=2, summary="Ours.", circle=cast.cohort.circle
        )
    )
    pages.programme.introduction = "A year of kingfishers."
    pages.programme.save()
    index()


def found(find, user, text: str = "kingfishers", limit: int = 10) -> list[str]:
    return sorted(hit.title for hit in find(user, text, limit))


def test_what_is_public_is_found(some):
    assert found(find_guidance, AnonymousUser()) == ["Herons", "Kingfishers"]
    assert found(find_course, AnonymousUser()) == ["Planning and launching", "Programme"]


def test_what_is_private_is_found_by_its_people_only(some, cast):
    assert found(find_guidance, cast.participant) == ["Herons", "Kingfishers", "Secret kingfishers"]
    assert found(find_course, cast.participant) == ["Our kingfishers", "Planning and launching", "Programme"]
    for stranger in (cast.outsider, cast.admin, cast.editor):
        assert found(find_guidance, stranger) == ["Herons", "Kingfishers"]
        assert found(find_course, stranger) == ["Planning and launching", "Programme"]


def test_the_best_comes_first(some):
    assert [hit.title for hit in find_guidance(AnonymousUser(), "kingfishers", 5)] == [
        "Kingfishers",
        "Herons",
    ]


def test_a_hit_says_what_it_is_and_where(some):
    hit = find_guidance(AnonymousUser(), "birds", 5)[0]
    assert (hit.title, hit.url, hit.excerpt, hit.meta) == (
        "Kingfishers",
        "/guidance/resource-0/",
        "About birds.",
        "Story",
    )
    hits = {hit.title: hit for hit in find_course(AnonymousUser(), "kingfishers", 5)}
    module, programme = hits["Planning and launching"], hits["Programme"]
    assert (module.url, module.excerpt, module.meta) == (
        "/programme/modules/planning/", "Kingfishers and how to begin.", "Module 1",
    )  # fmt: skip
    assert (programme.url, programme.excerpt, programme.meta) == ("/programme/", "A year of kingfishers.", "")


@pytest.mark.parametrize("find", [find_guidance, find_course])
def test_what_is_not_there_is_not_found(some, find):
    for text in ("", " ", "zebra", "\x00", '"', "NEAR(a", "a" * 10_000):
        assert find(AnonymousUser(), text, 5) == []


@pytest.mark.parametrize("find", [find_guidance, find_course])
def test_each_takes_two_queries_and_stops_at_the_limit(some, find, django_assert_num_queries):
    find(AnonymousUser(), "kingfishers", 5)
    with django_assert_num_queries(2):
        assert len(find(AnonymousUser(), "kingfishers", 1)) == 1


def test_both_are_registered(some):
    call_command("check")
    guidance, modules = registry.searches.get("guidance"), registry.searches.get("modules")
    assert (guidance.find, guidance.queries, guidance.more_url) == (find_guidance, 2, "/guidance/?q=")
    assert (modules.find, modules.queries) == (find_course, 2)
