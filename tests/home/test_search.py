"""Pages in the search over everything."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from home.models import InformationPage, ReadingListPage, TeamPage
from home.search import find_pages
from kit import registry

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def some(pages, cast) -> dict[str, InformationPage]:
    body = json.dumps([{"type": "text", "value": "<p>Kingfishers nest here.</p>"}])
    made = {
        "open": InformationPage(title="Birds", slug="birds", introduction="About birds.", body=body),
        "private": InformationPage(
            title="Kingfishers", slug="ours", introduction="Ours.", body=body, circle=cast.cohort.circle
        ),
        "draft": InformationPage(title="Kingfishers", slug="draft", body=body, live=False),
        "books": ReadingListPage(
            title="Books",
            slug="books",
            introduction="To read.",
            items=json.dumps(
                [{"type": "book", "value": {"kind": "book", "title": "On kingfishers", "authors": "A. Bird"}}]
            ),
        ),
        "team": TeamPage(
            title="Team",
            slug="team",
            roles=json.dumps([{"type": "role", "value": {"role": "Kingfishers lead", "what": "<p>x</p>"}}]),
        ),
    }
    for page in made.values():
        pages.home.add_child(instance=page)
    call_command("update_index", verbosity=0)
    return made


def found(user, text: str, limit: int = 10) -> list[str]:
    return [hit.title for hit in find_pages(user, text, limit)]


def test_what_is_public_is_found_by_its_text(some):
    assert sorted(found(AnonymousUser(), "kingfishers")) == ["Birds", "Books", "Team"]
    assert found(AnonymousUser(), "kingfishers nest") == ["Birds"]


def test_what_is_private_is_found_by_its_people_only(some, cast):
    assert sorted(found(cast.participant, "kingfishers")) == ["Birds", "Books", "Kingfishers", "Team"]
    for stranger in (cast.outsider, cast.admin, cast.editor):
        assert sorted(found(stranger, "kingfishers")) == ["Birds", "Books", "Team"]


def test_a_word_in_the_title_comes_first(some, cast):
    assert found(cast.participant, "kingfishers")[0] == "Kingfishers"


def test_a_hit_says_what_it_is_and_where(some):
    hit = find_pages(AnonymousUser(), "nest", 1)[0]
    assert (hit.title, hit.url, hit.excerpt) == ("Birds", "/birds/", "About birds.")


def test_guidance_is_not_among_them(some, pages):
    assert found(AnonymousUser(), "question") == []


def test_what_is_not_there_is_not_found(some):
    for text in ("", "  ", "nothing-like-it", "\x00", '"', "NEAR(", "a" * 5000):
        assert found(AnonymousUser(), text) == []


def test_it_stops_at_the_limit_and_takes_two_queries(some, django_assert_num_queries):
    found(AnonymousUser(), "kingfishers")
    with django_assert_num_queries(2):
        assert len(found(AnonymousUser(), "kingfishers", limit=2)) == 2


def test_it_is_registered_with_what_it_costs():
    search = registry.searches.get("home.pages")
    assert (search.label, search.find, search.queries) == ("Pages", find_pages, 2)
