"""Topics and posts made ready to show: everything that a row needs, so that templates look nothing up.

Lists are long and shown often: rows are named tuples of values instead of model instances, and dates and
addresses are put together here once.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from discussion import addresses, asked
from discussion.models import Space, Topic
from kit.personal import FORMER_MEMBER
from kit.templatetags.kit_tags import colour_number, initials
from kit.times import day_of, moment_of, now_here
from members import audience as who_sees
from members import gate
from members.enums import Role, role_name
from members.models import Circle, User


def name_of(first: str | None, last: str | None) -> str:
    """A person's name as ``User.name`` has it; None for both is somebody whose account is gone."""
    if first is None:
        return FORMER_MEMBER
    return f"{first} {last}".strip() or "A member"


def audience(circle: Circle) -> str:
    """Who can see what is said in a circle, as a sentence."""
    return who_sees.of(circle).text


def roles_of(people: Iterable[int | None], circle: Circle) -> dict[int, str]:
    """What people are here, for those who lead: "Facilitator", "Convener, Falls in care homes".

    One query. What somebody leads elsewhere is told of communities in the public directory alone.

    Args:
        people: ids of users; None among them is passed over.
        circle: where they are looked at.
    """
    wanted = sorted({pk for pk in people if pk})
    if not wanted:
        return {}
    wanted += wanted[-1:] * (-len(wanted) % 8)  # few lengths, so that the SQL is written seldom
    roles: dict[int, str] = {}
    for led in asked.LEADS.rows(wanted, circle.pk):
        if led.circle_id == circle.pk:
            roles[led.person_id] = role_name(led.circle__kind, Role.LEAD)
        else:
            name = f"{role_name(led.circle__kind, Role.LEAD)}, {led.circle__name}"
            roles.setdefault(led.person_id, name)
    return roles


def topic_rows(found: Iterable[Any], space: Space, roles: dict[int, str]) -> list[dict[str, Any]]:
    """Rows of a topic list.

    Args:
        found: topics of one space, as ``asked.PINNED`` and ``asked.LISTED`` give them.
        space: theirs.
        roles: as ``roles_of`` gives them.
    """
    today, slug = now_here(), space.slug
    return [_topic_row(topic, slug, today) | {"role": roles.get(topic.author_id, "")} for topic in found]


def topic_rows_across(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows for topics of several spaces, each with its space's name.

    Args:
        found: topics as ``asked.LATEST`` gives them.
    """
    today = now_here()
    return [
        _topic_row(topic, topic.space__slug, today)
        | {"space": topic.space__name, "space_url": addresses.space(topic.space__slug)}
        for topic in found
    ]


def _topic_row(topic: Any, space: str, today: datetime) -> dict[str, Any]:
    url = addresses.topic(space, topic.id, topic.slug)
    answered = topic.reply_count > 0
    return {
        "title": topic.title,
        "url": f"{url}?new=1#new" if topic.is_unread and topic.read_to else url,
        "unread": bool(topic.is_unread),
        "pinned": topic.pinned,
        "closed": topic.closed,
        "by": name_of(topic.author__first_name, topic.author__last_name),
        "replies": topic.reply_count,
        "last": day_of(topic.last_post_at, today),
        "last_by": name_of(topic.last_author__first_name, topic.last_author__last_name) if answered else "",
    }


def page_of(number: int) -> tuple[int, int]:
    """The first and the last number of the page of posts that a number is on."""
    first = (number - 1) // asked.POSTS_ON_A_PAGE * asked.POSTS_ON_A_PAGE + 1
    return first, first + asked.POSTS_ON_A_PAGE - 1


def post_rows(
    found: Iterable[Any], topic: Topic, person: User, *, roles: dict[int, str], first_new: int | None
) -> list[dict[str, Any]]:
    """What stands on one page of a topic, with a line where something has been removed.

    Args:
        found: posts of one page, as ``asked.POSTS`` gives them.
        topic: theirs.
        person: the reader.
        roles: as ``roles_of`` gives them.
        first_new: the number of the first post that is new to the reader.
    """
    today, replies, tends = now_here(), topic.can_reply(person), topic.can_tend(person)
    rows: list[dict[str, Any]] = []
    for post in found:
        row = _post_row(post, roles, today)
        mine = post.author_id == person.pk
        row |= _offered(post, replies=replies, edits=mine and replies, removes=mine or tends)
        row["starts_new"] = first_new is not None and post.number >= first_new
        if row["starts_new"]:
            first_new = None
        rows.append(row)
    return rows


def with_gaps(rows: list[dict[str, Any]], first: int, last: int) -> list[dict[str, Any]]:
    """The rows, with a line for each run of numbers between first and last that is not among them."""
    complete: list[dict[str, Any]] = []
    expected = first
    for row in [*rows, {"number": last + 1}]:
        if row["number"] > expected:
            complete.append({"gap": _gap(expected, row["number"] - 1)})
        expected = row["number"] + 1
        complete.append(row)
    return complete[:-1]


def _gap(first: int, last: int) -> str:
    if first == last:
        return "The first post was removed." if first == 1 else f"Reply {first} was removed."
    return f"{'Posts' if first == 1 else 'Replies'} {first} to {last} were removed."


def _offered(post: Any, *, replies: bool, edits: bool, removes: bool) -> dict[str, str]:
    """The addresses of what a reader may do with a post; "" for what they may not."""
    gone = post.removed_at is not None
    reply = f"?post={post.number}&{{}}={post.id}#reply" if replies and not gone else ""
    return {
        "reply_url": reply.format("to"),
        "quote_url": reply.format("quote"),
        "edit_url": addresses.post("edit_post", post.id) if edits and not gone else "",
        "remove_url": addresses.post("remove_post", post.id) if removes and not gone else "",
        "restore_url": addresses.post("restore_post", post.id) if gone else "",
    }


def _post_row(post: Any, roles: dict[int, str], today: datetime) -> dict[str, Any]:
    name = name_of(post.author__first_name, post.author__last_name)
    known = post.author_id and (post.author_findable or post.author_near <= gate.Nearness.FELLOW)
    work = (post.author_role, post.author_workplace)
    answered = post.reply_to__number
    return {
        "number": post.number,
        "name": name,
        "person_url": addresses.person(post.author_id) if known else "",
        "initials": initials(name),
        "colour": colour_number(post.author_id),
        "role": roles.get(post.author_id) or ", ".join(part for part in work if part),
        "when": moment_of(post.created_at, today),
        "html": post.text_html,
        "edited": moment_of(post.edited_at, today) if post.edited_at else "",
        "history_url": addresses.post("history", post.id) if post.edited_at else "",
        "answers": answered,
        "answers_name": answered
        and name_of(post.reply_to__author__first_name, post.reply_to__author__last_name),
        "removed": post.removed_at is not None,
    }
