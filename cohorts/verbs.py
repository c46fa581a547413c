"""The news of this room: what has become of a session, and what is new beside a module."""

from dataclasses import dataclass

from django.urls import reverse

from cohorts.models import Announcement, Material, SessionChange
from kit.registry import Verb
from members.pages import addresses, visible_pages
from members.querysets import Person

CHANGED = "cohorts.session_changed"
ANNOUNCED = "cohorts.announced"
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


@dataclass(frozen=True, kw_only=True)
class News:
    """An announcement as one person may read it.

    Args:
        announcement: with its module.
        url: of the module's page, or of the calendar where they may not see that.
        titles: of what is new, as far as it is still there.
    """

    announcement: Announcement
    url: str
    titles: list[str]


def _announcements(ids: list[int], user: Person) -> dict[int, News]:
    """These announcements, if this person is in their cohorts now. Four queries, besides their circles."""
    found = Announcement.objects.visible_to(user).select_related("module").in_bulk(ids)
    titles: dict[int, list[str]] = {}
    for row in Material.objects.visible_to(user).filter(announcement_id__in=found):
        titles.setdefault(row.announcement_id or 0, []).append(row.title)
    pages = visible_pages(user).filter(pk__in={one.module_id for one in found.values()})
    ways = addresses(dict(pages.values_list("pk", "url_path")))
    calendar = reverse("cohorts:calendar")
    return {
        pk: News(announcement=one, url=ways.get(one.module_id, calendar), titles=titles.get(pk, []))
        for pk, one in found.items()
    }


def _announced(actor: str, news: News) -> str:
    number = news.announcement.module.number
    if not news.titles:
        return f"{actor} wrote to your cohort about module {number}"
    if len(news.titles) == 1:
        return f"New for module {number}: “{news.titles[0]}”"
    return f"New for module {number}: “{news.titles[0]}” and {len(news.titles) - 1} more"


def _said(news: News) -> str:
    listed = [f"- {title}" for title in news.titles]
    return "\n".join(filter(None, [news.announcement.words, *listed]))


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
    Verb(
        key=ANNOUNCED,
        targets=_announcements,
        sentence=_announced,
        url=lambda news: news.url,
        excerpt=_said,
        mailed=True,
        reason="you are in this cohort",
        always=True,
    ),
)
