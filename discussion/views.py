"""Reading discussions: spaces, topics, posts, and what they said before."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from discussion import actions, addresses, asked, overview, pages, rows
from discussion.forms import ReplyForm
from discussion.models import Post, PostEdit, Space, Topic
from discussion.querysets import since_restorable
from discussion.search import find
from kit import keyset
from kit.answers import page_at
from kit.caching import public
from kit.markdown import excerpt
from kit.markdown import render as as_html
from kit.times import day_of, moment_of, now_here
from members.models import User
from members.requests import person_of

_FOUND = 30
_BELOW_A_PAGE = 5
_EDITS_SHOWN = 20
_LAST_REMOVED = ("-removed_at", "-id")
_QUOTED_AT_MOST = 1000


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where one may talk, what is new there, and what was said last; visitors are asked to sign in."""
    if not request.user.is_authenticated:
        return public(request, render(request, "discussion/visitor.html"))
    person = person_of(request)
    spaces = overview.spaces_of(person)
    context = {
        "groups": overview.grouped(spaces, overview.new_in(spaces, person)),
        "topics": overview.latest(spaces, person, limit=asked.LATEST_AT_MOST),
    }
    return render(request, "discussion/index.html", context)


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Topics by what was said in them, among what one may read."""
    text = request.GET.get("q", "").replace("\x00", "")[:200]
    found = find(request.user, text, _FOUND + 1)
    context = {"q": text, "found": found[:_FOUND], "more": len(found) > _FOUND, "at_most": _FOUND}
    return render(request, "discussion/search.html", context)


@require_safe
@login_required
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """What is said about a page, as far as one may read it, and where one may start a topic about it.

    Below the page itself it is ``brief``: the latest few.
    """
    person = person_of(request)
    page = asked.page_seen_by(person, pk)
    if page is None:
        raise Http404
    question = pages.question_of(page, request.GET.get("question", ""))
    spaces = overview.spaces_of(person)
    found = overview.about(spaces, person, pk, _place(request.GET.get("cursor", "")))
    shown = found.rows[:_BELOW_A_PAGE] if "brief" in request.GET else found.rows
    is_all = shown == found.rows
    here = addresses.about(pk)
    context = {
        "page": page,
        "page_url": pages.url_of(page),
        "question": question,
        "topics": rows.topic_rows_across(shown),
        "places": pages.places(spaces, person, page, question),
        "all_url": "" if is_all else here,
        "newer_url": found.previous and f"{here}?cursor={found.previous}",
        "older_url": found.next and is_all and f"{here}?cursor={found.next}",
    }
    return render(request, "discussion/about.html", context)


def visible_space(request: HttpRequest, slug: str) -> Space:
    """The space at this address, with the reader's marks, if the asker may read there."""
    if not request.user.is_authenticated:
        raise Http404
    return _only(asked.SPACE.rows(person_of(request), slug))


def _only(found: list[Any]) -> Any:
    if not found:
        raise Http404
    return found[0]


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of a space: pinned ones first, then those in which something was said last."""
    person, place = person_of(request), visible_space(request, slug)
    only_new = request.GET.get("show") == "new"
    cursor = request.GET.get("cursor", "")
    page = _page_of_topics(person, place, cursor, only_new=only_new)
    since = place.new_since
    pinned = [] if only_new or cursor else asked.PINNED.rows(person, place.pk, since)
    found = [*pinned, *page.rows]
    roles = rows.roles_of((topic.author_id for topic in found), place.circle)
    beside = "show=new&" if only_new else ""
    context = {
        "space": place,
        "audience": rows.audience(place.circle),
        "topics": rows.topic_rows(found, place, roles),
        "new": overview.in_words(overview.new_in([place], person)[place.pk]),
        "only_new": only_new,
        "can_start": place.can_start_topic(person),
        "now": timezone.now().timestamp(),
        "newer_url": page.previous and f"?{beside}cursor={page.previous}",
        "older_url": page.next and f"?{beside}cursor={page.next}",
    }
    return render(request, "discussion/space.html", context)


def _page_of_topics(person: User, place: Space, cursor: str, *, only_new: bool) -> keyset.Page[Any]:
    at = _place(cursor)
    found = asked.LISTED.rows(person, place.pk, place.new_since, only_new, at.backwards, *at.values)
    return keyset.page_of(found, at, asked.TOPICS_ON_A_PAGE)


def _place(cursor: str) -> keyset.Place:
    try:
        return keyset.place(cursor, model=Topic, order=asked.TOPIC_ORDER)
    except keyset.BadCursor as error:
        raise Http404 from error


def visible_topic(request: HttpRequest, slug: str, pk: int) -> Topic:
    """The topic at this address, with the reader's marks, if it is in this space and they may read it."""
    if not request.user.is_authenticated:
        raise Http404
    return _only(asked.TOPIC.rows(person_of(request), slug, pk))


