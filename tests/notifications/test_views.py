"""The bell's list, opening, marking, choosing mails, and stopping them by a link."""

from collections.abc import Callable

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import actions as members_actions
from members.models import Circle, Profile, User
from notifications import actions, mails, tasks
from notifications.models import Mail, Notification
from tests.factories import CircleFactory, UserFactory
from tests.notifications.conftest import MAILED, OTHER, TOLD

LIST = "/me/notifications/"
LIST_PLAIN = f"http://testserver{LIST}"
READ = "/me/notifications/read/"
SETTINGS = "/me/notifications/settings/"


@pytest.fixture
def client(signed_in: Callable[[User], Client], reader: User) -> Client:
    """The reader's browser."""
    return signed_in(reader)


def _told(reader: User, number: int, verbs: tuple[str, ...] = (TOLD,)) -> list[Notification]:
    rows = []
    for index in range(number):
        circle = CircleFactory(name=f"Circle number {index}")
        members_actions.join(person=reader, circle=circle)
        actions.notify(
            recipients=[reader], verb=verbs[index % len(verbs)], target_id=circle.pk, actor=UserFactory()
        )
        rows.append(Notification.objects.latest("pk"))
    return rows


def _unread(person: User) -> tuple[int, int]:
    """The kept counter, and what it should be."""
    person.refresh_from_db()
    return person.unread_notifications, Notification.objects.filter(recipient=person).unread().count()


# -- the list -----------------------------------------------------------------


def test_it_says_what_happened(client: Client, tell: Callable[..., int], circle: Circle) -> None:
    tell()
    page = client.get(LIST)
    assert page.status_code == 200
    [news] = page.context["news"]
    assert (news.sentence, news.excerpt, news.unread) == (
        "Will Writer wrote in Falls in care homes",
        "Something about Falls in care homes",
        True,
    )
    assert "Will Writer wrote in Falls in care homes" in page.text


def test_with_nothing_it_says_so(client: Client) -> None:
    page = client.get(LIST)
    assert "Nothing here." in page.text
    assert "Mark all as read" not in page.text


def test_without_an_account_one_signs_in_first(reader: User) -> None:
    assert Client().get(LIST).headers["Location"] == f"/accounts/login/?next={LIST}"


def test_each_sees_their_own(signed_in, tell: Callable[..., int], writer: User) -> None:
    tell()
    assert signed_in(writer).get(LIST).context["news"] == []
    assert "Falls in care homes" not in signed_in(UserFactory()).get(LIST).text


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_one_verb(client: Client, reader: User, number: int, django_assert_num_queries) -> None:
    _told(reader, number)
    client.get(LIST)
    with django_assert_num_queries(5):  # session, person, notifications, circles, things
        page = client.get(LIST)
    assert len(page.context["news"]) == number


@pytest.mark.parametrize("number", [2, 30])
def test_queries_of_two_verbs(client: Client, reader: User, number: int, django_assert_num_queries) -> None:
    _told(reader, number, verbs=(TOLD, OTHER))
    client.get(LIST)
    with django_assert_num_queries(6):  # and the things of the other verb
        page = client.get(LIST)
    assert len(page.context["news"]) == number


def test_older_news_is_a_page_away(client: Client, reader: User) -> None:
    rows = _told(reader, 31)
    first = client.get(LIST)
    assert [news.pk for news in first.context["news"]] == [row.pk for row in reversed(rows[1:])]
    second = client.get(LIST + first.context["older_url"])
    assert [news.pk for news in second.context["news"]] == [rows[0].pk]
    back = client.get(LIST + second.context["newer_url"])
    assert back.context["news"] == first.context["news"]
    assert "Mark all as read" not in second.text


@pytest.mark.parametrize("page", ["x", "%00", "ww==", "bnVsbA", "a" * 600])
def test_a_page_that_we_never_named(client: Client, page: str) -> None:
    assert client.get(f"{LIST}?cursor={page}").status_code == 404


def test_what_is_no_longer_theirs_is_not_shown(
    client: Client, tell: Callable[..., int], reader: User, circle: Circle
) -> None:
    tell()
    members_actions.leave(person=reader, circle=circle)
    page = client.get(LIST)
    assert (page.context["news"], page.context["unseen"]) == ([], 1)
    assert "Falls in care homes" not in page.text
    assert "One of them is about something that has been removed" in page.text


