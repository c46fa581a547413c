"""Whatever a programme file holds, it is loaded whole or refused with its mistakes; nothing else happens."""

from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.programme.loading import load, preview
from portal.programme.mistakes import Mistaken
from portal.programme.reading import LARGEST
from tests.portal.programme_files import SMALL, everything, raw, toml

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from([
        "", " ", "\x00", "\u202e", "😀", "<script>alert(1)</script>", "a" * 301, "a\nb", "# x\n## y", "/", "..",
        "modules", "admin", "2025-02-30", "'''", '"', "\\", "javascript:alert(1)", "{{ x }}", "%s", "é", "trust",
    ]),
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.times(),
    st.just(datetime(2025, 3, 6, 9, 30)),
    st.just([]),
    st.just({}),
    st.just([[[1]]]),
    st.just([{"title": "x"}]),
    st.just({"a": {"b": [time(1), date(2025, 1, 1)]}}),
)  # fmt: skip


def _places(at: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = at.items() if isinstance(at, dict) else enumerate(at) if isinstance(at, list) else ()
    found = [(*path, key) for key, _ in inside]
    for key, value in inside:
        found += _places(value, (*path, key))
    return found


PLACES = _places(raw())


def _bend(document: dict[str, Any], path: tuple[Any, ...], how: str, value: Any) -> None:
    at: Any = document
    for part in path[:-1]:
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            return
    last = path[-1]
    if isinstance(at, dict) and how == "rename":
        at[f"{last}s"] = at.pop(last, None)
    elif isinstance(at, dict) and how == "drop":
        at.pop(last, None)
    elif isinstance(at, dict) or (isinstance(at, list) and isinstance(last, int) and last < len(at)):
        at[last] = at[0] if how == "repeat" and isinstance(at, list) else value


BENDS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(["set", "set", "drop", "rename", "repeat"]), ODD),
    min_size=1,
    max_size=4,
)


def _without_none(value: Any) -> Any:
    """TOML has no null."""
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value if inner is not None]
    return value


@pytest.fixture
def loaded(pages):
    """A site with the small programme, as all its tables have it."""
    pages.programme.delete()
    load(SMALL)
    return everything()


class _Undo(Exception):
    pass


@pytest.mark.postgres
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bends=BENDS)
def test_a_bent_file_is_loaded_whole_or_refused(loaded, bends):
    document = raw()
    for path, how, value in bends:
        _bend(document, path, how, value)
    source = toml(_without_none(document))
    try:
        with transaction.atomic():
            load(source)
            after = everything()
            assert load(source).changes_nothing
            assert everything() == after
            raise _Undo
    except _Undo:
        pass
    except Mistaken as mistaken:
        assert all(mistake.message for mistake in mistaken.mistakes)  # noqa: PT017
    assert everything() == loaded


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, len(SMALL)),
    length=st.integers(0, 200),
    put=st.text(max_size=10) | st.binary(max_size=10),
)
def test_a_torn_file_is_previewed_or_refused(loaded, cut, length, put):
    inserted = put if isinstance(put, bytes) else put.encode("utf-8", "surrogatepass")
    source = SMALL.encode()[:cut] + inserted + SMALL.encode()[cut + length :]
    with suppress(Mistaken):
        assert preview(source).title


@pytest.mark.parametrize(
    "source",
    [
        "a" * LARGEST,
        "[" * LARGEST,
        "a = " + "[" * (LARGEST - 10),
        "\n".join("a = 1" for _ in range(LARGEST // 6)),
        SMALL.replace("Learn by doing.", "x" * (LARGEST - len(SMALL))),
        SMALL.replace("Words before.", "*_[" * ((LARGEST - len(SMALL)) // 3)),
        "a." * (LARGEST // 2),
        "a = '" + "\U0001f600" * (LARGEST // 5) + "'",
        "é = 1\n" * 1000,
        "x = " + "9" * 100_000,
    ],
    ids=[
        "letters",
        "brackets",
        "nested",
        "repeated",
        "long",
        "markup",
        "dotted",
        "emoji",
        "accents",
        "digits",
    ],
)
def test_a_megabyte_is_refused_and_nothing_happens(pages, cast, signed_in, source):
    browser = signed_in(cast.admin)
    before = everything()
    response = browser.post("/admin/programme/", {"file": SimpleUploadedFile("x.toml", source.encode())})
    assert response.status_code == 200
    assert "Nothing was loaded." in response.content.decode()
    assert everything() == before
