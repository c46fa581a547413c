"""What the demo's people have written to each other."""

from typing import Any

from members.models import User
from portal.demo.source import Clock, read
from relay.models import Conversation, Message


def load_messages(people: dict[str, User], clock: Clock) -> None:
    """Conversations; what came last is new to who received it."""
    for row in read("messages.toml")["conversations"]:
        _load_conversation(row, people, clock)
    for person in people.values():
        unread = Conversation.objects.unread_by(person).count()
        User.objects.filter(pk=person.pk).update(unread_messages=unread)


def _load_conversation(row: dict[str, Any], people: dict[str, User], clock: Clock) -> None:
    first, second = sorted((people[key] for key in row["people"]), key=lambda person: person.pk)
    conversation = Conversation.objects.create(first=first, second=second)
    for number, said in enumerate(row["messages"], start=1):
        author = people[said["author"]]
        message = Message.objects.create(
            conversation=conversation,
            author=author,
            number=number,
            text=said["text"].strip(),
            created_at=clock.talk(said["at"]),
        )
        side = conversation.side_of(author)
        setattr(conversation, f"{side}_wrote", True)
        setattr(conversation, f"{side}_read", number)
        conversation.last, conversation.last_number = message, number
        conversation.last_at = message.created_at
    conversation.save()
