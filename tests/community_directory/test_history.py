"""What a community said before: kept with every change, shown in words, and brought back one by one."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.history import edits, readable
from community_directory.models import Community
from members.models import User
from tests.factories import OrganisationFactory, RegionFactory, SectorFactory, ThemeFactory

PLAIN = ("name", "summary", "domain", "purpose", "practice", "stage", "rhythm", "meets", "how_to_join")


@pytest.fixture
def community(cast) -> Community:
    return cast.community


def change(community: Community, person: User, **fields: Any) -> ModelLogEntry:
    actions.edit_community(community=community, person=person, **fields)
    return ModelLogEntry.objects.for_instance(community).latest("pk")


class TestReadable:
    @pytest.mark.parametrize(
        ("fields", "label", "text"),
        [
            ({"name": "Falls"}, "Name", "Falls in care homes"),
            ({"summary": "Other."}, "In one sentence", "People who learn together about one thing."),
            ({"domain": "Other."}, "What you care about", "What we care about."),
            ({"purpose": "Other."}, "Why you exist", "Why we exist."),
            ({"practice": ""}, "What you make and share", "What we share."),
            ({"stage": "stewardship"}, "Where you are", "Getting started"),
            ({"meets": "both"}, "How you meet", "Online"),
            ({"open_to": "invitation"}, "Who can join", "Anyone who is interested"),
            ({"rhythm": "Mondays"}, "When you meet", "–"),
            ({"how_to_join": "Ring us."}, "How to join", "–"),
            ({"website": "https://a.example.org"}, "Website", "–"),
        ],
    )
    def test_each_text_has_its_label_and_its_words(self, cast, community, fields, label, text):
        change(community, cast.convener, **fields)
        [edit] = readable(community, cast.editor)
        assert edit.before == [(label, text)]

    def test_terms_are_named_as_they_were(self, cast, community):
        first, second = ThemeFactory(slug="a", name="Apples"), ThemeFactory(slug="b", name="Bees")
        change(community, cast.convener, themes=[second, first])
        change(community, cast.convener, themes=[], regions=[RegionFactory(slug="wales")])
        first.name = "Pears"
        first.save()
        newest, oldest = readable(community, cast.editor)
        assert newest.before == [("What it is about", "Apples, Bees"), ("Regions", "London")]
        assert oldest.before == [("What it is about", "–")]

    def test_it_says_who_and_when_the_newest_first(self, cast, community):
        start = timezone.now().replace(year=2030, month=3, day=4, hour=9, minute=30)
        with time_machine.travel(start, tick=False):
            change(community, cast.convener, rhythm="Mondays")
        with time_machine.travel(start + timedelta(days=1), tick=False):
            change(community, cast.editor, rhythm="Tuesdays")
            told = [(edit.who, edit.when) for edit in readable(community, cast.editor)]
        assert told == [("Editor Demo", "Today, 9:30am"), ("Convener Demo", "Yesterday, 9:30am")]

    def test_who_has_gone_is_somebody(self, cast, community):
        entry = change(community, cast.editor, rhythm="Mondays")
        ModelLogEntry.objects.filter(pk=entry.pk).update(user=None)
        assert [edit.who for edit in readable(community, cast.convener)] == ["Somebody"]

    def test_no_more_than_fifty(self, cast, community):
        for number in range(52):
            change(community, cast.convener, rhythm=f"Day {number}")
        shown = readable(community, cast.editor)
        assert [shown[0].before, shown[-1].before] == [
            [("When you meet", "Day 50")],
            [("When you meet", "Day 1")],
        ]
        assert len(shown) == 50

    @pytest.mark.parametrize("number", [1, 30])
    def test_it_costs_one_query_for_many(self, cast, community, django_assert_num_queries, number):
        for place in range(number):
            change(community, cast.convener, rhythm=f"Day {place}")
        assert cast.editor.led_circle_ids == frozenset()
        with django_assert_num_queries(1):
            assert len(readable(community, cast.editor)) == number


class TestWhoMayKnow:
    @pytest.fixture
    def both(self, cast, community) -> list[int]:
        """A change of the draft, and one of what is listed."""
        Community.objects.filter(pk=community.pk).update(state="draft")
        first = change(community, cast.convener, rhythm="Mondays")
        Community.objects.filter(pk=community.pk).update(state="published")
        return [first.pk, change(community, cast.convener, rhythm="Tuesdays").pk]

    def test_conveners_know_both_and_editors_what_came_after_the_draft(self, cast, community, both):
        assert set(edits(community, cast.convener).values_list("pk", flat=True)) == set(both)
        assert list(edits(community, cast.editor).values_list("pk", flat=True)) == [both[1]]

    def test_other_entries_of_the_log_are_no_edits(self, cast, community):
        actions.rest(community=community, person=cast.convener)
        ModelLogEntry.objects.log_action(community, "wagtail.edit")  # of before texts were kept
        assert list(edits(community, cast.convener)) == []

    def test_edits_of_another_are_not_its_own(self, cast, community, both):
        other = Community.objects.get(pk=community.pk)
        other.pk = community.pk + 1
        assert list(edits(other, cast.convener)) == []

    def test_a_visitor_is_no_convener(self, cast, community, both):
        assert list(edits(community, AnonymousUser()).values_list("pk", flat=True)) == [both[1]]


TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=30)


def there(community: Community) -> dict[str, Any]:
    """All that can be changed, as it stands in the database."""
    fresh = Community.objects.get(pk=community.pk)
    return {name: getattr(fresh, name) for name in PLAIN} | {
        name: {term.slug for term in getattr(fresh, name).all()} for name in actions.MANY
    }


class TestBackAndForth:
    @pytest.fixture
    def shelf(self, db) -> dict[str, list[Any]]:
        """Terms to file it under, of each kind."""
        return {
            "sectors": [SectorFactory(slug=slug) for slug in ("s0", "s1")],
            "regions": [RegionFactory(slug=slug) for slug in ("r0", "r1")],
            "themes": [ThemeFactory(slug=slug) for slug in ("t0", "t1")],
            "organisations": [OrganisationFactory(slug=slug) for slug in ("o0", "o1")],
        }

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_taking_back_all_changes_in_turn_leads_to_the_beginning(self, cast, community, shelf, data):
        """Whatever is changed, however often: nothing that was written is lost."""
        ModelLogEntry.objects.all().delete()
        begun, stations = there(community), []
        for _ in range(data.draw(st.integers(1, 4))):
            fields: dict[str, Any] = data.draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "summary": TEXT,
                        "domain": TEXT,
                        "how_to_join": TEXT,
                        "stage": st.sampled_from(["potential", "maturing"]),
                    },
                )
            )
            for name in data.draw(st.sets(st.sampled_from(actions.MANY))):
                low = 1 if name in ("sectors", "regions") else 0
                places = data.draw(st.sets(st.integers(0, 1), min_size=low))
                fields[name] = [shelf[name][place] for place in places]
            actions.edit_community(community=community, person=cast.convener, **fields)
            stations.append(there(community))
        for edit in list(edits(community, cast.convener)):
            assert there(community) in stations
            actions.bring_back(community=community, person=cast.convener, edit=edit.pk)
        assert there(community) == begun