@require_safe
def topic(request: HttpRequest, slug: str, pk: int, words: str) -> HttpResponse:
    """One page of a topic. Looking at it moves the reader's own mark, and nothing else."""
    found = visible_topic(request, slug, pk)
    if words != found.slug:
        return _now_called(request, found)
    return topic_page(request, found)


def _now_called(request: HttpRequest, found: Topic) -> HttpResponse:
    """Look at a topic under its present name, at the post that was asked for.

    Not for ever: a browser that has kept "A is now B" goes round in circles once B is called A again.
    """
    query = request.META["QUERY_STRING"]
    return HttpResponseRedirect(found.get_absolute_url() + (f"?{query}" if query else ""))


def topic_page(request: HttpRequest, found: Topic, form: ReplyForm | None = None) -> HttpResponse:
    """A topic, with the reply that somebody is writing.

    Args:
        request: its ``post`` is the number of a post to show, ``new`` asks for the first new one, ``to``
            and ``quote`` name the post that a reply answers.
        found: a topic that came ``with_marks``.
        form: what was sent and could not be taken; then the last page is shown.
    """
    person = person_of(request)
    first_new = None
    if found.last_number > found.read_to:
        new = asked.FIRST_NEW.rows(person, found.pk, found.new_since, found.read_to)
        first_new = new[0].number if new else None
    first, last = rows.page_of(_wanted(request, found, first_new, at_the_end=form is not None))
    last = min(last, found.last_number)
    here = asked.POSTS.rows(person, found.pk, first, last, since_restorable())
    roles = rows.roles_of((post.author_id for post in here), found.circle)
    # To whom all is new, no line has to say so.
    line_at = first_new if found.read_to else None
    made = rows.post_rows(here, found, person, roles=roles, first_new=line_at)
    _move_mark(request, found, last)
    if form is None:
        form = _empty_reply(request, here)
    last_page = (found.last_number - 1) // asked.POSTS_ON_A_PAGE + 1
    context = {
        "topic": found,
        "space": found.space,
        "audience": rows.audience(found.circle),
        "about": pages.named(person, found.page_id) if found.page_id else None,
        "posts": rows.with_gaps(made, first, last),
        "page": (first - 1) // asked.POSTS_ON_A_PAGE + 1,
        "pages": last_page,
        "newer_url": f"?post={first - asked.POSTS_ON_A_PAGE}" if first > 1 else "",
        "older_url": f"?post={last + 1}" if last < found.last_number else "",
        "form": form,
        "draft_key": f"topic-{found.pk}",
        "answered": _answered(form, here),
        "can_reply": found.can_reply(person),
        "ended": found.circle.ended_at is not None,
        "can_tend": found.can_tend(person),
        # Who moderates without leading does it in the admin: asking for their rights here costs everybody.
        "can_remove": found.can_tend(person) or found.is_unanswered_of(person),
    }
    return render(request, "discussion/topic.html", context)


