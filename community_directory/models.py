"""Communities of practice, and the links between them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Lower
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.search import index

from community_directory.enums import LISTED, Answer, CommunityState, ConnectionState, Meets, OpenTo
from community_directory.querysets import (
    CommunityQuerySet,
    ConnectionQuerySet,
    OutsideListingQuerySet,
    StewardQuerySet,
    SuggestionQuerySet,
)
from community_directory.rules import may_review
from kit.fields import MarkdownField
from members.audience import EVERYBODY, Audience
from members.enums import Stage
from members.models import Circle, Organisation, Region, Sector, Theme, User
from members.querysets import Person


class WebsiteField(models.URLField):
    """A web address; without a scheme, https is meant."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class CommunityTheme(ItemBase):
    """A theme of a community."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="community_items")
    content_object = models.ForeignKey(
        "community_directory.Community", on_delete=models.CASCADE, related_name="theme_items"
    )


class Community(index.Indexed, models.Model):  # type: ignore[django-manager-missing]
    """A group of people who share a concern for something they do, and learn to do it better together."""

    circle = models.OneToOneField(Circle, on_delete=models.PROTECT, related_name="community", editable=False)
    name = models.CharField(max_length=140)
    slug = models.SlugField(max_length=150, unique=True)
    summary = models.CharField(
        "in one sentence", max_length=200, help_text="What you would say to a colleague in the lift."
    )
    domain = MarkdownField(
        "what you care about",
        max_length=3000,
        html_field="domain_html",
        help_text="The concern or passion that you share.",
    )
    domain_html = models.TextField(editable=False, blank=True, default="")
    purpose = MarkdownField(
        "why you exist",
        max_length=3000,
        html_field="purpose_html",
        help_text="What will be better because of you.",
    )
    purpose_html = models.TextField(editable=False, blank=True, default="")
    practice = MarkdownField(
        "what you make and share",
        max_length=3000,
        blank=True,
        html_field="practice_html",
        help_text="Tools, stories, ways of working.",
    )
    practice_html = models.TextField(editable=False, blank=True, default="")
    stage = models.CharField("where you are", max_length=16, choices=Stage.choices, default=Stage.COALESCING)
    sectors = models.ManyToManyField(
        Sector, related_name="communities", verbose_name="sectors that you cross"
    )
    organisations = models.ManyToManyField(
        Organisation, related_name="communities", blank=True, verbose_name="organisations that you cross"
    )
    regions = models.ManyToManyField(Region, related_name="communities", verbose_name="regions")
    themes = TaggableManager(through=CommunityTheme, blank=True)
    rhythm = models.CharField(
        "when you meet",
        max_length=160,
        blank=True,
        help_text="For example: first Tuesday of the month, 12:30 to 13:30.",
    )
    meets = models.CharField("how you meet", max_length=10, choices=Meets.choices, default=Meets.ONLINE)
    open_to = models.CharField("who may join", max_length=10, choices=OpenTo.choices, default=OpenTo.ANYONE)
    how_to_join = models.TextField("how to join", max_length=600, blank=True)
    website = WebsiteField("website", blank=True)
    state = models.CharField(max_length=10, choices=CommunityState.choices, default=CommunityState.DRAFT)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)
    sent_back_because = models.CharField(
        "what to change",
        max_length=600,
        blank=True,
        default="",
        db_default="",
        help_text="What an editor asks for before it can be published. Its conveners see it.",
    )
    request_key = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="The form that listed it, so that a form sent twice lists one community.",
    )

    confirmed_at = models.DateTimeField(
        "last confirmed",
        null=True,
        blank=True,
        editable=False,
        help_text="When it came into the directory, or somebody who looks after it last said that it is alive.",
    )
    alive_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    alive_reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    left_behind = models.TextField(
        "what it leaves behind",
        max_length=600,
        blank=True,
        default="",
        db_default="",
        help_text="What its conveners wrote when it ended.",
    )
    convened_outside = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Whether somebody without an account looks after it: see Steward.",
    )

    objects = CommunityQuerySet.as_manager()

    # A word that stands in the index of every community and of nothing else: see kit.search.
    search_kind = "kindofcommunity"

    search_fields: ClassVar = [
        # Both databases keep a field of this very name apart, and rank what is in it higher.
        index.SearchField("title", boost=3),
        index.SearchField("summary"),
        index.SearchField("domain"),
        index.SearchField("purpose"),
        index.SearchField("practice"),
        index.RelatedFields("themes", [index.SearchField("name")]),
        index.AutocompleteField("name"),
        index.AutocompleteField("search_kind"),
        index.FilterField("state"),
        index.FilterField("circle_id"),
        index.FilterField("circle"),
        index.FilterField("stage"),
        index.FilterField("meets"),
        index.FilterField("open_to"),
        index.FilterField("published_at"),
        index.FilterField("id"),
    ]

    class Meta:
        verbose_name_plural = "communities"
        ordering: ClassVar = ["name"]
        permissions: ClassVar = [("publish_community", "Can publish communities in the directory")]
        indexes: ClassVar = [
            models.Index(fields=["state", "-published_at", "-id"], name="community_newest"),
            models.Index(fields=["state", "name", "id"], name="community_by_name"),
            # All that the counts of the directory read, so that they never touch the long texts.
            models.Index(fields=["state", "stage", "open_to", "meets"], name="community_counts"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "dormant"]) | Q(published_at__isnull=False),
                name="listed_community_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "dormant"]) | Q(confirmed_at__isnull=False),
                name="listed_community_is_confirmed",
            ),
            models.UniqueConstraint(fields=["created_by", "request_key"], name="listed_once_by_one_form"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community_directory:detail", args=[self.slug])

    @property
    def title(self) -> str:
        """Its name, as the search index knows it."""
        return self.name

    @property
    def is_listed(self) -> bool:
        """Whether it is in the public directory."""
        return self.state in LISTED

    @property
    def looked_after_by(self) -> str:
        """Who looks after it, for editors. One query at most: only the screen about one community asks."""
        steward = self.stewards.live().first() if self.convened_outside else None
        if steward:
            return f"{steward.name}, {steward.email}, without an account"
        return "Nobody any more" if self.convened_outside else "Its conveners, from their accounts"

    @property
    def audience(self) -> Audience:
        """Who can see its page."""
        if self.is_listed:
            return EVERYBODY
        reviewed = self.state == CommunityState.SUBMITTED or self.published_at is not None
        editors = ", and the editors of this site," if reviewed else ""
        return Audience(kind="leads", text=f"Only its conveners{editors} can see this page.")

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        if self.is_listed or self.can_edit(user):
            return True
        was_listed = self.state == CommunityState.ENDED and self.published_at is not None
        return (self.state == CommunityState.SUBMITTED or was_listed) and may_review(user)

    def can_edit(self, user: Person) -> bool:
        """Whether this person convenes it."""
        return user.is_authenticated and self.circle_id in user.led_circle_ids


class Connection(models.Model):
    """A link between two communities, proposed by one side and accepted by the other."""

    source = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="connections_out")
    target = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="connections_in")
    reason = models.CharField("why you should talk", max_length=400)
    state = models.CharField(max_length=10, choices=ConnectionState.choices, default=ConnectionState.PROPOSED)
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Least("source", "target"),
                Greatest("source", "target"),
                condition=Q(state__in=["proposed", "accepted"]),
                name="one_connection_each_pair",
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="not_with_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source} – {self.target}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        public = self.state == ConnectionState.ACCEPTED and self.source.is_listed and self.target.is_listed
        return public or self.source.can_edit(user) or self.target.can_edit(user)

    def other(self, community: Community) -> Community:
        """The community at the other end."""
        return self.target if self.source_id == community.pk else self.source


class Suggestion(models.Model):
    """A community that another one might want to meet, and why; kept fresh by a task.

    What its conveners answered is theirs as a group: it is not kept who of them did.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="suggestions")
    other = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(
        null=True, help_text="In its order, from 1; empty if it is kept for its answer alone."
    )
    why = models.CharField(max_length=400)
    answer = models.CharField(max_length=5, choices=Answer.choices, blank=True, default="")
    later_on = models.DateField(null=True, blank=True, help_text="The day on which it may be shown again.")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["community", "place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "other"], name="suggested_once"),
            models.CheckConstraint(condition=~Q(community=F("other")), name="not_suggested_to_itself"),
            models.CheckConstraint(
                condition=Q(answer="later", later_on__isnull=False)
                | (~Q(answer="later") & Q(later_on__isnull=True)),
                name="later_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other} to {self.community}"


class OutsideListing(models.Model):
    """What somebody without an account wrote about a community, until they confirm their address or 30 days are over.

    Nothing of it is anywhere else: no community, no group, no address, no index (docs/decisions/0031).
    """

    email = models.EmailField()
    name = models.CharField("your name", max_length=150)
    texts = models.JSONField("what you wrote", help_text="As the form was filled in; terms by their keys.")
    request_key = models.UUIDField(unique=True, editable=False, help_text="So that a form sent twice is one.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = OutsideListingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="listing_in_small_letters"),
        ]

    def __str__(self) -> str:
        return f"Listing {self.pk}"

    @property
    def community_name(self) -> str:
        """What the community is called."""
        return str(self.texts["name"])

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it. Nobody may: only who holds its link."""
        return False


class Steward(models.Model):
    """Somebody without an account who looks after a community by links in mails; nobody else reads who they are.

    It stands in a person's place in actions: ``looks_after`` in rules.py asks it.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="stewards")
    email = models.EmailField()
    name = models.CharField("your name", max_length=150, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty while it is offered to them, and they have not said yes."
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = StewardQuerySet.as_manager()

    is_authenticated = False

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(confirmed_at__isnull=False, ended_at__isnull=True),
                name="one_steward_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["community"], condition=Q(confirmed_at__isnull=True), name="offered_to_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="steward_ends_after_it_began",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="steward_in_small_letters"),
        ]

    def __str__(self) -> str:
        return f"Steward {self.pk}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may know who it is: an editor who may see the community."""
        return may_review(user) and self.community.can_see(user)

    def tends(self, community: Community) -> bool:
        """Whether they look after this community now. One query."""
        return Steward.objects.live().filter(pk=self.pk, community=community).exists()


# Who does something to a community: with an account, or by a link.
Actor = User | Steward
