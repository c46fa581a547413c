"""Reading and writing messages: each address, for each who may and may not."""

import uuid

import pytest
from django.urls import reverse

from members import actions as members_actions
from members.models import Circle, Profile, User
from relay import actions
from relay.models import Conversation, Message, Report
from tests.factories import UserFactory
from tests.relay.conftest import fresh, unread

pytestmark = pytest.mark.django_db
LIST = "/me/messages/"
STRANGERS = ["outsider", "editor", "facilitator", "admin"]


@pytest.fixture
def visit(cast, signed_in, client):
    """The browser of one of the cast, by name."""
    return lambda who: client if who == "visitor" else signed_in(getattr(cast, who))


def to(person: User) -> str:
    return f"/people/{person.pk}/message/"


# -- a first message ----------------------------------------------------------------


def test_a_first_message_from_somebodys_page(pair, visit):
    browser = visit("participant")
    page = browser.get(f"/people/{pair.convener.pk}/").text
    assert page.count(f'href="{to(pair.convener)}"') == 1
    assert "Send a message to Convener Demo" in page
    form = browser.get(to(pair.convener))
    assert form.text.count("Only you and Convener Demo can read this.") == 1
    response = browser.post(to(pair.convener), {"text": "Hello\r\nthere", "request_key": uuid.uuid4()})
    message = Message.objects.get()
    assert (response.status_code, response["Location"]) == (
        303,
        f"/me/messages/{message.conversation_id}/#message-1",
    )
    assert message.text == "Hello\nthere"
    assert "Hello<br>" in visit("convener").get(message.conversation.get_absolute_url()).text


def test_sent_twice_it_is_one(pair, visit):
    browser, key = visit("participant"), str(uuid.uuid4())
    for _ in range(2):
        assert browser.post(to(pair.convener), {"text": "Hello", "request_key": key}).status_code == 303
    assert Message.objects.count() == 1


def test_with_whom_one_has_written_one_goes_on_there(pair, conversation, visit):
    response = visit("convener").get(to(pair.participant))
    assert (response.status_code, response["Location"]) == (302, conversation.get_absolute_url())
    visit("convener").post(to(pair.participant), {"text": "Gladly"})
    assert fresh(conversation).last_number == 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_asked_to_sign_in(pair, client, method):
    response = getattr(client, method)(to(pair.convener))
    assert response["Location"] == f"/accounts/login/?next={to(pair.convener)}"
    assert not Message.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_cannot_be_seen_cannot_be_written_to(pair, visit, method):
    for who, pk in (
        ("outsider", pair.convener.pk),
        ("participant", pair.editor.pk),  # did not choose to be found, and shares no group
        ("participant", pair.participant.pk),
        ("participant", 999999),
        ("participant", 10**30),
    ):
        assert getattr(visit(who), method)(f"/people/{pk}/message/", {"text": "Hello"}).status_code == 404
    assert not Conversation.objects.exists()


def test_who_shares_a_group_and_is_not_to_be_found_takes_no_messages(pair, visit):
    browser = visit("participant")
    page = browser.get(to(pair.facilitator))
    assert (page.status_code, "form" in page.context and "<textarea" in page.text) == (200, False)
    assert "Facilitator Demo does not take messages at the moment." in page.text
    response = browser.post(to(pair.facilitator), {"text": "My long text"})
    assert (response.status_code, response.context["form"]["text"].value()) == (409, "My long text")
    assert "Send a message" not in browser.get(f"/people/{pair.facilitator.pk}/").text


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "x" * 4001, "\u200b\u2060", "a\x00b", "x" * 1_000_000])
def test_bad_text_is_said_beside_it_and_stays(pair, visit, text):
    response = visit("participant").post(to(pair.convener), {"text": text})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["text"]
    assert response.context["form"]["text"].value() == text
    assert not Message.objects.exists()


def test_a_forged_key_is_an_error_and_no_more(pair, visit):
    response = visit("participant").post(to(pair.convener), {"text": "Hello", "request_key": "x"})
    assert (response.status_code, Message.objects.count()) == (200, 0)


def test_what_is_written_is_shown_as_text(pair, visit):
    visit("participant").post(
        to(pair.convener), {"text": "<script>alert(1)</script> [x](javascript:alert(1)) ![y](//z)"}
    )
    page = visit("convener").get(Conversation.objects.get().get_absolute_url()).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert 'src="//z"' not in page


