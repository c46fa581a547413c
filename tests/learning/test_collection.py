"""A path through resources: in its order, for each reader what they may see of it."""

import re

import pytest
from django.test import Client

from learning.models import CollectionItem, CollectionPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(shelve, pages, cast):
    """A path of three, the second of which is the cohort's."""
    collection = CollectionPage(title="Your first month", slug="first-month", introduction="Begin here.")
    pages.library.add_child(instance=collection)
    for place, (title, more) in enumerate(
        [("Ask", {"minutes": 90}), ("Ours", {"circle": cast.cohort.circle}), ("Begin", {})]
    ):
        CollectionItem.objects.create(
            collection=collection, guidance=shelve(title, **more), why=f"Why {title}", sort_order=place
        )
    return collection


def names(html: str) -> list[str]:
    return re.findall(r'<h3 class="p-steps__title"><a href="[^"]*">([^<]*)', html)


def shown(reader: Client | None = None) -> str:
    response = (reader or Client()).get("/guidance/first-month/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_leads_through_its_resources_in_order(way):
    html = shown()
    assert re.findall(r"<h1[^>]*>([^<]*)", html) == ["Your first month"]
    assert names(html) == ["Ask", "Begin"]
    assert "Why Ask" in html
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "2 resources 1 hour 31 minutes in all" in words


def test_what_is_some_peoples_is_on_it_for_them_alone(way, cast, signed_in):
    assert names(shown(signed_in(cast.participant))) == ["Ask", "Ours", "Begin"]
    for stranger in (Client(), signed_in(cast.outsider), signed_in(cast.editor)):
        html = shown(stranger)
        assert names(html) == ["Ask", "Begin"]
        assert "Ours" not in html


def test_one_of_nothing_says_so(pages):
    pages.library.add_child(
        instance=CollectionPage(title="Empty", slug="first-month", introduction="Nothing yet.")
    )
    assert "There is nothing on this path that you can see." in shown()


def test_a_preview_shows_it_as_it_is_written(way, cast, signed_in):
    page = CollectionPage.objects.get(pk=way.pk)
    page.items.set(list(page.items.all())[:1])
    page.save_revision()
    html = signed_in(cast.editor).get(f"/admin/pages/{page.pk}/view_draft/").content.decode()
    assert names(html) == ["Ask"]
    assert names(shown()) == ["Ask", "Begin"]


@pytest.mark.parametrize("number", [1, 30])
def test_what_it_costs(shelve, pages, client, alone, django_assert_num_queries, number):
    page = CollectionPage(title="Long", slug="first-month", introduction="x")
    pages.library.add_child(instance=page)
    for place in range(number):
        CollectionItem.objects.create(collection=page, guidance=shelve(f"R{place}"), sort_order=place)
    shown(client)
    client.cookies["sessionid"] = "none"
    # the page; its items; their resources
    with django_assert_num_queries(3):
        shown(client)
