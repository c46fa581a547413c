"""Links that act for somebody without an account, and the invitations that are their first use."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from guests.enums import Answer, InvitationState
from guests.querysets import GuestLinkQuerySet, GuestQuestionQuerySet, InvitationQuerySet, hash_of
from members.addresses import confirmed_addresses
from members.enums import CircleKind, Role, role_name
from members.models import Circle, Membership, User
from members.querysets import Person
from members.rules import keeps_memberships, may_invite

INVITATION = "guests.invitation"
HOLDS_FOR = timedelta(days=30)


def _nonce() -> str:
    return secrets.token_hex(16)


def _end() -> datetime:
    return timezone.now() + HOLDS_FOR


class GuestLink(models.Model):
    """A link by which whoever reads mail at one address may answer one thing, until it ends.

    Its secret is not kept: it is made anew, when a mail goes out, from a number that is kept here and the portal's
    own key. Who has the database alone can open no link (docs/decisions/0014).
    """

    kind = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    email = models.EmailField()
    nonce = models.CharField(max_length=32, default=_nonce, editable=False)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_end)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(max_length=3, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = GuestLinkQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "target_id"], name="guest_link_of_thing")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="guest_answer_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(answer=""), name="guest_link_revoked_or_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep what tells its secret from others."""
        self.seal()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def seal(self) -> "GuestLink":
        """Set what is kept of the secret, once; ``bulk_create`` does not call ``save``."""
        self.secret_hash = self.secret_hash or hash_of(next(self._tokens()))
        return self

    def _tokens(self) -> Iterator[str]:
        """The secret as made with the portal's key now, then with those it had before."""
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            made = salted_hmac("guests.link", self.nonce, secret=key, algorithm="sha256").digest()
            yield urlsafe_b64encode(made).decode().rstrip("=")

    @property
    def path(self) -> str:
        """Its address, with its secret; "" if the portal's key has changed so that nobody can tell it any more."""
        known = (token for token in self._tokens() if hash_of(token) == self.secret_hash)
        token = next(known, "")
        return reverse("guests:guest", args=[token]) if token else ""

    def is_open(self, now: datetime) -> bool:
        """Whether one can still answer by it."""
        return not self.answer and self.revoked_at is None and self.expires_at > now

    def can_see(self, user: Person) -> bool:
        """Whether this person may read its answer and its questions."""
        return GuestLink.objects.visible_to(user).filter(pk=self.pk).exists()


class GuestQuestion(models.Model):
    """What somebody wants to know before they answer."""

    link = models.ForeignKey(GuestLink, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(max_length=1000)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = GuestQuestionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"A question about {self.link}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it."""
        return self.link.can_see(user)


class Invitation(models.Model):
    """An invitation to the network, a cohort, a community or a group, sent to one address.

    It gives a place in that circle, in that role, and nothing else (threats.md, line 13).
    """

    circle = models.ForeignKey(
        Circle, on_delete=models.CASCADE, related_name="invitations", verbose_name="group"
    )
    email = models.EmailField()
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.CharField(max_length=1000, blank=True, default="")
    state = models.CharField(max_length=10, choices=InvitationState.choices, default=InvitationState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_end)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["email"], name="invitation_to"),
            models.Index(fields=["invited_by", "created_at"], name="invitation_by"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["circle", "email"], condition=Q(state="open"), name="one_open_invitation"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invited_in_small_letters"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="invitation_closed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"An invitation to {self.circle}"

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state == InvitationState.OPEN and self.expires_at > now and self.circle.ended_at is None

    def stands(self, now: datetime) -> bool:
        """Whether a yes still does what it says: nobody makes somebody a lead who may not themself any more."""
        if self.role != Role.LEAD or not self.is_open(now):
            return self.is_open(now)
        by = self.invited_by
        return by is not None and (self.may_be_sent_by(by) or (self.is_by_keeper(by) and not self._is_led()))

    def may_be_sent_by(self, user: Person) -> bool:
        """Whether this person may invite to what it is to, as who leads it or keeps the lists."""
        return user.is_authenticated and bool(may_invite(user, self.circle))

    def is_by_keeper(self, user: Person) -> bool:
        """Whether this person sent it as who keeps the lists, to somebody who should lead a community."""
        sent = user.is_authenticated and self.invited_by_id == user.pk
        return sent and self.circle.kind == CircleKind.COMMUNITY and bool(keeps_memberships(user))

    def _is_led(self) -> bool:
        return Membership.objects.active().filter(circle=self.circle_id, role=Role.LEAD).exists()

    @property
    def role_name(self) -> str:
        """What they are asked to be, in the words that people use."""
        return role_name(self.circle.kind, self.role)

    def is_to(self, user: Person) -> bool:
        """Whether it was sent to an address that this person has proved to be theirs. One query."""
        return self.email in confirmed_addresses(user)

    def can_see(self, user: Person) -> bool:
        """Whether this person looks after it, or it is for them."""
        return self.can_withdraw(user) or self.is_to(user)

    def is_named_to(self, user: Person) -> bool:
        """Whether this person may still read what it is to: as long as it can be answered, and whoever is in it."""
        return self.is_open(timezone.now()) or self.circle.can_see(user)

    def can_withdraw(self, user: Person) -> bool:
        """Whether this person looks after it, and so may take it back."""
        return self.may_be_sent_by(user) or self.is_by_keeper(user)
