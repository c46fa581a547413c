"""The line to the mail server by itself: when it is opened, and what each thing that goes wrong is called."""

import smtplib

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage

from notifications.errors import LineBroke, NoMailServer, Refused
from notifications.line import Line
from tests.notifications.conftest import Postbox


@pytest.fixture
def message() -> EmailMessage:
    return EmailMessage("Subject", "Text", "portal@example.org", ["reader@example.org"])


def test_a_line_that_nobody_needed_is_never_opened(postbox: Postbox) -> None:
    with Line():
        pass
    assert postbox.lines == []


def test_it_is_opened_once_however_often_it_is_asked(postbox: Postbox, message: EmailMessage) -> None:
    with Line() as line:
        for _ in range(3):
            line.open()
            line.send(message)
    assert len(set(postbox.lines)) == 1
    assert len(postbox.taken) == 3


def test_it_can_be_hung_up_twice_and_opened_again(postbox: Postbox, message: EmailMessage) -> None:
    line = Line()
    for _ in range(2):
        line.open()
        line.send(message)
        line.hang_up()
        line.hang_up()
    assert len(set(postbox.lines)) == 2


def test_mails_that_are_kept_in_memory_need_no_server(message: EmailMessage) -> None:
    with Line() as line:
        for _ in range(2):
            line.open()
            line.send(message)
    assert len(outbox.outbox) == 2


@pytest.mark.parametrize("answer", ["451 Later", "550 Never", "554 Spam"])
def test_a_no_is_a_refusal_and_the_line_goes_on(postbox: Postbox, message: EmailMessage, answer: str) -> None:
    with Line() as line:
        for postbox.answer in (answer, "250 OK"):
            line.open()
            if postbox.answer == answer:
                with pytest.raises(Refused):
                    line.send(message)
            else:
                line.send(message)
    assert (len(set(postbox.lines)), len(postbox.taken)) == (1, 1)


def test_a_server_that_closes_the_line_with_its_no_is_called_again(
    postbox: Postbox, message: EmailMessage
) -> None:
    postbox.answer = "421 Closing"
    with Line() as line:
        line.open()
        with pytest.raises(Refused):
            line.send(message)
        postbox.answer = "250 OK"
        line.open()
        line.send(message)
    assert (len(set(postbox.lines)), len(postbox.taken)) == (2, 1)


def test_a_break_in_the_middle_is_told_apart_from_a_no(postbox: Postbox, message: EmailMessage) -> None:
    postbox.hang_up = True
    with Line() as line:
        line.open()
        with pytest.raises(LineBroke):
            line.send(message)


def test_a_name_and_password_that_are_not_let_in_are_no_server(postbox: Postbox, settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    with Line() as line, pytest.raises(NoMailServer) as error:
        line.open()
    assert isinstance(error.value.__cause__, smtplib.SMTPException)
