"""Line 4: no HTML of embeds; no picture or document that can hold script."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from files.models import PortalDocument, PortalImage
from kit import markdown
from tests.security.conftest import upload

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.svg.png", "a.SVG", "a.gif"])
def test_svg_is_no_picture(editor, pages, name):
    editor.post("/admin/images/add/", {"title": "A", "file": upload(name, SVG), "collection": 1})
    editor.post("/admin/images/multiple/add/", {"files[]": upload(name, SVG), "title": "A"})
    assert list(PortalImage.objects.values_list("file", flat=True)) == []


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.htm", "a.xml", "a.xhtml", "a.js", "a.pdf", "a.docx", "a"]
)
def test_nor_is_it_a_document(editor, pages, name):
    editor.post("/admin/documents/add/", {"title": "A", "file": upload(name, SVG), "collection": 1})
    editor.post("/admin/documents/multiple/add/", {"files[]": upload(name, SVG), "title": "A"})
    assert list(PortalDocument.objects.values_list("file", flat=True)) == []


def test_text_that_is_a_page_is_not_taken(editor, pages):
    for screen, field in (("add", "file"), ("multiple/add", "files[]")):
        editor.post(
            f"/admin/documents/{screen}/", {"title": "A", field: upload("a.txt", SVG), "collection": 1}
        )
    assert PortalDocument.objects.count() == 0


def test_nor_is_one_that_came_in_before_ever_shown_as_one(db, client):
    kept = PortalDocument.objects.create(title="A", file=ContentFile(SVG, "a.txt"))
    response = client.get(kept.url)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.xml", "a.js", "a.swf", "a"])
def test_a_kind_that_we_do_not_take_is_not_served(db, client, name):
    """Whatever put it there: the types that files are served as are a fixed list."""
    kept = PortalDocument.objects.create(title="A", file=ContentFile(SVG, name))
    assert client.get(kept.url).status_code == 404


def test_nobody_is_asked_for_an_embed(editor, pages):
    """There is no provider on the list, so no address is fetched and no HTML of others is kept."""
    assert settings.WAGTAILEMBEDS_FINDERS == []
    url = "/admin/embeds/chooser/upload/"
    response = editor.post(url, {"embed-chooser-url": "https://www.youtube.com/watch?v=x"})
    assert (response.status_code, response.json()["step"]) == (200, "chooser")


@pytest.mark.parametrize(
    "text",
    [
        '<iframe src="https://elsewhere.example"></iframe>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "![x](https://elsewhere.example/pixel.gif)",
        "<object data=x></object><embed src=x>",
        "<form action=https://elsewhere.example><input name=password></form>",
    ],
)
def test_markdown_has_neither_frames_nor_pictures(text):
    html = markdown.render(text)
    for tag in ("iframe", "svg", "script", "math", "style", "img", "object", "embed", "form", "input"):
        assert (tag, f"<{tag}" in html) == (tag, False)
