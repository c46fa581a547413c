"""What happens to cohorts, sessions and calendar addresses."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cohorts import actions
from cohorts.enums import SessionKind
from cohorts.errors import EndsBeforeItStarts
from cohorts.models import CalendarFeed, Cohort, Session
from discussion.models import Space
from kit import caching
from members import actions as members_actions
from members.enums import CircleKind
from members.models import Circle
from tests.factories import CircleFactory, CohortFactory, SessionFactory


def test_a_new_cohort_has_a_space_that_its_people_alone_see(cast):
    cohort = actions.start_cohort(name="Cohort 2030–31", slug="2030-31")
    members_actions.join(person=cast.participant, circle=cohort.circle)
    space = Space.objects.visible_to(cast.participant).get(circle=cohort.circle)
    assert (space.name, space.slug) == ("Cohort 2030–31", "cohort-2030-31")
    assert not Space.objects.visible_to(cast.convener).filter(circle=cohort.circle).exists()


def test_a_cohort_starts_with_a_circle_of_its_own(db):
    cohort = actions.start_cohort(
        name="Cohort 2030", slug="2030", starts_on=date(2030, 9, 1), ends_on=date(2031, 9, 1)
    )
    assert cohort == Cohort.objects.get()
    assert (cohort.circle.kind, cohort.circle.name, cohort.circle.slug) == (
        CircleKind.COHORT,
        "Cohort 2030",
        "cohort-2030",
    )


def test_a_cohort_ends_no_earlier_than_it_starts(db):
    with pytest.raises(EndsBeforeItStarts):
        actions.start_cohort(name="x", slug="x", starts_on=date(2030, 9, 2), ends_on=date(2030, 9, 1))
    assert not Circle.objects.filter(kind=CircleKind.COHORT).exists()
    cohort = actions.start_cohort(name="x", slug="x", starts_on=date(2030, 9, 1), ends_on=date(2030, 9, 1))
    with pytest.raises(EndsBeforeItStarts):
        actions.change_cohort(cohort=cohort, ends_on=date(2030, 8, 31))
    cohort.refresh_from_db()
    assert cohort.ends_on == date(2030, 9, 1)


@pytest.mark.postgres
def test_two_cohorts_have_two_slugs(db):
    actions.start_cohort(name="x", slug="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.start_cohort(name="y", slug="x")
    assert Circle.objects.filter(kind=CircleKind.COHORT).count() == 1


def test_a_new_name_is_that_of_the_circle_too(db):
    cohort = CohortFactory()
    changed = actions.change_cohort(cohort=cohort, name="New name")
    assert changed.name == "New name"
    assert Circle.objects.get(pk=cohort.circle_id).name == "New name"
    actions.change_cohort(cohort=cohort, starts_on=date(2030, 1, 1))
    assert Circle.objects.get(pk=cohort.circle_id).name == "New name"


def test_a_session_is_scheduled_with_and_without_a_date(db, now):
    dated = actions.schedule_session(
        kind=SessionKind.CLINIC, title="A", starts_at=now, ends_at=now + timedelta(hours=1)
    )
    undated = actions.schedule_session(kind=SessionKind.CLINIC, title="B", description="*Hello*")
    assert set(Session.objects.all()) == {dated, undated}
    assert undated.description_html == "<p><em>Hello</em></p>\n"
    assert dated.uid != undated.uid


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("starts", "ends"), [(0, 0), (0, -1), (0, None), (None, 0)], ids=["nothing", "before", "open", "no start"]
)
def test_a_session_has_a_start_and_a_later_end(db, now, starts, ends):
    times = {
        name: None if minutes is None else now + timedelta(minutes=minutes)
        for name, minutes in (("starts_at", starts), ("ends_at", ends))
    }
    with pytest.raises(EndsBeforeItStarts):
        actions.schedule_session(kind=SessionKind.CLINIC, title="x", **times)
    assert not Session.objects.exists()
    session = SessionFactory()
    with pytest.raises(EndsBeforeItStarts):
        actions.change_session(session=session, **times)
    session.refresh_from_db()
    assert session.ends_at > session.starts_at


@pytest.mark.postgres
def test_the_database_holds_it_too(db, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionFactory(starts_at=now, ends_at=now)


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"title": "New"}, 0),
        ({"description": "New"}, 0),
        ({"provisional": True}, 0),
        ({"joining_link": "https://meet.example.org/new"}, 0),
        ({"place": "New"}, 1),
        ({"place": "New", "title": "New"}, 1),
    ],
)
def test_a_new_place_raises_the_sequence_and_new_words_do_not(db, changes, raised):
    session = SessionFactory(sequence=3)
    changed = actions.change_session(session=session, **changes)
    assert changed.sequence == 3 + raised
    session.refresh_from_db()
    assert {name: getattr(session, name) for name in changes} == changes
    assert session.updated_at == changed.updated_at


def test_a_new_time_raises_the_sequence(db, now):
    session = SessionFactory()
    changed = actions.change_session(session=session, starts_at=now, ends_at=now + timedelta(hours=2))
    assert changed.sequence == 1
    changed = actions.change_session(session=session, ends_at=now + timedelta(hours=1))
    assert changed.sequence == 2


def test_what_changes_nothing_writes_nothing(db, django_assert_num_queries):
    session = SessionFactory(place="Online", sequence=1)
    before = Session.objects.get().updated_at
    actions.change_session(session=session, place="Online", starts_at=session.starts_at, title=session.title)
    after = Session.objects.get()
    assert (after.updated_at, after.sequence) == (before, 1)


def test_cancelled_and_taking_place_after_all(db):
    session = SessionFactory()
    assert actions.cancel_session(session=session) is True
    assert actions.cancel_session(session=session) is False
    session.refresh_from_db()
    assert (session.state, session.sequence) == ("Cancelled", 1)
    assert actions.restore_session(session=session) is True
    assert actions.restore_session(session=session) is False
    session.refresh_from_db()
    assert (session.state, session.sequence, session.cancelled_at) == ("", 2, None)


def test_a_session_is_taken_out_once(db):
    session, other = SessionFactory(), SessionFactory()
    actions.remove_session(session=session)
    actions.remove_session(session=session)
    assert list(Session.objects.all()) == [other]


def test_one_form_makes_one_session_and_the_second_changes_nothing(db):
    key = uuid4()
    first = actions.schedule_session(request_key=key, kind=SessionKind.CLINIC, title="First")
    actions.change_session(session=first, title="Changed since")
    second = actions.schedule_session(request_key=key, kind=SessionKind.CLINIC, title="First")
    assert (first.pk, second.title, Session.objects.count()) == (second.pk, "Changed since", 1)
    other = actions.schedule_session(request_key=uuid4(), kind=SessionKind.CLINIC, title="First")
    assert other.pk != first.pk


def test_cohorts_of_like_names_have_circles_of_their_own(db):
    CircleFactory(slug="cohort-2030")
    made = [actions.start_cohort(name="Cohort", slug=slug) for slug in ("2030", "2030-2", "x" * 120)]
    slugs = [cohort.circle.slug for cohort in made]
    assert slugs[:2] == ["cohort-2030-2", "cohort-2030-2-2"]
    assert len(set(slugs)) == 3


def test_a_change_of_several_things_raises_the_sequence_once(db):
    session = SessionFactory()
    starts = session.starts_at + timedelta(days=1)
    changed = actions.change_session(
        session=session, place="Leeds", starts_at=starts, ends_at=starts + timedelta(hours=1), cancelled=True
    )
    assert (changed.sequence, changed.state, changed.place) == (1, "Cancelled", "Leeds")
    again = actions.change_session(session=session, cancelled=True)
    assert (again.sequence, again.cancelled_at) == (1, changed.cancelled_at)


@pytest.mark.parametrize("public", [True, False])
def test_kept_pages_are_forgotten_when_visitors_see_something_else(
    db, public, django_capture_on_commit_callbacks
):
    circle = None if public else CohortFactory().circle
    session = SessionFactory(circle=circle)
    for act in (
        lambda: actions.schedule_session(kind=SessionKind.CLINIC, title="x", circle=circle),
        lambda: actions.change_session(session=session, title="y"),
        lambda: actions.cancel_session(session=session),
        lambda: actions.restore_session(session=session),
        lambda: actions.remove_session(session=session),
    ):
        before = caching.version()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        assert (caching.version() != before) == public


def test_an_address_is_made_and_renewed(cast):
    feed = actions.renew_feed(person=cast.participant)
    assert len(feed.token) >= 43  # 32 random bytes
    again = actions.renew_feed(person=cast.participant)
    assert again.token == feed.token
    renewed = actions.renew_feed(person=cast.participant, instead_of=feed.mark)
    assert renewed.token != feed.token
    assert CalendarFeed.objects.get() == renewed


@pytest.mark.postgres
def test_asked_twice_the_address_changes_once(cast):
    feed = actions.renew_feed(person=cast.participant)
    first = actions.renew_feed(person=cast.participant, instead_of=feed.mark)
    second = actions.renew_feed(person=cast.participant, instead_of=feed.mark)
    assert first.token == second.token
    assert actions.renew_feed(person=cast.participant, instead_of="é\x00").token == first.token


def test_the_mark_says_nothing_of_the_secret(cast):
    feed = actions.renew_feed(person=cast.participant)
    assert len(feed.mark) == 16
    assert feed.mark not in feed.token
