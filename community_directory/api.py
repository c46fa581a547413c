"""The directory as open data: what every visitor can read on its pages, and no person's name."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import conditional_page
from ninja import Field, Query, Router, Schema
from ninja.decorators import decorate_view

from community_directory.cards import FIELDS
from community_directory.enums import CommunityState, Meets, OpenTo
from community_directory.filters import KINDS, Filters, matching, narrow
from community_directory.models import Community
from community_directory.page import connections
from community_directory.vocabulary import FILINGS, filed, terms
from kit.search import LONGEST
from members.enums import Stage

router = Router(tags=["Communities"])
_MOST = 100
_LARGEST_ID = 2**63 - 1
_KEEP = "public, max-age=60"


class Term(Schema):
    """A word of a managed list."""

    slug: str = Field(description="What to filter by")
    name: str = Field(description="What people read")


class CommunityRow(Schema):
    """A community as lists have it."""

    slug: str = Field(description="Its name in addresses; does not change")
    name: str
    url: str = Field(description="Its page")
    summary: str = Field(description="What it is, in one sentence")
    stage: Stage = Field(description="Where it is in its life")
    resting: bool = Field(description="Whether it is between meetings for a while")
    themes: list[Term]
    sectors: list[Term]
    regions: list[Term]
    rhythm: str = Field(description="When it meets, in its own words")
    meets: Meets
    open_to: OpenTo = Field(description="Who may join")
    published_at: datetime = Field(description="When it came into the directory")


class Link(Schema):
    """A connection that both communities agreed on."""

    slug: str
    name: str
    reason: str = Field(description="Why the two talk")


class CommunityDetail(CommunityRow):
    """A community with all that it says of itself. Its texts are Markdown; with _html, cleaned HTML."""

    domain: str = Field(description="What it cares about")
    domain_html: str
    purpose: str = Field(description="Why it exists")
    purpose_html: str
    practice: str = Field(description="What it makes and shares")
    practice_html: str
    how_to_join: str
    website: str
    organisations: list[Term]
    connections: list[Link]


class CommunityPage(Schema):
    """Some communities, in the order in which they were written down."""

    items: list[CommunityRow]
    next: str | None = Field(None, description="The address of the next page; null on the last")


class Problem(Schema):
    """Why there is no answer."""

    detail: str


class Misunderstanding(Problem):
    """Which parameters could not be used."""

    errors: list[dict[str, str]]


class Asked(Schema):
    """What may be asked for. Within a filter any of its values will do; all filters must pass."""

    q: str = Field("", max_length=LONGEST, description="Words that all must be there")
    theme: list[str] = Field([], max_length=50, description="Slugs of themes")
    sector: list[str] = Field([], max_length=50, description="Slugs of sectors")
    region: list[str] = Field([], max_length=50, description="Slugs of regions")
    stage: list[Stage] = Field([], max_length=10, description="Where it is in its life")
    cursor: int = Field(0, ge=0, le=_LARGEST_ID, description="Where the page begins; comes with next")
    limit: int = Field(50, ge=1, le=_MOST, description="Communities on a page")


@router.get(
    "/communities",
    response={200: CommunityPage, 304: None, 422: Misunderstanding},
    summary="Communities in the directory",
)
@decorate_view(conditional_page)
def list_communities(request: HttpRequest, response: HttpResponse, asked: Query[Asked]) -> Any:
    """Communities in the directory, in pages. Send the ETag back in If-None-Match to hear only of changes."""
    response["Cache-Control"] = _KEEP
    rows = list(_found(asked).filter(pk__gt=asked.cursor).order_by("pk").only(*FIELDS)[: asked.limit + 1])
    shown = rows[: asked.limit]
    under = filed(row.pk for row in shown)
    return {
        "items": [_row(row, under[row.pk]) for row in shown],
        "next": _next(asked, shown[-1].pk) if len(rows) > asked.limit else None,
    }


@router.get(
    "/communities/{slug}",
    response={200: CommunityDetail, 304: None, 404: Problem},
    summary="One community",
)
@decorate_view(conditional_page)
def get_community(request: HttpRequest, response: HttpResponse, slug: str) -> Any:
    """One community of the directory with all that it says of itself, and whom it is linked with."""
    row = Community.objects.listed().filter(slug=slug).first() if "\x00" not in slug else None
    if row is None:
        raise Http404
    response["Cache-Control"] = _KEEP
    texts = [f"{name}{suffix}" for name in ("domain", "purpose", "practice") for suffix in ("", "_html")]
    return _row(row, filed([row.pk])[row.pk]) | {
        **{name: getattr(row, name) for name in (*texts, "how_to_join", "website")},
        "organisations": list(row.organisations.order_by("name").values("slug", "name")),
        "connections": connections(row),
    }


def _found(asked: Asked) -> QuerySet[Community]:
    """What every visitor may see, whoever asks."""
    known = terms()
    ids = {}
    for kind in FILINGS:
        slugs = set(getattr(asked, kind))
        ids[kind] = tuple(pk for pk, (slug, _) in known[kind].items() if slug in slugs)
        if slugs and not ids[kind]:
            return Community.objects.none()
    chosen: dict[str, tuple[str, ...]] = {**dict.fromkeys(KINDS, ()), "stage": tuple(asked.stage)}
    filters = Filters(q=asked.q.strip(), ids=ids, chosen=chosen, known=known)
    if (
        filters.q and not filters.words
    ):  # as with a slug that nobody has: a program is not told what it did not ask
        return Community.objects.none()
    return narrow(matching(filters), filters)


def _row(row: Community, under: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    plain = ("slug", "name", "summary", "stage", "rhythm", "meets", "open_to", "published_at")
    return {
        **{name: getattr(row, name) for name in plain},
        **{f"{kind}s": [{"slug": slug, "name": name} for slug, name in under[kind]] for kind in FILINGS},
        "url": settings.SITE_URL + row.get_absolute_url(),
        "resting": row.state == CommunityState.DORMANT,
    }


def _next(asked: Asked, cursor: int) -> str:
    sent = asked.dict(exclude_defaults=True, exclude={"cursor"})
    return f"{settings.SITE_URL}{reverse('api-v1:list_communities')}?" + urlencode(
        {**sent, "cursor": cursor}, doseq=True
    )
