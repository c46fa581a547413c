"""What is kept of a text that somebody sends."""

import pytest
from django import forms

from kit.texts import LineField, LinesField, shows


@pytest.mark.parametrize("text", ["a", "é", "٣", "😀", "!", "\u200bx", "مرحبا"])
def test_shows_something(text):
    assert shows(text) is True


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u200b", "\u200d\u200c", "\u2800", "\u00ad", "\u202e", "\u0301"]
)
def test_shows_nothing(text):
    assert shows(text) is False


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  Night\n \u202ewalkers\u2066\t\x07 ", "Night walkers"),
        ("e\u0301", "e\u0301"),
        ("a\x85b", "a b"),
        ("\u200f\u061c\ufeffa", "a"),
        ("مرحبا 🫖", "مرحبا 🫖"),
        ("\u2800", ""),
    ],
)
def test_line(sent, kept):
    assert LineField(required=False, max_length=100).clean(sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\r\nb\x0b", "a\nb"),
        ("\u202eabc", "\u202eabc"),
        (" \u200b\r\n ", ""),
        ("x\r\n" * 4 + "xx", "x\n" * 4 + "xx"),
    ],
)
def test_lines(sent, kept):
    assert LinesField(required=False, max_length=10).clean(sent) == kept


@pytest.mark.parametrize("field", [LineField, LinesField])
@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("\u200b", "required"),
        ("\x00", "null_characters_not_allowed"),
        ("a\x00b", "null_characters_not_allowed"),
        ("x" * 11, "max_length"),
        ("\u200b" * 101, "max_length"),
    ],
)
def test_refused(field, sent, code):
    with pytest.raises(forms.ValidationError) as caught:
        field(max_length=10).clean(sent)
    assert [error.code for error in caught.value.error_list] == [code]
