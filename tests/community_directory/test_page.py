"""A community's own page: who they are first; what each person may see and do; what it costs."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from community_directory.models import Community, Connection
from kit.registry import Panel, panels
from members import actions as members_actions
from members.enums import Role
from tests.factories import CommunityFactory, ExchangeFactory, OrganisationFactory, ThemeFactory, UserFactory


def page(client: Client, community: Community) -> BeautifulSoup:
    response = client.get(community.get_absolute_url())
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def said(soup: BeautifulSoup) -> str:
    return " ".join(soup.select_one("main").get_text(" ").split())


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """What other rooms show here is held by their own tests."""
    monkeypatch.setattr(panels, "_items", {})


@pytest.fixture
def visible(cast, pages, terms) -> Community:
    community = cast.community
    community.summary = "Fewer falls."
    community.domain = "We care about **moving**."
    community.how_to_join = "Come along.\nBring a story."
    community.website = "https://falls.example.org"
    community.rhythm = "First Tuesday"
    community.save()
    community.themes.set([terms["theme"]])
    community.organisations.set([terms["organisation"]])
    return community


class TestVisitor:
    def test_who_they_are_comes_first(self, client, visible):
        soup = page(client, visible)
        assert [title.get_text() for title in soup.select("main h1, main h2")] == [
            "Falls in care homes",
            "What we care about",
            "Why we exist",
            "What we make and share",
            "How to join",
            "At a glance",
            "Who convenes it",
        ]
        assert soup.title.get_text() == "Falls in care homes – Communities of Practice"
        assert soup.select_one(".p-prose strong").get_text() == "moving"
        assert soup.select_one("meta[name=description]")["content"] == "Fewer falls."

    def test_terms_lead_into_the_directory(self, client, visible):
        links = {a.get_text(): a["href"] for a in page(client, visible).select("main a[href*='?']")}
        assert links == {
            "London": "/communities/?region=london",
            "Getting started": "/communities/?stage=coalescing",
            "Trust": "/communities/?theme=trust",
            "Social care": "/communities/?sector=social-care",
            "Harewell": "/communities/?organisation=harewell",
            "Sign in": "/accounts/login/?next=/communities/falls-in-care-homes/",
        }
        for address in list(links.values())[:-1]:
            assert b"Falls in care homes" in client.get(address).content

    def test_how_to_join(self, client, visible):
        text = said(page(client, visible))
        assert "How to join Anyone who is interested Come along. Bring a story. Visit its website" in text
        link = page(client, visible).select_one("a[href='https://falls.example.org']")
        assert link["rel"] == ["nofollow", "ugc", "noopener", "noreferrer"]

    def test_names_of_people_are_for_members(self, client, visible):
        soup = page(client, visible)
        assert "Convener Demo" not in soup.get_text()
        assert "Sign in to see who convenes it." in said(soup)

    def test_the_page_may_be_kept_and_carries_no_token(self, client, visible):
        response = client.get(visible.get_absolute_url())
        assert b"csrfmiddlewaretoken" not in response.content
        assert response["Cache-Control"] == "max-age=0, must-revalidate"

    def test_resting_is_said_kindly(self, client, visible):
        Community.objects.filter(pk=visible.pk).update(state="dormant")
        assert "This community is resting. Nobody has given up" in said(page(client, visible))

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_what_is_not_listed_is_not_there(self, client, visible, state):
        Community.objects.filter(pk=visible.pk).update(state=state)
        hidden, missing = client.get(visible.get_absolute_url()), client.get("/communities/no-such/")
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert hidden.content.replace(visible.slug.encode(), b"no-such") == missing.content
        assert b"Sign in, to see whether this is for you" in hidden.content


class TestConnections:
    def test_both_pages_show_what_both_agreed_on(self, client, visible):
        other = CommunityFactory(name="Frailty")
        Connection.objects.create(source=other, target=visible, reason="The same people.", state="accepted")
        for one, two in ((visible, other), (other, visible)):
            cards = page(client, one).select("#connections li")
            assert [" ".join(card.get_text(" ").split()) for card in cards] == [
                f"{two.name} We share what we do The same people."
            ]
            assert cards[0].a["href"] == two.get_absolute_url()

    @pytest.mark.parametrize("state", ["proposed", "declined", "ended"])
    def test_nothing_else_shows_even_to_conveners(self, signed_in, cast, visible, state):
        other = CommunityFactory(name="Frailty")
        Connection.objects.create(source=other, target=visible, reason="Not yet.", state=state)
        assert "Not yet." not in page(signed_in(cast.convener), visible).get_text()

    def test_not_with_what_is_no_longer_listed(self, client, visible):
        other = CommunityFactory(name="Frailty", state="ended")
        Connection.objects.create(source=other, target=visible, reason="Gone.", state="accepted")
        assert "Frailty" not in page(client, visible).get_text()

    def test_who_convenes_another_is_offered_a_link(self, signed_in, cast, visible):
        CommunityFactory(convener=cast.facilitator)
        for person, offered in ((cast.facilitator, True), (cast.convener, False), (cast.participant, False)):
            link = page(signed_in(person), visible).select_one("a[href$='/connections/new/']")
            assert bool(link) == offered


class TestMember:
    def test_sees_who_convenes_it(self, signed_in, cast, visible):
        other = UserFactory(first_name="Ada", last_name="Byron")
        members_actions.join(person=other, circle=visible.circle, role=Role.LEAD)
        members_actions.join(person=UserFactory(first_name="Plain"), circle=visible.circle)
        people = page(signed_in(cast.participant), visible).select(".p-people .p-person__text")
        assert [" ".join(one.get_text(" ").split()) for one in people] == [
            "Convener Demo Co-convener",
            "Ada Byron Co-convener",
        ]

    def test_who_is_in_no_network_does_not(self, signed_in, cast, visible):
        text = said(page(signed_in(cast.outsider), visible))
        assert "Convener Demo" not in text
        assert "Members of the network can see this." in text

    def test_is_offered_nothing_to_change(self, signed_in, cast, visible):
        soup = page(signed_in(cast.participant), visible)
        assert soup.select("main form") == []
        assert soup.select("a[href$='/edit/']") == []


class TestStanding:
    """Conveners, and editors while it is not in the directory, see where it stands and what comes next."""

    def standing(self, client: Client, community: Community) -> tuple[str, str, list[str]]:
        soup = page(client, community)
        card = soup.select_one("[aria-labelledby=standing]")
        title = card.select_one("#standing").get_text()
        buttons = [button.get_text() for button in card.select(".p-cluster button, .p-cluster a")]
        return card.select_one(".p-tag").get_text(), title, buttons

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("draft", ("Draft", "Read it through", ["Send it to an editor", "Change it", "End it"])),
            (
                "submitted",
                ("Waiting for an editor", "An editor is going to read this", ["Change it", "End it"]),
            ),
            ("published", ("Published", "It is in the directory", ["Change it", "Let it rest", "End it"])),
            ("dormant", ("Resting", "It is resting", ["Wake it", "Change it", "End it"])),
            ("ended", ("Ended", "It has ended", [])),
        ],
    )
    def test_convener(self, signed_in, cast, visible, state, expected):
        Community.objects.filter(pk=visible.pk).update(state=state)
        assert self.standing(signed_in(cast.convener), visible) == expected

    def test_convener_reads_what_an_editor_asks_for(self, signed_in, cast, visible):
        Community.objects.filter(pk=visible.pk).update(state="draft", sent_back_because="Say <when>.")
        soup = page(signed_in(cast.convener), visible)
        assert soup.select_one("#standing").get_text() == "An editor asks you to change something"
        assert "Say <when>." in said(soup)

    @pytest.mark.parametrize("key", ["editor", "admin"])
    def test_editor(self, signed_in, cast, visible, key):
        Community.objects.filter(pk=visible.pk).update(state="submitted")
        assert self.standing(signed_in(getattr(cast, key)), visible) == (
            "Waiting for an editor",
            "This waits for you",
            ["Publish", "Change it", "End it"],
        )

    def test_editor_sees_no_draft(self, signed_in, cast, visible):
        Community.objects.filter(pk=visible.pk).update(state="draft")
        for person in (cast.editor, cast.admin, cast.participant):
            assert signed_in(person).get(visible.get_absolute_url()).status_code == 404


class TestPanels:
    def test_other_rooms_fill_their_slots(self, client, visible, monkeypatch):
        for slot in ("community.below", "community.side"):
            monkeypatch.setitem(
                panels._items,
                slot,
                Panel(
                    key=slot,
                    slot=slot,
                    draw=lambda thing, request, slot=slot: f"<p id='{slot}'>{thing.slug}</p>",
                    queries=0,
                ),
            )
        soup = page(client, visible)
        assert soup.find(id="community.below").get_text() == visible.slug
        assert soup.find(id="community.side").find_parent("aside")


class TestCost:
    def grow(self, community: Community, number: int) -> None:
        for place in range(number):
            other = CommunityFactory()
            Connection.objects.create(source=other, target=community, reason="Same.", state="accepted")
            community.themes.add(ThemeFactory())
            community.organisations.add(OrganisationFactory(slug=f"own-{place}"))
            members_actions.join(person=UserFactory(), circle=community.circle, role=Role.LEAD)
            ExchangeFactory(community=community)

    @pytest.mark.parametrize("number", [1, 30])
    def test_visitor(self, client, visible, django_assert_num_queries, number):
        self.grow(visible, number)
        page(client, visible)
        with django_assert_num_queries(5):
            client.get(f"{visible.get_absolute_url()}?fresh=1")

    @pytest.mark.parametrize("number", [1, 30])
    @pytest.mark.parametrize(("key", "queries"), [("participant", 9), ("convener", 10)])
    def test_signed_in(self, signed_in, cast, visible, django_assert_num_queries, number, key, queries):
        self.grow(visible, number)
        client = signed_in(getattr(cast, key))
        page(client, visible)
        with django_assert_num_queries(queries):
            page(client, visible)


class TestForPrograms:
    def said(self, html: str) -> list[dict[str, Any]]:
        parts = BeautifulSoup(html, "html.parser").find_all("script", type="application/ld+json")
        return [json.loads(part.string) for part in parts]

    def test_what_everybody_can_read(self, client, visible, settings):
        visible.themes.set([ThemeFactory(name="Listening", slug="listening")])
        [said] = self.said(client.get(visible.get_absolute_url()).text)
        assert said["@type"] == "Organization"
        assert (said["name"], said["description"]) == (visible.name, visible.summary)
        assert said["url"] == settings.SITE_URL + visible.get_absolute_url()
        assert said["knowsAbout"] == ["Listening"]
        assert said.get("sameAs", "") == visible.website

    def test_a_text_does_not_end_it(self, client, visible):
        Community.objects.filter(pk=visible.pk).update(summary="</script><script>x</script> & \u2028")
        [said] = self.said(client.get(visible.get_absolute_url()).text)
        assert said["description"] == "</script><script>x</script> & \u2028"

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_nothing_of_what_is_not_in_the_directory(self, signed_in, cast, state):
        hidden = CommunityFactory(state=state, published_at=None, convener=cast.convener)
        assert self.said(signed_in(cast.convener).get(hidden.get_absolute_url()).text) == []


class TestLeftBehind:
    @pytest.fixture
    def ended(self, cast, pages, signed_in):
        signed_in(cast.convener).post(
            f"{cast.community.get_absolute_url()}end/", {"left_behind": "A <b>list</b>.\nAnd people."}
        )
        return cast.community.get_absolute_url()

    @pytest.mark.parametrize(("key", "code"), [("convener", 200), ("editor", 200), ("participant", 404)])
    def test_who_may_still_see_it_reads_it(self, ended, cast, signed_in, key, code):
        response = signed_in(getattr(cast, key)).get(ended)
        assert response.status_code == code
        if code == 200:
            section = BeautifulSoup(response.content, "html.parser").find(id="left-behind").parent
            assert section.p.get_text() == "A <b>list</b>.And people."

    def test_nothing_is_said_where_nothing_was_left(self, cast, pages, signed_in):
        client = signed_in(cast.convener)
        client.post(f"{cast.community.get_absolute_url()}end/", {"left_behind": " "})
        soup = BeautifulSoup(client.get(cast.community.get_absolute_url()).content, "html.parser")
        assert soup.find(id="left-behind") is None

    @pytest.mark.parametrize("text", ["x" * 601, "NHS number 943 476 5919"])
    def test_what_is_wrong_is_said_and_kept(self, cast, pages, signed_in, text):
        address = f"{cast.community.get_absolute_url()}end/"
        response = signed_in(cast.convener).post(address, {"left_behind": text})
        soup = BeautifulSoup(response.content, "html.parser")
        assert (response.status_code, soup.find(id="id_left_behind").get_text().strip()) == (200, text)
        cast.community.refresh_from_db()
        assert cast.community.state == "published"
