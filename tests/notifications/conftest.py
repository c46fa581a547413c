"""News for tests: about circles, which only their people see."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from kit.registry import Verb, verbs
from members import actions as members_actions
from members.enums import Role
from members.models import Circle, User
from notifications.actions import notify
from tests.factories import CircleFactory, UserFactory

TOLD = "test.told"
MAILED = "test.mailed"
OTHER = "test.other"
BROKEN = "test.broken"
ALWAYS = "test.always"


def _verb(key: str, **more: Any) -> Verb:
    return Verb(
        key=key,
        targets=lambda ids, user: Circle.objects.visible_to(user).in_bulk(ids),
        sentence=lambda actor, circle: f"{actor} wrote in {circle.name}",
        url=lambda circle: f"/discussions/?about={circle.pk}",
        excerpt=lambda circle: f"Something about {circle.name}",
        **more,
    )


def _broken(actor: str, thing: str) -> str:
    raise RuntimeError("a mistake of whoever wrote this verb")


_verb_broken = Verb(
    key=BROKEN, targets=lambda ids, user: {1: "thing"}, sentence=_broken, url=lambda thing: "/", mailed=True
)
_verb_always = _verb(ALWAYS, mailed=True, always=True, reason="you look after this")
for _made in (_verb(TOLD), _verb(MAILED, mailed=True), _verb(OTHER), _verb_broken, _verb_always):
    if verbs.get(_made.key) is None:
        verbs.add(_made)


@pytest.fixture
def circle(db) -> Circle:
    """A circle that the reader and the writer are in."""
    return CircleFactory(name="Falls in care homes")


@pytest.fixture
def reader(circle: Circle) -> User:
    """Somebody who gets told."""
    person = UserFactory(email="reader@example.org", first_name="Rita", last_name="Reader")
    members_actions.join(person=person, circle=circle)
    return person


@pytest.fixture
def writer(circle: Circle) -> User:
    """Somebody who does things."""
    person = UserFactory(email="writer@example.org", first_name="Will", last_name="Writer")
    members_actions.join(person=person, circle=circle, role=Role.LEAD)
    return person


@pytest.fixture
def tell(reader: User, writer: User, circle: Circle) -> Callable[..., int]:
    """Tell the reader about the circle, or what else is given."""

    def make(*, verb: str = TOLD, about: Circle = circle, recipients: list[User] | None = None) -> int:
        return notify(recipients=recipients or [reader], verb=verb, target_id=about.pk, actor=writer)

    return make


class Postbox:
    """A mail server's handler: takes mail, or answers as it is told to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answer = "250 OK"
        self.on_rcpt = ""
        self.hang_up = False
        self.hang_up_at: set[int] = set()
        self.hang_up_between = False
        self.most_on_a_line = 0
        self.lines: list[int] = []
        self.stalls_at = ""
        self.stalled = threading.Event()

    async def _stall(self, where: str) -> None:
        if self.stalls_at == where:
            self.stalled.set()
            await asyncio.sleep(60)

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:
        self.lines.append(session.peer[1])
        if self.most_on_a_line and self.lines.count(session.peer[1]) > self.most_on_a_line:
            return "452 Too many mails on one line"
        envelope.mail_from = address
        return "250 OK"

    async def handle_NOOP(self, server, session, envelope, argument) -> str:
        if self.hang_up_between:
            server.transport.abort()
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        await self._stall("recipient")
        if self.on_rcpt:
            return self.on_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.hang_up or len(self.lines) in self.hang_up_at:
            self.taken.append(envelope.content)
            server.transport.abort()
            return "250 OK"
        if self.answer.startswith("250"):
            self.taken.append(envelope.content)
        await self._stall("text")
        return self.answer


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
    """A real mail server on a port of its own."""
    handler = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    server.stop()
