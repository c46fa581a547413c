"""What this room holds about people."""

from typing import Any

from journal import actions, rating
from journal.forgetting import forget_rater
from journal.querysets import RESTORABLE
from kit.personal import Held, Pause, Wish, delete_rows


def _forget_rater(held: Held, person: Any, wish: Wish) -> None:
    forget_rater(person=person)


def _with_whom(row: Any, person: Any) -> str:
    """Where it is shared, if it is."""
    return f"{row.place.circle.name}: {row.get_readers_display()}" if row.is_shared else "Nobody"


def _where(row: Any, person: Any) -> str:
    return str(row.place.circle.name)


def _cohort(row: Any, person: Any) -> str:
    return str(row.circle.name)


def _close(person: Any) -> dict[str, Any]:
    return {
        "reflections": actions.keep_all_for_oneself(person=person),
        "ratings": rating.close_all(person=person),
    }


def _reopen(person: Any, before: dict[str, Any]) -> None:
    actions.share_again(person=person, before=before["reflections"])
    rating.open_again(person=person, places=before["ratings"])


PAUSE = Pause(key="journal.shared", close=_close, reopen=_reopen)

HELD = (
    Held(
        key="journal.Reflection",
        by=("person",),
        title="Your reflections",
        what="What you have written for yourself, what it is about, and with whom you have shared it.",
        why="So that you can come back to it. Nobody else can read it, unless you share it.",
        kept="Until you remove it, and 30 days more. All of it goes with your account.",
        shows=(
            "title",
            "prompt",
            "text",
            "created_at",
            "changed_at",
            ("Shared with", _with_whom),
            "removed_at",
        ),
        erase=delete_rows,
        days=RESTORABLE.days,
        dated="removed_at",
        order=53,
    ),
    Held(
        key="journal.Rating",
        by=("person",),
        title="How you rate the outcomes of the programme",
        what="Your rating of each outcome at the start, in the middle and at the end, with your notes.",
        why="So that you can see what has changed. Facilitators see the numbers of the whole cohort, from five answers on.",
        kept="As long as you have an account. Then the ratings count on without your name and without your notes.",
        shows=(("Cohort", _cohort), "words", "moment", "score", "note", "rated_at"),
        erase=_forget_rater,
        order=54,
    ),
    Held(
        key="journal.OpenRatings",
        by=("person",),
        title="Where facilitators can see your ratings",
        what="In which cohort you let its facilitators see your ratings and notes, and since when.",
        why="So that they see them only if you want it.",
        kept="Until you change it, or delete your account. It holds only while you are in the cohort.",
        shows=(("Cohort", _where), "opened_at"),
        erase=delete_rows,
        order=55,
    ),
)
