"""One search over everything: only what one may see, whatever one asks."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.models import InformationPage
from kit import registry
from learning.models import GuidancePage, ModulePage
from members import actions as members_actions
from members.models import Profile, User
from portal.search import TOP, clean_text, find_everything
from tests.factories import CommunityFactory, SessionFactory, TopicFactory, UserFactory

URL = "/search/"
HOSTILE = [
    "NEAR",
    "NEAR(a b, 2)",
    "a NEAR b",
    "AND",
    "a OR",
    "NOT",
    "*",
    "a*",
    '"',
    '"a',
    "'",
    "a' OR '1'='1",
    "col:a",
    "^a",
    "(",
    "a)",
    "-a",
    "+a",
    "a + b",
    "{a b}",
    "\x00",
    "a\x00b",
    "%",
    "_",
    "\\",
    ";",
    "--",
    "<script>alert(1)</script>",
    "\u202eabc",
    "👩‍⚕️",
    "é",
    "a" * 1_000_000,
    "a " * 500_000,
    "&|!:*",
    "a & | b",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
]


@pytest.fixture
def kinds(monkeypatch) -> registry.Registry:
    """No room's searches, for those of a test."""
    empty: registry.Registry = registry.Registry()
    monkeypatch.setattr(registry, "searches", empty)
    return empty


def kind(key: str, number: int, order: int = 100, more_url: str = "") -> registry.Search:
    def find(user, text, limit):
        return [registry.Hit(title=f"{key} {text} {n}", url=f"/{key}/{n}/") for n in range(number)][:limit]

    return registry.Search(key=key, label=key.title(), find=find, order=order, more_url=more_url, queries=0)


class TestGathering:
    def test_kinds_come_in_order_and_empty_ones_not_at_all(self, kinds):
        kinds.add(kind("b.late", 1, 200))
        kinds.add(kind("a.early", 2, 100))
        kinds.add(kind("c.none", 0))
        found = find_everything(AnonymousUser(), "x")
        assert [(one.key, one.label, len(one.hits), one.count) for one in found] == [
            ("a-early", "A.Early", 2, "2"),
            ("b-late", "B.Late", 1, "1"),
        ]

    def test_five_are_shown_and_the_rest_linked(self, kinds):
        kinds.add(kind("a", 9, more_url="/all/?q="))
        (found,) = find_everything(AnonymousUser(), "tea & cake")
        assert (len(found.hits), found.has_more, found.count) == (TOP, True, "best 5")
        assert found.more_url == "/all/?q=tea%20%26%20cake"

    def test_exactly_five_are_all(self, kinds):
        kinds.add(kind("a", TOP))
        (found,) = find_everything(AnonymousUser(), "x")
        assert (found.has_more, found.count) == (False, "5")

    def test_page_shows_each_kind_with_its_link(self, client, db, kinds):
        kinds.add(kind("guidance", 9, more_url="/guidance/?q="))
        kinds.add(kind("people", 1, more_url="/people/?q="))
        page = client.get(URL, {"q": "x"}).content.decode()
        assert page.count('href="/guidance/?q=x"') == 1
        assert 'href="/people/?q=x"' not in page  # all are shown
        assert (page.count('id="guidance"'), page.count('id="people"')) == (1, 1)
        assert page.count('class="p-result"') == TOP + 1


class TestPage:
    def test_without_a_text_it_says_what_can_be_found(self, client, db):
        page = client.get(URL).content.decode()
        assert page.count("Look for a word or two") == 1
        assert "p-empty" not in page

    def test_only_spaces_are_no_text(self, client, db):
        assert client.get(URL, {"q": "  \x00 "}).content.decode().count("Look for a word or two") == 1

    def test_nothing_found_says_what_to_do(self, client, db):
        page = client.get(URL, {"q": "zzzzzz"}).content.decode()
        assert page.count("Nothing found") == 1
        assert page.count('value="zzzzzz"') == 1

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_is_never_an_error_of_ours(self, signed_in, cast, text):
        response = signed_in(cast.participant).get(URL, {"q": text})
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(max_size=300))
    def test_any_text_is_answered(self, client, db, text):
        assert client.get(URL, {"q": text}).status_code == 200

    def test_is_kept_out_of_search_engines(self, client, db):
        page = client.get(URL, {"q": "x"}).content.decode()
        assert page.count('<meta name="robots" content="noindex">') == 1

    def test_is_only_read(self, client, db):
        assert client.post(URL, {"q": "x"}).status_code == 405

    def test_text_is_cut_at_200(self):
        assert clean_text("a" * 300) == "a" * 200
        assert clean_text("  tea \n\x00 cake ") == "tea cake"


