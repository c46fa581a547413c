"""Letters to addresses: what they say, that they go once, and how they are stopped."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail as outbox
from django.core import signing
from django.db import IntegrityError, transaction
from django.test import Client

from kit.registry import Letter, Written, letters
from notifications import actions, mails, tasks
from notifications.enums import MailState
from notifications.errors import UnknownLetter
from notifications.models import Mail, Notification, Unwritten
from tests.factories import UserFactory
from tests.notifications.conftest import Postbox

TO = "pat@example.org"
KEY, NASTY, BROKEN = "test.letter", "test.nasty_letter", "test.broken_letter"


def _written(target: int) -> Written | None:
    if target == 13:
        return None
    return Written(
        subject="Conny asks you",
        paragraphs=("It is about this.", "And that."),
        quote="Do come.",
        facts=(("Until", "3 March 2027"),),
        url=f"/guest/{target}/",
        action="Read it",
        reason="Conny gave us your address",
    )


def _nasty(target: int) -> Written:
    bad = "<img src=x onerror=alert(1)>\r\nBcc: all@example.org"
    return Written(
        subject=bad, paragraphs=(bad,), quote=bad, facts=((bad, bad),), url="/", action=bad, reason=bad
    )


def _breaks(target: int) -> Written:
    raise RuntimeError("a mistake of whoever wrote this letter")


for _key, _compose in ((KEY, _written), (NASTY, _nasty), (BROKEN, _breaks)):
    if letters.get(_key) is None:
        letters.add(Letter(key=_key, compose=_compose))


@pytest.fixture
def waiting(db) -> Mail:
    """A letter that waits to be sent."""
    [mail] = actions.write_letters(letter=KEY, to={1: TO})
    return mail


def _state(mail: Mail) -> str:
    return Mail.objects.get(pk=mail.pk).state


def test_it_goes_when_what_it_is_about_is_saved(db, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.write_letters(letter=KEY, to={1: "Pat@Example.org", 2: "two@example.org"})
        assert outbox.outbox == []
    assert [(message.to, message.subject) for message in outbox.outbox] == [
        ([TO], "Conny asks you"),
        (["two@example.org"], "Conny asks you"),
    ]
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_it_says_all_of_it_in_text_and_in_html(waiting: Mail) -> None:
    tasks.send_mails.call([waiting.pk])
    [message] = outbox.outbox
    html = message.alternatives[0][0]
    for body in (message.body, html):
        for words in (
            "Conny asks you", "It is about this.", "And that.", "Do come.", "Until", "3 March 2027",
            "http://testserver/guest/1/", "Read it", "You get this email because Conny gave us your address.", TO,
            f"http://testserver/me/notifications/unsubscribe/{mails.address_token(TO)}/",
        ):  # fmt: skip
            assert words in body
    assert ("<style" in html, 'style="' in html) == (False, True)


def test_its_headers_are_those_of_other_mails(waiting: Mail) -> None:
    tasks.send_mails.call([waiting.pk])
    headers = outbox.outbox[0].message()
    assert headers["Message-ID"] == waiting.message_id
    assert headers["List-Unsubscribe"].startswith("<http://testserver/me/notifications/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_hostile_words_are_text(db) -> None:
    actions.write_letters(letter=NASTY, to={1: TO})
    tasks.send_due_mails.call()
    [message] = outbox.outbox
    assert message.message()["Bcc"] is None
    assert "<img" not in message.alternatives[0][0]


def test_written_twice_it_goes_once(waiting: Mail) -> None:
    assert actions.write_letters(letter=KEY, to={1: TO.upper()}) == []
    tasks.send_due_mails.call()
    tasks.send_due_mails.call()
    assert len(outbox.outbox) == 1
    with pytest.raises(UnknownLetter):
        actions.write_letters(letter="test.unknown", to={1: TO})


@pytest.mark.parametrize("number", [1, 30])
def test_many_cost_what_one_costs(db, number, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        actions.write_letters(letter=KEY, to={n: f"p{n}@example.org" for n in range(number)})


def test_it_is_asked_again_when_it_goes(db) -> None:
    [mail] = actions.write_letters(letter=KEY, to={13: TO})
    tasks.send_due_mails.call()
    assert (_state(mail), outbox.outbox) == (MailState.DROPPED, [])


def test_one_of_a_room_that_is_gone_is_dropped(waiting: Mail) -> None:
    Mail.objects.update(letter="test.gone")
    tasks.send_due_mails.call()
    assert _state(waiting) == MailState.DROPPED


def test_one_that_breaks_is_tried_again_and_stops_no_other(db) -> None:
    [broken] = actions.write_letters(letter=BROKEN, to={1: TO})
    [other] = actions.write_letters(letter=KEY, to={1: TO})
    tasks.send_due_mails.call()
    assert (_state(broken), _state(other)) == (MailState.WAITING, MailState.SENT)


def test_it_reaches_a_real_server(waiting: Mail, postbox: Postbox) -> None:
    tasks.send_due_mails.call()
    assert (len(postbox.taken), _state(waiting)) == (1, MailState.SENT)


def test_it_is_nobodys_to_see(waiting: Mail) -> None:
    person = UserFactory(email=TO)
    for asker in (person, UserFactory(is_superuser=True), AnonymousUser()):
        assert not Mail.objects.visible_to(asker).exists()
        assert waiting.can_see(asker) is False


def test_a_mail_is_news_or_a_letter(waiting: Mail) -> None:
    news = Notification.objects.create(recipient=UserFactory(), verb="test.told", target_id=1)
    for changes in (
        {"notification": news}, {"to": ""}, {"letter": ""}, {"target_id": None},
        {"notification": news, "letter": "", "target_id": None},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Mail.objects.filter(pk=waiting.pk).update(**changes)


# -- stopping ---------------------------------------------------------------------------


@pytest.fixture
def stop(waiting: Mail) -> str:
    """The link in a letter."""
    return f"/me/notifications/unsubscribe/{mails.address_token(TO)}/"


def test_no_get_stops_it_however_often(stop: str, waiting: Mail) -> None:
    for _ in range(50):
        assert Client().get(stop, headers={"sec-purpose": "prefetch"}).status_code == 200
        assert Client().head(stop).status_code == 200
    assert Unwritten.objects.count() == 0
    tasks.send_due_mails.call()
    assert len(outbox.outbox) == 1


def test_one_click_stops_it(stop: str, waiting: Mail) -> None:
    """As RFC 8058 has it: a POST with that body, without a cookie, a token of ours or a redirect."""
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.cookies) == (200, {})
    assert Unwritten.objects.get().email == TO
    tasks.send_due_mails.call()
    assert (_state(waiting), outbox.outbox) == (MailState.DROPPED, [])


def test_it_stops_letters_and_not_news(stop: str, tell, reader) -> None:
    from tests.notifications.conftest import MAILED

    actions.stop_writing(email=reader.email)
    tell(verb=MAILED)
    tasks.send_due_mails.call()
    assert [message.to for message in outbox.outbox] == [[TO], [reader.email]]


def test_the_pages_say_what_they_do_and_name_nobody(stop: str) -> None:
    shown, done = Client().get(stop), Client().post(stop)
    assert "Stop writing to you?" in shown.text
    assert "We will not write to your address any more" in done.text
    assert (TO in shown.text, TO in done.text) == (False, False)
    assert shown["Referrer-Policy"] == "no-referrer"


def test_it_is_undone_by_a_post_with_a_token(stop: str) -> None:
    again = f"/me/notifications/write-again/{mails.address_token(TO)}/"
    assert f'href="{again}"' in Client().post(stop).text
    browser = Client(enforce_csrf_checks=True)
    assert "Let us write to you again?" in browser.get(again).text
    assert browser.post(again).status_code == 403
    assert Unwritten.objects.count() == 1
    token = browser.cookies["csrftoken"].value
    for _ in range(2):
        assert "We can write to you again" in browser.post(again, {"csrfmiddlewaretoken": token}).text
    assert Unwritten.objects.count() == 0
    assert browser.get(again)["Referrer-Policy"] == "strict-origin"
    assert Client().put(again).status_code == 405


def test_a_forged_link_is_not_there(stop: str) -> None:
    real = mails.address_token(TO)
    for token in (real[:-1], real + "x", signing.dumps(TO, salt="other"), "x", TO):
        for place in ("unsubscribe", "write-again"):
            assert Client().post(f"/me/notifications/{place}/{token}/").status_code == 404
    assert Unwritten.objects.count() == 0


def test_an_address_is_kept_once_in_small_letters(db) -> None:
    assert [actions.stop_writing(email=one) for one in (TO, TO.upper())] == [True, False]
    assert [actions.write_again(email=one) for one in (TO.upper(), TO)] == [True, False]
    with pytest.raises(IntegrityError), transaction.atomic():
        Unwritten.objects.create(email="A@example.org")
