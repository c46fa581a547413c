"""What this room holds about people."""

from typing import Any

from kit.personal import Held, delete_rows
from members.pages import visible_pages

_WHILE = "As long as you have an account, or until you take it away or the page is deleted."


def _page(row: Any, person: Any) -> str:
    """The page's title, if they may read it."""
    found = visible_pages(person).filter(pk=row.page_id).values_list("title", flat=True)
    return found.first() or "A page that you can no longer read"


def _lists(row: Any, person: Any) -> list[str]:
    return [one.name for one in row.lists.all()]


HELD = (
    Held(
        key="study.PageDone",
        by=("person",),
        title="Pages that you have done",
        what="Which pages you marked as done, and when.",
        why="So that you can see what you have done. Nobody else can.",
        kept=_WHILE,
        shows=(("Page", _page), "done_at"),
        erase=delete_rows,
        order=71,
    ),
    Held(
        key="study.Visit",
        by=("person",),
        title="Where you were",
        what="The last 20 pages of guidance and modules that you read, and when.",
        why="So that you can go on where you were. Nobody else can see it.",
        kept="90 days, or until you press “Forget where I was”.",
        shows=(("Page", _page), "read_at"),
        erase=delete_rows,
        days=90,
        dated="read_at",
        order=72,
    ),
    Held(
        key="study.Bookmark",
        by=("person",),
        title="Your bookmarks",
        what="Which pages you bookmarked, what you noted, and in which of your lists they are.",
        why="So that you can find them again. Nobody else can see them.",
        kept=_WHILE,
        shows=(("Page", _page), "note", ("Lists", _lists), "created_at"),
        erase=delete_rows,
        order=73,
    ),
    Held(
        key="study.BookmarkList",
        by=("person",),
        title="Your lists of bookmarks",
        what="The names of your lists.",
        why="So that you can put your bookmarks in order. Nobody else can see them.",
        kept="As long as you have an account, or until you delete the list.",
        shows=("name", "created_at"),
        erase=delete_rows,
        order=74,
    ),
    Held(
        key="study.SavedSearch",
        by=("person",),
        title="Your saved searches",
        what="What you searched the guidance or the communities for, and the name that you gave it.",
        why="So that you can search for it again, and hear of new communities. Nobody else can see them.",
        kept="As long as you have an account, or until you delete the search.",
        shows=("name", "query", "created_at"),
        erase=delete_rows,
        order=75,
    ),
    Held(
        key="study.Missed",
        by=("person",),
        title="What you did not find",
        what="The words that you searched for in vain, where you let the editors know.",
        why="So that what is missing gets written. Editors see the words and how many people missed them, never who.",
        kept="180 days.",
        shows=("text", "said_at"),
        erase=delete_rows,
        days=180,
        dated="said_at",
        order=78,
    ),
    Held(
        key="study.Opinion",
        by=("person",),
        title="What you found useful",
        what="Your answers to “Was this useful?”, and your notes to the people who look after pages.",
        why="So that pages get better. Answers are counted without your name. Who looks after a page reads your note "
        "and your answer with your name.",
        kept="As long as you have an account, or until the page is deleted.",
        shows=(("Page", _page), "is_useful", "note", "said_at"),
        erase=delete_rows,
        order=76,
    ),
    Held(
        key="study.Choices",
        by=("person",),
        title="How you want to learn",
        what="Whether pages are marked as done when you reach their end, and the day that you started from.",
        why="So that your learning page is as you want it.",
        kept="As long as you have an account.",
        shows=("mark_at_end", "started_on"),
        erase=delete_rows,
        order=77,
    ),
)
