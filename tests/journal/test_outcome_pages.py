"""The pages on which people rate outcomes, and the one that facilitators see."""

import json
import uuid

import pytest

from journal.models import OpenRatings, Rating
from journal.outcomes import outcomes_of
from learning.models import ProgrammePage
from members import actions as members
from tests.journal.conftest import END, INVITE, LISTEN, NUMBER, OUTCOMES, WORDS, fresh

pytestmark = pytest.mark.django_db
OWN = "/me/outcomes/"
RATE = "/me/outcomes/2021-22/start/"
SWITCH = "/me/outcomes/2021-22/facilitators/"
COHORT = "/outcomes/2021-22/"


def answers(*given: int, note: str = "") -> dict[str, object]:
    """A form with a score for as many outcomes, and a note on the first."""
    form: dict[str, object] = {f"score_{key.hex}": score for key, score in zip(OUTCOMES, given, strict=False)}
    return form | ({f"note_{OUTCOMES[0].hex}": note} if note else {})


# -- the outcomes of a programme ----------------------------------------------------------


def test_they_are_those_of_the_programme_in_their_order(cast, programme):
    assert outcomes_of(cast.cohort.circle, cast.participant) == WORDS


def test_a_cohort_that_names_its_programme_follows_that(cast, programme):
    other = programme.home.add_child(instance=ProgrammePage(title="Other", slug="other", introduction="x"))
    other.outcomes = json.dumps([{"type": "outcome", "value": "something else", "id": str(END)}])
    other.save()
    cast.cohort.programme = other
    cast.cohort.save()
    assert outcomes_of(cast.cohort.circle, cast.participant) == {END: "something else"}


def test_where_nothing_is_written_down_there_is_nothing(cast, pages):
    assert outcomes_of(cast.cohort.circle, cast.participant) == {}
    pages.programme.unpublish()
    assert outcomes_of(cast.cohort.circle, cast.participant) == {}


def test_a_programme_that_one_may_not_see_is_none(cast, programme):
    programme.programme.circle = cast.community.circle
    programme.programme.save()
    assert outcomes_of(cast.cohort.circle, cast.participant) == {}
    assert outcomes_of(cast.cohort.circle, cast.convener) == WORDS


# -- one's own ----------------------------------------------------------------------------


def test_one_begins_with_three_moments(programme, visit):
    page = visit("participant").get(OWN)
    assert page.status_code == 200
    for moment in ("start", "middle", "end"):
        assert page.text.count(f'href="/me/outcomes/2021-22/{moment}/"') == 1
    assert page.text.count("Not rated yet") == 3
    assert '<svg class="p-plot"' not in page.text
    assert page.text.count('class="p-who') == 1


def test_rate_them_and_see_them(programme, visit):
    browser = visit("participant")
    form = browser.get(RATE)
    assert form.text.count('type="radio"') == 20
    for word in ("Not yet", "A little", "Partly", "Mostly", "Fully"):
        assert form.text.count(f">{word}</label>") == 4
    for _ in range(2):
        response = browser.post(RATE, answers(1, 2, 3, 4, note="I am new"))
        assert (response.status_code, response["Location"]) == (303, f"{OWN}?cohort=2021-22")
    assert Rating.objects.count() == 4
    page = browser.get(OWN).text
    assert "You have rated 4 of 4. You can change it." in page
    assert page.count('<svg class="p-plot"') == 4
    assert page.count("I am new") == 1
    for cell in ("1. Not yet", "2. A little", "3. Partly", "4. Mostly"):
        assert page.count(f"<td>{cell}</td>") == 1
    assert page.count("<td>Not rated</td>") == 8


def test_the_drawing_has_a_name_and_says_what_it_shows(programme, visit, rate):
    rate("participant", 1)
    rate("participant", 4, moment="end")
    page = visit("participant").get(OWN).text
    assert 'role="img" aria-labelledby="plot-1-title plot-1-desc"' in page
    assert "listen before you plan: at the start 1 of 5 (not yet), at the end 4 of 5 (mostly)." in page
    svg = page.split('<svg class="p-plot"')[1].split("</svg>")[0]
    assert [
        bad for bad in ("style=", "<style", "fill=", "stroke=", "on") if f" {bad}" in svg and bad != "on"
    ] == []


def test_what_was_answered_stands_in_the_form(programme, visit, rate):
    rate("participant", 4, note="Because")
    form = visit("participant").get(RATE).context["form"]
    assert (
        form.initial_for(LISTEN) if hasattr(form, "initial_for") else form[f"score_{LISTEN.hex}"].value() == 4
    )
    assert form[f"note_{LISTEN.hex}"].value() == "Because"
    assert form[f"score_{INVITE.hex}"].value() is None


