"""The first screen of the admin, and the editor's guide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from wagtail.admin.ui.components import Component

from cohorts.models import Cohort
from cohorts.preparing import next_to_prepare
from cohorts.rules import may_prepare
from community_directory.enums import CommunityState
from community_directory.models import Community
from community_directory.rules import may_review
from learning.models import LibraryPage
from members.models import User
from portal.rules import may_load, may_set_up

GUIDE = settings.ROOT / "docs" / "editors-guide.md"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing that an editor may do, with the way there."""

    title: str
    text: str
    url: str


def first_things(user: User) -> list[Thing]:
    """What this person may do first, what waits for them before the rest."""
    things = [
        _waiting_communities(user),
        _next_module(user),
        _guidance(user),
        _programme(user),
        _next_year(user),
    ]
    guide_url = reverse("editors_guide")
    guide = Thing(
        title="Read the editor’s guide", text="Ten minutes, for the first time here.", url=guide_url
    )
    return [thing for thing in things if thing is not None] + [guide]


def _waiting_communities(user: User) -> Thing | None:
    if not may_review(user):
        return None
    waiting = Community.objects.visible_to(user).filter(state=CommunityState.SUBMITTED).count()
    if not waiting:
        return None
    return Thing(
        title="Publish 1 community" if waiting == 1 else f"Publish {waiting} communities",
        text="Their conveners wait for you to look.",
        url=reverse("community_directory_community_modeladmin_index")
        + f"?state__exact={CommunityState.SUBMITTED}",
    )


def _next_module(user: User) -> Thing | None:
    row = next_to_prepare(user) if may_prepare(user) else None
    if row is None:
        return None
    title = f"Get module {row.module.number} ready for {row.when}"
    return Thing(title=title, text=f"{row.cohort.name}: {row.ready.summary.lower()}.", url=row.url)


def _guidance(user: User) -> Thing | None:
    library = LibraryPage.objects.order_by("path").first()
    if library is None or not library.permissions_for_user(user).can_add_subpage():
        return None
    return Thing(
        title="Add guidance",
        text="Something that a convener can use tonight.",
        url=reverse("wagtailadmin_pages:add", args=["learning", "guidancepage", library.pk]),
    )


def _programme(user: User) -> Thing | None:
    if not may_load(user):
        return None
    return Thing(
        title="Load a programme",
        text="Texts, modules and dates of a year, from one file. You see what would change first.",
        url=reverse("programme_upload"),
    )


def _next_year(user: User) -> Thing | None:
    if not may_set_up(user) or not Cohort.objects.filter(programme__isnull=False).exists():
        return None
    return Thing(
        title="Set up next year",
        text="A copy of this year’s pages and dates, moved to a new start. You see everything first.",
        url=reverse("next_year"),
    )


class FirstThings(Component):
    """What to do first."""

    name = "first_things"
    template_name = "wagtailadmin/home/first_things.html"
    order = 10

    def get_context_data(self, parent_context: Mapping[str, Any] | None) -> dict[str, Any]:
        """The things."""
        return {"things": first_things(parent_context["request"].user)} if parent_context else {}


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The editor's guide, from docs/."""
    html = MarkdownIt("commonmark").enable("table").render(GUIDE.read_text())
    return render(request, "wagtailadmin/guide.html", {"guide": mark_safe(html)})
