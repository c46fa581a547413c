"""What each may do, as named predicates."""

from typing import TYPE_CHECKING

import rules

from members.enums import CircleKind

if TYPE_CHECKING:
    from members.models import Circle, User


@rules.predicate
def is_active(user: "User") -> bool:
    """Signed in with an account that has not been closed."""
    return user.is_authenticated and user.is_active


@rules.predicate
def is_network_member(user: "User") -> bool:
    """Active in the network."""
    return user.is_authenticated and user.is_network_member


@rules.predicate
def is_circle_member(user: "User", circle: "Circle | None") -> bool:
    """Active in this circle."""
    return circle is not None and circle.can_see(user)


@rules.predicate
def leads_circle(user: "User", circle: "Circle | None") -> bool:
    """Facilitator, convener or lead of this circle."""
    return circle is not None and circle.can_lead(user)


@rules.predicate
def is_facilitator(user: "User") -> bool:
    """Leads a cohort."""
    return user.is_authenticated and bool(user.led_circle_ids & user.circle_ids_of_kind(CircleKind.COHORT))


@rules.predicate
def is_editor(user: "User") -> bool:
    """Works in Wagtail."""
    return user.is_authenticated and user.is_active and user.has_perm("wagtailadmin.access_admin")
