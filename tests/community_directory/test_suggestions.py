"""Suggestions to conveners: made by a task, shown with a reason, answered, and kept."""

from datetime import date, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from community_directory import actions
from community_directory.enums import Answer
from community_directory.errors import NotYours
from community_directory.models import Community, ExchangeMatch, Suggestion
from community_directory.reasons import because
from community_directory.tasks import refresh_suggestions
from kit import schedule
from members.models import Sector, Theme
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory, ExchangeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

WORDS = ["lanterns", "kettles", "bicycles", "mirrors", "ladders"]


def community(name: str, text: str = "", **more) -> Community:
    return CommunityFactory(
        name=name, slug=name.lower().replace(" ", "-"), domain=text, purpose="", practice="", **more
    )


@pytest.fixture
def near(cast) -> Community:
    """One that writes about the same as the convener's; the others do not."""
    Community.objects.filter(pk=cast.community.pk).update(
        domain="Lanterns at night, and more lanterns.", stage="maturing"
    )
    for number, word in enumerate(WORDS[1:]):
        community(f"Group {number}", f"{word} all day.")
    return community("Lamps", "Lanterns in every corridor.", convener=cast.facilitator)


def suggested(to: Community) -> list[str]:
    return [row.other.name for row in Suggestion.objects.filter(community=to).open(timezone.localdate())]


def cards(html: str) -> list[str]:
    part = BeautifulSoup(html, "html.parser").find(id="worth-meeting")
    return [heading.text for heading in part.find_all("h3")] if part else []


class TestRefresh:
    def test_each_is_given_those_that_write_of_the_same(self, cast, near):
        actions.refresh_suggestions()
        assert (
            suggested(cast.community)[0]
            == suggested(near)[0].replace(cast.community.name, "Lamps")
            == "Lamps"
        )
        first = Suggestion.objects.get(community=cast.community, place=1)
        assert "“lanterns”" in first.why

    def test_what_has_nothing_in_common_is_not_suggested(self, cast, near):
        actions.refresh_suggestions()
        assert all(row.why for row in Suggestion.objects.all())
        assert (
            Suggestion.objects.filter(community__slug="group-0", other__slug="group-1", place=1).count() <= 1
        )

    def test_only_what_is_in_the_directory(self, cast, near):
        community("Hidden", "Lanterns at night, lanterns.", state="draft", published_at=None)
        actions.refresh_suggestions()
        assert not Suggestion.objects.filter(other__name="Hidden").exists()
        assert not Suggestion.objects.filter(community__name="Hidden").exists()

    def test_again_changes_nothing_and_keeps_answers(self, cast, near):
        actions.refresh_suggestions()
        first = Suggestion.objects.get(community=cast.community, other=near)
        actions.answer_suggestion(suggestion=first, person=cast.convener, answer=Answer.NO)
        before = set(Suggestion.objects.values_list("community", "other", "place", "why", "answer"))
        assert actions.refresh_suggestions() == len(before) - 1
        assert set(Suggestion.objects.values_list("community", "other", "place", "why", "answer")) == before
        assert "Lamps" not in suggested(cast.community)

    def test_an_offer_that_meets_an_ask_comes_first_and_says_so(self, cast, near):
        far = Community.objects.get(slug="group-0")
        ask = ExchangeFactory(community=cast.community, text="Amber lights to look at.")
        offer = ExchangeFactory(community=far, kind="offer", text="Amber lights on loan.")
        ExchangeMatch.objects.create(ask=ask, offer=offer, place=1, words="amber, lights")
        actions.refresh_suggestions()
        assert suggested(cast.community)[:2] == ["Group 0", "Lamps"]
        first = Suggestion.objects.get(community=cast.community, place=1)
        assert first.why.startswith("They offer something that you may be asking for.")
        back = Suggestion.objects.get(community=far, place=1)
        assert back.other == cast.community
        assert back.why.startswith("You offer something that they may be asking for.")
        actions.close_exchange(exchange=ask, person=cast.convener)
        actions.refresh_suggestions()
        assert suggested(cast.community)[0] == "Lamps"

    def test_what_no_longer_fits_goes_unless_it_was_answered(self, cast, near):
        actions.refresh_suggestions()
        mine = Suggestion.objects.get(community=cast.community, other=near)
        actions.answer_suggestion(suggestion=mine, person=cast.convener, answer=Answer.LATER)
        Community.objects.filter(pk=near.pk).update(state="ended")
        actions.refresh_suggestions()
        kept = Suggestion.objects.get(other=near)
        assert (kept.community, kept.place, kept.answer) == (cast.community, None, "later")

    def test_nobody_and_one(self, db):
        assert actions.refresh_suggestions() == 0
        community("Alone")
        assert actions.refresh_suggestions() == 0

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, cast, number, django_assert_num_queries):
        for place in range(number):
            community(f"Group {place}", "Lanterns of every kind.")
        actions.refresh_suggestions()
        # rows, what they are filed under (3); all held; out with the old, in with the new, how many; begin and end of it.
        # SQLite takes 140 rows at once.
        more = 2 if number == 30 and connection.vendor == "sqlite" else 0
        with django_assert_num_queries(12 + more):
            actions.refresh_suggestions()

    def test_the_task_does_it_each_hour(self, cast, near):
        refresh_suggestions.call()
        assert suggested(cast.community)[0] == "Lamps"
        assert "community_directory.tasks.refresh_suggestions" in {job.path for job in schedule.jobs()}


