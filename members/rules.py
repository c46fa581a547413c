"""What each may do, as named predicates: of a person alone, of a circle, or of one place in a circle."""

from typing import TYPE_CHECKING

import rules

from members.enums import CircleKind, Role, State

if TYPE_CHECKING:
    from members.models import Circle, Membership, User

# What its own people look after; a cohort's and the network's places are given by those who keep the lists.
_OWN = (CircleKind.COMMUNITY, CircleKind.GROUP)


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


@rules.predicate
def keeps_memberships(user: "User", thing: object = None) -> bool:
    """Looks after who is in what, in the admin."""
    return user.is_authenticated and user.is_active and user.has_perm("members.change_membership")


# -- of a circle ----------------------------------------------------------------


@rules.predicate
def belongs(user: "User", circle: "Circle") -> bool:
    """Active in it."""
    return user.is_authenticated and circle.pk in user.circle_ids


@rules.predicate
def leads(user: "User", circle: "Circle") -> bool:
    """Leads it."""
    return user.is_authenticated and circle.pk in user.led_circle_ids


@rules.predicate
def is_the_network(user: "User", circle: "Circle") -> bool:
    """It is that of everybody."""
    return circle.kind == CircleKind.NETWORK


@rules.predicate
def is_kept_in_the_admin(user: "User", circle: "Circle") -> bool:
    """It is the network or a cohort, whose people are chosen by those who run the programme."""
    return circle.kind in (CircleKind.NETWORK, CircleKind.COHORT)


@rules.predicate
def takes_requests(user: "User", circle: "Circle") -> bool:
    """It is a listed community's that does not only invite."""
    return circle.takes_requests


may_see_people = belongs & ~is_the_network
may_invite = (leads & ~is_the_network) | (is_kept_in_the_admin & keeps_memberships)
may_ask = is_network_member & takes_requests & ~belongs


# -- of one place in a circle -----------------------------------------------------


@rules.predicate
def is_own(user: "User", place: "Membership") -> bool:
    """It is theirs."""
    return user.is_authenticated and place.person_id == user.pk


@rules.predicate
def leads_there(user: "User", place: "Membership") -> bool:
    """Leads the circle that it is in."""
    return user.is_authenticated and place.circle_id in user.led_circle_ids


@rules.predicate
def is_in_force(user: "User", place: "Membership") -> bool:
    """It gives what membership gives."""
    return place.state == State.ACTIVE


@rules.predicate
def is_asked_for(user: "User", place: "Membership") -> bool:
    """Somebody asks for it, and has no answer yet."""
    return place.state == State.REQUESTED


@rules.predicate
def is_leading(user: "User", place: "Membership") -> bool:
    """Whoever has it leads."""
    return place.role == Role.LEAD


@rules.predicate
def is_looked_after_inside(user: "User", place: "Membership") -> bool:
    """It is in a community or a group, whose own people say who is in it."""
    return place.circle.kind in _OWN


may_leave = is_own & is_in_force & is_looked_after_inside
may_answer = leads_there & is_asked_for & ~is_own
may_make_lead = leads_there & is_in_force & is_looked_after_inside & ~is_own & ~is_leading
may_step_back = is_own & is_in_force & is_looked_after_inside & is_leading
# A lead does not put out another: those who keep the lists can.
may_end = may_make_lead
