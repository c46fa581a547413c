"""What looks like a patient's NHS number is asked about; what only has ten digits is not."""

import nhs_number
import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from kit.patient_data import AdminPatientDataGuard, PatientDataGuard, nhs_numbers

# The examples of the NHS Data Dictionary and of the package; 0306406152 and 9971502100 are ISBNs that pass its check.
NUMBER = "943 476 5919"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("943 476 5919", ["943 476 5919"]),
        ("943-476-5919", ["943-476-5919"]),
        ("943\u00a0476\u00a05919", ["943\u00a0476\u00a05919"]),
        ("943\u2009476\u20115919", ["943\u2009476\u20115919"]),
        ("９４３ ４７６ ５９１９", ["９４３ ４７６ ５９１９"]),
        ("943\u200b476\u200b5919", ["943\u200b476\u200b5919"]),
        ("**943** **476** **5919**", ["943** **476** **5919"]),
        ("(943 476 5919)", ["943 476 5919"]),
        ("943 476 5919/DOB 1.2.40", ["943 476 5919"]),
        ("He is 943 476 5919.", ["943 476 5919"]),
        ("NHS no: 9434765919", ["9434765919"]),
        ("nhs9434765919", []),
        ("The patient (9434765919) fell", ["9434765919"]),
        ("9434765919 is our patient", ["9434765919"]),
        ("9 4 3 4 7 6 5 9 1 9, NHS", ["9 4 3 4 7 6 5 9 1 9"]),
        ("Call the patient on 943 476 5919", ["943 476 5919"]),
        ("943 476 5919 and 987 654 3210, and 943 476 5919", ["943 476 5919", "987 654 3210"]),
    ],
)
def test_what_looks_like_one(text, found):
    assert nhs_numbers(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9434765919",
        "943 476 5918",
        "943 476 59190",
        "1943 476 5919",
        "000 000 0000",
        "https://zoom.us/j/9434765919",
        "https://zoom.us/j/9434765919?pwd=NHS",
        "Zoom meeting ID: 943 476 5919",
        "Join the meeting with 943 476 5919",
        "Webex 943 476 5919, passcode 1234",
        "Tel 943 476 5919",
        "Phone: 943-476-5919",
        "+44 943 476 5919",
        "+1 (943) 476 5919",
        "020 7946 0958, 07700 900 123, 01632 960 983",
        "ISBN 0306406152",
        "ISBN-10: 0-306-40615-2",
        "ISBN 978 0 306 40615 7",
        "doi:10.1000/9434765919",
        "943\n476\n5919",
        "v9434765919",
        "2019 2020 2021 2022",
        "12.11.2026 10:00–12:30",
    ],
)
def test_what_does_not(text):
    assert nhs_numbers(text) == []


READING_LIST = """\
Wenger E, McDermott R, Snyder W (2002) Cultivating Communities of Practice. ISBN 1578513308
Lave J, Wenger E (1991) Situated Learning. ISBN 0521423740
NHS England (2019) The NHS Long Term Plan
Lipmanowicz H, McCandless K (2014) The Surprising Power of Liberating Structures, ISBN-10 0615975305
"""


def test_a_reading_list_is_none():
    assert nhs_numbers(READING_LIST) == []


def test_the_last_word_before_a_number_speaks_of_it():
    assert nhs_numbers(f"Patient notes. Meeting {NUMBER}") == []
    assert nhs_numbers(f"Meeting notes. Patient {NUMBER}") == [NUMBER]


@given(st.integers(100_000_000, 999_999_999))
def test_only_numbers_that_pass_the_check(nine):
    check = nhs_number.calculate_checksum(str(nine))
    digits = f"{nine}{0 if check is None or check > 9 else check}"
    grouped = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    expected = [grouped] if nhs_number.is_valid(digits) and len(set(digits)) > 1 else []
    assert nhs_numbers(grouped) == expected
    wrong = f"{digits[:9]}{(int(digits[9]) + 1) % 10}"
    assert nhs_numbers(f"{wrong[:3]} {wrong[3:6]} {wrong[6:]}") == []


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    assert all(number in text for number in nhs_numbers(text))


