"""Searches of the directory that somebody keeps: saving, and hearing once a day of communities that are new and match."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory.enums import Meets, OpenTo
from community_directory.models import Community
from members.models import Profile
from notifications.models import Notification
from study import actions, tasks
from study.models import Found, SavedSearch
from tests.factories import CommunityFactory, ThemeFactory
from tests.study.conftest import HX, LEARNING, leave_network

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NEW = f"{LEARNING}searches/communities/new/"
DIRECTORY = "/communities/"
ASKED = "?meets=online&stage=coalescing"


@pytest.fixture
def saved(cast, pages) -> SavedSearch:
    """A search of the participant's, made yesterday, when what is in the directory was there already."""
    Community.objects.update(published_at=timezone.now() - timedelta(days=30))
    search = actions.save_search(person=cast.participant, query=ASKED[1:], name="Online", of="communities")
    SavedSearch.objects.update(told_to=timezone.now() - timedelta(days=1))
    return SavedSearch.objects.get(pk=search.pk)


def published(name: str, *, hours: float, **more) -> Community:
    return CommunityFactory(name=name, published_at=timezone.now() - timedelta(hours=hours), **more)


def tell(search: SavedSearch, *, days: float = 0) -> int:
    return actions.tell_of_communities(search=search, now=timezone.now() + timedelta(days=days))


def way(html: str) -> str | None:
    """Where "Save this search" leads to."""
    found = BeautifulSoup(html, "html.parser").select_one(".p-results__save a")
    return found and found["href"]


class TestSaving:
    @pytest.mark.parametrize(
        ("asked", "kept"),
        [
            ("?q=Falls", "?q=Falls"),
            ("?q=+Falls++me&page=1", "?q=Falls+me"),
            (f"{ASKED}&nonsense=1&stage=nonsense", "?stage=coalescing&meets=online"),
            ("?sort=name&stage=coalescing", "?stage=coalescing&sort=name"),
        ],
    )
    def test_what_is_asked_for_can_be_kept(self, pages, visit, asked, kept):
        for headers in ({}, HX):
            assert (
                way(visit("participant").get(f"{DIRECTORY}{asked}", headers=headers).text) == f"{NEW}{kept}"
            )

    @pytest.mark.parametrize("asked", ["", "?sort=name", "?stage=nonsense", "?q=+"])
    def test_the_directory_itself_needs_no_keeping(self, pages, visit, asked):
        assert way(visit("participant").get(f"{DIRECTORY}{asked}").text) is None
        answer = visit("participant").get(f"{NEW}{asked}")
        assert (answer.status_code, answer["Location"]) == (302, DIRECTORY)

    @pytest.mark.parametrize("who", ["visitor", "outsider"])
    def test_it_is_not_offered_to_who_can_keep_nothing(self, pages, visit, who):
        assert way(visit(who).get(f"{DIRECTORY}{ASKED}").text) is None

    def test_saved_found_again_renamed_and_deleted(self, cast, pages, visit):
        browser = visit("participant")
        page = browser.get(f"{NEW}?q=falls&stage=coalescing")
        assert page.context["form"]["name"].value() == "“falls”, Getting started"
        assert "We tell you when a new community matches" in page.text
        answer = browser.post(f"{NEW}?q=falls&stage=coalescing", {"name": "Falls near me"})
        assert (answer.status_code, answer["Location"]) == (303, f"{DIRECTORY}?q=falls&stage=coalescing")
        made = SavedSearch.objects.get()
        assert (made.person, made.of, made.query) == (
            cast.participant,
            "communities",
            "q=falls&stage=coalescing",
        )
        row = BeautifulSoup(browser.get(LEARNING).text, "html.parser").select_one(
            "[aria-labelledby=searches] li"
        )
        assert (row.a["href"], row.select_one("p").get_text()) == (answer["Location"], "Communities")
        assert browser.post(made.get_absolute_url(), {"name": "Later"}).status_code == 303
        assert SavedSearch.objects.get().name == "Later"
        assert browser.post(f"{made.get_absolute_url()}delete/").status_code == 303
        assert SavedSearch.objects.count() == 0

    def test_the_same_words_of_the_library_are_another_search(self, cast, pages, visit):
        for address in (f"{LEARNING}searches/new/?q=falls", f"{NEW}?q=falls", f"{NEW}?q=falls"):
            assert visit("participant").post(address, {"name": "Falls"}).status_code == 303
        assert sorted(SavedSearch.objects.values_list("of", "query")) == [
            ("communities", "q=falls"), ("library", "q=falls"),
        ]  # fmt: skip

    @pytest.mark.parametrize("name", ["", "x" * 61, "a\x00b"])
    def test_a_name_that_will_not_do(self, pages, visit, name):
        assert visit("participant").post(f"{NEW}{ASKED}", {"name": name}).status_code == 200
        assert SavedSearch.objects.count() == 0

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, cast, pages, visit, number, django_assert_num_queries):
        for place in range(number):
            CommunityFactory(name=f"Online {place}")
        browser = visit("participant")
        browser.get(f"{DIRECTORY}{ASKED}")
        with django_assert_num_queries(6):
            assert way(browser.get(f"{DIRECTORY}{ASKED}").text)