def test_some_are_enough_and_the_rest_stays(programme, visit, rate):
    rate("participant", 4, outcome=INVITE)
    visit("participant").post(RATE, answers(2))
    assert dict(Rating.objects.values_list("outcome", "score")) == {LISTEN: 2, INVITE: 4}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose an answer for one outcome at least."),
        (answers(9), "Choose one of the five answers."),
        ({f"score_{LISTEN.hex}": "x"}, "Choose one of the five answers."),
        (answers(note="Only a note"), "Choose how far you are, so that your note can be kept."),
        (answers(3, note="x" * 1001), "Shorten this note to 1000 characters. It has 1001."),
        (answers(3, note="a\x00b"), "There is a character in this text that cannot be kept."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(programme, visit, form, said):
    page = visit("participant").post(RATE, form)
    assert page.status_code == 200
    assert said in page.text
    assert not Rating.objects.exists()
    note = form.get(f"note_{LISTEN.hex}")
    if note:
        assert page.context["form"][f"note_{LISTEN.hex}"].value() == note


def test_a_note_is_asked_about_a_patients_number(programme, visit):
    browser, form = visit("participant"), answers(3, note=f"Of NHS {NUMBER}")
    asked = browser.post(RATE, form)
    assert (asked.status_code, Rating.objects.count()) == (200, 0)
    mark = asked.context["form"].asks_about[f"note_{LISTEN.hex}"]
    assert browser.post(RATE, {**form, "no_patient": mark}).status_code == 303


def test_a_note_is_shown_as_it_was_typed(programme, visit, rate):
    rate("participant", 3, note="<b>bold</b>\n*star*")
    page = visit("participant").get(OWN).text
    assert "&lt;b&gt;bold&lt;/b&gt;<br>*star*" in page


@pytest.mark.parametrize("address", ["/me/outcomes/2021-22/later/", "/me/outcomes/nowhere/start/", "/me/outcomes/community-falls-in-care-homes/start/"])  # fmt: skip
def test_what_is_not_there_is_not_there(programme, visit, address):
    assert visit("convener").get(address).status_code == 404
    assert visit("convener").post(address, answers(3)).status_code == 404
    assert not Rating.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "editor", "admin", "facilitator"])
def test_who_takes_no_part_does_not_rate(programme, visit, who):
    browser = visit(who)
    assert browser.get(RATE).status_code == 404
    assert browser.post(RATE, answers(3)).status_code == 404
    assert browser.post(SWITCH, {"see": "yes"}).status_code == 404
    assert browser.get(f"{OWN}?cohort=2021-22").status_code == 404
    assert not Rating.objects.exists()


def test_who_is_in_no_cohort_is_told(programme, visit):
    page = visit("outsider").get(OWN).text
    assert "Outcomes are for people who take part in a cohort of the programme." in page


def test_a_visitor_signs_in_first(programme, visit):
    for address in (OWN, RATE, COHORT):
        assert visit("visitor").get(address)["Location"] == f"/accounts/login/?next={address}"
    assert visit("visitor").post(SWITCH)["Location"] == f"/accounts/login/?next={OWN}"
    assert visit("visitor").post(RATE, answers(3)).status_code == 302


def test_a_get_changes_nothing(programme, visit):
    assert visit("participant").get(SWITCH).status_code == 405
    assert visit("participant").post(OWN).status_code == 405
    assert visit("facilitator").post(COHORT).status_code == 405


def test_before_there_are_outcomes_it_says_so(pages, visit):
    browser = visit("participant")
    assert "not written down yet" in browser.get(OWN).text
    assert "not written down yet" in browser.get(RATE).text
    assert browser.post(RATE, answers(3)).status_code == 200


def test_an_outcome_that_was_taken_out_is_not_shown(programme, visit, rate):
    rate("participant", 3, outcome=END)
    rate("participant", 3)
    programme.programme.outcomes = json.dumps(
        [{"type": "outcome", "value": "the only one", "id": str(LISTEN)}]
    )
    programme.programme.save()
    page = visit("participant").get(OWN).text
    assert (WORDS[END] in page, "the only one" in page) == (False, True)


def test_in_two_cohorts_one_chooses(cast, programme, visit, crowd):
    circle, _ = crowd(0)
    members.join(person=cast.participant, circle=circle)
    browser = visit("participant")
    assert browser.get(OWN).context["place"].circle == circle
    older = browser.get(f"{OWN}?cohort=2021-22")
    assert older.context["place"].circle == cast.cohort.circle
    assert f'href="?cohort={circle.slug}"' in older.text


def test_let_the_facilitators_see_and_no_longer(programme, visit, rate):
    rate("participant", 3, note="A note of mine")
    browser = visit("participant")
    assert "cannot see your ratings or your notes" in browser.get(OWN).text
    for _ in range(2):
        assert browser.post(SWITCH, {"see": "yes"}).status_code == 303
    assert OpenRatings.objects.count() == 1
    page = browser.get(OWN).text
    assert "Only you and the facilitators of Cohort 2021–22 can see your ratings and your notes." in page
    assert "A note of mine" in visit("facilitator").get(COHORT).text
    for _ in range(2):
        browser.post(SWITCH, {"see": "no"})
    assert "A note of mine" not in visit("facilitator").get(COHORT).text


