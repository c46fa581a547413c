"""A programme that contradicts itself is loaded, with a warning that names the dates that clash."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.programme.checking import cautions
from portal.programme.reading import read
from tests.portal.programme_files import REAL, bent, real_raw, toml


def said(source: str | bytes) -> list[str]:
    return [str(caution) for caution in cautions(read(source))]


UNDATED = "sessions: 1 session has no date yet: Clinic."


def test_the_brochure_contradicts_itself_in_these_ways():
    assert said(REAL.read_bytes()) == [
        "source.issued: Issued on 5 November 2021, after module 1 had begun on 23 September 2021.",
        "modules[2].sessions: There are 8 weeks between module 2 (25 November 2021) and "
        "module 3 (20 January 2022), not 9 to 10 weeks.",
        "modules[3].sessions: There are 15 weeks between module 3 (20 January 2022) and "
        "module 4 (5 May 2022), not 9 to 10 weeks.",
        "modules[4].sessions: There are 8 weeks between module 4 (5 May 2022) and "
        "module 5 (30 June 2022), not 9 to 10 weeks.",
        "modules[4].also_given: Module 5 is given twice: on 30 June and 1 July 2022, and also on "
        "5 and 6 May 2022, which repeats module 4 (5 and 6 May 2022).",
        "sessions[10].also_given: Celebration is given twice: on 30 September 2022, and also in September 2021.",
        "sessions[10].also_given[0]: Celebration in September 2021 would come before the last module ends on "
        "1 July 2022.",
        "sessions: 10 sessions have no date yet: Co-consulting 1, Co-consulting 2, Co-consulting 3, "
        "Co-consulting 4, Co-consulting 5, Coaching clinic 1, Coaching clinic 2, Coaching clinic 3, "
        "Coaching clinic 4, Reflective webinar.",
    ]


def test_the_brochure_without_its_contradictions_is_quiet():
    raw = real_raw()
    raw["source"]["issued"] = date(2021, 5, 4)
    raw["programme"]["rhythm"]["weeks_between_modules"] = [8, 15]
    del raw["modules"][4]["also_given"]
    del raw["sessions"][10]["also_given"]
    raw["sessions"] = raw["sessions"][10:]
    assert said(toml(raw)) == []


def test_applications_that_close_late():
    def change(raw: dict[str, Any]) -> None:
        raw["eligibility"] = {"closes": date(2025, 3, 7)}

    assert said(bent(change)) == [
        "eligibility.closes: Applications close on 7 March 2025, after module 1 has begun on 6 March 2025.",
        UNDATED,
    ]


def test_modules_out_of_order():
    def change(raw: dict[str, Any]) -> None:
        raw["modules"][1]["sessions"][0]["date"] = date(2025, 3, 5)

    assert said(bent(change)) == [
        "modules[1].sessions: Module 2 begins on 5 March 2025, before module 1 ends on 6 March 2025.",
        UNDATED,
    ]


def test_a_celebration_before_the_last_module():
    def change(raw: dict[str, Any]) -> None:
        raw["sessions"][1]["date"] = date(2025, 5, 7)

    assert said(bent(change)) == [
        "sessions[1].date: Celebration on 7 May 2025 would come before the last module ends on 8 May 2025.",
        UNDATED,
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "warns"),
    [
        (time(12, 0), time(13, 0), True),
        (time(9, 30), time(10, 0), True),
        (time(12, 30), time(13, 0), False),
        (time(8, 0), time(9, 30), False),
    ],
)
def test_two_sessions_at_once(starts, ends, warns):
    def change(raw: dict[str, Any]) -> None:
        raw["sessions"][0] |= {"date": date(2025, 3, 6), "starts": starts, "ends": ends}

    assert [" is still on" in line for line in said(bent(change))] == [True] * warns


def test_a_long_session_clashes_with_each_that_begins_while_it_is_on():
    def change(raw: dict[str, Any]) -> None:
        day = date(2025, 9, 1)
        raw["sessions"] = [
            {"kind": "meeting", "title": "Long", "date": day, "starts": time(9), "ends": time(17)},
            {"kind": "meeting", "title": "Early", "date": day, "starts": time(10), "ends": time(11)},
            {"kind": "meeting", "title": "Late", "date": day, "starts": time(15), "ends": time(16)},
        ]

    assert said(bent(change)) == [
        "sessions[1].date: Early begins on 1 September 2025 at 10:00, while Long is still on.",
        "sessions[2].date: Late begins on 1 September 2025 at 15:00, while Long is still on.",
    ]


def test_a_module_without_sessions():
    def change(raw: dict[str, Any]) -> None:
        del raw["modules"][1]["sessions"]

    assert said(bent(change)) == [UNDATED, "modules: Module 2 has no sessions."]


@given(least=st.integers(1, 20), more=st.integers(0, 20), gap=st.integers(1, 300))
def test_a_gap_is_named_if_and_only_if_it_is_outside_the_rhythm(least, more, gap):
    def change(raw: dict[str, Any]) -> None:
        raw["programme"]["rhythm"] = {"weeks_between_modules": [least, least + more]}
        raw["modules"][1]["sessions"][0]["date"] = date(2025, 3, 6) + timedelta(days=gap)
        raw["sessions"] = []

    found = said(bent(change))
    assert bool(found) == (not least * 7 <= gap <= (least + more) * 7)
    assert all("between module 1 (6 March 2025) and module 2" in line for line in found)
