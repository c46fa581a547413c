"""An address says what is asked for, and whatever it says is understood or left out."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from learning.enums import Audience, GroupSize, Kind, Length, Sort
from learning.filters import CHOICES, PARAMETERS, Wanted, read
from members.enums import Stage

slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
texts = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=3).map(" ".join)


@st.composite
def wishes(draw) -> Wanted:
    text = draw(texts)
    orders = list(Sort) if text else [Sort.NEWEST, Sort.TITLE]
    return Wanted(
        text=text,
        themes=tuple(draw(st.lists(slugs, unique=True, max_size=4))),
        kinds=tuple(draw(st.lists(st.sampled_from(Kind.values), unique=True))),
        stages=tuple(draw(st.lists(st.sampled_from(Stage.values), unique=True))),
        audiences=tuple(draw(st.lists(st.sampled_from(Audience.values), unique=True))),
        lengths=tuple(draw(st.lists(st.sampled_from(Length.values), unique=True))),
        groups=tuple(draw(st.lists(st.sampled_from(GroupSize.values), unique=True))),
        sort=draw(st.sampled_from(orders)),
        cursor=draw(st.sampled_from(["", "20", "731"])),
        all_themes=draw(st.booleans()),
    )


def asked(query: str) -> Wanted:
    return read(QueryDict(query))


@given(wishes())
def test_what_an_address_says_is_read_back_from_it(wanted):
    query = wanted.query
    assert query.startswith("?")
    # An empty text has newest for its usual order, one with words the best match.
    assert asked(query.removeprefix("?")) == wanted


@given(st.text(max_size=300), st.lists(st.text(max_size=130), max_size=30), st.text(max_size=600))
def test_whatever_an_address_says_it_is_read(text, values, cursor):
    query = QueryDict(mutable=True)
    query["q"], query["sort"], query["cursor"], query["themes"] = text, cursor, cursor, text
    for name in PARAMETERS.values():
        query.setlist(name, values)
    wanted = read(query)
    assert len(wanted.text) <= 200
    for facet, choices in CHOICES.items():
        assert set(wanted.of(facet)) <= set(choices.values)
    assert len(wanted.themes) <= 20
    assert "\x00" not in wanted.text + "".join(wanted.themes) + wanted.cursor


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Wanted()),
        ("q=", Wanted()),
        ("q=+++", Wanted()),
        ("q=%00", Wanted()),
        ("q=...!", Wanted()),
        ("q=++quiet++group+", Wanted(text="quiet group", sort=Sort.RELEVANCE)),
        ("q=trust&sort=newest", Wanted(text="trust", sort=Sort.NEWEST)),
        ("q=trust&sort=", Wanted(text="trust", sort=Sort.RELEVANCE)),
        ("q=trust&sort=nonsense", Wanted(text="trust", sort=Sort.RELEVANCE)),
        ("sort=relevance", Wanted()),
        ("sort=title", Wanted(sort=Sort.TITLE)),
        ("kind=guide&kind=guide&kind=nothing", Wanted(kinds=("guide",))),
        ("stage=maturing&stage=MATURING", Wanted(stages=("maturing",))),
        ("theme=trust&theme=a+b&theme=%3Cb%3E&theme=", Wanted(themes=("trust",))),
        ("themes=all", Wanted(all_themes=True)),
        ("themes=some", Wanted()),
        ("cursor=a%00b", Wanted()),
        ("cursor=" + "a" * 501, Wanted()),
        ("utm_source=mail", Wanted()),
    ],
)
def test_what_is_not_known_is_left_out(query, expected):
    assert asked(query) == expected


def test_a_text_of_a_megabyte_is_cut():
    assert asked("q=" + "a" * 1_000_000).text == "a" * 200


def test_the_shortest_address_says_it_all():
    assert Wanted().query == "?"
    assert Wanted(text="trust", sort=Sort.RELEVANCE).query == "?q=trust"
    assert Wanted(themes=("a", "b"), kinds=("guide",)).query == "?theme=a&theme=b&kind=guide"


def test_a_filter_is_taken_off_and_the_list_begins_again():
    wanted = Wanted(themes=("a", "b"), stages=("maturing",), cursor="20")
    assert wanted.without("themes", "a") == Wanted(themes=("b",), stages=("maturing",))
    assert wanted.without("stages", "maturing") == Wanted(themes=("a", "b"))
    assert wanted.cleared() == Wanted()
    assert wanted.number_of_filters == 3


def test_clearing_keeps_the_text_and_its_order():
    wanted = Wanted(text="trust", sort=Sort.TITLE, kinds=("guide",), all_themes=True)
    assert wanted.cleared() == Wanted(text="trust", sort=Sort.TITLE, all_themes=True)


def test_only_the_library_itself_is_plain():
    assert Wanted().is_plain
    for wanted in (Wanted(text="a"), Wanted(kinds=("guide",)), Wanted(cursor="20"), Wanted(sort=Sort.TITLE)):
        assert not wanted.is_plain


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        (Wanted(), [("", "Newest first", True), ("title", "Title, A to Z", False)]),
        (
            Wanted(text="a", sort=Sort.TITLE),
            [("", "Best match", False), ("newest", "Newest first", False), ("title", "Title, A to Z", True)],
        ),
    ],
)
def test_the_usual_order_has_no_value_so_that_it_follows_the_text(wanted, offered):
    assert [(sort["value"], sort["label"], sort["selected"]) for sort in wanted.sorts] == offered
