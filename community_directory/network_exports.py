"""The network for programs: its links as a table, and the whole as GraphML. Only what every visitor can read."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community_directory.exporting import joined
from community_directory.feeds import Line
from community_directory.models import Community, Connection
from community_directory.network_views import KEPT
from community_directory.vocabulary import FILINGS, Terms, terms
from kit.sheet import defused

COLUMNS = ("source", "target", "reason", "since", "source_slug", "target_slug")
_AT_ONCE = 500
_SIDES = ("source__name", "target__name", "reason", "answered_at", "source__slug", "target__slug")


@require_safe
def links(request: HttpRequest) -> StreamingHttpResponse:
    """All links as CSV (RFC 4180), a line for each. One query."""
    response = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="network.csv"'
    response["Cache-Control"] = KEPT
    return response


def _lines() -> Iterator[str]:
    writer = csv.writer(Line())
    yield "\ufeff" + writer.writerow(COLUMNS)  # so that spreadsheets read it as UTF-8
    rows = Connection.objects.visible_to(AnonymousUser()).order_by("pk").values_list(*_SIDES)
    for source, target, reason, since, *slugs in rows.iterator(chunk_size=_AT_ONCE):
        day = timezone.localdate(since).isoformat() if since else ""
        yield writer.writerow([defused(cell) for cell in (source, target, reason, day, *slugs)])


@require_safe
def graphml(request: HttpRequest) -> HttpResponse:
    """Communities and links as GraphML (http://graphml.graphdrawing.org), for programs that draw and count. Four queries."""
    response = HttpResponse(content_type="application/graphml+xml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="network.graphml"'
    response["Cache-Control"] = KEPT
    # Loaded when it is asked for: it takes memory that other pages do not need.
    networkx = import_module("networkx")
    graph = networkx.Graph()
    known = terms()
    regions, sectors = _names("region", known), _names("sector", known)
    for pk, slug, name, stage in _communities():
        graph.add_node(
            slug,
            name=_plain(name),
            stage=stage,
            regions=_plain(joined(regions[pk])),
            sectors=_plain(joined(sectors[pk])),
            url=f"{settings.SITE_URL}{Community(slug=slug).get_absolute_url()}",
        )
    for _, _, reason, since, source, target in (
        Connection.objects.visible_to(AnonymousUser()).order_by("pk").values_list(*_SIDES)
    ):
        # A link may have come between one look and the next.
        if source in graph and target in graph:
            day = timezone.localdate(since).isoformat() if since else ""
            graph.add_edge(source, target, reason=_plain(reason), since=day)
    response.write('<?xml version="1.0" encoding="utf-8"?>\n')
    response.write("\n".join(networkx.generate_graphml(graph)))
    return response


def _communities() -> Iterator[tuple[int, str, str, str]]:
    listed = Community.objects.visible_to(AnonymousUser()).order_by("pk")
    return listed.values_list("pk", "slug", "name", "stage").iterator()


def _names(kind: str, known: Terms) -> dict[int, list[str]]:
    """The names that communities are filed under, in order, by id. One query."""
    filing = FILINGS[kind]
    under: dict[int, list[str]] = defaultdict(list)
    rows = filing.rows().values_list(filing.community_id, filing.term_id)
    for community, name in sorted((one, known[kind][term][1]) for one, term in rows if term in known[kind]):
        under[community].append(name)
    return under


def _plain(text: str) -> str:
    """A text without the characters that no XML can hold (XML 1.0, section 2.2)."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd" or sign > "\uffff"
    )
