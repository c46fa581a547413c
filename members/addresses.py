"""Which email addresses are whose."""

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

if TYPE_CHECKING:
    from members.models import User
    from members.querysets import Person


def confirmed_addresses(person: "Person") -> frozenset[str]:
    """The addresses that somebody has proved to be theirs, in small letters; none of a visitor. One query."""
    if not person.is_authenticated:
        return frozenset()
    own = EmailAddress.objects.filter(user_id=person.pk, verified=True)
    return frozenset(address.lower() for address in own.values_list("email", flat=True))


def addresses_of(person: "User") -> frozenset[str]:
    """Those, and the one that they sign in with. One query."""
    return confirmed_addresses(person) | {person.email.lower()}
