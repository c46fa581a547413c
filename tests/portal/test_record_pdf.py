"""The record as a PDF: tagged, with a language and a title, the same each time, and loading nothing."""

import re

import pytest
import time_machine
from django.core.checks import run_checks

from members import actions as members
from members import limits
from portal import pdf
from portal.models import LearningRecord
from tests.portal.records import NOW, Paper, held
from tests.portal.test_record import made
from tests.study.conftest import visit  # noqa: F401

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not pdf.is_available(), reason="Pango is not on this machine"),
]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def record(cast, pages) -> LearningRecord:
    held(cast.cohort)
    return made(cast.participant, pages)


def test_pdf_is_tagged_and_says_what_the_record_says(cast, record, visit):  # noqa: F811
    browser, address = visit("participant"), f"{record.get_absolute_url()}record.pdf"
    answer = browser.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith(
        'attachment; filename="record-of-learning-2026-03-10.pdf"'
    )
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    paper = Paper(answer.content)
    assert answer.content.startswith(b"%PDF-1.7")
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", paper.objects)
    assert re.search(rb"/Lang \(en-GB\)", paper.objects)
    assert re.search(rb"/DisplayDocTitle true", paper.objects)
    assert b"pdfuaid:part" in paper.objects
    assert b"Record of learning: Participant Demo" in paper.objects
    assert b"Three linked circles" in paper.objects
    assert paper.tags() >= {
        "Document",
        "H1",
        "H2",
        "Table",
        "THead",
        "TBody",
        "TR",
        "TH",
        "TD",
        "P",
        "Link",
        "Figure",
    }
    said = paper.words()
    for words in ("Record of learning", "Participant Demo", "Trust", "6 minutes", "10 March 2026", record.shown_code,
                  "Page 1 of 1", "How the time is counted", "Check that this is genuine"):  # fmt: skip
        assert words.replace(" ", "") in said
    assert browser.get(address).content == answer.content


HOSTILE = [
    '<img src="file:///etc/passwd">',
    '<link rel=attachment href="file:///etc/passwd">',
    "<script>x</script><style>@import url(file:///etc/hostname)</style>",
    "url(http://127.0.0.1:9/x)",
    '"><svg><image href="http://127.0.0.1:9/x"/></svg>',
    "{{ settings.SECRET_KEY }}{% load x %}",
    "W" * 150,
    "\u202e\u2066abc\u2069 👩🏽‍⚕️",
]


def test_hostile_words_are_words_and_nothing_is_loaded(cast, record, visit, monkeypatch):  # noqa: F811
    from weasyprint import URLFetcher

    asked = []
    refuse = pdf._refusing().fetch

    class Watching(URLFetcher):
        def fetch(self, url, headers=None):
            asked.append(url)
            return refuse(url, headers)

    monkeypatch.setattr(pdf, "_refusing", Watching)
    content = {**record.content, "name": "".join(HOSTILE), "issuer": HOSTILE[0]}
    content["resources"] = [{"title": text, "day": text, "minutes": 1} for text in HOSTILE]
    LearningRecord.objects.update(content=content)
    answer = visit("participant").get(f"{record.get_absolute_url()}record.pdf")
    paper = Paper(answer.content)
    assert (answer.status_code, asked) == (200, [])
    said = paper.words()
    assert '<imgsrc="file:///etc/passwd">' in said
    assert "root:x:0" not in said
    assert b"/EmbeddedFile" not in paper.objects
    links = re.findall(rb"/URI \((.*?)\)", paper.objects)
    assert {link.partition(b"?")[0].rpartition(b"/record/")[1] for link in links} == {b"/record/"}


@pytest.mark.parametrize(
    "inside",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        "<style>@import url(file:///etc/passwd); p { background: url(http://127.0.0.1:9/x) }</style>",
        '<object data="file:///etc/passwd"></object>',
        '<svg xmlns="http://www.w3.org/2000/svg"><title>t</title><image href="file:///etc/passwd"/></svg>',
    ],
)
def test_even_what_is_no_text_loads_nothing(inside):
    """The net below the net: were something let through, still no file and no address would be read."""
    page = f'<html lang="en"><head><title>T</title></head><body><p>Words</p>{inside}</body></html>'
    paper = Paper(pdf.drawn(page, "", identifier="x"))
    assert "Words" in paper.words()
    for never in (b"root:", b"/EmbeddedFile", b"/Subtype /Image"):
        assert never not in paper.objects
    with pytest.raises(ValueError, match="loads nothing"):
        pdf._refusing().fetch("file:///etc/passwd")


def test_making_many_waits(cast, record, visit, monkeypatch):  # noqa: F811
    monkeypatch.setitem(limits.RATES, "record_pdf", "1/h/user")
    browser, address = visit("participant"), f"{record.get_absolute_url()}record.pdf"
    assert [browser.get(address).status_code for _ in range(2)] == [200, 429]


def test_without_weasyprint_one_is_sent_back_to_print(cast, record, visit, monkeypatch):  # noqa: F811
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    answer = visit("participant").get(f"{record.get_absolute_url()}record.pdf", follow=True)
    assert answer.redirect_chain == [(record.get_absolute_url(), 302)]
    assert "We cannot make PDFs at the moment. Print this page instead." in answer.text


def test_a_deployment_is_warned_where_none_can_be_made(monkeypatch):
    def found() -> list[str]:
        pdf.is_available.cache_clear()
        return [one.id for one in run_checks(include_deployment_checks=True) if one.id == "portal.W001"]

    assert found() == []
    monkeypatch.setattr(pdf, "_PANGO", ("libnowhere.so",))
    assert found() == ["portal.W001"]
    monkeypatch.undo()
    assert found() == []


def test_name_is_that_of_the_day(cast, record, visit):  # noqa: F811
    members.update_profile(person=cast.participant, first_name="Another", last_name="Name")
    said = Paper(visit("participant").get(f"{record.get_absolute_url()}record.pdf").content).words()
    assert ("ParticipantDemo" in said, "AnotherName" in said) == (True, False)
