"""What this room holds about people."""

from datetime import datetime
from typing import Any

from kit.personal import Held, Pause, Wish, delete_rows, set_to_nobody
from members import gate, limits
from members.enums import SeenBy
from members.forgetting import forget_name, forget_places, hide, show_again
from members.models import Limit, User

_ACCOUNT = "As long as you have an account."


def _forget_places(held: Held, person: User, wish: Wish) -> None:
    forget_places(person=person)


def _forget_name(held: Held, person: User, wish: Wish) -> None:
    forget_name(person=person)


def _leave(held: Held, person: User, wish: Wish) -> None:
    """They count tries under a scrambled name, and end within a day."""


def _own_row(person: User) -> Any:
    return User.objects.filter(pk=person.pk)


def _groups(row: User, person: User) -> list[str]:
    return [group.name for group in row.groups.all()]


def _circle(row: Any, person: User) -> str:
    return str(row.circle)


def _part(row: Any, person: User) -> str:
    return str(row.role_name)


def _interests(row: Any, person: User) -> list[str]:
    return [theme.name for theme in row.interests.all()]


def _seen_by(row: Any, person: User) -> list[str]:
    return [f"{name}: {SeenBy(getattr(row, gate.column(name))).label}" for name in gate.FIELDS]


def _nobodys(person: User) -> Any:
    return Limit.objects.none()


def _forget_limits(held: Held, before: datetime) -> int:
    return limits.forget_past()


HELD = (
    Held(
        key="members.User",
        rows=_own_row,
        title="Your account",
        what="Your name, the email address that you sign in with, and when you joined.",
        why="So that you can sign in, and others know who they are learning with.",
        kept="Until you delete your account, and 14 days more in which you can change your mind.",
        shows=(
            "email", "first_name", "last_name", "date_joined", "last_login", "is_active", "is_superuser",
            ("Rights", _groups),
        ),
        erase=_forget_name,
        order=10_000,  # the last: others need the name to find it
    ),
    Held(
        key="members.Profile",
        by=("user",),
        title="Your profile",
        what="What you have said about yourself, and which emails you want.",
        why="So that others can find you, if you want to be found.",
        kept=_ACCOUNT,
        shows=(
            "job_title", "organisation", "sector", "region", ("Interests", _interests), "about", "offers", "looks_for",
            "picture", "findable", "mails_replies", "no_mails", ("Who sees what", _seen_by),
        ),
        erase=delete_rows,
        order=11,
    ),
    Held(
        key="members.Membership",
        by=("person",),
        title="What you belong to",
        what="Which cohort, communities and groups you are or were in, as what, and since when.",
        why="It decides what you can see and do.",
        kept=_ACCOUNT,
        shows=(
            ("Where", _circle), ("As what", _part), "state", "created_at", "started_at", "ended_at", "asked_because",
            "ended_because",
        ),
        erase=_forget_places,
        order=12,
    ),
    Held(
        key="members.AccountRequest",
        by=("person",),
        title="Your wish to join",
        what="What you told us when you asked for an account, and what was answered.",
        why="So that somebody can decide.",
        kept=_ACCOUNT,
        shows=("email", "first_name", "last_name", "reason", "created_at", "state", "decided_at"),
        erase=delete_rows,
        order=13,
    ),
    Held(
        key="members.AccountRequest.decided",
        by=("decided_by",),
        title="Wishes to join that you answered",
        what="That it was you who let somebody in, or did not.",
        why="So that others can ask you why.",
        kept="As long as the other's wish is kept.",
        shows=("state", "decided_at"),
        erase=set_to_nobody,
        for_editors=True,
        order=14,
    ),
    Held(
        key="members.User_groups",
        by=("user",),
        title="Your rights in the admin",
        what="Which groups of editors you are in.",
        why="It decides what you can change.",
        kept=_ACCOUNT,
        erase=delete_rows,
        for_editors=True,
        order=300,
    ),
    Held(
        key="members.User_user_permissions",
        by=("user",),
        title="Rights of your own in the admin",
        what="What you can change besides.",
        why="It decides what you can change.",
        kept=_ACCOUNT,
        erase=delete_rows,
        for_editors=True,
        order=301,
    ),
    Held(
        key="members.Limit",
        rows=_nobodys,
        title="How often something was tried",
        what="How often you, or somebody at your network address, signed in, wrote or searched; under a scrambled name.",
        why="So that nobody can guess passwords, or flood others.",
        kept="A day at most.",
        erase=_leave,
        days=0,
        dated="ends_at",
        expire=_forget_limits,
        order=230,
    ),
)  # fmt: skip

PAUSE = Pause(
    key="members.hidden",
    close=lambda person: hide(person=person),
    reopen=lambda person, before: show_again(person=person, before=before),
)
