"""People in the search over everything."""

from django.urls import reverse

from kit import search
from kit.registry import Hit
from members.models import User
from members.querysets import Person

_SHOWN = (
    "first_name", "last_name", "profile__offers", "profile__job_title", "profile__organisation__name",
)  # fmt: skip


def find_people(user: Person, text: str, limit: int) -> list[Hit]:
    """Those who chose to be found and hold all words of the text, for members of the network. One query."""
    words = search.words(text)
    people = User.objects.visible_to(user).listed()
    if not words or people.query.is_empty():
        return []
    found = people.holding(words).select_related("profile__organisation").only(*_SHOWN)[:limit]
    return [
        Hit(
            title=person.name,
            url=reverse("members:person", args=[person.pk]),
            excerpt=person.profile.offers,
            meta=", ".join(filter(None, (person.profile.job_title, _workplace(person)))),
        )
        for person in found
    ]


def _workplace(person: User) -> str:
    organisation = person.profile.organisation
    return organisation.name if organisation else ""
