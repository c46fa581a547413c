"""Who sees which people, circles and memberships."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, BaseUserManager
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from kit.caching import forget_public_pages
from kit.registry import Registry
from members import gate
from members.enums import AskState, CircleKind, Role, State

if TYPE_CHECKING:
    from members.models import Circle, User

    Person: TypeAlias = User | AnonymousUser
else:
    Person = AbstractBaseUser | AnonymousUser

Row = TypeVar("Row", bound=models.Model)
_ORDER = (CircleKind.COHORT, CircleKind.COMMUNITY, CircleKind.GROUP, CircleKind.NETWORK)
_NAMES = ("first_name", "last_name")
# The fields of a profile that are searched, and where the words of each stand.
_SAID = {
    "job_title": "profile__job_title",
    "organisation": "profile__organisation__name",
    "about": "profile__about",
    "offers": "profile__offers",
    "looks_for": "profile__looks_for",
}


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

    def update(self, **fields: Any) -> int:
        """No signal tells of pages that are changed many at once; what is held of them is forgotten."""
        changed = super().update(**fields)
        forget_public_pages()
        return changed


CirclePageManager = PageManager.from_queryset(CirclePageQuerySet)


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def visible_to(self, user: "Person") -> "UserQuerySet":
        """Those whose page a member of the network may open: who chose to be found, who shares a cohort, community
        or group with them, and oneself. What stands on it is what ``User.shown_to`` gives.
        """
        if not user.is_authenticated or not user.is_network_member:
            return self.none()
        fellow = gate.is_fellow(user, "pk") or Q(pk=user.pk)
        return self.filter(Q(profile__findable=True) | Q(pk=user.pk) | fellow, is_active=True)

    def near(self, user: "Person") -> "UserQuerySet":
        """With where somebody stands to each, so that ``User.shown_to`` asks nothing more for them."""
        return self.annotate(nearness=gate.nearness_of(user), near_whom=Value(user.pk, models.IntegerField()))

    def listed(self) -> "UserQuerySet":
        """Those who chose to be found."""
        return self.filter(profile__findable=True)

    def holding(self, words: list[str], user: "Person") -> "UserQuerySet":
        """Those with each of the words in their name, or in something of their profile that somebody may see."""
        themes = apps.get_model("members", "Theme")._default_manager
        people = self
        for word in words:
            anywhere = Q()
            for name in _NAMES:
                anywhere |= Q(**{f"{name}__icontains": word})
            said = [(field, Q(**{f"{path}__icontains": word})) for field, path in _SAID.items()]
            said.append(("interests", gate.owners_of(themes.filter(name__icontains=word))))
            people = people.filter(anywhere | gate.seen(user, *said))
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

    def with_perm(self, right: str, *, include_superusers: bool = True) -> Any:
        """Who is active and has a right, such as "app.change_thing": as the manager of Django's own users gives it."""
        from django.contrib.auth.backends import ModelBackend  # which asks for the model of people at once

        return ModelBackend().with_perm(right, include_superusers=include_superusers)

    def given(self, right: str) -> "list[User]":
        """Who was given a right, by a group or by themself; if nobody was, the admins."""
        people = self.with_perm(right, include_superusers=False)
        return list(people) or list(self.filter(is_active=True, is_superuser=True).order_by("pk"))

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


def may_manage(user: "Person", model: str) -> bool:
    """Whether this person looks after the lists of the admin: of "circle", "membership" and the like.

    It gives them names and dates, never what is said inside: for that they must belong.
    """
    return user.is_authenticated and user.is_active and user.has_perm(f"members.change_{model}")


def _nameable(field: str) -> Q:
    """Rows whose circle is not that of a community which nobody else may know of yet: a draft's name is its own."""
    circles = apps.get_model("members.Circle").objects.filter(kind=CircleKind.COMMUNITY)
    return ~Q(Exists(circles.exclude(known_to_all("pk")).filter(pk=OuterRef(field))))


class CircleQuerySet(models.QuerySet["Circle"]):
    """Circles."""

    def managed_by(self, user: "Person") -> "CircleQuerySet":
        """For who looks after them in the admin, all but those of communities that nobody else may know of yet."""
        if not may_manage(user, "circle"):
            return self.none()
        return self.filter(_nameable("pk") & _nameable("parent_id"))

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
        """One's own, those of the circles one is active in, and who asks to join what one leads."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(person_id=user.pk) | Q(circle_id__in=circle_ids(user), state=State.ACTIVE)
        if user.led_circle_ids:
            seen |= Q(circle_id__in=user.led_circle_ids, state=State.REQUESTED)
        return self.filter(seen)

    def managed_by(self, user: "Person") -> "MembershipQuerySet":
        """For who looks after them in the admin, those of the circles that they look after."""
        if not may_manage(user, "membership"):
            return self.none()
        return self.filter(_nameable("circle_id") & _nameable("circle__parent_id"))

    def open(self) -> "MembershipQuerySet":
        """Those that have not ended."""
        return self.exclude(state=State.ENDED)

    def active(self) -> "MembershipQuerySet":
        """Those that give what membership gives."""
        return self.filter(state=State.ACTIVE)

    def asking(self) -> "MembershipQuerySet":
        """Those that wait for a yes or a no of who leads."""
        return self.filter(state=State.REQUESTED)

    def leads_of(self, circle: "Circle") -> "MembershipQuerySet":
        """Who leads a circle."""
        return self.active().filter(circle=circle, role=Role.LEAD)

    def shown(self) -> "MembershipQuerySet":
        """Active ones with what it takes to name their circle and to link to it, the smallest circle first."""
        order = Case(*(When(circle__kind=kind, then=place) for place, kind in enumerate(_ORDER)))
        return (
            self.active()
            .select_related("circle__community", "circle__cohort", "circle__parent")
            .order_by(order, "circle__name")
        )


class AccountRequestQuerySet(models.QuerySet["AccountRequest"]):  # type: ignore[name-defined]
    """People who asked for an account."""

    def waiting(self) -> "AccountRequestQuerySet":
        """Those whom nobody has answered."""
        return self.filter(state=AskState.WAITING)

    def managed_by(self, user: "Person") -> "AccountRequestQuerySet":
        """Those whose address is proved, for who answers them; for others none."""
        if not may_manage(user, "accountrequest"):
            return self.none()
        return self.filter(person__emailaddress__verified=True).exclude(state=AskState.NEW).distinct()

    def visible_to(self, user: "Person") -> "AccountRequestQuerySet":
        """One's own; for who answers them, theirs."""
        if may_manage(user, "accountrequest"):
            return self.managed_by(user)
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()
