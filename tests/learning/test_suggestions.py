"""What somebody may be about to type: only what they may see."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from learning.suggestions import MOST, suggestions

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

URL = "/learning/suggestions/"


def offered(text: str, reader: Client | None = None) -> list[str]:
    response = (reader or Client()).get(URL, {"q": text})
    assert response.status_code == 200
    return re.findall(r'<option value="([^"]*)"', response.content.decode())


def test_themes_come_before_titles_and_each_word_may_be_begun(shelve):
    shelve("Build trust slowly", themes=["trust"])
    shelve("Trust & tea")
    assert offered("tr") == ["Trust", "Build trust slowly", escape("Trust & tea")]
    assert offered("SLO bui") == ["Build trust slowly"]
    assert offered("rust") == []
    assert offered("trust zebra") == []


@pytest.mark.parametrize("text", ["", " ", "-", "\x00", '"', "a" * 5000, "%", "<script>"])
def test_whatever_is_typed_is_answered(shelve, text):
    shelve("Build trust")
    assert offered(text) == []


def test_a_theme_that_nothing_has_is_not_offered(shelve, theme):
    theme("lonely")
    shelve("Else")
    assert offered("lone") == []


def test_what_is_private_is_offered_to_its_people_alone(shelve, cast, signed_in):
    shelve("Our secret", themes=["hidden"], circle=cast.cohort.circle)
    shelve("Seldom finished", live=False)
    assert offered("se", signed_in(cast.participant)) == ["Our secret"]
    assert offered("hid", signed_in(cast.participant)) == ["Hidden"]
    for stranger in (Client(), signed_in(cast.outsider), signed_in(cast.editor)):
        assert offered("se", stranger) == offered("hid", stranger) == []


def test_there_are_eight_at_most(shelve, cast):
    for number in range(MOST + 3):
        shelve(f"Trust {number:02}")
    assert suggestions(cast.participant, "trust") == [f"Trust {number:02}" for number in range(MOST)]


@pytest.mark.parametrize("number", [1, 30])
def test_what_it_costs(shelve, client, django_assert_num_queries, number):
    for place in range(number):
        shelve(f"Trust {place}", themes=["trust"])
    offered("trust", client)
    with django_assert_num_queries(1):
        offered("trust", client)


def test_nothing_is_sent_to_it():
    assert Client().post(URL).status_code == 405


def test_the_field_asks_as_one_types(shelve):
    html = Client().get("/guidance/").content.decode()
    field = re.search(r'<input class="p-search__input" id="q".*?>', html)[0]
    assert f'hx-get="{URL}"' in field
    assert 'list="suggestions"' in field
    assert '<datalist id="suggestions"></datalist>' in html
