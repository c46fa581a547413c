"""Every block is drawn, accessibly and without style of its own; what it links to is looked up at once."""

import json
import re
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from wagtail.blocks import StreamBlock

from home.blocks import home_blocks, reading_blocks, team_blocks
from home.models import HomePage, InformationPage, ReadingListPage, TeamPage
from kit.blocks import body_blocks
from learning.blocks import ElementBlock, OutcomeBlock, StepBlock
from tests.home.conftest import every_block

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(pages, media) -> InformationPage:
    body = every_block(media, pages.guidance.pk)
    return pages.home.add_child(
        instance=InformationPage(
            title="About", slug="about", introduction="Who we are.", body=json.dumps(body)
        )
    )


@pytest.fixture
def html(client, about) -> str:
    return client.get("/about/").content.decode()


def main(html: str) -> str:
    """What stands between <main> and </main>."""
    return html.split('id="main-content"')[1].split("</main>", maxsplit=1)[0]


def test_every_block_of_a_body_is_drawn(html, about):
    kinds = {block.block_type for block in about.body}
    assert kinds == {name for name, _ in body_blocks()}
    for said in (
        "Before you &lt;begin&gt;", "Ten chairs &amp; a door", "A &lt;circle&gt;", "A. Writer", "Mind &amp; heart",
        "start on time", "read out slides", "Ask", "Two truths", "Who was not there?", "If only three come",
        "Does it cost?", "Who does what", "A longer read", "A &lt;first&gt; meeting", "It began in a corridor.", "A form &amp; notes",
        "What did you try?",
    ):  # fmt: skip
        assert said in html


def test_nothing_has_a_style_or_a_script_of_its_own(html):
    assert re.findall(r"\sstyle=|<script(?! src=)|<style|\son\w+=", html) == []


def test_a_heading_can_be_linked_to(html):
    assert '<h2 class="p-body__heading" id="before-you-begin">' in html


def test_headings_inside_blocks_stand_one_below_a_heading_before_them(html):
    levels = [int(level) for level in re.findall(r"<h([1-6])", main(html))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert re.findall(r"<h3[^>]*>([^<]*)", main(html)) == [
        "Mind &amp; heart",
        "Do",
        "Don’t",
        "Ask",
        "Two truths",
    ]


def test_without_a_heading_before_them_they_stand_below_the_title(client, pages):
    body = [{"type": "callout", "value": {"title": "Mind", "text": "<p>This.</p>"}}]
    pages.home.add_child(instance=InformationPage(title="Short", slug="short", body=json.dumps(body)))
    assert re.findall(r"<h(\d)[^>]*>Mind", client.get("/short/").content.decode()) == ["2"]


def test_a_quotation_always_shows_its_credit(html):
    figure = re.search(r'<figure class="p-quote">.*?</figure>', html, re.DOTALL)[0]
    words = re.sub(r"<[^>]+>", "", figure)
    assert "A. Writer, A book (2014)" in words
    assert "Free with credit" in words


def test_a_picture_comes_in_two_sizes_with_its_description(html, media):
    picture = re.search(r'<img class="p-figure__image"[^>]*>', html)[0]
    small, large = (media.image.get_rendition(f"width-{width}") for width in (640, 1280))
    assert f'srcset="{small.url} 640w, {large.url} 900w"' in picture
    assert f'width="{large.width}" height="{large.height}"' in picture
    assert 'alt="Ten chairs &amp; a door"' in picture
    assert "/media/" not in html


def test_a_picture_whose_file_is_lost_is_left_out(client, about, media):
    media.image.file.delete(save=False)
    response = client.get("/about/")
    assert response.status_code == 200
    assert "p-figure" not in response.content.decode()


def test_minutes_are_said_in_words(html):
    assert "1 hour 30 minutes" in html


def test_a_table_says_what_its_columns_and_rows_are(html):
    table = re.search(r"<table.*?</table>", html, re.DOTALL)[0]
    assert re.findall(r'<th scope="col">([^<]*)', table) == ["Who", "What"]
    assert re.findall(r'<th scope="row">([^<]*)', table) == ["Convener", "Everyone"]


def test_links_to_pages_and_documents_are_given_their_addresses(html, media):
    assert html.count('href="/guidance/start-with-a-question/"') == 4
    assert f'href="{media.document.url}"' in html
    assert "linktype" not in html


def test_a_long_text_says_what_is_in_it(client, pages):
    body = [{"type": "heading", "value": f"Part {number}"} for number in (1, 2, 3)]
    pages.home.add_child(instance=InformationPage(title="Long", slug="long", body=json.dumps(body)))
    pages.home.add_child(instance=InformationPage(title="Less", slug="less", body=json.dumps(body[:2])))
    assert re.findall(r'<a href="#([^"]*)">Part \d</a>', client.get("/long/").content.decode()) == [
        "part-1",
        "part-2",
        "part-3",
    ]
    assert "On this page" not in client.get("/less/").content.decode()


@pytest.mark.parametrize("times", [1, 10])
def test_queries_do_not_depend_on_the_number_of_blocks(
    client, pages, media, alone, django_assert_num_queries, times
):
    body = every_block(media, pages.guidance.pk) * times
    pages.home.add_child(instance=InformationPage(title="Many", slug="many", body=json.dumps(body)))
    client.get("/many/")
    client.cookies["sessionid"] = "none"  # past the pages that are kept for visitors
    # the page; pictures, and their sizes; documents; pages and documents linked to
    with django_assert_num_queries(6):
        assert client.get("/many/").status_code == 200


# -- previews in the admin -------------------------------------------------------------------------------


def _blocks() -> list[tuple[str, object]]:
    own = [("element", ElementBlock()), ("outcome", OutcomeBlock()), ("step", StepBlock())]
    made = [*body_blocks(), *home_blocks(), *reading_blocks(), *team_blocks(), *own]
    stream = StreamBlock(list(dict(made).items()))
    return list(stream.child_blocks.items())


@pytest.mark.parametrize("name", [name for name, _ in _blocks()])
def test_every_block_can_be_previewed(cast, pages, signed_in, name):
    block = dict(_blocks())[name]
    assert block.is_previewable
    assert block.get_description()
    response = signed_in(cast.editor).get("/admin/block-preview/", {"id": block.definition_prefix})
    assert response.status_code == 200
    shown = response.content.decode()
    assert "portal.css" in shown
    assert "linktype" not in shown
    if name not in ("year", "latest_communities"):
        words = re.sub(r"<[^>]+>|\s", "", shown.split("<main")[1].split("</main>")[0])
        assert len(words) > 10


def test_a_block_preview_needs_an_editor(cast, signed_in):
    block = _blocks()[0][1]
    response = signed_in(cast.participant).get("/admin/block-preview/", {"id": block.definition_prefix})
    assert response.status_code in (302, 403)


def test_an_unknown_block_has_no_preview(cast, signed_in):
    assert signed_in(cast.editor).get("/admin/block-preview/", {"id": "none"}).status_code == 404


# -- blocks of the other pages -----------------------------------------------------------------------------


def test_a_reading_list_says_what_to_read_and_why(client, pages):
    items = [
        {
            "type": "book",
            "value": {
                "kind": kind, "title": f"On {kind}s", "authors": "A. & B. Writer", "details": "A press",
                "year": "2002", "url": url, "note": "Start here.",
            },
        }
        for kind, url in (("book", ""), ("article", "https://example.org/a"), ("website", "https://example.org/"))
    ]  # fmt: skip
    pages.home.add_child(instance=ReadingListPage(title="Reading", slug="reading", items=json.dumps(items)))
    html = client.get("/reading/").content.decode()
    assert "A. &amp; B. Writer (2002). A press" in html
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", main(html)) == [
        "<cite>On books</cite>",
        '<a href="https://example.org/a" rel="noopener">On articles</a>',
        '<a href="https://example.org/" rel="noopener">On websites</a>',
    ]


