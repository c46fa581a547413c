"""The end of an account: asked for, thought over, done; all of it or nothing."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from discussion import actions as discussion
from discussion.forgetting import UNNAMED
from discussion.models import Post, Topic
from kit.personal import holdings
from members import actions as members
from members.enums import Role
from members.models import Circle, Membership, Profile, User
from notifications.models import Notification
from privacy import actions, tasks
from privacy.errors import LastAdmin
from privacy.models import Erasure, Export
from tests.factories import PASSWORD, CircleFactory, SpaceFactory, UserFactory

URL = "/me/data/delete/"
SURE = {"posts": "stay", "password": PASSWORD}
TWO_WEEKS = timedelta(days=14, minutes=1)


@pytest.fixture
def erased(committed, time_machine):
    """Ask for somebody's end, and let the time pass."""

    def run(person: User, *, posts_stay: bool = True) -> Erasure:
        erasure = committed(lambda: actions.ask_erasure(person=person, posts_stay=posts_stay))
        time_machine.move_to(timezone.now() + TWO_WEEKS)
        committed(tasks.erase_due.call)
        erasure.refresh_from_db()
        return erasure

    return run


@pytest.fixture
def talk(cast):
    """Two topics of the participant: one with a reply of another, one without; and a reply in another's."""
    space = SpaceFactory(circle=cast.cohort.circle)
    start = discussion.start_topic
    answered = start(person=cast.participant, space=space, title="My answered title", text="My opening")
    discussion.add_post(person=cast.facilitator, topic=answered, text="A reply by another")
    start(person=cast.participant, space=space, title="My lonely title", text="Nobody answered")
    theirs = start(person=cast.convener, space=space, title="Another’s title", text="Another’s opening")
    discussion.add_post(person=cast.participant, topic=theirs, text="My reply")
    discussion.add_post(person=cast.convener, topic=theirs, text="Their last word")
    return space


# -- asking ---------------------------------------------------------------------------


def test_page_says_what_happens(signed_in, cast):
    page = signed_in(cast.participant).get(URL).content.decode()
    day = timezone.localtime(timezone.now() + timedelta(days=14))
    assert page.count(f"{day.day} {day:%B %Y}") == 2
    assert "under “Former member” instead of your name" in page


