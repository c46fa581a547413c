"""Importing a file: everything that was agreed to in one transaction, as drafts, or nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from kit.problems import Problem
from kit.raw_blocks import with_ids_of
from learning.importing.plan import Plan, Planned, make_plan, slug_of
from learning.importing.wanted import PICTURE, Contents, Picture, Wanted
from learning.models import (
    GuidanceAudience,
    GuidancePage,
    GuidanceStage,
    LibraryPage,
    minutes_to_read,
)
from members.models import Theme, User


class NotAsShown(Exception):
    """What importing would do now is not what somebody was shown. Carries what it would do."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("Something has changed since.")


class WrongRows(Exception):
    """Some rows can't be imported, and nobody has agreed to leave them out. Carries what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import has done.

    Args:
        made: the new drafts.
        revised: the pages that have a new draft.
        kept: how many that are here already were left as they are.
        left_out: how many rows with something wrong were left out.
    """

    made: list[GuidancePage]
    revised: list[GuidancePage]
    kept: int
    left_out: int


def bring_in(
    contents: Contents, *, library: LibraryPage, user: User, as_shown: str, revise: bool, leave_out: bool
) -> Imported:
    """Make the drafts that a file asks for. The same file brought in twice writes nothing the second time.

    Args:
        contents: of the file.
        library: where it is imported to.
        user: in whose name.
        as_shown: the ``mark`` of the plan that they have agreed to.
        revise: whether a page that is here and differs gets a new draft; else it stays as it is.
        leave_out: whether rows with something wrong are left out.

    Raises:
        WrongRows: there are such rows, and they are not to be left out. Nothing has been written.
        NotAsShown: it would do something else by now. Nothing has been written.
    """
    with transaction.atomic():
        # Two imports at once wait for one another here.
        list(LibraryPage.objects.select_for_update(of=("self",)).filter(pk=library.pk).values_list("pk"))
        library = LibraryPage.objects.get(pk=library.pk)
        plan = make_plan(contents, library=library, user=user)
        if plan.problems and not leave_out:
            raise WrongRows(plan.problems)
        revised = plan.changed if revise else []
        if (plan.new or revised) and plan.mark != as_shown:
            raise NotAsShown(plan)
        pictures = _Pictures(user)
        return Imported(
            made=[_make(planned.wanted, library, user, pictures) for planned in plan.new],
            revised=[_revise(planned, user, pictures) for planned in revised],
            kept=len(plan.same) + len(plan.changed) - len(revised),
            left_out=plan.wrong_rows,
        )


def _make(wanted: Wanted, library: LibraryPage, user: User, pictures: "_Pictures") -> GuidancePage:
    page = GuidancePage(title=wanted.title, slug=_free_slug(wanted.title, library), owner=user, live=False)
    _fill(page, wanted, pictures)
    library.add_child(instance=page)
    page.save_revision(user=user, log_action=True, clean=False)
    return page


def _free_slug(title: str, library: LibraryPage) -> str:
    base = slug_of(title) or "resource"
    taken = set(library.get_children().filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def _revise(planned: Planned, user: User, pictures: "_Pictures") -> GuidancePage:
    page: Any = planned.page
    page.title = planned.wanted.title
    _fill(page, planned.wanted, pictures)
    page.save_revision(user=user, log_action=True, clean=False)
    return page  # type: ignore[no-any-return]


def _fill(page: GuidancePage, wanted: Wanted, pictures: "_Pictures") -> None:
    """Write onto a page what a file says; what it says nothing of stays."""
    values = dict(wanted.values)
    ids = pictures.ids_of(wanted.pictures)
    for name, rows, kind, field in (
        ("stages", page.stages, GuidanceStage, "stage"),
        ("audiences", page.audiences, GuidanceAudience, "audience"),
    ):
        if name in values:
            chosen = values.pop(name)
            rows.set([kind(**{field: value}, sort_order=place) for place, value in enumerate(chosen)])
    if "themes" in values:
        page.themes.set(list(Theme.objects.filter(pk__in=values.pop("themes"))))
    if "body" in values:
        blocks = [_with_id(block, ids) for block in values.pop("body")]
        page.body = json.dumps(with_ids_of(list(page.body.get_prep_value()), blocks))
    for name, value in values.items():
        setattr(page, name, value)
    page.minutes_to_read = minutes_to_read(page.body)


def _with_id(block: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, Any]:
    if block["type"] != "picture":
        return dict(block)
    return {**block, "value": {**block["value"], "image": ids[block["value"]["image"].removeprefix(PICTURE)]}}


class _Pictures:
    """Puts pictures in, each once: one that everybody may see and that is there already is used again."""

    def __init__(self, user: User) -> None:
        self.user = user

    def ids_of(self, pictures: tuple[Picture, ...]) -> dict[str, int]:
        """Ids by SHA-1."""
        model = get_image_model()
        wanted = [picture.sha1 for picture in pictures]
        there = model.objects.filter(file_hash__in=wanted, circle=None).order_by("-pk") if wanted else ()
        ids = {image.file_hash: image.pk for image in there}
        for picture in pictures:
            if picture.sha1 not in ids:
                ids[picture.sha1] = self._add(picture)
        return ids

    def _add(self, picture: Picture) -> int:
        image = get_image_model()(
            title=picture.title, uploaded_by_user=self.user, collection=may_add_to(self.user)
        )
        image.file.save(picture.name, ContentFile(picture.content), save=False)
        image._set_image_file_metadata()
        image.save()
        return int(image.pk)


def may_add_to(user: User) -> Collection | None:
    """The collection that somebody's pictures go to; None if they may add none."""
    policy = policy_registry.get_by_type(get_image_model())
    return policy.collections_user_has_permission_for(user, "add").order_by("path").first()
