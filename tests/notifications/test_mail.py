"""What a mail says, when it is sent, and that it is sent once."""

import email.policy
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core import mail as outbox
from django.db import connection, connections
from django.utils import timezone

from kit.schedule import jobs
from members import actions as members_actions
from members.models import Circle, Profile, User
from notifications import actions, mails, tasks
from notifications.enums import MailState
from notifications.models import Mail, Notification
from tests.factories import CircleFactory, UserFactory
from tests.notifications.conftest import ALWAYS, BROKEN, MAILED, Postbox


@pytest.fixture
def waiting(tell: Callable[..., int], reader: User) -> Mail:
    """A mail that waits to be sent."""
    tell(verb=MAILED)
    return Mail.objects.get()


def _state(mail: Mail) -> str:
    return Mail.objects.get(pk=mail.pk).state


# -- what it says -------------------------------------------------------------


def test_it_is_sent_when_what_it_is_about_is_saved(
    tell: Callable[..., int], reader: User, circle: Circle, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tell(verb=MAILED)
        assert outbox.outbox == []
    [message] = outbox.outbox
    assert (message.to, message.subject) == (
        ["reader@example.org"],
        "Will Writer wrote in Falls in care homes",
    )
    assert Mail.objects.get().state == MailState.SENT
    assert Mail.objects.get().sent_at is not None


def test_it_says_what_happened_where_and_why(waiting: Mail, circle: Circle) -> None:
    tasks.send_mails.call([waiting.pk])
    [message] = outbox.outbox
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    for body in (message.body, html):
        assert "Will Writer wrote in Falls in care homes" in body
        assert "Something about Falls in care homes" in body
        assert f"http://testserver/discussions/?about={circle.pk}" in body
        assert "You get this email because you asked to hear when somebody replies to you." in body
        assert "http://testserver/me/notifications/settings/" in body
        assert "http://testserver/me/notifications/unsubscribe/" in body


def test_its_style_is_inline_and_it_loads_nothing(waiting: Mail) -> None:
    tasks.send_mails.call([waiting.pk])
    html = outbox.outbox[0].alternatives[0][0]
    assert "<style" not in html
    assert 'style="' in html
    assert [word for word in ("src=", "<link", "@import", "url(") if word in html] == []


def test_its_headers_let_a_mail_program_stop_it(waiting: Mail, reader: User) -> None:
    tasks.send_mails.call([waiting.pk])
    headers = outbox.outbox[0].message()
    token = mails.unsubscribe_token(reader)
    assert headers["Message-ID"] == waiting.message_id
    assert headers["List-Unsubscribe"] == f"<http://testserver/me/notifications/unsubscribe/{token}/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"


HOSTILE = "<img src=x onerror=alert(1)>\r\nBcc: all@example.org"


def test_a_hostile_name_is_text_everywhere(tell: Callable[..., int], reader: User, circle: Circle) -> None:
    Circle.objects.filter(pk=circle.pk).update(name=HOSTILE)
    tell(verb=MAILED)
    tasks.send_mails.call([Mail.objects.get().pk])
    [message] = outbox.outbox
    assert message.subject == "Will Writer wrote in <img src=x onerror=alert(1)> Bcc: all@example.org"
    assert message.message()["Bcc"] is None
    assert "<img" not in message.alternatives[0][0]
    assert "&lt;img src=x onerror=alert(1)&gt;" in message.alternatives[0][0]


def test_a_long_subject_is_cut(tell: Callable[..., int], reader: User, circle: Circle) -> None:
    Circle.objects.filter(pk=circle.pk).update(name="long " * 32)
    tell(verb=MAILED)
    tasks.send_mails.call([Mail.objects.get().pk])
    assert len(outbox.outbox[0].subject) <= 150
    assert outbox.outbox[0].subject[-1] == "…"


# -- asked again when it is sent ------------------------------------------------


def test_who_has_left_gets_nothing(waiting: Mail, reader: User, circle: Circle) -> None:
    members_actions.leave(person=reader, circle=circle)
    tasks.send_mails.call([waiting.pk])
    assert (_state(waiting), outbox.outbox) == (MailState.DROPPED, [])


def test_what_is_gone_is_not_mailed(waiting: Mail) -> None:
    Notification.objects.update(target_id=0)
    tasks.send_mails.call([waiting.pk])
    assert (_state(waiting), outbox.outbox) == (MailState.DROPPED, [])


def test_who_has_stopped_mails_since_gets_nothing(waiting: Mail, reader: User) -> None:
    actions.choose_mails(person=reader, mails_replies=False)
    tasks.send_mails.call([waiting.pk])
    assert (_state(waiting), outbox.outbox) == (MailState.DROPPED, [])


def test_who_wants_no_mails_at_all_since_gets_nothing(waiting: Mail, reader: User) -> None:
    actions.choose_mails(person=reader, no_mails=True)
    tasks.send_mails.call([waiting.pk])
    assert (_state(waiting), outbox.outbox) == (MailState.DROPPED, [])


@pytest.mark.parametrize(("no_mails", "state"), [(False, MailState.SENT), (True, MailState.DROPPED)])
def test_what_is_always_mailed_stops_only_with_all_mails(
    tell: Callable[..., int], reader: User, no_mails: bool, state: MailState
) -> None:
    tell(verb=ALWAYS)
    actions.choose_mails(person=reader, mails_replies=False, no_mails=no_mails)
    tasks.send_due_mails.call()
    assert _state(Mail.objects.get()) == state


def test_what_is_always_mailed_says_why_and_how_to_stop_all(tell: Callable[..., int], reader: User) -> None:
    tell(verb=ALWAYS)
    tasks.send_due_mails.call()
    [message] = outbox.outbox
    link = f"/me/notifications/unsubscribe/{mails.unsubscribe_token(reader, every=True)}/"
    for body in (message.body, message.alternatives[0][0]):
        assert "You get this email because you look after this." in body
        assert "when somebody replies to you" not in body
        assert f"http://testserver{link}" in body
        assert ("stop all emails now" in body.lower(), "Read it and answer" in body) == (True, False)
    assert message.message()["List-Unsubscribe"] == f"<http://testserver{link}>"


def test_a_closed_account_gets_nothing(waiting: Mail, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_active=False)
    tasks.send_mails.call([waiting.pk])
    assert (_state(waiting), outbox.outbox) == (MailState.DROPPED, [])


def test_news_of_a_room_that_is_no_longer_there_is_not_mailed(waiting: Mail) -> None:
    Notification.objects.update(verb="test.nothing")
    tasks.send_mails.call([waiting.pk])
    assert _state(waiting) == MailState.DROPPED


def test_without_a_profile_it_is_sent(waiting: Mail, reader: User) -> None:
    Profile.objects.filter(user=reader).delete()
    tasks.send_mails.call([waiting.pk])
    assert _state(waiting) == MailState.SENT


# -- once -------------------------------------------------------------------


def test_sending_twice_sends_once(waiting: Mail) -> None:
    tasks.send_mails.call([waiting.pk])
    tasks.send_mails.call([waiting.pk])
    tasks.send_due_mails.call()
    assert len(outbox.outbox) == 1


def test_one_that_is_not_there(db) -> None:
    tasks.send_mails.call([4711])
    assert outbox.outbox == []


def test_a_mail_is_claimed_by_one(waiting: Mail) -> None:
    now = timezone.now()
    assert actions.claim(mail_id=waiting.pk, now=now).pk == waiting.pk
    assert actions.claim(mail_id=waiting.pk, now=now) is None
    assert Mail.objects.values_list("state", "claimed_at", "tries").get() == (MailState.SENDING, now, 1)


def test_one_left_behind_is_flagged_after_a_quarter_of_an_hour_and_never_sent_again(waiting: Mail) -> None:
    started = timezone.now()
    with time_machine.travel(started, tick=False):
        actions.claim(mail_id=waiting.pk, now=started)
    with time_machine.travel(started + timedelta(minutes=14, seconds=59), tick=False):
        tasks.send_due_mails.call()
        assert _state(waiting) == MailState.SENDING
    for minutes in (15, 16, 60 * 24 * 30):
        with time_machine.travel(started + timedelta(minutes=minutes), tick=False):
            tasks.send_due_mails.call()
            assert _state(waiting) == MailState.UNCERTAIN
    assert outbox.outbox == []


def test_a_slow_one_that_went_after_all_is_sent(waiting: Mail) -> None:
    mail = actions.claim(mail_id=waiting.pk, now=timezone.now() - timedelta(hours=1))
    assert mail is None  # it wasn't due then
    mail = actions.claim(mail_id=waiting.pk, now=timezone.now())
    assert actions.flag_left_behind(now=timezone.now() + timedelta(minutes=20)) == 1
    actions.mark_sent(mail=mail)
    assert _state(waiting) == MailState.SENT


def test_the_schedule_looks_every_minute(db) -> None:
    paths = {job.path for job in jobs()}
    assert {"notifications.tasks.send_due_mails", "notifications.tasks.tidy"} <= paths
    [job] = [job for job in jobs() if job.path == "notifications.tasks.send_due_mails"]
    now = timezone.now()
    assert now - job.last_due(now) < timedelta(minutes=1)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="in memory it refuses to be written by two threads")
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once() -> None:
    """Both set off for the same mail at the same moment."""
    waiting = _mail_of_somebody()
    together = threading.Barrier(2)

    def run() -> None:
        together.wait()
        try:
            tasks.send_mails.call([waiting.pk])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(outbox.outbox), _state(waiting)) == (1, MailState.SENT)


