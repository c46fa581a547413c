"""A word stands in each kind of private thing, and is looked for as everybody else, everywhere.

Each kind has two words of its own, so that a find says what leaks: one is searched for, the other, beside it, is what
must not come back, since a page may repeat what somebody typed.
"""

import re
import zipfile
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client

from discussion import actions as discussion
from discussion.models import Topic
from files.models import PortalDocument, PortalImage
from home.models import InformationPage
from learning.models import GuidancePage
from members import actions as members
from members.enums import Role
from members.models import Circle
from privacy import archive
from tests.factories import CommunityFactory, MaterialFactory, SessionFactory, SpaceFactory
from tests.security import access
from tests.security.conftest import words
from tests.security.world import EXAMPLES, client_of, make_world

_INSIDE = {"participant", "convener", "facilitator"}
_KEEPERS = {"editor", "admin"}
# Who may know of each kind; everybody else may not find its word.
MAY: dict[str, set[str]] = {
    "page": _INSIDE | _KEEPERS,
    "space": _INSIDE | _KEEPERS,  # its name stands in the list that editors keep
    "topic": _INSIDE,
    "post": _INSIDE,
    "reply": _INSIDE,
    "removed": {"participant", "facilitator"},
    "session": _INSIDE | _KEEPERS,
    "material": _INSIDE,
    "document": _INSIDE,
    "picture": _INSIDE,
    "draft": {"convener"},
    "group": {"facilitator", *_KEEPERS},
    "profile": _INSIDE,  # who shares a group with them may read it, though they cannot be found
    "wagtaildraft": _KEEPERS,
    "message": {"participant", "convener", "admin"},  # an admin reads what was reported
    "invitation": {"convener", "participant", "guest"},
    "question": {"convener"},
    "steward": _KEEPERS
    | {"guest"},  # who looks after a community by email; the guest holds each link that there is
    "unlisted": {"guest"},
    "wish": {"convener", "other"},
    "answer": {"convener", "other"},  # to an offer of a community
    "list": {"participant"},
    "search": {"participant"},
    "missed": {"participant"} | _KEEPERS,  # the words, never whose they are
    "bookmark": {"participant"},
    "note": {"participant", "editor"},  # who looks after the page
    "reflection": {"participant"},
    "forleads": {"participant", "facilitator"},
    "forcohort": _INSIDE,
    "goneaway": {"participant"},
    "rating": {"participant"},
    "record": {"participant"},  # and whoever has its code, which none of them has
}
_SEARCHES = (
    "search/?q={}", "guidance/?q={}", "learning/suggestions/?q={}", "communities/?q={}", "people/?q={}", "discussions/search/?q={}",
    "api/v1/communities?q={}", "communities/map/?q={}", "communities/network/?q={}", "communities/network.json?q={}", "calendar/?kind={}", "me/reflections/?q={}",
)  # fmt: skip
_FEEDS = ("learning/new.atom", "sitemap.xml", "sitemap-pages.xml", "sitemap-communities.xml", "sitemap-sessions.xml", "robots.txt", "api/v1/openapi.json",
          "api/v1/sessions", "api/v1/communities", "calendar/?show=past", "calendar/?show=undated", "programme/", "guidance/")  # fmt: skip
_PLANTED = (
    "programme/modules/planning/", "{planted_topic}/", "discussions/posts/{planted_reply}/history/", "{talk_about_the_page}/", "guidance/start-with-a-question/",
)  # fmt: skip
_ADMIN = (
    "", "pages/", "pages/search/?q={}", "choose-page/search/?q={}", "images/", "images/?q={}", "images/chooser/results/?q={}",
    "documents/", "documents/?q={}", "documents/chooser/results/?q={}", "reports/site-history/", "reports/aging-pages/", "reports/guidance/", "reports/not-found/", "reports/broken-links/", "reports/unused-files/",
    "reports/site-history/?export=csv", "members/circle/?q={}", "members/membership/?q={}", "discussion/topic/?q={}", "discussion/topic/",
    "discussion/post/?q={}", "discussion/post/", "discussion/space/?q={}", "cohorts/session/?q={}", "community_directory/community/?q={}",
    "community_directory/community/?export=csv", "communities/import/", "cohorts/cohort/", "users/",
)  # fmt: skip


def word(kind: str) -> str:
    """What is searched for: it stands in a thing of this kind."""
    return f"zwetschgen{kind}"


