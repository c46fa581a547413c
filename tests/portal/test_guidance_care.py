"""The report of who looks after each resource, when its review is due, and what readers said of it."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from learning.models import GuidancePage
from portal.editors import ensure_editor_group
from study.models import Opinion
from tests.factories import UserFactory
from tests.learning.conftest import shelve

__all__ = ["shelve"]
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

URL = "/admin/reports/guidance/"


@pytest.fixture
def editor(cast, signed_in):
    ensure_editor_group()
    return signed_in(cast.editor)


def listed(reader, query: str = "") -> list[dict[str, str]]:
    response = reader.get(f"{URL}?export=csv{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def titles(reader, query: str = "") -> list[str]:
    return [row["Title"] for row in listed(reader, query)]


def say(page: GuidancePage, yes: int, no: int) -> None:
    Opinion.objects.bulk_create(
        Opinion(person=UserFactory(), page_id=page.pk, is_useful=place < yes, note="Secret note")
        for place in range(yes + no)
    )


@pytest.fixture
def four(shelve, cast):
    today = timezone.localdate()
    gone = UserFactory(is_active=False)
    shelve("Later", owner=cast.editor, reviewed_on=today, review_due=today + timedelta(days=1))
    shelve("Due", owner=cast.facilitator, review_due=today)
    say(shelve("Not planned", owner=gone), yes=1, no=2)
    say(shelve("Nobody’s", review_due=today - timedelta(days=9)), yes=2, no=2)
    shelve("Draft", live=False)


def test_what_is_not_planned_comes_first_then_what_is_due(editor, four):
    assert titles(editor) == ["Not planned", "Nobody’s", "Due", "Later"]


@pytest.mark.parametrize(
    ("care", "found"),
    [
        ("due", ["Nobody’s", "Due"]),
        ("undated", ["Not planned"]),
        ("nobody", ["Not planned", "Nobody’s"]),
        ("not_useful", ["Not planned"]),
        ("", ["Not planned", "Nobody’s", "Due", "Later"]),
    ],
)
def test_what_is_missing_can_be_asked_for(editor, four, care, found):
    assert titles(editor, f"&care={care}") == found


def test_an_unknown_wish_is_no_error(editor, four):
    assert editor.get(f"{URL}?care=x").status_code == 200


def test_answers_are_numbers_and_nothing_more(editor, four):
    rows = {row["Title"]: (row["Found it useful"], row["Did not"]) for row in listed(editor)}
    assert rows == {"Not planned": ("1", "2"), "Nobody’s": ("2", "2"), "Due": ("0", "0"), "Later": ("0", "0")}
    assert "Secret note" not in editor.get(URL).content.decode()


def test_the_screen_says_who_looks_after_it_and_what_is_due(editor, four):
    html = editor.get(URL).content.decode()
    assert html.count("Nobody</td>") == 2
    assert html.count(">Due</span>") == 2
    assert "Not planned</td>" in html
    assert "Draft" not in html


def test_an_empty_library_says_so(editor, shelve):
    assert "No guidance fits this." in editor.get(URL).content.decode()


def test_others_do_not_get_in(cast, signed_in, four):
    for person in (cast.participant, cast.convener, cast.outsider):
        assert signed_in(person).get(URL).status_code in (302, 403)


def test_what_is_taken_is_written_down_as_text(editor, shelve):
    shelve("=1+1")
    assert titles(editor) == ["'=1+1"]


@pytest.mark.parametrize("number", [1, 30])
def test_what_it_costs(editor, shelve, cast, django_assert_num_queries, number):
    for place in range(number):
        say(shelve(f"R{place}", owner=cast.editor), yes=1, no=1)
    editor.get(URL)
    with django_assert_num_queries(QUERIES):
        editor.get(URL)


QUERIES = 12
