"""The news of this room."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from wagtail.models import ModelLogEntry

from kit.registry import Verb
from members.models import Circle
from members.querysets import Person
from privacy.actions import EXPORT_READY, LEAD_GOES
from privacy.enums import ErasureState
from privacy.models import Erasure, Export


def _exports(ids: list[int], user: Person) -> dict[int, Export]:
    """Those that are ready and one's own. One query."""
    return Export.objects.visible_to(user).ready(timezone.now()).in_bulk(ids)


@dataclass(frozen=True, kw_only=True)
class Going:
    """A circle, one of whose leads goes: on which day, in words, and whether nobody else leads it."""

    circle: Circle
    day: str
    alone: bool


def _leads_who_go(ids: list[int], user: Person) -> dict[int, Going]:
    """What these log entries say, where it still holds and this person is in the circle or looks after all."""
    kind = ContentType.objects.get_for_model(Circle)
    entries = ModelLogEntry.objects.filter(content_type=kind, action=LEAD_GOES).in_bulk(ids)
    wishes = Erasure.objects.exclude(state=ErasureState.WITHDRAWN).in_bulk(
        [entry.data["erasure"] for entry in entries.values()]
    )
    circles = (Circle.objects.visible_to(user) | Circle.objects.managed_by(user)).in_bulk(
        [int(entry.object_id) for entry in entries.values()]
    )
    found = {}
    for pk, entry in entries.items():
        wish, circle = wishes.get(entry.data["erasure"]), circles.get(int(entry.object_id))
        if wish and circle:
            day = localtime(wish.due_at)
            found[pk] = Going(circle=circle, day=f"{day.day} {day:%B}", alone=entry.data["alone"])
    return found


def _says(actor: str, thing: Going) -> str:
    then = "Nobody else leads it." if thing.alone else "You lead it with others from then on, or alone."
    return f"Somebody who leads “{thing.circle.name}” leaves the portal on {thing.day}. {then}"


def _where(thing: Going) -> str:
    return str(thing.circle.url or reverse("dashboard"))


def _data(thing: Any) -> str:
    return reverse("privacy:data")


VERBS = (
    Verb(
        key=EXPORT_READY,
        targets=_exports,
        sentence=lambda actor, thing: "The copy of your data is ready to download",
        url=_data,
        mailed=True,
        reason="you asked for a copy of your data",
        always=True,
    ),
    Verb(
        key=LEAD_GOES,
        targets=_leads_who_go,
        sentence=_says,
        url=_where,
        mailed=True,
        reason="you lead it too, or look after the portal",
        always=True,
    ),
)
