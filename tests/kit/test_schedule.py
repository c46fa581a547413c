"""What comes round runs once for each time it is due."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from kit import schedule

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)


@task()
def nothing() -> None:
    """A task for these tests."""


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.setattr(schedule, "_jobs", {})
    path = f"{__name__}.nothing"
    schedule.every(minutes=5, path=path)
    return path


@pytest.mark.django_db
def test_each_due_time_makes_one_run(jobs):
    assert [schedule.tick(NOON), schedule.tick(NOON), schedule.tick(NOON + timedelta(minutes=4))] == [1, 0, 0]
    assert schedule.tick(NOON + timedelta(minutes=5)) == 1
    assert DBTaskResult.objects.filter(task_path=jobs).count() == 2


@pytest.mark.django_db
def test_what_was_missed_is_not_made_up_for(jobs):
    schedule.tick(NOON)
    assert schedule.tick(NOON + timedelta(hours=3)) == 1


def test_daily_is_by_the_clock_in_london(monkeypatch):
    monkeypatch.setattr(schedule, "_jobs", {})
    schedule.daily(hour=7, path="x")
    due = schedule.jobs()[0].last_due
    summer = due(datetime(2026, 7, 1, 6, 30, tzinfo=UTC))
    winter = due(datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
    assert summer.astimezone(UTC) == datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert winter.astimezone(UTC) == datetime(2026, 11, 30, 7, tzinfo=UTC)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_that_tick_at_once_one_makes_the_run(jobs):
    if connection.vendor == "sqlite":
        pytest.skip("threads share an in-memory SQLite; this is shown on PostgreSQL")
    made: list[int] = []
    gate = threading.Barrier(8)

    def tick() -> None:
        gate.wait()
        made.append(schedule.tick(NOON))
        connection.close()

    threads = [threading.Thread(target=tick) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 1
    assert DBTaskResult.objects.filter(task_path=jobs).count() == 1
