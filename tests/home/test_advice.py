"""An editor is told what could be better, when a page is saved: it is saved all the same."""

import json
import re

import pytest
from django.urls import reverse

from home.advice import advice_on
from home.models import InformationPage

pytestmark = pytest.mark.django_db


def page_of(pages, *blocks: tuple[str, object], slug: str = "one", **more: object) -> InformationPage:
    body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    return pages.home.add_child(instance=InformationPage(title=slug, slug=slug, body=body, **more))


def test_links_that_lead_nowhere_are_told_apart(pages):
    draft = page_of(pages, slug="draft", live=False)
    links = f'<p><a linktype="page" id="{draft.pk}">Draft</a> <a linktype="page" id="999999">Gone</a></p>'
    fine = ("resource_link", {"title": "Fine", "page": pages.guidance.pk, "url": "", "text": ""})
    assert advice_on(page_of(pages, ("text", links), fine)) == [
        "A link leads to a page that is gone.",
        "A link leads to a page that is not published: nobody can follow.",
    ]


def test_a_pdf_without_a_page_is_named(pages, media):
    alone = ("document", {"document": media.document.pk, "title": "", "text": "", "page": None})
    beside = ("document", {"document": media.document.pk, "title": "", "text": "", "page": pages.guidance.pk})
    said = "“A form” is a PDF alone. Not everybody can read one: add the same as a page if you can."
    assert advice_on(page_of(pages, alone)) == [said]
    assert advice_on(page_of(pages, beside, slug="two")) == []


@pytest.mark.parametrize("number", [1, 30])
def test_what_it_costs(pages, media, django_assert_num_queries, number):
    link = ("text", f'<p><a linktype="page" id="{pages.guidance.pk}">A page</a></p>')
    alone = ("document", {"document": media.document.pk, "title": "", "text": "", "page": None})
    page = page_of(pages, *[link, alone] * number)
    with django_assert_num_queries(2):
        advice_on(page)


def test_it_is_saved_and_said(pages, cast, signed_in):
    page = page_of(pages, ("text", "<p>Old.</p>"), introduction="x")
    page.save_revision()
    editor = signed_in(cast.editor)
    sent = {
        "title": "One", "slug": "one", "introduction": "x", "seo_title": "", "search_description": "", "circle": "",
        "go_live_at": "", "expire_at": "", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "video", "body-0-id": "",
        "body-0-value-title": "First", "body-0-value-url": "https://vimeo.com/123456789", "body-0-value-minutes": "",
        "body-0-value-transcript": "null", "action-publish": "1",
    }  # fmt: skip
    response = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent, follow=True)
    assert "“First” waits for captions or a transcript." in response.content.decode()
    kept = InformationPage.objects.get(pk=page.pk)
    assert [block.value["title"] for block in kept.body] == ["First"]
    assert re.findall("First", editor.get("/one/").content.decode()) == []
