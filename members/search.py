"""People in the search over everything."""

from allauth.core import context as allauth_context
from django.db.models import QuerySet
from django.urls import reverse

from kit import search
from kit.registry import Hit
from members import gate, rules, second_step
from members.models import User
from members.prepared import Prepared
from members.querysets import Person

_MOST = 20
_SHOWN = ("job_title", "organisation", "offers")
_READ = (
    "first_name", "last_name", "profile__offers", "profile__job_title", "profile__organisation__name",
    *(f"profile__{gate.column(name)}" for name in _SHOWN),
)  # fmt: skip


def find_people(user: Person, text: str, limit: int) -> list[Hit]:
    """Those who chose to be found and hold all words of the text, for members of the network. One query.

    The words are looked for in what the asker may see of them. There are never more than 20.
    """
    words = search.words(text)
    if not words or not rules.is_network_member(user) or _waits(user):
        return []
    return [_hit(person, user) for person in _PEOPLE.rows(user, *words)[:limit]]


def _people(user: Person, *words: str) -> QuerySet[User]:
    people = User.objects.visible_to(user).listed().holding(list(words), user).near(user)
    return people.select_related("profile__organisation").only(*_READ)[:_MOST]


_PEOPLE = Prepared(_people)


def _hit(person: User, user: Person) -> Hit:
    shown = person.shown_to(user, names=_SHOWN)
    return Hit(
        title=person.name,
        url=reverse("members:person", args=[person.pk]),
        excerpt=shown.offers,
        meta=", ".join(filter(None, (shown.job_title, shown.workplace))),
    )


def _waits(user: Person) -> bool:
    """Whether lists of people open for this person only after a second step, which they have yet to take."""
    request = allauth_context.request
    return request is not None and request.user == user and second_step.is_due(request)
