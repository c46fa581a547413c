"""What every kind of answer carries, in one table: each line a kind, each column a header."""

import re

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from files.models import PortalDocument
from members import limits
from portal.editors import ensure_editor_group
from tests.factories import SessionFactory
from tests.files.samples import document, picture

# Players of others, once somebody presses "play": the one place where anybody else is named.
PLAYERS = "frame-src https://www.youtube-nocookie.com https://player.vimeo.com https://w.soundcloud.com"
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; " + PLAYERS
)
FILE = "default-src 'none'; frame-ancestors 'none'; sandbox"
PDF = "default-src 'none'; frame-ancestors 'none'"
ADMIN = "the looser one"


@pytest.fixture(autouse=True)
def _as_in_production(settings, tmp_path):
    """What production.py sets; tests/portal/test_production.py holds that it does."""
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_SSL_REDIRECT = True
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.WHITENOISE_AUTOREFRESH = False
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "portal.css").write_text("a {}")
    (settings.STATIC_ROOT / "icons.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")


class Visitor(Client):
    """Comes by https, and looks at an error as a person would."""

    def __init__(self, scheme: str = "https", **more) -> None:
        super().__init__(raise_request_exception=False, **more)
        self.scheme = scheme

    def request(self, **more):
        return super().request(**more | {"wsgi.url_scheme": self.scheme})


def page(cast):
    return Visitor().get("/")


def kept_page(cast):
    visitor = Visitor()
    visitor.get("/communities/")
    return visitor.get("/communities/")


def head(cast):
    return Visitor().head("/")


def own_page(cast):
    return signed_in(cast.participant).get("/me/")


def sign_in_form(cast):
    return Visitor().get("/accounts/login/")


def unchanged_file(cast):
    url = picture().get_rendition("max-9x9").url
    return Visitor().get(url, headers={"if-none-match": Visitor().get(url)["ETag"]})


def redirect(cast):
    return Visitor().get("/me/")


def to_https(cast):
    return Visitor("http").get("/")


def missing(cast):
    return Visitor().get("/nowhere/")


def wrong_way(cast):
    return signed_in(cast.participant).put("/me/profile/")


def wrong_host(cast):
    return Visitor().get("/", headers={"host": "evil.example"})


def no_token(cast):
    visitor = Visitor(enforce_csrf_checks=True)
    return visitor.post("/accounts/login/", {"login": "a@example.org"})


def too_large(cast):
    return Visitor().post("/accounts/login/", b"x", content_type="text/plain", CONTENT_LENGTH="99999999999")


def too_often(cast):
    ensure_editor_group()
    editor = signed_in(cast.editor)
    limits.RATES["upload"], before = "1/h/user", limits.RATES["upload"]
    try:
        for _ in range(2):
            sent = {"title": "A", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
            response = editor.post("/admin/documents/add/", sent)
    finally:
        limits.RATES["upload"] = before
    return response


def broken(cast):
    return Visitor().get("/readyz")


def small_picture(cast):
    return Visitor().get(picture().get_rendition("max-9x9").url)


def text_file(cast):
    return Visitor().get(document("a.txt", b"plan").url)


def pdf(cast):
    return Visitor().get(document().url)


def private_pdf(cast):
    return signed_in(cast.participant).get(document(circle=cast.cohort.circle).url)


def hidden_pdf(cast):
    return Visitor().get(document(circle=cast.cohort.circle).url)


def style_sheet(cast):
    return Visitor().get("/static/portal.css")


def unchanged_style_sheet(cast):
    first = Visitor().get("/static/portal.css")
    return Visitor().get("/static/portal.css", headers={"if-modified-since": first["Last-Modified"]})


def icons(cast):
    return Visitor().get("/static/icons.svg")


def theme(cast):
    return Visitor().get("/theme.css")


def open_data(cast):
    return Visitor().get("/api/v1/communities")


def open_data_missing(cast):
    return Visitor().get("/api/v1/communities/nowhere")


def open_data_docs(cast):
    return Visitor().get("/api/v1/docs")


def feed(cast):
    return Visitor().get(f"/sessions/{SessionFactory().pk}.ics")


def sitemap(cast):
    return Visitor().get("/sitemap.xml")


def robots(cast):
    return Visitor().get("/robots.txt")


def health(cast):
    return Visitor().get("/healthz")


def admin(cast):
    return signed_in(cast.admin).get("/admin/")


def admin_sign_in(cast):
    return Visitor().get("/admin/")


def signed_in(person):
    browser = Visitor()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


TABLE = [
    (page, 200, PAGES), (kept_page, 200, PAGES), (head, 200, PAGES), (own_page, 200, PAGES),
    (sign_in_form, 200, PAGES), (unchanged_file, 304, FILE), (redirect, 302, PAGES), (to_https, 301, PAGES),
    (missing, 404, PAGES), (wrong_way, 405, PAGES), (wrong_host, 400, PAGES), (no_token, 403, PAGES),
    (too_large, 413, PAGES), (too_often, 429, ADMIN), (broken, 500, PAGES), (small_picture, 200, FILE),
    (text_file, 200, FILE), (pdf, 200, PDF), (private_pdf, 200, PDF), (hidden_pdf, 404, PAGES),
    (style_sheet, 200, PAGES), (unchanged_style_sheet, 304, PAGES), (icons, 200, PAGES), (theme, 200, PAGES),
    (open_data, 200, PAGES), (open_data_missing, 404, PAGES), (open_data_docs, 200, PAGES), (feed, 200, PAGES),
    (sitemap, 200, PAGES), (robots, 200, PAGES), (health, 200, PAGES), (admin, 200, ADMIN), (admin_sign_in, 302, ADMIN),
]  # fmt: skip
COLUMNS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": django_settings.PERMISSIONS_POLICY,
}


