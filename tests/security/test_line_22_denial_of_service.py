"""Line 22: nothing that somebody sends breaks the portal or keeps it busy."""

import base64
import json

import pytest
from django.contrib.auth.signals import user_login_failed
from django.core.files.uploadedfile import SimpleUploadedFile

from discussion.models import Post, Topic
from kit import keyset, markdown
from members.models import User
from portal.programme.mistakes import Mistaken
from portal.programme.reading import LARGEST, read
from tests.factories import PASSWORD
from tests.portal.programme_files import SMALL, toml

MEGABYTE = 1024 * 1024
ODD = [
    pytest.param("\x00", marks=pytest.mark.postgres), "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "\u202e", "9" * 5000, "-1", "1e999",
    "٣", "_", '"', "%", "'; DROP TABLE x; --", "a " * 2000, "*" * 3000, "(" * 3000, "\\", "\uffff", "nan", "NULL",
    "[]", "{}", "../../etc/passwd", "%00", "\r\nSet-Cookie: a=b",
]  # fmt: skip
# Addresses with what they read.
ADDRESSES = {
    "/guidance/": ("q", "cursor", "theme", "kind", "stage", "sort", "themes"),
    "/communities/": ("q", "cursor", "page", "theme", "region", "stage", "organisation", "sort"),
    "/calendar/": ("kind", "show"),
    "/calendar/?show=ahead": ("cursor",),
    "/search/": ("q",),
    "/discussions/search/": ("q",),
    "/people/": ("q", "cursor", "region", "organisation"),
    "/me/notifications/": ("cursor",),
    "/api/v1/communities": ("q", "theme", "stage", "cursor", "limit"),
    "/api/v1/sessions": ("cursor", "limit"),
    "/sitemap-pages.xml": ("p",),
    "/accounts/login/": ("next",),
    "/programme/modules/planning/": ("q",),
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_odd_parameters_are_no_error_of_ours(private, visit, odd):
    talk = {
        private.topic.get_absolute_url(): ("post", "to", "quote", "new"),
        private.space.get_absolute_url(): ("cursor", "show"),
    }
    client, visitor = visit("participant"), visit("visitor")
    for address, names in (ADDRESSES | talk).items():
        assert (address, visitor.get(address, dict.fromkeys(names, odd)).status_code < 500) == (address, True)
        for name in names:
            assert (address, name, client.get(address, {name: odd}).status_code < 500) == (
                address,
                name,
                True,
            )


def _cursor(*values) -> str:
    return base64.urlsafe_b64encode(json.dumps(["n", *values]).encode()).decode().rstrip("=")


@pytest.mark.postgres
@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00", "a\x00"])
def test_a_forged_cursor_is_none_of_ours(cast, pages, client, visit, text):
    """JSON can spell what is no character, and what no database keeps."""
    with pytest.raises(keyset.BadCursor):
        keyset.place(_cursor(text, "b", 1), model=User, order=("first_name", "last_name", "id"))
    assert visit("participant").get(f"/people/?cursor={_cursor(text, 'b', 1)}").status_code == 404
    assert client.get(f"/communities/?sort=name&cursor={_cursor(text, 1)}").status_code == 404
    assert client.get(f"/guidance/?sort=title&cursor={_cursor(text, 1)}").status_code == 200
    assert client.get(f"/calendar/?show=ahead&cursor={_cursor(text, 1)}").status_code == 404
    assert client.get(f"/api/v1/sessions?cursor={_cursor(text, 1)}").status_code == 422


@pytest.mark.parametrize(
    "odd", [ODD[0], "a\x00b", "x" * MEGABYTE, "\u202e", "\ufdd0", "\U000e0001", "[" * 20_000]
)
def test_odd_forms_are_no_error_of_ours(private, cast, visit, odd):
    client = visit("convener")
    forms = {
        "/me/profile/": ("first_name", "last_name", "job_title", "about", "offers", "organisation", "region"),
        "/communities/new/": (
            "name",
            "summary",
            "domain",
            "website",
            "themes",
            "stage",
            "request_key",
            "sectors",
        ),
        f"/communities/{private.draft.slug}/edit/": ("name", "how_to_join", "organisations", "meets"),
        "/communities/falls-in-care-homes/connections/new/": ("source", "reason", "kind"),
        "/communities/falls-in-care-homes/introduce/": ("other", "reason"),
        "/communities/falls-in-care-homes/offers/new/": ("kind", "text", "weeks", "request_key"),
        f"{private.space.get_absolute_url()}new/": ("title", "text", "client_key"),
        f"{private.space.get_absolute_url()}read/": ("at",),
        f"{private.topic.get_absolute_url()}reply/": ("text", "reply_to", "client_key"),
        f"/discussions/topics/{private.topic.pk}/tend/": ("do",),
        "/me/notifications/read/": ("up_to",),
        "/calendar/feed/new/": ("instead_of",),
        "/accounts/email/": ("email", "action_add"),
        "/accounts/password/change/": ("oldpassword", "password1", "password2"),
    }
    for address, names in forms.items():
        response = client.post(address, dict.fromkeys(names, odd))
        assert (address, response.status_code < 500) == (address, True)
    visitor = visit("visitor")
    for address, names in {
        "/accounts/login/": ("login", "password", "next", "remember"),
        "/accounts/password/reset/": ("email",),
        "/accounts/signup/": ("email", "password1"),
    }.items():
        assert (address, visitor.post(address, dict.fromkeys(names, odd)).status_code < 500) == (
            address,
            True,
        )
    assert not Topic.objects.filter(title__contains="\u202e").exists()


def test_a_post_of_a_megabyte_is_refused(private, visit):
    client = visit("participant")
    client.post(f"{private.topic.get_absolute_url()}reply/", {"text": "x" * MEGABYTE})
    client.post(f"{private.space.get_absolute_url()}new/", {"title": "x" * MEGABYTE, "text": "x"})
    assert Post.objects.count() == 1


def test_a_password_of_a_megabyte_is_not_hashed(cast, client):
    hashed = []
    listen = lambda sender, credentials, **more: hashed.append(credentials)  # noqa: E731
    user_login_failed.connect(listen)
    try:
        for password in ("too short to be right", PASSWORD + "x" * MEGABYTE):
            client.post("/accounts/login/", {"login": cast.participant.email, "password": password})
    finally:
        user_login_failed.disconnect(listen)
    assert len(hashed) == 1


@pytest.mark.parametrize(
    "text",
    ["*" * 20_000, "[" * 20_000, "![" * 10_000, "a**b" * 5_000, "`" * 20_000, "> " * 10_000, "<" * 20_000, "|a" * 10_000,
     "* " * 10_000, "https://" * 2_500, "[a](" * 5_000, "_a_*" * 5_000, "\\" * 20_000, "&" * 20_000, "- " * 9_999 + "a"],
)  # fmt: skip
@pytest.mark.timeout(30)
def test_no_markdown_keeps_the_portal_busy(text):
    """Quadratic work on one of these would take minutes; tests/kit/test_markdown.py counts."""
    assert len(markdown.render(text)) < 20 * len(text)


PARTS = 60_000
BOMBS = {
    "dotted": "a." * PARTS + "a = 1",
    "equals sign in a quoted key": '"=".' + "a." * PARTS + "a = 1",
    "quoted": "\"a\".'b'." * PARTS + "a = 1",
    "spaced": "x = {" + "a . " * PARTS + "a = 1}",
    "inside a table": "x = {" + "a." * PARTS + "a = 1}",
    "inside a list": "x = [1, {" + "a." * PARTS + "a = 1}]",
    "behind a text": 'x = {t = "# \'", ' + "a." * PARTS + "a = 1}",
    "behind a long text": 'x = """\n# \' "\n"""\n"=".' + "a." * PARTS + "a = 1",
    "header": "[" + "a." * PARTS + "a]",
    "open texts": '"""\\' * (LARGEST // 4),
    "open quotes": "'''a" * (LARGEST // 4),
    "brackets": "x = " + "[" * 900_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS)
def test_a_programme_file_keeps_nobody_busy(source):
    with pytest.raises(Mistaken):
        read(source)


def test_texts_may_hold_as_many_dots_as_they_like():
    texts = {"'a' . \"b\" # " + "." * 1000, "=." * 600, "It ends. " * 60}
    for text in texts:
        assert (
            read(SMALL.replace("Learn by doing.", json.dumps(text[:590])[1:-1])).programme.title
            == "A small year"
        )
    long = SMALL.replace("Words before.", "One. Two. " * 400 + '" = "" # ')
    assert read(long).programme.description.count(".") > 800
    assert toml({"a": "."}).count(".") == 1


def test_a_large_upload_is_refused_before_it_is_read(editor, pages, settings):
    big = SimpleUploadedFile("x.toml", b"a" * (LARGEST + 1))
    assert "The file is larger than 1 MB." in editor.post("/admin/programme/", {"file": big}).content.decode()


@pytest.mark.timeout(30)
def test_filters_look_at_so_many_values_and_no_more(cast, pages, visit):
    many = "&".join(
        f"theme=t{number}&organisation=o{number}&region=r{number}&kind=k{number}" for number in range(900)
    )
    for address in ("/communities/", "/guidance/", "/people/", "/api/v1/communities"):
        assert visit("participant").get(f"{address}?{many}&q={'a+' * 300}").status_code in (200, 422)
