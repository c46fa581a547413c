"""Line 2: script stored in a name, a title or a text is shown as text, wherever it stands."""

import pytest
from django.core import mail
from django.urls import reverse

from community_directory import actions as directory
from discussion import actions as discussion
from home.models import SiteSettings
from learning.models import GuidancePage
from members.models import Circle
from portal.modeladmin import PeopleAndPlaces
from tests.factories import (
    CommunityFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    SessionFactory,
    SpaceFactory,
    ThemeFactory,
)
from tests.security.conftest import HOSTILE, RUNS, words


@pytest.fixture
def hostile(cast, pages, editor):
    """A portal in which everything that has a name has this one."""
    for person in (cast.convener, cast.participant, cast.editor):
        person.first_name = person.last_name = HOSTILE
        person.save()
        profile = person.profile
        profile.job_title = profile.about = profile.offers = profile.looks_for = HOSTILE
        profile.organisation = OrganisationFactory(name=HOSTILE, slug="hostile")
        profile.findable = True
        profile.save()
    texts = ("name", "summary", "domain", "purpose", "practice", "rhythm", "how_to_join")
    for name in texts:
        setattr(cast.community, name, HOSTILE)
    cast.community.save()
    cast.community.themes.set([ThemeFactory(name=HOSTILE, slug="hostile")])
    cast.community.regions.set([RegionFactory(name=HOSTILE, slug="hostile")])
    cast.community.sectors.set([SectorFactory(name=HOSTILE, slug="hostile")])
    Circle.objects.update(name=HOSTILE)
    cast.cohort.name = HOSTILE
    cast.cohort.save()
    other = CommunityFactory(name=HOSTILE, slug="other", convener=cast.editor)
    directory.propose_connection(source=other, target=cast.community, person=cast.editor, reason=HOSTILE)
    space = SpaceFactory(circle=Circle.objects.network(), name=HOSTILE, description=HOSTILE, slug="hostile")
    topic = discussion.start_topic(person=cast.participant, space=space, title=HOSTILE, text=HOSTILE)
    first = topic.posts.get()
    discussion.add_post(person=cast.convener, topic=topic, text=HOSTILE, reply_to=first)
    discussion.edit_post(person=cast.participant, post=first, text=HOSTILE + "x", title=HOSTILE + "y")
    session = SessionFactory(title=HOSTILE, description=HOSTILE, place=HOSTILE)
    GuidancePage.objects.update(title=HOSTILE, draft_title=HOSTILE, in_short=HOSTILE, group_size=HOSTILE)
    site = SiteSettings.for_site(pages.home.get_site())
    site.name = site.strapline = site.contact_text = site.footer_text = HOSTILE
    site.save()
    topic.refresh_from_db()  # its address has followed its title
    return {"topic": topic, "post": first, "session": session}


def test_on_pages(hostile, cast, visit):
    topic, post, session = hostile["topic"], hostile["post"], hostile["session"]
    addresses = [
        "/", "/guidance/", "/guidance/start-with-a-question/", "/communities/", "/communities/falls-in-care-homes/",
        "/communities/mine/", "/people/", f"/people/{cast.participant.pk}/", "/me/", "/me/profile/",
        "/me/notifications/", "/calendar/", session.get_absolute_url(), "/discussions/", "/discussions/hostile/",
        topic.get_absolute_url(), f"/discussions/posts/{post.pk}/history/", f"{topic.get_absolute_url()}?quote={post.pk}",
        f"/discussions/posts/{post.pk}/remove/", "/search/?q=img", "/communities/?q=img", "/people/?q=img",
        "/discussions/search/?q=img", "/nowhere/", "/api/v1/docs",
    ]  # fmt: skip
    for who in ("participant", "convener", "visitor"):
        for address in addresses:
            content = visit(who).get(address).content.decode()
            assert (who, address, RUNS in content) == (who, address, False)
    assert "&lt;img src=x onerror" in visit("participant").get(topic.get_absolute_url()).content.decode()


def test_in_the_admin(hostile, editor, pages):
    screens = [
        reverse(f"{screen.opts.app_label}_{screen.opts.model_name}_modeladmin_index")
        for screen in PeopleAndPlaces().modeladmin_instances
    ]
    page = pages.guidance.pk
    screens += [
        "/admin/", "/admin/pages/", f"/admin/pages/{pages.library.pk}/", f"/admin/pages/{page}/edit/",
        f"/admin/pages/{page}/delete/", f"/admin/pages/{page}/history/", f"/admin/pages/{page}/copy/",
        "/admin/reports/site-history/", "/admin/reports/aging-pages/", "/admin/pages/search/?q=img",
    ]  # fmt: skip
    for screen in screens:
        response = editor.get(screen)
        assert (screen, response.status_code, RUNS in response.content.decode()) == (screen, 200, False)


def test_confirmations(hostile, cast, editor):
    """What is said after something was done has names in it too."""
    url = reverse("community_directory_community_modeladmin_rest", args=[cast.community.pk])
    assert RUNS not in editor.get(url).content.decode()
    assert RUNS not in editor.post(url, follow=True).content.decode()


def test_in_calendars(hostile, client):
    """No line of a title becomes a line of the calendar."""
    session = hostile["session"]
    session.title = "A title\r\nATTACH:https://elsewhere.example/\nEND:VEVENT"
    session.place = "A;place,\nwith\\signs"
    session.save()
    lines = words(client.get(f"/sessions/{session.pk}.ics")).splitlines()
    assert [line for line in lines if line.startswith("ATTACH")] == []
    assert lines.count("END:VEVENT") == 1


def test_in_mails(hostile, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        discussion.add_post(person=cast.convener, topic=hostile["topic"], text=HOSTILE)
    [message] = [one for one in mail.outbox if one.to == [cast.participant.email]]
    html, _ = message.alternatives[0]
    assert RUNS not in html
    assert "\n" not in message.subject


@pytest.mark.parametrize("mark", "\u202e\u202d\u2066\u2067\u200f\u061c\r\n\x1b\x85")
def test_a_name_turns_nothing_round_and_stays_on_its_line(cast, signed_in, mark):
    """It stands inside others' sentences, and in mails that have no HTML."""
    fields = ("first_name", "last_name", "job_title", "offers", "looks_for")
    signed_in(cast.participant).post("/me/profile/", dict.fromkeys(fields, f"A{mark}b"))
    cast.participant.refresh_from_db()
    profile = cast.participant.profile
    said = [cast.participant.first_name, cast.participant.last_name]
    said += [profile.job_title, profile.offers, profile.looks_for]
    assert {text.replace(" ", "") for text in said} == {"Ab"}


def test_a_name_can_be_seen(cast, signed_in):
    response = signed_in(cast.participant).post("/me/profile/", {"first_name": "\u200b\u2060"})
    assert response.context["form"].errors["first_name"] == ["Enter your first name."]
    null = signed_in(cast.participant).post("/me/profile/", {"first_name": "A\x00"})
    assert list(null.context["form"].errors) == ["first_name"]


@pytest.mark.parametrize("name", ["Søren", "محمد", "नेहा", "O’Neil-Smith", "李 小龙", "Zoë\u0301"])
def test_names_of_the_world_stay_as_they_are(cast, signed_in, name):
    signed_in(cast.participant).post("/me/profile/", {"first_name": name})
    cast.participant.refresh_from_db()
    assert cast.participant.first_name == name
