"""Reports of files that nothing uses, links that lead nowhere, and what people searched for in vain."""

import csv
import io
import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import ReferenceIndex

from cohorts.enums import MaterialKind
from cohorts.models import Material
from files.models import PortalDocument, PortalImage
from home.models import InformationPage
from portal.editors import ensure_editor_group
from study import actions
from study.models import Missed
from tests.factories import SessionFactory, UserFactory
from tests.home.conftest import media

__all__ = ["media"]
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

FILES = "/admin/reports/unused-files/"
LINKS = "/admin/reports/broken-links/"
MISSED = "/admin/reports/not-found/"
ALL = [FILES, LINKS, MISSED]


@pytest.fixture
def editor(cast, signed_in):
    ensure_editor_group()
    return signed_in(cast.editor)


def listed(reader, url: str) -> list[dict[str, str]]:
    response = reader.get(f"{url}?export=csv")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def shown(reader, url: str) -> list[list[str]]:
    soup = BeautifulSoup(reader.get(url).content.decode(), "html.parser")
    return [
        [" ".join(cell.text.split()) for cell in row.select("td")]
        for row in soup.select("table.listing tbody tr")
    ]


def old(*files) -> None:
    """They were added two months ago."""
    for file in files:
        type(file).objects.filter(pk=file.pk).update(created_at=timezone.now() - timedelta(days=60))


def page_of(pages, *blocks: tuple[str, object], slug: str = "one", **more: object) -> InformationPage:
    body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    home = type(pages.home).objects.get()
    return home.add_child(instance=InformationPage(title=slug.title(), slug=slug, body=body, **more))


def known(*things) -> None:
    """Wagtail's index of references, which follows a moment later, has caught up."""
    for thing in things:
        ReferenceIndex.create_or_update_for_object(thing)


# -- unused files ---------------------------------------------------------------------------------------


def test_files_that_nothing_uses_are_listed_the_oldest_first(editor, pages, media):
    old(media.document)
    PortalImage.objects.filter(pk=media.image.pk).update(created_at=timezone.now() - timedelta(days=90))
    assert [(row["Title"], row["Kind"]) for row in listed(editor, FILES)] == [
        (media.image.title, "Picture"),
        (media.document.title, "Document"),
    ]
    assert [row[:2] for row in shown(editor, FILES)] == [
        [media.image.title, "Picture"],
        [media.document.title, "Document"],
    ]


def test_what_a_page_uses_is_not_listed(editor, pages, media):
    old(media.document, media.image)
    document = ("document", {"document": media.document.pk, "title": "", "text": "", "page": None})
    image = ("picture", {"image": media.image.pk, "description": "Ten chairs", "caption": ""})
    known(page_of(pages, document, image))
    assert listed(editor, FILES) == []
    assert "Every file is used somewhere." in editor.get(FILES).content.decode()


def test_what_lies_beside_a_session_is_not_listed(editor, cast, media):
    old(media.document)
    session = SessionFactory(circle=cast.cohort.circle)
    material = Material(session=session, kind=MaterialKind.FILE, title="Slides", document=media.document)
    material.save()
    known(material)
    assert listed(editor, FILES) == []


def test_what_is_new_is_not_listed(editor, media):
    assert listed(editor, FILES) == []


def test_what_is_a_circles_is_listed_for_its_people_alone(editor, cast, media):
    old(media.document, media.image)
    PortalDocument.objects.update(circle=cast.cohort.circle, uploaded_by_user=None)
    PortalImage.objects.update(circle=cast.cohort.circle, uploaded_by_user=None)
    assert listed(editor, FILES) == []


# -- broken links -----------------------------------------------------------------------------------------


def links(*ids: int) -> tuple[str, str]:
    return ("text", "<p>" + " ".join(f'<a linktype="page" id="{pk}">Words {pk}</a>' for pk in ids) + "</p>")


def test_links_that_lead_nowhere_are_listed_page_by_page(editor, pages):
    draft = page_of(pages, slug="draft", live=False)
    page_of(pages, links(999999, pages.guidance.pk), slug="zebra")
    block = ("resource_link", {"title": "", "page": draft.pk, "url": "", "text": ""})
    page_of(pages, links(draft.pk, draft.pk), block, slug="apple")
    page_of(pages, links(999999), slug="hidden", live=False)
    waiting = "The page that it leads to, “Draft”, is not published."
    assert listed(editor, LINKS) == [
        {"Page": "Apple", "Words of the link": f"Words {draft.pk}", "What is wrong": waiting},
        {"Page": "Apple", "Words of the link": "", "What is wrong": waiting},
        {"Page": "Zebra", "Words of the link": "Words 999999", "What is wrong": "The page that it leads to is gone."},
    ]  # fmt: skip
    assert shown(editor, LINKS)[1] == ["Apple", "The other page’s title", waiting]


def test_where_all_lead_somewhere_it_says_so(editor, pages):
    page_of(pages, links(pages.guidance.pk))
    assert "All links between pages lead somewhere." in editor.get(LINKS).content.decode()


# -- searched for, not found ------------------------------------------------------------------------------


def test_words_are_listed_with_how_many_missed_them_and_never_who(editor, cast):
    for person in (cast.participant, cast.convener):
        actions.miss(person=person, text="Sepsis")
    actions.miss(person=cast.participant, text="=1+1")
    assert [(row["Words"], row["People"]) for row in listed(editor, MISSED)] == [
        ("sepsis", "2"),
        ("'=1+1", "1"),
    ]
    page = editor.get(MISSED).content.decode()
    assert [row[:2] for row in shown(editor, MISSED)] == [["sepsis", "2"], ["=1+1", "1"]]
    assert 'href="/guidance/?q=%3D1%2B1"' in page
    for person in (cast.participant, cast.convener):
        assert person.name not in page
        assert person.email not in page


def test_where_nobody_missed_anything_it_says_so(editor):
    assert "Nobody has missed anything yet." in editor.get(MISSED).content.decode()


# -- all of them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ALL)
def test_others_do_not_get_in(cast, signed_in, url):
    for person in (cast.participant, cast.convener, cast.facilitator, cast.outsider):
        assert signed_in(person).get(url).status_code in (302, 403)


@pytest.mark.parametrize("url", ALL)
def test_an_editor_finds_it_in_the_menu(editor, url):
    assert f'"url": "{url}"' in editor.get("/admin/").content.decode()


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(("url", "queries"), [(FILES, 13), (LINKS, 20), (MISSED, 12)])
def test_what_it_costs(editor, pages, media, cast, django_assert_num_queries, url, queries, number):
    for place in range(number):
        page_of(pages, links(999999), slug=f"page-{place}")
        actions.miss(person=UserFactory(), text=f"word {place}")
        old(PortalDocument.objects.create(title=f"D{place}", file=media.document.file))
    editor.get(url)
    with django_assert_num_queries(queries):
        editor.get(url)
    assert len(shown(editor, url)) == number


def test_missed_has_no_more_than_it_says():
    """The report is made of words: its model holds no other text."""
    assert {field.name for field in Missed._meta.get_fields()} == {"id", "person", "text", "said_at"}
