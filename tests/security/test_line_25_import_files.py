"""Line 25: an import file is checked before a row is touched, and cannot be exchanged on the way."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission

from learning.models import ModulePage
from portal.programme.loading import preview
from tests.portal.programme_files import SMALL, everything
from tests.security.conftest import upload

UPLOAD, CONFIRM = "/admin/programme/", "/admin/programme/confirm/"


@pytest.fixture
def loader(pages, editor):
    pages.programme.delete()
    pages.home.refresh_from_db()
    return editor


def _rows():
    return {
        label: rows
        for label, rows in everything().items()
        if label not in ("sessions.Session", "members.User")
    }


def _sealed(response) -> str:
    return unescape(re.search(r'name="sealed" value="([^"]+)"', response.content.decode())[1])


@pytest.mark.parametrize(
    "content",
    [b"\x7fELF", b"PK\x03\x04", b"\xff\xfe", b"", b"a" * 100, SMALL.replace("format = 1", "format = 2").encode(),
     SMALL.encode() + b'\n[[sessions]]\nkind = "webinar"\ntitle = "x"\njoining_link = "javascript:alert(1)"\n',
     SMALL.replace('slug = "small"', 'slug = "../../admin"').encode(), SMALL.replace('"A small year"', '"a\\u0000b"').encode()],
)  # fmt: skip
def test_what_is_wrong_touches_no_row(loader, content):
    before = _rows()
    response = loader.post(UPLOAD, {"file": upload("../../../x.toml", content)})
    assert (response.status_code, 'name="sealed"' in response.content.decode()) == (200, False)
    assert _rows() == before


def test_looking_at_a_file_touches_no_row(loader):
    before = _rows()
    loader.post(UPLOAD, {"file": upload("x.toml", SMALL.encode())})
    assert _rows() == before


def test_what_was_shown_cannot_be_exchanged(loader, cast, signed_in):
    sealed = _sealed(loader.post(UPLOAD, {"file": upload("x.toml", SMALL.encode())}))
    before = _rows()
    for forged in ("", "x", sealed[:-3] + "abc", "." + sealed, sealed.replace(":", "", 1), sealed * 2):
        assert loader.post(CONFIRM, {"sealed": forged}).status_code == 400
    assert signed_in(cast.admin).post(CONFIRM, {"sealed": sealed}).status_code == 400
    assert _rows() == before
    assert loader.post(CONFIRM, {"sealed": sealed}).status_code == 200
    assert ModulePage.objects.count() > 0


@pytest.mark.parametrize("who", ["visitor", "participant", "facilitator"])
def test_nobody_else_loads_one(loader, visit, who):
    before = _rows()
    for address in (UPLOAD, CONFIRM):
        response = visit(who).post(address, {"file": upload("x.toml", SMALL.encode()), "sealed": "x"})
        assert response.status_code in (302, 403)
    assert _rows() == before


def test_an_editor_who_may_not_change_sessions_loads_none(loader, cast):
    right = Permission.objects.get(content_type__app_label="cohorts", codename="change_session")
    cast.editor.groups.get().permissions.remove(right)
    response = loader.post(UPLOAD, {"file": upload("x.toml", SMALL.encode())})
    assert response.status_code in (302, 403)


def test_its_texts_are_cleaned_like_all_others(loader):
    evil = SMALL.replace(
        "Words before.", "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    )
    report = preview(evil)
    assert report.title == "A small year"
    sealed = _sealed(loader.post(UPLOAD, {"file": upload("x.toml", evil.encode())}))
    loader.post(CONFIRM, {"sealed": sealed})
    shown = loader.get("/small/").content.decode()
    assert "Words <strong>after</strong>" in shown.replace("b>", "strong>")
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "javascript:" not in shown.split("<main")[-1].replace("(javascript:alert(1))", "")
