"""People, the circles that they share, and the words that describe both."""

import secrets
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser, Permission
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from taggit.models import TagBase

from kit.fields import MarkdownField
from members import gate, rules
from members.circle_page import CirclePage  # noqa: F401 - every room takes it from here
from members.enums import AskState, CircleKind, Role, SeenBy, State, role_name
from members.prepared import Prepared
from members.querysets import (
    AccountRequestQuerySet,
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
    unread_messages = models.PositiveIntegerField(default=0, db_default=0, editable=False)

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
        rows = _CIRCLES.rows(self.pk)
        self.__dict__["_edits"] = any(row.edits for row in rows)
        return {row.circle_id: (row.circle__kind, row.role) for row in rows}

    @property
    def is_editing_member(self) -> bool:
        """Whether they work in Wagtail, by one of their groups or a right of their own; asked along with their circles.

        Not known of somebody in no circle, who sees nobody else's name either: ``rules.is_editor`` asks.
        """
        return bool(self._circles) and self.__dict__.get("_edits", False)

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

    @property
    def needs_second_step(self) -> bool:
        """Whether they can look through other people: an admin, an editor, or who leads a cohort."""
        cohorts = self.led_circle_ids & self.circle_ids_of_kind(CircleKind.COHORT)
        return self.is_superuser or self.is_editing_member or bool(cohorts)

    def forget_circles(self) -> None:
        """Look again, after a membership changed."""
        self.__dict__.pop("_circles", None)

    def get_absolute_url(self) -> str:
        return reverse("members:person", args=[self.pk])

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may look at their page: a member of the network, if they chose to be found or share
        a cohort, community or group. What stands on it for them is what ``shown_to`` gives.
        """
        if not user.is_authenticated or not user.is_network_member or not self.is_active:
            return False
        return self.is_findable or self.nearness_to(user) <= gate.Nearness.FELLOW

    @property
    def is_findable(self) -> bool:
        """Whether they chose to be found."""
        profile = getattr(self, "profile", None)
        return profile is not None and profile.findable

    def nearness_to(self, user: "User | AnonymousUser") -> int:
        """Where this person stands to them. No query if they were found by ``objects.near`` for the same person."""
        if getattr(self, "near_whom", None) == user.pk and user.pk is not None:
            return self.nearness  # type: ignore[attr-defined]
        if self.pk == user.pk:
            return gate.Nearness.SELF
        found = User.objects.filter(pk=self.pk).annotate(nearness=gate.nearness_of(user))
        return found.values_list("nearness", flat=True).get()

    def shown_to(self, user: "User | AnonymousUser", *, names: tuple[str, ...] = gate.FIELDS) -> gate.Shown:
        """What they say of themself, as far as this person may see it.

        Args:
            user: who looks.
            names: the fields that are wanted; others are not read.
        """
        profile = getattr(self, "profile", None) or Profile()
        return gate.Shown.of(profile, self.nearness_to(user), names=names)


def _active_memberships(person: int) -> Any:
    active = Membership.objects.filter(person=person, state=State.ACTIVE).order_by()
    rights = Permission.objects.filter(codename="access_admin")
    by_group = Exists(rights.filter(group__user=OuterRef("person")))
    known = active.annotate(edits=by_group | Exists(rights.filter(user=OuterRef("person"))))
    return known.values_list("circle_id", "circle__kind", "role", "edits", named=True)


_CIRCLES = Prepared(_active_memberships)


def _seen_by() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        choices=SeenBy.choices, default=SeenBy.GROUPS, db_default=SeenBy.GROUPS.value
    )


def picture_name(profile: "Profile", name: str) -> str:
    """Where a picture lies: a name that says nothing of whose it is, and that nobody can make up."""
    return f"people/{secrets.token_hex(16)}.jpg"


class Profile(models.Model):
    """What a person says about themself. Others read it through ``User.shown_to``, never from here."""

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
    interests = models.ManyToManyField(Theme, blank=True, related_name="profiles")
    about = MarkdownField("about you", blank=True, max_length=2000, html_field="about_html")
    about_html = models.TextField(editable=False, blank=True, default="")
    offers = models.CharField("what you can offer", max_length=300, blank=True)
    looks_for = models.CharField("what you are looking for", max_length=300, blank=True)
    picture = models.FileField(upload_to=picture_name, blank=True, editable=False)
    job_title_seen_by = _seen_by()
    organisation_seen_by = _seen_by()
    sector_seen_by = _seen_by()
    region_seen_by = _seen_by()
    interests_seen_by = _seen_by()
    about_seen_by = _seen_by()
    offers_seen_by = _seen_by()
    looks_for_seen_by = _seen_by()
    picture_seen_by = _seen_by()
    findable = models.BooleanField(
        "members of the network can find me",
        default=False,
        help_text="You are in the list of people, and they can send you a message. Never your e-mail address.",
    )
    mails_replies = models.BooleanField(
        "email me when somebody replies to me",
        default=True,
        help_text="When somebody answers a topic that you started, or something that you wrote, or sends you a "
        "message.",
    )
    no_mails = models.BooleanField(
        "do not email me at all",
        default=False,
        db_default=False,
        help_text="Not about replies, nor about your sessions, or a community that you look after. "
        "What is new still waits for you under the bell.",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(*(Q(**{f"{gate.column(name)}__in": SeenBy.values}) for name in gate.FIELDS)),
                name="profile_seen_by_is_known",
            ),
        ]

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

    @property
    def takes_requests(self) -> bool:
        """Whether one may ask to join: it is a listed community's that does not only invite, and somebody here answers."""
        listed = self.is_listed and self.ended_at is None
        return listed and self.community.open_to != "invitation" and not self.community.convened_outside

    @property
    def log_name(self) -> str:
        """What the log calls it: the name of a draft, or of a small group, is for those who are in it."""
        known = self.kind in (CircleKind.NETWORK, CircleKind.COHORT) or self.is_listed
        return self.name if known else f"{self.get_kind_display()} {self.pk}"

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person is active in it."""
        return self.pk in circle_ids(user)

    def can_lead(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may do what its leads do."""
        return bool(rules.leads(user, self))

    def can_see_people(self, user: "User | AnonymousUser") -> bool:
        """Whether this person sees the list of who is in it."""
        return bool(rules.may_see_people(user, self))

    def can_invite(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may invite others to it."""
        return self.ended_at is None and bool(rules.may_invite(user, self))

    def can_ask(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may ask to join."""
        return bool(rules.may_ask(user, self))


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
    asked_because = models.CharField(
        max_length=600,
        blank=True,
        default="",
        db_default="",
        help_text="What they wrote when they asked to join.",
    )
    ended_because = models.CharField(
        max_length=600, blank=True, default="", db_default="", help_text="What they were told when it ended."
    )

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
        """Whether this person may know of it: it is theirs, active in a circle of theirs, or asks to join what they
        lead.
        """
        if not user.is_authenticated:
            return False
        return (
            self.person_id == user.pk
            or (self.state == State.ACTIVE and self.circle_id in circle_ids(user))
            or (self.state == State.REQUESTED and self.circle_id in user.led_circle_ids)
        )

    def can_leave(self, user: "User | AnonymousUser") -> bool:
        """Whether it is theirs to end: a community or a group; not the cohort or the network."""
        return bool(rules.may_leave(user, self))

    def can_answer(self, user: "User | AnonymousUser") -> bool:
        """Whether this person says yes or no to somebody who has asked to join."""
        return bool(rules.may_answer(user, self))

    def can_make_lead(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may make this member a lead, or hand over to them."""
        return bool(rules.may_make_lead(user, self))

    def can_step_back(self, user: "User | AnonymousUser") -> bool:
        """Whether this is a lead's own place, which they may give up and stay a member."""
        return bool(rules.may_step_back(user, self))

    def can_end(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may end another's membership."""
        return bool(rules.may_end(user, self))

    @property
    def role_name(self) -> str:
        """What they are in it, in the words that people use."""
        return role_name(self.circle.kind, self.role)


class Limit(models.Model):
    """What is remembered for a while of how often something was tried: see ``members.limits``."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class AccountRequest(models.Model):
    """Somebody asked for an account, where anybody may: see ``members.accounts``."""

    email = models.EmailField("email address")
    first_name = models.CharField(max_length=150)
    last_name = models.CharField(max_length=150, blank=True)
    password = models.CharField(max_length=128, blank=True, editable=False, help_text="Hashed.")
    reason = models.TextField(max_length=1000)
    created_at = models.DateTimeField("asked on", default=timezone.now)
    state = models.CharField(max_length=10, choices=AskState.choices, default=AskState.NEW)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="account_request",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = AccountRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "person who asks to join"
        verbose_name_plural = "people who ask to join"
        ordering: ClassVar = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
