"""Work that comes round: each job is due at fixed times, and runs once for each, whatever the number of workers.

The worker ticks every few seconds. A job that is due becomes a row in the task queue whose id is made from
job and due time, so the database itself refuses a second one (docs/decisions/0004).
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.module_loading import import_string

_NAMESPACE = uuid.UUID("6f0f4b0e-6a39-4f3e-8a55-0f6c5f0a7c11")


@dataclass(frozen=True, kw_only=True)
class Job:
    """A task without arguments, at a dotted path, with the time it was last due as seen from a moment."""

    path: str
    last_due: Callable[[datetime], datetime]


_jobs: dict[str, Job] = {}


def every(*, minutes: int, path: str) -> None:
    """Run the task at this path every so many minutes, counted from midnight UTC."""

    def last_due(now: datetime) -> datetime:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = (now - midnight) // timedelta(minutes=minutes)
        return midnight + passed * timedelta(minutes=minutes)

    _jobs[path] = Job(path=path, last_due=last_due)


def daily(*, hour: int, path: str) -> None:
    """Run the task at this path every day at this hour in Europe/London."""

    def last_due(now: datetime) -> datetime:
        local = timezone.localtime(now).replace(hour=hour, minute=0, second=0, microsecond=0)
        return local if local <= now else local - timedelta(days=1)

    _jobs[path] = Job(path=path, last_due=last_due)


def jobs() -> list[Job]:
    """All jobs, by path."""
    return [_jobs[path] for path in sorted(_jobs)]


def task_id(job: Job, due: datetime) -> uuid.UUID:
    """The one id that a job's run at this due time can have."""
    return uuid.uuid5(_NAMESPACE, f"{job.path}@{due.astimezone(timezone.get_fixed_timezone(0)).isoformat()}")


def tick(now: datetime) -> int:
    """Enqueue what has come due and is not enqueued yet.

    Returns:
        How many jobs this call enqueued: of two workers that tick at once, one gets each.
    """
    from django_tasks_db.models import DBTaskResult

    due = {task_id(job, job.last_due(now)): job for job in jobs()}
    known = set(DBTaskResult.objects.filter(id__in=due).values_list("id", flat=True))
    made = 0
    for run_id, job in due.items():
        if run_id in known:
            continue
        task = import_string(job.path)
        _, created = DBTaskResult.objects.get_or_create(
            id=run_id,
            defaults={
                "args_kwargs": {"args": [], "kwargs": {}},
                "priority": task.priority,
                "task_path": task.module_path,
                "queue_name": task.queue_name,
                "run_after": now,
                "backend_name": task.backend,
            },
        )
        made += created
    return made
