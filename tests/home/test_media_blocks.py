"""What is played and what is downloaded: asked of nobody before a press, shown to nobody without words."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from files.models import PortalDocument
from home.models import InformationPage
from kit.media_blocks import DocumentBlock, SoundBlock, VideoBlock

pytestmark = pytest.mark.django_db

VIMEO = "https://vimeo.com/123456789"
SOUND = "https://soundcloud.com/somebody/looking-back"


@pytest.fixture
def page_with(pages):
    """Makes a page of some blocks."""

    def make(*blocks: tuple[str, dict[str, object]], **fields: object) -> InformationPage:
        body = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
        return pages.home.add_child(instance=InformationPage(title="One", slug="one", body=body, **fields))

    return make


def shown(reader: Client | None = None) -> str:
    response = (reader or Client()).get("/one/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_video_is_a_link_until_somebody_presses_it(page_with):
    page_with(("video", {"title": "First", "url": VIMEO, "minutes": 4, "captions": True}))
    html = shown()
    assert "<iframe" not in html
    assert re.findall(r'(?:src|href)="https://[^"]*vimeo[^"]*"', html) == [f'href="{VIMEO}"']
    assert 'data-player="https://player.vimeo.com/video/123456789?dnt=1"' in html
    assert "4 minutes" in html
    assert "It has captions." in html


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("video", {"title": "Waiting one", "url": VIMEO}),
        ("video", {"title": "Waiting one", "url": VIMEO, "transcript": "<p> </p>"}),
        ("sound", {"title": "Waiting one", "url": SOUND}),
        ("sound", {"title": "Waiting one", "url": SOUND, "captions": True}),
        ("video", {"title": "Waiting one", "url": "https://example.org/a.mp4", "captions": True}),
    ],
)
def test_without_words_it_waits_while_the_page_is_published(page_with, cast, signed_in, kind, value):
    page = page_with((kind, value), ("text", "<p>The rest.</p>"))
    page.save_revision()
    for reader in (Client(), signed_in(cast.editor)):
        html = shown(reader)
        assert "Waiting one" not in html
        assert "The rest." in html
    preview = signed_in(cast.editor).get(f"/admin/pages/{page.pk}/view_draft/").content.decode()
    assert "“Waiting one” waits." in preview
    assert "The rest." in preview


def test_what_waits_is_found_by_nobody_and_what_is_shown_is(page_with):
    waiting = ("video", {"title": "Kingfisher", "url": VIMEO, "transcript": ""})
    there = ("sound", {"title": "Heron", "url": SOUND, "transcript": "<p>In a corridor.</p>"})
    page = page_with(waiting, there)
    words = " ".join(map(str, page.body.stream_block.get_searchable_content(page.body)))
    assert ("Kingfisher" in words, "Heron" in words, "corridor" in words) == (False, True, True)


def test_with_a_transcript_it_is_shown_and_read(page_with):
    page_with(("sound", {"title": "Back", "url": SOUND, "transcript": "<p>In a <b>corridor</b>.</p>"}))
    html = shown()
    assert "In a <b>corridor</b>." in html
    assert "Read what is said" in html


@pytest.mark.parametrize(
    ("block", "url"),
    [(VideoBlock(), SOUND), (VideoBlock(), "https://example.org/v.mp4"), (SoundBlock(), VIMEO)],
)
def test_an_address_that_is_not_on_the_list_is_refused_beside_its_field(block, url):
    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python({"title": "A", "url": url}))
    assert list(refused.value.block_errors) == ["url"]
    assert refused.value.block_errors["url"].message == block.not_ours


def test_one_that_is_passes():
    block = VideoBlock()
    cleaned = block.clean(block.to_python({"title": "A", "url": VIMEO}))
    assert cleaned.recording.provider == "Vimeo"
    assert cleaned.waits


# -- documents -------------------------------------------------------------------------------------------


def document(media, **more: object) -> tuple[str, dict[str, object]]:
    return ("document", {"document": media.document.pk, "title": "", "text": "", "page": None, **more})


def test_a_document_says_its_type_and_size(page_with, media):
    PortalDocument.objects.filter(pk=media.document.pk).update(file_size=48 * 1024)
    page_with(document(media))
    words = " ".join(re.sub(r"<[^>]+>", "", shown()).split())
    assert "A form (PDF, 48.0 KB)" in words


def test_the_same_as_a_page_is_linked_to_for_those_who_may_see_it(page_with, media, pages, cast, signed_in):
    twin = pages.home.add_child(
        instance=InformationPage(title="Twin", slug="twin", introduction="x", circle=cast.cohort.circle)
    )
    page_with(document(media, page=twin.pk))
    assert '<a class="p-resource__other" href="/twin/">Read it as a page</a>' in shown(
        signed_in(cast.participant)
    )
    assert "Read it as a page" not in shown()


def test_a_document_of_some_is_shown_to_them_alone(page_with, media, cast, signed_in):
    PortalDocument.objects.filter(pk=media.document.pk).update(circle=cast.cohort.circle)
    page_with(document(media, title="Our slides"))
    assert "Our slides" in shown(signed_in(cast.participant))
    for stranger in (Client(), signed_in(cast.outsider)):
        assert "Our slides" not in shown(stranger)


def test_one_that_is_gone_is_left_out(page_with, media):
    page_with(document(media, title="Our slides"), ("text", "<p>The rest.</p>"))
    media.document.delete()
    html = shown()
    assert "Our slides" not in html
    assert "The rest." in html


def test_a_document_must_be_chosen():
    block = DocumentBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"document": None, "title": "A"}))
