"""What this room shows on others' pages, and one's own communities: home, dashboard, search, news."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.core import mail as outbox
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import ModelLogEntry

from community_directory import actions, panels, search
from community_directory.models import Community, Connection
from kit import registry
from members.models import Profile, User
from tests.factories import CommunityFactory, UserFactory


def asked_by(user) -> RequestFactory:
    request = RequestFactory().get("/")
    request.user = user
    return request


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_everything_is_registered():
    assert registry.panels.get("community_directory.latest").slot == "home.communities"
    assert registry.cards.get("directory.mine") is panels.OWN
    assert registry.searches.get("communities") is search.SEARCH
    verbs = {verb.key for verb in registry.verbs if verb.key.startswith("community_directory.")}
    assert verbs == {
        f"community_directory.{name}"
        for name in (
            "submitted",
            "published",
            "sent_back",
            "asked",
            "asked_again",
            "rests_unasked",
            "took_in",
            "exchange_answered",
            "exchange_matched",
            "connection_introduced",
            "connection_due",
            "connection_proposed",
            "connection_accepted",
            "connection_declined",
        )
    }


class TestHome:
    def draw(self) -> BeautifulSoup:
        return BeautifulSoup(panels.latest(None, asked_by(AnonymousUser())), "html.parser")

    def test_the_three_listed_last(self, db):
        now = timezone.now()
        for number in range(5):
            CommunityFactory(name=f"Community {number}", published_at=now - timedelta(days=number))
        titles = self.draw().select("h3 a")
        assert [title.get_text() for title in titles] == ["Community 0", "Community 1", "Community 2"]
        assert titles[0]["href"] == Community.objects.get(name="Community 0").get_absolute_url()

    def test_nothing_if_there_is_none(self, db):
        assert panels.latest(None, asked_by(AnonymousUser())) == ""

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, terms, django_assert_num_queries, number):
        for _ in range(number):
            CommunityFactory(themes=[terms["theme"]])
        self.draw()
        with django_assert_num_queries(2):
            self.draw()
        assert panels.LATEST.queries == 2


class TestDashboard:
    def test_ones_own_and_what_waits(self, cast):
        other = CommunityFactory(convener=cast.facilitator)
        Connection.objects.create(source=other, target=cast.community, reason="Same.")
        Connection.objects.create(
            source=cast.community, target=CommunityFactory(convener=cast.facilitator), reason="Same."
        )
        soup = BeautifulSoup(panels.own(asked_by(fresh(cast.convener))), "html.parser")
        assert [title.get_text() for title in soup.select("h2, h3")] == [
            "My community",
            "Falls in care homes",
            "For where Falls in care homes is: getting started",
        ]
        assert "1 community would like to connect with yours" in soup.get_text()
        assert soup.select_one(".p-tag").get_text() == "Published"

    def test_many_are_cut_short(self, cast):
        for _ in range(5):
            CommunityFactory(convener=cast.convener)
        soup = BeautifulSoup(panels.own(asked_by(fresh(cast.convener))), "html.parser")
        assert len(soup.select("li")) == 4
        assert soup.select_one(".p-section__more").get_text() == "All of them"

    @pytest.mark.parametrize("key", ["participant", "outsider"])
    def test_nothing_for_who_convenes_none(self, cast, key):
        assert panels.own(asked_by(fresh(getattr(cast, key)))) == ""

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, cast, django_assert_num_queries, number):
        for _ in range(number):
            other = CommunityFactory(convener=cast.convener)
            Connection.objects.create(source=cast.community, target=other, reason="Same.")
        person = fresh(cast.convener)
        assert person.led_circle_ids
        panels.own(asked_by(person))  # what each process holds of the library is there from now on
        # And a second of what fills its slot: see tests/portal/test_stage.py.
        with django_assert_num_queries(1):
            panels.own(asked_by(person))
        assert panels.OWN.queries == 2


class TestSearch:
    @pytest.mark.postgres
    def test_best_first_and_no_more_than_asked(self, cast, reindex):
        CommunityFactory(name="Lanterns", slug="lanterns", summary="They shine.", stage="maturing")
        for number in range(5):
            CommunityFactory(name=f"Candles {number}", practice="words " * 50 + "lanterns")
        reindex()
        hits = search.find(AnonymousUser(), "lanterns", 3)
        assert len(hits) == 3
        assert (hits[0].title, hits[0].url, hits[0].excerpt, hits[0].meta) == (
            "Lanterns",
            "/communities/lanterns/",
            "They shine.",
            "Finding our stride",
        )

    def test_ones_own_draft(self, cast, reindex):
        CommunityFactory(name="Lanterns", state="draft", published_at=None, convener=cast.convener)
        reindex()
        found = {
            key: len(search.find(fresh(getattr(cast, key)), "lanterns", 5))
            for key in ("convener", "participant", "editor", "admin")
        }
        assert found == {"convener": 1, "participant": 0, "editor": 0, "admin": 0}

    @pytest.mark.parametrize("text", ["", "\x00", "!!", "zzzz", "x" * 10_000])
    def test_nothing_to_find(self, cast, text):
        assert search.find(AnonymousUser(), text, 5) == []

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, cast, reindex, django_assert_num_queries, number):
        for _ in range(number):
            CommunityFactory(name="Lanterns")
        reindex()
        person = fresh(cast.convener)
        assert person.led_circle_ids
        search.find(person, "lanterns", 5)
        with django_assert_num_queries(2):
            search.find(person, "lanterns", 5)
        assert search.SEARCH.queries == 2


class TestNews:
    def walk(self, cast, written) -> Community:
        community = actions.list_community(person=cast.participant, **written)
        actions.submit_community(community=community, person=cast.participant)
        actions.send_back(community=community, person=cast.editor, reason="Say when you meet.")
        actions.submit_community(community=community, person=cast.participant)
        return actions.publish_community(community=community, person=cast.editor)

    @pytest.fixture
    def steps(self, cast, written) -> dict[str, int]:
        community = self.walk(cast, written)
        entries = ModelLogEntry.objects.for_instance(community).order_by("pk")
        return {entry.action.removeprefix("community_directory."): entry.pk for entry in entries}

    def said(self, key: str, pk: int, person: User, actor: str = "Participant Demo"):
        verb = registry.verbs.get(f"community_directory.{key}")
        thing = verb.targets([pk], fresh(person))[pk]
        return verb.sentence(actor, thing), verb.url(thing), verb.excerpt(thing)

    def test_sentences(self, cast, steps):
        assert self.said("submitted", steps["submitted"], cast.editor) == (
            "Participant Demo asks you to publish “Night walkers”",
            "/communities/night-walkers/",
            "People who work at night and learn from it.",
        )
        assert self.said("published", steps["published"], cast.participant) == (
            "“Night walkers” is in the directory now",
            "/communities/night-walkers/",
            "",
        )
        Community.objects.update(state="draft", sent_back_because="Say when you meet.")
        assert self.said("sent_back", steps["draft"], cast.participant) == (
            "An editor asks for a change to “Night walkers”",
            "/communities/night-walkers/",
            "Say when you meet.",
        )

    @pytest.mark.parametrize(
        ("who", "reason"),
        [
            ("editor", "you publish what communities send in"),
            ("participant", "you convene this community"),
        ],
    )
    def test_mails_about_ones_own_listing_come_whatever_one_chose_about_replies(
        self, cast, written, who, reason, django_capture_on_commit_callbacks
    ):
        Profile.objects.filter(user=getattr(cast, who)).update(mails_replies=False)
        with django_capture_on_commit_callbacks(execute=True):
            self.walk(cast, written)
        sent = [mail for mail in outbox.outbox if mail.to == [f"{who}@example.org"]]
        assert len(sent) == 2
        assert all(f"You get this email because {reason}." in mail.body for mail in sent)

    def test_news_about_connections(self, cast):
        other = CommunityFactory(name="Frailty", convener=cast.facilitator)
        link = Connection.objects.create(source=cast.community, target=other, reason="Same people.")
        sentences = {
            "proposed": "Ada Byron would like to connect “Falls in care homes” with “Frailty”",
            "accepted": "Ada Byron said yes: “Falls in care homes” and “Frailty” are connected",
            "declined": "“Frailty” would rather not connect with “Falls in care homes” now",
        }
        for key, sentence in sentences.items():
            assert self.said(f"connection_{key}", link.pk, cast.facilitator, "Ada Byron") == (
                sentence,
                "/communities/mine/",
                "Same people.",
            )

    def test_who_may_no_longer_see_it_is_told_nothing(self, cast, steps):
        Community.objects.update(state="draft", published_at=None)
        verb = registry.verbs.get("community_directory.submitted")
        assert verb.targets([steps["submitted"]], fresh(cast.editor)) == {}
        assert set(verb.targets([steps["submitted"]], fresh(cast.participant))) == {steps["submitted"]}

    def test_an_entry_of_something_else_is_no_news(self, cast):
        about_a_person = ModelLogEntry.objects.log_action(UserFactory(), "wagtail.edit")
        verb = registry.verbs.get("community_directory.submitted")
        assert verb.targets([about_a_person.pk, 10**9], fresh(cast.admin)) == {}

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, cast, django_assert_num_queries, number):
        ids = []
        for _ in range(number):
            community = CommunityFactory(convener=cast.convener)
            ids.append(ModelLogEntry.objects.log_action(community, "community_directory.published").pk)
        person = fresh(cast.participant)
        person.has_perm("community_directory.publish_community")
        assert person.circle_ids
        with django_assert_num_queries(2):
            found = registry.verbs.get("community_directory.published").targets(ids, person)
        assert len(found) == number


class TestMine:
    ADDRESS = "/communities/mine/"

    def page(self, client) -> BeautifulSoup:
        response = client.get(self.ADDRESS)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def test_each_with_its_state_and_next_step(self, signed_in, cast, pages):
        CommunityFactory(
            name="Sent back",
            state="draft",
            published_at=None,
            sent_back_because="Say when.",
            convener=cast.convener,
        )
        cards = self.page(signed_in(cast.convener)).select("article")
        assert [" ".join(card.get_text(" ").split()) for card in cards] == [
            "Published Falls in care homes People who learn together about one thing. "
            "Everyone can find it. When something changes, change it here.",
            "Draft Sent back People who learn together about one thing. An editor asks: Say when.",
        ]

    def test_connections_by_what_is_to_be_done(self, signed_in, cast, pages):
        others = [
            CommunityFactory(name=name, convener=cast.facilitator) for name in ("Asks", "Waits", "Held")
        ]
        Connection.objects.create(source=others[0], target=cast.community, reason="They ask.")
        Connection.objects.create(source=cast.community, target=others[1], reason="We ask.")
        Connection.objects.create(source=others[2], target=cast.community, reason="Held.", state="accepted")
        Connection.objects.create(source=others[0], target=others[1], reason="Theirs.", state="accepted")
        Connection.objects.create(source=others[1], target=others[2], reason="Private.")
        soup = self.page(signed_in(cast.convener))
        buttons = {
            form["action"].rsplit("/", 2)[-2]: form.button.get_text() for form in soup.select("main form")
        }
        assert buttons == {
            "accept": "Say yes to Asks",
            "decline": "Not now: Asks",
            "end": "Take it back: Waits",
        }
        assert "End the connection with Held" in soup.get_text()
        assert "Theirs." not in soup.get_text()
        assert "Private." not in soup.get_text()

    def test_a_member_who_convenes_none_is_asked_to_list_one(self, signed_in, cast, pages):
        soup = self.page(signed_in(cast.participant))
        assert soup.select_one(".p-empty a")["href"] == "/communities/new/"

    def test_who_may_not_list_is_shown_the_directory(self, signed_in, cast, pages):
        soup = self.page(signed_in(cast.outsider))
        assert soup.select_one(".p-empty a")["href"] == "/communities/"

    def test_visitor_signs_in_first(self, client, pages):
        assert client.get(self.ADDRESS).url == "/accounts/login/?next=/communities/mine/"

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, signed_in, cast, pages, django_assert_num_queries, number):
        for _ in range(number):
            other = CommunityFactory(convener=cast.convener)
            Connection.objects.create(source=other, target=CommunityFactory(), reason="Same.")
        client = signed_in(cast.convener)
        client.get(self.ADDRESS)
        with django_assert_num_queries(7):
            client.get(self.ADDRESS)
