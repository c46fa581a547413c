"""Finding people: by text, and by where they are and work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.http import QueryDict

from kit import search
from members import gate
from members.models import Organisation, Region, Sector, Theme, User
from members.querysets import Person

MOST_CHOICES = 20
MOST_SHOWN = {"region": 15, "sector": 15, "organisation": 8, "interests": 10}
FACETS: dict[str, tuple[str, type[Model]]] = {
    "region": ("Region", Region),
    "sector": ("Sector", Sector),
    "organisation": ("Organisation", Organisation),
    "interests": ("Interests", Theme),
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

    def apply(self, people: QuerySet[User], user: Person, *, but: str = "") -> QuerySet[User]:
        """Those people who fit by what somebody may see of them, the facet named ``but`` left aside."""
        if self.words:
            people = people.holding(self.words, user)  # type: ignore[attr-defined]
        for name, slugs in self.chosen.items():
            if slugs and name != but:
                people = people.filter(gate.seen(user, (name, _is_one_of(name, slugs))))
        return people

    def facet(self, name: str, people: QuerySet[User], user: Person) -> list[dict[str, Any]]:
        """The choices of one facet with their counts, as templates/components/facet.html takes them. One query.

        Those that hold most people, in the order of their names, and those that are chosen. Others are found
        by text. Who hides this from the asker is in no count.
        """
        _, model = FACETS[name]
        fitting = self.apply(people, user, but=name).order_by().values("pk")
        seen = gate.seen(user, (name, Q()), profile="profiles__", whose="profiles__user")
        counted = Count("profiles", filter=Q(profiles__user__in=fitting) & seen)
        chosen = self.chosen.get(name, [])
        held = model._default_manager.annotate(found=counted).filter(Q(found__gt=0) | Q(slug__in=chosen))
        rows = held.order_by("-found", "name").values_list("name", "slug", "found")
        shown = sorted(rows, key=lambda row: row[1] not in chosen)[: MOST_SHOWN[name]]
        return [
            {"value": slug, "label": label, "count": found, "checked": slug in chosen}
            for label, slug, found in sorted(shown)
        ]


def _is_one_of(name: str, slugs: list[str]) -> Q:
    if name == "interests":
        return gate.owners_of(Theme.objects.filter(slug__in=slugs))
    return Q(**{f"profile__{name}__slug__in": slugs})


def _is_slug(text: str) -> bool:
    return len(text) <= 120 and text.replace("-", "").replace("_", "").isalnum()