def _mail_of_somebody() -> Mail:
    circle, person = CircleFactory(), UserFactory()
    members_actions.join(person=person, circle=circle)
    news = Notification.objects.create(recipient=person, verb=MAILED, target_id=circle.pk)
    return Mail.objects.create(notification=news, message_id=f"<{news.pk}@testserver>")


# -- over a real mail server ---------------------------------------------------


def test_a_real_server_gets_text_and_html_under_the_one_id(waiting: Mail, postbox: Postbox) -> None:
    tasks.send_mails.call([waiting.pk])
    [raw] = postbox.taken
    message = message_from_bytes(raw, policy=email.policy.default)
    assert message["Message-ID"] == waiting.message_id
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert _state(waiting) == MailState.SENT


def test_a_refusal_waits_longer_each_time_and_ends(waiting: Mail, postbox: Postbox) -> None:
    postbox.answer = "451 Try again later"
    now, waits = timezone.now(), []
    for _ in range(5):
        with time_machine.travel(now, tick=False):
            tasks.send_due_mails.call()
        mail = Mail.objects.get()
        waits.append((mail.state, round((mail.not_before - now).total_seconds() / 60)))
        now = mail.not_before
    assert waits == [("waiting", 1), ("waiting", 5), ("waiting", 30), ("waiting", 120), ("failed", 0)]
    with time_machine.travel(now + timedelta(days=1), tick=False):
        postbox.answer = "250 OK"
        tasks.send_due_mails.call()
    assert postbox.taken == []


