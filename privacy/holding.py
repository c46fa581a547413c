"""What the page "Your data" is made of."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from kit.personal import Held, holdings
from kit.times import date_of
from members.models import User
from privacy.models import Export

day_in_words = date_of


@dataclass(frozen=True, kw_only=True)
class Copy:
    """The last copy of somebody's data, as the page shows it.

    Args:
        export: None if there is none, or its file is gone.
        is_ready: it can be downloaded.
        until, size: in words, of one that is ready.
    """

    export: Export | None
    is_ready: bool = False
    until: str = ""
    size: str = ""


def last_copy(person: User) -> Copy:
    """One query."""
    export = Export.objects.visible_to(person).first()
    if export is None or export.ends_at is None:
        return Copy(export=export)
    if export.ends_at <= timezone.now():
        return Copy(export=None)
    return Copy(export=export, is_ready=True, until=date_of(export.ends_at), size=filesizeformat(export.size))


def held_about_everybody() -> list[Held]:
    """What is held about each member, their account first: it is the last to go."""
    held = [held for held in holdings if not held.for_editors]
    return sorted(held, key=lambda one: one.label != User._meta.label)


def held_about_editors() -> list[Held]:
    """What is held besides about those who work in the admin."""
    return [held for held in holdings if held.for_editors]
