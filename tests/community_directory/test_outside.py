"""Listing a community without an account: nothing is anywhere until the address is confirmed by its link."""

import re
import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.errors import NoLongerThere
from community_directory.models import Community, OutsideListing, Steward
from guests.models import GuestLink
from members.models import Circle
from notifications.models import Mail, Notification
from privacy import tasks as privacy_tasks
from tests.community_directory.conftest import OUTSIDE, links, needs_threads
from tests.community_directory.test_form import errors

NEW, SENT = "/communities/new/", "/communities/new/sent/"


class TestForm:
    def test_what_is_sent_waits_for_a_yes(self, client, pages, cast, outside, committed):
        response = committed(lambda: client.post(NEW, outside))
        assert (response.status_code, response.url) == (302, SENT)
        listing = OutsideListing.objects.get()
        assert (listing.email, listing.name, listing.community_name) == (
            OUTSIDE,
            "Nell Outwith",
            "Night walkers",
        )
        assert (Community.objects.count(), Circle.objects.filter(name="Night walkers").count()) == (1, 0)
        [message] = outbox.outbox
        assert (message.to, message.subject) == ([OUTSIDE], "Is “Night walkers” yours to list?")

    def test_the_next_page_is_the_same_for_everybody(self, client, pages):
        response = client.get(SENT)
        assert (response.status_code, b"csrfmiddlewaretoken" in response.content) == (200, False)
        assert BeautifulSoup(response.content, "html.parser").h1.get_text() == "Check your email"
        assert client.post(SENT).status_code == 405

    def test_a_known_address_is_answered_as_an_unknown_one(self, client, pages, cast, outside, committed):
        answers = []
        for email in (OUTSIDE, cast.convener.email):
            sent = outside | {"steward_email": email, "request_key": str(uuid.uuid4())}
            response = committed(lambda sent=sent: client.post(NEW, sent))
            answers.append((response.status_code, response.url, dict(response.cookies)))
        assert answers[0] == answers[1]
        assert [message.to for message in outbox.outbox] == [[OUTSIDE], [cast.convener.email]]
        assert outbox.outbox[0].subject == outbox.outbox[1].subject
        assert Notification.objects.count() == 0

    def test_an_address_put_right_is_asked_and_the_wrong_one_no_more(self, client, pages, outside, committed):
        wrong = outside | {"steward_email": "wrogn@example.org"}
        committed(lambda: client.post(NEW, wrong))
        [misled] = [mail for mail in outbox.outbox if mail.to == ["wrogn@example.org"]]
        committed(lambda: client.post(NEW, outside | {"domain": "Put right as well."}))
        listing = OutsideListing.objects.get()
        assert (listing.email, listing.texts["domain"]) == (OUTSIDE, "Put right as well.")
        path = re.search(r"http://testserver(/guest/[^\s#]+)\n", misled.body)[1]
        assert client.get(path).status_code == 410
        assert client.get(links()[-1]).status_code == 200

    def test_sent_twice_it_is_one(self, client, pages, outside, committed):
        for _ in range(2):
            committed(lambda: client.post(NEW, outside))
        assert (OutsideListing.objects.count(), GuestLink.objects.count(), len(outbox.outbox)) == (1, 1, 1)

    def test_without_a_key_it_is_kept_too(self, client, pages, outside, committed):
        committed(lambda: client.post(NEW, outside | {"request_key": ""}))
        assert OutsideListing.objects.count() == 1

    @pytest.mark.parametrize(
        ("left_out", "said"),
        [
            ("steward_name", "Enter your name"),
            ("steward_email", "Enter your email address"),
            ("may_speak", "Tick the box if you may speak for this community"),
            ("name", "Enter the name of your community"),
            ("sectors", "Choose at least one sector"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_is_lost(self, client, pages, outside, left_out, said):
        sent = {name: value for name, value in outside.items() if name != left_out}
        response = client.post(NEW, sent)
        assert (response.status_code, errors(response)) == (200, {left_out: said})
        soup = BeautifulSoup(response.content, "html.parser")
        kept = {box["name"]: box.get("value") for box in soup.select("main input[type=text], main input[type=email]")}  # fmt: skip
        names = ("name", "steward_name", "steward_email", "rhythm")
        assert {name: kept[name] for name in names} == {name: sent.get(name) for name in names}
        assert soup.find(id="id_domain").get_text().strip() == outside["domain"]
        assert OutsideListing.objects.count() == 0

    @pytest.mark.parametrize("wrong", ["nell", "nell@", "a@b.c d", f"{'n' * 250}@example.org"])
    def test_what_is_no_address(self, client, pages, outside, wrong):
        assert errors(client.post(NEW, outside | {"steward_email": wrong})).keys() == {"steward_email"}
        assert OutsideListing.objects.count() == 0

    @pytest.mark.parametrize("field", ["steward_name", "domain", "how_to_join"])
    def test_a_patients_number_is_asked_about(self, client, pages, outside, field):
        response = client.post(NEW, outside | {field: "NHS number 943 476 5919"})
        assert errors(response).keys() == {field}
        assert OutsideListing.objects.count() == 0

    def test_an_address_gets_three_mails_a_day(self, client, pages, outside, committed):
        codes = []
        for number in range(4):
            spelt = (OUTSIDE, OUTSIDE.upper(), OUTSIDE, OUTSIDE)[number]
            sent = outside | {"steward_email": spelt, "request_key": str(uuid.uuid4())}
            other = Client(REMOTE_ADDR=f"10.0.0.{number}")
            response = committed(lambda other=other, sent=sent: other.post(NEW, sent))
            codes.append(response.status_code)
        assert codes == [302, 302, 302, 429]
        assert b"Night walkers" in response.content
        assert OutsideListing.objects.count() == 3

    def test_a_network_address_lists_twenty_an_hour(self, client, pages, outside, unlimited, monkeypatch):
        from members import limits

        monkeypatch.setitem(limits.RATES, "list_outside", "2/h/ip")
        codes = [
            client.post(NEW, outside | {"request_key": str(uuid.uuid4()), "steward_email": f"n{number}@example.org"}).status_code
            for number in range(3)
        ]  # fmt: skip
        assert codes == [302, 302, 429]

    @pytest.mark.parametrize("number", [1, 30])
    def test_cost(self, client, pages, terms, cast, django_assert_num_queries, number):
        from tests.factories import OrganisationFactory

        for _ in range(number):
            OrganisationFactory(sector=terms["sector"], region=terms["region"])
        client.get(NEW)
        with django_assert_num_queries(4):
            client.get(NEW)


class TestLink:
    def test_its_page_says_all_that_was_written(self, client, pages, listing):
        [path] = links()
        response = client.get(path)
        soup = BeautifulSoup(response.content, "html.parser")
        assert soup.h1.get_text() == "Will you list Night walkers?"
        facts = {row.dt.get_text(): row.dd.get_text() for row in soup.select(".nhsuk-summary-list__row")}
        assert facts == {
            "Who asks": "The directory of communities",
            "In one sentence": "People who work at night and learn from it.",
            "What you care about": "The hours **between** two and five.",
            "Why you exist": "So that nobody is alone with a question at night.",
            "What it is about": "Trust",
            "Sectors that you cross": "Social care",
            "Where you work": "London",
            "Organisations that you cross": "Harewell",
            "Your name": "Nell Outwith",
        } | {key: facts[key] for key in ("Sectors that you cross", "Where you work")}
        assert [button.get_text() for button in soup.select("main button")] == [
            "Yes, list it",
            "No, delete it",
        ]

    def test_any_number_of_gets_changes_nothing(self, pages, listing):
        before = (GuestLink.objects.values().get(), OutsideListing.objects.values().get())
        for _ in range(5):
            assert Client().get(links()[0]).status_code == 200
            assert Client().head(links()[0]).status_code == 200
        assert (GuestLink.objects.values().get(), OutsideListing.objects.values().get()) == before
        assert Community.objects.filter(name="Night walkers").count() == 0

    def test_a_yes_sends_it_to_the_editors(self, client, pages, cast, listing, committed):
        response = committed(lambda: client.post(links()[0], {"do": "yes"}))
        assert (response.status_code, response.url) == (302, links()[-1])
        community = Community.objects.get(name="Night walkers")
        assert (community.state, community.created_by, community.convened_outside) == (
            "submitted",
            None,
            True,
        )
        assert [theme.name for theme in community.themes.all()] == ["Trust"]
        assert community.domain_html == "<p>The hours <strong>between</strong> two and five.</p>\n"
        steward = Steward.objects.get()
        assert (steward.community, steward.email, steward.name) == (community, OUTSIDE, "Nell Outwith")
        assert OutsideListing.objects.count() == 0
        told = Notification.objects.filter(verb="community_directory.submitted")
        assert {one.recipient.email for one in told} == {"editor@example.org"}
        assert [message.subject for message in outbox.outbox if message.to == [OUTSIDE]] == [
            "Is “Night walkers” yours to list?",
            "You look after “Night walkers”",
        ]

    def test_twice_is_once(self, client, pages, listing, committed):
        for _ in range(2):
            committed(lambda: client.post(links()[0], {"do": "yes"}))
        assert (Community.objects.filter(name="Night walkers").count(), Steward.objects.count()) == (1, 1)
        assert b"You have said yes" in client.get(links()[0]).content

    def test_a_no_deletes_it(self, client, pages, listing, committed):
        path = links()[0]
        assert committed(lambda: client.post(path, {"do": "no"})).status_code == 302
        assert (OutsideListing.objects.count(), Steward.objects.count()) == (0, 0)
        assert client.post(path, {"do": "yes"}).status_code == 200
        assert Community.objects.filter(name="Night walkers").count() == 0

    def test_something_else_does_nothing(self, client, pages, listing):
        assert client.post(links()[0], {"do": "publish"}).status_code == 409
        assert OutsideListing.objects.count() == 1

    def test_terms_that_have_gone_since_are_left_out(self, listing, terms, cast):
        terms["theme"].delete()
        actions.confirm_listing(listing=listing)
        assert list(Community.objects.get(name="Night walkers").themes.all()) == []

    def test_an_address_that_wants_no_mails_gets_none(self, client, pages, outside, committed):
        from notifications.actions import stop_writing

        stop_writing(email=OUTSIDE)
        response = committed(lambda: client.post(NEW, outside))
        assert (response.url, outbox.outbox) == (SENT, [])
        assert Mail.objects.get().state == "dropped"

    def test_what_is_gone_is_confirmed_no_more(self, listing, cast):
        actions.refuse_listing(listing=listing)
        with pytest.raises(NoLongerThere):
            actions.confirm_listing(listing=listing)
        assert actions.refuse_listing(listing=listing) is False

    def test_what_is_not_confirmed_is_deleted_after_thirty_days(self, listing, time_machine, committed):
        time_machine.move_to(timezone.now() + timedelta(days=29, hours=23))
        committed(privacy_tasks.forget_old.call)
        assert OutsideListing.objects.count() == 1
        time_machine.move_to(timezone.now() + timedelta(hours=2))
        committed(privacy_tasks.forget_old.call)
        assert OutsideListing.objects.count() == 0
        assert Client().get(links()[0]).status_code == 410


class TestNobodyIsNamed:
    def test_the_log_names_nobody(self, published):
        entries = ModelLogEntry.objects.filter(object_id=str(published.community_id))
        said = " ".join(f"{entry.label} {entry.data}" for entry in entries)
        assert ("Nell" in said, OUTSIDE in said) == (False, False)
        assert {entry.user for entry in entries if entry.action != "community_directory.published"} == {None}

    @pytest.mark.parametrize("key", ["visitor", "participant", "outsider", "convener", "facilitator"])
    def test_its_page_and_what_programs_read_name_nobody(self, published, cast, pages, signed_in, key):
        client = Client() if key == "visitor" else signed_in(getattr(cast, key))
        for address in (
            published.community.get_absolute_url(),
            *("/communities/", "/communities/?q=nell", "/communities/new.atom", "/search/?q=nell"),
            f"/api/v1/communities/{published.community.slug}",
        ):
            response = client.get(address)
            assert response.status_code == 200
            said = response.content.decode().replace("nell</title>", "").replace('value="nell"', "")
            assert ("Outwith" in said, OUTSIDE in said) == (False, False)
        table = b"".join(client.get("/communities/communities.csv").streaming_content)
        assert (b"Night walkers" in table, b"Outwith" in table, OUTSIDE.encode() in table) == (
            True,
            False,
            False,
        )

    def test_an_editor_reads_who_it_is(self, steward, cast, pages, signed_in):
        address = f"/admin/community_directory/community/inspect/{steward.community_id}/"
        said = signed_in(cast.editor).get(address).text
        assert f"Nell Outwith, {OUTSIDE}, without an account" in said
        assert OUTSIDE not in signed_in(cast.participant).get(address, follow=True).text

    def test_who_sees_a_steward(self, steward, cast):
        for key in ("admin", "editor", "facilitator", "convener", "participant", "outsider"):
            person = getattr(cast, key)
            seen = Steward.objects.visible_to(person).exists()
            assert (seen, steward.can_see(person)) == (key in ("admin", "editor"),) * 2

    def test_nobody_sees_what_is_not_confirmed(self, listing, cast):
        for key in ("admin", "editor", "convener"):
            person = getattr(cast, key)
            assert not OutsideListing.objects.visible_to(person).exists()
            assert not listing.can_see(person)


@given(text=st.text(max_size=200), name=st.text(max_size=150))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_kept_as_the_members_form_keeps_it(
    client, pages, outside, unlimited, text, name
):
    """The texts of others are facts: the form and the row hold the same, or say what is wrong."""
    from community_directory.forms import OutsideForm

    key = str(uuid.uuid4())
    sent = outside | {"domain": text, "steward_name": name, "request_key": key}
    form = OutsideForm(sent)
    response = client.post(NEW, sent)
    assert response.status_code == (302 if form.is_valid() else 200)
    kept = OutsideListing.objects.filter(request_key=key).first()
    assert (kept is not None) == form.is_valid()
    if kept:
        assert (kept.texts["domain"], kept.name) == (
            form.cleaned_data["domain"],
            form.cleaned_data["steward_name"],
        )


@needs_threads
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_confirmed_twice_at_once_it_is_one_community(listing, at_once):
    def confirm():
        return actions.confirm_listing(listing=listing)

    answers = at_once(*[confirm] * 6)
    assert sum(isinstance(answer, NoLongerThere) for answer in answers) == 5
    assert (Community.objects.filter(name="Night walkers").count(), Steward.objects.count()) == (1, 1)
