"""What one has done with a page, on that page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from learning.filters import read
from learning.models import GuidancePage, ModulePage
from members.querysets import Person
from study import asked
from study.forms import OpinionForm
from study.models import MISSED_LONGEST
from study.rules import can_study

NOTHING = mark_safe("")


@dataclass(frozen=True, kw_only=True)
class Own:
    """What somebody has done with a page.

    Args:
        bookmark: the bookmark's key, 0 for none.
        useful: "yes", "no", or "" for no answer.
    """

    done: bool = False
    bookmark: int = 0
    useful: str = ""
    note: str = ""
    mark_at_end: bool = False


def own_of(user: Person, page: int) -> Own:
    """What somebody has done with a page. One query."""
    found: dict[str, Any] = {}
    for what, key, flag, text in asked.ABOUT_PAGE.rows(user, page):
        if what == "done":
            found["done"] = True
        elif what == "kept":
            found["bookmark"] = key
        elif what == "said":
            found |= {"useful": "yes" if flag else "no", "note": text}
        else:
            found["mark_at_end"] = bool(flag)
    return Own(**found)


def draw_search(page: Any, request: HttpRequest) -> SafeString:
    """On the library, for who has asked it for something: a way to keep that. No query; for visitors nothing."""
    wanted = read(request.GET)
    if not (wanted.text or wanted.number_of_filters) or not can_study(request.user):
        return NOTHING
    return _way(reverse("study:new_search"), wanted.lasting)


def draw_communities(filters: Any, request: HttpRequest) -> SafeString:
    """The same on the directory, for who has asked it for something. No query; for visitors nothing."""
    if not filters.are_on or not can_study(request.user):
        return NOTHING
    return _way(reverse("study:new_community_search"), filters.query())


def _way(address: str, query: str) -> SafeString:
    return render_to_string("study/panel_search.html", {"url": f"{address}?{query}"})


def draw_nothing(text: str, request: HttpRequest) -> SafeString:
    """Where nothing was found: a way to let the editors know. No query; for visitors nothing."""
    if not text or not can_study(request.user):
        return NOTHING
    context = {"text": text[:MISSED_LONGEST], "csrf_token": get_token(request)}
    return render_to_string("study/panel_nothing.html", context)


def draw_page(page: Any, request: HttpRequest) -> SafeString:
    """On guidance: done, bookmarked, useful; on a module: bookmarked. One query; for visitors nothing at all."""
    if not isinstance(page, GuidancePage | ModulePage) or getattr(request, "is_preview", False):
        return NOTHING
    if not can_study(request.user):
        return NOTHING
    return drawn(page, request)


def drawn(page: Any, request: HttpRequest, *, form: OpinionForm | None = None, **more: Any) -> SafeString:
    """The same for whom it is known that they may, and after something was sent.

    Args:
        page: guidance or a module.
        request: who looks, or has sent something.
        form: the answer to "Was this useful?" as it was sent, if there is something to put right.
        more: ``swapped``, ``said``, ``error``, ``thanks`` as the template has them.
    """
    own = own_of(request.user, page.pk)
    is_guidance = isinstance(page, GuidancePage)
    if form is None and is_guidance:
        form = OpinionForm(initial={"useful": own.useful, "note": own.note})
    context = {
        "page": page,
        "own": own,
        "is_guidance": is_guidance,
        "form": form,
        "csrf_token": get_token(request),  # all that it needs of what a whole page has
        "draft_key": f"useful-{page.pk}",
        # An editor who looks as somebody else reads nothing in their name.
        "counts": not hasattr(request, "looks_as"),
        **more,
    }
    return render_to_string("study/_panel.html", context)
