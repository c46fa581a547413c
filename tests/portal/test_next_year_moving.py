"""Dates move by whole weeks and keep day and hour on a London clock; years in words move along."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cohorts.times import LONDON, in_london
from home.models import InformationPage
from learning.models import CollectionPage, ModulePage
from portal.next_year.links import Ways, rewrite
from portal.next_year.moving import Move, is_of_its_year
from tests.portal.next_year_world import Samples

MOVE = Move(start=date(2021, 9, 23), end=date(2022, 9, 1), to=date(2026, 9, 24))
# Numbers are drawn faster than moments and days.
moments = st.integers(0, 20 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
starts = st.integers(0, 20 * 365).map(lambda days: date(2020, 1, 1) + timedelta(days=days))
weeks = st.integers(1, 300).map(lambda number: timedelta(weeks=number))


@given(start=starts, by=weeks, moment=moments)
def test_weekday_and_hour_stay_for_any_start(start, by, moment):
    local, moved = in_london(moment), Move(start=start, end=start, to=start + by).moment(moment)
    assume(_is_on_the_clock(moved))
    now = in_london(moved.astimezone(UTC))
    assert (now.weekday(), now.time()) == (local.weekday(), local.time())
    assert now.date() - local.date() == by


def _is_on_the_clock(moment: datetime) -> bool:
    """Once a year the clock jumps over an hour of a Sunday night."""
    return in_london(moment.astimezone(UTC)).time() == moment.time()


@given(
    start=starts,
    by=weeks,
    moment=moments,
    lasts=st.integers(1, 480).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_no_session_ends_before_it_starts(start, by, moment, lasts):
    first, last = Move(start=start, end=start, to=start + by).hours(moment, moment + lasts)
    assert last > first


def test_an_hour_that_is_not_there_is_no_error():
    moved = MOVE.moment(datetime(2021, 9, 26, 0, 30, tzinfo=UTC))
    assert in_london(moved).hour == 1
    assert MOVE.moment(datetime(2022, 3, 27, 0, 30, tzinfo=UTC)) == datetime(
        2027, 3, 28, 0, 30, tzinfo=LONDON
    )


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        ("Cohort 2021–22", "Cohort 2026–27"),
        ("2021/22", "2026/27"),
        ("programme-2021-22", "programme-2026-27"),
        ("2021 to 2022", "2026 to 2027"),
        ("2021-2022", "2026-2027"),
        ("September 2021 to September 2022", "September 2026 to September 2027"),
        ("2021-09-23", "2026-09-23"),
        ("After Wenger, McDermott and Snyder (2002)", "After Wenger, McDermott and Snyder (2002)"),
        ("Room 20210", "Room 20210"),
        ("Nothing", "Nothing"),
    ],
)
def test_years_in_words(words, moved):
    assert MOVE.words(words) == moved


@pytest.mark.parametrize(
    ("name", "named", "slug"),
    [("Autumn", "Autumn 2026–27", "autumn-2026-27"), ("Autumn 2021", "Autumn 2026", "autumn-2026")],
)
def test_a_name_without_a_year_gets_one(name, named, slug):
    assert MOVE.named(name) == named
    assert MOVE.slug(name.lower().replace(" ", "-")) == slug


def test_a_year_within_one_calendar_year():
    assert (
        Move(start=date(2025, 1, 9), end=date(2025, 11, 6), to=date(2026, 1, 8)).named("Short")
        == "Short 2026"
    )


@pytest.mark.parametrize(
    ("text", "own"),
    [("https://example.org", True), ("WWW.example.org", True), ("In 2025 we met.", True), ("Room 2", False), ("", False)],
)  # fmt: skip
def test_what_holds_for_one_year_alone(text, own):
    assert is_of_its_year(text) is own


class TestLinks:
    """Beside the blocks, which test_next_year.py has all of."""

    def ways(self) -> Ways:
        return Ways(pages={1: 2}, addresses={"/old/": (1, "/new/")}, hosts=frozenset({"ours.example.org"}))

    def body(self, html: str) -> str:

        data = {"body": [{"type": "text", "value": html, "id": "x"}]}
        rewrite(InformationPage, data, self.ways())
        return data["body"][0]["value"]

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ('<a linktype="page" id="1">', '<a linktype="page" id="2">'),
            ('<a id="1" linktype="page">', '<a id="2" linktype="page">'),
            ('<a linktype="page" id="11">', '<a linktype="page" id="11">'),
            ('<a linktype="document" id="1">', '<a linktype="document" id="1">'),
            ('<a href="/old/">', '<a href="/new/">'),
            ('<a href="/old">', '<a href="/new/">'),
            ('<a href="/old/?a=1&amp;b=2#c">', '<a href="/new/?a=1&amp;b=2#c">'),
            ('<a href="https://ours.example.org/old/">', '<a href="https://ours.example.org/new/">'),
            ('<a href="https://theirs.example.org/old/">', '<a href="https://theirs.example.org/old/">'),
            ('<a href="/old/more/">', '<a href="/old/more/">'),
            ('<a href="http://[/old/">', '<a href="http://[/old/">'),
        ],
    )
    def test_rich_text(self, before, after):
        assert self.body(f"<p>{before}x</a></p>") == f"<p>{after}x</a></p>"

    def test_lists_that_were_kept_without_ids(self):

        data = {
            "body": [
                {"type": "steps", "value": {"steps": [{"title": "x", "text": '<a linktype="page" id="1">'}]}}
            ]
        }
        [found] = rewrite(InformationPage, data, self.ways())
        assert data["body"][0]["value"]["steps"][0]["text"] == '<a linktype="page" id="2">'
        assert found.where == "Body › Steps › Steps › Text"

    def test_blocks_of_a_kind_that_is_gone_stay(self):

        data = {"body": [{"type": "gone", "value": {"page": 1}}]}
        assert rewrite(InformationPage, data, self.ways()) == []
        assert data == {"body": [{"type": "gone", "value": {"page": 1}}]}

    def test_fields_that_choose_a_page(self):
        """No page below a programme has one; a collection does."""

        data = {"items": [{"pk": 5, "guidance": 1, "why": "x"}, {"pk": 6, "guidance": 3, "why": "x"}]}
        assert [link.to for link in rewrite(CollectionPage, data, self.ways())] == [1]
        assert [item["guidance"] for item in data["items"]] == [2, 3]

    def test_samples_hold_every_way_to_a_page(self):

        samples = Samples(1, "/old/")
        data = {"body": samples.stream(ModulePage, "body"), "steps": samples.stream(ModulePage, "steps")}
        assert len(rewrite(ModulePage, data, self.ways())) > 10
