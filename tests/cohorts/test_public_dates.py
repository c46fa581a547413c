"""Half-days whose dates are public: everybody sees when, only the cohort is let in, and years do not mix."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from cohorts.enums import SessionKind
from cohorts.models import CalendarFeed, Session
from cohorts.panels import when_modules_are
from learning.panels import draw_year
from members import actions as members_actions
from tests.factories import CohortFactory, SessionFactory, UserFactory

LINK = "https://meet.example.org/half-day"
PEOPLE = ["admin", "editor", "facilitator", "convener", "participant", "outsider", "visitor"]
LET_IN = {"facilitator", "convener", "participant"}


@pytest.fixture
def half_day(cast, pages, now) -> Session:
    return SessionFactory(
        cohort=cast.cohort, module=pages.module, kind=SessionKind.HALF_DAY, title="Launching, first half-day",
        joining_link=LINK, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=3),
    )  # fmt: skip


@pytest.fixture
def other(pages, now) -> Session:
    """The same module in a later cohort that nobody of the cast is in."""
    cohort = CohortFactory(
        name="Cohort next year", slug="next-year", starts_on=now.date() + timedelta(days=300)
    )
    return SessionFactory(
        cohort=cohort, module=pages.module, kind=SessionKind.HALF_DAY, title="Next year's half-day",
        joining_link="https://meet.example.org/next", starts_at=now + timedelta(days=301),
    )  # fmt: skip


def somebody(cast, name):
    return AnonymousUser() if name == "visitor" else getattr(cast, name)


def browser(cast, signed_in, name) -> Client:
    return Client() if name == "visitor" else signed_in(getattr(cast, name))


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_sees_when_and_the_cohort_alone_how(cast, half_day, signed_in, name):
    person = somebody(cast, name)
    assert half_day.can_see(person) is True
    assert half_day.can_join(person) is (name in LET_IN)
    client = browser(cast, signed_in, name)
    for path in (f"/sessions/{half_day.pk}/", f"/sessions/{half_day.pk}.ics"):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert (path, LINK in answer.content.decode().replace("\r\n ", "")) == (path, name in LET_IN)


@pytest.mark.parametrize("kind", list(SessionKind))
def test_who_is_signed_in_may_join_what_is_for_everybody(cast, half_day, kind):
    half_day.kind = kind
    for_everybody = kind in (SessionKind.WEBINAR, SessionKind.CELEBRATION, SessionKind.MEETING)
    assert half_day.can_join(cast.outsider) is for_everybody
    assert half_day.can_join(cast.participant) is True
    assert half_day.can_join(AnonymousUser()) is False


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (SessionKind.HALF_DAY, "Everybody can see when this is. Only people in its cohort can join."),
        (SessionKind.WEBINAR, "Everybody can see this session."),
    ],
)
def test_the_page_says_who_can_see_it_and_who_can_join(half_day, kind, said):
    half_day.kind = kind
    half_day.save()
    page = BeautifulSoup(Client().get(f"/sessions/{half_day.pk}/").content, "html.parser")
    assert page.select_one(".p-who").get_text(strip=True) == said


def test_of_no_cohort_it_is_for_everybody_signed_in(cast, half_day):
    half_day.cohort = None
    assert [half_day.can_join(person) for person in (cast.outsider, AnonymousUser())] == [True, False]


def test_who_has_left_the_cohort_sees_when_and_no_longer_how(cast, half_day, signed_in):
    members_actions.leave(person=cast.participant, circle=cast.cohort.circle)
    answer = signed_in(cast.participant).get(f"/sessions/{half_day.pk}/")
    assert answer.status_code == 200
    assert LINK not in answer.content.decode()


def test_a_calendar_program_gets_the_link_when_its_owner_joins(cast, half_day):
    """Nothing of the session has changed by then, so its ETag must not depend on that alone."""
    person = UserFactory()
    feed = CalendarFeed.objects.create(person=person)
    path = f"/calendar/feed/{feed.token}.ics"
    before = Client().get(path)
    assert before.status_code == 200
    assert LINK not in before.content.decode().replace("\r\n ", "")
    members_actions.join(person=person, circle=cast.cohort.circle)
    after = Client().get(path, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert LINK in after.content.decode().replace("\r\n ", "")


@pytest.mark.parametrize("name", PEOPLE)
def test_who_is_in_a_cohort_is_spared_the_half_days_of_another(cast, half_day, other, name):
    concerning = Session.objects.concerning(somebody(cast, name))
    assert (other in concerning) is (name not in LET_IN)
    assert half_day in concerning
    assert other.can_see(somebody(cast, name)) is True


def test_webinars_of_another_cohort_stay(cast, other):
    other.kind = SessionKind.WEBINAR
    other.save()
    assert other in Session.objects.concerning(cast.participant)


@pytest.mark.parametrize(("name", "newest"), [("participant", False), ("visitor", True), ("outsider", True)])
def test_a_module_has_the_dates_of_ones_own_year_else_of_the_newest(
    cast, half_day, other, pages, name, newest
):
    found = when_modules_are([pages.module.pk], somebody(cast, name))[pages.module.pk]
    assert found.words == ("5 January 2027" if newest else "11 March 2026")


def test_a_visitor_reads_one_year_on_a_modules_page(cast, half_day, other, pages):
    text = Client().get(pages.module.url).content.decode()
    assert "Next year&#x27;s half-day" in text
    assert "Launching, first half-day" not in text
    assert "Dates are shown to participants" not in text


def test_the_year_on_the_home_page_has_dates_and_says_where_we_are(cast, half_day, pages, now, rf):
    half_day.starts_at, half_day.ends_at = now - timedelta(hours=1), now + timedelta(hours=2)
    half_day.save()
    request = rf.get("/")
    request.user = AnonymousUser()
    html = draw_year(pages.home, request)
    assert '<p class="p-timeline__when">10 March 2026</p>' in html
    assert '<p class="p-timeline__now">We are here</p>' in html
