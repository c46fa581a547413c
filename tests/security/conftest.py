"""A private world to break into: a cohort's page, talk, session and files, all with one secret word."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from cohorts.models import Session
from community_directory.models import Community
from discussion import actions as discussion
from discussion.models import Post, Space, Topic
from files.models import PortalDocument, PortalImage
from learning.models import GuidancePage
from portal.editors import ensure_editor_group
from tests.conftest import Cast, Pages
from tests.factories import CommunityFactory, SessionFactory, SpaceFactory

SECRET = "zwetschge"
# Closes an attribute, a script and a template, and runs if it is taken for HTML.
HOSTILE = '"><img src=x onerror=alert(1)></script>{{7*7}}'
RUNS = "<img src=x onerror"


@dataclass
class Private:
    """What belongs to the cohort, or is nobody else's draft; the outsider and the editor are in none of it."""

    page: GuidancePage
    space: Space
    topic: Topic
    post: Post
    session: Session
    draft: Community
    document: PortalDocument
    picture: PortalImage


@pytest.fixture(autouse=True)
def _files_on_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }


@pytest.fixture
def editor(cast: Cast, signed_in) -> Client:
    """The editor's browser, with all that editors may do."""
    ensure_editor_group()
    return signed_in(cast.editor)


@pytest.fixture
def png() -> bytes:
    """A small picture."""
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def private(cast: Cast, pages: Pages, png: bytes) -> Private:
    """One of each, indexed."""
    circle = cast.cohort.circle
    page = pages.library.add_child(
        instance=GuidancePage(title=f"Page {SECRET}", slug=SECRET, in_short=f"About {SECRET}.", circle=circle)
    )
    space = SpaceFactory(circle=circle, name=f"Space {SECRET}", slug=f"space-{SECRET}")
    topic = discussion.start_topic(
        person=cast.participant, space=space, title=f"Topic {SECRET}", text=f"Said {SECRET}."
    )
    session = SessionFactory(
        title=f"Session {SECRET}",
        description=f"About {SECRET}.",
        place=f"Room {SECRET}",
        joining_link=f"https://meet.example.org/{SECRET}",
        circle=circle,
        cohort=cast.cohort,
        module=pages.module,
        kind="half_day",
    )
    draft = CommunityFactory(
        name=f"Draft {SECRET}",
        slug=f"draft-{SECRET}",
        state="draft",
        published_at=None,
        convener=cast.convener,
    )
    document = PortalDocument.objects.create(
        title=f"Document {SECRET}", circle=circle, file=ContentFile(b"%PDF-1.4", f"{SECRET}.pdf")
    )
    picture = PortalImage.objects.create(
        title=f"Picture {SECRET}", circle=circle, width=8, height=8, file=ContentFile(png, f"{SECRET}.png")
    )
    call_command("update_index", verbosity=0)
    return Private(page, space, topic, topic.posts.get(), session, draft, document, picture)


@pytest.fixture
def visit(cast: Cast, signed_in):
    """The browser of one of the cast, by name; "visitor" is not signed in."""

    def make(who: str) -> Client:
        return Client() if who == "visitor" else signed_in(getattr(cast, who))

    return make


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def words(response: Any) -> str:
    """An answer as text, whether it streams or not; what is no text, such as a PDF, as far as it can be read."""
    return (response.getvalue() if response.streaming else response.content).decode(errors="replace")
