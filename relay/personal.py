"""What this room holds about people."""

from typing import Any

from kit.personal import FORMER_MEMBER, Held, Pause, Wish, keep_rows
from relay.actions import allow_again, stop_all
from relay.forgetting import forget_writer

_STAYS = "As long as one of you has an account. When you delete yours, it stays without your name or goes, as you choose."


def _forget_writer(held: Held, person: Any, wish: Wish) -> None:
    forget_writer(person=person, keep=wish.posts_stay)


def _with_whom(row: Any, person: Any) -> str:
    """The other's name, as they see it in their list."""
    other = row.other(person)
    return other.name if other else FORMER_MEMBER


def _conversation(row: Any, person: Any) -> str:
    return f"Conversation {row.conversation_id}"


def _allow_again(person: Any, before: dict[str, Any]) -> None:
    allow_again(person=person, conversations=before["conversations"])


PAUSE = Pause(
    key="relay.stopped",
    close=lambda person: {"conversations": stop_all(person=person)},
    reopen=_allow_again,
)

HELD = (
    Held(
        key="relay.Conversation",
        by=("first", "second"),
        title="Whom you have written with",
        what="With whom, how far you have read, and whether you stopped them from writing.",
        why="So that you can write to each other without showing addresses.",
        kept=_STAYS,
        shows=(("With", _with_whom), "last_at"),
        erase=_forget_writer,
        order=50,
    ),
    Held(
        key="relay.Message",
        by=("author",),
        title="Messages that you wrote",
        what="Their text, and when you sent them.",
        why="So that the other can read them. Nobody else can, unless the other reports one.",
        kept=_STAYS,
        shows=(("In", _conversation), "text", "created_at"),
        erase=keep_rows,  # done with the conversations
        order=51,
    ),
    Held(
        key="relay.Report",
        by=("person",),
        title="Messages that you reported",
        what="That it was you who reported them, and when.",
        why="So that those who look after the network can ask you.",
        kept="As long as the message.",
        shows=("created_at",),
        erase=keep_rows,  # done with the conversations
        order=52,
    ),
)