class TestAnswer:
    @pytest.fixture
    def first(self, cast, near) -> Suggestion:
        actions.refresh_suggestions()
        return Suggestion.objects.get(community=cast.community, other=near)

    def test_later_comes_back_after_three_months(self, cast, first):
        actions.answer_suggestion(suggestion=first, person=cast.convener, answer=Answer.LATER)
        mine = Suggestion.objects.filter(pk=first.pk)
        today = timezone.localdate()
        assert not mine.open(today + timedelta(days=89)).exists()
        assert mine.open(today + timedelta(days=90)).exists()

    def test_no_is_for_good_and_may_be_said_after_later(self, cast, first):
        for answer in (Answer.LATER, Answer.NO, Answer.NO):
            actions.answer_suggestion(suggestion=first, person=cast.convener, answer=answer)
        assert not Suggestion.objects.filter(pk=first.pk).open(date(2100, 1, 1)).exists()

    def test_only_its_conveners_may(self, cast, first):
        for person in (cast.facilitator, cast.editor, cast.participant):
            with pytest.raises(NotYours):
                actions.answer_suggestion(suggestion=first, person=person, answer=Answer.NO)

    def test_the_other_side_is_asked_for_itself(self, cast, near, first):
        actions.answer_suggestion(suggestion=first, person=cast.convener, answer=Answer.NO)
        assert cast.community.name in suggested(near)

    def test_those_that_are_linked_or_asked_are_not_suggested(self, cast, near, first):
        proposed = actions.propose_connection(
            source=near, target=cast.community, person=cast.facilitator, reason="Lamps."
        )
        assert "Lamps" not in suggested(cast.community)
        assert cast.community.name not in suggested(near)
        actions.decline_connection(connection=proposed, person=cast.convener)
        assert "Lamps" in suggested(cast.community)


