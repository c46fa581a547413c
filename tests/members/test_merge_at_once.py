"""Two editors merge the same two words, each into the other, on PostgreSQL."""

import pytest
from django.db import connection

from members.errors import MergedAlready
from members.merging import merge
from members.models import Sector
from tests.factories import OrganisationFactory, SectorFactory
from tests.members.test_concurrency import all_at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a server"),
]


def test_one_wins_and_nothing_is_lost():
    first, second = SectorFactory(), SectorFactory()
    described = [OrganisationFactory(sector=first), OrganisationFactory(sector=second)]
    pairs = [(first, second), (second, first)]
    wrong = all_at_once(2, lambda place: merge(gone=pairs[place][0], stays=pairs[place][1]))
    assert [type(error) for error in wrong] == [MergedAlready]
    [left] = Sector.objects.filter(pk__in=[first.pk, second.pk])
    for organisation in described:
        organisation.refresh_from_db()
        assert organisation.sector == left