class TestWhatOneMaySee:
    WORD = "xylophone"

    def titles(self, user) -> set[str]:
        return {hit.title for one in find_everything(user, self.WORD) for hit in one.hits}

    @pytest.fixture(autouse=True)
    def _things(self, cast):
        CommunityFactory(name="Xylophone players", slug="players")
        CommunityFactory(name="Xylophone drafts", slug="drafts", state="draft", published_at=None)
        TopicFactory(title="Xylophone talk")
        from tests.factories import SpaceFactory

        space = SpaceFactory(circle=cast.cohort.circle)
        TopicFactory(title="Xylophone secrets", space=space)
        SessionFactory(title="Xylophone day", circle=cast.cohort.circle)
        person = UserFactory(first_name="Xylophone", last_name="Person")
        from members import actions

        actions.admit(person=person)

    @pytest.mark.parametrize("who", ["visitor", "outsider", "editor"])
    def test_nothing_of_a_cohort_shows_to_others(self, cast, who):
        user = AnonymousUser() if who == "visitor" else getattr(cast, who)
        assert not {"Xylophone secrets", "Xylophone day"} & self.titles(user)

    @pytest.mark.parametrize("who", ["visitor", "outsider", "editor", "participant", "admin"])
    def test_drafts_and_people_who_hide_show_to_nobody(self, cast, who):
        user = AnonymousUser() if who == "visitor" else getattr(cast, who)
        assert not {"Xylophone drafts", "Xylophone Person"} & self.titles(user)

    def test_a_visitor_finds_the_directory(self, cast):
        assert "Xylophone players" in self.titles(AnonymousUser())


def many(number: int, pages) -> None:
    """So many of every kind that is searched."""
    for index in range(number):
        name = f"Teacups {index}"
        CommunityFactory(name=name)
        TopicFactory(title=name, text="teacups")
        SessionFactory(title=name)
        Profile.objects.update_or_create(user=network_member(name), defaults={"findable": True})
        pages.home.add_child(instance=InformationPage(title=name, slug=f"information-{index}"))
        pages.library.add_child(instance=GuidancePage(title=name, slug=f"guidance-{index}", in_short="x"))
        pages.modules.add_child(
            instance=ModulePage(title=name, slug=f"module-{index}", number=index + 2, summary="x")
        )


def network_member(name: str) -> User:
    person = UserFactory(first_name=name)
    members_actions.admit(person=person)
    return person


@pytest.mark.parametrize("number", [1, 30])
def test_each_kind_keeps_to_the_queries_that_it_declares(cast, pages, number, django_assert_num_queries):
    many(number, pages)
    cast.participant.circle_ids  # noqa: B018 - looked up once a request
    for one in registry.searches:
        one.find(cast.participant, "teacups", TOP + 1)  # what is kept in a cache is there from now on
        with django_assert_num_queries(one.queries, info=one.key):
            found = one.find(cast.participant, "teacups", TOP + 1)
        assert (one.key, len(found)) == (one.key, min(number, TOP + 1))


def test_kinds_together_keep_within_the_budget():
    assert 3 + sum(one.queries for one in registry.searches) <= 16


@pytest.mark.parametrize("number", [1, 30])
def test_page_keeps_within_the_budget(signed_in, cast, pages, number, django_assert_num_queries):
    many(number, pages)
    client = signed_in(cast.participant)
    client.get(URL)
    with django_assert_num_queries(16):
        assert client.get(URL, {"q": "teacups"}).status_code == 200
