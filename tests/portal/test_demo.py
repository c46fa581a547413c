"""The demo: all there, safe to load again, never on a deployment that is not a demo."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cohorts.models import Cohort, Session
from community_directory.actions import publish_community
from community_directory.enums import CommunityState
from community_directory.models import Community, Connection
from discussion.models import Post, Space, Topic
from learning.models import GuidancePage, ModulePage
from members.models import Circle, User
from portal.demo import load, people
from portal.demo.source import Clock
from tests.community_directory.test_bring_in import bring, exported, plan_of, table

TODAY = date(2026, 11, 24)


@given(st.dates(date(2023, 1, 1), date(2099, 12, 31)))
def test_module_2_is_next_on_whatever_day_it_is_loaded(today):
    first_day = date(2021, 11, 25) + Clock(today).weeks
    assert timedelta(days=1) <= first_day - today <= timedelta(days=7)
    assert first_day.strftime("%A") == "Thursday"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, loaded once for this module and rolled back after it."""
    with django_db_blocker.unblock():
        django_db_setup.use(frozenset(), lambda name: None)
    with django_db_blocker.unblock(), transaction.atomic():
        load.load(today=TODAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "a password of the tests")


@pytest.mark.usefixtures("demo")
class TestDemo:
    """What bin/run serves."""

    def test_everything_is_there(self, db):
        assert {
            "communities": Community.objects.count(),
            "listed": Community.objects.listed().count(),
            "waiting": Community.objects.filter(state=CommunityState.SUBMITTED).count(),
            "connections": Connection.objects.count(),
            "guidance": GuidancePage.objects.live().count(),
            "modules": ModulePage.objects.live().count(),
            "cohorts": Cohort.objects.count(),
            "spaces": Space.objects.count(),
            "topics": Topic.objects.count(),
        } == {
            "communities": 40, "listed": 39, "waiting": 1, "connections": 36, "guidance": 40,
            "modules": 5, "cohorts": 2, "spaces": 8, "topics": 25,
        }  # fmt: skip

    def test_the_directory_is_taken_away_and_brought_back(self, db):
        editor = User.objects.get(email="editor@example.org")
        before, content = exported(), table()
        assert len(before) == 39
        plan = plan_of(content, editor)
        assert (len(plan.same), plan.new, plan.changed, plan.problems) == (39, [], [], [])
        Community.objects.all().delete()
        Circle.objects.filter(kind="community").update(slug=Concat(Value("gone-"), "slug"))
        done = bring(content, editor)
        for community in Community.objects.filter(pk__in=done.made).order_by("pk"):
            publish_community(community=community, person=editor)
        assert exported() == before

    def test_counters_say_what_is_there(self, db):
        for topic in Topic.objects.all():
            assert topic.last_number == topic.reply_count + 1 == topic.posts.count()
            assert topic.last_post_at == topic.posts.order_by("-number").first().created_at
        for circle in Circle.objects.all():
            assert circle.member_count == circle.memberships.active().count()

    def test_nothing_of_the_talk_lies_ahead(self, db):
        last = Post.objects.order_by("-created_at").first().created_at.date()
        assert TODAY - timedelta(days=8) <= last <= TODAY

    def test_the_real_year_is_there_with_its_dates(self, db):
        sessions = Session.objects.filter(cohort__slug="2021-22", starts_at__isnull=False, kind="half_day")
        assert [timezone.localtime(session.starts_at).isoformat() for session in sessions.order_by("starts_at")] == [
            "2021-09-23T09:30:00+01:00", "2021-09-24T09:30:00+01:00",
            "2021-11-25T09:30:00+00:00", "2021-11-26T09:30:00+00:00",
            "2022-01-20T09:30:00+00:00", "2022-01-21T09:30:00+00:00",
            "2022-05-05T09:30:00+01:00", "2022-05-06T09:30:00+01:00",
            "2022-06-30T09:30:00+01:00", "2022-07-01T09:30:00+01:00",
        ]  # fmt: skip

    def test_the_running_year_is_the_same_on_the_same_weekdays(self, db):
        real = Session.objects.filter(cohort__slug="2021-22", kind="half_day").order_by("starts_at")
        running = (
            Session.objects.exclude(cohort__slug="2021-22").filter(kind="half_day").order_by("starts_at")
        )
        moved = {
            timezone.localtime(new.starts_at).replace(tzinfo=None)
            - timezone.localtime(old.starts_at).replace(tzinfo=None)
            for old, new in zip(real, running, strict=True)
        }
        assert moved == {Clock(TODAY).weeks}
        assert running.filter(starts_at__date__gte=TODAY).count() > 0
        assert running.filter(starts_at__date__lt=TODAY).count() > 0

    def test_each_person_can_sign_in(self, db, client):
        people.ensure_passwords()
        for role in people.ROLES:
            assert client.login(email=f"{role}@example.org", password="a password of the tests"), role

    def test_loading_again_changes_nothing(self, db):
        before = (User.objects.count(), Topic.objects.count(), Community.objects.count())
        assert load.load(today=TODAY) is False
        assert (User.objects.count(), Topic.objects.count(), Community.objects.count()) == before

    def test_a_new_password_is_given_at_the_next_start(self, db, client, monkeypatch):
        monkeypatch.setenv("DEMO_PASSWORD", "another password of the tests")
        people.ensure_passwords()
        assert client.login(email="editor@example.org", password="another password of the tests")

    def test_the_same_password_writes_nothing(self, db, django_assert_num_queries):
        people.ensure_passwords()
        with django_assert_num_queries(1):
            people.ensure_passwords()

    def test_participant_has_something_new_and_something_read(self, db):
        participant = User.objects.get(email="participant@example.org")
        seen = Topic.objects.visible_to(participant)
        assert seen.filter(reads__person=participant).count() == seen.count() - 6

    def test_topics_of_the_cohort_are_the_cohorts(self, db):
        private = Topic.objects.filter(circle__kind="cohort")
        assert private.count() == 5
        editor = User.objects.get(email="editor@example.org")
        assert Topic.objects.visible_to(editor).filter(circle__kind="cohort").count() == 0


def test_a_deployment_never_gets_demo_accounts(db, settings):
    settings.IS_DEMO = False
    before = User.objects.count()
    with pytest.raises(CommandError):
        call_command("load_demo", verbosity=0)
    assert User.objects.count() == before