def test_a_reading_list_with_nothing_on_it_says_so(client, pages):
    pages.home.add_child(instance=ReadingListPage(title="Reading", slug="reading"))
    assert "There is nothing on the list yet." in client.get("/reading/").content.decode()


def test_a_team_page_has_each_role_and_how_to_reach_it(client, pages):
    roles = [
        {
            "type": "role",
            "value": {
                "role": "Facilitator",
                "what": "<p>Leads the <b>hour</b>.</p>",
                "email": "f@example.org",
            },
        },
        {"type": "role", "value": {"role": "Speaker", "what": "<p>Speaks.</p>", "email": ""}},
    ]
    pages.home.add_child(instance=TeamPage(title="Team", slug="team", roles=json.dumps(roles)))
    html = client.get("/team/").content.decode()
    assert "Leads the <b>hour</b>." in html
    assert re.findall(r'href="mailto:([^"]*)"', main(html)) == ["f@example.org"]


def test_a_quotation_can_stand_on_the_front_page(client, pages):
    pages.home.body = json.dumps([{"type": "quotation", "value": {"text": "Ask.", "author": "Somebody"}}])
    pages.home.save()
    html = client.get("/").content.decode()
    assert '<figcaption class="p-quote__credit">Somebody</figcaption>' in html


def test_a_front_page_without_anything_but_a_headline_is_whole(client, pages):
    assert HomePage.objects.get().main_way is None
    html = client.get("/").content.decode()
    assert re.findall(r"<h1[^>]*>([^<]*)", html) == ["Learn together"]


def test_the_preview_page_is_a_whole_document(rf: RequestFactory, cast):
    request = rf.get("/")
    request.user = cast.editor
    block = body_blocks()[1][1]
    html = render_to_string(
        "wagtailcore/shared/block_preview.html",
        {"bound_block": block.bind(block.get_preview_value())},
        request,
    )
    assert re.findall(r"<!doctype html>|<main|</html>", html) == ["<!doctype html>", "<main", "</html>"]
