"""A programme from one file: made whole, updated gently, and never half loaded."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from wagtail.models import Page, PageLogEntry, Revision

from cohorts.models import Cohort, Session
from home.models import InformationPage, ReadingListPage
from learning.models import GuidancePage, ModulePage, ProgrammePage, StepDone
from members.enums import CircleKind
from members.models import Theme
from portal.programme.loading import load, preview
from tests.factories import UserFactory
from tests.portal.programme_files import REAL, SMALL, bent, everything, raw, real_raw, toml


@pytest.fixture
def site(pages):
    """A home page and a library with one resource; no programme yet."""
    pages.programme.delete()
    pages.home.refresh_from_db()
    return pages


def lines(rows: list[Any]) -> list[str]:
    return [str(row) for row in rows]


# -- the real programme -------------------------------------------------------


def test_the_real_programme_makes_its_pages(site):
    load(REAL.read_bytes())
    paths = Page.objects.descendant_of(site.home).exclude(pk__in=[site.library.pk, site.guidance.pk])
    assert [page.url_path for page in paths.order_by("path")] == [
        "/home/programme/",
        "/home/programme/modules/",
        "/home/programme/modules/planning-and-launching/",
        "/home/programme/modules/integrity-and-vitality/",
        "/home/programme/modules/designing-with-others/",
        "/home/programme/modules/creating-value/",
        "/home/programme/modules/growing-and-sustaining/",
        "/home/programme/reading-list/",
        "/home/programme/maxims/",
    ]
    assert all(page.live and not page.has_unpublished_changes for page in paths)


def test_the_programme_page_has_what_the_file_says(site):
    load(REAL.read_bytes())
    page = ProgrammePage.objects.get()
    assert page.title == "Communities of Practice Leadership Development Programme"
    assert page.year == "September 2021 to September 2022"
    assert (page.weeks_between_min, page.weeks_between_max) == (9, 10)
    assert page.applications_close == date(2021, 7, 2)
    assert len(page.outcomes) == 4
    assert [element.value["title"] for element in page.elements][:2] == ["Modules", "Co-consulting"]
    assert [block.block_type for block in page.body] == ["text"] + ["heading", "text"] * 4
    assert [block.value for block in page.gains if block.block_type == "heading"] == [
        "What you gain",
        "What your organisation gains",
    ]
    assert page.eligibility.startswith(
        "<p>You can apply if all of these are true:</p><ul><li>you are a member"
    )
    assert page.eligibility.endswith("different organisations.</p>")


def test_a_module_has_themes_outcomes_steps_and_links(site):
    load(REAL.read_bytes())
    module = ModulePage.objects.get(number=1)
    assert sorted(theme.slug for theme in module.themes.all()) == [
        "behaviour",
        "collective-purpose",
        "membership",
    ]
    assert len(module.outcomes) == 4
    phases = [step.value["phase"] for step in module.steps]
    assert phases == ["before"] * 4 + ["during"] * 3 + ["after"] * 4
    first = module.steps[0].value
    assert first["title"] == "Find your question"
    assert first["minutes"] == 20
    assert first["guidance"].pk == site.guidance.pk
    assert module.steps[2].value["guidance"] is None


def test_themes_that_are_there_are_used(site):
    theme = Theme.objects.create(slug="trust", name="Trust between us")
    load(REAL.read_bytes())
    assert ModulePage.objects.get(number=2).themes.get(slug="trust") == theme
    assert Theme.objects.get(slug="co-design").name == "Co design"


def test_the_reading_list_and_the_maxims_always_give_credit(site):
    load(REAL.read_bytes())
    books = [book.value for book in ReadingListPage.objects.get().items]
    assert [book["kind"] for book in books] == ["book", "article", "website"]
    assert books[0]["authors"] == "Etienne Wenger, Richard McDermott and William M. Snyder"
    assert books[0]["details"] == "Harvard Business School Press, Boston"
    assert books[1]["details"] == "Harvard Business Review, January–February 2000"
    maxims = InformationPage.objects.get()
    assert [block.block_type for block in maxims.body] == ["text", "text"]
    assert str(maxims.body[0].value.source).count("<li>") == 6
    assert maxims.body[1].value.source == (
        "<p>The maxims are by Myron Rogers, © 2014. "
        "Free to reproduce for non-commercial use, with attribution.</p>"
    )


def test_quotations_carry_credit_year_and_licence(site):
    document = real_raw()
    document["maxims"]["quotations"] = ["Words of somebody."]
    load(toml(document))
    quotation = InformationPage.objects.get().body.blocks_by_name("quotation")[0].value
    assert dict(quotation) == {
        "text": "Words of somebody.",
        "author": "Myron Rogers",
        "year": 2014,
        "source": "",
        "licence": "Free to reproduce for non-commercial use, with attribution",
    }


def test_the_cohort_and_its_sessions(site):
    load(REAL.read_bytes())
    cohort = Cohort.objects.get()
    assert cohort.circle.kind == CircleKind.COHORT
    assert cohort.programme == ProgrammePage.objects.get()
    assert (cohort.starts_on, cohort.ends_on) == (date(2021, 9, 23), date(2022, 9, 30))
    sessions = Session.objects.filter(cohort=cohort)
    kinds = list(sessions.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["half_day"] * 10 + ["co_consulting"] * 5 + ["clinic"] * 4 + ["webinar", "celebration"]
    first = sessions.get(title="Module 1, first half-day")
    assert first.starts_at == datetime(2021, 9, 23, 8, 30, tzinfo=UTC)
    assert first.ends_at == datetime(2021, 9, 23, 11, 30, tzinfo=UTC)
    assert first.provisional
    assert first.module == ModulePage.objects.get(number=1)
    assert "<p>Meet your cohort" in first.description_html


def test_who_sees_the_sessions(site):
    load(REAL.read_bytes())
    circle = Cohort.objects.get().circle
    private = Session.objects.filter(circle=circle).values_list("kind", flat=True)
    public = Session.objects.filter(circle=None).values_list("kind", flat=True)
    assert set(private) == {"co_consulting", "clinic"}
    assert set(public) == {"half_day", "webinar", "celebration"}


def test_a_session_without_a_date_follows_its_module(site):
    load(REAL.read_bytes())
    clinic = Session.objects.get(title="Coaching clinic 3")
    assert (clinic.starts_at, clinic.ends_at, clinic.module.number) == (None, None, 3)


def test_a_file_can_open_a_session_or_close_it(site):
    def change(document: dict[str, Any]) -> None:
        document["sessions"][0]["public"] = True
        document["sessions"][1]["public"] = False

    load(bent(change))
    assert Session.objects.get(kind="clinic").circle is None
    assert Session.objects.get(kind="celebration").circle == Cohort.objects.get().circle


def test_history_says_who_made_the_pages(site, cast):
    load(SMALL, user=cast.editor)
    page = ProgrammePage.objects.get()
    assert page.owner == cast.editor
    assert [revision.user for revision in Revision.page_revisions.for_instance(page)] == [cast.editor]
    assert PageLogEntry.objects.filter(page=page.pk, user=cast.editor, action="wagtail.publish").count() == 1


def test_somebody_who_may_not_publish_loads_nothing(site, cast):
    before = everything()
    with pytest.raises(PermissionDenied):
        load(SMALL, user=cast.convener)
    assert everything() == before


# -- once more ----------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("source", [REAL.read_text(encoding="utf-8"), SMALL], ids=["real", "small"])
def test_the_same_file_again_changes_no_row_of_any_table(site, source):
    load(source)
    before = everything()
    report = load(source)
    assert everything() == before
    assert report.changes_nothing
    assert (report.made, report.updated, report.kept) == ([], [], [])


def test_a_preview_writes_nothing(site):
    before = everything()
    report = preview(SMALL)
    assert everything() == before
    assert lines(report.made)[:3] == ["Programme “A small year”", "Page “Modules”", "Module “Beginning”"]
    assert len(report.made) == 9


def test_a_preview_says_what_loading_then_says(site):
    load(SMALL)
    changed = SMALL.replace("How to begin.", "How to start.").replace("Learn by doing.", "Learn together.")
    assert preview(changed) == load(changed)


def test_what_the_file_changes_is_updated_with_a_revision(site):
    load(SMALL)
    report = load(SMALL.replace("How to begin.", "How to start."))
    module = ModulePage.objects.get(number=1)
    assert lines(report.updated) == ["Module “Beginning”: Summary"]
    assert (report.made, report.kept) == ([], [])
    assert module.summary == "How to start."
    assert Revision.page_revisions.for_instance(module).count() == 2
    assert not module.has_unpublished_changes


def _changed(**changes: Any) -> str:
    """The small file with some values of its first module changed."""
    return bent(lambda document: document["modules"][0].update(changes))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"title": "Starting"}, "Title"),
        ({"slug": "starting"}, "Address"),
        ({"themes": ["trust", "value"]}, "Themes"),
        ({"themes": []}, "Themes"),
        ({"outcomes": ["start", "go on"]}, "Outcomes"),
        ({"body": "Begin *badly*."}, "Text"),
        ({"before": []}, "Steps"),
    ],
)
def test_each_kind_of_field_is_updated_and_then_the_same(site, changes, what):
    load(SMALL)
    changed = _changed(**changes)
    report = load(changed)
    assert [line.details for line in report.updated] == [what]
    before = everything()
    assert load(changed).changes_nothing
    assert everything() == before
    assert lines(load(SMALL).updated) == [f"Module “Beginning”: {what}"]


def test_a_new_address_of_the_programme_moves_what_is_below(site):
    load(SMALL)
    load(bent(lambda document: document["programme"].update(slug="other")))
    assert ModulePage.objects.get(number=1).url_path == "/home/other/modules/beginning/"


def test_a_module_and_a_session_can_be_added(site):
    load(SMALL)
    document = raw()
    document["modules"].append({"number": 3, "title": "Ending", "slug": "ending", "summary": "How to end."})
    document["sessions"].append({"kind": "clinic", "title": "Second clinic", "after_module": 3})
    report = load(toml(document))
    assert lines(report.made) == ["Module “Ending”", "Session “Second clinic”"]
    assert report.updated == []
    assert Session.objects.get(title="Second clinic").module.title == "Ending"
    assert load(toml(document)).changes_nothing


def test_a_session_that_moves_to_a_new_module_gets_its_link(site):
    load(SMALL)
    document = raw()
    document["modules"].append({"number": 3, "title": "Ending", "slug": "ending", "summary": "How to end."})
    document["sessions"][0]["after_module"] = 3
    assert lines(load(toml(document)).updated) == ["Session “Clinic”: Module"]
    assert Session.objects.get(kind="clinic").module.title == "Ending"


def test_a_date_that_is_set_raises_the_sequence(site):
    load(SMALL)
    document = raw()
    document["sessions"][0] |= {"date": date(2025, 4, 1), "starts": time(12), "ends": time(13)}
    document["sessions"][1]["title"] = "The celebration"
    report = load(toml(document))
    assert lines(report.updated) == ["Session “Clinic”: Date and time", "Session “The celebration”: Title"]
    clinic, celebration = Session.objects.get(kind="clinic"), Session.objects.get(kind="celebration")
    assert clinic.starts_at == datetime(2025, 4, 1, 11, tzinfo=UTC)
    assert (clinic.sequence, celebration.sequence) == (1, 0)


def test_guidance_that_comes_later_is_linked_then(site):
    source = _changed(before=[{"title": "Ask", "guidance": "a-new-page"}])
    report = load(source)
    assert str(report.cautions[-1]) == (
        "modules[0].before[0].guidance: Steps point to guidance that is not here yet: a-new-page. "
        "They get their links when the file is loaded again."
    )
    page = site.library.add_child(instance=GuidancePage(title="New", slug="a-new-page", in_short="New."))
    report = load(source)
    assert lines(report.updated) == ["Module “Beginning”: Steps"]
    assert ModulePage.objects.get(number=1).steps[0].value["guidance"].pk == page.pk
    assert load(source).changes_nothing


def test_ticks_stay_with_their_steps(site):
    load(SMALL)
    module = ModulePage.objects.get(number=1)
    ask, wait = (step.id for step in module.steps)
    StepDone.objects.create(person=UserFactory(), module=module, step=wait)
    steps = [
        {"title": "Begin", "text": "Begin."},
        {"title": "Wait", "text": "Wait a little longer."},
        {"title": "Ask", "text": "Ask one question.", "minutes": 20},
    ]
    load(_changed(before=steps))
    begin, *others = (step.id for step in ModulePage.objects.get(number=1).steps)
    assert others == [wait, ask]
    assert begin not in (ask, wait)


def test_sessions_with_a_key_may_change_places(site):
    document = raw()
    document["sessions"] = [
        {"kind": "clinic", "title": "One", "key": "one"},
        {"kind": "clinic", "title": "Two", "key": "two"},
    ]
    load(toml(document))
    ids = dict(Session.objects.filter(kind="clinic").values_list("title", "pk"))
    document["sessions"].reverse()
    assert load(toml(document)).changes_nothing
    assert dict(Session.objects.filter(kind="clinic").values_list("title", "pk")) == ids


# -- the command ---------------------------------------------------------------


def test_the_command_prints_a_report(site, tmp_path, capsys):
    path = tmp_path / "year.toml"
    path.write_text(SMALL, encoding="utf-8")
    call_command("load_programme", str(path), "--dry-run")
    assert not ProgrammePage.objects.exists()
    assert capsys.readouterr().out.splitlines()[:7] == [
        "A small year",
        "",
        "Warnings (1)",
        "  sessions: 1 session has no date yet: Clinic.",
        "",
        "Would be made (9)",
        "  Programme “A small year”",
    ]
    call_command("load_programme", str(path))
    assert "Made (9)" in capsys.readouterr().out.splitlines()
    call_command("load_programme", str(path))
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "The same as in the file: 9",
        "",
        "Nothing has changed.",
    ]


def test_the_command_is_silent_when_told(site, tmp_path, capsys):
    path = tmp_path / "year.toml"
    path.write_text(SMALL, encoding="utf-8")
    call_command("load_programme", str(path), verbosity=0)
    assert capsys.readouterr().out == ""


def test_the_command_says_what_is_wrong(site, tmp_path):
    path = tmp_path / "year.toml"
    path.write_text(bent(lambda document: document.pop("cohort")), encoding="utf-8")
    with pytest.raises(CommandError) as raised:
        call_command("load_programme", str(path))
    assert str(raised.value).splitlines() == [
        f"{path} can't be loaded. Nothing was written.",
        "",
        "  cohort: missing: expected a table begun by [cohort]",
    ]


def test_the_command_without_its_file(site, tmp_path):
    path = tmp_path / "missing.toml"
    with pytest.raises(CommandError, match="can't be read: No such file or directory"):
        call_command("load_programme", str(path))