@given(st.text(st.characters(categories=["Lu", "Ll", "Zs", "Po"]), max_size=80))
def test_a_text_without_digits_has_none(text):
    assert nhs_numbers(text) == []


# -- the form -------------------------------------------------------------------


class _Form(PatientDataGuard, forms.Form):
    title = forms.CharField(required=False)
    text = forms.CharField(widget=forms.Textarea)
    email = forms.EmailField(required=False)


class _AdminForm(AdminPatientDataGuard, forms.Form):
    text = forms.CharField(widget=forms.Textarea)


def _sent(text: str, *answers: str, **more: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"text": text, **more})
    data.setlist("no_patient", list(answers))
    return data


def _asked(text: str) -> str:
    form = _Form(_sent(text))
    assert not form.is_valid()
    return form.asks_about["text"]


def test_a_text_without_a_number_goes_on():
    form = _Form(_sent("Ten half-days"))
    assert form.is_valid()
    assert form.asks_about == {}


def test_the_question_stands_beside_the_field_and_the_text_stays():
    form = _Form(_sent(f"He is {NUMBER}"))
    assert list(form.errors) == ["text"]
    assert form.errors["text"][0].startswith(f"“{NUMBER}” looks like an NHS number.")
    assert form["text"].value() == f"He is {NUMBER}"


def test_it_goes_on_once_the_number_is_out():
    assert _Form(_sent("He is one of ours")).is_valid()


def test_it_goes_on_once_its_writer_says_that_it_is_none():
    assert _Form(_sent(f"He is {NUMBER}", _asked(f"He is {NUMBER}"))).is_valid()


def test_the_answer_holds_for_those_numbers_alone():
    answer = _asked(NUMBER)
    assert not _Form(_sent(f"{NUMBER} and 987 654 3210", answer)).is_valid()
    assert not _Form(_sent(NUMBER, "on")).is_valid()
    assert not _Form(_sent(NUMBER, "")).is_valid()


def test_each_field_is_asked_about():
    form = _Form(_sent(NUMBER, title="987 654 3210"))
    assert not form.is_valid()
    assert list(form.errors) == ["title", "text"]
    answers = form.asks_about.values()
    assert _Form(_sent(NUMBER, *answers, title="987 654 3210")).is_valid()


def test_what_stood_there_before_is_not_asked_about_again():
    assert _Form(_sent(f"{NUMBER}, shorter"), initial={"text": f"{NUMBER}, longer"}).is_valid()
    assert not _Form(_sent("987 654 3210"), initial={"text": NUMBER}).is_valid()


def test_what_is_not_the_writers_text_is_left_alone():
    assert _Form(_sent("x", email="nhs9434765919@example.org")).is_valid()


def test_a_plain_dictionary_can_be_sent():
    assert not _Form({"text": NUMBER}).is_valid()
    assert _Form({"text": NUMBER, "no_patient": _asked(NUMBER)}).is_valid()


def test_the_box_is_named_after_the_forms_prefix():
    answer = _asked(NUMBER)
    assert not _Form({"a-text": NUMBER, "no_patient": answer}, prefix="a").is_valid()
    assert _Form({"a-text": NUMBER, "a-no_patient": answer}, prefix="a").is_valid()


def test_in_the_admin_the_box_stands_in_the_question():
    form = _AdminForm(_sent(NUMBER))
    assert not form.is_valid()
    mark = form.asks_about["text"]
    assert f'<input type="checkbox" name="no_patient" value="{mark}" ' in form.errors["text"][0]
    assert _AdminForm(_sent(NUMBER, mark)).is_valid()


def test_markup_in_a_text_is_not_markup_in_the_question():
    form = _AdminForm(_sent("<b>NHS</b> 943*476*5919"))
    assert not form.is_valid()
    assert "<b>" not in form.errors["text"][0]
