"""Finding people: by text, and by where they are and work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.http import QueryDict

from kit import search
from members.models import Organisation, Region, Sector, User

MOST_CHOICES = 20
MOST_SHOWN = {"region": 15, "sector": 15, "organisation": 8}
FACETS: dict[str, tuple[str, type[Model]]] = {
    "region": ("Region", Region),
    "sector": ("Sector", Sector),
    "organisation": ("Organisation", Organisation),
}


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """What somebody looks for.

    Args:
        text: words to be found, at most ``kit.search.LONGEST`` characters.
        chosen: for each facet the slugs that were chosen.
    """

    text: str = ""
    chosen: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, query: QueryDict) -> "PeopleFilter":
        """From an address; what makes no sense is left out."""
        return cls(
            text=query.get("q", "").replace("\x00", " ").strip()[: search.LONGEST],
            chosen={
                name: [slug for slug in query.getlist(name)[:MOST_CHOICES] if _is_slug(slug)]
                for name in FACETS
            },
        )

    @property
    def words(self) -> list[str]:
        """The words of the text. A text without any asks for nothing."""
        return search.words(self.text)

    @property
    def is_on(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.text or any(self.chosen.values()))

    def apply(self, people: QuerySet[User], *, but: str = "") -> QuerySet[User]:
        """Those people who fit, the facet named ``but`` left aside."""
        if self.words:
            people = people.holding(self.words)  # type: ignore[attr-defined]
        for name, slugs in self.chosen.items():
            if slugs and name != but:
                people = people.filter(**{f"profile__{name}__slug__in": slugs})
        return people

    def facet(self, name: str, people: QuerySet[User]) -> list[dict[str, Any]]:
        """The choices of one facet with their counts, as templates/components/facet.html takes them. One query.

        Those that hold most people, in the order of their names, and those that are chosen. Others are found
        by text.
        """
        _, model = FACETS[name]
        fitting = self.apply(people, but=name).order_by().values("pk")
        counted = Count("profiles", filter=Q(profiles__user__in=fitting))
        chosen = self.chosen.get(name, [])
        held = model._default_manager.annotate(found=counted).filter(Q(found__gt=0) | Q(slug__in=chosen))
        rows = held.order_by("-found", "name").values_list("name", "slug", "found")
        shown = sorted(rows, key=lambda row: row[1] not in chosen)[: MOST_SHOWN[name]]
        return [
            {"value": slug, "label": label, "count": found, "checked": slug in chosen}
            for label, slug, found in sorted(shown)
        ]


def _is_slug(text: str) -> bool:
    return len(text) <= 120 and text.replace("-", "").replace("_", "").isalnum()
