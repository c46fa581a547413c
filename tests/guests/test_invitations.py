"""Inviting: who may, whom, what it says, and what it gives."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from guests import actions, tasks
from guests.addresses import MOST, read
from guests.enums import InvitationState
from guests.models import GuestLink, GuestQuestion, Invitation
from guests.standing import standing
from members import actions as members
from members.enums import CircleKind, Role
from members.errors import CircleEnded, NotOpen, TooOften
from members.models import Circle, Membership
from notifications.actions import stop_writing
from notifications.models import Mail, Notification
from portal.editors import ensure_editor_group
from tests.factories import CircleFactory, UserFactory
from tests.guests.conftest import ACCOUNT, NEW, confirm, fresh, link_of, mailed_link
from tests.hostile import TEXT

PAGE = "/groups/{}/invite/"
EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider"]


@pytest.fixture
def desk(circle) -> str:
    """Where the convener invites."""
    return PAGE.format(circle.slug)


# -- who may -----------------------------------------------------------------------


def _may(cast, signed_in, address: str) -> set[str]:
    found = {who: signed_in(getattr(cast, who)).get(address).status_code for who in EVERYBODY}
    assert set(found.values()) <= {200, 404}
    return {who for who, status in found.items() if status == 200}


def test_who_may_invite_to_what(cast, pages, signed_in, circle) -> None:
    ensure_editor_group()
    group = CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle)
    members.join(person=cast.participant, circle=group, role=Role.LEAD)
    assert _may(cast, signed_in, PAGE.format(circle.slug)) == {"convener"}
    assert _may(cast, signed_in, PAGE.format(group.slug)) == {"participant"}
    assert _may(cast, signed_in, PAGE.format(cast.cohort.circle.slug)) == {"facilitator", "editor", "admin"}
    assert _may(cast, signed_in, PAGE.format("network")) == {"editor", "admin"}
    assert _may(cast, signed_in, PAGE.format("no-such-group")) == set()


def test_a_visitor_signs_in_first(pages, client, desk) -> None:
    assert client.get(desk)["Location"] == f"/accounts/login/?next={desk}"
    assert client.post(desk, {"addresses": NEW}).status_code == 302
    assert Invitation.objects.count() == 0


def test_a_stranger_invites_nobody(cast, pages, signed_in, desk) -> None:
    for person in (cast.participant, cast.outsider, cast.admin):
        assert signed_in(person).post(desk, _sent(NEW)).status_code == 404
    assert Invitation.objects.count() == 0


def test_nobody_invites_to_what_has_ended(cast, pages, signed_in, desk, circle) -> None:
    members.end_circle(circle=circle)
    assert signed_in(cast.convener).post(desk, _sent(NEW)).status_code == 404
    with pytest.raises(CircleEnded):
        actions.invite(circle=circle, by=cast.convener, addresses=[NEW])


# -- the form ------------------------------------------------------------------------


def _sent(addresses: str, do: str = "send", **more: str) -> dict[str, str]:
    return {"addresses": addresses, "role": "member", "message": "Come.", "do": do, **more}


def test_a_look_says_how_each_stands_and_sends_nothing(
    cast, pages, signed_in, desk, invitation, circle
) -> None:
    actions.decline_invitation(
        invitation=actions.invite(circle=circle, by=cast.convener, addresses=["no@example.org"])[0]
    )
    typed = (
        f"new@example.org\n{NEW}\nConvener <{cast.convener.email}>\nno@example.org\nnonsense\nNEW@example.org"
    )
    before = Invitation.objects.count()
    text = signed_in(cast.convener).post(desk, _sent(typed, do="look")).text
    assert Invitation.objects.count() == before
    assert "1 person will be invited" in text
    for words in (
        "Will be invited", "Invited already", "In it already", "Said no not long ago",
        "Not an email address", "In your list twice",
    ):  # fmt: skip
        assert text.count(f">{words}<") == 1
    assert "nonsense\nNEW@example.org</textarea>" in text.replace("\r\n", "\n")


def test_it_sends_to_those_who_are_new(
    cast, pages, signed_in, desk, django_capture_on_commit_callbacks
) -> None:
    browser = signed_in(cast.convener)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            answer = browser.post(desk, _sent(f"{NEW}, two@example.org;nonsense\n{cast.convener.email}"))
            assert (answer.status_code, answer["Location"]) == (303, desk)
    assert sorted(Invitation.objects.values_list("email", flat=True)) == [NEW, "two@example.org"]
    assert sorted(message.to[0] for message in mail.outbox) == [NEW, "two@example.org"]
    shown = browser.get(desk).text
    assert ("2 invitations are on their way." in shown, "Nobody new was invited" in shown) == (True, True)
    assert shown.count("Take it back") == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"addresses": ""}, "Enter at least one email address."),
        ({"addresses": " ,;\n"}, "Enter at least one email address."),
        ({"addresses": "\n".join(f"p{n}@example.org" for n in range(MOST + 1))}, "These are 101 addresses."),
        ({"addresses": "x" * 40_001}, "40000"),
        ({"message": "x" * 1001}, "1000"),
        ({"role": "owner"}, "Select a valid choice."),
        ({"role": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said(cast, pages, signed_in, desk, sent, words) -> None:
    answer = signed_in(cast.convener).post(desk, {**_sent(NEW), **sent})
    assert (answer.status_code, "There is a problem" in answer.text) == (200, True)
    assert words in answer.text
    assert Invitation.objects.count() == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT)
def test_no_text_breaks_it(cast, pages, signed_in, desk, text) -> None:
    browser = signed_in(cast.convener)
    for sent in (_sent(text, do="look"), _sent(text), _sent(NEW, do="look", message=text, role=text)):
        assert browser.post(desk, sent).status_code in (200, 303, 429)


@pytest.mark.parametrize("number", [1, 30])
def test_cost_of_the_page(cast, pages, signed_in, desk, circle, number, django_assert_num_queries) -> None:
    actions.invite(circle=circle, by=cast.convener, addresses=[f"p{n}@example.org" for n in range(number)])
    browser = signed_in(cast.convener)
    browser.get(desk)
    with django_assert_num_queries(
        7
    ):  # three for the person, two for their rights, the circle, the invitations
        browser.get(desk)


@pytest.mark.parametrize("number", [1, 30])
def test_cost_of_inviting(cast, circle, number, django_assert_num_queries) -> None:
    addresses = [f"p{n}@example.org" for n in range(number)]
    with django_assert_num_queries(17):
        actions.invite(circle=circle, by=cast.convener, addresses=addresses)


def test_lines_are_read_as_people_paste_them() -> None:
    typed = read('a@example.org\r\n "Lee, Pat" <Pat@Example.org> ;; b@example.org,\n<c@example.org>\n@x\n')
    assert [one.email for one in typed] == [
        "a@example.org", "", "pat@example.org", "b@example.org", "c@example.org", "",
    ]  # fmt: skip
    assert read("x" * 300 + "@example.org")[0].email == ""


def test_tries_are_counted(cast, pages, signed_in, desk) -> None:
    from members.limits import RATES

    before = RATES["invite"]
    RATES["invite"] = "1/h/user"
    try:
        browser = signed_in(cast.convener)
        browser.post(desk, _sent(NEW))
        answer = browser.post(desk, _sent("two@example.org"))
    finally:
        RATES["invite"] = before
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert ("two@example.org" in answer.text, "That was too often." in answer.text) == (True, True)
    assert Invitation.objects.count() == 1


def test_so_many_a_day_and_no_more(cast, circle, monkeypatch) -> None:
    monkeypatch.setattr("guests.actions.invitations.MOST_A_DAY", 2)
    actions.invite(circle=circle, by=cast.convener, addresses=["a@example.org", "b@example.org"])
    with pytest.raises(TooOften):
        actions.invite(circle=circle, by=cast.convener, addresses=["c@example.org"])
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert len(actions.invite(circle=circle, by=cast.convener, addresses=["c@example.org"])) == 1


# -- known and unknown -----------------------------------------------------------------


def test_it_does_the_same_for_who_has_an_account_and_who_has_none(cast, pages, signed_in, desk) -> None:
    """Shown on the work: the same statements, the same answer."""
    confirm(cast.outsider)
    browser = signed_in(cast.convener)
    work, answers = [], []
    for email in ("first@example.org", cast.outsider.email, "nobodys@example.org"):
        browser.get(desk)  # reads what was said before
        with CaptureQueriesContext(connection) as seen:
            for do in ("look", "send"):
                answer = browser.post(desk, _sent(email, do=do))
                answers.append(
                    (answer.status_code, answer.text.replace(email, "").replace(_token(answer), ""))
                )
        work.append([re.sub(r"\d+", "", re.split(r" VALUES | SET ", one["sql"])[0])[:60] for one in seen])
    assert work[1] == work[2]
    assert [status for status, _ in answers] == [200, 303] * 3
    assert _table(answers[2][1]) == _table(answers[4][1])


def _token(answer) -> str:
    return str(answer.context["csrf_token"]) if answer.context else " "


def _table(text: str) -> str:
    return text[text.index("Nothing has been sent yet") : text.index("Email addresses")]


def test_who_has_an_account_finds_it_under_the_bell(cast, pages, signed_in, invite) -> None:
    confirm(cast.outsider)
    one = invite(cast.outsider.email)
    tasks.tell_invited.call([one.pk])
    tasks.tell_invited.call([one.pk])
    assert Notification.objects.get().recipient == cast.outsider
    browser = signed_in(cast.outsider)
    assert "Convener Demo invites you to join Falls in care homes" in browser.get("/me/notifications/").text
    address = f"/groups/invitations/{one.pk}/"
    assert "Will you join Falls in care homes?" in browser.get(address).text
    assert browser.post(address, {"do": "x"})["Location"] == address
    assert browser.post(address, {"do": "yes"}).status_code == 302
    assert fresh(cast.outsider).circle_ids == {cast.community.circle_id}
    assert link_of(one).answer == "yes"
    assert "This invitation is closed" in browser.get(address).text
    assert browser.post(address, {"do": "no"})["Location"] == address
    assert Invitation.objects.get().state == InvitationState.ACCEPTED


def test_taken_back_it_says_nothing_of_the_group_any_more(cast, pages, signed_in, invite) -> None:
    """It may be called something else by now, and be nobody else's business."""
    confirm(cast.outsider)
    one = invite(cast.outsider.email, message="We meet on Tuesdays.")
    tasks.tell_invited.call([one.pk])
    actions.withdraw_invitation(invitation=one, by=cast.convener)
    Circle.objects.filter(pk=one.circle_id).update(name="Ward 7 grievance")
    for path in (f"/groups/invitations/{one.pk}/", "/me/notifications/"):
        answer = signed_in(cast.outsider).get(path)
        assert answer.status_code == 200
        assert "Ward 7" not in answer.text
        assert "Tuesdays" not in answer.text


