"""What people are told of: that somebody shared a reflection with those who lead. Never what it says."""

from journal.actions import SHARED
from journal.models import Reflection
from kit.registry import Verb
from members.querysets import Person


def shared(ids: list[int], user: Person) -> dict[int, Reflection]:
    """Those of the reflections that this person may read now. One query."""
    return {one.pk: one for one in Reflection.objects.shared_with(user).filter(pk__in=ids)}


VERBS = [
    Verb(
        key=SHARED,
        targets=shared,
        sentence=lambda actor, reflection: f"{actor} shared a reflection with you",
        url=lambda reflection: reflection.get_absolute_url(),
    ),
]
