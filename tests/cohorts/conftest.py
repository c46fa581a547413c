"""A cohort's sessions, private and public, around a fixed moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from cohorts.enums import SessionKind
from cohorts.models import Session
from tests.conftest import Cast
from tests.factories import SessionFactory

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECRET = "zwetschge"


@pytest.fixture
def now():
    """It is Tuesday 10 March 2026, midday in London."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@dataclass
class Sessions:
    """One of each that matters."""

    private: Session  # of the cohort, tomorrow
    public: Session  # of nobody, in a week
    past: Session  # of the cohort, a week ago
    undated: Session  # of the cohort
    cancelled: Session  # of the cohort, in two days


@pytest.fixture
def sessions(cast: Cast, pages, now) -> Sessions:
    """Sessions of the cast's cohort, whose texts hold a secret word, and a public one."""
    own = {"cohort": cast.cohort, "circle": cast.cohort.circle, "module": pages.module}
    link = f"https://meet.example.org/{SECRET}"
    return Sessions(
        private=SessionFactory(
            **own, title=f"Half-day {SECRET}", kind=SessionKind.HALF_DAY, place=f"Room {SECRET}",
            description=f"About {SECRET}.", joining_link=link, provisional=True,
            starts_at=now + timedelta(days=1, hours=-2, minutes=-30), ends_at=now + timedelta(days=1, minutes=30),
        ),
        public=SessionFactory(
            title="Open webinar", kind=SessionKind.WEBINAR, place="Online", description="For *everybody*.",
            joining_link="https://meet.example.org/open",
            starts_at=now + timedelta(days=7), ends_at=now + timedelta(days=7, hours=1),
        ),
        past=SessionFactory(
            **own, title=f"Past {SECRET}", kind=SessionKind.CLINIC,
            starts_at=now - timedelta(days=7), ends_at=now - timedelta(days=7, hours=-1),
        ),
        undated=SessionFactory(
            **own, title=f"Clinic {SECRET}", kind=SessionKind.CLINIC, starts_at=None, ends_at=None
        ),
        cancelled=SessionFactory(
            **own, title=f"Called off {SECRET}", kind=SessionKind.CO_CONSULTING, cancelled_at=timezone.now(),
            starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=2, hours=1),
        ),
    )  # fmt: skip
