"""What importing a file would do: for each resource whether it is new, changed or the same. Writes nothing."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from wagtail.images import get_image_model

from kit.dry_run import DryRun, Verdict
from kit.problems import Problem
from kit.raw_blocks import plain_of, without_ids
from learning.importing.columns import COLUMNS
from learning.importing.wanted import PICTURE, Contents, Wanted
from learning.models import GuidancePage, LibraryPage
from members.models import User

_PLAIN = (
    "in_short", "kind", "minutes", "group_min", "group_max", "group_size", "owner_id", "reviewed_on", "review_due",
    "licence", "credit",
)  # fmt: skip
_NAMES = {column.field: column.name for column in COLUMNS}
_LOCKED = "Somebody has locked it. Unlock it, then import the file again."
_NOT_YOURS = "You may not change it. Leave it out, or ask another editor."


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One resource, with the page that it is found to be.

    Args:
        page: its latest draft, if it is here.
        changes: names of the columns that differ from that.
    """

    wanted: Wanted
    verdict: Verdict
    page: GuidancePage | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan(DryRun[Planned]):
    """Everything that importing would do."""

    @property
    def mark(self) -> str:
        """The same for two plans that would do the same."""
        lines = [
            [planned.verdict, planned.wanted.title, plain_of(planned.wanted.values), list(planned.changes)]
            for planned in self.items
        ]
        said = json.dumps([lines, [str(problem) for problem in self.problems]], default=str, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def make_plan(contents: Contents, *, library: LibraryPage, user: User) -> Plan:
    """Compare what a file has with what is in the library.

    Args:
        contents: of the file.
        library: where it would be imported to.
        user: who would import it.
    """
    shelves = _Shelves(library, user)
    items, problems = [], list(contents.problems)
    for wanted in contents.wanted:
        found = shelves.find(wanted)
        why = shelves.refuses(found, wanted)
        if why:
            problems.append(Problem(row=wanted.row or None, column="Title", value=wanted.title, advice=why))
            continue
        items.append(shelves.compared(wanted, found))
    problems.sort(key=lambda problem: problem.row or 0)
    return Plan(items=items, problems=problems, notes=contents.notes)


class _Shelves:
    """Looks up what is in the library, by title and by address."""

    def __init__(self, library: LibraryPage, user: User) -> None:
        self.library, self.user = library, user
        rows = (
            GuidancePage.objects.child_of(library)
            .order_by("pk")
            .values_list("pk", "draft_title", "title", "slug")
        )
        self.by_title: dict[str, int] = {}
        self.by_slug: dict[str, int] = {}
        for pk, draft_title, title, slug in rows:
            for name in (draft_title, title):
                self.by_title.setdefault(" ".join(name.split()).casefold(), pk)
            self.by_slug.setdefault(slug, pk)
        self.taken: set[int] = set()

    def find(self, wanted: Wanted) -> GuidancePage | None:
        """The latest draft of the page that has the title, else of the one that has the address made of it."""
        pk = self.by_title.get(wanted.title.casefold()) or self.by_slug.get(slug_of(wanted.title))
        if pk is None:
            return None
        draft: GuidancePage = GuidancePage.objects.get(pk=pk).get_latest_revision_as_object()
        return draft

    def refuses(self, page: GuidancePage | None, wanted: Wanted) -> str:
        """Why a resource can't be imported; "" if it can."""
        if page is None:
            return ""
        if page.pk in self.taken:
            return f"Two rows are the page “{page.title}”. Take one of them out."
        self.taken.add(page.pk)
        allowed = page.permissions_for_user(self.user)
        if not allowed.can_edit():
            return _NOT_YOURS
        return _LOCKED if allowed.page_locked() else ""

    @staticmethod
    def compared(wanted: Wanted, page: GuidancePage | None) -> Planned:
        """What is to be done about one resource."""
        if page is None:
            return Planned(wanted=wanted, verdict=Verdict.NEW)
        now = current(page)
        asked = {"title": wanted.title, **wanted.values}
        changes = tuple(
            _NAMES[name] for name, value in asked.items() if plain_of(value) != plain_of(now[name])
        )
        verdict = Verdict.CHANGED if changes else Verdict.SAME
        return Planned(wanted=wanted, verdict=verdict, page=page, changes=changes)


def slug_of(title: str) -> str:
    """The address that a title makes; "" where nothing of it can stand in one."""
    unicode = getattr(settings, "WAGTAIL_ALLOW_UNICODE_SLUGS", True)
    return slugify(title, allow_unicode=unicode)[:100].strip("-_")


def current(page: GuidancePage) -> dict[str, Any]:
    """What a page, or a draft of one, says: by field, in the form that a file's values have."""
    return {
        **{name: getattr(page, name) for name in _PLAIN},
        "title": " ".join(page.title.split()),
        "themes": tuple(sorted({item.tag_id for item in page.theme_items.all()})),
        "stages": tuple(_in_order(page, "stages", "stage")),
        "audiences": tuple(_in_order(page, "audiences", "audience")),
        "body": _with_marks(without_ids(list(page.body.get_prep_value()))),
    }


def _in_order(page: GuidancePage, relation: str, name: str) -> Iterable[str]:
    """The values of a page's rows in the order of the choices."""
    rows = getattr(page, relation).all()
    held = {getattr(row, name) for row in rows}
    choices = getattr(page, relation).model._meta.get_field(name).choices
    return (value for value, _ in choices if value in held)


def _with_marks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks with each picture named by what it shows, so that it can be compared with a file's."""
    ids = [block["value"]["image"] for block in blocks if block["type"] == "picture"]
    marks: Mapping[int, str] = (
        dict(get_image_model().objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "file_hash"))
        if ids
        else {}
    )
    for block in blocks:
        if block["type"] == "picture" and (mark := marks.get(block["value"]["image"])):
            block["value"]["image"] = PICTURE + mark
    return blocks
