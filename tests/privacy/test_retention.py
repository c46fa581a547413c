"""What is kept for so many days goes after them, and not before."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from discussion import actions as discussion
from discussion.models import Post, PostEdit, Topic
from discussion.search import hits
from kit import schedule
from kit.personal import holdings
from members.models import Limit
from notifications.actions import notify
from notifications.models import Mail, Notification
from privacy import actions, forgetting, tasks
from privacy.models import Erasure, Export
from tests.factories import SpaceFactory


@pytest.fixture
def forget(db, committed, time_machine):
    """Let some time pass, and the night's work be done."""

    def run(**passed: float) -> None:
        time_machine.move_to(timezone.now() + timedelta(**passed))
        committed(tasks.forget_old.call)

    return run


@pytest.fixture
def space(cast):
    return SpaceFactory(circle=cast.cohort.circle)


def test_it_runs_every_day():
    daily = [job for job in schedule.jobs() if job.path.startswith("privacy.tasks.")]
    assert [job.path.rsplit(".", 1)[1] for job in daily] == ["erase_due", "forget_old", "give_up_left_behind"]
    now = timezone.now()
    assert [now - job.last_due(now) < timedelta(days=1) for job in daily] == [True] * 3


def test_each_number_of_days_that_is_said_is_kept_to():
    """The words that people read are those of the number that is enforced."""
    said = {"days": 1, "years": 365}
    wrong = [
        held.key
        for held in holdings
        if held.days and not any(f"{held.days // size} {word}" in held.kept for word, size in said.items())
    ]
    assert wrong == []


def test_removed_posts_go_after_30_days(cast, space, forget):
    topic = discussion.start_topic(person=cast.convener, space=space, title="Topic", text="Opening")
    post = discussion.add_post(person=cast.participant, topic=topic, text="before")
    discussion.add_post(person=cast.facilitator, topic=topic, text="stays")
    discussion.edit_post(person=cast.participant, post=post, text="ibexword")
    discussion.remove_post(person=cast.participant, post=post)
    forget(days=29, hours=23)
    assert (Post.objects.count(), PostEdit.objects.count()) == (3, 1)
    forget(hours=2)
    assert [one.text for one in Post.objects.order_by("number")] == ["Opening", "stays"]
    assert PostEdit.objects.count() == 0
    topic.refresh_from_db()
    assert (topic.reply_count, topic.last_number, topic.last_author) == (1, 3, cast.facilitator)


def test_removed_topics_go_with_all_that_was_said(cast, space, forget):
    gone = discussion.start_topic(person=cast.convener, space=space, title="Gone", text="Opening")
    discussion.add_post(person=cast.participant, topic=gone, text="Reply")
    kept = discussion.start_topic(person=cast.convener, space=space, title="Keptword", text="Opening")
    discussion.remove_topic(person=cast.facilitator, topic=gone)
    forget(days=29)
    assert Topic.objects.count() == 2
    forget(days=1, hours=1)
    assert list(Topic.objects.all()) == [kept]
    space.refresh_from_db()
    assert (space.topic_count, Post.objects.count()) == (1, 1)
    assert len(hits(cast.convener, "Keptword", 5)) == 1


def test_first_post_that_is_purged_leaves_its_topic(signed_in, cast, space, forget):
    topic = discussion.start_topic(person=cast.convener, space=space, title="Topic", text="Opening")
    discussion.add_post(person=cast.participant, topic=topic, text="Reply")
    discussion.remove_post(person=cast.convener, post=topic.posts.get(number=1))
    forget(days=31)
    page = signed_in(cast.participant).get(topic.get_absolute_url()).content.decode()
    assert "The first post was removed." in page
    assert "Reply" in page


def test_news_goes_180_days_after_it_was_read(cast, space, committed, forget):
    topic = discussion.start_topic(person=cast.convener, space=space, title="Topic", text="Opening")
    for text in ("one", "two"):
        committed(lambda text=text: discussion.add_post(person=cast.participant, topic=topic, text=text))
    assert (Notification.objects.count(), Mail.objects.count()) == (2, 2)
    Notification.objects.filter(pk=Notification.objects.first().pk).update(read_at=timezone.now())
    forget(days=179)
    assert Notification.objects.count() == 2
    forget(days=2)
    assert (Notification.objects.count(), Mail.objects.count()) == (
        1,
        0,
    )  # what is unread waits; its mail was sent


def test_sessions_and_counts_of_tries_go_when_they_end(signed_in, cast, forget):
    signed_in(cast.participant)
    Limit.objects.create(key="old", value=[1], ends_at=timezone.now() + timedelta(hours=1))
    Limit.objects.create(key="new", value=[1], ends_at=timezone.now() + timedelta(days=3))
    forget(days=2)
    assert (Session.objects.count(), [one.key for one in Limit.objects.all()]) == (1, ["new"])
    forget(days=13)
    assert (Session.objects.count(), Limit.objects.count()) == (0, 0)


def test_log_goes_after_six_years(cast, forget):
    ModelLogEntry.objects.all().delete()
    log(cast.community, "wagtail.edit", user=cast.convener)
    forget(days=6 * 365 - 1)
    assert ModelLogEntry.objects.count() == 1
    forget(days=2)
    assert ModelLogEntry.objects.count() == 0


def test_what_tasks_left_behind_goes_after_14_days(db, forget):
    fields = {
        "args_kwargs": {}, "task_path": "x", "backend_name": "default", "run_after": timezone.now(),
        "traceback": "", "exception_class_path": "",
    }  # fmt: skip
    DBTaskResult.objects.create(status="SUCCESSFUL", finished_at=timezone.now(), **fields)
    waiting = DBTaskResult.objects.create(status="READY", **fields)
    forget(days=13)
    assert DBTaskResult.objects.count() == 2
    forget(days=2)
    assert list(DBTaskResult.objects.all()) == [waiting]


def test_failed_copies_and_wishes_that_ended_go(cast, forget):
    export = actions.start_export(person=cast.participant)
    actions.fail_export(export=export)
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    actions.keep_account(person=cast.participant)
    forget(days=8)
    assert (Export.objects.count(), Erasure.objects.count()) == (0, 1)
    forget(days=3 * 365)
    assert Erasure.objects.count() == 0


def test_wish_that_is_open_is_kept(cast, forget):
    actions.ask_erasure(person=cast.participant, posts_stay=True)
    forget(days=4 * 365)
    assert Erasure.objects.count() == 1


def test_mails_in_a_folder_go_as_well(db, settings, tmp_path, forget):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    mail.send_mail("Old", "text", None, ["a@example.org"])
    assert len(list(tmp_path.iterdir())) == 1
    forget(days=13)
    assert len(list(tmp_path.iterdir())) == 1
    forget(days=2)
    assert list(tmp_path.iterdir()) == []
    assert forgetting.delete_old_mail_files(timezone.now()) == 0


def test_one_that_breaks_does_not_hold_up_the_others(cast, forget, monkeypatch, caplog):
    def breaks(held, before):
        raise RuntimeError

    first = next(held for held in holdings if held.days is not None and held.key == "members.Limit")
    real = first.expire
    object.__setattr__(first, "expire", breaks)
    log(cast.community, "wagtail.edit")
    try:
        forget(days=6 * 365 + 1)
    finally:
        object.__setattr__(first, "expire", real)
    assert "members.Limit could not be taken away" in caplog.text
    assert ModelLogEntry.objects.count() == 0


def test_nobodys_news_is_shortened_by_it(cast, forget):
    notify(recipients=[cast.participant], verb="privacy.export_ready", target_id=1, actor=None)
    forget(days=1000)
    assert Notification.objects.count() == 1
