"""The page behind a link: who asks, for what; it acts on a POST alone, once."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from guests import actions
from guests.enums import InvitationState
from guests.models import GuestLink, GuestQuestion, Invitation
from guests.querysets import hash_of
from members import actions as members
from members.enums import State
from members.errors import NotOpen
from members.models import Membership, User
from notifications.models import Mail, Notification
from tests.guests.conftest import ACCOUNT, NEW, PASSWORD, confirm, fresh
from tests.hostile import TEXT

# -- the secret ------------------------------------------------------------------


def test_its_secret_is_kept_as_a_hash_only(link: GuestLink) -> None:
    token = link.path.split("/")[2]
    assert len(token) == 43
    stored = [str(value) for value in GuestLink.objects.filter(pk=link.pk).values_list().get()]
    assert [value for value in stored if token in value] == []
    assert link.secret_hash == hash_of(token)


def test_each_has_its_own(invite) -> None:
    paths = {
        actions_link.path for actions_link in (_link(invite("a@example.org")), _link(invite("b@example.org")))
    }
    assert len(paths) == 2


def _link(one: Invitation) -> GuestLink:
    return GuestLink.objects.get(target_id=one.pk)


def test_it_opens_after_the_portals_key_has_changed(link: GuestLink, pages, client, settings) -> None:
    path, old = link.path, settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-" * 6
    assert link.path == ""
    assert client.get(path).status_code == 200
    settings.SECRET_KEY_FALLBACKS = [old]
    assert link.path == path


# -- what the page says ------------------------------------------------------------


def test_it_says_who_asks_for_what_until_when_and_who_sees_the_answer(invite, pages, client) -> None:
    with time_machine.travel("2027-02-01 12:00", tick=False):
        link = _link(invite(message="We <b>miss</b> you."))
        page = client.get(link.path).text
    for words in (
        "Will you join Falls in care homes?",
        "Convener Demo asks you.",
        "We &lt;b&gt;miss&lt;/b&gt; you.",
        "a member",
        "3 March 2027",
        "Convener Demo and the conveners of Falls in care homes see your answer.",
        "It opens nothing else.",
        NEW,
    ):
        assert words in page
    for button in ('value="yes"', 'value="no"', 'value="ask"'):
        assert page.count(button) == 1


def test_its_headers_keep_it_to_its_reader(link: GuestLink, pages, client) -> None:
    answer = client.get(link.path)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text


def test_an_unknown_link_is_not_there_for_anybody(link: GuestLink, pages, client, signed_in, cast) -> None:
    for token in ("x", link.path.split("/")[2][:-1], "A" * 43, "é", "a" * 5000):
        for browser in (client, signed_in(cast.admin)):
            for method in (browser.get, browser.post):
                assert method(f"/guest/{token}/").status_code == 404


def test_a_link_of_a_kind_that_is_gone_is_not_there(link: GuestLink, pages, client) -> None:
    GuestLink.objects.update(kind="guests.nothing")
    assert client.get(link.path).status_code == 404
    with pytest.raises(NotOpen):
        actions.answer(link=GuestLink.objects.get(), user=None, yes=True)


@pytest.mark.parametrize("number", [1, 30])
def test_its_cost(invite, pages, client, django_assert_num_queries, number) -> None:
    links = [_link(invite(f"p{place}@example.org")) for place in range(number)]
    client.get(links[-1].path)
    with django_assert_num_queries(4):  # the link, the invitation, and whether there is an account
        client.get(links[0].path)


# -- a GET changes nothing -----------------------------------------------------------


def test_a_hundred_scanners_leave_it_as_it_is(link: GuestLink, pages) -> None:
    before = (GuestLink.objects.values().get(), Invitation.objects.values().get())
    for _ in range(50):
        assert Client().get(link.path, headers={"sec-purpose": "prefetch;prerender"}).status_code == 200
        assert Client().head(link.path).status_code == 200
    assert (GuestLink.objects.values().get(), Invitation.objects.values().get()) == before
    assert Client().post(link.path, ACCOUNT).status_code == 302
    assert Invitation.objects.get().state == InvitationState.ACCEPTED


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(link: GuestLink, pages, client, method) -> None:
    assert getattr(client, method)(link.path).status_code == 405


def test_it_needs_a_token_and_gives_the_cookie_for_it(link: GuestLink, pages) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(link.path, {"do": "no"}).status_code == 403
    browser.get(link.path)
    token = browser.cookies["csrftoken"].value
    assert browser.post(link.path, {"do": "no", "csrfmiddlewaretoken": token}).status_code == 302
    assert Invitation.objects.get().state == InvitationState.DECLINED


def test_a_post_of_nothing_changes_nothing(link: GuestLink, pages, client) -> None:
    for sent in ({}, {"do": "x"}, {"do": "YES"}):
        assert client.post(link.path, sent).status_code == 409
    assert Invitation.objects.get().state == InvitationState.OPEN


# -- yes, without an account -----------------------------------------------------------


def test_yes_makes_an_account_that_is_in_this_community_alone(link: GuestLink, pages, client, cast) -> None:
    answer = client.post(link.path, ACCOUNT)
    assert (answer.status_code, answer["Location"]) == (302, "/communities/falls-in-care-homes/")
    person = User.objects.get(email=NEW)
    assert (person.name, person.check_password(PASSWORD)) == ("Pat Lee", True)
    places = Membership.objects.filter(person=person).values_list("circle", "role", "state")
    assert list(places) == [(cast.community.circle_id, "member", State.ACTIVE)]
    assert person.is_network_member is False
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]
    assert client.session["_auth_user_id"] == str(person.pk)
    assert "Welcome. You are in Falls in care homes now." in client.get(answer["Location"]).text


def test_sent_twice_it_is_done_once(link: GuestLink, pages) -> None:
    for _ in range(2):
        assert Client().post(link.path, ACCOUNT).status_code in (200, 302)
    assert (User.objects.filter(email=NEW).count(), Membership.objects.filter(person__email=NEW).count()) == (
        1,
        1,
    )


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"first_name": ""}, "Enter your first name."),
        ({"password": ""}, "Enter a password."),
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "pat@example.org"}, "too similar to the e-mail address"),
        ({"first_name": "x" * 200}, "150"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(link: GuestLink, pages, client, sent, words) -> None:
    page = client.post(link.path, {**ACCOUNT, **sent})
    assert page.status_code == 200
    assert words in page.text
    assert 'value="Lee"' in page.text
    assert (PASSWORD in page.text, "There is a problem" in page.text) == (False, True)
    assert not User.objects.filter(email=NEW).exists()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT, password=TEXT, text=TEXT)
def test_no_text_breaks_it(link: GuestLink, pages, name, password, text) -> None:
    sent = {"do": "yes", "first_name": name, "last_name": name, "password": password}
    assert Client().post(link.path, sent).status_code in (200, 302, 410, 429)
    assert Client().post(link.path, {"do": "ask", "text": text}).status_code in (200, 302, 410, 429)


def test_tries_are_counted_and_nothing_is_lost(link: GuestLink, pages, client) -> None:
    for _ in range(20):
        client.post(link.path, {**ACCOUNT, "password": "short"})
    page = client.post(link.path, ACCOUNT)
    assert (page.status_code, int(page["Retry-After"]) > 0) == (429, True)
    assert "That was too often." in page.text
    assert 'value="Lee"' in page.text
    assert client.get(link.path).status_code == 200


# -- yes, with an account ----------------------------------------------------------------


def test_who_has_an_account_signs_in_first(invite, pages, client, cast, signed_in) -> None:
    link = _link(invite(cast.outsider.email))
    page = client.get(link.path)
    assert f'href="/accounts/login/?next={link.path}"' in page.text
    assert ('name="password"' in page.text, 'value="yes"' in page.text) == (False, False)
    assert client.post(link.path, ACCOUNT).status_code == 409
    assert signed_in(cast.outsider).post(link.path, {"do": "yes"}).status_code == 302
    assert fresh(cast.outsider).circle_ids == {cast.community.circle_id}


def test_a_second_confirmed_address_is_an_account_too(invite, pages, client, cast, signed_in) -> None:
    confirm(cast.outsider, "second@example.org")
    link = _link(invite("second@example.org"))
    assert 'name="password"' not in client.get(link.path).text
    assert signed_in(cast.outsider).post(link.path, {"do": "yes"}).status_code == 302
    assert fresh(cast.outsider).circle_ids == {cast.community.circle_id}


def test_another_address_of_theirs_is_confirmed_first(link: GuestLink, pages, cast, signed_in) -> None:
    browser = signed_in(cast.outsider)
    assert f"Yes, {NEW} is mine too." in browser.get(link.path).text
    assert "Confirm that it is for you." in browser.post(link.path, {"do": "yes"}).text
    assert fresh(cast.outsider).circle_ids == frozenset()
    assert browser.post(link.path, {"do": "yes", "mine": "on"}).status_code == 302
    assert fresh(cast.outsider).circle_ids == {cast.community.circle_id}
    assert not User.objects.filter(email=NEW).exists()


def test_an_address_of_anothers_account_is_not_taken_over(invite, pages, cast, signed_in) -> None:
    link = _link(invite(cast.outsider.email))
    browser = signed_in(cast.editor)
    assert "belongs to another account" in browser.get(link.path).text
    assert browser.post(link.path, {"do": "yes", "mine": "on"}).status_code == 409
    assert cast.community.circle_id not in fresh(cast.editor).circle_ids


# -- no ----------------------------------------------------------------------------------


def test_no_is_told_to_who_asked(link: GuestLink, pages, client, cast) -> None:
    for _ in range(2):
        client.post(link.path, {"do": "no"})
    assert "You have said no" in client.get(link.path).text
    assert list(Notification.objects.values_list("recipient__email", "verb")) == [
        (cast.convener.email, "guests.declined")
    ]
    assert not User.objects.filter(email=NEW).exists()


# -- a question --------------------------------------------------------------------------


def test_a_question_goes_to_who_asked(link: GuestLink, pages, client, cast, signed_in) -> None:
    for _ in range(2):
        assert client.post(link.path, {"do": "ask", "text": "Who else is in it?"}).status_code == 302
    assert "Your question is on its way." in client.get(link.path).text
    question = GuestQuestion.objects.get()
    browser = signed_in(cast.convener)
    assert f"{NEW} has a question before they answer you" in browser.get("/me/notifications/").text
    page = browser.get(f"/groups/questions/{question.pk}/")
    assert ("Who else is in it?" in page.text, f"mailto:{NEW}" in page.text) == (True, True)
    for stranger in (cast.participant, cast.outsider, cast.admin):
        assert signed_in(stranger).get(f"/groups/questions/{question.pk}/").status_code == 404
    assert Client().get(f"/groups/questions/{question.pk}/").status_code == 302


def test_an_empty_question_is_asked_for(link: GuestLink, pages, client) -> None:
    assert "Write your question." in client.post(link.path, {"do": "ask", "text": " "}).text
    assert GuestQuestion.objects.count() == 0


def test_five_questions_are_enough(link: GuestLink) -> None:
    for number in range(5):
        actions.ask_question(link=link, text=f"Question {number}?")
    with pytest.raises(NotOpen):
        actions.ask_question(link=link, text="Question 6?")


def test_who_leads_no_more_hears_no_question(link: GuestLink, cast, circle, member) -> None:
    mine = Membership.objects.get(person=cast.convener, circle=circle)
    members.hand_over(mine=mine, to=member)
    actions.ask_question(link=link, text="Still?")
    told = Notification.objects.get(verb="guests.question")
    assert told.recipient == cast.participant
    question = GuestQuestion.objects.get()
    assert (question.can_see(fresh(cast.convener)), question.can_see(fresh(cast.participant))) == (
        False,
        True,
    )


# -- closed ------------------------------------------------------------------------------


def _secrets(page, cast) -> list[str]:
    return [word for word in ("Falls in care homes", cast.convener.name, NEW) if word in page.text]


def test_a_revoked_link_says_so_and_nothing_else(link: GuestLink, pages, client, cast) -> None:
    assert actions.revoke_link(link=link, by=cast.convener) is True
    assert actions.revoke_link(link=link, by=cast.convener) is False
    page = client.get(link.path)
    assert (page.status_code, _secrets(page, cast)) == (410, [])
    assert "taken it back" in page.text
    assert client.post(link.path, ACCOUNT).status_code == 410
    assert not User.objects.filter(email=NEW).exists()


def test_one_that_has_ended_says_until_when_it_held(link: GuestLink, pages, client, cast) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        page = client.get(link.path)
        assert (page.status_code, _secrets(page, cast)) == (410, [])
        assert "It could be answered until" in page.text
        assert client.post(link.path, ACCOUNT).status_code == 410


def test_one_whose_thing_is_gone(link: GuestLink, pages, client, cast) -> None:
    members.end_circle(circle=cast.community.circle)
    page = client.get(link.path)
    assert (page.status_code, _secrets(page, cast)) == (410, [])
    assert "This is no longer needed" in page.text
    assert client.post(link.path, {"do": "no"}).status_code == 410


def test_one_that_is_answered(link: GuestLink, pages, client, cast) -> None:
    Client().post(link.path, ACCOUNT)
    page = client.get(link.path)
    assert (page.status_code, _secrets(page, cast)) == (200, [])
    assert "You have said yes" in page.text


@pytest.mark.parametrize("do", ["yes", "no"])
def test_what_is_withdrawn_while_it_is_open_stays_withdrawn(link: GuestLink, invitation, cast, do) -> None:
    actions.withdraw_invitation(invitation=invitation, by=cast.convener)
    given = {"first_name": "P", "last_name": "", "password": PASSWORD} if do == "yes" else {}
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(NotOpen):
        actions.answer(link=link, user=AnonymousUser(), yes=do == "yes", **given)
    assert Invitation.objects.get().state == InvitationState.WITHDRAWN
    assert not User.objects.filter(email=NEW).exists()


def test_a_link_revoked_between_undoes_the_answer(link: GuestLink, invitation, cast) -> None:
    """The invitation stands, its link does not: nothing is left behind of the try."""
    from django.contrib.auth.models import AnonymousUser

    GuestLink.objects.update(revoked_at=timezone.now())
    with pytest.raises(NotOpen):
        actions.answer(
            link=link, user=AnonymousUser(), yes=True, first_name="P", last_name="", password=PASSWORD
        )
    assert (Invitation.objects.get().state, User.objects.filter(email=NEW).exists()) == ("open", False)
    assert Mail.objects.filter(notification__isnull=False).count() == 0


def test_a_link_for_another_kind_of_thing(db, cast) -> None:
    """Later rooms make links of their own kinds by the same action."""
    until = timezone.now() + timedelta(days=2)
    link = actions.make_link(
        kind="x.y", target_id=3, email="A@Example.org", asked_by=cast.convener, expires_at=until
    )
    assert (link.email, link.expires_at, link.is_open(timezone.now())) == ("a@example.org", until, True)
    assert GuestLink.objects.by_token(link.path.split("/")[2]) == link
