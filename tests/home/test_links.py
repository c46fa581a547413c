"""What an editor links to is found for whoever reads, and gives nothing away."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from files.models import PortalDocument
from home.models import InformationPage
from members.links import with_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(pages, cast) -> InformationPage:
    return pages.home.add_child(
        instance=InformationPage(title="Notes", slug="our-secret", circle=cast.cohort.circle)
    )


def link(kind: str, number: object, words: str = "words", more: str = "") -> str:
    return f'<a linktype="{kind}" id="{number}"{more}>{words}</a>'


def test_a_page_is_linked_to(pages):
    html = f"<p>Read {link('page', pages.library.pk, '<b>all</b>')}.</p>"
    assert with_addresses(html, AnonymousUser()) == '<p>Read <a href="/guidance/"><b>all</b></a>.</p>'


def test_the_order_of_attributes_does_not_matter_and_others_stay(pages):
    html = f'<a class="p-x" id="{pages.library.pk}" linktype="page">all</a>'
    assert with_addresses(html, AnonymousUser()) == '<a class="p-x" href="/guidance/">all</a>'


@pytest.mark.parametrize("number", [0, 999999, "x", "9" * 30, "-1", ""])
@pytest.mark.parametrize("kind", ["page", "document"])
def test_what_is_not_there_leaves_its_words(pages, kind, number):
    assert with_addresses(f"<p>{link(kind, number)}</p>", AnonymousUser()) == "<p>words</p>"


def test_what_is_private_is_linked_to_for_its_people_only(secret, cast):
    html = link("page", secret.pk, "our notes")
    assert with_addresses(html, cast.participant) == '<a href="/our-secret/">our notes</a>'
    for stranger in (AnonymousUser(), cast.outsider, cast.admin):
        assert with_addresses(html, stranger) == "our notes"


def test_a_draft_is_not_linked_to(pages, cast):
    draft = pages.home.add_child(instance=InformationPage(title="Draft", slug="draft", live=False))
    assert with_addresses(link("page", draft.pk), cast.admin) == "words"


def test_a_document_is_linked_to_for_its_people_only(media, cast):
    html = link("document", media.document.pk)
    assert with_addresses(html, AnonymousUser()) == f'<a href="{media.document.url}">words</a>'
    PortalDocument.objects.update(circle=cast.cohort.circle)
    assert with_addresses(html, AnonymousUser()) == "words"
    assert with_addresses(html, cast.participant) == f'<a href="{media.document.url}">words</a>'


def test_other_links_are_left_as_they_are(pages):
    html = '<p><a href="https://example.org/?a=1&amp;b=2">x</a> <a href="mailto:a@example.org">y</a></p>'
    assert with_addresses(html, AnonymousUser()) == html


@pytest.mark.parametrize("number", [1, 40])
def test_all_links_take_two_queries(pages, media, django_assert_num_queries, number):
    html = (link("page", pages.library.pk) + link("document", media.document.pk)) * number
    with_addresses(html, AnonymousUser())
    with django_assert_num_queries(2):
        assert with_addresses(html, AnonymousUser()).count("href=") == 2 * number


def test_a_text_without_such_links_takes_none(pages, django_assert_num_queries):
    with django_assert_num_queries(0):
        with_addresses("<p>Nothing.</p>" * 100, AnonymousUser())


pieces = st.sampled_from(
    ["<a", ' linktype="page"', ' id="1"', ' id="x"', ">", "</a>", "words", '"', "\n", "<b>"]
)


@given(st.lists(pieces, max_size=20).map("".join))
def test_no_html_breaks_it_and_nothing_of_ours_is_left_in_a_link(html):
    shown = with_addresses(html, AnonymousUser())
    assert re.findall(r'<a\b[^>]*\slinktype="page"[^>]*>.*?</a>', shown, re.DOTALL) == []
