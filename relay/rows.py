"""Conversations and messages made ready to show."""

from collections.abc import Iterable
from typing import Any

from kit.markdown import excerpt
from kit.templatetags.kit_tags import colour_number, initials
from kit.times import moment_of, now_here
from members.models import User
from relay.models import GONE, Conversation, Message

_EXCERPT = 140


def who(person: User | None) -> dict[str, Any]:
    """How somebody looks in a row: their name, their initials, the colour of their disc."""
    name = person.name if person else GONE
    return {"name": name, "initials": initials(name), "colour": colour_number(person.pk if person else None)}


def conversation_rows(found: Iterable[Conversation], reader: User) -> list[dict[str, Any]]:
    """Rows of the list of conversations.

    Args:
        found: with both people and the last message.
        reader: one of the two of each.
    """
    today = now_here()
    return [
        {
            **who(one.other(reader)),
            "pk": one.pk,
            "url": one.get_absolute_url(),
            "excerpt": excerpt(one.last.text_html, _EXCERPT) if one.last else "",
            "own": one.last is not None and one.last.author_id == reader.pk,
            "when": moment_of(one.last_at, today),
            "new": max(0, one.last_number - one.read_by(reader)),
            "up_to": one.last_number,
        }
        for one in found
    ]


def message_rows(found: Iterable[Message], conversation: Conversation, reader: User) -> list[dict[str, Any]]:
    """The messages of a page, the oldest first."""
    today, read_to = now_here(), conversation.read_by(reader)
    other, own = who(conversation.other(reader)), who(reader)
    rows = []
    for message in found:
        mine = message.author_id == reader.pk
        rows.append(
            {
                **(own if mine else other),
                "pk": message.pk,
                "number": message.number,
                "mine": mine,
                "when": moment_of(message.created_at, today),
                "html": message.text_html,
                "is_new": message.number > read_to,
            }
        )
    return rows