def test_looking_changes_nothing(client: Client, tell: Callable[..., int], reader: User) -> None:
    tell()
    client.get(LIST)
    client.head(LIST)
    assert _unread(reader) == (1, 1)


def test_news_of_a_verb_that_nobody_knows_any_more(client: Client, reader: User) -> None:
    Notification.objects.create(recipient=reader, verb="test.nothing", target_id=1)
    assert client.get(LIST).context["news"] == []


def test_names_are_text(client: Client, tell: Callable[..., int], circle: Circle, writer: User) -> None:
    User.objects.filter(pk=writer.pk).update(first_name="<script>alert(1)</script>")
    tell()
    assert "<script>alert" not in client.get(LIST).text


def test_somebody_who_has_gone_is_somebody(client: Client, tell: Callable[..., int], writer: User) -> None:
    tell()
    writer.delete()
    assert client.get(LIST).context["news"][0].sentence == "Somebody wrote in Falls in care homes"


def test_the_bell_counts(client: Client, tell: Callable[..., int]) -> None:
    tell()
    assert 'class="p-header__count">1<' in client.get(LIST).text


# -- opening ------------------------------------------------------------------


def _open(row: Notification) -> str:
    return f"{LIST}{row.pk}/open/"


def test_opening_marks_and_leads_there(
    client: Client, tell: Callable[..., int], reader: User, circle: Circle
) -> None:
    tell()
    for _ in range(2):
        answer = client.post(_open(Notification.objects.get()))
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/discussions/?about={circle.pk}")
        assert _unread(reader) == (0, 0)


def test_opening_what_is_gone_says_so(
    client: Client, tell: Callable[..., int], reader: User, circle: Circle
) -> None:
    tell()
    members_actions.leave(person=reader, circle=circle)
    answer = client.post(_open(Notification.objects.get()), follow=True)
    assert answer.redirect_chain == [(LIST, 303)]
    assert "That is no longer there, or no longer yours to see." in answer.text
    assert _unread(reader) == (0, 0)


def test_another_s_news_is_not_there(signed_in, tell: Callable[..., int], reader: User, writer: User) -> None:
    tell()
    assert signed_in(writer).post(_open(Notification.objects.get())).status_code == 404
    assert _unread(reader) == (1, 1)


def test_opening_needs_an_account(tell: Callable[..., int], reader: User) -> None:
    tell()
    answer = Client().post(_open(Notification.objects.get()))
    assert answer.headers["Location"] == f"/accounts/login/?next={LIST}"
    assert _unread(reader) == (1, 1)


@pytest.mark.parametrize("pk", [0, 4711, 2**63, 10**30])
def test_opening_what_never_was(client: Client, pk: int) -> None:
    assert client.post(f"{LIST}{pk}/open/").status_code == 404


def test_a_get_opens_nothing(client: Client, tell: Callable[..., int], reader: User) -> None:
    tell()
    assert client.get(_open(Notification.objects.get())).status_code == 405
    assert _unread(reader) == (1, 1)


# -- marking all ----------------------------------------------------------------


def test_all_are_marked_up_to_what_was_shown(client: Client, reader: User) -> None:
    rows = _told(reader, 3)
    shown = client.get(LIST).context["newest"]
    assert shown == rows[-1].pk
    _told(reader, 1)
    for _ in range(2):
        answer = client.post(READ, {"up_to": shown})
        assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
        assert _unread(reader) == (1, 1)


@pytest.mark.parametrize("up_to", ["", "x", "-1", "٣", "9" * 40, "\x00"])
def test_without_a_number_all_are_marked(client: Client, reader: User, up_to: str) -> None:
    _told(reader, 2)
    assert client.post(READ, {"up_to": up_to}).status_code == 303
    assert _unread(reader) == (0, 0)


def test_marking_needs_an_account_a_post_and_a_token(client: Client, reader: User) -> None:
    _told(reader, 1)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(READ).status_code == 405
    assert Client().post(READ).headers["Location"] == f"/accounts/login/?next={LIST}"
    assert strict.post(READ).status_code == 403
    assert _unread(reader) == (1, 1)


