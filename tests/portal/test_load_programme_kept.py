"""What people have changed stays, what was there is not overwritten, and nothing is half loaded."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from wagtail.models import Page, Revision

from cohorts import actions
from cohorts.models import Cohort, Session
from home.models import InformationPage, ReadingListPage
from learning.models import ModulePage, ModulesPage, ProgrammePage
from members.enums import CircleKind
from members.models import Circle
from portal.models import LoadedItem
from portal.programme.loading import NotAsShown, load, preview
from portal.programme.mistakes import Mistaken
from portal.programme.plan import Why
from tests.factories import CohortFactory
from tests.portal.programme_files import REAL, SMALL, bent, everything, raw, toml


@pytest.fixture
def site(pages):
    """A home page and a library with one resource; no programme yet."""
    pages.programme.delete()
    pages.home.refresh_from_db()
    return pages


def lines(rows: list[Any]) -> list[str]:
    return [str(row) for row in rows]


def _changed(**changes: Any) -> str:
    """The small file with some values of its first module changed."""
    return bent(lambda document: document["modules"][0].update(changes))


# -- what people have changed since ---------------------------------------------


def edit(page: Page, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_what_an_editor_changed_stays_and_is_listed(site):
    load(SMALL)
    edit(ModulePage.objects.get(number=1), summary="My own words.")
    before = everything()
    report = load(SMALL)
    assert everything() == before
    assert report.changes_nothing
    assert lines(report.kept) == [f"Module “Beginning”, Summary: {Why.CHANGED_HERE}"]


def test_what_changed_in_both_places_stays_and_is_listed(site):
    load(SMALL)
    edit(ModulePage.objects.get(number=1), summary="My own words.")
    report = load(_changed(summary="New in the file.", body="New in the file too."))
    module = ModulePage.objects.get(number=1)
    assert lines(report.kept) == [f"Module “Beginning”, Summary: {Why.CHANGED_IN_BOTH}"]
    assert lines(report.updated) == ["Module “Beginning”: Text"]
    assert module.summary == "My own words."
    assert module.body[0].value.source == "<p>New in the file too.</p>"


def test_an_editor_who_changes_the_same_as_the_file_is_in_agreement(site):
    load(SMALL)
    edit(ModulePage.objects.get(number=1), summary="The same new words.")
    report = load(_changed(summary="The same new words."))
    assert report.changes_nothing
    assert report.kept == []
    assert lines(load(_changed(summary="Later words.")).updated) == ["Module “Beginning”: Summary"]


def test_the_way_a_browser_sends_a_text_is_no_change(site):
    document = raw()
    document["sessions"][0]["description"] = "One line.\n\nAnother."
    load(toml(document))
    clinic = Session.objects.get(kind="clinic")
    actions.change_session(session=clinic, description="One line.\r\n\r\nAnother.\r\n")
    report = load(toml(document))
    assert (report.changes_nothing, report.kept) == (True, [])


def test_a_page_opened_in_the_editor_and_published_unchanged_is_unchanged(site, cast, signed_in):
    from tests.portal.programme_editing import publish_unchanged

    load(REAL.read_bytes())
    for page in (*ModulePage.objects.all(), ReadingListPage.objects.get(), InformationPage.objects.get()):
        publish_unchanged(signed_in(cast.admin), page)
        assert Revision.page_revisions.for_instance(page).count() == 2
    report = load(REAL.read_bytes())
    assert (lines(report.updated), lines(report.kept)) == ([], [])


def test_a_deleted_module_is_not_made_again(site):
    load(SMALL)
    ModulePage.objects.get(number=2).delete()
    report = load(SMALL)
    assert lines(report.kept) == [f"Module “Going on”: {Why.DELETED}"]
    assert report.changes_nothing
    assert ModulePage.objects.count() == 1
    assert Session.objects.get(title="Second half-day").module is None


def test_a_deleted_session_is_not_made_again(site):
    load(SMALL)
    Session.objects.get(kind="clinic").delete()
    report = load(SMALL)
    assert lines(report.kept) == [f"Session “Clinic”: {Why.DELETED}"]
    assert not Session.objects.filter(kind="clinic").exists()


def test_a_deleted_list_of_modules_takes_new_modules_with_it(site):
    load(SMALL)
    ModulesPage.objects.get().delete()
    document = raw()
    document["modules"].append({"number": 3, "title": "Ending", "slug": "ending", "summary": "How to end."})
    report = load(toml(document))
    assert [line.label for line in report.kept] == [
        "Page “Modules”",
        "Module “Beginning”",
        "Module “Going on”",
        "Module “Ending”",
    ]
    assert report.changes_nothing


def test_a_deleted_cohort_takes_its_sessions_with_it(site):
    load(SMALL)
    Cohort.objects.get().delete()
    report = load(SMALL)
    assert report.changes_nothing
    assert not Session.objects.exists()


@pytest.mark.postgres
def test_a_programme_deleted_whole_is_made_afresh(site):
    load(SMALL)
    ProgrammePage.objects.get().delete()
    report = load(SMALL)
    assert len(report.made) == 4
    assert ModulePage.objects.count() == 2
    assert Cohort.objects.get().programme == ProgrammePage.objects.get()
    assert Session.objects.get(kind="clinic").module.title == "Beginning"
    before = everything()
    assert load(SMALL).changes_nothing
    assert everything() == before


def test_what_the_file_no_longer_has_stays_and_is_listed(site):
    load(SMALL)
    document = raw()
    del document["modules"][1]
    del document["sessions"][0]
    report = load(toml(document))
    assert sorted(lines(report.kept)) == [
        f"“Clinic”: {Why.NOT_IN_FILE}",
        f"“Going on”: {Why.NOT_IN_FILE}",
        f"“Second half-day”: {Why.NOT_IN_FILE}",
    ]
    assert ModulePage.objects.count() == 2
    assert Session.objects.count() == 4


def test_a_draft_of_somebody_is_left_alone(site):
    load(SMALL)
    module = ModulePage.objects.get(number=1)
    module.summary = "A draft."
    module.save_revision()
    changed = _changed(body="New.")
    report = load(changed)
    assert lines(report.kept) == [f"Module “Beginning”, Text: {Why.DRAFT}"]
    assert report.changes_nothing
    module.get_latest_revision().publish()
    report = load(changed)
    assert lines(report.updated) == ["Module “Beginning”: Text"]
    assert lines(report.kept) == [f"Module “Beginning”, Summary: {Why.CHANGED_HERE}"]


def test_an_unpublished_page_stays_unpublished(site):
    load(SMALL)
    ModulePage.objects.get(number=1).unpublish()
    report = load(_changed(body="New."))
    assert lines(report.kept) == [f"Module “Beginning”, Text: {Why.DRAFT}"]
    assert not ModulePage.objects.get(number=1).live


def test_a_locked_page_is_left_alone(site):
    load(SMALL)
    ModulePage.objects.filter(number=1).update(locked=True)
    report = load(_changed(body="New."))
    assert lines(report.kept) == [f"Module “Beginning”, Text: {Why.LOCKED}"]


def test_a_session_that_somebody_dated_stays_dated(site):
    load(SMALL)
    clinic = Session.objects.get(kind="clinic")
    starts, ends = datetime(2025, 4, 1, 11, tzinfo=UTC), datetime(2025, 4, 1, 12, tzinfo=UTC)
    actions.change_session(session=clinic, starts_at=starts, ends_at=ends)
    report = load(SMALL)
    assert lines(report.kept) == [f"Session “Clinic”, Date and time: {Why.CHANGED_HERE}"]
    assert Session.objects.get(kind="clinic").starts_at == starts


# -- what was there before ------------------------------------------------------


def test_a_page_that_was_there_is_filled_in_where_it_is_empty(pages):
    report = load(SMALL.replace('slug = "small"', 'slug = "programme"'))
    page = ProgrammePage.objects.get()
    assert page.pk == pages.programme.pk
    assert (page.title, page.introduction, page.year) == ("Programme", "A year.", "2025")
    assert lines(report.kept) == [f"Programme “A small year”, Title, Introduction: {Why.WAS_HERE}"]
    assert load(SMALL.replace('slug = "small"', 'slug = "programme"')).changes_nothing


def test_a_cohort_that_was_there_is_taken(site):
    cohort = CohortFactory(name="Ours", slug="2025")
    report = load(SMALL)
    assert lines(report.kept) == [f"Cohort “Cohort 2025”, Name: {Why.WAS_HERE}"]
    cohort.refresh_from_db()
    assert (cohort.name, cohort.starts_on) == ("Ours", date(2025, 3, 6))


def test_another_programme_does_not_take_the_pages_of_the_first(site):
    load(SMALL)
    before = everything()
    with pytest.raises(Mistaken) as raised:
        load(SMALL.replace('key = "small-year"', 'key = "another-year"'))
    assert lines(raised.value.mistakes) == [
        "programme.slug: expected a slug that is free: “small” belongs to another programme",
        "modules.slug: expected a slug that is free: “modules” belongs to another programme",
        "modules[0].slug: expected a slug that is free: “beginning” belongs to another programme",
        "modules[1].slug: expected a slug that is free: “going-on” belongs to another programme",
        "cohort.slug: expected a slug that is free: “2025” belongs to another programme",
    ]
    assert everything() == before


def test_two_programmes_stand_side_by_side(site):
    load(SMALL)
    document = raw()
    document["programme"] |= {"key": "another-year", "slug": "another"}
    document["cohort"]["slug"] = "2026"
    load(toml(document))
    assert ProgrammePage.objects.count() == 2
    assert Cohort.objects.count() == 2
    assert load(SMALL).changes_nothing


@pytest.mark.parametrize("slug", ["communities", "calendar", "admin", "guidance"])
def test_an_address_that_is_taken_is_refused(site, slug):
    before = everything()
    with pytest.raises(Mistaken) as raised:
        load(bent(lambda document: document["programme"].update(slug=slug)))
    assert lines(raised.value.mistakes) == [
        f"programme.slug: expected a slug that is free: “{slug}” is taken"
    ]
    assert everything() == before


def test_two_modules_can_not_swap_addresses_and_nothing_is_half_loaded(site):
    load(SMALL)
    before = everything()
    document = raw()
    first, second = document["modules"]
    first["slug"], second["slug"] = second["slug"], first["slug"]
    first["summary"] = "New."
    with pytest.raises(Mistaken) as raised:
        load(toml(document))
    assert [mistake.key for mistake in raised.value.mistakes] == ["modules[0].slug", "modules[1].slug"]
    assert everything() == before


def test_a_site_without_a_home_page_is_told_so(db):
    for page in Page.get_first_root_node().get_children():
        page.delete()
    with pytest.raises(
        Mistaken, match=r"This site has no home page yet\. Make one, then load the file again\."
    ):
        load(SMALL)


def test_a_circle_that_has_the_cohorts_name_is_no_hindrance(site):
    Circle.objects.create(kind=CircleKind.COMMUNITY, name="x", slug="cohort-2025")
    load(SMALL)
    assert Cohort.objects.get().circle.slug == "cohort-2025-2"


@pytest.mark.postgres
def test_what_the_database_refuses_is_a_mistake_and_nothing_is_half_loaded(site, monkeypatch):
    from django.db import IntegrityError

    def refuse(**fields: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(actions, "schedule_session", refuse)
    before = everything()
    with pytest.raises(Mistaken, match="the database refused it"):
        load(SMALL)
    assert everything() == before


def test_what_was_shown_is_what_is_loaded(site):
    mark = preview(SMALL).mark
    load(SMALL.replace("How to begin.", "How to start."))
    before = everything()
    with pytest.raises(NotAsShown) as raised:
        load(SMALL, as_shown=mark)
    assert everything() == before
    assert lines(raised.value.report.updated) == ["Module “Beginning”: Summary"]
    load(SMALL, as_shown=raised.value.report.mark)
    assert load(SMALL, as_shown=mark).changes_nothing


def test_what_was_written_is_remembered_field_by_field(site):
    load(SMALL)
    fields = LoadedItem.objects.filter(programme="small-year", item="modules.1").values_list(
        "field", flat=True
    )
    assert sorted(fields) == [
        "body", "number", "outcomes", "slug", "steps", "summary", "themes", "title",
    ]  # fmt: skip
