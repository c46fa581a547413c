"""A review that is due is told of: to who looks after the page, once for each date."""

from datetime import date, timedelta

import pytest

from kit.registry import verbs
from learning.models import GuidancePage, ReviewReminder
from learning.reviews import REVIEW_DUE, remind
from notifications.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

TODAY = date(2026, 6, 1)


@pytest.fixture
def due(shelve, cast) -> GuidancePage:
    return shelve("Old advice", review_due=TODAY, owner=cast.editor)


def told() -> list[tuple[str, str]]:
    """Who was told, and what it says to them."""
    return [
        (row.recipient.email, verbs.get(REVIEW_DUE).sentence("", thing))
        for row in Notification.objects.filter(verb=REVIEW_DUE).order_by("pk")
        for thing in verbs.get(REVIEW_DUE).targets([row.target_id], row.recipient).values()
    ]


def test_who_looks_after_it_is_told_on_the_day(due, cast):
    assert remind(today=TODAY - timedelta(days=1)) == 0
    assert remind(today=TODAY) == 1
    assert told() == [(cast.editor.email, "It is time to review “Old advice”")]


def test_nobody_is_told_twice_until_there_is_another_date(due):
    remind(today=TODAY)
    assert remind(today=TODAY) == remind(today=TODAY + timedelta(days=9)) == 0
    GuidancePage.objects.filter(pk=due.pk).update(review_due=TODAY + timedelta(days=30))
    assert remind(today=TODAY + timedelta(days=29)) == 0
    assert remind(today=TODAY + timedelta(days=30)) == 1
    assert ReviewReminder.objects.count() == 2


@pytest.mark.parametrize("change", [{"live": False}, {"owner": None}, {"review_due": None}])
def test_nobody_is_told_of_what_is_not_published_or_nobodys(due, change):
    GuidancePage.objects.filter(pk=due.pk).update(**change)
    assert remind(today=TODAY) == 0


def test_who_is_gone_is_not_told(due, cast):
    cast.editor.is_active = False
    cast.editor.save()
    assert remind(today=TODAY) == 0


def test_it_says_nothing_to_who_no_longer_looks_after_it_or_may_not_see_it(due, cast):
    remind(today=TODAY)
    GuidancePage.objects.filter(pk=due.pk).update(circle=cast.cohort.circle)
    assert told() == []
    GuidancePage.objects.filter(pk=due.pk).update(circle=None, owner=cast.admin)
    assert told() == []


def test_it_leads_to_the_page(due):
    assert verbs.get(REVIEW_DUE).url(due) == "/guidance/resource-0/"


@pytest.mark.parametrize("number", [1, 30])
def test_what_the_bell_costs(shelve, cast, django_assert_num_queries, number):
    for place in range(number):
        shelve(f"R{place}", review_due=TODAY, owner=cast.editor)
    remind(today=TODAY)
    ids = list(ReviewReminder.objects.values_list("pk", flat=True))
    assert cast.editor.circle_ids is not None
    with django_assert_num_queries(2):
        assert len(verbs.get(REVIEW_DUE).targets(ids, cast.editor)) == number
