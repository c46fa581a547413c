"""Setting up a year as it was planned, and showing its dates."""

from copy import deepcopy
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from cohorts import actions
from cohorts.models import Cohort, Session
from kit.audit import record
from members.models import Circle, User
from portal.models import YearCopy
from portal.next_year.errors import AlreadySetUp, NotAsShown
from portal.next_year.links import Ways, rewrite
from portal.next_year.plan import NextPage, Plan, make_plan, slug_of

_NOT_OF_THE_DRAFT = ("circle", "first_published_at", "last_published_at", "live_revision")


@transaction.atomic
def set_up(
    *, cohort: Cohort, starts_on: date, user: User, name: str = "", slug: str = "", as_shown: str = ""
) -> YearCopy:
    """Make the next year: its pages as drafts, a cohort that nobody is in, and its sessions.

    Args:
        cohort: the year to copy. It stays as it is.
        starts_on: the day of the new year's first half-day, in London.
        user: in whose name.
        name: of the new cohort; made from the old one's if it is left out.
        slug: the last part of the new programme's address; made from the old one's if it is left out.
        as_shown: the ``mark`` of the plan that somebody has agreed to, if anybody was asked.

    Raises:
        AlreadySetUp: it is there; sent twice, the second time changes nothing.
        Refused: it can't be done, with what is wrong by field.
        NotAsShown: it would do something else by now. Nothing has been written.
    """
    # Two editors at once wait for one another here.
    source = Cohort.objects.select_for_update(of=("self",)).select_related("programme").get(pk=cohort.pk)
    there = YearCopy.objects.standing().filter(source=source, starts_on=starts_on).first()
    if there is not None:
        raise AlreadySetUp(there)
    plan = make_plan(cohort=source, starts_on=starts_on, name=name, slug=slug)
    if as_shown and plan.mark != as_shown:
        raise NotAsShown(plan)
    made = _start_cohort(plan)
    copies = _copy_pages(plan, made.circle, user)
    made = actions.change_cohort(cohort=made, programme=copies[plan.programme.pk])
    year = YearCopy.objects.create(
        source=source,
        starts_on=starts_on,
        name=plan.name,
        cohort=made,
        programme=made.programme,
        held_back=_schedule(plan, made, copies),
        made_by=user,
        made_at=timezone.now(),
    )
    record("portal.set_up_year", year, by=user, pages=len(plan.pages), sessions=len(plan.sessions))
    return year


def _start_cohort(plan: Plan) -> Cohort:
    return actions.start_cohort(
        name=plan.name, slug=slug_of(plan.name), starts_on=plan.starts_on, ends_on=plan.ends_on
    )


def _copy_pages(plan: Plan, circle: Circle, user: User) -> dict[int, Any]:
    """Copy them all, then lead their links: a page may lead to one that comes after it.

    Returns:
        The copies by the ids of their pages.
    """
    above = {plan.programme.get_parent().path: Page.objects.get(pk=plan.programme.get_parent().pk)}
    copies: dict[int, Any] = {}
    for one in plan.pages:
        copies[one.page.pk] = above[one.page.path] = one.page.copy(
            to=above[one.page.path[: -Page.steplen]],
            update_attrs=one.fields | ({"circle": circle} if one.is_for_cohort else {}),
            copy_revisions=False,
            keep_live=False,
            user=user,
        )
    ways = plan.ways({pk: copy.pk for pk, copy in copies.items()})
    return {one.page.pk: _write(one, copies[one.page.pk], ways) for one in plan.pages}


def _write(one: NextPage, copy: Any, ways: Ways) -> Any:
    """Give a copy its content, and its one revision too: no draft of it leads to the year before."""
    model, data = type(one.page), deepcopy(one.data)
    rewrite(model, data, ways)
    for relation in get_all_child_relations(model):
        for child in data.get(relation.get_accessor_name()) or []:
            child["pk"] = None
    copy = model.objects.get(pk=copy.pk)
    page = copy.with_content_json(data | {"pk": copy.pk})
    for name in (*one.fields, *_NOT_OF_THE_DRAFT):
        setattr(page, name, getattr(copy, name))
    page.set_url_path(page.get_parent())
    page.save(clean=False)
    revision = page.latest_revision
    revision.content = page.serializable_data()
    revision.save(update_fields=["content"])
    return page


def _schedule(plan: Plan, cohort: Cohort, copies: dict[int, Any]) -> dict[str, int | None]:
    """Make the sessions, for nobody but the cohort yet.

    Returns:
        Who will see those that are for more people, by their ids.
    """
    held_back = {}
    for one in plan.sessions:
        before = one.session
        module = copies.get(before.module_id) if before.module_id else None
        session = actions.schedule_session(
            cohort=cohort,
            circle=cohort.circle,
            module=module if module is not None else before.module,
            **one.fields,
        )
        if not one.is_for_cohort:
            held_back[str(session.pk)] = before.circle_id
    return held_back


@transaction.atomic
def show_dates(*, year: YearCopy, user: User) -> bool:
    """Let everybody see the sessions that are for everybody, and the network those that are for the network.

    Returns:
        False where they have been shown already, or the year was taken back.
    """
    locked = YearCopy.objects.select_for_update(of=("self",)).get(pk=year.pk)
    if locked.shown_at or locked.undone_at:
        return False
    untouched = {}
    for session in Session.objects.filter(pk__in=locked.held_back, circle__cohort=locked.cohort_id):
        if session.updated_at <= locked.made_at:
            untouched[str(session.pk)] = locked.held_back[str(session.pk)]
        actions.change_session(session=session, person=user, circle_id=locked.held_back[str(session.pk)])
    locked.held_back, locked.shown_at = untouched, timezone.now()
    locked.save(update_fields=["held_back", "shown_at"])
    record("portal.showed_year", locked, by=user)
    return True
