"""The front page: what this is, for whom, and the ways in."""

import json
import re

import pytest

from home.models import HomePage
from kit import registry

pytestmark = pytest.mark.django_db


def ways(*titles: str) -> dict[str, object]:
    items = [
        {"title": title, "text": f"About {title}.", "path": f"/{title}/", "link_text": f"See {title}"}
        for title in titles
    ]
    return {"type": "ways_in", "value": {"items": items}}


def front(pages, *blocks: dict[str, object]) -> HomePage:
    home = HomePage.objects.get(pk=pages.home.pk)
    home.for_whom = "For you <and> me."
    home.introduction = "One.\n\nTwo."
    home.body = json.dumps(blocks)
    home.save()
    return home


@pytest.fixture
def shows(monkeypatch):
    """Fills a slot: ``shows("home.year", "<p>…</p>")``."""
    monkeypatch.setattr(registry.panels, "_items", {})

    def fill(slot: str, html: str) -> None:
        registry.panels.add(
            registry.Panel(key=f"test.{slot}", slot=slot, draw=lambda thing, request: html, queries=0)
        )

    return fill


def test_it_says_what_this_is_and_for_whom(client, pages):
    front(pages)
    html = client.get("/").content.decode()
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == ["Learn together"]
    assert "For you &lt;and&gt; me." in html
    assert "<p>One.</p>\n\n<p>Two.</p>" in html
    assert '<nav class="nhsuk-breadcrumb' not in html


def test_the_first_way_in_is_the_main_thing_to_do(client, pages):
    front(pages, ways("guidance", "communities"))
    html = client.get("/").content.decode()
    assert re.findall(r'nhsuk-button--reverse" href="([^"]*)"[^>]*>([^<]*)', html) == [
        ("/guidance/", "See guidance")
    ]
    assert re.findall(r'<h2 class="p-way__title">([^<]*)', html) == ["guidance", "communities"]


def test_for_somebody_signed_in_it_is_their_dashboard(pages, cast, signed_in):
    front(pages, ways("guidance"))
    html = signed_in(cast.participant).get("/").content.decode()
    assert re.findall(r'nhsuk-button--reverse" href="([^"]*)"', html) == ["/me/"]


def test_the_year_and_the_communities_come_from_their_rooms(client, pages, shows):
    front(pages, {"type": "year", "value": None}, {"type": "latest_communities", "value": None})
    shows("home.year", "<p>The year here.</p>")
    shows("home.communities", "<p>Three of them.</p>")
    html = client.get("/").content.decode()
    assert html.count("<p>The year here.</p>") == html.count("<p>Three of them.</p>") == 1


def test_what_no_room_has_anything_for_leaves_no_gap(client, pages, shows):
    front(pages, {"type": "year", "value": None}, {"type": "latest_communities", "value": None})
    html = client.get("/").content.decode()
    assert re.search(r'<div class="p-home">\s*</div>', html)


def test_the_page_is_given_to_those_who_draw(client, pages, monkeypatch):
    home = front(pages, {"type": "year", "value": None})
    given = []
    monkeypatch.setattr(registry.panels, "_items", {})
    registry.panels.add(
        registry.Panel(
            key="t",
            slot="home.year",
            draw=lambda thing, request: given.append((thing, request.path)) or "",
            queries=0,
        )
    )
    client.get("/")
    assert given == [(home, "/")]


def test_with_all_rooms_it_keeps_its_budget(client, pages, django_assert_num_queries):
    front(
        pages,
        ways("guidance"),
        {"type": "year", "value": None},
        {"type": "latest_communities", "value": None},
    )
    client.get("/")
    client.cookies["sessionid"] = "none"
    with django_assert_num_queries(4):
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "text", ["Ends in emoji 👩‍⚕️", "\u202eright to left", "<script>alert(1)</script>", "x" * 600]
)
def test_whatever_an_editor_writes_is_shown_as_text(client, pages, text):
    home = front(pages)
    home.for_whom = text
    home.save()
    html = client.get("/").content.decode()
    assert "<script>alert" not in html
    assert text.replace("<", "&lt;").replace(">", "&gt;") in html