def test_and_says_no_there(cast, pages, signed_in, invite) -> None:
    confirm(cast.outsider)
    one = invite(cast.outsider.email)
    assert signed_in(cast.outsider).post(f"/groups/invitations/{one.pk}/", {"do": "no"})["Location"] == "/me/"
    assert (Invitation.objects.get().state, link_of(one).answer) == (InvitationState.DECLINED, "no")


def test_an_address_that_is_not_proved_gives_nothing(cast, pages, signed_in, invite) -> None:
    from allauth.account.models import EmailAddress

    one = invite(cast.outsider.email)
    EmailAddress.objects.create(user=cast.outsider, email=cast.outsider.email, verified=False)
    EmailAddress.objects.create(user=cast.participant, email=cast.outsider.email, verified=False)
    tasks.tell_invited.call([one.pk])
    assert Notification.objects.count() == 0
    for person in (cast.outsider, cast.participant):
        for method in ("get", "post"):
            assert getattr(signed_in(person), method)(f"/groups/invitations/{one.pk}/").status_code == 404


def test_who_invited_is_led_to_the_list(cast, pages, signed_in, invitation, desk) -> None:
    answer = signed_in(cast.convener).get(f"/groups/invitations/{invitation.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, desk)
    assert Client().get(f"/groups/invitations/{invitation.pk}/").status_code == 302


# -- the mail ----------------------------------------------------------------------------


def test_the_mail_says_who_asks_and_why_it_comes(
    invite, django_capture_on_commit_callbacks, pages, client
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        one = invite(message="We meet on Tuesdays. <img src=x>")
    [message] = mail.outbox
    html = message.alternatives[0][0]
    assert message.subject == "Convener Demo invites you to join Falls in care homes"
    for body in (message.body, html):
        assert "We meet on Tuesdays." in body
        assert "Convener Demo gave us your address to invite you" in body
        assert f"http://testserver{link_of(one).path}" in body
        assert "http://testserver/me/notifications/unsubscribe/" in body
        assert "You need no account for that." in body
    assert ("<img" in html, "<style" in html) == (False, False)
    assert message.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(mailed_link()).status_code == 200


@pytest.mark.parametrize("what", ["answered", "withdrawn", "ended", "over", "gone", "key", "unwritten"])
def test_a_mail_that_is_no_longer_wanted_is_not_sent(invitation, cast, circle, what, settings) -> None:
    from notifications import tasks as notifications

    later = timezone.now()
    if what == "answered":
        actions.decline_invitation(invitation=invitation)
    elif what == "withdrawn":
        actions.withdraw_invitation(invitation=invitation, by=cast.convener)
    elif what == "ended":
        members.end_circle(circle=circle)
    elif what == "over":
        later += timedelta(days=31)
    elif what == "gone":
        Invitation.objects.all().delete()
    elif what == "key":
        settings.SECRET_KEY = "another-key-" * 6
    else:
        stop_writing(email=NEW.upper())
    with time_machine.travel(later, tick=False):
        notifications.send_due_mails.call()
    assert (mail.outbox, Mail.objects.get(letter="guests.invitation").state) == ([], "dropped")


# -- what it gives -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["network", "cohort", "community", "group"])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.LEAD])
def test_it_gives_that_place_and_no_more(cast, kind, role) -> None:
    """Line 13 of the threats: not the network for a community, not the cohort for a group inside it."""
    circles = {
        "network": Circle.objects.network(),
        "cohort": cast.cohort.circle,
        "community": cast.community.circle,
        "group": CircleFactory(kind=CircleKind.GROUP, parent=cast.cohort.circle),
    }
    if kind in ("community", "group"):  # those are their own leads' to invite to
        members.join(person=cast.admin, circle=circles[kind], role=Role.LEAD)
    [one] = actions.invite(circle=circles[kind], by=cast.admin, addresses=[cast.outsider.email], role=role)
    actions.accept_invitation(invitation=one, person=cast.outsider)
    person = fresh(cast.outsider)
    assert person.circle_ids == {circles[kind].pk}
    assert person.led_circle_ids == ({circles[kind].pk} if role == Role.LEAD else frozenset())
    assert (person.is_staff, person.groups.count()) == (False, 0)


def test_it_lowers_nobody(cast, circle, invite) -> None:
    one = invite("other@example.org")
    actions.accept_invitation(invitation=one, person=cast.convener)
    assert fresh(cast.convener).led_circle_ids == {circle.pk}


def test_an_invitation_settles_what_one_has_asked_for(cast, circle, asking, invite) -> None:
    actions.accept_invitation(invitation=invite("x@example.org"), person=cast.participant)
    asking.refresh_from_db()
    assert asking.state == "active"


def test_who_invited_is_told(cast, invitation) -> None:
    actions.accept_invitation(invitation=invitation, person=cast.outsider)
    told = Notification.objects.get()
    assert (told.recipient, told.verb, told.actor) == (cast.convener, "guests.accepted", cast.outsider)


# -- taken back, over ----------------------------------------------------------------------


def test_it_is_taken_back(cast, pages, signed_in, invitation, desk, client) -> None:
    address = f"/groups/invitations/{invitation.pk}/withdraw/"
    browser = signed_in(cast.convener)
    for _ in range(2):
        assert browser.post(address)["Location"] == desk
    assert Invitation.objects.get().state == InvitationState.WITHDRAWN
    link = link_of(invitation)
    assert (link.revoked_by, link.answer) == (cast.convener, "")
    assert client.get(link.path).status_code == 410


def test_only_by_who_looks_after_it(cast, pages, signed_in, invitation) -> None:
    address = f"/groups/invitations/{invitation.pk}/withdraw/"
    for person in (cast.participant, cast.outsider, cast.admin):
        assert signed_in(person).post(address).status_code == 404
    assert Client().post(address)["Location"] == "/accounts/login/?next=/groups/"
    assert signed_in(cast.convener).get(address).status_code == 405
    assert signed_in(cast.convener).post("/groups/invitations/999/withdraw/").status_code == 404
    assert Invitation.objects.get().state == InvitationState.OPEN


def test_one_can_be_asked_again_after_it(cast, circle, invitation) -> None:
    actions.withdraw_invitation(invitation=invitation, by=cast.convener)
    assert len(actions.invite(circle=circle, by=cast.convener, addresses=[NEW])) == 1


def test_who_said_no_is_left_alone_for_a_month(cast, circle, invitation) -> None:
    actions.decline_invitation(invitation=invitation)
    assert actions.invite(circle=circle, by=cast.convener, addresses=[NEW]) == []
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert len(actions.invite(circle=circle, by=cast.convener, addresses=[NEW])) == 1


def test_what_is_not_answered_in_time_ends(cast, circle, invitation) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with pytest.raises(NotOpen):
            actions.accept_invitation(invitation=invitation, person=cast.outsider)
        assert len(actions.invite(circle=circle, by=cast.convener, addresses=[NEW])) == 1
        assert Invitation.objects.get(pk=invitation.pk).state == InvitationState.EXPIRED


def test_each_night_what_is_over_is_called_so(invitation) -> None:
    tasks.expire.call()
    assert Invitation.objects.get().state == InvitationState.OPEN
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        tasks.expire.call()
    assert Invitation.objects.get().state == InvitationState.EXPIRED


# -- the database --------------------------------------------------------------------------


def test_the_database_takes_one_open_invitation_for_an_address(invitation, circle) -> None:
    for changes in ({}, {"email": NEW.upper()}, {"state": "accepted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(**{"circle": circle, "email": NEW, **changes})


def test_the_database_takes_no_answer_without_a_date_and_none_to_what_is_revoked(link) -> None:
    for changes in (
        {"answer": "yes"},
        {"answer": "no", "answered_at": timezone.now(), "revoked_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            GuestLink.objects.filter(pk=link.pk).update(**changes)


# -- filter and check agree ------------------------------------------------------------------


@pytest.mark.parametrize("who", [*EVERYBODY, "visitor"])
def test_filter_and_check_agree(cast, circle, who) -> None:
    ensure_editor_group()
    confirm(cast.outsider)
    group = CircleFactory(kind=CircleKind.GROUP, parent=circle)
    members.join(person=cast.participant, circle=group, role=Role.LEAD)
    for one in (circle, group, cast.cohort.circle, Circle.objects.network()):
        actions.invite(circle=one, by=cast.convener, addresses=[NEW, cast.outsider.email])
    for link in GuestLink.objects.all():
        actions.ask_question(link=link, text="?")
    asker = AnonymousUser() if who == "visitor" else fresh(getattr(cast, who))
    for model in (Invitation, GuestLink, GuestQuestion):
        seen = set(model.objects.visible_to(asker))
        for thing in model.objects.all():
            assert (thing in seen) == thing.can_see(asker), thing
    number = Invitation.objects.visible_to(asker).count()
    assert (
        number
        == {
            "visitor": 0,
            "admin": 4,
            "editor": 4,
            "facilitator": 2,
            "participant": 2,
            "convener": 2,
            "outsider": 4,
        }[who]
    )


def test_standing_costs_the_same_for_many(circle, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        assert len(standing(circle, read("\n".join(f"p{n}@example.org" for n in range(90))))) == 90


def test_what_was_done_is_logged(cast, pages, signed_in, desk, client) -> None:
    from wagtail.models import ModelLogEntry

    signed_in(cast.convener).post(desk, _sent(NEW))
    client.post(link_of(Invitation.objects.get()).path, ACCOUNT)
    rows = ModelLogEntry.objects.filter(action__startswith="guests.").order_by("pk")
    done = [(row.action, row.user.email if row.user else "") for row in rows]
    assert done == [
        ("guests.invited", cast.convener.email),
        ("guests.accepted", NEW),
        ("guests.answered", ""),
    ]
    assert not rows.filter(label__contains="Falls").exists()


def test_people_are_counted_and_found_in_it(cast, pages, circle, invitation, client) -> None:
    client.post(link_of(invitation).path, ACCOUNT)
    assert Circle.objects.get(pk=circle.pk).member_count == 2
    assert Membership.objects.active().filter(circle=circle, person__email=NEW).count() == 1
    assert UserFactory().can_see(cast.outsider) is False


def test_nobody_makes_a_lead_who_leads_no_more(cast, pages, circle, invite, client) -> None:
    """An alias invited as lead, then leaving, and so back in by the alias: that way is closed."""
    one = invite(role=Role.LEAD)
    other = UserFactory()
    members.join(person=other, circle=circle, role=Role.LEAD)
    members.leave(person=cast.convener, circle=circle)
    page = client.get(link_of(one).path)
    assert "Yes, join" not in page.content.decode()
    client.post(link_of(one).path, ACCOUNT)
    assert not Membership.objects.filter(circle=circle, person__email=NEW).exists()
    with pytest.raises(NotOpen):
        actions.accept_invitation(invitation=one, person=cast.participant)


def test_an_invitation_to_lead_holds_as_long_as_its_sender_leads(pages, circle, invite, client) -> None:
    client.post(link_of(invite(role=Role.LEAD)).path, ACCOUNT)
    assert Membership.objects.get(circle=circle, person__email=NEW).role == Role.LEAD


def test_an_invitation_as_member_outlives_its_sender(cast, pages, circle, invite, client) -> None:
    one = invite()
    members.join(person=UserFactory(), circle=circle, role=Role.LEAD)
    members.leave(person=cast.convener, circle=circle)
    client.post(link_of(one).path, ACCOUNT)
    assert Membership.objects.get(circle=circle, person__email=NEW).role == Role.MEMBER
