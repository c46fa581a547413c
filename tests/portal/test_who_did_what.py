"""The admins' report of who did what: what is in it, who reads it, and what the others' history has of it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from discussion import actions as discussion
from home.models import SiteSettings
from kit import audit
from members import actions as members
from members.enums import Role
from members.models import Membership
from portal.editors import ensure_editor_group
from tests.factories import SpaceFactory

URL = "/admin/reports/who-did-what/"


def deeds() -> list[tuple[str, str]]:
    """What the log has of ours, the oldest first: the deed, and the first name of who did it."""
    ours = ModelLogEntry.objects.filter(action__in=[deed.key for deed in audit.deeds]).order_by("pk")
    return [
        (entry.action, entry.user.first_name if entry.user else "") for entry in ours.select_related("user")
    ]


@pytest.fixture(autouse=True)
def _empty(request):
    """The cast has joined this and that already."""
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        ModelLogEntry.objects.all().delete()


@pytest.fixture
def topic(cast):
    space = SpaceFactory(circle=cast.cohort.circle)
    topic = discussion.start_topic(person=cast.participant, space=space, title="Secret title", text="Words")
    discussion.add_post(person=cast.participant, topic=topic, text="Reply")
    return topic


# -- what is written down -----------------------------------------------------------


def test_places_and_parts(cast):
    circle = cast.community.circle
    place = members.join(person=cast.participant, circle=circle)
    members.join(person=cast.participant, circle=circle)
    members.change_role(membership=place, role=Role.LEAD)
    members.change_role(membership=place, role=Role.LEAD)
    members.leave(person=cast.participant, circle=circle)
    members.leave(person=cast.participant, circle=circle)
    assert deeds() == [("members.joined", ""), ("members.role_changed", ""), ("members.left", "")]


def test_being_made_a_lead_by_joining_is_written_down(cast):
    members.join(person=cast.participant, circle=cast.cohort.circle, role=Role.LEAD)
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.data) == ("members.joined", {"role": "lead"})


def test_who_sent_the_request_did_it(signed_in, cast):
    place = Membership.objects.get(person=cast.convener, circle=cast.community.circle)
    signed_in(cast.convener).post(f"/me/memberships/{place.pk}/leave/")
    assert deeds() == [("members.left", "Convener")]


def test_moderation_is_written_down_without_titles(cast, topic):
    reply = topic.posts.get(number=2)
    lead = cast.facilitator
    for _ in range(2):
        discussion.pin_topic(person=lead, topic=topic)
        discussion.close_topic(person=lead, topic=topic)
        discussion.remove_post(person=lead, post=reply)
    discussion.restore_post(person=lead, post=reply)
    discussion.pin_topic(person=lead, topic=topic, pinned=False)
    discussion.close_topic(person=lead, topic=topic, closed=False)
    discussion.remove_topic(person=lead, topic=topic)
    discussion.restore_topic(person=lead, topic=topic)
    assert [deed.split(".")[1] for deed, _ in deeds()] == [
        "pinned", "closed", "removed", "restored", "unpinned", "unclosed", "removed", "restored",
    ]  # fmt: skip
    assert {who for _, who in deeds()} == {"Facilitator"}
    labels = set(ModelLogEntry.objects.values_list("label", flat=True))
    assert labels == {f"Topic {topic.pk}", f"Post {reply.pk}"}


def test_what_one_does_to_ones_own_words_is_not(cast, topic):
    reply = topic.posts.get(number=2)
    discussion.remove_post(person=cast.participant, post=reply)
    discussion.restore_post(person=cast.participant, post=reply)
    assert deeds() == []


def test_list_of_people_is_written_down_once_an_hour(signed_in, cast, time_machine):
    client = signed_in(cast.participant)
    for _ in range(3):
        client.get("/people/")
    client.head("/people/")
    signed_in(cast.convener).get("/people/?q=x")
    assert deeds() == [("members.saw_list", "Participant"), ("members.saw_list", "Convener")]
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    client.get("/people/")
    assert len(deeds()) == 3
    assert ModelLogEntry.objects.latest("pk").data == {"list": "people"}


def test_page_that_is_fetched_ahead_or_refused_is_not_looked_at(signed_in, cast):
    signed_in(cast.participant).get("/people/", headers={"sec-purpose": "prefetch;prerender"})
    signed_in(cast.participant).head("/people/")
    signed_in(cast.outsider).get("/people/")
    assert deeds() == []


def test_second_look_in_an_hour_costs_nothing(signed_in, cast):
    client = signed_in(cast.participant)
    client.get("/people/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/people/")
    assert [one["sql"] for one in seen if "logentry" in one["sql"]] == []


def test_list_in_the_admin_is_written_down(signed_in, cast):
    ensure_editor_group()
    signed_in(cast.admin).get("/admin/members/membership/")
    assert deeds() == [("members.saw_list", "Admin")]


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("/admin/community_directory/community/?export=csv", "communities"),
        ("/admin/community_directory/connection/?export=xlsx", "connections"),
        ("/admin/reports/site-history/?export=csv", "site history"),
        (f"{URL}?export=csv", "who did what"),
    ],
)
def test_lists_that_are_taken_away_are_written_down(signed_in, cast, pages, address, what):
    assert signed_in(cast.admin).get(address).status_code == 200
    assert deeds() == [("portal.exported", "Admin")]
    assert ModelLogEntry.objects.get(action="portal.exported").data == {"list": what}


def test_lists_that_are_only_read_are_not(signed_in, cast, pages):
    signed_in(cast.admin).get("/admin/community_directory/community/")
    signed_in(cast.admin).get("/admin/reports/site-history/?export=nonsense")
    assert deeds() == []


def test_changed_settings_are_written_down(signed_in, cast, pages):
    settings = SiteSettings.for_site(pages.home.get_site())
    sent = {
        "name": "A new name", "strapline": "", "logo": "", "brand_colour": "", "accent_colour": "",
        "contact_email": "", "contact_text": "", "footer_text": "", "notice_level": "info", "notice_text": "null",
        "navigation-TOTAL_FORMS": 0, "navigation-INITIAL_FORMS": 0, "footer-TOTAL_FORMS": 0, "footer-INITIAL_FORMS": 0,
    }  # fmt: skip
    address = f"/admin/settings/home/sitesettings/{pages.home.get_site().pk}/"
    assert signed_in(cast.admin).post(address, sent).status_code == 302
    entry = ModelLogEntry.objects.for_instance(settings).get()
    assert (entry.action, entry.user) == ("wagtail.edit", cast.admin)


def test_copies_and_ends_are_written_down(signed_in, cast):
    signed_in(cast.participant).post("/me/data/copy/")
    assert deeds() == [("privacy.export_asked", "Participant")]


def test_deed_that_nobody_has_named_is_refused(cast):
    with pytest.raises(KeyError):
        audit.record("members.flew", cast.participant)


# -- who reads it ---------------------------------------------------------------------


@pytest.mark.parametrize("address", [URL, f"{URL}results/", f"{URL}?export=csv"])
def test_it_is_open_to_admins_alone(client, signed_in, cast, address):
    members.join(person=cast.participant, circle=cast.community.circle)
    assert signed_in(cast.admin).get(address).status_code == 200
    for who in ("editor", "facilitator", "convener", "participant", "outsider"):
        answer = signed_in(getattr(cast, who)).get(address)
        assert (who, answer.status_code) == (who, 302)
    assert client.get(address).status_code == 302


def test_it_can_only_be_read(signed_in, cast):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(signed_in(cast.admin), method)(URL).status_code == 405


def test_menu_shows_it_to_admins_alone(signed_in, cast, editors):
    shown = {
        who: "who-did-what" in signed_in(getattr(cast, who)).get("/admin/").content.decode()
        for who in ("admin", "editor")
    }
    assert shown == {"admin": True, "editor": False}


def rows(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.getvalue().decode())))[1:]


@pytest.fixture
def written(signed_in, cast, topic):
    """A few things that people have done."""
    members.join(person=cast.participant, circle=cast.community.circle)
    discussion.close_topic(person=cast.facilitator, topic=topic)
    signed_in(cast.convener).get("/people/")
    ModelLogEntry.objects.filter(action="members.joined").update(
        timestamp=timezone.now() - timedelta(days=40)
    )


def test_it_says_who_did_what_to_what(signed_in, cast, written):
    page = signed_in(cast.admin).get(URL).content.decode()
    for words in (
        "Closed a topic",
        "Facilitator Demo",
        "Looked at a list of people",
        "list: people",
        "Secret title",
    ):
        assert (words, words in page) == (words, words != "Secret title")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (lambda cast: f"user={cast.facilitator.pk}", ["discussion.closed"]),
        (lambda cast: "action=members.saw_list", ["members.saw_list"]),
        (lambda cast: f"timestamp_to={timezone.now() - timedelta(days=30):%Y-%m-%d}", ["members.joined"]),
        (lambda cast: "label=falls+in+care", ["members.joined"]),
    ],
)
def test_it_is_searched_by_person_kind_and_day(signed_in, cast, written, asked, found):
    exported = rows(signed_in(cast.admin).get(f"{URL}?export=csv&{asked(cast)}"))
    labels = {deed.label: deed.key for deed in audit.deeds}
    assert [labels[row[3]] for row in exported] == found


def test_sheet_runs_no_formula(signed_in, cast):
    cast.participant.first_name = "=cmd|' /C calc'!A0"
    cast.participant.save()
    members.join(person=cast.participant, circle=cast.community.circle)
    exported = rows(signed_in(cast.admin).get(f"{URL}?export=csv"))
    assert [row[1][:5] for row in exported] == ["'=cmd"]


@pytest.mark.parametrize("number", [1, 30])
def test_it_costs_the_same_with_many_rows(signed_in, cast, number):
    for _ in range(number):
        audit.record("members.saw_list", cast.participant, by=cast.participant, list="people")
    client = signed_in(cast.admin)
    client.get(f"{URL}results/")
    with CaptureQueriesContext(connection) as seen:
        client.get(f"{URL}results/")
    assert len(seen) == 21


# -- what others see of it ---------------------------------------------------------------


def test_editors_history_has_none_of_it(signed_in, cast, pages, written):
    group = ensure_editor_group()
    cast.editor.groups.add(group)
    cast.editor.is_superuser = False
    client = signed_in(cast.editor)
    for address in ("/admin/reports/site-history/", "/admin/reports/site-history/results/"):
        page = client.get(address).content.decode()
        for words in ("Looked at a list", "Closed a topic", "Joined, or was let in", "saw_list"):
            assert (address, words, words in page) == (address, words, False)
    labels = {deed.label for deed in audit.deeds}
    assert [
        row for row in rows(client.get("/admin/reports/site-history/?export=csv")) if row[3] in labels
    ] == []


def test_admins_history_has_it(signed_in, cast, pages, written):
    assert "Closed a topic" in signed_in(cast.admin).get("/admin/reports/site-history/").content.decode()


def test_editors_are_not_offered_those_who_only_did_such_things(signed_in, cast, pages, written):
    cast.editor.groups.add(ensure_editor_group())
    page, admins = (
        signed_in(one).get("/admin/reports/site-history/").text for one in (cast.editor, cast.admin)
    )
    assert "facilitator@example.org" not in page
    assert ("Facilitator Demo" in admins, "Facilitator Demo" in page) == (True, False)
