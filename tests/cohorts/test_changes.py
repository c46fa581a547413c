"""Who is told when a session changes: its people, once, in words; nobody of what is over or the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import actions, tasks, verbs
from cohorts.models import Session, SessionChange
from kit import registry
from members import actions as members_actions
from members.models import Circle, Profile, User
from members.querysets import circle_ids
from notifications.models import Mail, Notification
from tests.factories import CohortFactory, SessionFactory, UserFactory

WAS = "Wednesday 11 March 2026, 9:30am to 12:30pm"


@pytest.fixture
def run(django_capture_on_commit_callbacks) -> Callable[..., None]:
    """Do something, and then all that it asks to be done later."""

    def do(what: Callable[..., object], **given: object) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            what(**given)

    return do


def told() -> list[str]:
    """Who has been told, by first name."""
    return sorted(Notification.objects.values_list("recipient__first_name", flat=True))


def said(person: User) -> tuple[str, str]:
    """The last news of a person: its sentence, and the text that the mail carries."""
    row = Notification.objects.filter(recipient=person).latest("pk")
    verb = registry.verbs.get(row.verb)
    person.forget_circles()
    change = verb.targets([row.target_id], person)[row.target_id]
    return verb.sentence("Somebody", change), verb.excerpt(change)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


# -- who is told -----------------------------------------------------------------------


def test_the_people_of_its_circle_are_told_and_mailed_but_not_who_did_it(cast, sessions, run):
    run(actions.change_session, session=sessions.private, person=cast.facilitator, place="Room 2")
    assert told() == ["Convener", "Participant"]
    assert sorted(mail.to[0] for mail in outbox.outbox) == ["convener@example.org", "participant@example.org"]
    assert User.objects.get(pk=cast.participant.pk).unread_notifications == 1


def test_each_change_is_told_once_and_the_same_again_is_not(cast, sessions, run):
    for place in ("Room 2", "Room 2", "Room 3"):
        run(actions.change_session, session=sessions.private, place=place)
    assert told() == ["Convener", "Convener", "Facilitator", "Facilitator", "Participant", "Participant"]


def test_a_task_that_runs_twice_tells_once(cast, sessions, run):
    run(actions.change_session, session=sessions.private, place="Room 2")
    tasks.tell_of_change.call(SessionChange.objects.get().pk, None)
    assert told() == ["Convener", "Facilitator", "Participant"]


def test_what_is_gone_by_then_is_told_to_nobody(cast, sessions, run):
    change = SessionChange.objects.create(session=sessions.private, said={"Where": ["A", "B"]})
    actions.remove_session(session=sessions.private)
    tasks.tell_of_change.call(change.pk, None)
    tasks.tell_of_change.call(4711, 4711)
    assert told() == []


@pytest.mark.parametrize(
    ("choice", "mails"),
    [({}, 1), ({"mails_replies": False}, 1), ({"no_mails": True}, 0)],
)
def test_a_mail_comes_unless_all_mails_are_off(cast, sessions, run, choice, mails):
    Profile.objects.filter(user=cast.participant).update(**choice)
    run(actions.cancel_session, session=sessions.private)
    assert [mail.to for mail in outbox.outbox].count(["participant@example.org"]) == mails
    assert Notification.objects.filter(recipient=cast.participant).count() == 1


def test_the_mail_says_old_and_new_and_why(cast, sessions, run):
    run(
        actions.change_session,
        session=sessions.private,
        starts_at=at(12, 14),
        ends_at=at(12, 16),
        place="Online",
    )
    [message] = [mail for mail in outbox.outbox if mail.to == ["participant@example.org"]]
    assert message.subject == "“Half-day zwetschge” has a new date or time and a new place"
    for line in (
        f"When: Thursday 12 March 2026, 2pm to 4pm. Before: {WAS}.",
        "Where: Online. Before: Room zwetschge.",
        "You get this email because this session is for a group that you are in.",
        f"http://testserver/sessions/{sessions.private.pk}/",
    ):
        assert line in message.body


def test_a_public_session_of_a_cohort_is_told_to_the_cohort(cast, sessions, run):
    actions.change_session(session=sessions.public, cohort=cast.cohort)
    run(actions.change_session, session=sessions.public, place="The town hall")
    assert told() == ["Convener", "Facilitator", "Participant"]


def test_a_public_session_of_nobody_is_told_to_nobody(cast, sessions, run):
    run(actions.change_session, session=sessions.public, place="The town hall")
    assert told() == []


def test_a_session_of_the_network_is_told_to_its_members(cast, network, now, run):
    session = SessionFactory(circle=network)
    run(actions.cancel_session, session=session)
    assert told() == ["Admin", "Convener", "Editor", "Facilitator", "Participant"]


def test_who_has_left_or_closed_their_account_is_not_told(cast, sessions, run):
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    User.objects.filter(pk=cast.convener.pk).update(is_active=False)
    run(actions.change_session, session=sessions.private, place="Room 2")
    assert told() == ["Facilitator"]


# -- asked again when it is sent -----------------------------------------------------------


def test_who_has_left_before_it_went_gets_no_mail_and_reads_nothing(cast, sessions, run, signed_in):
    actions.change_session(session=sessions.private, place="Room 2")
    tasks.tell_of_change.call(SessionChange.objects.get().pk, None)
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    from notifications.tasks import send_due_mails

    send_due_mails.call()
    assert ["participant@example.org"] not in [mail.to for mail in outbox.outbox]
    assert "zwetschge" not in signed_in(cast.participant).get("/me/notifications/").text
    assert "zwetschge" in signed_in(cast.convener).get("/me/notifications/").text


def test_what_is_now_another_circle_s_is_not_mailed(cast, sessions):
    actions.change_session(session=sessions.private, place="Room 2")
    tasks.tell_of_change.call(SessionChange.objects.get().pk, None)
    actions.change_session(session=sessions.private, circle=cast.community.circle)
    from notifications.tasks import send_due_mails

    send_due_mails.call()
    assert [mail.to for mail in outbox.outbox] == [["convener@example.org"]]  # who is in both
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent", "dropped"}


# -- what is told of ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "changes", "sentence", "excerpt"),
    [
        (
            "private",
            {"starts_at": at(11, 10), "ends_at": at(11, 12)},
            "“Half-day zwetschge” has a new date or time",
            f"When: Wednesday 11 March 2026, 10am to midday. Before: {WAS}.",
        ),
        (
            "private",
            {"place": ""},
            "“Half-day zwetschge” has a new place",
            f"Where: Place to be set. Before: Room zwetschge.\nWhen: {WAS}.",
        ),
        (
            "private",
            {"starts_at": None, "ends_at": None},
            "“Half-day zwetschge” has no date any more",
            f"When: Date to be set. Before: {WAS}.",
        ),
        (
            "undated",
            {"starts_at": at(20, 9), "ends_at": at(20, 10)},
            "“Clinic zwetschge” has a date now",
            "When: Friday 20 March 2026, 9am to 10am. Before: Date to be set.",
        ),
        (
            "private",
            {"cancelled": True},
            "“Half-day zwetschge” is cancelled",
            f"How it stands: Cancelled. Before: Provisional.\nWhen: {WAS}.",
        ),
        (
            "cancelled",
            {"cancelled": False},
            "“Called off zwetschge” takes place after all",
            "How it stands: Going ahead. Before: Cancelled.\nWhen: Thursday 12 March 2026, midday to 1pm.",
        ),
        (
            "private",
            {"provisional": False},
            "The date of “Half-day zwetschge” is certain now",
            f"How it stands: Going ahead. Before: Provisional.\nWhen: {WAS}.",
        ),
    ],
)
def test_it_is_said_in_words(cast, sessions, run, which, changes, sentence, excerpt):
    run(actions.change_session, session=getattr(sessions, which), **changes)
    assert said(cast.participant) == (sentence, excerpt)


def test_a_date_that_becomes_uncertain(cast, sessions, run):
    actions.change_session(session=sessions.private, provisional=False)
    run(actions.change_session, session=sessions.private, provisional=True)
    assert said(cast.participant)[0] == "The date of “Half-day zwetschge” may still change"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "Another title"},
        {"description": "Other words."},
        {"joining_link": "https://meet.example.org/other"},
        {"place": "Room zwetschge"},
        {"starts_at": at(11, 9, 30), "ends_at": at(11, 12, 30), "provisional": True, "cancelled": False},
    ],
)
def test_what_is_not_about_date_time_place_or_state_tells_nobody(cast, sessions, run, changes):
    run(actions.change_session, session=sessions.private, **changes)
    assert (told(), SessionChange.objects.count()) == ([], 0)


@pytest.mark.parametrize("changes", [{"place": "Room 2"}, {"cancelled": True}, {"provisional": True}])
def test_nobody_is_told_of_a_session_that_is_over(cast, sessions, run, changes):
    run(actions.change_session, session=sessions.past, **changes)
    assert told() == []


def test_one_that_is_moved_into_the_past_tells_nobody_and_one_that_comes_back_does(cast, sessions, run):
    run(actions.change_session, session=sessions.private, starts_at=at(3, 9), ends_at=at(3, 12))
    assert told() == []
    run(actions.change_session, session=sessions.past, starts_at=at(20, 9), ends_at=at(20, 12))
    assert told() == ["Convener", "Facilitator", "Participant"]


def test_one_that_is_over_before_the_worker_comes_tells_nobody(cast, sessions):
    actions.change_session(session=sessions.private, place="Room 2")
    with time_machine.travel(sessions.private.ends_at + timedelta(seconds=1), tick=False):
        tasks.tell_of_change.call(SessionChange.objects.get().pk, None)
    assert told() == []


def test_a_new_session_is_no_change(cast, now, run):
    run(actions.schedule_session, kind="clinic", title="New", cohort=cast.cohort, circle=cast.cohort.circle)
    assert told() == []


# -- from the admin --------------------------------------------------------------------------


@pytest.fixture
def editor(cast, editors, pages, signed_in) -> Client:
    return signed_in(cast.admin)


def shown(editor: Client, session: Session) -> dict[str, object]:
    """What a browser sends back of the form in which nothing was changed."""
    form = editor.get(f"/admin/cohorts/session/edit/{session.pk}/").context["form"]
    sent = {name: form[name].value() for name in form.fields}
    for name in ("starts_at", "ends_at"):
        sent[name] = sent[name].strftime("%Y-%m-%d %H:%M") if sent[name] else ""
    return {name: value for name, value in sent.items() if value not in (None, False)}


def test_an_edit_in_the_admin_is_told_as_one(cast, sessions, editor, run):
    address = f"/admin/cohorts/session/edit/{sessions.private.pk}/"
    sent = shown(editor, sessions.private) | {"place": "Online", "cancelled": "on"}
    for _ in range(2):
        run(lambda: editor.post(address, sent))
    assert told() == ["Convener", "Facilitator", "Participant"]
    assert SessionChange.objects.get().said == {
        "Where": ["Room zwetschge", "Online"],
        "How it stands": ["Provisional", "Cancelled"],
    }


def test_saving_what_was_shown_tells_nobody(cast, sessions, editor, run):
    for session in (sessions.private, sessions.undated, sessions.cancelled):
        before = Session.objects.values().get(pk=session.pk)
        address = f"/admin/cohorts/session/edit/{session.pk}/"
        run(lambda address=address, session=session: editor.post(address, shown(editor, session)))
        assert Session.objects.values().get(pk=session.pk) == before
    assert told() == []


def test_two_editors_at_once_each_keep_their_own(cast, sessions, editor):
    address = f"/admin/cohorts/session/edit/{sessions.private.pk}/"
    first, second = shown(editor, sessions.private), shown(editor, sessions.private)
    assert editor.post(address, first | {"place": "Room 2"}).status_code == 302
    assert editor.post(address, second | {"title": "Another title"}).status_code == 302
    session = Session.objects.get(pk=sessions.private.pk)
    assert (session.place, session.title) == ("Room 2", "Another title")


# -- who sees what, and what it costs -----------------------------------------------------------


def test_changes_are_seen_by_who_sees_the_session(cast, sessions):
    changes = [
        SessionChange.objects.create(session=session, said={"Where": ["A", "B"]})
        for session in (*vars(sessions).values(), SessionFactory(circle=cast.community.circle))
    ]
    for person in (cast.admin, cast.editor, cast.facilitator, cast.convener, cast.participant, cast.outsider):
        seen = set(SessionChange.objects.visible_to(person))
        assert seen == {change for change in changes if change.can_see(person)}
        assert seen == {change for change in changes if change.session in Session.objects.visible_to(person)}


@pytest.mark.parametrize("number", [1, 30])
def test_news_of_many_sessions_costs_one_query(cast, sessions, django_assert_num_queries, number):
    ids = [
        SessionChange.objects.create(
            session=SessionFactory(circle=cast.cohort.circle), said={"Where": ["A", "B"]}
        ).pk
        for _ in range(number)
    ]
    assert circle_ids(cast.participant)
    with django_assert_num_queries(1):
        found = registry.verbs.get(verbs.CHANGED).targets(ids, cast.participant)
        assert (
            len([(verbs.VERBS[0].sentence("x", one), verbs.VERBS[0].url(one)) for one in found.values()])
            == number
        )


@pytest.mark.parametrize("number", [1, 30])
def test_telling_many_costs_as_much_as_telling_one(cast, now, django_assert_num_queries, number):
    cohort = CohortFactory()
    for _ in range(number):
        members_actions.join(person=UserFactory(), circle=cohort.circle)
    session = SessionFactory(cohort=cohort, circle=cohort.circle)
    change = SessionChange.objects.create(session=session, said={"Where": ["A", "B"]})
    # change, actor, people; in notify: who, told before, news, counter, who wants mails, mails, and its savepoint
    with django_assert_num_queries(11):
        tasks.tell_of_change.call(change.pk, None)
    assert Notification.objects.count() == number


STATES = st.fixed_dictionaries(
    {},
    optional={
        "place": st.sampled_from(["", "Room 1", "Online"]),
        "provisional": st.booleans(),
        "cancelled": st.booleans(),
        "title": st.text(min_size=1, max_size=20).filter(lambda text: "\x00" not in text),
        "day": st.integers(1, 28),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(STATES, max_size=4))
def test_whatever_is_changed_is_told_exactly_when_its_words_differ(cast, sessions, changes):
    """And never of what is over; nobody but its people ever hears of it."""
    SessionChange.objects.all().delete()
    expected = 0
    for change in changes:
        session = Session.objects.get(pk=sessions.private.pk)
        before = session.facts
        fields = {name: value for name, value in change.items() if name != "day"}
        if "day" in change:
            fields |= {"starts_at": at(change["day"], 9), "ends_at": at(change["day"], 12)}
        after = actions.change_session(session=session, **fields)
        over = after.ends_at < datetime(2026, 3, 10, 12, tzinfo=UTC)
        expected += after.facts != before and not over
    kept = list(SessionChange.objects.order_by("pk"))
    assert len(kept) == expected
    for change in kept:
        verb = verbs.VERBS[0]
        assert verb.sentence("x", change)
        assert all(
            f"{name}: {new}. Before: {old}." in verb.excerpt(change)
            for name, (old, new) in change.said.items()
        )
        assert verb.targets([change.pk], cast.outsider) == {}


def test_it_is_registered():
    assert registry.verbs.get("cohorts.session_changed") is verbs.VERBS[0]
    assert (verbs.VERBS[0].mailed, verbs.VERBS[0].always) == (True, True)


def test_an_ended_circle_s_people_still_hear_of_it(cast, sessions, run):
    members_actions.end_circle(circle=Circle.objects.get(pk=cast.cohort.circle_id))
    run(actions.cancel_session, session=sessions.private)
    assert told() == ["Convener", "Facilitator", "Participant"]