def test_who_writes_too_often_is_told_and_nothing_is_lost(pair, visit):
    browser = visit("participant")
    answers = [browser.post(to(pair.convener), {"text": f"Message {number}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    last = answers[-1]
    assert last.context["form"]["text"].value() == "Message 5"
    assert "That was too often." in last.text
    assert 0 < int(last["Retry-After"]) <= 3600
    # Another may still write to them, and in a conversation that goes both ways one may write more.
    actions.send(writer=fresh(pair.convener), recipient=fresh(pair.participant), text="Slowly!")
    assert browser.post(to(pair.convener), {"text": "Sorry"}).status_code == 303


def test_twenty_an_hour_and_no_more(pair, conversation, visit):
    actions.send(writer=fresh(pair.convener), recipient=fresh(pair.participant), text="Yes.")
    browser = visit("participant")
    codes = [
        browser.post(conversation.get_absolute_url(), {"text": f"{number}"}).status_code
        for number in range(21)
    ]
    assert codes == [303] * 20 + [429]


# -- a conversation -----------------------------------------------------------------


def test_both_read_it_and_answer(pair, conversation, visit):
    for who in ("participant", "convener"):
        page = visit(who).get(conversation.get_absolute_url())
        assert page.text.count("<em>your</em> huddle?") == 1
        assert visit(who).post(conversation.get_absolute_url(), {"text": f"I am {who}"}).status_code == 303
    assert list(conversation.messages.values_list("number", "author")) == [
        (1, pair.participant.pk),
        (2, pair.participant.pk),
        (3, pair.convener.pk),
    ]


def own_addresses(conversation: Conversation) -> list[tuple[str, str]]:
    pk, message = conversation.pk, conversation.messages.get().pk
    return [
        ("get", f"{LIST}{pk}/"), ("post", f"{LIST}{pk}/"), ("post", f"{LIST}{pk}/open/"), ("get", f"{LIST}{pk}/stop/"),
        ("post", f"{LIST}{pk}/stop/"), ("post", f"{LIST}{pk}/allow/"), ("get", f"{LIST}report/{message}/"),
        ("post", f"{LIST}report/{message}/"),
    ]  # fmt: skip


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_find_nothing(pair, conversation, visit, who):
    before = Conversation.objects.values().get()
    for method, address in own_addresses(conversation):
        answer = getattr(visit(who), method)(address, {"text": "Hello"})
        missing = getattr(visit(who), method)(address.replace(str(conversation.pk), "999999"), {"text": "x"})
        assert (address, answer.status_code, missing.status_code) == (address, 404, 404)
    assert (Conversation.objects.values().get(), Report.objects.count()) == (before, 0)


def test_visitors_are_asked_to_sign_in(pair, conversation, client):
    for method, address in own_addresses(conversation):
        response = getattr(client, method)(address)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/login/")
        back = response["Location"].split("next=")[1]
        assert back in (address, LIST)
    assert client.get(LIST)["Location"] == f"/accounts/login/?next={LIST}"


@pytest.mark.parametrize("name", ["open", "allow"])
def test_what_changes_something_is_no_page(pair, conversation, visit, name):
    assert visit("convener").get(f"{LIST}{conversation.pk}/{name}/").status_code == 405


def test_looking_changes_nothing(pair, conversation, visit):
    before = Conversation.objects.values().get()
    for method, address in own_addresses(conversation):
        if method == "get":
            visit("convener").get(address)
    visit("convener").get(LIST)
    assert (Conversation.objects.values().get(), unread(pair.convener)) == (before, 1)
    assert fresh(pair.convener).unread_notifications == 1


def test_needs_a_token(pair, conversation):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(pair.convener, backend="allauth.account.auth_backends.AuthenticationBackend")
    for method, address in own_addresses(conversation):
        if method == "post":
            assert client.post(address, {"text": "Hello"}).status_code == 403


def test_what_is_new_is_marked_and_opened(pair, conversation, visit):
    browser = visit("convener")
    assert browser.get(LIST).text.count("p-topic-row--unread") == 1
    page = browser.get(conversation.get_absolute_url())
    assert (page.context["new"], page.text.count(">Mark as read<")) == (1, 1)
    for _ in range(2):
        response = browser.post(f"{LIST}{conversation.pk}/open/", {"up_to": "1"})
        assert (response.status_code, response["Location"]) == (303, f"{LIST}{conversation.pk}/#message-1")
    assert (unread(pair.convener), browser.get(LIST).text.count("p-topic-row--unread")) == (0, 0)
    assert browser.get(conversation.get_absolute_url()).context["new"] == 0


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 40, "²", "0"])
def test_forged_numbers_are_no_error(pair, conversation, visit, up_to):
    assert visit("convener").post(f"{LIST}{conversation.pk}/open/", {"up_to": up_to}).status_code == 303


def test_the_header_says_how_many_are_new(pair, conversation, visit, django_assert_num_queries):
    assert (
        'Messages <span class="p-header__count p-header__count--inline">1<'
        in visit("convener").get("/me/").text
    )
    assert "p-header__count--inline" not in visit("participant").get("/me/").text


def test_stopping_and_letting_again(pair, conversation, visit):
    browser, address = visit("convener"), f"{LIST}{conversation.pk}/"
    assert "Do not let Participant Demo write to you again?" in browser.get(f"{address}stop/").text
    for _ in range(2):
        assert browser.post(f"{address}stop/")["Location"] == address
    page = browser.get(address).text
    assert "You asked that Participant Demo does not write to you." in page
    assert "<textarea" not in page
    stopped = visit("participant").get(address)
    assert "Convener Demo does not take messages at the moment." in stopped.text
    assert "<textarea" not in stopped.text
    kept = visit("participant").post(address, {"text": "But why?"})
    assert (kept.status_code, kept.context["form"]["text"].value()) == (409, "But why?")
    for _ in range(2):
        assert browser.post(f"{address}allow/").status_code == 303
    assert "<textarea" in visit("participant").get(address).text


def test_who_is_stopped_and_who_is_hidden_from_read_the_same(pair, conversation, visit):
    address = conversation.get_absolute_url()
    actions.stop(person=pair.convener, conversation=conversation)
    stopped = visit("participant").get(address).context["refused"]
    actions.allow(person=pair.convener, conversation=conversation)
    Profile.objects.filter(user=pair.convener).update(findable=False)
    hidden = visit("participant").get(address).context["refused"]
    User.objects.filter(pk=pair.convener.pk).update(is_active=False)
    closed = visit("participant").get(address).context["refused"]
    assert stopped == hidden == closed != ""


def test_who_has_left_the_network_reads_and_does_not_write(pair, conversation, visit):
    members_actions.leave(person=pair.participant, circle=Circle.objects.network())
    browser = visit("participant")
    page = browser.get(conversation.get_absolute_url())
    assert page.text.count("<em>your</em> huddle?") == 1
    assert "you need to be a member of the network" in page.text
    assert browser.get(LIST).status_code == 200
    assert browser.post(conversation.get_absolute_url(), {"text": "Hello"}).status_code == 409
    assert Message.objects.count() == 1


def test_somebody_whose_account_is_gone(pair, conversation, visit):
    pair.participant.delete()
    browser = visit("convener")
    assert "Someone who has left" in browser.get(LIST).text
    page = browser.get(conversation.get_absolute_url()).text
    assert "Someone who has left does not take messages at the moment." in page
    assert browser.post(conversation.get_absolute_url(), {"text": "Hello"}).status_code == 409
    assert browser.post(f"{LIST}{conversation.pk}/stop/").status_code == 303


# -- reporting ----------------------------------------------------------------------


def test_a_report_says_what_happens_and_is_read_by_the_team(pair, message, visit):
    address = f"{LIST}report/{message.pk}/"
    page = visit("convener").get(address).text
    assert page.count("The programme team will read this one message") == 1
    for _ in range(2):
        assert visit("convener").post(address)["Location"] == message.get_absolute_url()
    report = Report.objects.get()
    shown = visit("admin").get(report.get_absolute_url())
    assert (shown.status_code, shown.text.count("<em>your</em> huddle?")) == (200, 1)
    for who in ("participant", "convener", "editor", "facilitator", "outsider"):
        assert visit(who).get(report.get_absolute_url()).status_code == 404
    news = visit("admin").get("/me/notifications/").text
    assert "Convener Demo reported a message from Participant Demo" in news


def test_nobody_reports_what_they_wrote(pair, message, visit):
    for method in ("get", "post"):
        assert getattr(visit("participant"), method)(f"{LIST}report/{message.pk}/").status_code == 404


# -- lists --------------------------------------------------------------------------


def fill(pair, number: int) -> None:
    for place in range(number):
        other = UserFactory(first_name=f"Other{place:02}", last_name="")
        members_actions.admit(person=other)
        for text in ("Hello.", "Are you there?"):
            actions.send(writer=other, recipient=fresh(pair.convener), text=f"{text} I am {place}")


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_the_list(pair, visit, django_assert_num_queries, number):
    fill(pair, number)
    browser = visit("convener")
    browser.get(LIST)
    with django_assert_num_queries(3):  # session, person, conversations
        assert len(browser.get(LIST).context["rows"]) == min(number, 20)


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_a_conversation(pair, conversation, visit, django_assert_num_queries, number):
    for place in range(number - 1):
        actions.send(writer=fresh(pair.convener), recipient=fresh(pair.participant), text=f"{place}")
    browser = visit("convener")
    browser.get(LIST)
    with django_assert_num_queries(
        6
    ):  # 3 for the person; conversation, messages, whether the other is a member
        assert len(browser.get(conversation.get_absolute_url()).context["rows"]) == min(number, 20)


def test_the_list_goes_on_and_back(pair, visit):
    fill(pair, 25)
    browser = visit("convener")
    first = browser.get(LIST)
    assert [row["name"] for row in first.context["rows"]] == [
        f"Other{place:02}" for place in range(24, 4, -1)
    ]
    second = browser.get(LIST + first.context["older_url"])
    assert [row["name"] for row in second.context["rows"]] == [
        f"Other{place:02}" for place in range(4, -1, -1)
    ]
    back = browser.get(LIST + second.context["newer_url"])
    assert back.context["rows"] == first.context["rows"]


def test_a_long_conversation_begins_at_its_end(pair, conversation, visit):
    for place in range(2, 31):
        actions.send(writer=fresh(pair.convener), recipient=fresh(pair.participant), text=f"{place}")
    browser, address = visit("participant"), conversation.get_absolute_url()
    page = browser.get(address)
    assert [row["number"] for row in page.context["rows"]] == list(range(11, 31))
    earlier = browser.get(address + page.context["earlier_url"])
    assert [row["number"] for row in earlier.context["rows"]] == list(range(1, 11))
    assert earlier.context["earlier_url"] == ""
    later = browser.get(address + earlier.context["later_url"])
    assert [row["number"] for row in later.context["rows"]] == list(range(11, 31))


@pytest.mark.parametrize("cursor", ["x", "%00", "e30", "W10", "x" * 5000])
def test_a_forged_cursor_is_not_found(pair, conversation, visit, cursor):
    for address in (LIST, conversation.get_absolute_url()):
        assert visit("convener").get(f"{address}?cursor={cursor}").status_code == 404


def test_an_empty_list_leads_to_people(pair, visit):
    assert "No messages yet." in visit("participant").get(LIST).text


# -- on other pages -----------------------------------------------------------------


def test_conveners_who_can_be_found_can_be_written_to_from_their_community(pair, pages, visit):
    address = "/communities/falls-in-care-homes/"
    link = f'href="{to(pair.convener)}"'
    assert visit("participant").get(address).text.count(link) == 1
    for who in ("convener", "outsider", "visitor"):
        assert link not in visit(who).get(address).text
    Profile.objects.filter(user=pair.convener).update(findable=False)
    assert link not in visit("participant").get(address).text


def test_who_has_left_the_network_is_offered_to_nobody(pair, pages, visit):
    addresses = ("/communities/falls-in-care-homes/", f"/people/{pair.convener.pk}/")
    offered = [to(pair.convener) in visit("participant").get(address).text for address in addresses]
    members_actions.leave(person=pair.convener, circle=Circle.objects.network())
    after = [to(pair.convener) in visit("participant").get(address).text for address in addresses]
    assert (offered, after) == ([True, True], [False, False])


def test_the_names_of_addresses_are_as_they_were():
    assert reverse("write", args=[7]) == "/people/7/message/"
    assert reverse("relay:list") == LIST
