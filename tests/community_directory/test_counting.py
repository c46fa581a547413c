"""What the worker keeps of the network: the same as what is there, once, also when two count at once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from community_directory import actions, counting, tasks
from community_directory.models import Community, Connection, NetworkPlace, NetworkSnapshot, NetworkState
from kit import caching
from tests.community_directory.conftest import needs_threads
from tests.community_directory.networks import chain, link
from tests.factories import CommunityFactory, SectorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
MAY = date(2026, 5, 1)


def standings() -> dict[str, tuple[int, int, int]]:
    rows = NetworkPlace.objects.order_by("community__name")
    return {row[0]: row[1:] for row in rows.values_list("community__name", "links", "reach", "parts")}


class TestRefresh:
    def test_it_says_where_each_stands(self):
        chain("A", "B", "C", "D")
        CommunityFactory(name="E")
        assert counting.refresh_network() is True
        assert standings() == {"A": (1, 2, 1), "B": (2, 3, 2), "C": (2, 3, 2), "D": (1, 2, 1), "E": (0, 0, 1)}
        state = NetworkState.objects.get()
        assert (state.communities, state.connections, state.components, state.islands, state.largest) == (
            5,
            3,
            1,
            1,
            4,
        )
        assert (state.mean_links, state.is_sampled) == (1.2, False)

    def test_what_is_not_public_is_not_counted(self):
        one, two = chain("A", "B")
        for state in ("proposed", "declined", "ended"):
            link(one, CommunityFactory(name=state), state=state)
        for state in ("draft", "submitted", "ended"):
            link(two, CommunityFactory(name=f"Hidden {state}", state=state, published_at=None))
        counting.refresh_network()
        assert standings() == {
            "A": (1, 1, 1),
            "B": (1, 1, 1),
            "declined": (0, 0, 1),
            "ended": (0, 0, 1),
            "proposed": (0, 0, 1),
        }

    def test_the_same_network_is_not_worked_out_again(self, django_assert_num_queries):
        chain("A", "B")
        counting.refresh_network()
        before = NetworkState.objects.get().counted_at
        with django_assert_num_queries(4):
            assert counting.refresh_network() is False
        assert NetworkState.objects.get().counted_at == before

    def test_what_has_gone_goes(self):
        one, two = chain("A", "B")
        counting.refresh_network()
        Community.objects.filter(pk=two.pk).update(state="ended")
        assert counting.refresh_network() is True
        assert standings() == {"A": (0, 0, 1)}
        one.delete()
        counting.refresh_network()
        assert (standings(), NetworkState.objects.get().communities) == ({}, 0)

    def test_sectors_that_no_linked_community_crosses(self):
        missing, lonely, there = (SectorFactory(slug=slug) for slug in ("pharmacy", "hospice", "social-care"))
        chain("A", "B")
        CommunityFactory(name="C", sectors=[lonely])
        counting.refresh_network()
        assert NetworkState.objects.get().missing_sectors == sorted([missing.pk, lonely.pk])
        Community.objects.get(name="A").sectors.add(missing)
        assert counting.refresh_network() is True
        assert NetworkState.objects.get().missing_sectors == [lonely.pk]
        assert there.pk not in NetworkState.objects.get().missing_sectors

    def test_visitors_see_it_at_once(self):
        chain("A", "B")
        before = caching.version()
        counting.refresh_network()
        assert caching.version() != before

    def test_a_network_that_changed_meanwhile_is_left_to_the_next_count(self, monkeypatch):
        one, _ = chain("A", "B")
        work = counting.places

        def meanwhile(*given):
            link(one, CommunityFactory(name="C"))
            return work(*given)

        monkeypatch.setattr(counting, "places", meanwhile)
        assert counting.refresh_network() is False
        assert standings() == {}
        monkeypatch.undo()
        assert counting.refresh_network() is True
        assert standings()["A"] == (2, 2, 2)

    def test_there_is_one_state(self):
        counting.refresh_network()
        with pytest.raises(IntegrityError), transaction.atomic():
            NetworkState.objects.create(pk=2, counted_at=NetworkState.objects.get().counted_at)

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, number, django_assert_num_queries):
        chain(*(f"G{place}" for place in range(number)))
        # Whether it is new; what there is, twice, and all sectors; one transaction with its row, rows and state.
        with django_assert_num_queries(18):
            counting.refresh_network()


class TestWhoAsksForIt:
    @pytest.fixture(autouse=True)
    def _run_tasks(self, django_capture_on_commit_callbacks):
        self.commit = lambda: django_capture_on_commit_callbacks(execute=True)

    def test_a_link_that_is_accepted_and_ended(self, cast):
        other = CommunityFactory(name="Other", convener=cast.facilitator)
        asked = Connection.objects.create(source=other, target=cast.community, reason="Because.")
        with self.commit():
            actions.accept_connection(connection=asked, person=cast.convener)
        assert standings()["Other"] == (1, 1, 1)
        with self.commit():
            actions.end_connection(connection=asked, person=cast.convener)
        assert standings()["Other"] == (0, 0, 1)

    def test_a_community_that_ends(self, cast):
        with self.commit():
            actions.end_community(community=cast.community, person=cast.convener)
        assert cast.community.name not in standings()


class TestSnapshot:
    def test_one_each_month(self):
        chain("A", "B", "C")
        assert counting.take_snapshot(today=date(2026, 5, 17)) is True
        CommunityFactory(name="D")
        assert counting.take_snapshot(today=date(2026, 5, 31)) is False
        assert counting.take_snapshot(today=date(2026, 6, 1)) is True
        rows = NetworkSnapshot.objects.values_list(
            "month", "communities", "connections", "components", "islands", "largest"
        )
        assert list(rows) == [(MAY, 3, 2, 1, 0, 3), (date(2026, 6, 1), 4, 2, 1, 1, 3)]

    def test_its_month_is_the_first_of_it(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            NetworkSnapshot.objects.create(month=date(2026, 5, 2))

    def test_the_tasks(self):
        chain("A", "B")
        tasks.refresh_network.enqueue()
        tasks.take_snapshot.enqueue()
        assert (NetworkState.objects.get().connections, NetworkSnapshot.objects.get().connections) == (1, 1)


@needs_threads
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_eight_snapshots_leave_one(self, at_once):
        chain("A", "B")
        answers = at_once(*[lambda: counting.take_snapshot(today=MAY)] * 8)
        assert set(answers) <= {True, False}
        assert (NetworkSnapshot.objects.get().month, True in answers) == (MAY, True)

    def test_four_counts_leave_one(self, at_once):
        chain("A", "B")
        answers = at_once(*[counting.refresh_network] * 4)
        assert answers.count(True) == 1
        assert standings() == {"A": (1, 1, 1), "B": (1, 1, 1)}
