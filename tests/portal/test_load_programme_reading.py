"""What a programme file may say, and how a mistake in it is reported."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.conf import settings

from portal.programme import document
from portal.programme.document import Part, ProgrammeFile
from portal.programme.mistakes import Mistaken, _parts
from portal.programme.reading import LARGEST, read
from tests.portal.programme_files import REAL, SMALL, bent


def mistakes(source: str | bytes) -> list[str]:
    with pytest.raises(Mistaken) as raised:
        read(source)
    return [str(mistake) for mistake in raised.value.mistakes]


def test_the_real_programme_is_read():
    programme = read(REAL.read_bytes())
    assert programme.programme.key == "cop-leadership-2021-22"
    assert [module.number for module in programme.modules] == [1, 2, 3, 4, 5]
    assert [len(module.sessions) for module in programme.modules] == [2, 2, 2, 2, 2]
    assert [session.kind for session in programme.sessions] == (
        ["co_consulting"] * 5 + ["clinic"] * 4 + ["webinar", "celebration"]
    )
    assert programme.eligibility.closes == date(2021, 7, 2)
    assert programme.maxims.credit == "Myron Rogers"
    assert programme.maxims.quotations == []


def test_times_are_those_of_a_clock_in_london():
    programme = read(REAL.read_bytes())
    summer = programme.modules[0].sessions[0]
    winter = programme.modules[1].sessions[0]
    assert summer.starts_at == datetime(2021, 9, 23, 8, 30, tzinfo=UTC)
    assert summer.ends_at == datetime(2021, 9, 23, 11, 30, tzinfo=UTC)
    assert winter.starts_at == datetime(2021, 11, 25, 9, 30, tzinfo=UTC)


def test_a_session_without_a_date_has_no_times():
    session = read(SMALL).sessions[0]
    assert (session.starts_at, session.ends_at) == (None, None)


def test_a_file_with_a_byte_order_mark_and_windows_lines_is_read():
    source = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    assert read(source) == read(SMALL)


def _set(*path: Any, to: Any) -> str:
    def change(raw: dict[str, Any]) -> None:
        at: Any = raw
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = to

    return bent(change)


def _without(*path: Any) -> str:
    def change(raw: dict[str, Any]) -> None:
        at: Any = raw
        for part in path[:-1]:
            at = at[part]
        del at[path[-1]]

    return bent(change)


SESSION = ("modules", 0, "sessions", 0)
NEAR = "modules[0].sessions[0].{} (First half-day): "

CASES = [
    (_set("format", to=2), "format: expected format = 1 at the top of the file, found the number 2"),
    (_without("format"), "format: missing: expected format = 1 at the top of the file"),
    (_without("programme"), "programme: missing: expected a table begun by [programme]"),
    (_set("programme", to=[]), "programme: expected a table begun by [programme], found a list"),
    (
        _without("programme", "title"),
        "programme.title: missing: expected the name of the programme",
    ),
    (
        _set("programme", "title", to=""),
        "programme.title (): expected the name of the programme, found an empty text",
    ),
    (
        _set("programme", "title", to="x" * 251),
        f"programme.title ({'x' * 80}): expected at most 250 characters, found 251",
    ),
    (
        _set("programme", "title", to="a\x00b"),
        "programme.title (a\x00b): expected text without control characters",
    ),
    (
        _set("programme", "title", to="a\nb"),
        "programme.title (a b): expected text on one line",
    ),
    (
        _set("programme", "slug", to="Not a slug"),
        "programme.slug (A small year): expected the last part of the address, such as \"programme\", "
        "found the text “Not a slug”",
    ),
    (
        _set("programme", "outcomes", to="one"),
        "programme.outcomes (A small year): expected a list of texts, found the text “one”",
    ),
    (
        _set("programme", "outcomes", to=["one", 2]),
        "programme.outcomes[1] (A small year): expected something that belongs into a list of texts, "
        "found the number 2",
    ),
    (
        _set("programme", "outcomes", to=["x"] * 61),
        "programme.outcomes (A small year): expected at most 60 of them, found 61",
    ),
    (
        _set("programme", "rhythm", to={"weeks_between_modules": [10, 9]}),
        "programme.rhythm.weeks_between_modules (A small year): expected the smaller number first",
    ),
    (
        _set("modules", to=[]),
        "modules: expected at least one table begun by [[modules]], found a list",
    ),
    (
        _set("modules", 1, "number", to=1),
        "modules[1].number (Going on): expected each to be different, found “1” again",
    ),
    (
        _set("modules", 1, "slug", to="beginning"),
        "modules[1].slug (Going on): expected each to be different, found “beginning” again",
    ),
    (
        _set("modules", 0, "number", to=True),
        "modules[0].number (Beginning): expected the number of the module, such as 1, found true",
    ),
    (
        _set("modules", 0, "before", 0, "minutes", to="10"),
        "modules[0].before[0].minutes (Ask): expected a number of minutes from 1 to 600, found the text “10”",
    ),
    (
        _set("modules", 0, "before", 0, "minutes", to=601),
        "modules[0].before[0].minutes (Ask): expected a number of minutes from 1 to 600, found the number 601",
    ),
    (
        _set(*SESSION, "date", to="soon"),
        NEAR.format("date") + "expected a date such as 2021-09-23, without quotation marks, found the text “soon”",
    ),
    (
        _set(*SESSION, "date", to=datetime(2025, 3, 6, 9, 30)),
        NEAR.format("date") + "expected a date such as 2021-09-23, without quotation marks, "
        "found a date with a time 2025-03-06 09:30:00",
    ),
    (
        _set(*SESSION, "date", to=date(1825, 3, 6)),
        NEAR.format("date") + "expected a date such as 2021-09-23, without quotation marks, "
        "found the date 1825-03-06",
    ),
    (
        _set(*SESSION, "ends", to=time(9, 30)),
        NEAR.format("ends") + "expected a time after 09:30, when it starts",
    ),
    (
        _without(*SESSION, "ends"),
        NEAR.format("ends") + "expected a time such as 12:30:00, since the other one is given",
    ),
    (
        _without(*SESSION, "date"),
        NEAR.format("date") + "expected a date such as 2021-09-23, since there are times",
    ),
    (
        _set("sessions", 0, "date", to=date(2025, 4, 1)),
        "sessions[0].starts (Clinic): expected a time such as 09:30:00, since there is a date",
    ),
    (
        _set(*SESSION, "provisional", to="yes"),
        NEAR.format("provisional") + "expected true or false, found the text “yes”",
    ),
    (
        _set("sessions", 0, "joining_link", to="javascript:alert(1)"),
        "sessions[0].joining_link (Clinic): expected a web address that begins with https://",
    ),
    (
        _set("sessions", 0, "kind", to="party"),
        "sessions[0].kind (Clinic): expected one of \"co_consulting\", \"clinic\", \"webinar\", "
        "\"celebration\", \"meeting\", found the text “party”",
    ),
    (
        _set("sessions", 0, "after_module", to=7),
        "sessions[0].after_module (Clinic): expected the number of a module (1, 2), found the number 7",
    ),
    (
        _set("sessions", 0, "also_given", to=[{}]),
        "sessions[0].also_given[0].date (Clinic): expected either a date or a month",
    ),
    (
        _set("sessions", 0, "also_given", to=[{"month": "2021-13"}]),
        "sessions[0].also_given[0].month (Clinic): expected a month such as \"2021-09\", in quotation marks, "
        "found the text “2021-13”",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[case[1][:60] for case in CASES])
def test_a_mistake_is_reported_with_its_key_and_what_was_expected(source: str, expected: str):
    assert mistakes(source) == [expected.replace(" ():", ":")]


def test_a_session_in_the_hour_that_the_clocks_skip_is_refused():
    def change(raw: dict[str, Any]) -> None:
        raw["modules"][0]["sessions"][0] |= {"date": date(2025, 3, 30), "starts": time(1, 30)}

    assert mistakes(bent(change)) == [
        NEAR.format("starts") + "expected a time that exists on that day: the clocks go forward in that hour"
    ]


@pytest.mark.parametrize(
    ("path", "key", "meant"),
    [
        (("modules", 0), "sumary", "summary"),
        (("programme",), "titel", "title"),
        (("modules", 0, "before", 0), "minuets", "minutes"),
        ((*SESSION,), "start", "starts"),
        (("sessions", 0), "aftermodule", "after_module"),
        ((), "module", "modules"),
    ],
)
def test_an_unknown_key_is_refused_with_the_one_that_was_meant(path, key, meant):
    found = mistakes(_set(*path, key, to="x"))
    assert len(found) == 1
    assert found[0].endswith(f": not a key that belongs here. Did you mean “{meant}”?")


def test_an_unknown_key_like_no_other_is_refused_with_those_there_are():
    assert mistakes(_set("cohort", "zzzzzz", to=1)) == [
        "cohort.zzzzzz: not a key that belongs here. What can stand here: name, slug"
    ]


def test_all_mistakes_are_reported_at_once():
    def change(raw: dict[str, Any]) -> None:
        del raw["format"]
        raw["programme"]["titel"] = raw["programme"].pop("title")
        raw["modules"][1]["number"] = 1
        raw["sessions"][0]["after_module"] = 9

    assert [line.split(":")[0].split(" ")[0] for line in mistakes(bent(change))] == [
        "format",
        "programme.title",
        "programme.titel",
        "modules[1].number",
        "sessions[0].after_module",
    ]


def test_a_thousand_mistakes_are_counted_and_fifty_shown():
    steps = [{"title": "x", "minutes": 0} for _ in range(60)]
    with pytest.raises(Mistaken) as raised:
        read(_set("modules", 0, "before", to=steps))
    assert len(raised.value.shown) == 50
    assert raised.value.left_out == 10


def test_keys_of_sessions_may_not_repeat_anywhere():
    def change(raw: dict[str, Any]) -> None:
        raw["modules"][0]["sessions"][0]["key"] = "one"
        raw["sessions"][1]["key"] = "one"

    assert mistakes(bent(change)) == [NEAR.format("key") + "expected each to be different, found “one” again"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"\xff\xfe\x00", "The file is not text in UTF-8. Save it as UTF-8."),
        ("a", "The file is not TOML: Expected '=' after a key in a key/value pair (at end of document)."),
        ("a = " + "[" * 5000, "The file is nested too deeply."),
        ("a." * 400 + "b = 1", "The key on line 1 has too many parts."),
        (b"x" * (LARGEST + 1), "The file is larger than 1 MB."),
    ],
)
def test_what_is_not_toml_is_refused(source, expected):
    assert mistakes(source) == [expected]


def test_an_empty_file_says_what_it_lacks():
    assert mistakes("") == [
        "format: missing: expected format = 1 at the top of the file",
        "programme: missing: expected a table begun by [programme]",
        "cohort: missing: expected a table begun by [cohort]",
        "modules: missing: expected at least one table begun by [[modules]]",
    ]


def _keys(model: type[Part]) -> set[str]:
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in _parts(field.annotation):
            keys |= _keys(inner)
    return keys


def test_every_key_is_described_for_editors():
    page = (settings.ROOT / "docs" / "programme-file.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    assert described - _keys(ProgrammeFile) == set()
    assert _keys(ProgrammeFile) - described == set()


def test_every_key_says_what_is_expected_there():
    for name in vars(document):
        model = getattr(document, name)
        if isinstance(model, type) and issubclass(model, Part):
            assert [key for key, field in model.model_fields.items() if not field.description] == []
