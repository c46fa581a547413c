"""Bringing a file in: agreed to in one step, done by the worker in one transaction, or not at all.

Each import holds the rows of all that wait, in the order of their keys, so that two files at once come in one after
the other; the second is looked at again, and stops if it would do something else by now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from community_directory import actions
from community_directory.bringing.columns import read
from community_directory.bringing.plan import Plan, Planned, make_plan
from community_directory.enums import CommunityState, ImportState
from community_directory.errors import DirectoryError, NotAsShown, NotYours, WrongRows
from community_directory.models import Brought, Community, Import
from community_directory.rules import may_review
from kit.dry_run import Verdict
from kit.queue import after_commit
from members.listed_words import save_term
from members.models import Organisation, Theme, User


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What an editor has chosen.

    Args:
        revise: communities that are here and differ are changed; else they stay as they are.
        leave_out: rows with something wrong are left out.
        new_terms: kinds of terms, among ``plan.MADE``, that are made where they are missing.
    """

    revise: bool = False
    leave_out: bool = False
    new_terms: tuple[str, ...] = ()


@transaction.atomic
def agree(
    *, plan: Plan, content: bytes, name: str, key: str, as_shown: str, user: User, choice: Choice
) -> Import:
    """Let the worker bring a file in. Agreed to twice, also at once, it comes in once.

    Args:
        plan: what it would do now.
        content: the file.
        name: of the file.
        key: of what was shown.
        as_shown: the ``mark`` of the plan that was shown.
        user: in whose name.
        choice: what they have chosen.

    Raises:
        NotYours: they don't review the directory.
        WrongRows: there are such rows, and they are not to be left out.
        NotAsShown: it would do something else by now.
    """
    if not may_review(user):
        raise NotYours
    before = Import.objects.filter(key=key).first()
    if before:
        return before
    _refuse(plan, as_shown, choice)
    agreed, made = Import.objects.get_or_create(
        key=key,
        defaults={
            "by": user,
            "file_name": name[:200],
            "content": content,
            "mark": as_shown,
            "revise": choice.revise,
            "leave_out": choice.leave_out,
            "new_terms": list(choice.new_terms),
        },
    )
    if made:
        after_commit("community_directory.tasks.bring_in", import_id=agreed.pk)
    return agreed


def _refuse(plan: Plan, as_shown: str, choice: Choice) -> None:
    if plan.mark != as_shown:
        raise NotAsShown
    if plan.left_out(choice.new_terms) and not choice.leave_out:
        raise WrongRows


@transaction.atomic
def bring_in(*, import_id: int) -> Import:
    """Do what was agreed to; done twice, it changes nothing. What stops it is kept in its state.

    Returns:
        The import, done or stopped.
    """
    waiting = Import.objects.filter(state=ImportState.WAITING)
    held = {one.pk: one for one in waiting.select_for_update(of=("self",)).order_by("pk")}
    agreed = held.get(import_id)
    if agreed is None:
        return Import.objects.get(pk=import_id)
    try:
        with transaction.atomic():
            _bring(agreed)
        agreed.state = ImportState.DONE
    except DirectoryError:
        return _stop(agreed)
    agreed.content, agreed.ended_at = b"", timezone.now()
    agreed.save()
    return agreed


def _stop(agreed: Import) -> Import:
    agreed.made, agreed.revised, agreed.kept, agreed.left_out = [], [], 0, 0
    agreed.state, agreed.content, agreed.ended_at = ImportState.STOPPED, b"", timezone.now()
    agreed.save()
    return agreed


@transaction.atomic
def give_up(*, import_id: int) -> bool:
    """Say of a file that it could not be brought in, after a fault.

    Returns:
        False where it had been done or stopped before.
    """
    waiting = Import.objects.select_for_update().filter(pk=import_id, state=ImportState.WAITING).first()
    return bool(waiting and _stop(waiting))


def _bring(agreed: Import) -> None:
    user = agreed.by
    if user is None or not may_review(user):
        raise NotYours
    choice = Choice(revise=agreed.revise, leave_out=agreed.leave_out, new_terms=tuple(agreed.new_terms))
    plan = make_plan(read(bytes(agreed.content)), user=user)
    _refuse(plan, agreed.mark, choice)
    wanted = [planned for planned in plan.items if not planned.needs_more_than(choice.new_terms)]
    new = [planned for planned in wanted if planned.verdict == Verdict.NEW]
    revised = [planned for planned in wanted if planned.verdict == Verdict.CHANGED and choice.revise]
    words = _Words()
    agreed.made = [_make(planned, agreed, user, words).pk for planned in new]
    agreed.revised = [_revise(planned, agreed, user, words).pk for planned in revised]
    agreed.left_out = plan.left_out(choice.new_terms)
    agreed.kept = len(wanted) - len(new) - len(revised)


class _Words:
    """Makes themes and organisations that are missing, each once."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], Any] = {}

    def add_to(self, planned: Planned) -> dict[str, Any]:
        """What a row says, with the terms that it needs."""
        values = dict(planned.checked.values)
        for kind, names in planned.checked.missing.items():
            values[kind] = [*values[kind], *(self._word(kind, name, planned) for name in names)]
        return values

    def _word(self, kind: str, name: str, planned: Planned) -> Any:
        key = (kind, name.casefold())
        if key not in self.made:
            self.made[key] = save_term(term=self._new(kind, name, planned))
        return self.made[key]

    @staticmethod
    def _new(kind: str, name: str, planned: Planned) -> Theme | Organisation:
        if kind == "themes":
            return Theme(name=name)
        return Organisation(name=name, sector=_first(planned, "sectors"), region=_first(planned, "regions"))


def _first(planned: Planned, kind: str) -> Any:
    """Where an organisation is filed: where the first community that names it is, by name."""
    terms: Iterable[Any] = planned.checked.values.get(kind) or getattr(planned.community, kind).all()
    return min(terms, key=lambda term: term.name)


def _make(planned: Planned, agreed: Import, user: User, words: _Words) -> Community:
    community = actions.submit_for_nobody(person=user, slug=planned.checked.slug, **words.add_to(planned))
    _keep(planned, community, agreed)
    return community


def _revise(planned: Planned, agreed: Import, user: User, words: _Words) -> Community:
    here: Any = planned.community
    community = actions.edit_community(community=here, person=user, **words.add_to(planned))
    resting = planned.checked.resting
    if community.is_listed and resting is not None:
        step = actions.rest if resting else actions.wake
        community = step(community=community, person=user)
    _keep(planned, community, agreed)
    return community


def _keep(planned: Planned, community: Community, agreed: Import) -> None:
    """What the file says besides: that it rests once it is published, and who should take it over."""
    said: dict[str, Any] = {}
    if planned.checked.resting is not None and community.state == CommunityState.SUBMITTED:
        said["resting"] = planned.checked.resting
    if planned.checked.email:
        said |= {"convener_email": planned.checked.email, "named_at": timezone.now()}
    if said:
        Brought.objects.update_or_create(community=community, defaults={**said, "file": agreed})
