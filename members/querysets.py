"""Who sees which people, circles and memberships."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, BaseUserManager
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from kit.registry import Registry
from members.enums import CircleKind, State

if TYPE_CHECKING:
    from members.models import Circle, User

    Person: TypeAlias = User | AnonymousUser
else:
    Person = AbstractBaseUser | AnonymousUser

Row = TypeVar("Row", bound=models.Model)
_ORDER = (CircleKind.COHORT, CircleKind.COMMUNITY, CircleKind.GROUP, CircleKind.NETWORK)
_SEARCHED = (
    "first_name",
    "last_name",
    "profile__job_title",
    "profile__organisation__name",
    "profile__about",
    "profile__offers",
    "profile__looks_for",
)


@dataclass(frozen=True, kw_only=True)
class KnownCircles:
    """Circles that everybody may know of, though not what is said in them.

    Args:
        key: unique name, "room.what".
        rows: gives a queryset of rows that each have one, in ``circle_id``.
    """

    key: str
    rows: Callable[[], Any]
    order: int = 100


# Filled by the rooms above that show circles in public.
known_circles: Registry[KnownCircles] = Registry()


def known_to_all(field: str = "circle_id") -> Q:
    """Rows of circles that everybody may know of."""
    known = Q(pk__in=[])
    for circles in known_circles:
        known |= Q(Exists(circles.rows().filter(circle_id=OuterRef(field))))
    return known


def circle_ids(user: "Person") -> frozenset[int]:
    """The ids of the circles that this person is active in; none for a visitor. One query a request."""
    return user.circle_ids if user.is_authenticated else frozenset()


def seen_by(user: "Person", field: str = "circle_id") -> Q:
    """The one filter on what may be private: without a circle it is public, else it is its circle's."""
    ids = circle_ids(user)
    public = Q(**{f"{field}__isnull": True})
    return public | Q(**{f"{field}__in": ids}) if ids else public


class CircleOwnedQuerySet(models.QuerySet[Row]):
    """Rows that belong to one circle (field ``circle``), or to everybody where it may be null."""

    def visible_to(self, user: "Person") -> Self:
        """Those that this person may see."""
        return self.filter(seen_by(user))


class CirclePageQuerySet(PageQuerySet):
    """Pages that belong to one circle, or to everybody."""

    def visible_to(self, user: "Person") -> "CirclePageQuerySet":
        """Those that are published and that this person may see."""
        return self.live().filter(seen_by(user))


CirclePageManager = PageManager.from_queryset(CirclePageQuerySet)


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def visible_to(self, user: "Person") -> "UserQuerySet":
        """Those whom a member of the network may find: who chose to be found, and oneself."""
        if not user.is_authenticated or not user.is_network_member:
            return self.none()
        return self.filter(Q(profile__findable=True) | Q(pk=user.pk), is_active=True)

    def listed(self) -> "UserQuerySet":
        """Those who chose to be found."""
        return self.filter(profile__findable=True)

    def holding(self, words: list[str]) -> "UserQuerySet":
        """Those with each of the words in their name, their role, where they work, or what they say."""
        people = self
        for word in words:
            anywhere = Q()
            for field in _SEARCHED:
                anywhere |= Q(**{f"{field}__icontains": word})
            people = people.filter(anywhere)
        return people


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people, who are known by their e-mail address."""

    use_in_migrations = True

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password they can't sign in until they set one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


def may_manage(user: "Person", model: str) -> bool:
    """Whether this person looks after the lists of the admin: of "circle", "membership" and the like.

    It gives them names and dates, never what is said inside: for that they must belong.
    """
    return user.is_authenticated and user.is_active and user.has_perm(f"members.change_{model}")


class CircleQuerySet(models.QuerySet["Circle"]):
    """Circles."""

    def managed_by(self, user: "Person") -> "CircleQuerySet":
        """All, for who looks after them in the admin; for others none."""
        return self.all() if may_manage(user, "circle") else self.none()

    def visible_to(self, user: "Person") -> "CircleQuerySet":
        """Those that this person is active in."""
        return self.filter(pk__in=circle_ids(user))

    def of(self, circle: "Circle") -> "CircleQuerySet":
        """One circle, and the groups inside."""
        return self.filter(Q(pk=circle.pk) | Q(parent_id=circle.pk))

    def network(self) -> "Circle":
        """The one circle of everybody, made when it is first asked for."""
        circle, _ = self.get_or_create(
            kind=CircleKind.NETWORK, defaults={"name": "The network", "slug": "network"}
        )
        return circle


class MembershipQuerySet(models.QuerySet["Membership"]):  # type: ignore[name-defined]
    """Memberships."""

    def visible_to(self, user: "Person") -> "MembershipQuerySet":
        """One's own, and those of the circles one is active in."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(person_id=user.pk) | Q(circle_id__in=circle_ids(user), state=State.ACTIVE))

    def managed_by(self, user: "Person") -> "MembershipQuerySet":
        """All, for who looks after them in the admin; for others none."""
        return self.all() if may_manage(user, "membership") else self.none()

    def open(self) -> "MembershipQuerySet":
        """Those that have not ended."""
        return self.exclude(state=State.ENDED)

    def active(self) -> "MembershipQuerySet":
        """Those that give what membership gives."""
        return self.filter(state=State.ACTIVE)

    def shown(self) -> "MembershipQuerySet":
        """Active ones with what it takes to name their circle and to link to it, the smallest circle first."""
        order = Case(*(When(circle__kind=kind, then=place) for place, kind in enumerate(_ORDER)))
        return (
            self.active()
            .select_related("circle__community", "circle__cohort", "circle__parent")
            .order_by(order, "circle__name")
        )