def test_another_marks_only_their_own(signed_in, reader: User, writer: User) -> None:
    _told(reader, 1)
    assert signed_in(writer).post(READ).status_code == 303
    assert _unread(reader) == (1, 1)


def _choice(person: User) -> tuple[bool, bool]:
    return Profile.objects.values_list("mails_replies", "no_mails").get(user=person)


# -- which mails ----------------------------------------------------------------


def _wants(person: User) -> bool:
    return Profile.objects.get(user=person).mails_replies


def test_mails_are_turned_off_and_on(client: Client, reader: User) -> None:
    assert "checked" in client.get(SETTINGS).text
    for sent, wanted in (({}, False), ({}, False), ({"mails_replies": "on"}, True)):
        answer = client.post(SETTINGS, sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, SETTINGS)
        assert _wants(reader) is wanted
        assert ("checked" in client.get(SETTINGS).text) is wanted


def test_who_has_no_profile_gets_one(client: Client, reader: User) -> None:
    Profile.objects.filter(user=reader).delete()
    assert "checked" in client.get(SETTINGS).text
    client.post(SETTINGS, {})
    assert _wants(reader) is False


def test_choosing_needs_an_account(reader: User) -> None:
    for answer in (Client().get(SETTINGS), Client().post(SETTINGS, {})):
        assert answer.headers["Location"] == f"/accounts/login/?next={SETTINGS}"
    assert _wants(reader) is True


def test_choosing_twice_changes_once(reader: User) -> None:
    for choice in ({"mails_replies": False}, {"no_mails": True}):
        assert actions.choose_mails(person=reader, **choice) is True
        assert actions.choose_mails(person=reader, **choice) is False
    assert _choice(reader) == (False, True)


def test_choosing_needs_a_token_and_a_known_way_to_ask(client: Client, reader: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post(SETTINGS, {}).status_code == 403
    assert client.put(SETTINGS).status_code == 405
    assert _choice(reader) == (True, False)


def test_another_s_choice_is_their_own(signed_in, reader: User, writer: User) -> None:
    signed_in(writer).post(SETTINGS, {"no_mails": "on"})
    assert (_choice(reader), _choice(writer)) == ((True, False), (False, True))


def test_all_mails_are_turned_off_and_on(client: Client, reader: User) -> None:
    for sent, choice in (
        ({"mails_replies": "on", "no_mails": "on"}, (True, True)),
        ({"mails_replies": "on", "no_mails": "on"}, (True, True)),
        ({"mails_replies": "on"}, (True, False)),
    ):
        assert client.post(SETTINGS, sent).status_code == 303
        assert _choice(reader) == choice


def test_the_choice_has_one_wording_everywhere(client: Client, reader: User) -> None:
    for address in (SETTINGS, "/me/profile/"):
        page = client.get(address).text
        assert "Email me when somebody replies to me" in page
        assert "Do not email me at all" in page
        assert "topic I started" not in page


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.dictionaries(st.sampled_from(["mails_replies", "no_mails", "user", "id"]), st.text(max_size=8))
)
def test_nothing_that_is_sent_breaks_the_choice(client: Client, sent: dict[str, str]) -> None:
    assert client.post(SETTINGS, sent).status_code == 303


# -- stopping them by a link ------------------------------------------------------


@pytest.fixture
def stop(reader: User) -> str:
    """The link in the reader's mails."""
    return f"{LIST}unsubscribe/{mails.unsubscribe_token(reader)}/"


def test_a_get_stops_nothing_however_often(stop: str, reader: User) -> None:
    for _ in range(3):
        page = Client().get(stop)
        assert (page.status_code, _wants(reader)) == (200, True)
        assert Client().head(stop).status_code == 200
    assert "Stop these emails" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_a_mail_program_stops_them_in_one_click(stop: str, reader: User) -> None:
    """As RFC 8058 has it: a POST with that body, without a cookie, a token of ours or a redirect."""
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert program.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert _wants(reader) is False


def test_a_person_stops_them_by_the_button(stop: str, reader: User) -> None:
    page = Client(enforce_csrf_checks=True).post(stop)
    assert "The emails have stopped" in page.text
    assert _wants(reader) is False


