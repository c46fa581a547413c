"""Each screen of the admin: who is let in, what a list costs, and that what one reads is what one may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members import actions
from members.models import Circle, Membership
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    ThemeFactory,
    UserFactory,
)

LABELS = ("circle", "membership", "organisation", "theme", "sector", "region")
WORDS = ("organisation", "theme", "sector", "region")
PEOPLE = ("admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor")
KEEPERS = {"admin", "editor"}


def url(label: str, action: str, *args: object) -> str:
    return reverse(f"members_{label}_modeladmin_{action}", args=args)


@pytest.fixture
def things(cast) -> dict[str, Any]:
    """One of each, that a screen can be about."""
    return {
        "circle": actions.make_group(parent=cast.cohort.circle, name="Peers"),
        "membership": Membership.objects.get(person=cast.participant, circle=cast.cohort.circle),
        "organisation": OrganisationFactory(),
        "theme": ThemeFactory(),
        "sector": SectorFactory(),
        "region": RegionFactory(),
    }


@pytest.fixture
def let_in(cast, signed_in) -> Callable[[str], set[str]]:
    """Who gets the screen at an address; all others are sent away and see nothing of it."""

    def ask(address: str) -> set[str]:
        inside = set()
        for key in PEOPLE:
            client = Client() if key == "visitor" else signed_in(getattr(cast, key))
            answer = client.get(address)
            assert answer.status_code in (200, 302, 403)
            if answer.status_code == 200:
                inside.add(key)
        return inside

    return ask


class TestWhoIsLetIn:
    @pytest.mark.parametrize("label", LABELS)
    def test_to_the_list_and_to_a_new_one(self, let_in, label):
        assert let_in(url(label, "index")) == KEEPERS
        assert let_in(url(label, "create")) == KEEPERS

    @pytest.mark.parametrize("label", LABELS)
    def test_to_one_of_them(self, let_in, things, label):
        assert let_in(url(label, "edit", things[label].pk)) == KEEPERS

    @pytest.mark.parametrize("label", WORDS)
    def test_only_an_admin_takes_a_word_away(self, let_in, things, label):
        assert let_in(url(label, "delete", things[label].pk)) == {"admin"}

    @pytest.mark.parametrize("label", ["circle", "membership"])
    def test_nobody_deletes_what_people_belonged_to(self, let_in, things, label):
        assert let_in(url(label, "delete", things[label].pk)) == set()

    @pytest.mark.parametrize("label", LABELS)
    @pytest.mark.parametrize("key", ["0", "x", "-1", "9" * 25, "%00"])
    def test_what_is_not_there_is_not_found(self, signed_in, cast, label, key):
        address = url(label, "edit", 1).replace("/1/", f"/{key}/")
        assert signed_in(cast.admin).get(address).status_code == 404
        assert signed_in(cast.admin).post(address, {"name": "x"}).status_code == 404

    @pytest.mark.parametrize("label", LABELS)
    def test_others_change_nothing(self, signed_in, cast, things, label):
        before = {name: str(thing) for name, thing in things.items()}
        for key in ("facilitator", "convener", "participant", "outsider"):
            client = signed_in(getattr(cast, key))
            for action in ("edit", "delete"):
                sent = {"name": "Mine", "ended": "on", "role": "lead"}
                assert client.post(url(label, action, things[label].pk), sent).status_code == 302
        for name, thing in things.items():
            assert str(type(thing).objects.get(pk=thing.pk)) == before[name]
        assert Membership.objects.get(pk=things["membership"].pk).role == "member"


FILL: dict[str, Callable[[Circle], Any]] = {
    "circle": lambda circle: CircleFactory(),
    "membership": lambda circle: actions.join(person=UserFactory(), circle=circle),
    "organisation": lambda circle: OrganisationFactory(),
    "theme": lambda circle: ThemeFactory(),
    "sector": lambda circle: SectorFactory(),
    "region": lambda circle: RegionFactory(),
}


class TestLists:
    @pytest.mark.parametrize("number", [1, 30])
    @pytest.mark.parametrize(
        ("label", "queries"),
        [
            ("circle", 14),
            ("membership", 14),
            ("organisation", 18),
            ("theme", 14),
            ("sector", 14),
            ("region", 14),
        ],
    )
    def test_thirty_cost_as_much_as_one(
        self, signed_in, cast, pages, django_assert_num_queries, label, queries, number
    ):
        for _ in range(number):
            FILL[label](cast.cohort.circle)
        client = signed_in(cast.editor)
        client.get(url(label, "index"))
        with django_assert_num_queries(queries):
            client.get(url(label, "index"))

    @pytest.mark.parametrize("label", LABELS)
    @pytest.mark.parametrize(
        "query", ["q=%00", "q=%F0%9F%98%80", "o=99", "p=x", "kind__exact=%00", "state=x"]
    )
    def test_any_question_gets_an_answer(self, signed_in, cast, pages, label, query):
        answer = signed_in(cast.editor).get(f"{url(label, 'index')}?{query}")
        assert answer.status_code in (200, 302, 404)

    def test_organisations_are_narrowed_by_sector_and_region(self, signed_in, cast, pages):
        wanted, other = OrganisationFactory(name="Wanted"), OrganisationFactory(name="Other")
        client = signed_in(cast.editor)
        for query in (f"sector={wanted.sector.slug}", f"region={wanted.region.slug}", "q=wanted"):
            found = client.get(f"{url('organisation', 'index')}?{query}").context["object_list"]
            assert list(found) == [wanted]
        both = f"sector={wanted.sector.slug}&region={other.region.slug}"
        assert list(client.get(f"{url('organisation', 'index')}?{both}").context["object_list"]) == []

    def test_circles_are_narrowed_by_kind(self, signed_in, cast, pages, things):
        client = signed_in(cast.editor)
        for kind in ("cohort", "community", "group", "network"):
            found = client.get(f"{url('circle', 'index')}?kind__exact={kind}").context["object_list"]
            assert {circle.kind for circle in found} == {kind}

    def test_names_are_text(self, signed_in, cast, pages, things):
        hostile = "<script>alert(1)</script>"
        for label in (*WORDS, "circle"):
            thing = things[label]
            type(thing).objects.filter(pk=thing.pk).update(name=hostile)
        cast.participant.first_name = hostile
        cast.participant.save()
        for label in LABELS:
            for address in (url(label, "index"), url(label, "edit", things[label].pk)):
                assert "<script>alert(1)" not in signed_in(cast.editor).get(address).text
