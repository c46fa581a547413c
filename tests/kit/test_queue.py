"""Work is asked for by name, and only once it is sure that what it is about is there."""

import pytest
from django.db import transaction
from django_tasks import task

from kit.queue import after_commit

done: list[int] = []


@task()
def note(number: int) -> None:
    """Remember that it ran."""
    done.append(number)


@pytest.fixture(autouse=True)
def _clean():
    done.clear()


@pytest.mark.django_db(transaction=True)
def test_runs_after_commit_only():
    with transaction.atomic():
        after_commit(f"{__name__}.note", number=1)
        assert done == []
    assert done == [1]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_done():
    def fails_late() -> None:
        with transaction.atomic():
            after_commit(f"{__name__}.note", number=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_late()
    assert done == []


def test_a_name_without_a_task_fails_at_once():
    with pytest.raises(ImportError):
        after_commit("kit.no_such.task")