def test_the_link_stops_nobody_else(stop: str, reader: User, writer: User) -> None:
    Client().post(stop)
    assert (_wants(reader), _wants(writer)) == (False, True)


def test_the_link_names_nobody(stop: str, reader: User) -> None:
    text = Client().get(stop).text
    assert [word for word in (reader.email, reader.first_name, reader.last_name) if word in text] == []


def test_the_link_shows_no_token_of_the_session(stop: str, client: Client) -> None:
    assert client.get(stop).status_code == 200
    assert "Stop these emails" in client.get(stop).text


def test_a_forged_link_is_not_there(reader: User) -> None:
    real = mails.unsubscribe_token(reader)
    forged = [real[:-1], real + "x", signing.dumps(reader.pk, salt="other"), "x", str(reader.pk), "%00"]
    for token in forged:
        assert Client().post(f"{LIST}unsubscribe/{token}/").status_code == 404
    assert _wants(reader) is True


@pytest.fixture
def stop_all(reader: User) -> str:
    """The link in a mail that is always sent."""
    return f"{LIST}unsubscribe/{mails.unsubscribe_token(reader, every=True)}/"


def test_the_link_of_a_mail_that_is_always_sent_stops_all(stop_all: str, reader: User) -> None:
    assert "Stop all emails?" in Client().get(stop_all).text
    assert _choice(reader) == (True, False)
    for _ in range(2):
        page = Client(enforce_csrf_checks=True).post(stop_all)
        assert "We will not email you any more" in page.text
        assert _choice(reader) == (True, True)


def test_the_link_of_a_mail_about_a_reply_stops_those_alone(stop: str, reader: User) -> None:
    assert "Stop emails about replies?" in Client().get(stop).text
    Client().post(stop)
    assert _choice(reader) == (False, False)


def test_the_link_of_a_closed_account(stop: str, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert Client().post(stop).status_code == 404


# -- once a day -----------------------------------------------------------------


def test_what_cannot_be_seen_any_more_leaves_the_counter(
    tell: Callable[..., int], reader: User, circle: Circle
) -> None:
    tell()
    tell(verb=OTHER)
    _told(reader, 1)
    Notification.objects.create(recipient=reader, verb="test.nothing", target_id=1)
    members_actions.leave(person=reader, circle=circle)
    tasks.tidy.call()
    assert _unread(reader) == (1, 1)
    assert Notification.objects.unread().get().verb == TOLD


def test_tidying_leaves_what_is_right(tell: Callable[..., int], reader: User) -> None:
    tell()
    before = Notification.objects.get()
    tasks.tidy.call()
    assert Notification.objects.values("read_at").get() == {"read_at": before.read_at}
    assert _unread(reader) == (1, 1)


# -- who sees what ----------------------------------------------------------------


def test_notifications_and_mails_are_their_recipients_alone(cast, network: Circle) -> None:
    everybody = [cast.admin, cast.editor, cast.facilitator, cast.convener, cast.participant, cast.outsider]
    for person in everybody:
        actions.notify(recipients=[person], verb=MAILED, target_id=network.pk, actor=None)
    for person in everybody:
        own = Notification.objects.visible_to(person)
        assert [row.recipient for row in own] == [person]
        assert [mail.notification for mail in Mail.objects.visible_to(person)] == list(own)


def test_a_visitor_has_none(tell: Callable[..., int], reader: User) -> None:
    from django.contrib.auth.models import AnonymousUser

    tell(verb=MAILED)
    assert not Notification.objects.visible_to(AnonymousUser()).exists()
    assert not Mail.objects.visible_to(AnonymousUser()).exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_name_breaks_the_list_or_the_mail(client: Client, reader: User, circle: Circle, text: str) -> None:
    name = text.replace("\x00", "").encode("utf-8", "ignore").decode() or "x"
    User.objects.filter(pk=reader.pk).update(first_name=name[:150])
    Circle.objects.filter(pk=circle.pk).update(name=name)
    Notification.objects.all().delete()
    actions.notify(recipients=[reader], verb=MAILED, target_id=circle.pk, actor=None)
    assert client.get(LIST).status_code == 200
    mail = actions.claim(mail_id=Mail.objects.get().pk, now=timezone.now())
    assert mails.compose(mail).message()["Subject"] is not None
