"""Whether communities are alive: asked each half year, once; reminded once; left to rest; never taken out."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone
from django.utils.timezone import datetime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory import actions
from community_directory.actions import upkeep
from community_directory.errors import NotYours, WrongState
from community_directory.models import Community
from community_directory.tasks import ask_whether_alive
from kit import schedule
from notifications.models import Mail, Notification
from tests.community_directory.conftest import OUTSIDE, links, needs_threads
from tests.factories import CommunityFactory, UserFactory

UTC = timezone.get_fixed_timezone(0)
START = datetime(2026, 3, 10, 12, tzinfo=UTC)
ADDRESS = "/communities/falls-in-care-homes/"


@pytest.fixture
def old(cast) -> Community:
    """The convener's community, confirmed in March."""
    Community.objects.filter(pk=cast.community.pk).update(published_at=START, confirmed_at=START)
    return Community.objects.get(pk=cast.community.pk)


@pytest.fixture
def night(time_machine, committed):
    """The night's work so many days after the start."""

    def run(days: float) -> None:
        time_machine.move_to(START + timedelta(days=days))
        committed(ask_whether_alive.call)

    return run


def subjects(to: str = "convener@example.org") -> list[str]:
    return [message.subject for message in outbox.outbox if message.to == [to]]


ASKED = "Is “Falls in care homes” still alive? One click is enough"
AGAIN = "Is “Falls in care homes” still alive? If we hear nothing for 30 days, it will rest"
RESTS = "“Falls in care homes” is resting now: we have not heard from you for 60 days"


def test_it_runs_every_day():
    [job] = [job for job in schedule.jobs() if job.path == "community_directory.tasks.ask_whether_alive"]
    assert timezone.now() - job.last_due(timezone.now()) < timedelta(days=1)


class TestAsking:
    def test_half_a_year_thirty_days_sixty_days(self, old, night):
        said = {}
        for day in (182, 183, 184, 212, 213, 214, 242, 243, 244, 300):
            night(day)
            said[day] = (subjects(), Community.objects.get(pk=old.pk).state)
        assert said == {
            182: ([], "published"),
            183: ([ASKED], "published"),
            184: ([ASKED], "published"),
            212: ([ASKED], "published"),
            213: ([ASKED, AGAIN], "published"),
            214: ([ASKED, AGAIN], "published"),
            242: ([ASKED, AGAIN], "published"),
            243: ([ASKED, AGAIN, RESTS], "dormant"),
            244: ([ASKED, AGAIN, RESTS], "dormant"),
            300: ([ASKED, AGAIN, RESTS], "dormant"),
        }

    def test_a_resting_one_is_asked_again_half_a_year_later_and_never_taken_out(self, old, night):
        for day in (183, 213, 243, 365, 366, 367, 396, 426, 460):
            night(day)
        assert subjects() == [ASKED, AGAIN, RESTS, ASKED]  # it rests already: nothing to remind of
        assert Community.objects.get(pk=old.pk).is_listed

    def test_each_is_told_under_the_bell_too(self, old, night, cast):
        night(183)
        assert [one.recipient for one in Notification.objects.filter(verb="community_directory.asked")] == [
            cast.convener
        ]

    def test_a_worker_that_slept_long_lets_nobody_rest_before_it_has_reminded(self, old, night):
        night(183)
        night(400)
        assert (subjects(), Community.objects.get(pk=old.pk).state) == ([ASKED, AGAIN], "published")
        night(430)
        assert Community.objects.get(pk=old.pk).state == "dormant"

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_what_is_not_in_the_directory_is_not_asked(self, old, night, state):
        Community.objects.filter(pk=old.pk).update(state=state)
        night(400)
        assert (subjects(), Mail.objects.count()) == ([], 0)

    def test_two_hundred_in_a_night(self, db, night, monkeypatch):
        monkeypatch.setattr(upkeep, "AT_ONCE", 2)
        made = [
            CommunityFactory(published_at=START - timedelta(days=number), confirmed_at=START - timedelta(days=number), convener=UserFactory())
            for number in range(3)
        ]  # fmt: skip
        night(183)
        asked = Community.objects.exclude(alive_asked_at=None)
        assert {community.pk for community in asked} == {made[1].pk, made[2].pk}
        night(184)
        assert Community.objects.filter(alive_asked_at=None).count() == 0

    def test_where_nobody_could_be_asked_nothing_happens(self, db, night):
        alone = CommunityFactory(published_at=START, confirmed_at=START)
        for day in (183, 213, 243, 400):
            night(day)
        alone.refresh_from_db()
        assert (alone.state, alone.alive_asked_at, subjects()) == ("published", None, [])

    @pytest.mark.parametrize("number", [1, 5])
    def test_cost(self, db, django_assert_num_queries, number):
        for _ in range(number):
            CommunityFactory(published_at=START, confirmed_at=START, convener=UserFactory())
        with django_assert_num_queries(1 + 29 * number):
            upkeep.ask_whether_alive(now=START + timedelta(days=200))

    def test_what_it_says_in_the_log(self, old, night, cast):
        for day in (183, 213, 243):
            night(day)
        from wagtail.models import ModelLogEntry

        entries = ModelLogEntry.objects.for_instance(old).filter(action__startswith="community_directory.")
        assert [(entry.action, entry.user) for entry in entries.order_by("timestamp", "pk")] == [
            ("community_directory.asked", None),
            ("community_directory.asked_again", None),
            ("community_directory.rests_unasked", None),
        ]


