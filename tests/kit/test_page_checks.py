"""What an editor is told of a page as it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.page_checks import look_through

VIMEO = "https://vimeo.com/123456789"


def warnings(*blocks: tuple[str, object]) -> list[str]:
    return look_through([{"type": kind, "value": value} for kind, value in blocks]).warnings


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("video", {"title": "A", "url": VIMEO}, "“A” waits for captions or a transcript. Nobody sees it until then."),
        ("video", {"title": "", "url": ""}, "“A recording” waits for captions or a transcript. Nobody sees it until then."),
        ("sound", {"title": "B", "url": VIMEO, "transcript": "<p>x</p>"}, "“B” waits for a transcript. Nobody sees it until then."),
        ("text", '<p>Go <a href="https://x.example.org">here</a>.</p>', "A link says only “here”. Say where it leads."),
        ("text", '<p><a href="/a/">Read <b>more</b>.</a></p>', "A link says only “Read more.”. Say where it leads."),
        (
            "callout",
            {"title": "A", "text": '<p><a href="https://example.org/x">https://example.org/x</a></p>'},
            "A link shows its address, https://example.org/x. Put words in its place.",
        ),
    ],
)  # fmt: skip
def test_what_could_be_better_is_said(kind, value, said):
    assert warnings((kind, value)) == [said]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("video", {"title": "A", "url": VIMEO, "captions": True}),
        ("sound", {"title": "B", "url": "https://soundcloud.com/a/b", "transcript": "<p>x</p>"}),
        ("text", '<p><a href="/a/">Read more about trust</a></p>'),
        ("heading", "Here"),
        ("video", None),
    ],
)
def test_of_what_is_well_nothing_is_said(kind, value):
    assert warnings((kind, value)) == []


def test_the_same_is_said_once():
    link = ("text", '<p><a href="/a/">here</a></p>')
    assert warnings(link, link) == ["A link says only “here”. Say where it leads."]


def test_three_callouts_are_too_many():
    callout = ("callout", {"title": "A", "text": "<p>b</p>"})
    assert warnings(callout, callout) == []
    assert warnings(callout, callout, callout) == [
        "There are 3 callouts. With more than 2, people read none of them."
    ]


def test_pages_and_documents_to_be_looked_up_are_named():
    found = look_through(
        [
            {"type": "text", "value": '<a linktype="page" id="3">a</a> <a id="4" linktype="page">b</a>'},
            {"type": "resource_link", "value": {"title": "x", "page": 5}},
            {"type": "step", "value": {"guidance": 6, "text": ""}},
            {"type": "document", "value": {"document": 7, "page": None}},
            {"type": "document", "value": {"document": 8, "page": 9}},
            {"type": "text", "value": '<a linktype="document" id="10">c</a>'},
        ]
    )
    assert found.pages == {3, 4, 5, 6, 9}
    assert found.documents == {7}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["video", "sound", "text", "document", "step", "callout"]),
                "value": json_values,
            }
        ),
        max_size=5,
    )
)
def test_whatever_is_kept_is_looked_through(raws):
    assert all(isinstance(sentence, str) for sentence in look_through(raws).warnings)
