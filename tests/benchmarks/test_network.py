"""``bin/bench network``: what it takes, and the links that it adds. No test here looks at a clock."""

import pytest

from benchmarks import network
from benchmarks.__main__ import arguments
from community_directory.models import Connection, NetworkPlace
from tests.factories import CommunityFactory


@pytest.mark.parametrize("more", [["suggestions"], ["directory"], ["--weight"]])
def test_it_is_measured_by_itself(more, capsys):
    with pytest.raises(SystemExit):
        arguments([network.NAME, *more])
    said = capsys.readouterr().err
    assert ("measured by itself" in said, "measured by themselves" in said).count(True) == 1


def test_it_is_asked_for_by_name():
    assert arguments([network.NAME, "--communities", "50"]).communities == 50


@pytest.mark.django_db
def test_links_are_added_until_there_are_so_many_and_counted():
    made = [CommunityFactory() for _ in range(20)]
    CommunityFactory(state="ended")
    Connection.objects.create(source=made[0], target=made[1], reason="There before.", state="accepted")
    told = network._link_and_count(30)
    assert (told["communities"], told["links"]) == (20, 30)
    assert Connection.objects.count() == 30
    assert NetworkPlace.objects.count() == 20


@pytest.mark.django_db
def test_no_more_than_there_is_room_for():
    for _ in range(4):
        CommunityFactory()
    assert network._link_and_count(5000)["links"] == 3
