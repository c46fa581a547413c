"""The next year is made from this one, which stays as it is; and it is taken back while nobody is in it."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision

from cohorts.models import Cohort, Session
from cohorts.times import LONDON, in_london
from discussion.models import Space
from guests.actions import invite
from learning.actions import tick
from learning.models import ModulePage, ProgrammePage
from members.actions import join, leave, make_group
from members.models import Circle, Membership
from portal.models import YearCopy
from portal.next_year.errors import (
    AlreadySetUp,
    NotAsSeen,
    NotAsShown,
    Refused,
    SomebodyIsIn,
    StillUsed,
)
from portal.next_year.making import set_up, show_dates
from portal.next_year.plan import make_plan
from portal.next_year.undoing import changes_since, mark_of, pages_of, undo
from study.actions import keep
from tests.factories import CohortFactory, SessionFactory, TopicFactory
from tests.portal.next_year_world import (
    NEW,
    NEXT,
    NOW,
    OLD,
    everything,
    leads_to,
    links_between,
    sessions_by_title,
    year_before,
    year_next,
)

__all__ = ["year_before", "year_next"]
TO = date.fromisoformat(NEXT)


@pytest.fixture
def year(year_before):
    return year_before


@pytest.fixture
def made(year_next):
    return year_next


def copies_of(made: YearCopy) -> dict[str, Page]:
    return {page.title: page for page in pages_of(made).specific()}


# -- looking ------------------------------------------------------------------------


def test_a_plan_writes_nothing(year):
    before = everything()
    make_plan(cohort=year.cohort, starts_on=TO)
    assert everything() == before


def test_a_plan_says_all_that_is_made(year, cast):
    plan = make_plan(cohort=year.cohort, starts_on=TO)
    pages, sessions, cohorts = Page.objects.count(), Session.objects.count(), Cohort.objects.count()
    made = set_up(cohort=year.cohort, starts_on=TO, user=cast.editor, as_shown=plan.mark)
    assert [(one.page.title, one.address) for one in plan.pages] == [
        (page.title, page.url) for page in pages_of(made)
    ]
    assert sorted((one.fields["title"], one.after) for one in plan.sessions) == sorted(
        (session.title, session.when) for session in made.cohort.sessions.all()
    )
    assert (Page.objects.count(), Session.objects.count(), Cohort.objects.count()) == (
        pages + len(plan.pages), sessions + len(plan.sessions), cohorts + 1
    )  # fmt: skip
    assert (made.cohort.name, made.cohort.starts_on, made.cohort.ends_on) == (
        plan.name, plan.starts_on, plan.ends_on
    ) == ("Cohort 2026–27", date(2026, 9, 17), date(2027, 8, 30))  # fmt: skip


def test_what_stays_behind_is_said(year):
    plan = make_plan(cohort=year.cohort, starts_on=TO)
    assert {(one.what, one.why) for one in plan.left} == {
        ("Session “Called off”", "It was cancelled."),
        ("Session “Of a group”", "It is for a small group."),
    }
    assert [(one.what, one.after) for one in plan.elsewhere] == [("Navigation", "Programme")]
    notes = {one.session.title: one.notes for one in plan.sessions}
    assert (notes["Half-day 1"], plan.joining_links) == ([], 2)
    assert notes["Peers 2025"] == [
        "What is written about it stays behind: it has an address or a year in it.",
        "The place stays behind: it has an address or a year in it.",
    ]
    assert "1 session has no date this year, and will have none." in plan.cautions


def test_years_in_words_are_said_and_stay(year, cast):
    year.information.introduction = "We met in 2025, after Wenger (2002)."
    year.information.save_revision(clean=False)
    notes = {one.page.title: one.notes for one in make_plan(cohort=year.cohort, starts_on=TO).pages}
    assert "Its words name 2025. They stay so: read them through." in notes["For all"]
    assert notes["Team"] == []
    copy = copies_of(set_up(cohort=year.cohort, starts_on=TO, user=cast.editor))["For all"]
    assert copy.introduction == "We met in 2025, after Wenger (2002)."


def test_a_closing_day_that_would_be_over_is_left_out(year):
    year.programme.applications_close = date(2021, 7, 2)
    year.programme.save_revision(clean=False)
    first = make_plan(cohort=year.cohort, starts_on=TO).pages[0]
    assert first.fields["applications_close"] is None
    assert ("Applications close", "2 July 2021", "") in [
        (one.what, one.before, one.after) for one in first.changes
    ]


def test_a_bank_holiday_is_named(year):
    for title, day in (("Half-day 1", date(2025, 9, 26)), ("Half-day 2", date(2026, 3, 27))):  # Fridays
        starts = datetime.combine(day, time(9), LONDON)
        year.cohort.sessions.filter(title=title).update(starts_at=starts, ends_at=starts + timedelta(hours=3))
    plan = make_plan(cohort=year.cohort, starts_on=date(2026, 9, 25))
    assert {one.session.title: one.holiday for one in plan.sessions if one.holiday} == {
        "Half-day 2": "Good Friday"
    }
    assert "“Half-day 2” would be on Good Friday, 26 March 2027." in plan.cautions


def test_another_cohort_on_the_same_day_is_named(year):
    CohortFactory(name="Elsewhere", starts_on=date(2026, 9, 17))
    plan = make_plan(cohort=year.cohort, starts_on=TO)
    assert "There is already a cohort that starts on 17 September 2026: “Elsewhere”." in plan.cautions


# -- what can't be done ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "problem"),
    [
        (date(2026, 3, 10), "Choose a day that is still to come."),
        (date(2026, 9, 23), "The first half-day is on a Thursday, so that every session keeps its day of the week. "
         "Choose a Thursday, such as 17 September 2026 or 24 September 2026."),
        (date(2026, 9, 1), "The first half-day is on a Thursday, so that every session keeps its day of the week. "
         "Choose a Thursday, such as 27 August 2026 or 3 September 2026."),
        (date(9999, 12, 30), "Choose a day within the next five years."),
    ],
)  # fmt: skip
def test_a_wrong_day_is_refused(year, starts_on, problem):
    with pytest.raises(Refused) as refused:
        make_plan(cohort=year.cohort, starts_on=starts_on)
    assert refused.value.problems == {"starts_on": problem}


def _second_half_day(year, day: date) -> None:
    starts = datetime.combine(day, time(9), LONDON)
    half_day = year.cohort.sessions.filter(title="Half-day 2")
    half_day.update(starts_at=starts, ends_at=starts + timedelta(hours=3))


@pytest.mark.parametrize("to", [date(2026, 6, 11), date(2026, 6, 18)])
def test_no_year_begins_before_the_last_half_day_of_the_one_before(year, to):
    _second_half_day(year, date(2026, 6, 18))
    with pytest.raises(Refused) as refused:
        make_plan(cohort=year.cohort, starts_on=to)
    said = "Choose a day after the last half-day of the year that you copy, 18 June 2026."
    assert refused.value.problems == {"starts_on": said}


def test_a_year_may_begin_before_the_celebration_of_the_one_before(year):
    """As the real ones do: 2021–22 ended with a celebration on 30 September 2022."""
    _second_half_day(year, date(2026, 6, 18))
    said = f"“{year.cohort.name}” ends on 31 August 2026, after the new year has begun."
    assert said in make_plan(cohort=year.cohort, starts_on=date(2026, 6, 25)).cautions
    assert said not in make_plan(cohort=year.cohort, starts_on=TO).cautions


@pytest.mark.parametrize(
    ("asked", "field", "problem"),
    [
        ({"name": "cohort 2025–26"}, "name", "There is already a cohort called “cohort 2025–26”. Give the new one another name."),
        ({"name": "…"}, "name", "Write a name with letters or numbers in it."),
        ({"name": "x" * 121}, "name", "Write a name of at most 120 characters."),
        ({"slug": "programme"}, "slug", "There is already a page at “programme”. Give the new one another address."),
        ({"slug": "admin"}, "slug", "“admin” is taken by the portal itself. Choose another."),
        ({"slug": "x" * 256}, "slug", "Write an address of at most 255 characters."),
    ],
)  # fmt: skip
def test_a_name_that_is_taken_is_refused(year, asked, field, problem):
    with pytest.raises(Refused) as refused:
        make_plan(cohort=year.cohort, starts_on=TO, **asked)
    assert refused.value.problems == {field: problem}


def test_a_cohort_without_a_programme_is_refused(year):
    year.cohort.programme = None
    with pytest.raises(Refused) as refused:
        make_plan(cohort=year.cohort, starts_on=TO)
    assert list(refused.value.problems) == ["cohort"]


def test_a_cohort_without_a_dated_half_day_is_refused(year):
    year.cohort.sessions.filter(kind="half_day").update(cancelled_at=NOW)
    with pytest.raises(Refused) as refused:
        make_plan(cohort=year.cohort, starts_on=TO)
    assert list(refused.value.problems) == ["cohort"]


def test_what_has_changed_since_it_was_shown_is_shown_again(year, cast):
    mark = make_plan(cohort=year.cohort, starts_on=TO).mark
    year.cohort.sessions.filter(title="Half-day 2").update(title="Half-day two")
    before = everything()
    with pytest.raises(NotAsShown) as other:
        set_up(cohort=year.cohort, starts_on=TO, user=cast.editor, as_shown=mark)
    assert "Half-day two" in [one.fields["title"] for one in other.value.plan.sessions]
    assert everything() == before


# -- pages ------------------------------------------------------------------------------


def test_pages_are_copied_as_drafts_in_their_order(year, made):
    assert [(page.url, page.live) for page in pages_of(made)] == [
        (page.url.replace(OLD, NEW), False)
        for page in year.programme.get_descendants(inclusive=True).order_by("path")
    ]
    assert Page.find_problems() == ([], [], [], [], [])
    assert {page.owner.email for page in pages_of(made)} == {"editor@example.org"}


def test_words_and_dates_of_the_programme_are_moved(made):
    programme = ProgrammePage.objects.get(pk=made.programme_id)
    for version in (programme, programme.get_latest_revision_as_object()):
        assert (version.title, version.year, version.applications_close) == (
            "Programme", "September 2026 to August 2027", date(2026, 8, 31)
        )  # fmt: skip


def test_every_link_between_its_pages_leads_to_a_copy(year, made):
    old = set(year.programme.get_descendants(inclusive=True).values_list("pk", flat=True))
    new = set(pages_of(made).values_list("pk", flat=True))
    for page in pages_of(made).specific():
        assert leads_to(page) & old == set(), page
        assert bool(leads_to(page) & new) == (page.title != "Modules")
        assert page.revisions.count() == 1
        for text in (str(page.serializable_data()), str(page.latest_revision.content)):
            assert f'id="{year.module.pk}"' not in text
            assert f'"{OLD}modules' not in text
            assert f"testserver{OLD}modules" not in text
            assert f"example.org{NEW}" not in text


def test_the_plan_names_every_link(year):
    plan = make_plan(cohort=year.cohort, starts_on=TO)
    assert len(plan.links) == links_between(year.programme)
    assert {link.to for _, link in plan.links} == {
        year.module.pk, year.second.pk, year.programme.pk
    }  # fmt: skip
    words = {(one.what, one.before, one.after) for one in plan.link_words}
    assert ("Going on", "Before, during and after › Step › Text", "Planning and launching") in words
    assert ("Going on", "Body › Resource link › Or an address elsewhere", "Planning and launching") in words
    assert ("Programme", "Who may apply", "Going on") in words
    assert ("Going on", "Body › Text", "Programme") in words


def test_drafts_that_nobody_has_published_come_along(made):
    copy = copies_of(made)["Going on"]
    assert copy.summary == copy.get_latest_revision_as_object().summary == "Go on, as nobody knows yet."


def test_steps_keep_their_ids_and_nobody_has_done_them(year, made, cast):
    step = next(iter(year.module.step_keys))
    copy = copies_of(made)["Planning and launching"]
    assert copy.step_keys == year.module.step_keys
    tick(person=cast.participant, module=year.module, step=step)
    assert list(copy.steps_done.all()) == []


def test_themes_come_along(year, made):
    copy = copies_of(made)["Planning and launching"]
    assert [theme.slug for theme in copy.themes.all()] == ["trust"]
    assert [theme.slug for theme in copy.get_latest_revision_as_object().themes.all()] == ["trust"]
    assert [theme.slug for theme in year.module.themes.all()] == ["trust"]


def test_what_only_this_cohort_sees_only_the_next_one_will(year, made):
    copy = copies_of(made)["For us"]
    assert copy.circle == copy.get_latest_revision_as_object().circle == made.cohort.circle
    year.private.refresh_from_db()
    assert year.private.circle == year.cohort.circle


def test_a_page_of_a_small_group_stays_behind_with_what_is_below(year, cast):
    year.information.circle = Circle.objects.get(name="Four of us")
    year.information.save(clean=False)
    plan = make_plan(cohort=year.cohort, starts_on=TO)
    assert "For all" not in [one.page.title for one in plan.pages]
    assert "Page “For all”" in [one.what for one in plan.left]
    made = set_up(cohort=year.cohort, starts_on=TO, user=cast.editor)
    assert "For all" not in copies_of(made)
    assert Page.find_problems() == ([], [], [], [], [])


def test_dates_for_publishing_and_locks_stay_behind(year, cast):
    year.information.expire_at = NOW + timedelta(days=30)
    year.information.locked = True
    year.information.save(clean=False)
    year.information.save_revision(clean=False)
    copy = copies_of(set_up(cohort=year.cohort, starts_on=TO, user=cast.editor))["For all"]
    for version in (copy, copy.get_latest_revision_as_object()):
        assert (version.expire_at, version.go_live_at, version.locked) == (None, None, False)


def test_a_half_filled_page_is_copied(year, cast):
    draft = ModulePage(title="Half-filled", slug="half-filled", number=3, summary="", live=False)
    year.second.get_parent().add_child(instance=draft)
    copy = copies_of(set_up(cohort=year.cohort, starts_on=TO, user=cast.editor))["Half-filled"]
    assert (copy.summary, copy.live) == ("", False)


def test_a_copy_can_be_published(made):
    for page in pages_of(made).specific():
        page.get_latest_revision().publish()
    assert set(pages_of(made).values_list("live", flat=True)) == {True}


# -- cohort and sessions -----------------------------------------------------------------


def test_sessions_keep_weekday_and_time_on_the_clock(year, made):
    old, new = sessions_by_title(year.cohort), sessions_by_title(made.cohort)
    assert set(new) == {"Half-day 1", "Half-day 2", "Clinic", "Peers 2026"}
    for before, after in ((old["Half-day 1"], new["Half-day 1"]), (old["Half-day 2"], new["Half-day 2"])):
        for name in ("starts_at", "ends_at"):
            was, now = in_london(getattr(before, name)), in_london(getattr(after, name))
            assert (now.weekday(), now.time()) == (was.weekday(), was.time())
            assert now.date() - was.date() == timedelta(weeks=52)
    assert (new["Clinic"].starts_at, new["Clinic"].ends_at) == (None, None)


def test_what_belongs_to_this_year_stays_behind(made):
    new = sessions_by_title(made.cohort)
    assert {session.joining_link for session in new.values()} == {""}
    assert {session.provisional for session in new.values()} == {True}
    assert (new["Half-day 1"].description, new["Half-day 1"].place) == ("What we do.", "Online")
    assert (new["Peers 2026"].description, new["Peers 2026"].place) == ("", "")


def test_sessions_belong_to_the_new_modules_and_nobody_sees_them_yet(made):
    new, pages = sessions_by_title(made.cohort), copies_of(made)
    assert new["Half-day 1"].module_id == pages["Planning and launching"].pk
    assert new["Half-day 2"].module_id == pages["Going on"].pk
    assert {session.circle for session in new.values()} == {made.cohort.circle}


def test_nobody_is_in_the_new_cohort(made):
    assert made.cohort.programme_id == made.programme_id
    assert Membership.objects.filter(circle=made.cohort.circle).count() == 0
    assert [space.name for space in Space.objects.filter(circle=made.cohort.circle)] == ["Cohort 2026–27"]


def test_this_year_stays_as_it_was(year, cast):
    before = everything()
    set_up(cohort=year.cohort, starts_on=TO, user=cast.editor)
    after = everything()
    for label, rows in before.items():
        changed = [row[0] for row in rows if row not in after[label]]
        # The page above has one child more.
        assert changed == ([str(year.home.pk)] if label in ("wagtailcore.Page", "home.HomePage") else []), (
            label
        )


def test_a_session_that_is_for_the_network_is_held_back_too(year, cast, network):
    year.cohort.sessions.filter(title="Half-day 2").update(circle=network)
    made = set_up(cohort=year.cohort, starts_on=TO, user=cast.editor)
    assert sessions_by_title(made.cohort)["Half-day 2"].circle == made.cohort.circle
    show_dates(year=made, user=cast.editor)
    new = sessions_by_title(made.cohort)
    assert (new["Half-day 1"].circle, new["Half-day 2"].circle, new["Clinic"].circle) == (
        None, network, made.cohort.circle
    )  # fmt: skip


# -- twice -----------------------------------------------------------------------------


def test_sent_twice_it_is_made_once(year, made, cast):
    before = everything()
    with pytest.raises(AlreadySetUp) as there:
        set_up(cohort=year.cohort, starts_on=TO, user=cast.admin)
    assert there.value.year == made
    assert everything() == before


def test_the_database_has_one_for_each_start(made):
    with pytest.raises(IntegrityError), transaction.atomic():
        YearCopy.objects.create(source=made.source, starts_on=made.starts_on, name="x", made_at=NOW)


def test_the_year_after_is_made_from_the_new_one(made, cast):
    with time_machine.travel(NOW + timedelta(days=365)):
        third = set_up(cohort=made.cohort, starts_on=date(2027, 9, 23), user=cast.editor)
    assert (third.name, third.programme.url_path) == ("Cohort 2027–28", "/home/programme-2027-28/")


def test_it_is_logged(year, made, cast):
    [entry] = ModelLogEntry.objects.filter(action="portal.set_up_year")
    assert (entry.user, entry.object_id) == (cast.editor, str(made.pk))
    assert (
        PageLogEntry.objects.filter(action="wagtail.copy", user=cast.editor).count() == pages_of(made).count()
    )


# -- showing -----------------------------------------------------------------------------


def test_dates_are_shown_to_those_for_whom_they_are(made, cast):
    assert show_dates(year=made, user=cast.editor) is True
    new = sessions_by_title(made.cohort)
    assert {title for title, session in new.items() if session.circle is None} == {"Half-day 1", "Half-day 2"}
    made.refresh_from_db()
    shown = made.shown_at
    assert show_dates(year=made, user=cast.editor) is False
    made.refresh_from_db()
    assert made.shown_at == shown


# -- undoing -----------------------------------------------------------------------------


def test_taken_back_everything_is_as_before(year, cast):
    before = everything()
    made = set_up(cohort=year.cohort, starts_on=TO, user=cast.editor)
    gone = undo(year=made, user=cast.editor)
    assert (gone.pages, gone.sessions) == (8, 4)
    assert everything() == before
    assert Revision.objects.filter(object_id=made.programme_id).count() == 0
    made.refresh_from_db()
    assert (made.cohort, made.programme, made.undone_at is not None) == (None, None, True)
    [entry] = ModelLogEntry.objects.filter(action="portal.undid_year")
    assert entry.user == cast.editor


def test_taken_back_twice_changes_nothing(made, cast):
    undo(year=made, user=cast.editor)
    before = everything()
    assert undo(year=made, user=cast.editor) is None
    assert everything() == before


def test_taken_back_it_can_be_set_up_again(year, made, cast):
    undo(year=made, user=cast.editor)
    again = set_up(cohort=year.cohort, starts_on=TO, user=cast.editor)
    assert (again.name, again.programme.slug) == ("Cohort 2026–27", "programme-2026-27")


def who_leads(made, cast):
    join(person=cast.facilitator, circle=made.cohort.circle, role="lead")


def by_mail(made, cast):
    invite(circle=made.cohort.circle, by=cast.admin, addresses=["new@example.org"])


def who_has_left(made, cast):
    join(person=cast.participant, circle=made.cohort.circle)
    leave(person=cast.participant, circle=made.cohort.circle)


def to_a_group_inside(made, cast):
    join(person=cast.participant, circle=make_group(parent=made.cohort.circle, name="Inside"))


@pytest.mark.parametrize("comes", [who_leads, by_mail, who_has_left, to_a_group_inside])
def test_it_is_not_taken_back_once_somebody_is_in_it(made, cast, comes):
    comes(made, cast)
    before = everything()
    with pytest.raises(SomebodyIsIn):
        undo(year=made, user=cast.editor)
    assert everything() == before


def _writes_on_a_page(made, cast):
    page = copies_of(made)["Going on"]
    page.title = "Going further"
    page.save_revision(user=cast.editor, clean=False)
    return f"Page “Going on” was written on, last on {timezone.now().day} March 2026."


def _publishes(made, cast):
    Page.objects.filter(pk=copies_of(made)["For all"].pk).update(live=True)
    return "Page “For all” is published."


def _changes_a_session(made, cast):
    session = sessions_by_title(made.cohort)["Clinic"]
    session.place = "Leeds"
    session.save()
    return "Session “Clinic” was changed."


def _adds_a_session(made, cast):
    SessionFactory(cohort=made.cohort, title="One more")
    return "Session “One more” was added."


def _keeps_a_page(made, cast):
    page = copies_of(made)["For all"]
    Page.objects.filter(pk=page.pk).update(live=True)
    keep(person=cast.participant, page=Page.objects.get(pk=page.pk))
    Page.objects.filter(pk=page.pk).update(live=False)
    return "Readers have kept, marked or ticked off something on its pages. Nothing of that stays."


def _shows_the_dates(made, cast):
    show_dates(year=made, user=cast.editor)
    made.refresh_from_db()
    return "Everybody can see its dates since 10 March 2026."


@pytest.mark.parametrize(
    "happens",
    [_writes_on_a_page, _publishes, _changes_a_session, _adds_a_session, _keeps_a_page, _shows_the_dates],
)
def test_what_was_done_since_is_said_first(made, cast, happens):
    assert changes_since(made) == []
    said = happens(made, cast)
    assert changes_since(made) == [said]
    before = everything()
    with pytest.raises(NotAsSeen) as changes:
        undo(year=made, user=cast.editor)
    assert changes.value.changes == [said]
    assert everything() == before
    assert undo(year=made, user=cast.editor, as_seen=mark_of([said])).pages == 8
    assert not ProgrammePage.objects.filter(slug="programme-2026-27").exists()


def test_a_session_that_was_changed_before_its_date_was_shown_is_still_named(made, cast):
    session = sessions_by_title(made.cohort)["Half-day 1"]
    session.place = "Leeds"
    session.save()
    show_dates(year=made, user=cast.editor)
    made.refresh_from_db()
    assert changes_since(made) == [
        "Everybody can see its dates since 10 March 2026.", "Session “Half-day 1” was changed."
    ]  # fmt: skip


def _a_group(made, cast):
    make_group(parent=made.cohort.circle, name="Inside")
    return "groups"


def _a_topic(made, cast):
    space = Space.objects.get(circle=made.cohort.circle)
    TopicFactory(space=space, author=cast.admin)
    return "topics"


def _another_cohort(made, cast):
    CohortFactory(name="Second", programme=made.programme)
    return "“Second” follows its programme"


def _anothers_session(made, cast):
    SessionFactory(title="Public", module=copies_of(made)["Going on"])
    return "the session “Public” belongs to one of its modules"


@pytest.mark.parametrize("hangs", [_a_group, _a_topic, _another_cohort, _anothers_session])
def test_what_something_else_hangs_on_is_not_taken_back(made, cast, hangs):
    what = hangs(made, cast)
    before = everything()
    with pytest.raises(StillUsed) as used:
        undo(year=made, user=cast.editor)
    assert used.value.what == what
    assert everything() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one database is enough to count on")
def test_a_plan_asks_no_more_for_more_sessions(year, django_assert_num_queries):
    make_plan(cohort=year.cohort, starts_on=TO)
    with django_assert_num_queries(PLAN_QUERIES):
        make_plan(cohort=Cohort.objects.get(pk=year.cohort.pk), starts_on=TO)
    for number in range(30):
        SessionFactory(
            cohort=year.cohort, circle=year.cohort.circle, module=year.second, title=f"More {number}"
        )
    with django_assert_num_queries(PLAN_QUERIES):
        make_plan(cohort=Cohort.objects.get(pk=year.cohort.pk), starts_on=TO)


PLAN_QUERIES = 53
