"""A small network to look at: who is linked with whom, and what nobody may see of it."""

from datetime import UTC, datetime
from itertools import pairwise

from django.utils.text import slugify

from community_directory.counting import refresh_network
from community_directory.models import Community, Connection
from tests.factories import CommunityFactory

SINCE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def link(source: Community, target: Community, **more: object) -> Connection:
    """An accepted connection, unless told."""
    said = {"reason": f"{source} and {target}", "state": "accepted", "answered_at": SINCE, **more}
    return Connection.objects.create(source=source, target=target, **said)


def chain(*names: str) -> list[Community]:
    """Communities, each linked with the next."""
    made = [CommunityFactory(name=name, slug=slugify(name)) for name in names]
    for source, target in pairwise(made):
        link(source, target)
    return made


def counted(*names: str) -> list[Community]:
    """The same, and counted."""
    made = chain(*names)
    refresh_network()
    return made
