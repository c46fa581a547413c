"""What somebody searched for in vain, and lets the editors know."""

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction

from kit import personal
from study import actions
from study.models import Missed
from tests.study.conftest import HX, LEARNING, leave_network

pytestmark = pytest.mark.django_db
URL = f"{LEARNING}missed/"
LIBRARY = "/guidance/"
MEMBERS = ["admin", "editor", "facilitator", "convener", "participant"]


def main(html: str):
    return BeautifulSoup(html, "html.parser").select_one("main")


def offered(html: str) -> list[str]:
    return [one["value"] for one in main(html).select(".p-missed input[name=text]")]


@pytest.mark.parametrize("address", [f"{LIBRARY}?q=zzzz+Yyyy", "/search/?q=zzzz+Yyyy"])
@pytest.mark.parametrize("headers", [{}, HX])
def test_where_nothing_was_found_the_editors_can_be_told(pages, visit, address, headers):
    assert offered(visit("participant").get(address, headers=headers).text) == ["zzzz Yyyy"]


@pytest.mark.parametrize("address", [LIBRARY, f"{LIBRARY}?q=start", f"{LIBRARY}?q=zzzz&kind=exercise", "/search/", "/search/?q=start"])  # fmt: skip
def test_it_is_not_offered_where_something_was_found_or_nothing_asked(pages, visit, address):
    assert offered(visit("participant").get(address).text) == []


@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_it_is_not_offered_to_others(pages, visit, who):
    assert offered(visit(who).get(f"{LIBRARY}?q=zzzz").text) == []


@pytest.mark.parametrize("who", MEMBERS)
def test_it_is_noted_and_said(cast, pages, visit, who):
    answer = visit(who).post(URL, {"text": " Sepsis  care "}, follow=True)
    assert answer.redirect_chain == [(LIBRARY, 303)]
    assert "Thank you. The editors will see that “Sepsis care” is missing." in answer.text
    [said] = Missed.objects.all()
    assert (said.person, said.text) == (getattr(cast, who), "sepsis care")


def test_said_twice_it_counts_once(pages, visit):
    codes = [visit("participant").post(URL, {"text": text}).status_code for text in ("Sepsis", "sepsis")]
    assert (codes, [said.text for said in Missed.objects.all()]) == ([303, 303], ["sepsis"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Search for something first."),
        ("x" * 101, "Shorten this to 100 characters. It has 101."),
        ("a\x00b", "There is a character in this text that cannot be kept."),
        ("Patient 943 476 5919", "looks like an NHS number"),
    ],
)
def test_what_will_not_do_is_said_beside_it_and_can_be_put_right(pages, visit, text, said):
    answer = visit("participant").post(URL, {"text": text})
    assert answer.status_code == 200
    assert said in main(answer.text).select_one("#id_text_error").text
    assert answer.context["form"]["text"].value() == text
    assert Missed.objects.count() == 0


def test_a_search_too_long_to_keep_is_offered_as_far_as_it_goes(pages, visit):
    words = "zzzz " * 30
    [text] = offered(visit("participant").get(f"{LIBRARY}?q={words}").text)
    assert visit("participant").post(URL, {"text": text}).status_code == 303


def test_only_the_last_are_kept(cast, monkeypatch):
    monkeypatch.setattr(actions, "MOST_MISSED", 2)
    for text in ("one", "two", "three", "one"):
        actions.miss(person=cast.participant, text=text)
    assert [said.text for said in Missed.objects.all()] == ["one", "three"]


def test_numbers_are_of_people(cast):
    for person in (cast.participant, cast.convener):
        actions.miss(person=person, text="sepsis")
    actions.miss(person=cast.participant, text="rota")
    assert [(row["text"], row["people"]) for row in Missed.objects.by_text()] == [("sepsis", 2), ("rota", 1)]


def test_the_database_keeps_each_once_and_none_without_words(cast):
    actions.miss(person=cast.participant, text="sepsis")
    for text in ("sepsis", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Missed.objects.create(person=cast.participant, text=text)


def test_strangers_are_refused(cast, pages, visit, client):
    assert client.post(URL, {"text": "x"})["Location"] == f"/accounts/login/?next={URL}"
    assert visit("outsider").post(URL, {"text": "x"}).status_code == 404
    leave_network(cast.participant)
    assert visit("participant").post(URL, {"text": "x"}).status_code == 404
    assert Missed.objects.count() == 0


def test_asked_for_by_itself_it_is_a_form(pages, visit):
    page = visit("participant").get(f"{URL}?q=Sepsis")
    assert (page.status_code, page.context["form"]["text"].value()) == (200, "Sepsis")
    said = BeautifulSoup(page.text, "html.parser").select_one(".p-who").text
    assert " ".join(said.split()) == "Editors see the words. Only you can see that they are yours."


def test_it_goes_after_180_days():
    [held] = [one for one in personal.holdings if one.key == "study.Missed"]
    assert (held.days, held.dated) == (180, "said_at")
