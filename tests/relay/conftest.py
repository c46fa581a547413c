"""Two people who write to each other."""

from collections.abc import Callable

import pytest

from members.models import Profile, User
from relay import actions
from relay.models import Conversation, Message
from tests.conftest import Cast


@pytest.fixture
def findable(cast: Cast) -> Callable[..., None]:
    """Let some of the cast be found."""

    def let(*names: str) -> None:
        people = [getattr(cast, name) for name in names]
        Profile.objects.filter(user__in=people).update(findable=True)

    return let


@pytest.fixture
def pair(cast: Cast, findable) -> Cast:
    """The cast; its convener and its participant can be found."""
    findable("convener", "participant")
    return cast


@pytest.fixture
def say(cast: Cast) -> Callable[..., Message]:
    """``say("participant", "convener", "Hello")`` writes a message."""

    def write(writer: str, recipient: str, text: str = "Hello.", **more: object) -> Message:
        people = [fresh(getattr(cast, name)) for name in (writer, recipient)]
        return actions.send(writer=people[0], recipient=people[1], text=text, **more)

    return write


@pytest.fixture
def message(pair: Cast, say) -> Message:
    """A first message from the participant to the convener."""
    return say("participant", "convener", "Would you tell me about *your* huddle?")


@pytest.fixture
def conversation(message: Message) -> Conversation:
    """Theirs."""
    return message.conversation


def fresh(thing):
    """The same thing as the database has it now."""
    return type(thing).objects.get(pk=thing.pk)


def unread(person: User) -> int:
    """What the header shows."""
    return User.objects.get(pk=person.pk).unread_messages
