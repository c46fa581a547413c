"""Working out where each community stands in the network, and keeping how the whole was each month.

Done by the worker, never while somebody waits for a page: see ``tasks.py``.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from community_directory.models import Community, Connection, NetworkPlace, NetworkSnapshot, NetworkState
from community_directory.network_layout import places
from community_directory.network_measures import Network, Numbers
from kit.caching import forget_public_pages
from members.models import Sector

_FIELDS = ("links", "reach", "between", "parts", "x", "y")
_BATCH = 1000

Pair = tuple[int, int]


class _Seen:
    """What every visitor can see of the network, and how its sectors are spread. Three queries."""

    def __init__(self) -> None:
        everybody = AnonymousUser()
        self.ids = list(Community.objects.visible_to(everybody).order_by("pk").values_list("pk", flat=True))
        links = Connection.objects.visible_to(everybody).order_by("pk")
        self.pairs: list[Pair] = list(links.values_list("source_id", "target_id"))
        filed = Community.sectors.through._default_manager.filter(community_id__in=_listed()).order_by("pk")
        self.sectors: list[Pair] = list(filed.values_list("community_id", "sector_id"))

    @property
    def fingerprint(self) -> str:
        """The same for the same network."""
        return sha256(repr((self.ids, self.pairs, self.sectors)).encode()).hexdigest()


def _listed() -> Any:
    return Community.objects.listed().order_by().values("pk")


def refresh_network() -> bool:
    """Work out anew how the communities are linked, if anything has changed.

    What changes meanwhile is left to the next count: whoever changes it asks for one.

    Returns:
        Whether there is something new.
    """
    seen = _Seen()
    fingerprint = seen.fingerprint
    if NetworkState.objects.filter(fingerprint=fingerprint).exists():
        return False
    network = Network(seen.ids, seen.pairs)
    standings, where = network.standings(), places(network.groups, network.graph.edges)
    rows = [
        NetworkPlace(
            community_id=pk,
            links=one.links,
            reach=one.reach,
            between=one.between,
            parts=one.parts,
            x=round(where[pk][0], 1),
            y=round(where[pk][1], 1),
        )
        for pk, one in standings.items()
    ]
    linked = {pk for pk, one in standings.items() if one.links}
    state = {
        "fingerprint": fingerprint,
        "counted_at": timezone.now(),
        "is_sampled": network.is_sampled,
        "missing_sectors": _missing(sector for pk, sector in seen.sectors if pk in linked),
    }
    return _write(fingerprint, rows, state | _fields(network.numbers()))


def _missing(crossed: Iterable[int]) -> list[int]:
    return sorted(set(Sector.objects.values_list("pk", flat=True)) - set(crossed))


def _fields(numbers: Numbers) -> dict[str, int]:
    return {name: getattr(numbers, name) for name in Numbers.__dataclass_fields__}


@transaction.atomic
def _write(fingerprint: str, rows: list[NetworkPlace], state: dict[str, Any]) -> bool:
    """Put one count in the place of the last, unless the network is another one by now."""
    there, _ = NetworkState.objects.get_or_create(
        pk=1, defaults={"fingerprint": "", "counted_at": state["counted_at"]}
    )
    kept = NetworkState.objects.select_for_update().get(pk=there.pk)
    if kept.fingerprint == fingerprint or _Seen().fingerprint != fingerprint:
        return False
    NetworkPlace.objects.exclude(community_id__in=_listed()).delete()
    NetworkPlace.objects.bulk_create(
        rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["community"], update_fields=_FIELDS
    )
    NetworkState.objects.filter(pk=kept.pk).update(**state)
    forget_public_pages()
    return True


def take_snapshot(*, today: date) -> bool:
    """Keep how the network is, once for each month: the first to come writes it, who comes later changes nothing.

    Args:
        today: in London.

    Returns:
        Whether there was none of this month before; of two at once, both may think so.
    """
    month = today.replace(day=1)
    if NetworkSnapshot.objects.filter(month=month).exists():
        return False
    seen = _Seen()
    numbers = Network(seen.ids, seen.pairs).numbers()
    NetworkSnapshot.objects.bulk_create(
        [NetworkSnapshot(month=month, **_fields(numbers))], ignore_conflicts=True
    )
    forget_public_pages()
    return True
