"""Who may do what, as named predicates."""

from typing import TYPE_CHECKING

import rules

if TYPE_CHECKING:
    from community_directory.models import Community, Connection, Steward
    from members.querysets import Person

REVIEW = "community_directory.publish_community"


def may_review(user: "Person") -> bool:
    """Whether this person reads and publishes what others have submitted."""
    return user.is_authenticated and user.is_active and user.has_perm(REVIEW)


@rules.predicate
def reviews(user: "Person", thing: object = None) -> bool:
    """An editor who publishes communities."""
    return may_review(user)


@rules.predicate
def convenes(user: "Person", community: "Community | None") -> bool:
    """Leads this community."""
    return community is not None and community.can_edit(user)


@rules.predicate
def stewards(actor: "Person | Steward", community: "Community | None") -> bool:
    """Looks after it without an account, by a link."""
    tends = getattr(actor, "tends", None)
    return bool(tends and community is not None and tends(community))


looks_after = convenes | stewards


@rules.predicate
def looks_after_source(actor: "Person | Steward", connection: "Connection | None") -> bool:
    """Leads the community that proposed the connection, or looks after it by a link."""
    return connection is not None and looks_after.test(actor, connection.source)


@rules.predicate
def looks_after_target(actor: "Person | Steward", connection: "Connection | None") -> bool:
    """Leads the community that was asked, or looks after it by a link."""
    return connection is not None and looks_after.test(actor, connection.target)


may_change = looks_after | reviews
may_rest = looks_after | reviews
may_end_connection = looks_after_source | looks_after_target