@pytest.mark.parametrize(("ask", "status", "policy"), TABLE, ids=[line[0].__name__ for line in TABLE])
def test_every_answer_carries(cast, pages, ask, status, policy, monkeypatch):
    if ask is broken:
        monkeypatch.setattr("portal.health._ask", _breaks)
    response = ask(cast)
    expected = dict(COLUMNS)
    if ask is to_https:
        del expected["Strict-Transport-Security"]  # RFC 6797, section 7.2: never over http
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in expected} == expected
    assert response["X-Frame-Options"] == ("SAMEORIGIN" if policy is ADMIN else "DENY")
    assert not {"Server", "X-Powered-By", "Via"} & set(response.headers)
    shown = response["Content-Security-Policy"]
    if policy is ADMIN:
        assert ("object-src 'none'" in shown, "base-uri 'self'" in shown, "http" in shown) == (
            True,
            True,
            False,
        )
    else:
        assert sorted(shown.split("; ")) == sorted(policy.split("; "))


def _breaks(*args, **kwargs):
    raise RuntimeError("as if something were wrong")


@pytest.mark.parametrize("ask", [ask for ask, _, policy in TABLE if policy == PAGES and ask is not broken])
def test_no_page_of_ours_has_anything_inline(cast, pages, ask):
    """Neither by a word in the policy, nor in the page: the policy would not run it."""
    response = ask(cast)
    for loose in ("unsafe", "nonce", "sha256", "*", "http", "blob"):
        assert loose not in response["Content-Security-Policy"].replace(PLAYERS, "")
    if "html" in response.get("Content-Type", "") and not response.streaming:
        content = response.content.decode()
        assert not re.search(
            r"<script(?![^>]*\ssrc=)(?![^>]*type=.application/(ld\+)?json)[^>]*>\s*\S", content
        )
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", content)


def test_what_no_page_may_ask_of_a_device(client, pages):
    policy = client.get("/")["Permissions-Policy"]
    allowed = {part.split("=")[0]: part.split("=")[1] for part in policy.split(", ")}
    for feature in (
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
        "interest-cohort",
        "browsing-topics",
    ):
        assert allowed[feature] == "()"
    assert {name for name, who in allowed.items() if who == "(self)"} == {
        "publickey-credentials-create",
        "publickey-credentials-get",
    }
    assert set(allowed.values()) == {"()", "(self)"}


def test_cookies(cast, settings):
    """As production.py names and sets them."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    visitor = Visitor()
    visitor.get("/accounts/login/")
    token = visitor.cookies["__Host-csrf"].value
    sent = {
        "login": cast.participant.email,
        "password": "correct horse battery",
        "csrfmiddlewaretoken": token,
    }
    response = visitor.post(
        "/accounts/login/", sent, headers={"referer": "https://testserver/accounts/login/"}
    )
    assert response.status_code == 302
    assert {"__Host-session", "__Host-csrf"} == set(visitor.cookies)
    for cookie in visitor.cookies.values():
        flags = {name: cookie[name] for name in ("secure", "httponly", "samesite", "path", "domain")}
        assert flags == {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}
    assert visitor.get("/me/").status_code == 200


@pytest.mark.parametrize("length", ["26214401", "9" * 30])
def test_what_is_too_large_is_refused_unread(cast, length):
    class Unread:
        def read(self, *args):
            raise AssertionError("it was read")

        readline = read

    response = Visitor().generic(
        "POST", "/accounts/login/", b"", CONTENT_LENGTH=length, **{"wsgi.input": Unread()}
    )
    assert response.status_code == 413
    assert "That is too large to send" in response.content.decode()
    assert PortalDocument.objects.count() == 0


@pytest.mark.parametrize("length", ["", "x", "-1", "0"])
def test_an_odd_length_breaks_nothing(cast, length):
    assert Visitor().post("/accounts/login/", {}, CONTENT_LENGTH=length).status_code in (200, 400, 403)
