"""What each may do, as named predicates."""

from typing import TYPE_CHECKING

import rules

if TYPE_CHECKING:
    from members.models import User


@rules.predicate
def is_active(user: "User") -> bool:
    """Signed in with an account that has not been closed."""
    return user.is_authenticated and user.is_active


@rules.predicate
def is_network_member(user: "User") -> bool:
    """Active in the network."""
    return user.is_authenticated and user.is_network_member


@rules.predicate
def is_editor(user: "User") -> bool:
    """Works in Wagtail."""
    return user.is_authenticated and user.is_active and user.has_perm("wagtailadmin.access_admin")