def kernel(kind: str) -> str:
    """What must not be found: it stands beside the word."""
    return f"kern{kind}"


def both(kind: str) -> str:
    """What is planted."""
    return f"{word(kind)} {kernel(kind)}"


def slug(kind: str) -> str:
    """The same in an address."""
    return both(kind).replace(" ", "-")


@pytest.fixture
def planted(private, cast, pages, png, unlimited, django_capture_on_commit_callbacks) -> SimpleNamespace:
    """One of each kind of private thing, with its word wherever one can write; indexed."""
    with django_capture_on_commit_callbacks(execute=True):  # the mails
        world, circle = make_world(private, cast, pages, say=both), cast.cohort.circle
    library = type(pages.library).objects.get()
    page = library.add_child(
        instance=GuidancePage(
            title=both("page"), slug=slug("page"), in_short=f"About {both('page')}.", circle=circle
        )
    )
    home = type(pages.home).objects.get()
    draft = home.add_child(instance=InformationPage(title="A page", slug="a-page"))
    draft.title = both("wagtaildraft")
    draft.save_revision()
    space = SpaceFactory(circle=circle, name=both("space"), slug=slug("space"))
    with django_capture_on_commit_callbacks(execute=True):  # the mails
        topic = discussion.start_topic(
            person=cast.participant,
            space=space,
            title=both("topic"),
            text=both("post"),
            page=pages.guidance.pk,
        )
        reply = discussion.add_post(person=cast.facilitator, topic=topic, text=both("reply"))
    discussion.edit_post(person=cast.facilitator, post=reply, text=f"Now {both('reply')} again")
    gone = discussion.add_post(person=cast.participant, topic=topic, text=both("removed"))
    discussion.remove_post(person=cast.participant, post=gone)
    SessionFactory(
        title=both("session"), description=both("session"), place=both("session"), circle=circle, cohort=cast.cohort,
        joining_link=f"https://meet.example.org/{both('session')}",
    )  # fmt: skip
    half_day = SessionFactory(cohort=cast.cohort, kind="half_day", module=pages.module)
    MaterialFactory(session=half_day, title=both("material"), note=both("material"))
    PortalDocument.objects.create(
        title=both("document"), circle=circle, file=ContentFile(b"%PDF-1.4", f"{both('document')}.pdf")
    )
    PortalImage.objects.create(
        title=both("picture"),
        circle=circle,
        width=8,
        height=8,
        file=ContentFile(png, f"{both('picture')}.png"),
    ).get_rendition("width-8")
    CommunityFactory(
        name=both("draft"),
        slug=slug("draft"),
        summary=both("draft"),
        state="draft",
        published_at=None,
        convener=cast.convener,
    )
    group = members.make_group(parent=circle, name=both("group"))
    members.join(person=cast.facilitator, circle=group, role=Role.LEAD)
    network = SpaceFactory(circle=Circle.objects.network(), name="Open", slug="open")
    # Of a page that everybody could see when the topic began.
    open_topic = discussion.start_topic(
        person=cast.facilitator, space=network, title="About it", text="About it."
    )
    Topic.objects.filter(pk=open_topic.pk).update(page=page)
    world.talk_about_the_page = open_topic.get_absolute_url().strip("/")
    world.planted_topic = topic.get_absolute_url().strip("/")
    world.planted_reply = reply.pk
    profile = cast.participant.profile
    profile.about = profile.offers = profile.looks_for = profile.job_title = both("profile")
    profile.save()
    call_command("update_index", verbosity=0)
    return world


def addresses(who: str, world: SimpleNamespace) -> list[str]:
    """Everywhere that this kind of person could look."""
    # Addresses that are a secret are tried by whose they are: the participant's calendar, the guest's link.
    others = {"calendar/feed/<str:token>.ics": "participant", "guest/<str:token>/": "guest"}
    tried = [
        example.address for key, example in EXAMPLES.items() if others.get(key.split(" ")[0], who) == who
    ]
    shown = [address.format(**vars(world)) for address in (*tried, *_PLANTED)]
    asked = [address.format(word(kind)) for address in _SEARCHES for kind in MAY]
    admin = [f"admin/{address.format(word(kind))}" for address in _ADMIN for kind in MAY if "{}" in address]
    admin += [f"admin/{address}" for address in _ADMIN if "{}" not in address]
    return ["", *shown, *_FEEDS, *asked, *(admin if who in (*_KEEPERS, "lead", "participant") else [])]


