"""Pages by key show every row once, in order, forwards and back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.models import Session
from kit import keyset
from members.models import Region

pytestmark = pytest.mark.django_db


def _regions(names: list[str]) -> list[Region]:
    return Region.objects.bulk_create(
        Region(name=f"{name}-{place}", slug=f"r{place}") for place, name in enumerate(names)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 23), size=st.integers(1, 7), descending=st.booleans(), ties=st.integers(1, 4))
def test_all_pages_together_are_the_list(db, count, size, descending, ties):
    Session.objects.all().delete()
    start = timezone.now()
    for number in range(count):
        moment = start + timedelta(minutes=number // ties)
        Session.objects.create(
            kind="webinar", title=str(number), starts_at=moment, ends_at=moment + timedelta(hours=1)
        )
    order = ("-starts_at", "-pk") if descending else ("starts_at", "pk")
    order = tuple(name.replace("pk", "id") for name in order)
    expected = list(Session.objects.order_by(*order).values_list("pk", flat=True))
    forwards, cursor, pages = [], "", []
    while True:
        page = keyset.page(Session.objects.all(), order=order, cursor=cursor, size=size)
        pages.append([row.pk for row in page.rows])
        forwards += pages[-1]
        if not page.next:
            break
        cursor = page.next
    assert forwards == expected
    backwards = [pages[-1]]
    while page.previous:
        page = keyset.page(Session.objects.all(), order=order, cursor=page.previous, size=size)
        backwards.insert(0, [row.pk for row in page.rows])
    assert [pk for rows in backwards for pk in rows] == expected


def test_first_page_has_no_previous_and_last_no_next():
    _regions(["a", "b", "c"])
    first = keyset.page(Region.objects.all(), order=("name", "id"), size=2)
    assert (first.previous, bool(first.next)) == ("", True)
    last = keyset.page(Region.objects.all(), order=("name", "id"), cursor=first.next, size=2)
    assert (bool(last.previous), last.next) == (True, "")


@pytest.mark.parametrize(
    "cursor", ["x", "!!!", "a" * 5000, "W10", "bnVsbA", "WyJuIixudWxsLDFd", "\x00", "WyJuIiwiYSIsInoiXQ"]
)
def test_a_forged_cursor_is_refused(cursor):
    with pytest.raises(keyset.BadCursor):
        keyset.page(Region.objects.all(), order=("name", "id"), cursor=cursor)


def test_a_deep_page_costs_one_query(django_assert_num_queries):
    _regions([str(number) for number in range(40)])
    cursor = ""
    for _ in range(6):
        with django_assert_num_queries(1):
            page = keyset.page(Region.objects.all(), order=("name", "id"), cursor=cursor, size=5)
        cursor = page.next
