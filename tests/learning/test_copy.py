"""A page in one file, to read where there is no line."""

import json
import re
from base64 import b64decode

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from files.models import PortalImage
from learning import offline
from learning.models import GuidancePage, ModulePage
from tests.home.conftest import every_block, media
from tests.learning.conftest import shelve

__all__ = ["every_block", "media", "shelve"]
pytestmark = pytest.mark.django_db
EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
SITE = settings.SITE_URL


def url(page) -> str:
    return f"/learning/pages/{getattr(page, 'pk', page)}/copy/"


def taken(client, page) -> BeautifulSoup:
    response = client.get(url(page))
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def picture_of(media) -> tuple[str, dict[str, object]]:
    return ("picture", {"image": media.image.pk, "description": "Ten chairs", "caption": "A circle"})


def body(*blocks: tuple[str, object]) -> str:
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


@pytest.fixture
def guidance(pages, media) -> GuidancePage:
    page = GuidancePage.objects.get(pk=pages.guidance.pk)
    link = f'<p>Read <a linktype="page" id="{pages.module.pk}">the module</a>, <a href="https://example.org/x">more</a>.</p>'
    page.body = body(
        ("heading", "First"), ("text", link), picture_of(media), ("reflection", {"prompt": "Why?"})
    )
    page.save()
    return page


def test_it_is_one_file_to_save_with_the_pages_name(guidance, client):
    response = client.get(url(guidance))
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="start-with-a-question.html"')
    soup = BeautifulSoup(response.text, "html.parser")
    assert soup.html["lang"] == "en-gb"
    assert [one.text for one in soup("h1")] == [guidance.title]
    assert soup.title.text.startswith(guidance.title)
    assert "In short:" in soup.main.text
    assert f"A copy of {SITE}/guidance/start-with-a-question/, made on " in " ".join(soup.footer.text.split())


def test_nothing_in_it_asks_for_anything(guidance, client):
    soup = taken(client, guidance)
    assert soup(["script", "form", "button", "iframe", "link", "svg", "object", "embed"]) == []
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert {one["src"].split(":")[0] for one in soup(src=True)} == {"data"}
    assert re.findall(r"url\(|@import", str(soup.style)) == []
    assert [name for tag in soup(True) for name in tag.attrs if name.startswith(("on", "data-", "hx-"))] == []


def test_links_have_their_whole_address(guidance, pages, client):
    links = {" ".join(one.text.split()): one["href"] for one in taken(client, guidance).main("a")}
    assert links["the module"] == f"{SITE}{pages.module.url}"
    assert links["more"] == "https://example.org/x"
    assert [address for address in links.values() if not address.startswith("http")] == []


def test_a_picture_is_in_it_with_its_description(guidance, client):
    [picture] = taken(client, guidance)("img")
    kind, data = picture["src"].split(",")
    assert re.fullmatch(r"data:image/(webp|png|jpeg);base64", kind)
    assert len(b64decode(data)) > 50
    assert (picture["alt"], picture.get("srcset"), picture.get("loading")) == ("Ten chairs", None, None)


def test_a_picture_that_is_not_theirs_or_too_large_or_lost_leaves_its_description(
    guidance, cast, client, monkeypatch
):
    client.get(guidance.url)  # its sizes are made
    PortalImage.objects.update(circle=cast.cohort.circle, uploaded_by_user=None)
    assert taken(client, guidance)("img") == []
    PortalImage.objects.update(circle=None)
    monkeypatch.setattr(offline, "_MOST_BYTES", 10)
    soup = taken(client, guidance)
    assert (soup("img"), "[Picture: Ten chairs]" in soup.main.text) == ([], True)
    monkeypatch.undo()
    for rendition in PortalImage.objects.get().renditions.all():
        rendition.file.storage.delete(rendition.file.name)
    assert "[Picture: Ten chairs]" in taken(client, guidance).main.text


def test_a_module_has_its_outcomes_and_its_steps(pages, client):
    module = ModulePage.objects.get(pk=pages.module.pk)
    module.outcomes = json.dumps([{"type": "outcome", "value": "Listen well"}])
    step = {
        "phase": "before",
        "title": "Read this",
        "text": "<p>Slowly.</p>",
        "minutes": 10,
        "guidance": pages.guidance.pk,
    }
    module.steps = json.dumps([{"type": "step", "value": step}])
    module.save()
    soup = taken(client, module)
    assert [one.text for one in soup("h1")] == [module.title]
    assert [one.text for one in soup("h2")] == ["By the end you can", "The half-days", "Before"]
    assert [one.text for one in soup("h3")] == ["Read this (10 minutes)"]
    words = " ".join(soup.main.text.split())
    assert "Listen well" in words
    assert f"Slowly. Read: {pages.guidance.title}" in words


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("kind", ["guidance", "module"])
def test_who_may_read_a_page_may_take_it_and_nobody_else(cast, pages, signed_in, client, who, kind):
    page = type(getattr(pages, kind)).objects.get(pk=getattr(pages, kind).pk)
    browser = client if who == "visitor" else signed_in(getattr(cast, who))
    assert browser.get(url(page)).status_code == 200
    type(page).objects.filter(pk=page.pk).update(circle=cast.cohort.circle)
    inside = who in ("facilitator", "convener", "participant")
    response = browser.get(url(page))
    assert response.status_code == (200 if inside else 404)
    if inside:
        assert "Do not pass it on." in response.text
        assert "no-store" in response["Cache-Control"] or "private" in response["Cache-Control"]
    type(page).objects.filter(pk=page.pk).update(circle=None, live=False)
    assert browser.get(url(page)).status_code == 404


def test_other_pages_and_none_are_not_found_and_nothing_is_sent(pages, client):
    for other in (pages.home, pages.library, 999_999):
        assert client.get(url(other)).status_code == 404
    assert client.post(url(pages.guidance)).status_code == 405
    assert client.head(url(pages.guidance)).status_code == 200


def test_it_is_offered_on_both_pages(pages, client):
    for page in (pages.guidance, pages.module):
        [link] = BeautifulSoup(client.get(page.url).text, "html.parser").select(".p-take a")
        assert (" ".join(link.text.split()), link["href"]) == ("Save a copy to read offline", url(page))


@pytest.mark.parametrize("number", [1, 30])
def test_queries(guidance, media, client, django_assert_num_queries, number):
    guidance.body = body(*[picture_of(media)] * number)
    guidance.save()
    client.get(url(guidance))
    # the page; sizes of pictures; pictures to put in; settings are known
    with django_assert_num_queries(4):
        assert len(taken(client, guidance)("img")) == number
