"""The page of somebody who looks after a community without an account: seen by their link, changed by a POST."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community_directory import actions
from community_directory.errors import DirectoryError, HasConvener, NoLongerThere, NotYours
from community_directory.models import Community, Connection, Steward
from community_directory.personal import HELD
from guests import actions as guests
from guests.models import GuestLink
from members.models import Membership, User
from notifications.models import Mail, Notification
from privacy import tasks as privacy_tasks
from tests.community_directory.conftest import OUTSIDE, links, needs_threads
from tests.community_directory.test_form import errors
from tests.factories import CommunityFactory, UserFactory

OTHER = "lou@example.org"


def fresh(steward: Steward) -> Community:
    return Community.objects.get(pk=steward.community_id)


def mails() -> list[str]:
    return [message.subject for message in outbox.outbox if message.to == [OUTSIDE]]


@pytest.fixture
def post(client, pages, committed) -> Callable[..., object]:
    """Send something to the newest link, as who holds it."""

    def send(do: str, **more):
        path = links()[-1]
        return committed(lambda: client.post(path, {"do": do, **more}))

    return send


class TestPage:
    def test_it_shows_where_it_stands_and_how_it_looks(self, client, pages, steward):
        response = client.get(links()[-1])
        soup = BeautifulSoup(response.content, "html.parser")
        assert (response.status_code, soup.h1.get_text()) == (200, "Look after Night walkers")
        assert soup.find(id="standing").get_text() == "An editor is going to read this"
        assert (
            soup.select_one(".p-prose p").decode()
            == "<p>The hours <strong>between</strong> two and five.</p>"
        )
        assert (response["Cache-Control"], response["Referrer-Policy"]) == (
            "private, no-store",
            "strict-origin",
        )
        assert [button.get_text() for button in soup.select("main button")] == [
            "Ask them",
            "It has ended",
            "Take this down",
        ]

    def test_in_the_directory_it_asks_whether_it_is_alive(self, client, pages, published):
        soup = BeautifulSoup(client.get(links()[-1]).content, "html.parser")
        assert [button.get_text() for button in soup.select("main button")][:2] == [
            "Yes, we are alive",
            "We are resting",
        ]
        assert soup.find("a", string="See its page")["href"] == published.community.get_absolute_url()

    def test_any_number_of_gets_changes_nothing(self, pages, published):
        before = [list(model.objects.order_by("pk").values()) for model in (Community, Steward, GuestLink)]
        for address in (links()[-1], f"{links()[-1]}?change", f"{links()[-1]}?do=take-down"):
            for _ in range(3):
                assert Client().get(address).status_code == 200
                assert Client().head(address).status_code == 200
        after = [list(model.objects.order_by("pk").values()) for model in (Community, Steward, GuestLink)]
        assert before == after

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, client, pages, published, terms, django_assert_num_queries, number):
        from tests.factories import OrganisationFactory

        made = [OrganisationFactory(sector=terms["sector"], region=terms["region"]) for _ in range(number)]
        published.community.organisations.set(made)
        client.get(links()[-1])
        # The link, the steward; terms, organisations, connections, offers; what waits, a handover.
        with django_assert_num_queries(8):
            client.get(links()[-1])

    @pytest.mark.parametrize("do", ["", "publish", "send-back", "wake"])
    def test_something_else_does_nothing(self, post, steward, do):
        assert post(do).status_code == 400
        assert fresh(steward).state == "submitted"

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_only_read_and_sent(self, client, pages, steward, method):
        assert getattr(client, method)(links()[-1]).status_code == 405

    def test_needs_a_token(self, pages, steward):
        client = Client(enforce_csrf_checks=True)
        assert client.post(links()[-1], {"do": "take-down"}).status_code == 403
        assert fresh(steward).state == "submitted"

    def test_an_ended_link_does_nothing(self, client, pages, post, published):
        GuestLink.objects.update(expires_at=timezone.now())
        assert post("take-down").status_code == 410
        assert fresh(published).state == "published"

    def test_a_revoked_link_does_nothing(self, post, published):
        for link in GuestLink.objects.filter(kind="community_directory.steward"):
            guests.revoke_link(link=link, by=None)
        assert post("take-down").status_code == 410
        assert fresh(published).state == "published"

    def test_too_often_is_said(self, post, published, monkeypatch):
        from members import limits

        monkeypatch.setitem(limits.RATES, "guest_answer", "1/h/key")
        assert [post("alive").status_code for _ in range(2)] == [302, 429]

    def test_a_link_holds_for_270_days_and_each_mail_brings_a_new_one(
        self, client, pages, published, time_machine
    ):
        received, newest = links()[-2:]
        assert received != newest
        time_machine.move_to(timezone.now() + timedelta(days=269))
        assert [client.get(path).status_code for path in (received, newest)] == [200, 200]
        time_machine.move_to(timezone.now() + timedelta(days=2))
        assert client.get(newest).status_code == 410

    def test_members_are_not_offered_to_ask_whom_nobody_would_answer(self, published, cast, pages, signed_in):
        page = signed_in(cast.participant).get(published.community.get_absolute_url()).text
        assert "Somebody without an account here." in page
        assert "Ask to join" not in page
        circle = published.community.circle.slug
        assert (
            signed_in(cast.participant).post(f"/groups/{circle}/join/", {"because": "x"}).status_code == 404
        )


class TestMails:
    def test_each_says_how_to_take_it_down(self, published, post, cast, committed):
        assert mails() == [
            "Is “Night walkers” yours to list?",
            "You look after “Night walkers”",
            "“Night walkers” is in the directory now",
        ]
        for message in [one for one in outbox.outbox if one.to == [OUTSIDE]][1:]:
            html = message.alternatives[0][0]
            [path] = {
                link.partition("#")[0]
                for link in links()
                if f"http://testserver{link}#take-down" in message.body
            }
            assert f'href="http://testserver{path}#take-down"' in html
            assert f"Take this down:\nhttp://testserver{path}#take-down\n" in message.body

    def test_what_to_change_is_in_it(self, steward, cast, committed, post):
        committed(
            lambda: actions.send_back(
                community=steward.community, person=cast.editor, reason="Say <b>when</b>."
            )
        )
        [message] = outbox.outbox[-1:]
        assert (message.to, message.subject) == ([OUTSIDE], "An editor asks for a change to “Night walkers”")
        assert "\nSay <b>when</b>.\n" in message.body
        assert "Say &lt;b&gt;when&lt;/b&gt;." in message.alternatives[0][0]

    def test_what_is_no_longer_so_is_not_mailed(self, steward, cast, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as later:
            actions.publish_community(community=steward.community, person=cast.editor)
            actions.take_down(community=steward.community, person=steward)
        for work in later:
            work()
        assert mails()[-1] == "You look after “Night walkers”"
        assert Mail.objects.order_by("-pk")[0].state == "dropped"


class TestChange:
    def sent(self, client: Client) -> dict[str, object]:
        """The form as a browser sends it back unchanged."""
        soup = BeautifulSoup(client.get(f"{links()[-1]}?change").content, "html.parser").find(
            "form", class_="p-form"
        )
        data: dict[str, object] = {}
        for box in soup.select("input[name], textarea[name]"):
            name, kind = box["name"], box.get("type")
            if kind in ("checkbox", "radio") and not box.has_attr("checked"):
                continue
            value = box.get_text().removeprefix("\n") if box.name == "textarea" else box.get("value", "")
            data.setdefault(name, [] if kind == "checkbox" else value)
            if kind == "checkbox":
                data[name].append(value)
        return data

    def test_its_texts_are_changed(self, client, pages, published, committed):
        sent = self.sent(client) | {"summary": "Now in other words."}
        assert sent["do"] == "change"
        response = committed(lambda: client.post(f"{links()[-1]}?change", sent))
        assert (response.status_code, response.url) == (302, links()[-1])
        community = fresh(published)
        assert (community.summary, community.domain) == (
            "Now in other words.",
            "The hours **between** two and five.",
        )
        assert b"Now in other words." in client.get(community.get_absolute_url()).content

    def test_nothing_is_lost_on_errors(self, client, pages, published):
        response = client.post(
            f"{links()[-1]}?change", self.sent(client) | {"name": "", "rhythm": "On Mondays"}
        )
        assert errors(response) == {"name": "Enter the name of your community"}
        soup = BeautifulSoup(response.content, "html.parser")
        assert (soup.h1.get_text(), soup.find(id="id_rhythm")["value"]) == (
            "Change Night walkers",
            "On Mondays",
        )
        assert fresh(published).name == "Night walkers"

    def test_a_patients_number_is_asked_about(self, client, pages, published):
        sent = self.sent(client) | {"practice": "NHS number 943 476 5919"}
        assert errors(client.post(links()[-1], sent)).keys() == {"practice"}
        assert fresh(published).practice == ""

    def test_what_has_ended_is_not_changed(self, client, pages, published):
        sent = self.sent(client) | {"summary": "Too late."}
        actions.end_community(community=published.community, person=published)
        assert b"It is out of the directory" in client.get(f"{links()[-1]}?change").content
        assert client.post(links()[-1], sent).status_code == 302
        assert fresh(published).summary == "People who work at night and learn from it."

    def test_after_sent_back_it_is_sent_again(self, client, pages, steward, cast, committed, post):
        committed(
            lambda: actions.send_back(community=steward.community, person=cast.editor, reason="Say when.")
        )
        page = client.get(links()[-1]).text
        assert ("Say when." in page, "Send it to an editor" in page) == (True, True)
        assert [post("submit").status_code for _ in range(2)] == [302, 302]
        assert (fresh(steward).state, fresh(steward).sent_back_because) == ("submitted", "")
        assert client.get(links()[-1]).text.count("An editor is going to read this") == 1


class TestEnds:
    def test_take_down_works_at_once_and_twice(self, client, pages, published, post):
        address = published.community.get_absolute_url()
        assert client.get(address).status_code == 200
        assert [post("take-down").status_code for _ in range(2)] == [302, 302]
        assert (fresh(published).state, client.get(address).status_code) == ("ended", 404)
        assert "Night walkers" not in client.get("/communities/").text
        page = client.get(links()[-1])
        assert (page.status_code, b"an editor can bring it back" in page.content) == (200, True)
        assert BeautifulSoup(page.content, "html.parser").select("main button") == []

    def test_an_editor_brings_it_back_and_its_steward_has_it_again(
        self, post, published, cast, committed, client
    ):
        post("take-down")
        committed(lambda: actions.revive(community=published.community, person=cast.editor))
        assert mails()[-1] == "“Night walkers” is in the directory now"
        assert post("alive").status_code == 302
        assert fresh(published).state == "published"

    def test_before_an_editor_has_read_it_it_is_gone_for_all(self, post, steward, cast):
        post("take-down")
        assert fresh(steward).state == "ended"
        assert not Community.objects.visible_to(cast.editor).filter(pk=steward.community_id).exists()

    def test_it_has_ended_and_what_it_leaves_behind(self, post, published):
        response = post("end", left_behind="A list of people.\nAt https://night.example.org")
        assert response.status_code == 302
        community = fresh(published)
        assert (community.state, community.left_behind) == (
            "ended",
            "A list of people.\nAt https://night.example.org",
        )

    def test_too_long_a_text_is_kept_and_said(self, post, published):
        response = post("end", left_behind="x" * 601)
        assert errors(response).keys() == {"left_behind"}
        assert ("x" * 601 in response.text, fresh(published).state) == (True, "published")

    @pytest.mark.parametrize("do", ["alive", "resting", "submit"])
    def test_what_has_ended_is_not_taken_up_again(self, post, published, do):
        post("take-down")
        assert post(do).status_code == 302
        assert fresh(published).state == "ended"


class TestHandOver:
    @pytest.fixture
    def offered(self, published, post) -> Steward:
        post("hand-over", email="Lou@Example.org")
        return Steward.objects.offered().get()

    def path(self) -> str:
        [message] = [one for one in outbox.outbox if one.to == [OTHER]][-1:]
        return message.body.split("http://testserver")[1].split()[0]

    def test_nothing_changes_before_they_say_yes(self, client, pages, published, offered, post):
        assert (offered.email, offered.confirmed_at) == (OTHER, None)
        assert published.tends(published.community)
        assert post("hand-over", email=OTHER).status_code == 302
        assert [one.to for one in outbox.outbox].count([OTHER]) == 1
        page = client.get(self.path()).text
        assert ("Will you look after Night walkers?" in page, OUTSIDE in page, "Nell" in page) == (
            True,
            False,
            False,
        )

    def test_a_yes_ends_the_links_of_who_had_it(self, client, pages, published, offered, committed):
        before, path = links()[-1], self.path()
        assert committed(lambda: client.post(path, {"do": "yes", "name": ""})).status_code == 200
        response = committed(lambda: client.post(path, {"do": "yes", "name": "Lou Next"}))
        assert response.status_code == 302
        assert client.get(response.url).text.count("This page was made for lou@example.org.") == 1
        assert client.get(before).status_code == 410
        live = Steward.objects.live().get()
        assert (live.email, live.name, live.pk) == (OTHER, "Lou Next", offered.pk)
        with pytest.raises(NotYours):
            actions.take_down(community=published.community, person=published)
        assert client.post(path, {"do": "yes", "name": "Lou Next"}).status_code == 200

    def test_a_no_leaves_it(self, client, pages, published, offered, committed):
        committed(lambda: client.post(self.path(), {"do": "no"}))
        assert Steward.objects.get() == published
        assert published.tends(published.community)

    def test_an_offer_to_somebody_else_takes_the_first_back(self, client, pages, offered, post):
        first = self.path()
        post("hand-over", email="third@example.org")
        assert Steward.objects.offered().get().email == "third@example.org"
        assert client.post(first, {"do": "yes", "name": "Lou Next"}).status_code == 410

    def test_what_was_taken_down_is_not_taken_on(self, client, pages, offered, post):
        post("take-down")
        assert client.post(self.path(), {"do": "yes", "name": "Lou Next"}).status_code == 410

    def test_no_address_is_said(self, post, published):
        response = post("hand-over", email="lou")
        assert errors(response) == {"email": "Enter an email address, such as name@example.org"}
        assert Steward.objects.offered().count() == 0

    def test_five_a_day(self, post, published):
        codes = [post("hand-over", email=f"n{number}@example.org").status_code for number in range(6)]
        assert codes == [302] * 5 + [429]

    def test_an_offer_that_is_not_answered_is_deleted_after_thirty_days(
        self, offered, time_machine, committed
    ):
        time_machine.move_to(timezone.now() + timedelta(days=29))
        committed(privacy_tasks.forget_old.call)
        assert Steward.objects.offered().count() == 1
        time_machine.move_to(timezone.now() + timedelta(days=2))
        committed(privacy_tasks.forget_old.call)
        assert (Steward.objects.offered().count(), Steward.objects.live().count()) == (0, 1)


class TestToAccount:
    @pytest.fixture
    def nell(self, published, network) -> User:
        person = UserFactory(email=OUTSIDE)
        EmailAddress.objects.create(user=person, email=OUTSIDE, verified=True, primary=True)
        return person

    def test_one_click_and_they_convene_it(self, published, nell, signed_in, pages, committed):
        client, path = signed_in(nell), links()[-1]
        assert client.get(path).text.count("Take it to my account") == 1
        response = committed(lambda: client.post(path, {"do": "to-account"}))
        assert response.url == published.community.get_absolute_url()
        place = Membership.objects.get(person=nell, circle=published.community.circle)
        assert (place.role, place.state) == ("lead", "active")
        assert (fresh(published).convened_outside, Steward.objects.live().count()) == (False, 0)
        assert client.get(path).status_code == 410

    def test_one_finds_it_among_ones_own(self, published, nell, signed_in, pages):
        page = BeautifulSoup(signed_in(nell).get("/communities/mine/").content, "html.parser")
        [form] = page.select("form[action$='/take-over/']")
        assert form.button.get_text() == "Take over Night walkers"
        response = signed_in(nell).post(form["action"])
        assert response.url == published.community.get_absolute_url()
        assert fresh(published).convened_outside is False
        assert signed_in(nell).post(form["action"]).status_code == 404

    @pytest.mark.parametrize("confirmed", [True, False])
    def test_it_takes_the_same_address_and_a_proof(self, published, signed_in, pages, post, confirmed):
        person = UserFactory(email="nobody@example.org" if confirmed else OUTSIDE)
        EmailAddress.objects.create(user=person, email=person.email, verified=confirmed, primary=True)
        client = signed_in(person)
        assert "Take it to my account" not in client.get(links()[-1]).text
        client.post(links()[-1], {"do": "to-account"})
        assert client.post(f"/communities/{published.community.slug}/take-over/").status_code == 404
        assert (fresh(published).convened_outside, Membership.objects.filter(person=person).count()) == (
            True,
            0,
        )

    def test_signed_out_it_does_nothing(self, post, published, client):
        assert post("to-account").status_code == 400
        address = f"/communities/{published.community.slug}/take-over/"
        assert (client.post(address).status_code, client.get(address).status_code) == (404, 405)
        assert fresh(published).convened_outside is True

    def test_what_has_ended_is_not_taken(self, published, nell, post):
        post("take-down")
        with pytest.raises(NoLongerThere):
            actions.take_to_account(steward=published, person=nell)


class TestRetention:
    def test_a_name_goes_180_days_after_the_end(self, published, post, time_machine, committed):
        post("take-down")
        time_machine.move_to(timezone.now() + timedelta(days=179))
        committed(privacy_tasks.forget_old.call)
        assert Steward.objects.count() == 1
        time_machine.move_to(timezone.now() + timedelta(days=2))
        committed(privacy_tasks.forget_old.call)
        assert Steward.objects.count() == 0
        assert Community.objects.filter(pk=published.community_id).count() == 1

    def test_who_looks_after_a_living_one_is_kept(self, published, time_machine, committed):
        time_machine.move_to(timezone.now() + timedelta(days=800))
        committed(privacy_tasks.forget_old.call)
        assert Steward.objects.get() == published


def test_the_database_allows_one_at_a_time(published):
    for more in ({"confirmed_at": timezone.now()}, {}):
        with transaction.atomic():
            if not more:
                Steward.objects.create(community=published.community, email="a@example.org")
            with pytest.raises(IntegrityError), transaction.atomic():
                Steward.objects.create(community=published.community, email="b@example.org", **more)


_DEEDS = ("submit", "rest", "wake", "alive", "resting", "edit", "take_down", "send_back", "publish", "revive")


@given(deeds=st.lists(st.sampled_from(_DEEDS), max_size=12))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_a_steward_never_publishes_and_an_end_is_an_end(steward, cast, deeds):
    """Whatever is clicked in whatever order: into the directory it comes by an editor alone."""
    with transaction.atomic():
        by = {
            "submit": lambda: actions.submit_community(community=steward.community, person=steward),
            "rest": lambda: actions.rest(community=steward.community, person=steward),
            "wake": lambda: actions.wake(community=steward.community, person=steward),
            "alive": lambda: actions.say_alive(community=steward.community, person=steward, answer="yes"),
            "resting": lambda: actions.say_alive(
                community=steward.community, person=steward, answer="resting"
            ),
            "edit": lambda: actions.edit_community(community=steward.community, person=steward, summary="S"),
            "take_down": lambda: actions.take_down(community=steward.community, person=steward),
            "send_back": lambda: actions.send_back(
                community=steward.community, person=cast.editor, reason="Why?"
            ),
            "publish": lambda: actions.publish_community(community=steward.community, person=cast.editor),
            "revive": lambda: actions.revive(community=steward.community, person=cast.editor),
        }
        for deed in deeds:
            before = fresh(steward)
            try:
                by[deed]()
            except DirectoryError:
                assert fresh(steward).state == before.state
            after = fresh(steward)
            if after.is_listed and not before.is_listed:
                assert deed in ("publish", "revive")
            if before.state == "ended":
                assert after.state == "ended" or deed == "revive"
        transaction.set_rollback(True)


@needs_threads
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_that_are_taken_on_at_once_leave_one(published, at_once, django_capture_on_commit_callbacks):
    offered = actions.offer_handover(steward=published, email=OTHER)
    answers = at_once(*[lambda: actions.accept_handover(offered=offered, name="Lou")] * 4)
    assert sum(isinstance(answer, NoLongerThere) for answer in answers) == 3
    assert Steward.objects.live().get().email == OTHER


class TestConnections:
    """Somebody without an account answers those who would like to connect, by the same link."""

    @pytest.fixture
    def asked(self, cast, published, committed) -> Connection:
        return committed(
            lambda: actions.propose_connection(
                source=cast.community,
                target=published.community,
                person=User.objects.get(pk=cast.convener.pk),
                reason="Falls happen at night.",
            )
        )

    def answer(self, post, link: Connection, answer: str):
        return post("connect", connection=str(link.pk), answer=answer)

    def told(self, person: User) -> list[str]:
        rows = Notification.objects.filter(recipient=person, verb__contains="connection_").order_by("pk")
        return list(rows.values_list("verb", flat=True))

    def test_they_are_written_to_and_see_who_asks(self, client, asked):
        assert mails()[-1] == "Another community would like to connect with “Night walkers”"
        page = client.get(links()[-1]).text
        assert ("Falls in care homes" in page, "Falls happen at night." in page) == (True, True)

    def test_yes(self, client, cast, asked, post):
        response = self.answer(post, asked, "yes")
        assert response.status_code == 302
        asked.refresh_from_db()
        assert (asked.state, asked.answered_by) == ("accepted", None)
        assert self.told(cast.convener) == ["community_directory.connection_accepted"]
        assert "You are connected. Both pages show it." in client.get(links()[-1]).text

    def test_no(self, cast, asked, post):
        self.answer(post, asked, "no")
        asked.refresh_from_db()
        assert asked.state == "declined"
        assert self.told(cast.convener) == ["community_directory.connection_declined"]

    def test_twice_does_no_harm(self, cast, asked, post):
        for _ in range(2):
            assert self.answer(post, asked, "yes").status_code == 302
        assert len(self.told(cast.convener)) == 1

    def test_an_introduction_is_taken_up_and_answered(self, cast, published, post, committed):
        link = committed(
            lambda: actions.introduce(
                first=cast.community,
                second=published.community,
                person=User.objects.get(pk=cast.facilitator.pk),
                reason="You both know the night.",
            )
        )
        self.answer(post, link, "yes")
        link.refresh_from_db()
        assert (link.state, link.source, link.proposed_by) == ("proposed", published.community, None)
        committed(lambda: actions.accept_connection(connection=link, person=cast.convener))
        assert mails()[-1] == "“Night walkers” is connected with another community"

    @pytest.mark.parametrize("sent", [{}, {"answer": "yes"}, {"connection": "x" * 40, "answer": "yes"}])
    def test_nonsense_changes_nothing(self, asked, post, sent):
        assert post("connect", **sent).status_code == 302
        assert post("connect", connection=str(asked.pk), answer="perhaps").status_code == 302
        asked.refresh_from_db()
        assert asked.state == "proposed"

    def test_not_others_links(self, cast, asked, post):
        theirs = Connection.objects.create(
            source=cast.community, target=CommunityFactory(), reason="Not theirs to answer."
        )
        self.answer(post, theirs, "yes")
        theirs.refresh_from_db()
        assert theirs.state == "proposed"

    def test_not_once_they_look_after_it_no_more(self, client, cast, asked, post):
        actions.end_community(community=asked.target, person=cast.editor)
        self.answer(post, asked, "yes")
        asked.refresh_from_db()
        assert asked.state == "ended"

    def test_seeing_it_a_hundred_times_answers_nothing(self, client, asked):
        for _ in range(100):
            client.get(f"{links()[-1]}?do=connect&answer=yes&connection={asked.pk}")
        asked.refresh_from_db()
        assert asked.state == "proposed"

    def test_it_can_be_ended_again(self, client, asked, post):
        self.answer(post, asked, "yes")
        page = BeautifulSoup(client.get(links()[-1]).content, "html.parser")
        assert [card.h3.get_text() for card in page.select("section[aria-labelledby=connected] li")] == [
            "Falls in care homes"
        ]
        self.answer(post, asked, "end")
        asked.refresh_from_db()
        assert asked.state == "ended"


class TestBesideOthers:
    def test_nobody_is_asked_to_convene_what_is_looked_after(self, cast, published):
        with pytest.raises(HasConvener):
            actions.ask_to_convene(community=published.community, person=cast.admin, email="new@example.org")

    def test_who_deletes_their_account_leaves_it_open_to_others(self, cast, published):
        user = UserFactory(email=OUTSIDE)
        EmailAddress.objects.create(user=user, email=OUTSIDE, verified=True, primary=True)
        [held] = [one for one in HELD if one.key == "community_directory.Steward"]
        held.erase(held, user, None)
        community = Community.objects.get(pk=published.community_id)
        assert (Steward.objects.count(), community.convened_outside) == (0, False)

    def test_they_are_told_when_it_becomes_part_of_another(self, client, cast, published, committed):
        link = links()[-1]
        committed(
            lambda: actions.merge_communities(
                gone=published.community, stays=cast.community, person=User.objects.get(pk=cast.editor.pk)
            )
        )
        assert mails()[-1] == "“Night walkers” is part of “Falls in care homes” now"
        assert client.get(link).status_code == 410
        assert not Steward.objects.live().exists()

    def test_who_convenes_the_one_that_goes_convenes_the_one_that_stays(self, cast, published, committed):
        committed(
            lambda: actions.merge_communities(
                gone=cast.community, stays=published.community, person=User.objects.get(pk=cast.editor.pk)
            )
        )
        community = Community.objects.get(pk=published.community_id)
        assert (community.convened_outside, Steward.objects.live().count()) == (False, 0)
        assert list(actions.conveners(community)) == [cast.convener]
