"""What two people write is in no page, search, count, feed, answer or mail of anybody else."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.management import call_command

from kit.registry import searches, verbs
from members import actions as members_actions
from members.models import Circle, User
from notifications.models import Notification
from relay import actions
from relay.models import Conversation, Message, Report
from tests.relay.conftest import fresh

pytestmark = pytest.mark.django_db
SECRET = "zwetschge"
SOUGHT = "huddles"  # what is looked for, in the same messages: a search says again what was asked
EVERYBODY = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]


@pytest.fixture
def told(pair, say, pages) -> Conversation:
    """A conversation with a secret on both sides, and as many others as there are people to look."""
    sent = say("participant", "convener", f"Keep this of {SOUGHT}: {SECRET}.")
    say("convener", "participant", f"I will, of {SOUGHT}, **{SECRET}**.")
    call_command("update_index", verbosity=0)
    return sent.conversation


def person(cast, who: str):
    return AnonymousUser() if who == "visitor" else User.objects.get(pk=getattr(cast, who).pk)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("model", [Conversation, Message, Report])
def test_filter_and_check_agree(pair, told, who, model):
    actions.report(person=pair.convener, message=told.messages.first())
    asker = person(pair, who)
    seen = set(model.objects.visible_to(asker))
    for thing in model.objects.all():
        assert (thing in seen) == thing.can_see(asker)
    expected = ("admin",) if model is Report else ("convener", "participant")
    assert bool(seen) is (who in expected)


ADDRESSES = [
    "/", "/me/", "/me/messages/", "/me/notifications/", "/people/", "/communities/", "/communities/falls-in-care-homes/",
    "/discussions/", f"/search/?q={SOUGHT}", f"/people/?q={SOUGHT}", f"/discussions/search/?q={SOUGHT}", "/calendar/",
    "/api/v1/communities", "/api/v1/sessions", "/api/v1/openapi.json", "/sitemap.xml", "/admin/",
    "/admin/reports/site-history/", "/admin/members/membership/", f"/admin/pages/search/?q={SOUGHT}",
]  # fmt: skip


def seen_by(browser, told: Conversation) -> list[str]:
    """The addresses at which somebody reads the secret."""
    more = [
        f"/people/{told.first_id}/", f"/people/{told.second_id}/", f"/me/messages/{told.pk}/",
        f"/people/{told.first_id}/message/", f"/people/{told.second_id}/message/",
        *(f"/me/messages/report/{message.pk}/" for message in told.messages.all()),
    ]  # fmt: skip
    found = []
    for address in [*ADDRESSES, *more]:
        page = browser.get(address, follow=True).content.decode()
        if SECRET in page:
            found.append(address)
    return found


@pytest.mark.parametrize("who", ["admin", "editor", "facilitator", "outsider", "visitor"])
def test_nobody_else_reads_it(pair, told, signed_in, client, who):
    browser = client if who == "visitor" else signed_in(getattr(pair, who))
    assert seen_by(browser, told) == []


def test_the_two_read_it_so_the_net_holds(pair, told, signed_in):
    found = seen_by(signed_in(pair.convener), told)
    assert {"/me/messages/", "/me/notifications/", f"/me/messages/{told.pk}/"} <= set(found)
    assert f"/search/?q={SOUGHT}" not in found


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_search_finds_it(pair, told, who):
    for search in searches:
        assert list(search.find(person(pair, who), SOUGHT, 5)) == []


def test_a_forged_notification_shows_nothing(pair, told):
    """Whoever is told of somebody else's message by mistake is not shown it."""
    message = told.messages.first()
    for who in ("admin", "editor", "outsider"):
        told_wrongly = Notification.objects.create(
            recipient=getattr(pair, who), verb=actions.RECEIVED, target_id=message.pk
        )
        assert verbs.get(actions.RECEIVED).targets([message.pk], told_wrongly.recipient) == {}
        assert verbs.get(actions.REPORTED).targets([1], pair.editor) == {}


def test_mails_go_to_the_two_alone(pair, say, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        say("participant", "convener", f"Keep this: {SECRET}.")
    assert [one.to for one in mail.outbox if SECRET in one.message().as_string()] == [[pair.convener.email]]


def test_neither_reads_the_others_address(pair, told, signed_in):
    for own, other in ((pair.convener, pair.participant), (pair.participant, pair.convener)):
        browser = signed_in(own)
        for address in (
            "/me/messages/",
            f"/me/messages/{told.pk}/",
            f"/people/{other.pk}/",
            "/me/notifications/",
        ):
            page = browser.get(address)
            assert (page.status_code, other.email in page.text) == (200, False)


def test_a_report_shows_one_message_and_no_other(pair, told, signed_in):
    first = told.messages.first()
    Message.objects.filter(pk=first.pk).update(text_html="<p>Only this.</p>", text="Only this.")
    report = actions.report(person=pair.convener, message=fresh(first))
    page = signed_in(pair.admin).get(report.get_absolute_url()).text
    assert ("Only this." in page, SECRET in page) == (True, False)


def test_who_is_made_a_team_member_reads_reports_and_no_messages(pair, told):
    from django.contrib.auth.models import Permission

    pair.editor.user_permissions.add(Permission.objects.get(codename="handle_report"))
    editor = fresh(pair.editor)
    report = actions.report(person=pair.convener, message=told.messages.first())
    assert list(Report.objects.visible_to(editor)) == [report]
    assert list(Message.objects.visible_to(editor)) == []
    assert Notification.objects.filter(recipient=editor, verb=actions.REPORTED).count() == 1


def test_leaving_everything_leaves_ones_own_to_read(pair, told):
    members_actions.leave(person=pair.participant, circle=Circle.objects.network())
    assert Message.objects.visible_to(fresh(pair.participant)).count() == 2
