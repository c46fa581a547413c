"""A record of learning: saying where one took part, making it, withdrawing it."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from members.models import User
from portal.errors import NoName, NothingYet, TooManyRecords
from portal.models import MOST_RECORDS, LearningRecord, TookPart, digest_of


@transaction.atomic
def say_took_part(*, person: User, sessions: Collection[int], among: Collection[int]) -> int:
    """Keep in which of some sessions somebody says that they took part.

    Args:
        person: who says so.
        sessions: the keys of those in which they did.
        among: the keys of all that they were asked about; what they said of others stays.

    Returns:
        How many answers changed.
    """
    User.objects.select_for_update().get(pk=person.pk)
    own = TookPart.objects.filter(person=person, session__in=among)
    before = set(own.values_list("session_id", flat=True))
    said = set(sessions) & set(among)
    own.filter(session__in=before - said).delete()
    TookPart.objects.bulk_create(TookPart(person=person, session_id=pk) for pk in sorted(said - before))
    return len(before ^ said)


@transaction.atomic
def make_record(*, person: User, content: dict[str, Any]) -> LearningRecord:
    """Make a record; of two that say the same there is one.

    Args:
        person: whose it is.
        content: what it says, from ``portal.record``.

    Raises:
        NoName: it says no name.
        NothingYet: it says nothing that was done.
        TooManyRecords: as many are kept as may be.
    """
    if not person.get_full_name():
        raise NoName
    if not any(content[name] for name in ("sessions", "modules", "resources", "outcomes", "reflections")):
        raise NothingYet
    User.objects.select_for_update().get(pk=person.pk)
    own, digest = LearningRecord.objects.filter(person=person), digest_of(content)
    same = own.filter(digest=digest).first()
    if same is not None:
        return same
    if own.count() >= MOST_RECORDS:
        raise TooManyRecords
    return LearningRecord.objects.create(
        person=person, content=content, digest=digest, issued_at=timezone.now()
    )


@transaction.atomic
def withdraw_record(*, record: LearningRecord) -> bool:
    """Take a record away: its code leads nowhere from then on. False where it was gone already."""
    return bool(LearningRecord.objects.filter(pk=record.pk).delete()[0])
