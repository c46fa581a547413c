"""A year with everything that a copy of it may get wrong, and what there is to count."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page, ReferenceIndex

from cohorts.enums import SessionKind
from cohorts.models import Cohort, Session
from home.models import HomePage, InformationPage, NavigationLink, ReadingListPage, SiteSettings, TeamPage
from learning.models import ModulePage, ModulesPage, ProgrammePage
from members.actions import make_group
from members.models import User
from portal.models import YearCopy
from portal.next_year.making import set_up
from tests.factories import SessionFactory, ThemeFactory

FIRST = datetime(2025, 9, 25, 8, 30, tzinfo=UTC)  # Thursday, 9:30am in London
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
_ADDRESS = "/programme/modules/planning/"
OLD, NEW = "/programme/", "/programme-2026-27/"
NEXT = "2026-09-24"  # a Thursday


@dataclass
class Year:
    """The year before."""

    cohort: Cohort
    home: HomePage
    programme: ProgrammePage
    module: ModulePage
    second: ModulePage
    information: InformationPage
    private: InformationPage


@pytest.fixture
def year_before(cast) -> Year:
    """A programme of which every page leads to a module by every way that there is; and its cohort. It is March."""
    with time_machine.travel(NOW):
        yield Year(
            Cohort.objects.get(slug="2021-22"), HomePage.objects.get(), ProgrammePage.objects.get(slug="programme"),
            ModulePage.objects.filter(slug="planning").first(), ModulePage.objects.filter(slug="going-on").first(),
            InformationPage.objects.filter(slug="for-all").first(), InformationPage.objects.filter(slug="for-us").first(),
        )  # fmt: skip


@pytest.fixture
def year_next(year_before) -> YearCopy:
    """The year that was set up from it by the editor, an hour ago."""
    with time_machine.travel(NOW + timedelta(hours=1)):
        yield YearCopy.objects.get()


def set_up_next() -> None:
    with time_machine.travel(NOW):
        set_up(
            cohort=Cohort.objects.get(slug="2021-22"), starts_on=date.fromisoformat(NEXT),
            user=User.objects.get(email="editor@example.org"),
        )  # fmt: skip


class Samples:
    """A value for every kind of block, in which every place that can lead to a page does."""

    def __init__(self, page: int, address: str) -> None:
        self.page, self.address, self.number = page, address, 0

    def _linking(self, value: Any) -> Any:
        self.number += 1
        return value

    def value(self, block: blocks.Block) -> Any:
        if isinstance(block, blocks.BaseStreamBlock):
            return [
                {"type": name, "value": self.value(child), "id": f"00000000-0000-4000-8000-{place:012}"}
                for place, (name, child) in enumerate(block.child_blocks.items())
            ]
        if isinstance(block, blocks.ListBlock):
            return [
                {
                    "type": "item",
                    "value": self.value(block.child_block),
                    "id": "11111111-1111-4111-8111-111111111111",
                }
            ]
        if isinstance(block, blocks.BaseStructBlock):
            return {name: self.value(child) for name, child in block.child_blocks.items()}
        if isinstance(block, blocks.PageChooserBlock):
            return self._linking(self.page)
        if isinstance(block, blocks.RichTextBlock):
            self.number += 1
            return self._linking(
                f'<p>See <a linktype="page" id="{self.page}">this</a>, <a href="{self.address}#part">that</a> '
                f'and <a href="https://example.org{self.address}">another site</a>.</p>'
            )
        if isinstance(block, blocks.URLBlock):
            return self._linking(f"http://testserver{self.address}?a=1#part")
        return self._plain(block)

    def _plain(self, block: blocks.Block) -> Any:
        if isinstance(block, ImageChooserBlock | DocumentChooserBlock | blocks.StaticBlock):
            return None
        if isinstance(block, blocks.ChoiceBlock):
            return block.get_default() or next(value for value, _ in block.field.choices if value)
        if isinstance(block, blocks.IntegerBlock):
            return 5
        if isinstance(block, blocks.BooleanBlock):
            return True
        return "x@example.org" if isinstance(block, blocks.EmailBlock) else "Words"

    def stream(self, page: Any, name: str) -> str:
        return json.dumps(self.value(page._meta.get_field(name).stream_block))


def build() -> None:
    """Make the year before, out of the cast and the pages that every site has."""
    with time_machine.travel(NOW):
        _add_sessions(*_build_pages(_build_cohort()))


def _build_cohort() -> Cohort:
    cohort = Cohort.objects.get(slug="2021-22")
    cohort.name, cohort.programme = "Cohort 2025–26", ProgrammePage.objects.get()
    cohort.starts_on, cohort.ends_on = (FIRST - timedelta(days=7)).date(), date(2026, 8, 31)
    cohort.save()
    return cohort


def _build_pages(cohort: Cohort) -> tuple[Cohort, ModulePage, ModulePage]:
    programme, modules, first = (
        ProgrammePage.objects.get(),
        ModulesPage.objects.get(),
        ModulePage.objects.get(),
    )
    first.themes.add(ThemeFactory(slug="trust"))
    second = ModulePage(title="Going on", slug="going-on", number=2, summary="Go on.")
    modules.add_child(instance=second)
    below = [InformationPage(title="For all", slug="for-all"), ReadingListPage(title="Books", slug="books"),
             TeamPage(title="Team", slug="team"),
             InformationPage(title="For us", slug="for-us", circle=cohort.circle)]  # fmt: skip
    for page in below:
        programme.add_child(instance=page)
    programme.eligibility = f'<p><a linktype="page" id="{second.pk}">Next</a></p>'
    programme.year, programme.applications_close = "September 2025 to August 2026", date(2025, 9, 1)
    for page in (programme, first, second, *below):
        for name in _streams(page):
            setattr(page, name, Samples(first.pk, _ADDRESS).stream(page, name))
        page.save_revision(clean=False).publish()
    _add_draft(second, programme)
    settings = SiteSettings.for_site(programme.get_site())
    settings.navigation = [NavigationLink(title="Programme", page=programme)]
    settings.save()
    return cohort, first, second


def _streams(page: Any) -> list[str]:
    return [one.name for one in page._meta.get_fields() if isinstance(one, StreamField)]


def links_between(programme: Page) -> int:
    """How many links there are between its pages: what the samples have, one more in a field, and one in a draft."""
    samples = Samples(0, "")
    for page in programme.get_descendants(inclusive=True).specific():
        for name in _streams(page):
            samples.stream(page, name)
    return samples.number + 2


def _add_draft(page: ModulePage, to: Any) -> None:
    """A draft that nobody has published: one link more than the page has."""
    draft = page.get_latest_revision_as_object()
    draft.summary = "Go on, as nobody knows yet."
    draft.body.append(("text", f'<p><a linktype="page" id="{to.pk}">Back</a></p>'))
    draft.save_revision(clean=False)


def _add_sessions(cohort: Cohort, first: ModulePage, second: ModulePage) -> None:
    circle = cohort.circle
    link = {"joining_link": "https://meet.example.org/secret"}
    for weeks, title, module in ((0, "Half-day 1", first), (10, "Half-day 2", second)):
        starts = FIRST + timedelta(weeks=weeks, hours=1 if weeks else 0)  # after the clocks went back
        SessionFactory(
            cohort=cohort, module=module, kind=SessionKind.HALF_DAY, title=title, starts_at=starts,
            ends_at=starts + timedelta(hours=3), place="Online", description="What we do.", **link,
        )  # fmt: skip
    own = {"cohort": cohort, "circle": circle, "module": first}
    SessionFactory(**own, kind=SessionKind.CLINIC, title="Clinic", starts_at=None, ends_at=None)
    SessionFactory(
        **own, kind=SessionKind.CO_CONSULTING, title="Peers 2025", description="Recording: https://example.org/x",
        place="https://example.org/room", starts_at=FIRST + timedelta(weeks=32), ends_at=FIRST + timedelta(weeks=32, hours=1),
    )  # fmt: skip
    SessionFactory(
        **own, title="Called off", cancelled_at=NOW, starts_at=FIRST, ends_at=FIRST + timedelta(hours=1)
    )
    group = make_group(parent=circle, name="Four of us")
    SessionFactory(
        cohort=cohort, circle=group, title="Of a group", starts_at=FIRST, ends_at=FIRST + timedelta(hours=1)
    )


def everything() -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table, but for logs, sessions of browsers, and what is kept of a year that was set up."""
    no_content = {
        "sessions.Session", "wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry", "portal.YearCopy",
        "wagtailsearch.IndexEntry", "wagtailsearch.SQLiteFTSIndexEntry", "members.User", "contenttypes.ContentType",
    }  # fmt: skip
    return {
        model._meta.label: sorted(
            tuple(str(getattr(value, "raw_data", value)) for value in row)
            for row in model._base_manager.values_list()
        )
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in no_content
    }


def leads_to(page: Any) -> set[int]:
    """The pages that Wagtail's own index finds in a page, as it stands and in its draft."""
    kinds = ReferenceIndex._get_base_content_type(Page).pk
    return {
        int(to)
        for version in (page, page.get_latest_revision_as_object())
        for kind, to, *_ in ReferenceIndex._extract_references_from_object(version)
        if kind == kinds
    }


def sessions_by_title(cohort: Cohort) -> dict[str, Session]:
    return {session.title: session for session in cohort.sessions.all()}