def finds(client: Client, who: str, world: SimpleNamespace) -> dict[str, set[str]]:
    """For each kind whose word was found, where."""
    found: dict[str, set[str]] = {}
    for address in addresses(who, world):
        response = client.get(f"/{address}", follow=True)
        assert response.status_code != 429
        said = (
            words(response).lower()
            if response.get("Content-Type", "").startswith(("text", "application"))
            else ""
        )
        said += str(dict(response.items())).lower()
        asked = address.strip("/").lower()  # what was asked for comes back in a link to sign in
        said = said.replace(asked, "").replace(urlencode({"": asked})[1:].lower(), "")
        for kind in MAY:
            if kernel(kind) in said:
                found.setdefault(kind, set()).add(address)
    return found


@pytest.mark.parametrize("who", access.PEOPLE)
def test_nobody_finds_what_is_not_theirs(planted, who, signed_in):
    found = finds(client_of(who, planted, signed_in), who, planted)
    assert {kind: places for kind, places in found.items() if who not in MAY[kind]} == {}


@pytest.mark.parametrize("kind", ["page", "space", "topic", "post", "session", "draft", "group"])
def test_whose_it_is_finds_it(planted, kind, signed_in):
    """The search is worth something: it finds what there is to find."""
    who = "convener" if kind == "draft" else "facilitator"
    assert kind in finds(client_of(who, planted, signed_in), who, planted)


def test_a_leak_is_found(planted, pages, signed_in):
    """One is put there: a word of the cohort's in a public page."""
    home = type(pages.home).objects.get()
    home.add_child(instance=InformationPage(title=both("post"), slug="leak", introduction="x"))
    call_command("update_index", verbosity=0)
    found = finds(Client(), "visitor", planted)
    assert set(found) == {"post"}
    assert f"search/?q={word('post')}" in found["post"]


def test_no_mail_carries_what_its_reader_may_not_see(planted, cast):
    people = {
        getattr(cast, name).email: name
        for name in ("admin", "editor", "facilitator", "convener", "participant")
    }
    people |= dict.fromkeys(
        ("guest@example.org", "waiting@example.org", f"{kernel('steward')}@example.org"), "guest"
    )
    people |= {
        planted.people.stranger.email: "stranger",
        planted.people.other.email: "other",
        planted.people.lead.email: "lead",
    }
    assert mail.outbox
    wrong = [
        (to, kind)
        for message in mail.outbox
        for to in message.to
        for kind in MAY
        if kernel(kind) in str(message.message()) and people[to] not in MAY[kind]
    ]
    assert wrong == []


# Whose words each kind is: nobody else's copy of their data has them, whether they may read them or not. Where
# something of theirs stands is named, if they may see it.
_OWN = {
    "participant": {
        "topic",
        "post",
        "removed",
        "profile",
        "message",
        "space",
        "reflection",
        "forleads",
        "forcohort",
        "goneaway",
        "rating",
        "record",
        "list",
        "search",
        "missed",
        "bookmark",
        "note",
    },
    "facilitator": {"reply", "group", "topic"},
    "convener": {"draft", "invitation"},
    "other": {"wish", "answer"},
}


@pytest.mark.parametrize("who", access.PEOPLE[2:])
def test_a_copy_of_ones_data_holds_ones_own_words_alone(planted, who):
    content = BytesIO()
    archive.write(getattr(planted.people, who), content)
    with zipfile.ZipFile(content) as copy:
        said = " ".join(copy.namelist()) + " ".join(
            copy.read(name).decode("utf-8", "replace") for name in copy.namelist()
        )
    assert {kind for kind in MAY if kernel(kind) in said} == _OWN.get(who, set())


@pytest.mark.parametrize("who", ["visitor", "stranger", "other", "editor", "lead"])
def test_no_count_tells_that_there_is_something(planted, who, signed_in):
    """A search for what is there and one for what is not say the same."""
    client = client_of(who, planted, signed_in)
    hidden = [kind for kind in MAY if who not in MAY[kind]]
    for address in _SEARCHES[:6]:
        nothing = words(client.get(f"/{address.format('qqqqqqqqqqqq')}", follow=True)).replace(
            "qqqqqqqqqqqq", "?"
        )
        for kind in hidden:
            said = words(client.get(f"/{address.format(word(kind))}", follow=True)).replace(word(kind), "?")
            assert _without_tokens(said) == _without_tokens(nothing), (address, kind)


def _without_tokens(html: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|name="at" value)="[^"]*"', "", html)
