"""People, the circles that they share, and the words that describe both."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.urls import get_resolver
from taggit.models import TagBase
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from kit.fields import MarkdownField
from members.enums import CircleKind, Role, State
from members.querysets import (
    CirclePageManager,
    CircleQuerySet,
    MembershipQuerySet,
    UserManager,
    circle_ids,
)


class Term(models.Model):
    """A word of a managed list."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Sector(Term):
    """A part of health and care, such as social care or public health."""


class Region(Term):
    """A part of the country."""


class Organisation(Term):
    """An employer or partner, from a list that editors keep."""

    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="organisations")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organisations")


class Theme(TagBase):
    """A subject that content and communities are about."""

    free_tagging = False
    description = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]


class User(AbstractUser):
    """A person with an account, known by e-mail address."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    unread_notifications = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["first_name", "last_name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name to show."""
        return self.get_full_name() or "A member"

    @cached_property
    def _circles(self) -> dict[int, tuple[str, str]]:
        rows = self.memberships.filter(state=State.ACTIVE).values_list("circle_id", "circle__kind", "role")
        return {circle_id: (kind, role) for circle_id, kind, role in rows}

    @property
    def circle_ids(self) -> frozenset[int]:
        """The circles that this person is active in. One query, kept for the request."""
        return frozenset(self._circles)

    @property
    def led_circle_ids(self) -> frozenset[int]:
        """Those of them that they lead."""
        return frozenset(pk for pk, (_, role) in self._circles.items() if role == Role.LEAD)

    def circle_ids_of_kind(self, kind: str) -> frozenset[int]:
        """Those of them of one kind."""
        return frozenset(pk for pk, (own, _) in self._circles.items() if own == kind)

    @property
    def is_network_member(self) -> bool:
        """Whether they are active in the network."""
        return bool(self.circle_ids_of_kind(CircleKind.NETWORK))

    def forget_circles(self) -> None:
        """Look again, after a membership changed."""
        self.__dict__.pop("_circles", None)


class Profile(models.Model):
    """What a person says about themself."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    job_title = models.CharField("your role", max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="profiles"
    )
    sector = models.ForeignKey(
        Sector, null=True, blank=True, on_delete=models.SET_NULL, related_name="profiles"
    )
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.SET_NULL, related_name="profiles"
    )
    about = MarkdownField("about you", blank=True, max_length=2000, html_field="about_html")
    about_html = models.TextField(editable=False, blank=True, default="")
    offers = models.CharField("what you can offer", max_length=300, blank=True)
    looks_for = models.CharField("what you are looking for", max_length=300, blank=True)
    findable = models.BooleanField(
        "members of the network can find me",
        default=False,
        help_text="They see your name, role, organisation and what you write here. Never your e-mail address.",
    )
    mails_replies = models.BooleanField("e-mail me when somebody replies to a topic I started", default=True)

    def __str__(self) -> str:
        return str(self.user)


class Circle(models.Model):
    """A group of people who share a room."""

    kind = models.CharField(max_length=12, choices=CircleKind.choices)
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="groups",
        help_text="Only for a small group inside another.",
    )
    member_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CircleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="network"), name="one_network"),
            models.CheckConstraint(
                condition=Q(kind="group", parent__isnull=False) | (~Q(kind="group") & Q(parent__isnull=True)),
                name="only_a_group_has_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person is active in it."""
        return self.pk in circle_ids(user)

    def can_lead(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may do what its leads do."""
        return user.is_authenticated and self.pk in user.led_circle_ids


class Membership(models.Model):
    """One person's place in one circle."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "circle"], condition=~Q(state="ended"), name="one_open_membership"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="membership_ended_has_a_date",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["circle", "state", "role"], name="membership_of_circle")]

    def __str__(self) -> str:
        return f"{self.person} in {self.circle}"


def reserved_segments() -> frozenset[str]:
    """The first parts of addresses that Django's own routes take, so that no page may have them."""
    firsts = {str(pattern.pattern).split("/")[0].lstrip("^") for pattern in get_resolver().url_patterns}
    return frozenset(first for first in firsts if first and "<" not in first and "(" not in first)


class CirclePage(Page):
    """A page that belongs to one circle, or to everybody. Every page type of ours is one."""

    circle = models.ForeignKey(
        Circle,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="Who can see this page",
        help_text="Leave empty for everybody. Otherwise only the people of this cohort, community or group see it.",
    )

    objects = CirclePageManager()

    search_fields: ClassVar = [
        *Page.search_fields,
        index.FilterField("circle_id"),
        index.FilterField("circle"),
    ]
    settings_panels: ClassVar = [*Page.settings_panels, FieldPanel("circle")]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        parent = self.get_parent() if self.pk else None
        top_level = parent is not None and parent.depth == 2
        if top_level and self.slug in reserved_segments():
            raise ValidationError({"slug": f"“{self.slug}” is taken by the portal itself. Choose another."})

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may read the page, once it is published."""
        return self.live and (self.circle_id is None or self.circle_id in circle_ids(user))

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer as for a page that is not there, to those who may not see it."""
        if not self.can_see(request.user):
            raise Http404
        return super().serve(request, *args, **kwargs)