def test_it_is_not_tried_before_its_time(waiting: Mail, postbox: Postbox) -> None:
    postbox.answer = "451 Try again later"
    tasks.send_due_mails.call()
    postbox.answer = "250 OK"
    tasks.send_due_mails.call()
    assert (_state(waiting), postbox.taken) == (MailState.WAITING, [])
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        tasks.send_due_mails.call()
    assert (_state(waiting), len(postbox.taken)) == (MailState.SENT, 1)
    assert message_from_bytes(postbox.taken[0])["Message-ID"] == waiting.message_id


def test_a_refused_recipient_is_tried_again(waiting: Mail, postbox: Postbox) -> None:
    postbox.on_rcpt = "450 Mailbox busy"
    tasks.send_mails.call([waiting.pk])
    assert _state(waiting) == MailState.WAITING


def test_without_a_server_it_waits(waiting: Mail, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tasks.send_mails.call([waiting.pk])
    assert (_state(waiting), Mail.objects.get().tries) == (MailState.WAITING, 1)


def test_a_line_that_breaks_after_the_text_went_is_uncertain(waiting: Mail, postbox: Postbox) -> None:
    postbox.hang_up = True
    tasks.send_mails.call([waiting.pk])
    assert (_state(waiting), len(postbox.taken)) == (MailState.UNCERTAIN, 1)
    postbox.hang_up = False
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tasks.send_due_mails.call()
    assert (_state(waiting), len(postbox.taken)) == (MailState.UNCERTAIN, 1)


def test_one_that_cannot_be_written_does_not_hold_up_the_others(waiting: Mail, reader: User) -> None:
    news = Notification.objects.create(recipient=reader, verb=BROKEN, target_id=1)
    earlier = timezone.now() - timedelta(hours=1)
    broken = Mail.objects.create(notification=news, message_id="<broken@testserver>", not_before=earlier)
    tasks.send_due_mails.call()
    assert (_state(broken), _state(waiting)) == (MailState.WAITING, MailState.SENT)


# -- a batch ------------------------------------------------------------------


@pytest.fixture
def batch(tell: Callable[..., int], reader: User) -> list[Mail]:
    """Four mails that wait, in their order."""
    for name in ("One", "Two", "Three", "Four"):
        circle = CircleFactory(name=name)
        members_actions.join(person=reader, circle=circle)
        tell(verb=MAILED, about=circle)
    return list(Mail.objects.order_by("pk"))


def _states(batch: list[Mail]) -> list[tuple[str, int]]:
    """Where each is, and how often it was tried."""
    found = Mail.objects.in_bulk([mail.pk for mail in batch])
    return [(found[mail.pk].state, found[mail.pk].tries) for mail in batch]


def _lines(postbox: Postbox) -> list[int]:
    """How many mails were begun on each line, in the order of the lines."""
    return [postbox.lines.count(line) for line in dict.fromkeys(postbox.lines)]


def test_all_mails_of_a_batch_share_a_line(batch: list[Mail], postbox: Postbox) -> None:
    tasks.send_due_mails.call()
    assert _states(batch) == [("sent", 1)] * 4
    assert (_lines(postbox), len(postbox.taken)) == ([4], 4)


def test_who_tells_many_sends_over_one_line(
    tell: Callable[..., int], circle: Circle, postbox: Postbox, django_capture_on_commit_callbacks
) -> None:
    many = UserFactory.create_batch(3)
    for person in many:
        members_actions.join(person=person, circle=circle)
    with django_capture_on_commit_callbacks(execute=True):
        assert tell(verb=MAILED, recipients=many) == 3
    assert _lines(postbox) == [3]


def test_after_a_line_broke_the_next_mail_gets_another(batch: list[Mail], postbox: Postbox) -> None:
    postbox.hang_up_at = {2}
    tasks.send_due_mails.call()
    assert _states(batch) == [("sent", 1), ("uncertain", 1), ("sent", 1), ("sent", 1)]
    assert _lines(postbox) == [2, 2]


def test_a_server_that_breaks_every_line_gets_two_mails_and_no_more(
    batch: list[Mail], postbox: Postbox
) -> None:
    postbox.hang_up = True
    tasks.send_due_mails.call()
    assert _states(batch) == [("uncertain", 1), ("uncertain", 1), ("waiting", 0), ("waiting", 0)]


def test_breaks_far_from_each_other_stop_nothing(batch: list[Mail], postbox: Postbox) -> None:
    postbox.hang_up_at = {1, 3}
    tasks.send_due_mails.call()
    assert _states(batch) == [("uncertain", 1), ("sent", 1), ("uncertain", 1), ("sent", 1)]


def test_a_server_that_hangs_up_between_mails_loses_none(batch: list[Mail], postbox: Postbox) -> None:
    postbox.hang_up_between = True
    tasks.send_due_mails.call()
    assert _states(batch) == [("sent", 1)] * 4
    assert _lines(postbox) == [1, 1, 1, 1]


def test_a_server_that_takes_few_on_a_line_is_called_again(batch: list[Mail], postbox: Postbox) -> None:
    postbox.most_on_a_line = 2
    tasks.send_due_mails.call()
    assert _states(batch) == [("sent", 1), ("sent", 1), ("waiting", 1), ("sent", 1)]
    assert _lines(postbox) == [3, 1]


def test_a_refused_mail_keeps_the_line(batch: list[Mail], postbox: Postbox) -> None:
    postbox.on_rcpt = "450 Mailbox busy"
    tasks.send_due_mails.call()
    assert _states(batch) == [("waiting", 1)] * 4
    assert _lines(postbox) == [4]


def test_without_a_server_a_batch_stops_at_its_first_mail(batch: list[Mail], settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tasks.send_due_mails.call()
    assert _states(batch) == [("waiting", 1), ("waiting", 0), ("waiting", 0), ("waiting", 0)]


def test_nobody_is_called_for_what_is_not_sent(batch: list[Mail], postbox: Postbox, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_active=False)
    tasks.send_due_mails.call()
    assert _states(batch) == [("dropped", 1)] * 4
    assert _lines(postbox) == []


WORKER = """
import sys
import django
django.setup()
from datetime import timedelta
from django.conf import settings
from django.db.models import F
from notifications import tasks
from notifications.models import Mail
from tests.notifications import conftest

settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
for minutes in sys.argv[2:]:
    Mail.objects.update(claimed_at=F("claimed_at") - timedelta(minutes=int(minutes)))
    tasks.send_due_mails.call()
    print(Mail.objects.get().state)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("killed_at", "arrived"), [("recipient", 0), ("text", 1)])
@pytest.mark.skipif("sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="copies a SQLite file")
def test_a_worker_killed_in_the_middle_never_sends_twice(
    postbox: Postbox, tmp_path: Path, settings, killed_at: str, arrived: int
) -> None:
    """A worker of its own process is killed while it speaks with the mail server; another comes after it."""
    _mail_of_somebody()
    copy = sqlite3.connect(tmp_path / "portal.sqlite3")
    connection.connection.backup(copy)
    copy.close()
    postbox.stalls_at = killed_at
    first = _worker(tmp_path, settings.EMAIL_PORT, "0")
    assert postbox.stalled.wait(timeout=60)
    first.kill()
    first.wait()
    postbox.stalls_at = ""
    second = _worker(tmp_path, settings.EMAIL_PORT, "0", "16", "16")
    assert second.communicate(timeout=60)[0].split() == ["sending", "uncertain", "uncertain"]
    assert len(postbox.taken) == arrived


def _worker(folder: Path, port: int, *minutes: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "PYTHONPATH": os.getcwd(),
    }
    command = [sys.executable, "-W", "ignore", "-c", WORKER, str(port), *minutes]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
