"""Pictures and documents: each time, whoever asks is asked about."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image

from files.models import PortalDocument, PortalImage, PortalRendition
from members import actions

EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
INSIDE = {"admin", "editor", "facilitator", "convener", "participant"}  # of the cohort, or a keeper of files


def picture(name: str = "tea.png", kind: str = "PNG", **fields) -> PortalImage:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, kind)
    return PortalImage.objects.create(title="Tea", file=ImageFile(content, name=name), **fields)


def document(name: str = "plan.pdf", content: bytes = b"%PDF-1.7 plan", **fields) -> PortalDocument:
    return PortalDocument.objects.create(title="Plan", file=ContentFile(content, name=name), **fields)


@pytest.fixture
def ask(signed_in, cast):
    """Ask for an address as one of the cast."""

    def get(who: str, url: str):
        client = Client() if who == "visitor" else signed_in(getattr(cast, who))
        return client.get(url)

    return get


class TestPicture:
    def test_address_is_that_of_a_view(self, db):
        shown = picture().get_rendition("max-32x32")
        assert shown.url == f"/files/pictures/{shown.pk}/{shown.file_name}"
        assert f'src="{shown.url}"' in shown.img_tag()

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_everybody_sees_what_is_everybodys(self, ask, who):
        assert ask(who, picture().get_rendition("max-32x32").url).status_code == 200

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_what_is_a_cohorts_is_its_own(self, ask, cast, who):
        url = picture(circle=cast.cohort.circle).get_rendition("max-32x32").url
        assert ask(who, url).status_code == (200 if who in INSIDE else 404)

    def test_headers_are_safe(self, client, db):
        response = client.get(picture().get_rendition("max-32x32").url)
        assert {
            name: response[name]
            for name in ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
        } == {
            "Content-Type": "image/png",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
            "Cache-Control": "private, max-age=300",
        }
        assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size == (32, 24)

    def test_nobody_keeps_what_is_private(self, ask, cast):
        url = picture(circle=cast.cohort.circle).get_rendition("max-32x32").url
        assert ask("participant", url)["Cache-Control"] == "private, no-store"

    def test_becomes_private_at_once(self, client, cast):
        image = picture()
        url = image.get_rendition("max-32x32").url
        assert client.get(url).status_code == 200
        image.circle = cast.cohort.circle
        image.save()
        assert client.get(url).status_code == 404

    def test_is_lost_on_leaving(self, signed_in, cast):
        url = picture(circle=cast.cohort.circle).get_rendition("max-32x32").url
        client = signed_in(cast.participant)
        assert client.get(url).status_code == 200
        actions.leave(person=cast.participant, circle=cast.cohort.circle)
        assert client.get(url).status_code == 404

    @pytest.mark.parametrize(
        "name", ["g", "other.png", "tea.max-32x32.pn", "..%2f..%2fsettings.py", "%00.png"]
    )
    def test_another_name_is_not_found(self, client, db, name):
        shown = picture().get_rendition("max-32x32")
        assert client.get(f"/files/pictures/{shown.pk}/{name}").status_code == 404

    def test_missing_is_not_found(self, client, db):
        assert client.get("/files/pictures/999999/tea.png").status_code == 404
        shown = picture().get_rendition("max-32x32")
        shown.file.storage.delete(shown.file.name)
        assert client.get(shown.url).status_code == 404

    def test_a_kind_that_can_hold_script_is_not_served(self, client, db):
        image = picture()
        shown = PortalRendition.objects.create(
            image=image,
            filter_spec="original",
            focal_point_key="",
            width=1,
            height=1,
            file=ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name="evil.svg"),
        )
        assert client.get(shown.url).status_code == 404

    @pytest.mark.parametrize(
        ("kind", "name", "type_"),
        [
            ("PNG", "a.png", "image/png"),
            ("JPEG", "a.jpg", "image/jpeg"),
            ("GIF", "a.gif", "image/gif"),
            ("WEBP", "a.webp", "image/webp"),
        ],
    )
    def test_each_kind_has_its_type(self, client, db, kind, name, type_):
        shown = picture(name, kind).get_rendition("max-32x32|format-" + kind.lower())
        assert client.get(shown.url)["Content-Type"] == type_

    def test_stored_files_have_no_address(self, client, db):
        image = picture()
        for start in ("/not-served/", "/media/", "/files/", "/static/"):
            assert client.get(start + image.file.name).status_code == 404

    def test_is_only_read(self, client, db):
        assert client.post(picture().get_rendition("max-32x32").url).status_code == 405

    def test_queries(self, client, signed_in, cast, django_assert_num_queries):
        url = picture().get_rendition("max-32x32").url
        own = picture("own.png", circle=cast.cohort.circle).get_rendition("max-32x32").url
        with django_assert_num_queries(1):
            client.get(url)
        participant = signed_in(cast.participant)
        with django_assert_num_queries(4):
            participant.get(own)


class TestDocument:
    @pytest.mark.parametrize("who", EVERYBODY)
    def test_everybody_gets_what_is_everybodys(self, ask, who):
        assert ask(who, document().url).status_code == 200

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_what_is_a_cohorts_is_its_own(self, ask, cast, who):
        url = document(circle=cast.cohort.circle).url
        assert ask(who, url).status_code == (200 if who in INSIDE else 404)

    def test_is_served_by_a_view_with_safe_headers(self, client, db):
        plan = document()
        assert plan.url == f"/documents/{plan.pk}/{plan.filename}"
        response = client.get(plan.url)
        assert (response["Content-Type"], response["X-Content-Type-Options"]) == (
            "application/pdf",
            "nosniff",
        )
        assert response["Content-Security-Policy"] == "default-src 'none'"
        assert b"".join(response.streaming_content) == b"%PDF-1.7 plan"

    def test_a_page_in_disguise_is_downloaded_not_shown(self, client, db):
        notes = document("notes.txt", b"<script>alert(1)</script>")
        response = client.get(notes.url)
        assert response["Content-Type"] == "text/plain"
        assert response["Content-Disposition"].startswith("attachment")

    def test_a_known_fingerprint_tells_a_stranger_nothing(self, ask, cast, client):
        plan = document(circle=cast.cohort.circle)
        response = client.get(plan.url, headers={"If-None-Match": f'"{plan.get_file_hash()}"'})
        assert response.status_code == 404

    def test_becomes_private_at_once(self, client, cast):
        plan = document()
        assert client.get(plan.url).status_code == 200
        plan.circle = cast.cohort.circle
        plan.save()
        assert client.get(plan.url).status_code == 404

    def test_another_name_is_not_found(self, client, db):
        assert client.get(f"/documents/{document().pk}/other.pdf").status_code == 404


@pytest.mark.parametrize("who", EVERYBODY)
def test_filter_and_check_agree(cast, who):
    for circle in (None, cast.cohort.circle, cast.community.circle):
        picture(circle=circle)
        document(circle=circle)
    user = AnonymousUser() if who == "visitor" else getattr(cast, who)
    for model in (PortalImage, PortalDocument):
        seen = set(model.objects.visible_to(user))
        for thing in model.objects.all():
            assert (thing in seen) == thing.can_see(user)