def _wanted(request: HttpRequest, found: Topic, first_new: int | None, *, at_the_end: bool) -> int:
    """The number of the post whose page is asked for."""
    if at_the_end:
        return found.last_number
    if "new" in request.GET:
        return first_new or found.last_number
    asked = request.GET.get("post", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return min(max(number, 1), found.last_number)


def _move_mark(request: HttpRequest, found: Topic, last: int) -> None:
    """Write down how far somebody has read, unless their browser only asks, or fetches ahead."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method == "GET" and "prefetch" not in purpose and last > found.read_to:
        actions.mark_read(person=person_of(request), topic=found, number=last)


def _empty_reply(request: HttpRequest, here: list[Any]) -> ReplyForm:
    """A form to reply with; to one of the posts shown if it is asked for, perhaps with its words."""
    quoted, answered = request.GET.get("quote", ""), request.GET.get("to", "")
    post = next((post for post in here if str(post.id) in (quoted, answered) and not post.removed_at), None)
    if post is None:
        return ReplyForm()
    text = ""
    if quoted:
        said = Post.objects.visible_to(request.user).values_list("text", flat=True).get(pk=post.id)
        name = rows.name_of(post.author__first_name, post.author__last_name)
        text = _as_quotation(name, said)
    return ReplyForm(initial={"reply_to": post.id, "text": text})


def _as_quotation(name: str, said: str) -> str:
    """What somebody said as a quotation, without what they quoted themselves."""
    words = "\n".join(line for line in said.splitlines() if not line.lstrip().startswith(">")).strip()
    if len(words) > _QUOTED_AT_MOST:
        words = words[:_QUOTED_AT_MOST].rstrip() + " …"
    lines = [f"{name} wrote:", "", *words.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _answered(form: ReplyForm, here: list[Any]) -> dict[str, Any] | None:
    """Which of the posts shown a reply answers."""
    key = str(form["reply_to"].value() or "")
    for post in here:
        if str(post.id) == key:
            name = rows.name_of(post.author__first_name, post.author__last_name)
            return {"number": post.number, "name": name}
    return None


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What a post said before, for those who may read it."""
    post = get_object_or_404(
        Post.objects.visible_to(request.user).select_related("topic__space", "circle"), pk=pk
    )
    edits = PostEdit.objects.visible_to(request.user).filter(post=post)[: _EDITS_SHOWN + 1]
    today = now_here()
    versions = [
        {"until": moment_of(edit.edited_at, today), "title": edit.title, "html": as_html(edit.text)}
        for edit in edits
    ]
    context = {
        "post": post,
        "space": post.topic.space,
        "audience": rows.audience(post.circle),
        "versions": versions[:_EDITS_SHOWN],
        "more": len(versions) > _EDITS_SHOWN,
    }
    return render(request, "discussion/history.html", context)


@require_safe
@login_required
def removed(request: HttpRequest) -> HttpResponse:
    """What one may bring back: what one has removed, and what was removed where one leads."""
    topics = Topic.objects.restorable_by(request.user).select_related("space", "removed_by")
    posts = Post.objects.restorable_by(request.user).select_related("topic__space", "removed_by")
    gone = {
        "topics": _page_of_removed(request, "topics", topics),
        "posts": _page_of_removed(request, "posts", posts),
    }
    for post in gone["posts"]["rows"]:
        post.begins = excerpt(post.text_html)
    return render(request, "discussion/removed.html", gone)


def _page_of_removed(request: HttpRequest, name: str, things: Any) -> dict[str, Any]:
    """A page of one of the two lists, each row with ``removed_words``; the other list stays where it is.

    Args:
        request: its parameter of the list's name says where the page begins.
        name: the list's.
        things: what is in it.
    """
    page = page_at(request, things, order=_LAST_REMOVED, size=_FOUND, name=name)
    today = now_here()
    for thing in page.rows:
        thing.removed_words = day_of(thing.removed_at, today)
    cursors = {"newer_url": page.previous, "older_url": page.next}
    return {"rows": page.rows} | {key: _turned(request, name, to) for key, to in cursors.items()}


def _turned(request: HttpRequest, name: str, cursor: str) -> str:
    """The address at which one of the two lists is turned to another page; "" where there is none."""
    pages = {key: request.GET[key] for key in ("topics", "posts") if request.GET.get(key)}
    return f"?{urlencode(pages | {name: cursor})}#{name}" if cursor else ""