class TestOutside:
    @pytest.fixture
    def quiet(self, published, time_machine):
        Community.objects.filter(pk=published.community_id).update(confirmed_at=START)
        outbox.outbox.clear()
        return published

    def test_they_are_asked_by_mail_and_answer_by_its_link(self, quiet, night, client, pages, committed):
        night(183)
        assert subjects(OUTSIDE) == ["Is “Night walkers” still alive?"]
        path = links()[-1]
        assert committed(lambda: client.post(path, {"do": "alive"})).status_code == 302
        community = Community.objects.get(pk=quiet.community_id)
        assert community.confirmed_at.date() == (START + timedelta(days=183)).date()
        assert community.alive_asked_at is None
        night(243)
        assert subjects(OUTSIDE) == ["Is “Night walkers” still alive?"]

    def test_without_an_answer_it_rests_and_they_wake_it(self, quiet, night, client, pages, committed):
        for day in (183, 213, 243):
            night(day)
        assert subjects(OUTSIDE) == [
            "Is “Night walkers” still alive?",
            "Is “Night walkers” still alive?",
            "“Night walkers” is resting now",
        ]
        assert Community.objects.get(pk=quiet.community_id).state == "dormant"
        committed(lambda: client.post(links()[-1], {"do": "alive"}))
        assert Community.objects.get(pk=quiet.community_id).state == "published"

    def test_we_are_resting(self, quiet, night, client, pages, committed):
        night(183)
        for _ in range(2):
            assert committed(lambda: client.post(links()[-1], {"do": "resting"})).status_code == 302
        community = Community.objects.get(pk=quiet.community_id)
        assert (community.state, community.alive_asked_at) == ("dormant", None)


class TestPage:
    def test_it_says_when_it_was_last_confirmed(self, old, client, pages):
        soup = BeautifulSoup(client.get(ADDRESS).content, "html.parser")
        [line] = [
            item for item in soup.select("aside li") if item.p and item.p.get_text() == "Last confirmed"
        ]
        assert line.get_text() == "Last confirmedMarch 2026"

    def test_it_asks_who_convenes_it(self, old, night, cast, pages, signed_in):
        client = signed_in(cast.convener)
        assert "alive/" not in client.get(ADDRESS).text
        night(183)
        client = signed_in(cast.convener)
        soup = BeautifulSoup(client.get(ADDRESS).content, "html.parser")
        assert soup.find(id="standing").get_text() == "Is it still alive?"
        assert soup.find("a", string="Answer")["href"] == f"{ADDRESS}alive/"
        soup = BeautifulSoup(client.get(f"{ADDRESS}alive/").content, "html.parser")
        assert [button.get_text() for button in soup.select("main button")] == [
            "Yes, we are alive",
            "We are resting",
        ]
        assert soup.select_one("main a.p-action")["href"] == f"{ADDRESS}end/"

    @pytest.mark.parametrize(("answer", "state"), [("yes", "published"), ("resting", "dormant")])
    def test_one_click_answers_and_twice_does_no_harm(
        self, old, night, cast, pages, signed_in, answer, state
    ):
        night(183)
        client = signed_in(cast.convener)
        for _ in range(2):
            response = client.post(f"{ADDRESS}alive/", {"answer": answer})
            assert (response.status_code, response.url) == (302, ADDRESS)
        community = Community.objects.get(pk=old.pk)
        assert (community.state, community.alive_asked_at) == (state, None)
        assert community.confirmed_at.date() == (START + timedelta(days=183)).date()
        night(243)
        assert Community.objects.get(pk=old.pk).state == state

    @pytest.mark.parametrize("key", ["visitor", "outsider", "participant", "facilitator", "editor", "admin"])
    def test_others_find_nothing(self, old, cast, pages, signed_in, key):
        client = Client() if key == "visitor" else signed_in(getattr(cast, key))
        assert client.get(f"{ADDRESS}alive/").status_code == 404
        assert client.post(f"{ADDRESS}alive/", {"answer": "yes"}).status_code == 404
        assert Community.objects.get(pk=old.pk).confirmed_at == START

    @pytest.mark.parametrize("answer", [None, "", "ended", "YES"])
    def test_no_such_answer(self, old, cast, pages, signed_in, answer):
        sent = {} if answer is None else {"answer": answer}
        assert signed_in(cast.convener).post(f"{ADDRESS}alive/", sent).status_code == 400
        assert Community.objects.get(pk=old.pk).confirmed_at == START

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_what_is_not_in_the_directory_has_no_such_page(self, old, cast, pages, signed_in, state):
        Community.objects.filter(pk=old.pk).update(state=state)
        assert signed_in(cast.convener).get(f"{ADDRESS}alive/").status_code == 404

    def test_a_get_changes_nothing(self, old, cast, pages, signed_in):
        before = Community.objects.values().get(pk=old.pk)
        assert signed_in(cast.convener).get(f"{ADDRESS}alive/?answer=yes").status_code == 200
        assert Community.objects.values().get(pk=old.pk) == before

    def test_missing(self, cast, pages, signed_in):
        assert (
            signed_in(cast.convener).post("/communities/no-such/alive/", {"answer": "yes"}).status_code == 404
        )


