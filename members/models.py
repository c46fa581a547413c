"""People, the circles that they share, and the words that describe both."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.urls import reverse
from taggit.models import TagBase
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from kit.fields import MarkdownField
from members.admin_forms import CirclePageCopyForm, CirclePageForm, check_address
from members.enums import CircleKind, Role, State, role_name
from members.prepared import Prepared
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


class User(AbstractUser):  # type: ignore[django-manager-missing]
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

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An address is kept in small letters: sign-in looks for it so."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """The name to show."""
        return self.get_full_name() or "A member"

    @cached_property
    def _circles(self) -> dict[int, tuple[str, str]]:
        return {row.circle_id: (row.circle__kind, row.role) for row in _CIRCLES.rows(self.pk)}

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

    def get_absolute_url(self) -> str:
        return reverse("members:person", args=[self.pk])

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may look at their page: a member of the network, if they chose to be found."""
        if not user.is_authenticated or not user.is_network_member or not self.is_active:
            return False
        profile = getattr(self, "profile", None)
        return self.pk == user.pk or (profile is not None and profile.findable)


def _active_memberships(person: int) -> Any:
    active = Membership.objects.filter(person=person, state=State.ACTIVE).order_by()
    return active.values_list("circle_id", "circle__kind", "role", named=True)


_CIRCLES = Prepared(_active_memberships)


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
    mails_replies = models.BooleanField(
        "email me when somebody replies to me",
        default=True,
        help_text="When somebody answers a topic that you started, or something that you wrote.",
    )
    no_mails = models.BooleanField(
        "do not email me at all",
        default=False,
        db_default=False,
        help_text="Not about replies, nor about your sessions, or a community that you look after. "
        "What is new still waits for you under the bell.",
    )

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
    ended_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its community ended. From then on it takes nobody new; its people can still read. "
        "A cohort stays open after its last day: its people go on talking.",
    )
    request_key = models.UUIDField(
        null=True,
        unique=True,
        editable=False,
        help_text="The form that made it, so that a form sent twice makes one group.",
    )

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = "group"  # the word "circle" is ours; nobody reads it
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

    @property
    def is_listed(self) -> bool:
        """Whether it is that of a community in the public directory."""
        community = getattr(self, "community", None)
        return community is not None and community.is_listed

    @property
    def url(self) -> str:
        """Where its people find it, "" if it has no page of its own."""
        return self.community.get_absolute_url() if self.is_listed else ""

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person is active in it."""
        return self.pk in circle_ids(user)

    def can_lead(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may do what its leads do."""
        return user.is_authenticated and self.pk in user.led_circle_ids


class Membership(models.Model):
    """One person's place in one circle."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    circle = models.ForeignKey(
        Circle, on_delete=models.CASCADE, related_name="memberships", verbose_name="group"
    )
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

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may know of it: it is theirs, or active in a circle of theirs."""
        if not user.is_authenticated:
            return False
        return self.person_id == user.pk or (
            self.state == State.ACTIVE and self.circle_id in circle_ids(user)
        )

    def can_leave(self, user: "User | AnonymousUser") -> bool:
        """Whether it is theirs to end: a community or a group; not the cohort or the network."""
        return (
            user.is_authenticated
            and self.person_id == user.pk
            and self.state == State.ACTIVE
            and self.circle.kind in (CircleKind.COMMUNITY, CircleKind.GROUP)
        )

    @property
    def role_name(self) -> str:
        """What they are in it, in the words that people use."""
        return role_name(self.circle.kind, self.role)


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
        index.AutocompleteField("search_kind"),
    ]
    settings_panels: ClassVar = [*Page.settings_panels, FieldPanel("circle")]
    private_page_options: ClassVar[list[str]] = []  # Wagtail's own restrictions answer 302, ours 404
    search_kind: ClassVar[str]  # see kit.search
    base_form_class = CirclePageForm
    copy_form_class = CirclePageCopyForm

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.search_kind = f"kindof{cls.__name__.lower()}"

    def clean(self) -> None:
        super().clean()
        # While a page is being added it has its place in the tree, and no key yet.
        parent = self.get_parent() if self.path and self.depth > 1 else None
        try:
            check_address(self.slug, parent)
        except ValidationError as error:
            raise ValidationError({"slug": error}) from error

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """None of Wagtail's: ``circle`` says who may read a page, and no query is spent on asking."""
        return PageViewRestriction.objects.none()

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may read the page, once it is published."""
        return self.live and (self.circle_id is None or self.circle_id in circle_ids(user))

    def refuse_strangers(self, request: HttpRequest) -> None:
        """Answer as for a page that is not there, to those who may not see it.

        Raises:
            Http404: the page is not theirs to see.
        """
        if not self.can_see(request.user):
            raise Http404

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.refuse_strangers(request)
        return super().serve(request, *args, **kwargs)
