"""What the tests of pages share: everything that an editor can write, and rooms kept out."""

import json
from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from wagtail.images.tests.utils import get_test_image_file

from files.models import PortalDocument, PortalImage
from kit import registry
from learning import calendars


@pytest.fixture
def alone(monkeypatch):
    """No room beside this one has anything to show, so that what it costs is its own."""
    monkeypatch.setattr(registry.panels, "_items", {})
    monkeypatch.setattr(calendars.calendars, "_items", {})


@dataclass
class Media:
    """A picture and a document that everybody may see."""

    image: PortalImage
    document: PortalDocument


@pytest.fixture
def media(db) -> Media:
    image = PortalImage.objects.create(title="A circle of chairs", file=get_test_image_file(size=(900, 600)))
    document = PortalDocument(title="A form")
    document.file.save("form.pdf", ContentFile(b"%PDF-1.4"))
    document.save()
    return Media(image, document)


def every_block(media: Media, page_id: int) -> list[dict[str, object]]:
    """One of each block of a body, with a picture, a document, and a page linked to in three ways."""
    link = f'<a linktype="page" id="{page_id}">a page</a>'
    return [
        {"type": "heading", "value": "Before you <begin>"},
        {
            "type": "text",
            "value": f'<p>Read {link} and <a linktype="document" id="{media.document.pk}">a form</a>.</p>',
        },
        {
            "type": "picture",
            "value": {"image": media.image.pk, "description": "Ten chairs & a door", "caption": "A <circle>"},
        },
        {
            "type": "quotation",
            "value": {
                "text": "Write it down.\n\nThen wait.",
                "author": "A. Writer",
                "year": 2014,
                "source": "A book",
                "licence": "Free with credit",
            },
        },
        {"type": "callout", "value": {"title": "Mind & heart", "text": f"<p>See {link}.</p>"}},
        {"type": "do_dont", "value": {"do": ["start on time"], "dont": ["read out slides"]}},
        {"type": "steps", "value": {"steps": [{"title": "Ask", "text": "<p>Then wait.</p>"}]}},
        {
            "type": "exercise",
            "value": {
                "title": "Two truths",
                "purpose": "Know each other.",
                "minutes": 90,
                "group_size": "4 to 12",
                "materials": ["paper", "pens"],
                "steps": ["Write.", "Read."],
            },
        },
        {"type": "reflection", "value": {"prompt": "Who was not there?"}},
        {"type": "expander", "value": {"title": "If only three come", "text": "<p>Stay.</p>"}},
        {"type": "questions", "value": {"items": [{"question": "Does it cost?", "answer": "<p>No.</p>"}]}},
        {
            "type": "table",
            "value": {
                "caption": "Who does what",
                "header": ["Who", "What"],
                "rows": [["Convener", "Opens"], ["Everyone", "Speaks"]],
            },
        },
        {
            "type": "resource_link",
            "value": {"title": "A longer read", "page": page_id, "url": "", "text": "For the evening."},
        },
        {
            "type": "video",
            "value": {
                "title": "A <first> meeting",
                "url": "https://vimeo.com/123456789",
                "minutes": 4,
                "captions": True,
            },
        },
        {
            "type": "sound",
            "value": {
                "title": "Looking back",
                "url": "https://soundcloud.com/somebody/looking-back",
                "transcript": "<p>It began in a corridor.</p>",
            },
        },
        {
            "type": "document",
            "value": {
                "document": media.document.pk,
                "title": "A form & notes",
                "text": "To take along.",
                "page": page_id,
            },
        },
        {"type": "discussion", "value": {"prompt": "What did you try?"}},
    ]


def as_json(blocks: list[dict[str, object]]) -> str:
    return json.dumps(blocks)
