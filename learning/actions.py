"""What a person does with a module: one verb each, in one transaction."""

from uuid import UUID

from django.db import transaction

from learning.errors import UnknownStep
from learning.models import ModulePage, StepDone
from members.models import User


@transaction.atomic
def tick(*, person: User, module: ModulePage, step: UUID) -> StepDone:
    """Note that somebody has done a step; done twice, it changes nothing.

    Args:
        person: whose path it is.
        module: the module whose step it is.
        step: the id of the step's block.

    Returns:
        The tick.

    Raises:
        UnknownStep: the module has no such step.
    """
    _check(module, step)
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    done, _ = StepDone.objects.get_or_create(person=person, module=module, step=step)
    return done


@transaction.atomic
def untick(*, person: User, module: ModulePage, step: UUID) -> bool:
    """Take a tick back.

    Returns:
        False where there was none.

    Raises:
        UnknownStep: the module has no such step.
    """
    _check(module, step)
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    deleted, _ = StepDone.objects.filter(person=person, module=module, step=step).delete()
    return bool(deleted)


def _check(module: ModulePage, step: UUID) -> None:
    if step not in module.step_keys:
        raise UnknownStep(step)