class TestSigns:
    def test_who_convenes_it_and_lets_it_rest_has_said_so(self, old, night, cast):
        night(183)
        actions.rest(community=old, person=cast.convener)
        assert Community.objects.get(pk=old.pk).alive_asked_at is None

    def test_an_editor_does_not_know(self, old, night, cast):
        night(183)
        actions.rest(community=old, person=cast.editor)
        community = Community.objects.get(pk=old.pk)
        assert (community.confirmed_at, community.alive_asked_at is None) == (START, False)
        with pytest.raises(NotYours):
            actions.say_alive(community=old, person=cast.editor, answer="yes")

    def test_what_an_editor_wakes_stays_awake_until_its_people_were_asked_anew(self, old, night, cast):
        for day in (183, 213, 243):
            night(day)
        actions.wake(community=old, person=cast.editor)
        for day, state in ((244, "published"), (274, "published"), (303, "published"), (304, "dormant")):
            night(day)
            assert Community.objects.get(pk=old.pk).state == state

    def test_what_has_ended_is_not_alive(self, old, cast):
        actions.end_community(community=old, person=cast.convener)
        with pytest.raises(WrongState):
            actions.say_alive(community=old, person=cast.convener, answer="yes")


@given(steps=st.lists(st.one_of(st.integers(1, 120), st.sampled_from(["yes", "resting"])), max_size=14))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_passes_it_stays_in_the_directory_and_rests_only_unasked_for_sixty_days(cast, steps):
    """Against a plain count of days: nobody rests who has answered within the last 243 days."""
    from django.db import transaction

    with transaction.atomic():
        now = answered = START
        Community.objects.filter(pk=cast.community.pk).update(
            state="published",
            published_at=START,
            confirmed_at=START,
            alive_asked_at=None,
            alive_reminded_at=None,
        )
        for step in steps:
            held = Community.objects.get(pk=cast.community.pk)
            if isinstance(step, str):
                actions.say_alive(community=held, person=cast.convener, answer=step)
                Community.objects.filter(pk=held.pk).update(confirmed_at=now)
                answered, rests = now, step == "resting"
                assert (Community.objects.get(pk=held.pk).state == "dormant") == rests
                continue
            for _ in range(step):
                now += timedelta(days=1)
                for act in (actions.let_silent_rest, actions.ask_again, actions.ask_whether_alive):
                    act(now=now)
            after = Community.objects.get(pk=held.pk)
            assert after.is_listed
            if held.state == "published":
                assert (after.state == "dormant") == (now - answered >= timedelta(days=243))
        transaction.set_rollback(True)


@needs_threads
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_ask_once(old, at_once):
    now = START + timedelta(days=183)
    answers = at_once(*[lambda: actions.ask_whether_alive(now=now)] * 4)
    assert sorted(answers) == [0, 0, 0, 1]
    assert Notification.objects.filter(verb="community_directory.asked").count() == 1
    assert Mail.objects.count() == 1