def test_asked_for_with_the_password_it_waits_two_weeks(signed_in, cast, committed):
    client = signed_in(cast.participant)
    answer = committed(lambda: client.post(URL, SURE))
    erasure = Erasure.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, "/me/data/closing/")
    assert erasure.due_at - erasure.asked_at == timedelta(days=14)
    assert (erasure.person, erasure.state, erasure.posts_stay) == (cast.participant, "asked", True)
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["participant@example.org"], "You asked us to delete your account")
    ]
    assert "http://testserver/me/data/closing/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"posts": "stay"}, "Enter your password."),
        ({"posts": "stay", "password": "wrong"}, "This is not your password."),
        ({"password": PASSWORD}, "Choose what happens to what you wrote."),
        ({"posts": "burn", "password": PASSWORD}, "Select a valid choice"),
        ({"posts": "stay", "password": "x" * 5000}, "at most 200 characters"),
        ({"posts": "stay", "password": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_without_it_nothing_happens(signed_in, cast, sent, words):
    answer = signed_in(cast.participant).post(URL, sent)
    assert (answer.status_code, Erasure.objects.count()) == (200, 0)
    assert words in answer.content.decode()
    assert "There is a problem" in answer.content.decode()


def test_who_has_no_password_writes_a_word(signed_in, cast):
    cast.participant.set_unusable_password()
    cast.participant.save()
    client = signed_in(cast.participant)
    assert 'type="password"' not in client.get(URL).content.decode()
    for wrong in ("", "yes"):
        assert "Write DELETE to confirm." in client.post(URL, {"posts": "go", "word": wrong}).content.decode()
    assert client.post(URL, {"posts": "go", "word": " delete "}).status_code == 303
    assert Erasure.objects.get().posts_stay is False


def test_passwords_can_not_be_guessed_here(signed_in, cast):
    client = signed_in(cast.participant)
    answers = [client.post(URL, {"posts": "stay", "password": f"guess {n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 3000
    assert client.post(URL, SURE).status_code == 429


def test_visitor_can_not_ask(client, cast):
    assert client.post(URL, SURE)["Location"] == f"/accounts/login/?next={URL}"


def test_form_without_its_token_is_refused(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.participant, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(URL, SURE).status_code == 403


def test_asked_twice_it_is_one_wish(signed_in, cast, committed):
    client = signed_in(cast.participant)
    committed(lambda: client.post(URL, SURE))
    committed(lambda: client.post(URL, SURE))
    with pytest.raises(IntegrityError):
        Erasure.objects.create(person=cast.participant, due_at=timezone.now())
    assert len(mail.outbox) == 1


def test_the_database_has_one_open_wish_each(cast):
    first = actions.ask_erasure(person=cast.participant, posts_stay=True)
    assert actions.ask_erasure(person=cast.participant, posts_stay=False) == first


def test_last_admin_can_not_go(signed_in, cast):
    answer = signed_in(cast.admin).post(URL, SURE)
    assert "You are the only admin." in answer.content.decode()
    UserFactory(is_superuser=True)
    assert signed_in(cast.admin).post(URL, SURE).status_code == 303


def test_action_itself_keeps_the_last_admin(cast):
    with pytest.raises(LastAdmin):
        actions.ask_erasure(person=cast.admin, posts_stay=True)
    assert Erasure.objects.count() == 0


def test_of_two_admins_one_stays(signed_in, cast):
    other = UserFactory(is_superuser=True)
    assert signed_in(cast.admin).post(URL, SURE).status_code == 303
    assert "You are the only admin." in signed_in(other).post(URL, SURE).content.decode()
    actions.keep_account(person=cast.admin)
    assert signed_in(other).post(URL, SURE).status_code == 303


# -- thinking it over -------------------------------------------------------------------


def test_who_has_asked_sees_one_page(signed_in, cast, pages):
    client = signed_in(cast.participant)
    client.post(URL, SURE)
    for address in (
        "/",
        "/me/",
        "/people/",
        "/discussions/",
        "/me/data/",
        "/api/v1/communities",
        "/no-such-page/",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (303, "/me/data/closing/")
        assert answer["Cache-Control"] == "private, no-store"
    assert client.post("/me/profile/", {"first_name": "New"})["Location"] == "/me/data/closing/"
    page = client.get("/me/data/closing/").content.decode()
    assert "You asked us to delete your account" in page
    assert page.count("Keep my account") == 1
    assert client.get("/accounts/logout/").status_code == 200


def test_signing_in_again_leads_there_too(client, cast):
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    client.post("/accounts/login/", {"login": "participant@example.org", "password": PASSWORD})
    assert client.get("/me/")["Location"] == "/me/data/closing/"


def test_they_are_signed_out_elsewhere(signed_in, cast):
    elsewhere, here, other = (
        signed_in(cast.participant),
        signed_in(cast.participant),
        signed_in(cast.convener),
    )
    here.post(URL, SURE)
    assert elsewhere.get("/me/")["Location"].startswith("/accounts/login/")
    assert here.get("/me/data/closing/").status_code == 200
    assert other.get("/me/").status_code == 200


def test_nobody_finds_them_and_no_mail_goes_out(signed_in, cast):
    Profile.objects.filter(user=cast.participant).update(findable=True)
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    found = signed_in(cast.convener).get("/people/").content.decode()
    assert "Participant Demo" not in found
    assert Profile.objects.get(user=cast.participant).no_mails is True


@pytest.mark.parametrize("before", [(True, False), (False, True), (True, True)])
def test_whoever_stays_has_everything_as_it_was(signed_in, cast, before):
    Profile.objects.filter(user=cast.participant).update(findable=before[0], no_mails=before[1])
    client = signed_in(cast.participant)
    client.post(URL, SURE)
    answer = client.post("/me/data/keep/")
    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    profile = Profile.objects.get(user=cast.participant)
    assert (profile.findable, profile.no_mails) == before
    assert "Your account stays." in client.get("/me/").content.decode()
    assert (Erasure.objects.get().state, Erasure.objects.get().before) == ("withdrawn", {})


def test_staying_twice_is_staying_once(signed_in, cast):
    client = signed_in(cast.participant)
    client.post(URL, SURE)
    assert [client.post("/me/data/keep/").status_code for _ in range(2)] == [303, 303]
    assert client.get("/me/data/closing/")["Location"] == "/me/data/"


def test_another_can_not_keep_it_for_them(signed_in, cast, client):
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    signed_in(cast.admin).post("/me/data/keep/")
    assert client.post("/me/data/keep/").status_code == 302
    assert Erasure.objects.get().state == "asked"


def test_whoever_stayed_can_ask_again(cast):
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    actions.keep_account(person=cast.participant)
    actions.ask_erasure(person=cast.participant, posts_stay=False)
    assert [one.state for one in Erasure.objects.order_by("pk")] == ["withdrawn", "asked"]


def test_who_may_know_of_it_and_who_finds_it_agree(cast):
    erasure = actions.ask_erasure(person=cast.participant, posts_stay=True)
    people = [cast.admin, cast.editor, cast.convener, cast.participant]
    found = [Erasure.objects.visible_to(person).exists() for person in people]
    assert found == [erasure.can_see(person) for person in people] == [False, False, False, True]


# -- who is left ----------------------------------------------------------------------------


def test_only_lead_is_told_and_so_are_the_editors(signed_in, cast, committed):
    members.join(person=cast.participant, circle=cast.community.circle)
    assert "Nobody else leads Falls in care homes" in signed_in(cast.convener).get(URL).content.decode()
    committed(lambda: actions.ask_erasure(person=cast.convener, posts_stay=True))
    news = Notification.objects.filter(verb="privacy.lead_goes")
    assert [one.recipient for one in news] == [cast.editor]
    page = signed_in(cast.editor).get("/me/notifications/").content.decode()
    assert "Somebody who leads “Falls in care homes” leaves the portal on" in page
    assert "Convener Demo" not in page


def test_other_leads_are_told(cast):
    members.join(person=cast.participant, circle=cast.community.circle, role=Role.LEAD)
    actions.ask_erasure(person=cast.convener, posts_stay=True)
    assert [one.recipient for one in Notification.objects.all()] == [cast.participant]


def test_who_leads_nothing_is_no_news(cast):
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    assert Notification.objects.count() == 0


def test_it_is_no_news_any_more_when_they_stay(signed_in, cast):
    members.join(person=cast.participant, circle=cast.community.circle, role=Role.LEAD)
    reader = signed_in(cast.participant)
    actions.ask_erasure(person=cast.convener, posts_stay=True)
    before = reader.get("/me/notifications/").text
    actions.keep_account(person=cast.convener)
    after = reader.get("/me/notifications/").text
    assert ("leaves the portal" in before, "leaves the portal" in after) == (True, False)


def test_group_without_anybody_else_is_left_empty(cast, erased):
    erased(cast.convener)
    circle = Circle.objects.get(pk=cast.community.circle_id)
    assert (circle.member_count, circle.memberships.count()) == (0, 0)


# -- the end ---------------------------------------------------------------------------------


def test_before_its_day_nothing_happens(cast, committed, time_machine):
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    time_machine.move_to(timezone.now() + timedelta(days=13, hours=23))
    committed(tasks.erase_due.call)
    assert User.objects.get(pk=cast.participant.pk).email == "participant@example.org"


def test_account_names_nobody_any_more(client, cast, erased):
    erasure = erased(cast.participant)
    left = User.objects.get(pk=cast.participant.pk)
    assert (erasure.state, erasure.person) == ("done", left)
    assert (left.name, left.is_active, left.has_usable_password()) == ("Former member", False, False)
    assert re.fullmatch(r"former-[0-9a-f]{32}@former\.invalid", left.email)
    assert Membership.objects.filter(person=left).count() == Profile.objects.filter(user=left).count() == 0
    answer = client.post("/accounts/login/", {"login": "participant@example.org", "password": PASSWORD})
    assert answer.status_code == 200


def test_last_mail_goes_to_the_address_that_is_gone(cast, erased):
    erased(cast.participant)
    assert [(one.to, one.subject) for one in mail.outbox][-1] == (
        ["participant@example.org"],
        "Your account is deleted",
    )


def test_sessions_and_files_are_gone(signed_in, cast, committed, erased):
    committed(lambda: signed_in(cast.participant).post("/me/data/copy/"))
    name = Export.objects.get().file.name
    other = signed_in(cast.convener)
    other.get("/me/")
    erased(cast.participant)
    assert (Export.objects.count(), default_storage.exists(name)) == (0, False)
    assert [one.get_decoded().get("_auth_user_id") for one in Session.objects.all()].count(
        str(cast.participant.pk)
    ) == 0


def test_admin_who_goes_is_no_admin(cast, erased):
    UserFactory(is_superuser=True)
    erased(cast.admin)
    left = User.objects.get(pk=cast.admin.pk)
    assert (left.is_superuser, left.is_staff) == (False, False)


def test_whom_nothing_points_at_is_gone_altogether(cast, erased):
    ModelLogEntry.objects.all().delete()
    person = UserFactory()
    with_log = erased(person)
    assert User.objects.filter(pk=person.pk).exists()  # they asked to go: that is in the log
    assert with_log.state == "done"
    other = UserFactory()
    erasure = actions.ask_erasure(person=other, posts_stay=True)
    ModelLogEntry.objects.all().delete()
    actions.erase(erasure_id=erasure.pk, now=timezone.now() + TWO_WEEKS)
    assert not User.objects.filter(pk=other.pk).exists()
    assert Erasure.objects.get(pk=erasure.pk).person is None


def test_posts_that_stay_are_by_a_former_member(signed_in, cast, talk, erased):
    erased(cast.participant, posts_stay=True)
    assert set(Topic.objects.values_list("title", "author__first_name")) == {
        ("My answered title", None),
        ("My lonely title", None),
        ("Another’s title", "Convener"),
    }
    topic = Topic.objects.get(title="My answered title")
    page = signed_in(cast.convener).get(topic.get_absolute_url()).content.decode()
    assert "My opening" in page
    assert "Former member" in page
    assert "Participant Demo" not in page


def test_posts_that_go_leave_the_replies_of_others(signed_in, cast, talk, erased):
    erased(cast.participant, posts_stay=False)
    assert set(Topic.objects.values_list("title", "slug", "reply_count")) == {
        (UNNAMED, "a-topic-of-a-former-member", 1),
        ("Another’s title", "anothers-title", 1),
    }
    assert set(Post.objects.values_list("text", flat=True)) == {
        "A reply by another",
        "Another’s opening",
        "Their last word",
    }
    talk.refresh_from_db()
    assert talk.topic_count == 2
    page = signed_in(cast.convener).get(Topic.objects.get(title=UNNAMED).get_absolute_url()).content.decode()
    assert "The first post was removed." in page
    assert "A reply by another" in page


def test_what_they_removed_goes_even_if_the_rest_stays(cast, talk, erased):
    reply = Post.objects.get(text="My reply")
    discussion.remove_post(person=cast.participant, post=reply)
    lonely = Topic.objects.get(title="My lonely title")
    discussion.remove_topic(person=cast.participant, topic=lonely)
    erased(cast.participant, posts_stay=True)
    assert Post.objects.filter(text__in=["My reply", "Nobody answered"]).count() == 0
    talk.refresh_from_db()
    assert talk.topic_count == Topic.objects.count() == 2


def test_done_twice_is_done_once(cast, committed, erased):
    erasure = erased(cast.participant)
    number = len(mail.outbox)
    committed(tasks.erase_due.call)
    assert actions.erase(erasure_id=erasure.pk, now=timezone.now()) == ""
    assert len(mail.outbox) == number


@pytest.mark.parametrize("place", [0, len(holdings) // 2, len(holdings) - 1])
def test_what_breaks_off_has_not_begun(cast, talk, committed, time_machine, monkeypatch, place, caplog):
    """A crash while any of the declarations is at work leaves everything, and the next day does it."""
    actions.ask_erasure(person=cast.participant, posts_stay=False)
    time_machine.move_to(timezone.now() + TWO_WEEKS)
    broken = list(holdings)[place]

    def breaks(*arguments):
        raise RuntimeError

    erase = broken.erase
    object.__setattr__(broken, "erase", breaks)
    try:
        committed(tasks.erase_due.call)
    finally:
        object.__setattr__(broken, "erase", erase)
    person = User.objects.get(pk=cast.participant.pk)
    assert (person.name, person.is_active) == ("Participant Demo", True)
    assert (
        person.memberships.count(),
        person.posts.count(),
        Profile.objects.filter(user=person).count(),
    ) == (2, 3, 1)
    assert Erasure.objects.get().state == "asked"
    assert "nothing of it was done" in caplog.text
    assert "participant@example.org" not in caplog.text
    committed(tasks.erase_due.call)
    assert Erasure.objects.get().state == "done"


def test_one_that_breaks_does_not_hold_up_the_others(cast, committed, time_machine, monkeypatch):
    first = actions.ask_erasure(person=cast.participant, posts_stay=True)
    second = actions.ask_erasure(person=cast.outsider, posts_stay=True)
    real = actions.erase

    def once(*, erasure_id, now):
        if erasure_id == first.pk:
            raise RuntimeError
        return real(erasure_id=erasure_id, now=now)

    monkeypatch.setattr(actions, "erase", once)
    time_machine.move_to(timezone.now() + TWO_WEEKS)
    committed(tasks.erase_due.call)
    assert [Erasure.objects.get(pk=one.pk).state for one in (first, second)] == ["asked", "done"]


def test_mail_server_that_is_down_undoes_nothing(cast, committed, time_machine, settings, caplog):
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    time_machine.move_to(timezone.now() + TWO_WEEKS)
    settings.EMAIL_BACKEND = "nowhere.Backend"
    committed(tasks.erase_due.call)
    assert Erasure.objects.get().state == "done"
    assert "was not sent" in caplog.text
    assert "participant@example.org" not in caplog.text


def test_circles_are_counted_anew(cast, erased):
    circle = CircleFactory()
    for person in (cast.participant, cast.convener):
        members.join(person=person, circle=circle)
    erased(cast.participant)
    assert Circle.objects.get(pk=circle.pk).member_count == 1


def test_nobody_reads_what_they_say_of_themselves_meanwhile(cast):
    """Who shares a group with them still sees their name beside what they wrote, and nothing else."""
    members.update_profile(
        person=cast.participant, first_name="Ada", last_name="", about="Falls", job_title="Nurse"
    )
    fellow = User.objects.get(pk=cast.facilitator.pk)
    assert User.objects.get(pk=cast.participant.pk).shown_to(fellow).job_title == "Nurse"
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    hidden = User.objects.get(pk=cast.participant.pk).shown_to(fellow)
    assert (hidden.job_title, hidden.about_html) == ("", "")
    actions.keep_account(person=cast.participant)
    assert User.objects.get(pk=cast.participant.pk).shown_to(fellow).job_title == "Nurse"