def test_the_database_keeps_one_for_each_pair_and_a_day_for_later(cast, near):
    row = Suggestion.objects.create(community=cast.community, other=near, place=1, why="x")
    for wrong in (
        lambda: Suggestion.objects.create(community=cast.community, other=near, place=2, why="x"),
        lambda: Suggestion.objects.create(community=near, other=near, place=1, why="x"),
        lambda: Suggestion.objects.filter(pk=row.pk).update(answer="later"),
        lambda: Suggestion.objects.filter(pk=row.pk).update(later_on=date(2030, 1, 1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


class TestPage:
    @pytest.fixture
    def url(self, cast, near) -> str:
        actions.refresh_suggestions()
        return cast.community.get_absolute_url()

    def test_its_conveners_see_three_with_the_reason(self, cast, url, signed_in):
        html = signed_in(cast.convener).get(url).text
        assert cards(html)[0] == "Lamps"
        assert len(cards(html)) <= 3
        assert "Both of you write about" in html

    @pytest.mark.parametrize("who", ["participant", "facilitator", "editor", "outsider", "visitor"])
    def test_nobody_else_does(self, cast, url, signed_in, client, who):
        asker = client if who == "visitor" else signed_in(getattr(cast, who))
        assert cards(asker.get(url).text) == []

    def test_none_is_no_section(self, cast, url, signed_in):
        Suggestion.objects.all().delete()
        assert "worth-meeting" not in signed_in(cast.convener).get(url).text

    def test_the_way_to_ask_has_ones_own_community_chosen(self, cast, url, signed_in):
        client = signed_in(cast.convener)
        part = BeautifulSoup(client.get(url).text, "html.parser").find(id="worth-meeting")
        form = BeautifulSoup(client.get(part.select_one(".p-cluster a")["href"]).text, "html.parser")
        assert form.select_one("input[name=source][checked]")["value"] == str(cast.community.pk)

    def test_another_one_than_ones_own_is_not_chosen(self, cast, near, url, signed_in):
        address = f"/communities/{near.slug}/connections/new/"
        for wrong in (near.pk, 0, "x", ""):
            form = BeautifulSoup(signed_in(cast.convener).get(f"{address}?from={wrong}").text, "html.parser")
            assert [box["value"] for box in form.select("input[name=source]")] == [str(cast.community.pk)]

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, cast, signed_in, number, django_assert_num_queries):
        for place in range(number):
            community(f"Group {place}", "Lanterns of every kind.")
            Suggestion.objects.create(
                community=cast.community,
                other=Community.objects.latest("pk"),
                place=place + 1,
                why="Lanterns.",
            )
        client = signed_in(cast.convener)
        client.get(cast.community.get_absolute_url())
        with django_assert_num_queries(13):
            assert len(cards(client.get(cast.community.get_absolute_url()).text)) == min(number, 3)


class TestPost:
    @pytest.fixture
    def url(self, cast, near) -> str:
        actions.refresh_suggestions()
        return f"/communities/suggestions/{Suggestion.objects.get(community=cast.community, other=near).pk}/"

    @time_machine.travel("2026-03-02 12:00Z", tick=False)
    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            ("later", "We will suggest Lamps again in three months."),
            ("no", "We will not suggest Lamps again."),
        ],
    )
    def test_it_is_kept_and_said_and_twice_does_no_harm(self, cast, url, signed_in, answer, says):
        client = signed_in(cast.convener)
        for _ in range(2):
            response = client.post(url, {"answer": answer}, follow=True)
            assert response.redirect_chain[0][0].endswith("#worth-meeting")
            assert says in response.text
        kept = Suggestion.objects.get(community=cast.community, answer=answer)
        assert kept.later_on == (date(2026, 5, 31) if answer == "later" else None)

    @pytest.mark.parametrize("answer", ["", "perhaps", "NO"])
    def test_another_answer_is_refused(self, cast, url, signed_in, answer):
        assert signed_in(cast.convener).post(url, {"answer": answer}).status_code == 400
        assert not Suggestion.objects.exclude(answer="").exists()

    @pytest.mark.parametrize("who", ["participant", "facilitator", "editor", "admin", "outsider", "visitor"])
    def test_it_is_nobody_elses(self, cast, url, signed_in, client, who):
        asker = client if who == "visitor" else signed_in(getattr(cast, who))
        assert asker.post(url, {"answer": "no"}).status_code == 404
        assert not Suggestion.objects.exclude(answer="").exists()

    def test_what_is_not_there_and_what_is_only_read(self, cast, url, signed_in):
        client = signed_in(cast.convener)
        assert client.post("/communities/suggestions/0/", {"answer": "no"}).status_code == 404
        assert client.get(url).status_code == 405


class TestBecause:
    def test_the_most_telling_comes_first_and_three_are_enough(self):
        assert because(
            names=True,
            themes=["falls", "frailty"],
            words=["a", "b", "c", "d"],
            stages=("maturing", "stewardship"),
        ) == (
            "One of you speaks of the other. You are both about falls and frailty. "
            "Both of you write about “a”, “b” and “c”."
        )

    def test_a_stage_further_on_or_sectors_that_they_bring(self):
        ahead = because(
            names=False, themes=[], words=[], stages=("coalescing", "maturing"), sectors=["Ambulance"]
        )
        beside = because(
            names=False,
            themes=[],
            words=[],
            stages=("maturing", "maturing"),
            sectors=["Ambulance", "Housing", "Schools"],
        )
        assert ahead == "They are where you may be next."
        assert beside == "They bring people from Ambulance and Housing."

    def test_there_is_always_something(self):
        said = because(names=False, themes=[], words=[], stages=("maturing", "maturing"))
        assert said == "They are at the same kind of work."

    def test_one_word_is_a_reason_only_where_there_is_no_theme(self):
        same = ("maturing", "maturing")
        alone = because(names=False, themes=[], words=["lamp"], stages=same)
        assert alone == "Both of you write about “lamp”."
        beside = because(names=False, themes=["falls"], words=["lamp"], stages=same)
        assert beside == "You are both about falls."


def test_reasons_name_themes_and_sectors(cast, near):
    theme, sector = (
        Theme.objects.create(name="Falls", slug="falls-theme"),
        Sector.objects.create(name="Ambulance", slug="amb"),
    )
    for one in (cast.community, near):
        one.themes.add(theme)
    near.sectors.add(sector)
    actions.refresh_suggestions()
    why = Suggestion.objects.get(community=cast.community, other=near).why
    assert "You are both about falls." in why


@needs_threads
@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_for_each_pair(cast, near, at_once):
    made = at_once(actions.refresh_suggestions, actions.refresh_suggestions)
    pairs = list(Suggestion.objects.values_list("community", "other"))
    assert len(pairs) == len(set(pairs)) > 0
    assert made == [len(pairs)] * 2
    assert at_once(actions.refresh_suggestions, actions.refresh_suggestions) == made
