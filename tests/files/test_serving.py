"""Pictures and documents: each time, whoever asks is asked about."""

import io
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from PIL import Image

from files import kinds
from files.models import PortalDocument, PortalImage, PortalRendition
from members import actions
from tests.files.samples import document, picture

EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
INSIDE = {
    "facilitator",
    "convener",
    "participant",
}  # of the cohort; neither an admin nor an editor is, by being one


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
            for name in (
                "Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control",
                "Content-Disposition", "Cross-Origin-Resource-Policy",
            )
        } == {
            "Content-Type": "image/png",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Cache-Control": "private, no-cache",
            "Content-Disposition": "inline; filename=\"tea.max-32x32.png\"; filename*=UTF-8''tea.max-32x32.png",
            "Cross-Origin-Resource-Policy": "same-origin",
        }  # fmt: skip
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
        assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response["Content-Disposition"] == "inline; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"
        assert b"".join(response.streaming_content) == b"%PDF-1.7 plan"

    def test_a_page_in_disguise_is_downloaded_not_shown(self, client, db):
        notes = document("notes.txt", b"<script>alert(1)</script>")
        response = client.get(notes.url)
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Security-Policy"].endswith("sandbox")

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


class TestAsking:
    """Each way of asking is asked back."""

    def test_who_has_a_copy_asks_whether_it_still_holds(self, client, db):
        for url in (picture().get_rendition("max-9x9").url, document().url):
            first = client.get(url)
            again = client.get(url, headers={"if-none-match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], "private, no-cache")

    def test_and_hears_that_it_does_not(self, client, cast):
        plan = document()
        etag = client.get(plan.url)["ETag"]
        plan.circle = cast.cohort.circle
        plan.save()
        assert client.get(plan.url, headers={"if-none-match": etag}).status_code == 404

    def test_a_new_file_at_the_same_address_has_another_mark(self, client, db):
        plan = document()
        etag = client.get(plan.url)["ETag"]
        plan.file_hash = "0" * 40
        plan.save()
        assert client.get(plan.url, headers={"if-none-match": etag}).status_code == 200

    def test_what_is_private_has_no_mark(self, ask, cast):
        for url in (
            document(circle=cast.cohort.circle).url,
            picture(circle=cast.cohort.circle).get_rendition("max-9x9").url,
        ):
            assert "ETag" not in ask("participant", url)

    @pytest.mark.parametrize(
        "headers",
        [
            {"range": "bytes=0-3"}, {"if-none-match": "*"}, {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"},
            {"if-match": '"x"'}, {"if-range": '"x"', "range": "bytes=0-3"}, {"accept": "text/html"},
            {"if-unmodified-since": "Fri, 01 Jan 1999 00:00:00 GMT"},
        ],
    )  # fmt: skip
    def test_no_header_opens_what_is_shut(self, ask, cast, headers):
        for url in (
            document(circle=cast.cohort.circle).url,
            picture(circle=cast.cohort.circle).get_rendition("max-9x9").url,
        ):
            assert Client().get(url, headers=headers).status_code == 404
            assert Client().head(url, headers=headers).status_code == 404

    def test_a_part_is_answered_with_the_whole(self, client, db):
        response = client.get(document().url, headers={"range": "bytes=0-3"})
        assert (response.status_code, b"".join(response.streaming_content)) == (200, b"%PDF-1.7 plan")

    def test_only_the_head(self, client, db):
        for url in (picture().get_rendition("max-9x9").url, document().url):
            response = client.head(url)
            assert response.status_code == 200
            assert int(response["Content-Length"]) > 0
            assert not response.getvalue()

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    def test_nothing_but_reading(self, client, db, method):
        for url in (picture().get_rendition("max-9x9").url, document().url):
            assert getattr(client, method)(url).status_code == 405

    @pytest.mark.parametrize("number", ["0", "99999999", "9" * 40, "-1", "x", "1.0", "%31"])
    def test_an_odd_number_is_not_found(self, client, db, number):
        for start in ("/documents/", "/files/pictures/"):
            assert client.get(f"{start}{number}/plan.pdf").status_code == 404

    @pytest.mark.parametrize(
        "address", ["/documents/", "/files/", "/files/pictures/", "/documents/1/", "/images/"]
    )
    def test_there_is_no_list(self, client, pages, address):
        document()
        assert client.get(address).status_code == 404

    def test_wagtails_own_ways_are_shut(self, client, db):
        image = picture()
        assert client.get(f"/images/x/{image.pk}/original/").status_code == 404
        assert client.get("/documents/authenticate_with_password/1/").status_code == 404


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Größe 3.pdf", "Größe 3.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie_ b.pdf"),
        ('a"b;c.pdf', "a_b_c.pdf"),
        ("../../etc/passwd.txt", "_.._etc_passwd.txt"),
        ("\u200b.pdf", "file.pdf"),
        ("", "file"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ("...", "file"),
    ],
)
def test_a_download_has_a_name_that_is_safe(name, safe):
    assert kinds.safe_name(name) == safe


@limits(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_no_name_breaks_the_header(name):
    header = kinds.disposition(name, inline=False)
    assert re.fullmatch(
        r"attachment; filename=\"[ -!#-\[\]-~]+\"; filename\*=UTF-8''[A-Za-z0-9_.~%-]+", header
    )
    assert len(kinds.safe_name(name)) <= 120


def test_every_file_is_counted_in_one_query_and_the_rule_of_its_folder(client, db, django_assert_num_queries):
    url = document().url
    with django_assert_num_queries(2):
        client.get(url)
