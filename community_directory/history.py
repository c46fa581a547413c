"""What a community said before it was changed."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from community_directory.enums import CommunityState
from community_directory.models import Community
from kit.times import moment_of
from members.querysets import Person

_MOST = 50
_LABELS = {"themes": "What it is about", "open_to": "Who can join"}


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change: who made it, when, and what stood there before.

    Args:
        pk: of its entry in Wagtail's log.
        who: the name of the person; "Somebody" if their account is gone.
        when: the moment in words.
        before: labels and texts of what was changed, in the order of the form.
    """

    pk: int
    who: str
    when: str
    before: list[tuple[str, str]]


def edits(community: Community, user: Person) -> QuerySet[ModelLogEntry]:
    """The changes of a community that this person may know of, the newest first.

    What was changed while it was a draft is its conveners' own, as the draft was.
    """
    kept = ModelLogEntry.objects.for_instance(community).filter(action="wagtail.edit", data__has_key="before")
    seen = kept if community.can_edit(user) else kept.exclude(data__state=CommunityState.DRAFT)
    return seen.order_by("-timestamp", "-pk")


def readable(community: Community, user: Person) -> list[Edit]:
    """The last of them, as people read them. Two queries."""
    return [
        Edit(
            pk=entry.pk,
            who=entry.user.name if entry.user else "Somebody",
            when=moment_of(entry.timestamp),
            before=[(label_of(name), _text(name, value)) for name, value in entry.data["before"].items()],
        )
        for entry in edits(community, user).select_related("user")[:_MOST]
    ]


def label_of(name: str) -> str:
    """What people read beside a field."""
    words = _LABELS.get(name) or str(getattr(Community._meta.get_field(name), "verbose_name", name))
    return words[:1].upper() + words[1:]


def _text(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(term for _, term in value) or "–"
    choices = dict(getattr(Community._meta.get_field(name), "choices", None) or ())
    return str(choices.get(value, value)) or "–"
