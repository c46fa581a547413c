"""The news of this room: what has become of a session."""

from cohorts.models import SessionChange
from kit.registry import Verb
from members.querysets import Person

CHANGED = "cohorts.session_changed"
_UNDATED = "Date to be set"


def _changes(ids: list[int], user: Person) -> dict[int, SessionChange]:
    """These changes, if this person may see their sessions now. One query, besides their circles."""
    return SessionChange.objects.visible_to(user).select_related("session").in_bulk(ids)


def _sentence(actor: str, change: SessionChange) -> str:
    """What is most to be known, in one sentence; who did it is not."""
    title, said = f"“{change.session.title}”", change.said
    if "How it stands" in said and "Cancelled" in said["How it stands"]:
        return f"{title} {'is cancelled' if said['How it stands'][1] == 'Cancelled' else 'takes place after all'}"
    if "When" in said:
        old, new = said["When"]
        what = {old: "has a date now", new: "has no date any more"}.get(_UNDATED, "has a new date or time")
        return f"{title} {what}{' and a new place' if 'Where' in said else ''}"
    if "Where" in said:
        return f"{title} has a new place"
    certain = said["How it stands"][1] == "Going ahead"
    return f"The date of {title} {'is certain now' if certain else 'may still change'}"


def _excerpt(change: SessionChange) -> str:
    """The old and the new, and when it is, in words."""
    lines = [f"{name}: {new}. Before: {old}." for name, (old, new) in change.said.items()]
    return "\n".join(lines if "When" in change.said else [*lines, f"When: {change.session.when}."])


VERBS = (
    Verb(
        key=CHANGED,
        targets=_changes,
        sentence=_sentence,
        url=lambda change: change.session.get_absolute_url(),
        excerpt=_excerpt,
        mailed=True,
        reason="this session is for a group that you are in",
        always=True,
    ),
)