@pytest.mark.parametrize("number", [1, 12])
def test_ones_own_costs_the_same(programme, visit, rate, django_assert_num_queries, number):
    made = [(moment, outcome) for moment in ("start", "middle", "end") for outcome in OUTCOMES]
    for moment, outcome in made[:number]:
        rate("participant", 3, moment=moment, outcome=outcome)
    browser = visit("participant")
    browser.get(OWN)
    with django_assert_num_queries(8):  # session, person, circles; places, programme (2), ratings, opened
        browser.get(OWN)


# -- the cohort's ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["outsider", "editor", "admin", "participant", "convener"])
def test_only_who_leads_a_cohort_sees_its_page(programme, visit, who):
    assert visit(who).get(COHORT).status_code == 404


@pytest.mark.parametrize("slug", ["nowhere", "community-falls-in-care-homes", "network"])
def test_only_cohorts_have_one(programme, visit, slug):
    assert visit("convener").get(f"/outcomes/{slug}/").status_code == 404
    assert visit("facilitator").get(f"/outcomes/{slug}/").status_code == 404


def test_a_facilitator_finds_it(programme, visit):
    page = visit("facilitator").get(OWN).text
    assert f'href="{COHORT}"' in page
    assert "Outcomes are for people" not in page


def test_fewer_than_five_show_no_number(programme, visit, rate):
    rate("participant", 3, note="zwetschge")
    rate("convener", 4)
    page = visit("facilitator").get(COHORT)
    assert page.text.count("Not enough answers to show") == 12
    assert [row["shown"] for table in page.context["tables"] for row in table["rows"]] == [False] * 12
    assert "zwetschge" not in page.text
    assert "Nobody at the moment." in page.text


def test_from_five_on_it_shows_how_they_fall_and_nobodys_name(programme, crowd, lead, rate, signed_in):
    circle, places = crowd(5)
    for place, score in zip(places, (1, 1, 2, 5, 5), strict=True):
        rate(place, score, note=f"kern{place.pk}")
    page = signed_in(lead(circle)).get(f"/outcomes/{circle.slug}/")
    row = page.context["tables"][0]["rows"][0]
    assert (row["answers"], row["counts"], row["middle"]) == (5, (2, 1, 0, 0, 2), "A little")
    assert page.text.count("Not enough answers to show") == 11
    for place in places:
        assert (f"kern{place.pk}" in page.text, place.person.name in page.text) == (False, False)


def test_who_lets_them_see_is_named_with_notes_and_others_are_not(programme, visit, rate, place):
    rate("participant", 3, note="of the participant")
    rate("convener", 4, note="of the convener")
    visit("participant").post(SWITCH, {"see": "yes"})
    page = visit("facilitator").get(COHORT)
    assert [(person.name, [row.cells[0] for row in rows]) for person, rows in page.context["people"]] == [
        ("Participant Demo", ["3. Partly", "Not rated", "Not rated", "Not rated"])
    ]
    assert ("of the participant" in page.text, "of the convener" in page.text) == (True, False)
    assert page.text.count("Not enough answers to show") == 12


def test_who_lets_them_see_and_has_rated_nothing_is_named_all_the_same(programme, visit):
    visit("participant").post(SWITCH, {"see": "yes"})
    [(person, rows)] = visit("facilitator").get(COHORT).context["people"]
    assert (person.name, {cell for row in rows for cell in row.cells}) == ("Participant Demo", {"Not rated"})


def test_before_there_are_outcomes_the_facilitator_is_told(pages, visit):
    assert "not written down yet" in visit("facilitator").get(COHORT).text


@pytest.mark.parametrize("number", [1, 30])
def test_the_cohorts_page_costs_the_same(
    programme, crowd, lead, rate, signed_in, django_assert_num_queries, number
):
    from journal import rating

    circle, places = crowd(number)
    for place in places:
        rate(place, 3, note="A note")
        rating.open_to_leads(person=place.person, place=place)
    browser = signed_in(lead(circle))
    browser.get(f"/outcomes/{circle.slug}/")
    with django_assert_num_queries(
        9
    ):  # session, person, circles; circle, programme (2), opened, ratings, numbers
        browser.get(f"/outcomes/{circle.slug}/")


def test_it_opens_only_after_the_second_step(programme, visit, settings):
    settings.REQUIRE_MFA = True
    response = visit("facilitator").get(COHORT)
    assert (response.status_code, "/accounts/2fa/needed/" in response["Location"]) == (302, True)


def test_who_says_who_can_see_it_says_it_once(programme, visit):
    assert visit("facilitator").get(COHORT).text.count('class="p-who') == 1
    assert visit("participant").get(RATE).text.count('class="p-who') == 1
    assert visit("outsider").get(OWN).text.count('class="p-who') == 1


def test_an_id_that_is_no_outcome_is_passed_over(programme, visit):
    visit("participant").post(RATE, {**answers(3), f"score_{uuid.uuid4().hex}": 5})
    assert Rating.objects.count() == 1
    assert fresh(Rating.objects.get()).score == 3
