"""Line 20: the portal fetches no address that somebody writes down."""

import socket

import pytest
from django.core import mail

from discussion import actions as discussion
from notifications.tasks import send_due_mails

INSIDE = "http://169.254.169.254/latest/"


@pytest.fixture
def line(monkeypatch):
    """Every try to reach a host that is not this machine's, instead of reaching it."""
    tried: list[object] = []
    connect = socket.socket.connect

    def watched(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            tried.append(address)
            raise OSError("no line")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    return tried


def test_neither_embeds_nor_links_nor_mails(
    private, cast, editor, signed_in, line, django_capture_on_commit_callbacks
):
    editor.post("/admin/embeds/chooser/upload/", {"embed-chooser-url": INSIDE})
    editor.post("/admin/choose-external-link/", {"external-link-chooser-url": INSIDE, "link_text": "x"})
    signed_in(cast.convener).post("/communities/new/", {"name": "N", "website": INSIDE})
    signed_in(cast.participant).post(
        "/me/profile/", {"first_name": "P", "about": f"![x]({INSIDE})", "mails_replies": 1}
    )
    text = f"![x]({INSIDE}) <img src={INSIDE}> [x]({INSIDE}) <link rel=stylesheet href={INSIDE}>"
    with django_capture_on_commit_callbacks(execute=True):
        discussion.add_post(person=cast.convener, topic=private.topic, text=text)
    send_due_mails.func()
    assert len(mail.outbox) == 1
    assert line == []