class TestTelling:
    def test_of_each_new_one_once_with_a_mail(self, cast, saved, visit, django_capture_on_commit_callbacks):
        published("Older", hours=30)
        published("In person", hours=2, meets="in_person")
        published("Second", hours=1)
        published("First", hours=2)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_of_communities.call()
        told = Notification.objects.get(verb="study.found")
        assert (told.recipient, Found.objects.get().names) == (cast.participant, "First\nSecond")
        [sent] = mail.outbox
        assert (sent.to, sent.subject) == (
            [cast.participant.email], "2 new communities match your search “Online”",
        )  # fmt: skip
        assert "First" in sent.body
        page = visit("participant").get("/me/notifications/").text
        assert "2 new communities match your search “Online”" in page
        assert [tell(saved), tell(saved, days=1), tell(saved, days=2)] == [0, 0, 0]

    def test_what_comes_later_is_told_later(self, saved):
        published("One", hours=1)
        assert tell(saved) == 1
        Community.objects.filter(name="One").update(state="dormant")
        published("Two", hours=-12)
        assert [tell(saved), tell(saved, days=1), tell(saved, days=1)] == [0, 1, 0]
        assert Notification.objects.filter(verb="study.found").count() == 2

    def test_what_is_hardly_there_waits_for_the_next_time(self, saved):
        published("Just now", hours=0.01)
        assert [tell(saved), tell(saved, days=1)] == [0, 1]

    def test_drafts_and_what_waits_are_not_told_of(self, saved):
        for state in ("draft", "submitted", "ended"):
            published(state, hours=1, state=state)
        assert (tell(saved), Found.objects.count()) == (0, 0)

    def test_what_was_there_when_it_was_saved_is_no_news(self, cast, pages):
        published("There", hours=1)
        search = actions.save_search(person=cast.participant, query=ASKED[1:], name="x", of="communities")
        assert tell(search, days=1) == 0

    def test_a_filter_that_is_gone_does_not_make_everything_match(self, cast, pages):
        ThemeFactory(slug="sleep", name="Sleep")
        search = actions.save_search(person=cast.participant, query="theme=sleep", name="x", of="communities")
        ThemeFactory._meta.model.objects.all().delete()
        published("Any", hours=-12)
        assert tell(search, days=1) == 0

    def test_who_wants_no_mails_gets_none(self, cast, saved, django_capture_on_commit_callbacks):
        Profile.objects.update_or_create(user=cast.participant, defaults={"no_mails": True})
        published("New", hours=1)
        with django_capture_on_commit_callbacks(execute=True):
            assert tell(saved) == 1
        assert (mail.outbox, Notification.objects.filter(verb="study.found").count()) == ([], 1)

    def test_who_has_left_the_network_is_not_told(self, cast, saved):
        leave_network(cast.participant)
        published("New", hours=1)
        assert tell(saved) == 0

    def test_searches_of_the_library_tell_nothing(self, cast, pages):
        search = actions.save_search(person=cast.participant, query="q=falls", name="x")
        published("falls", hours=-12)
        assert tell(search, days=1) == 0

    def test_it_is_its_owners_alone(self, cast, saved):
        published("New", hours=1)
        tell(saved)
        found = Found.objects.get()
        for who in (cast.editor, cast.admin, cast.convener):
            assert (found.can_see(who), Found.objects.visible_to(who).exists()) == (False, False)
        assert Found.objects.visible_to(cast.participant).get() == found

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(st.sampled_from(Meets.values), st.sampled_from(OpenTo.values), st.integers(-3, 3)),
            max_size=6,
        )
    )
    def test_over_the_days_each_that_matches_is_told_of_once(self, saved, made):
        """Beside a plain loop."""
        SavedSearch.objects.filter(pk=saved.pk).update(told_to=timezone.now())
        Community.objects.all().delete()
        now = timezone.now()
        for meets, open_to, day in made:
            moment = now + timedelta(days=day, hours=1)
            CommunityFactory(meets=meets, open_to=open_to, published_at=moment)
        wanted = sum(meets == "online" and day >= 0 for meets, _, day in made)
        told = [
            actions.tell_of_communities(search=saved, now=now + timedelta(days=day))
            for day in (1, 2, 2, 3, 9)
        ]
        assert sum(told) == wanted
