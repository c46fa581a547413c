"""Who may do what with sessions."""

from members.querysets import Person


def may_prepare(user: Person) -> bool:
    """Whether somebody may put things beside sessions: who may change sessions."""
    return bool(user.has_perm("cohorts.change_session"))
