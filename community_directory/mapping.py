"""The map: in which regions the communities are, and the first few of each. The same as a list, which needs no script."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.urls import reverse

from community_directory.filters import Filters, matching, narrow
from community_directory.listing import chips, ways
from community_directory.models import Community
from community_directory.vocabulary import FILINGS
from members.audience import EVERYBODY

FIRST = 3  # communities of each region that are named


def context(filters: Filters) -> dict[str, Any]:
    """All that the page shows. Two queries."""
    found = narrow(matching(filters), filters)
    total = found.count()
    regions = _regions(filters)
    return {
        "who": EVERYBODY,
        "filters": filters,
        "ways": ways(filters, "map"),
        "chips": _chips(filters),
        "sentence": _sentence(total, len(regions)),
        "regions": regions,
        "list_url": reverse("community_directory:list"),
    }


def _sentence(total: int, regions: int) -> str:
    if not total:
        return "No communities"
    number = "1 community" if total == 1 else f"{total:,} communities"
    return f"{number} in {'1 region' if regions == 1 else f'{regions:,} regions'}"


def _chips(filters: Filters) -> list[dict[str, str]]:
    found = chips(filters)
    if filters.q:
        pairs = [
            (name, one) for name, all_ in QueryDict(filters.query()).lists() for one in all_ if name != "q"
        ]
        found.insert(0, {"label": "Words", "text": f"“{filters.q}”", "url": f"?{urlencode(pairs)}"})
    return found


def _regions(filters: Filters) -> list[dict[str, Any]]:
    """By name, the regions that have communities among those asked for. One query."""
    filing, known = FILINGS["region"], filters.known["region"]
    found = narrow(matching(filters), filters).values("pk")
    rows = (
        filing.rows()
        .filter(community__in=found)
        .annotate(
            number=Window(Count("pk"), partition_by=F("region")),
            place=Window(RowNumber(), partition_by=F("region"), order_by=["community__name", "community"]),
        )
        .filter(place__lte=FIRST)
        .order_by("region", "place")
        .values_list("region", "number", "community__name", "community__slug")
    )
    numbers: dict[int, int] = {}
    firsts: dict[int, list[dict[str, str]]] = defaultdict(list)
    for region, number, name, slug in rows:
        numbers[region] = number
        url = Community(slug=slug).get_absolute_url()
        firsts[region].append({"name": name, "url": url})
    return [
        {
            "slug": slug,
            "name": name,
            "number": numbers[pk],
            "url": _url(filters, slug),
            "firsts": firsts[pk],
            "more": numbers[pk] - len(firsts[pk]),
        }
        for pk, (slug, name) in known.items()
        if pk in numbers
    ]


def _url(filters: Filters, slug: str) -> str:
    """The list of one region, with all that is asked for besides."""
    pairs = [
        (name, one) for name, all_ in QueryDict(filters.query()).lists() for one in all_ if name != "region"
    ]
    return f"{reverse('community_directory:list')}?{urlencode([*pairs, ('region', slug)])}"
