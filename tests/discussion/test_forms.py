"""What is taken and what is found fault with, before anything is read as Markdown."""

import unicodedata
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discussion.forms import TEXT_LONGEST, EditForm, EditTopicForm, ReplyForm, TopicForm


def topic(title: str = "T", text: str = "x", **more: object) -> TopicForm:
    return TopicForm({"title": title, "text": text, **more})


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "🫖",
        "茶",
        "مرحبا",
        "!",
        "-",
        "e\u0301",
        "🏳️‍🌈",
        "x" * TEXT_LONGEST,
        "```\n \n```",
        "\u00a0x\u00a0",
    ],
)
def test_what_can_be_seen_is_taken(text: str) -> None:
    form = ReplyForm({"text": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "\u200b", "\u200d\u200c", "\u2800", "\u00ad", "\ufeff", "\u202e\u2066", "\u3164" * 0],
)
def test_what_cannot_be_seen_is_nothing(text: str) -> None:
    assert ReplyForm({"text": text}).errors == {"text": ["Write your reply first."]}
    assert topic(text=text).errors == {"text": ["Write something first."]}
    assert topic(title=text).errors == {"title": ["Give your topic a title."]}


def test_lines_end_as_everywhere_else() -> None:
    form = ReplyForm({"text": "a\r\nb\r\n\r\nc"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "a\nb\n\nc"


def test_a_title_is_one_line() -> None:
    form = topic(title="  a\n b\t\tc  ")
    assert form.is_valid()
    assert form.cleaned_data["title"] == "a b c"


@settings(max_examples=200, deadline=None)
@given(title=st.text(max_size=160), text=st.text(max_size=300))
def test_whatever_is_taken_can_be_kept_and_seen(title: str, text: str) -> None:
    form = topic(title=title, text=text)
    if not form.is_valid():
        assert set(form.errors) <= {"title", "text"}
        return
    taken = form.cleaned_data
    assert 0 < len(taken["title"]) <= 140
    assert not set(taken["title"]) & set("\n\r\t\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert "\x00" not in taken["title"] + taken["text"]
    for value in (taken["title"], taken["text"]):
        assert any(unicodedata.category(mark)[0] not in "CZ" for mark in value)


@settings(max_examples=50, deadline=None)
@given(
    words=st.lists(
        st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=1, max_size=9
    )
)
def test_ordinary_words_are_taken_as_they_are(words: list[str]) -> None:
    text = " ".join(words)
    form = topic(title=text, text=text)
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["title"], form.cleaned_data["text"]) == (text, text)


def test_a_form_keeps_its_key_and_each_has_its_own() -> None:
    fresh = [TopicForm()["client_key"].value() for _ in range(2)]
    assert fresh[0] != fresh[1]
    key = uuid.uuid4()
    sent = topic(client_key=str(key), title="")
    assert sent["client_key"].value() == str(key)
    assert topic(client_key=str(key)).is_valid()
    assert ReplyForm(initial={"text": "x"})["text"].value() == "x"


@pytest.mark.parametrize(("sent", "kept"), [("", None), ("7", 7), (str(2**63), None), (str(2**62), 2**62)])
def test_the_post_that_is_answered(sent: str, kept: int | None) -> None:
    form = ReplyForm({"text": "x", "reply_to": sent})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reply_to"] == kept


def test_an_edit_asks_for_the_title_first() -> None:
    assert list(EditTopicForm().fields) == ["title", "text"]
    assert list(EditForm().fields) == ["text"]
    assert EditForm({"text": ""}).errors == {
        "text": ["Write something. To take your post away, remove it instead."]
    }


def test_every_error_is_a_sentence_without_jargon() -> None:
    forms = [
        topic(title="a" * 999, text="a" * 30_000),
        topic(title="\x00", text="\x00"),
        ReplyForm({"text": ""}),
    ]
    messages = [message for form in forms for errors in form.errors.values() for message in errors]
    assert len(messages) == 5
    assert [message for message in messages if message[-1] != "."] == []
    assert [message for message in messages if "null" in message.lower()] == []
