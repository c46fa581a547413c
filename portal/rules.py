"""What somebody may do with a whole year."""

from home.models import HomePage
from members.models import User


def may_load(user: User) -> bool:
    """Whether somebody may load a programme: who may publish pages below the home page and change sessions."""
    if not user.has_perm("cohorts.change_session"):
        return False
    home = HomePage.objects.order_by("path").first()
    if home is None:
        return bool(user.is_superuser)
    allowed = home.permissions_for_user(user)
    return bool(allowed.can_add_subpage() and allowed.can_publish_subpage())


def may_start(user: User) -> bool:
    """Whether somebody may start cohorts and sessions. No query, once their permissions are known."""
    return user.has_perms(["cohorts.add_cohort", "cohorts.change_cohort", "cohorts.add_session"])


def may_set_up(user: User) -> bool:
    """Whether somebody may set up a year, and take one back: who may start cohorts, and load a programme."""
    return may_start(user) and may_load(user)
