"""What this room holds about people."""

from typing import Any

from cohorts.models import Session
from kit.personal import Held, delete_rows, set_to_nobody
from portal.record import lines


def _session(row: Any, person: Any) -> str:
    """The session's title, if they may see it."""
    found = Session.objects.visible_to(person).filter(pk=row.session_id).values_list("title", flat=True)
    return found.first() or "A session that you can no longer see"


def _says(row: Any, person: Any) -> list[str]:
    return lines(row.content)


def _code(row: Any, person: Any) -> str:
    return str(row.shown_code)


HELD = (
    Held(
        key="portal.TookPart",
        by=("person",),
        title="Sessions that you took part in",
        what="Which sessions you ticked for your record of learning, and when.",
        why="So that your record can say so. Nobody else can see it until you give them a record.",
        kept="As long as you have an account, or until you take the tick back or the session is deleted.",
        shows=(("Session", _session), "said_at"),
        erase=delete_rows,
        order=77,
    ),
    Held(
        key="portal.LearningRecord",
        by=("person",),
        title="Your records of learning",
        what="The records that you made: your name and what you had done on that day, with the code of each.",
        why="So that whoever you give the code can check that the record is genuine.",
        kept="As long as you have an account, or until you withdraw the record. Its code then leads nowhere.",
        shows=(("Code", _code), "issued_at", ("What it says", _says)),
        erase=delete_rows,
        order=78,
    ),
    Held(
        key="portal.YearCopy",
        by=("made_by",),
        title="Years that you set up",
        what="Which cohort it was, and when you set it up.",
        why="So that editors know whom to ask about it.",
        kept="As long as the portal keeps its years; your name is taken off when your account is deleted.",
        shows=("name", "starts_on", "made_at"),
        erase=set_to_nobody,
        for_editors=True,
        order=295,
    ),
)
