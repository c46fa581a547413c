"""Writing what a plan says: pages through Wagtail's revisions, cohorts and sessions through their actions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from wagtail.models import Page

from cohorts import actions
from cohorts.models import Cohort, Session
from kit.caching import forget_public_pages
from kit.raw_blocks import digest
from members.models import User
from portal.models import LoadedItem
from portal.programme.mistakes import Mistake, Mistaken
from portal.programme.plan import Plan, Planned, Verdict


def apply(plan: Plan, *, user: User | None) -> None:
    """Make and update what the plan says, and remember what was written.

    Args:
        plan: made in the same transaction.
        user: in whose name the pages' history says it.

    Raises:
        Mistaken: the database or a page refused something. Whoever called rolls back.
    """
    for planned in plan.items:
        try:
            with transaction.atomic():
                _write(plan, planned, user)
        except ValidationError as error:
            raise Mistaken([Mistake(key=planned.wanted.key, message=" ".join(error.messages))]) from error
        except IntegrityError as error:
            message = "expected something that fits what is there: the database refused it"
            raise Mistaken([Mistake(key=planned.wanted.key, message=message)]) from error
    _remember(plan)
    if not plan.changes_nothing:
        forget_public_pages()


def _write(plan: Plan, planned: Planned, user: User | None) -> None:
    if planned.verdict == Verdict.MAKE:
        planned.thing = plan.known[planned.wanted.item] = _make(plan, planned, user)
    elif planned.verdict == Verdict.UPDATE:
        planned.thing = plan.known[planned.wanted.item] = _update(plan, planned, user)


def _fields(plan: Plan, planned: Planned) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in planned.writes:
        fields |= planned.wanted.values[name].fields(plan.known, planned.thing)
    return fields


def _make(plan: Plan, planned: Planned, user: User | None) -> Any:
    model, fields = planned.wanted.model, _fields(plan, planned)
    if model is Cohort:
        return actions.start_cohort(**fields)
    if model is Session:
        return actions.schedule_session(cohort=plan.known[planned.wanted.parent], **fields)
    themes = fields.pop("themes", None)
    page: Any = model(owner=user, **fields)
    if themes:
        page.themes.add(*themes)
    parent = plan.known[planned.wanted.parent]
    Page.objects.get(pk=parent.pk).add_child(instance=page)  # type: ignore[union-attr]
    return _publish(page, user)


def _update(plan: Plan, planned: Planned, user: User | None) -> Any:
    fields, thing = _fields(plan, planned), planned.thing
    if isinstance(thing, Cohort):
        return actions.change_cohort(cohort=thing, **fields)
    if isinstance(thing, Session):
        return actions.change_session(session=thing, **fields)
    page: Any = thing
    themes = fields.pop("themes", None)
    for name, value in fields.items():
        setattr(page, name, value)
    if themes is not None:
        page.themes.set(themes)
    return _publish(page, user)


def _publish(page: Page, user: User | None) -> Page:
    page.save_revision(user=user, log_action=True).publish(user=user)
    page.refresh_from_db()
    return page


def _remember(plan: Plan) -> None:
    rows = [
        LoadedItem(
            programme=plan.programme,
            item=planned.wanted.item,
            field=name,
            object_label=planned.thing._meta.label_lower,
            object_pk=str(planned.thing.pk),
            digest=digest(planned.wanted.values[name].wanted(plan.known)),
        )
        for planned in plan.items
        if planned.thing is not None
        for name in (*planned.writes, *planned.records)
    ]
    if rows:
        LoadedItem.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["programme", "item", "field"],
            update_fields=["object_label", "object_pk", "digest", "loaded_at"],
        )
