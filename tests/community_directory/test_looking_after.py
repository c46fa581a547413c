"""What a link is, for whom it reads how, what it is for, when to look again, and what came of it."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community_directory import actions
from community_directory.enums import ConnectionKind
from community_directory.errors import NotYours, WrongState
from community_directory.forms import ConnectionCareForm
from community_directory.models import Community, Connection
from community_directory.tasks import remind_of_connections
from community_directory.words import LINKS, said_of
from kit import schedule
from notifications.models import Notification
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory

TODAY = date(2026, 3, 2)


@pytest.fixture
def link(cast) -> Connection:
    """The convener's community and the facilitator's."""
    other = CommunityFactory(name="Frailty", slug="frailty", convener=cast.facilitator)
    return Connection.objects.create(
        source=cast.community, target=other, reason="The same people.", state="accepted", kind="mentors"
    )


@pytest.fixture
def as_who(cast, pages, signed_in):
    return lambda key: Client() if key == "visitor" else signed_in(getattr(cast, key))


def shown_on(client: Client, community: Community) -> list[str]:
    part = BeautifulSoup(client.get(community.get_absolute_url()).content, "html.parser").find(
        id="connections"
    )
    return [" ".join(card.get_text(" ", strip=True).split()) for card in part.find_all("li")]


def told() -> list[tuple[str, str]]:
    return sorted(Notification.objects.values_list("recipient__email", "verb"))


class TestKind:
    def test_each_has_words_for_both_ends(self):
        assert set(LINKS) == set(ConnectionKind.values)
        assert {kind for kind, (there, back) in LINKS.items() if there == back} == {"practice", "meetings"}

    @pytest.mark.django_db
    def test_each_end_says_it_its_own_way(self, as_who, link):
        visitor = as_who("visitor")
        assert shown_on(visitor, link.source) == ["Frailty We mentor them The same people."]
        assert shown_on(visitor, link.target) == ["Falls in care homes They mentor us The same people."]
        assert said_of("mentors", asked=False) == "We mentor them"

    @pytest.mark.django_db
    def test_it_is_chosen_when_one_asks(self, as_who, cast):
        CommunityFactory(name="Frailty", slug="frailty", convener=cast.facilitator)
        sent = {"source": cast.community.pk, "reason": "They know more.", "kind": "learns"}
        as_who("convener").post("/communities/frailty/connections/new/", sent)
        assert Connection.objects.get().kind == "learns"

    @pytest.mark.django_db
    def test_one_that_there_is_not(self, as_who, cast):
        CommunityFactory(name="Frailty", slug="frailty", convener=cast.facilitator)
        sent = {"source": cast.community.pk, "reason": "They know more.", "kind": "owns"}
        response = as_who("convener").post("/communities/frailty/connections/new/", sent)
        assert response.context["form"].errors == {"kind": ["Choose what you would do together"]}
        assert Connection.objects.count() == 0


@pytest.mark.django_db
class TestLookAfter:
    def test_both_sides_may_and_both_pages_say_it(self, as_who, cast, link):
        actions.look_after_connection(connection=link, person=cast.convener, purpose="Compare reviews.")
        actions.look_after_connection(
            connection=link, person=cast.facilitator, came_of_it="One form for two."
        )
        said = "What we want to do: Compare reviews. What came of it: One form for two."
        visitor = as_who("visitor")
        assert shown_on(visitor, link.source) == [f"Frailty We mentor them The same people. {said}"]
        assert shown_on(visitor, link.target)[0].endswith(said)

    def test_nobody_else_may(self, cast, link):
        for key in ("participant", "outsider", "editor", "admin"):
            with pytest.raises(NotYours):
                actions.look_after_connection(connection=link, person=getattr(cast, key), purpose="Mine.")

    @pytest.mark.parametrize("state", ["introduced", "proposed", "declined", "withdrawn", "ended"])
    def test_only_one_that_holds(self, cast, link, state):
        Connection.objects.filter(pk=link.pk).update(state=state)
        with pytest.raises(WrongState):
            actions.look_after_connection(connection=link, person=cast.convener, purpose="Too late.")


@pytest.mark.django_db
class TestPage:
    def address(self, link: Connection) -> str:
        return f"/communities/connections/{link.pk}/"

    def test_saves_and_says_so(self, as_who, link):
        sent = {"purpose": "Compare reviews.", "came_of_it": "One form.", "look_again": "6"}
        response = as_who("convener").post(self.address(link), sent, follow=True)
        assert response.redirect_chain == [("/communities/mine/", 302)]
        assert "Saved. Both pages show what it is for and what came of it." in response.text
        link.refresh_from_db()
        assert (link.purpose, link.came_of_it) == ("Compare reviews.", "One form.")
        assert link.look_again_on == timezone.localdate() + timedelta(weeks=26)

    def test_twice_is_once(self, as_who, link):
        client = as_who("convener")
        for _ in range(2):
            assert client.post(self.address(link), {"purpose": "Compare reviews."}).status_code == 302
        link.refresh_from_db()
        assert link.purpose == "Compare reviews."

    @pytest.mark.parametrize("key", ["participant", "outsider", "editor", "admin"])
    def test_others_find_nothing(self, as_who, link, key):
        client = as_who(key)
        assert client.get(self.address(link)).status_code == 404
        assert client.post(self.address(link), {"purpose": "Mine."}).status_code == 404
        link.refresh_from_db()
        assert link.purpose == ""

    def test_signed_out_and_missing(self, as_who, link):
        assert as_who("visitor").get(self.address(link)).status_code == 302
        assert as_who("convener").get("/communities/connections/999999/").status_code == 404
        assert as_who("convener").post("/communities/connections/999999/").status_code == 404

    @pytest.mark.parametrize("state", ["proposed", "declined", "ended"])
    def test_only_one_that_holds(self, as_who, link, state):
        Connection.objects.filter(pk=link.pk).update(state=state)
        assert as_who("convener").get(self.address(link)).status_code == 404

    def test_get_changes_nothing(self, as_who, link):
        assert as_who("convener").get(self.address(link), {"purpose": "By a link."}).status_code == 200
        link.refresh_from_db()
        assert link.purpose == ""

    def test_two_who_have_it_open_keep_what_each_changed(self, as_who, link):
        client, other = as_who("convener"), as_who("facilitator")
        seen = client.get(self.address(link)).context["form"]["seen"].value()
        other.post(
            self.address(link), {"seen": seen, "purpose": "", "came_of_it": "One form.", "look_again": "3"}
        )
        client.post(
            self.address(link), {"seen": seen, "purpose": "Compare.", "came_of_it": "", "look_again": ""}
        )
        link.refresh_from_db()
        assert (link.purpose, link.came_of_it) == ("Compare.", "One form.")
        assert link.look_again_on == timezone.localdate() + timedelta(weeks=13)

    def test_the_day_that_is_set_stays_unless_it_is_changed(self, as_who, link):
        day = timezone.localdate() + timedelta(days=40)
        Connection.objects.filter(pk=link.pk).update(look_again_on=day)
        client = as_who("convener")
        assert client.get(self.address(link)).context["form"]["look_again"].value() == "kept"
        client.post(self.address(link), {"purpose": "Compare.", "look_again": "kept"})
        link.refresh_from_db()
        assert (link.purpose, link.look_again_on) == ("Compare.", day)
        client.post(self.address(link), {"purpose": "Compare.", "look_again": ""})
        link.refresh_from_db()
        assert link.look_again_on is None

    def test_what_is_too_long_is_said_and_not_lost(self, as_who, link):
        response = as_who("convener").post(self.address(link), {"purpose": "x" * 401, "look_again": "99"})
        assert set(response.context["form"].errors) == {"purpose", "look_again"}
        assert "x" * 401 in response.text

    def test_a_number_that_looks_like_a_patients(self, as_who, link):
        response = as_who("convener").post(self.address(link), {"came_of_it": "Patient 943 476 5919"})
        assert "This is not a patient’s number" in response.text
        link.refresh_from_db()
        assert link.came_of_it == ""

    def test_ended_meanwhile_is_said(self, as_who, cast, link, meanwhile):
        meanwhile(
            ConnectionCareForm, lambda: actions.end_connection(connection=link, person=cast.facilitator)
        )
        response = as_who("convener").post(self.address(link), {"purpose": "Compare."})
        assert response.status_code == 409
        assert "This could not be saved: the connection has ended" in response.text

    def test_queries_of_ones_own_do_not_grow(self, as_who, cast, link, django_assert_num_queries):
        client = as_who("convener")
        client.get("/communities/mine/")
        with django_assert_num_queries(7):
            client.get("/communities/mine/")
        for number in range(30):
            other = CommunityFactory(convener=cast.facilitator)
            state = ("accepted", "proposed", "introduced")[number % 3]
            Connection.objects.create(
                source=cast.community, target=other, reason="More.", state=state, introduced_by=cast.admin
            )
        with django_assert_num_queries(7):
            client.get("/communities/mine/")


@pytest.mark.django_db
class TestLookAgain:
    @pytest.fixture
    def due(self, link) -> Connection:
        Connection.objects.filter(pk=link.pk).update(look_again_on=TODAY)
        link.refresh_from_db()
        return link

    def test_both_sides_are_told_once(self, cast, due):
        assert actions.remind_of_connections(today=TODAY) == 1
        assert actions.remind_of_connections(today=TODAY + timedelta(days=1)) == 0
        verb = "community_directory.connection_due"
        assert told() == sorted([(cast.convener.email, verb), (cast.facilitator.email, verb)])

    def test_not_before_the_day(self, due):
        assert actions.remind_of_connections(today=TODAY - timedelta(days=1)) == 0
        assert told() == []

    def test_not_of_one_that_has_ended(self, cast, due):
        actions.end_connection(connection=due, person=cast.convener)
        assert actions.remind_of_connections(today=TODAY) == 0

    def test_a_new_day_is_told_of_too(self, cast, due):
        actions.remind_of_connections(today=TODAY)
        later = TODAY + timedelta(weeks=13)
        actions.look_after_connection(connection=due, person=cast.convener, look_again_on=later)
        assert actions.remind_of_connections(today=later) == 1

    def test_the_page_of_ones_own_says_so(self, as_who, due):
        assert "Time to look again" in as_who("convener").get("/communities/mine/").text

    def test_the_worker_does_it(self, due):
        assert "community_directory.tasks.remind_of_connections" in {job.path for job in schedule.jobs()}
        remind_of_connections.call()
        assert len(told()) == 2

    @given(st.integers(-400, 400))
    def test_due_from_its_day_on(self, days):
        link = Connection(look_again_on=TODAY + timedelta(days=days))
        assert link.is_due(TODAY) is (days <= 0)
        assert not Connection().is_due(TODAY)

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_tell_once(self, due, at_once):
        answers = at_once(*(lambda: actions.remind_of_connections(today=TODAY) for _ in range(4)))
        assert sorted(answers) == [0, 0, 0, 1]
        assert len(told()) == 2
