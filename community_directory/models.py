"""Communities of practice, and the links between them."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Lower
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.search import index

from community_directory.enums import (
    LISTED,
    OPEN_LINKS,
    Answer,
    CommunityState,
    ConnectionKind,
    ConnectionState,
    ExchangeKind,
    ImportState,
    Meets,
    OpenTo,
)
from community_directory.querysets import (
    CommunityQuerySet,
    ConnectionQuerySet,
    ExchangeAnswerQuerySet,
    ExchangeMatchQuerySet,
    ExchangeQuerySet,
    ImportQuerySet,
    NetworkPlaceQuerySet,
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
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="merged_from",
        help_text="The community that it became part of: its address leads there.",
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
    """A link between two communities, proposed by one side and accepted by the other.

    Somebody who knows both may introduce them: whichever side says yes first is then the one that proposes.
    """

    source = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="connections_out")
    target = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="connections_in")
    kind = models.CharField(
        "what you do together",
        max_length=8,
        choices=ConnectionKind.choices,
        default=ConnectionKind.SHARES_PRACTICE,
        db_default=ConnectionKind.SHARES_PRACTICE,
    )
    reason = models.CharField("why you should talk", max_length=400)
    state = models.CharField(max_length=10, choices=ConnectionState.choices, default=ConnectionState.PROPOSED)
    purpose = models.CharField(
        "what you want to do together", max_length=400, blank=True, default="", db_default=""
    )
    came_of_it = models.CharField("what came of it", max_length=600, blank=True, default="", db_default="")
    look_again_on = models.DateField("look at it again on", null=True, blank=True)
    looked_for_on = models.DateField(
        null=True, blank=True, editable=False, help_text="The day for which its conveners were reminded."
    )
    introduced_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
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
                condition=Q(state__in=[str(state) for state in OPEN_LINKS]),
                name="one_open_connection_each_pair",
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="not_with_itself"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["look_again_on"],
                condition=Q(look_again_on__isnull=False),
                name="connection_look_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} – {self.target}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may see it."""
        public = self.state == ConnectionState.ACCEPTED and self.source.is_listed and self.target.is_listed
        return public or self.source.can_edit(user) or self.target.can_edit(user)

    def is_due(self, today: date) -> bool:
        """Whether the day has come on which its conveners wanted to look at it again.

        Args:
            today: in London.
        """
        return self.look_again_on is not None and self.look_again_on <= today

    def can_look_after(self, user: Person) -> bool:
        """Whether this person may say what it is for and what came of it."""
        held = self.state == ConnectionState.ACCEPTED
        return held and (self.source.can_edit(user) or self.target.can_edit(user))

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


class Exchange(models.Model):
    """Something that a community offers to others, or asks of them, for a while."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="exchanges")
    kind = models.CharField("what it is", max_length=5, choices=ExchangeKind.choices)
    text = models.CharField("what you offer or ask", max_length=280)
    until = models.DateField("until", help_text="The last day on which it is shown, in London.")
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    request_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["created_by", "request_key"], name="exchange_posted_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], condition=Q(closed_at__isnull=True), name="exchange_open_until"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.community}"

    def get_absolute_url(self) -> str:
        return reverse("community_directory:exchange", args=[self.pk])

    def is_open(self, today: date) -> bool:
        """Whether it can be answered.

        Args:
            today: in London.
        """
        return self.closed_at is None and self.until >= today and self.community.is_listed

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it."""
        return self.is_open(timezone.localdate()) or self.community.can_edit(user)

    def can_close(self, user: Person) -> bool:
        """Whether this person may take it off: who convenes its community, or reviews the directory."""
        return self.community.can_edit(user) or may_review(user)

    def can_answer(self, user: Person) -> bool:
        """Whether this person may answer it now: a member of the network who does not look after it."""
        member = user.is_authenticated and user.is_network_member
        return member and self.is_open(timezone.localdate()) and not self.community.can_edit(user)


class ExchangeAnswer(models.Model):
    """What somebody answered to an offer or an ask; its community's conveners read it."""

    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    note = models.CharField("what you answer", max_length=600)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ExchangeAnswerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exchange", "person"], name="exchange_answered_once"),
        ]

    def __str__(self) -> str:
        return f"An answer to {self.exchange}"

    def can_see(self, user: Person) -> bool:
        """Whether this person wrote it, or is asked."""
        return user.is_authenticated and (self.person_id == user.pk or self.exchange.community.can_edit(user))


class ExchangeMatch(models.Model):
    """An offer that may be what another community asks for; kept fresh by a task."""

    ask = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="matches")
    offer = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(
        null=True, help_text="In the order of the ask, from 1; empty if it fits no more: it is told of once."
    )
    words = models.CharField(max_length=200, help_text="What both say.")

    objects = ExchangeMatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["ask", "place", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ask", "offer"], name="matched_once")]

    def __str__(self) -> str:
        return f"{self.offer} for {self.ask}"

    def can_see(self, user: Person) -> bool:
        """Whether this person may read it: both are public while they are open."""
        return self.ask.can_see(user) and self.offer.can_see(user)


class NetworkNumbers(models.Model):
    """The network of communities in a few numbers."""

    communities = models.PositiveIntegerField(default=0)
    connections = models.PositiveIntegerField(default=0)
    components = models.PositiveIntegerField(default=0, help_text="Groups of two or more linked communities.")
    islands = models.PositiveIntegerField(default=0, help_text="Communities without a link.")
    largest = models.PositiveIntegerField(default=0, help_text="Communities in the largest group.")

    class Meta:
        abstract = True

    @property
    def mean_links(self) -> float:
        """Links of a community, on average."""
        return 2 * self.connections / self.communities if self.communities else 0.0


class NetworkState(NetworkNumbers):
    """What was last worked out about the network as a whole: one row, kept fresh by a task."""

    fingerprint = models.CharField(max_length=64, help_text="Of all that it was worked out from.")
    counted_at = models.DateTimeField()
    is_sampled = models.BooleanField(default=False, help_text="Bridges were looked for by a sample.")
    missing_sectors = models.JSONField(
        default=list, help_text="Ids of the sectors that no linked community crosses."
    )

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="one_state_of_the_network")]

    def __str__(self) -> str:
        return f"The network at {self.counted_at:%Y-%m-%d %H:%M}"


class NetworkPlace(models.Model):
    """Where one community stands in the network; kept fresh by a task."""

    community = models.OneToOneField(
        Community, primary_key=True, on_delete=models.CASCADE, related_name="network_place"
    )
    links = models.PositiveIntegerField()
    reach = models.PositiveIntegerField(help_text="Other communities within two steps.")
    between = models.FloatField(help_text="On what share of the shortest ways between two others it lies.")
    parts = models.PositiveIntegerField(help_text="Into how many pieces its group would fall without it.")
    x = models.FloatField()
    y = models.FloatField()

    objects = NetworkPlaceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-links", "-community"], name="network_by_links"),
            models.Index(fields=["-between"], name="network_by_between"),
        ]

    def __str__(self) -> str:
        return f"{self.community} in the network"


class NetworkSnapshot(NetworkNumbers):
    """How the network was at the beginning of a month, so that a year's change can be seen."""

    month = models.DateField(unique=True, help_text="The first of the month.")
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["month"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__day=1), name="snapshot_of_a_month")
        ]

    def __str__(self) -> str:
        return f"The network in {self.month:%B %Y}"


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


class Import(models.Model):
    """A file of communities that an editor has agreed to bring in, and what became of it."""

    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(
        max_length=120, unique=True, help_text="Of what was shown, so that agreeing twice brings it in once."
    )
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="The file, until it has been brought in.")
    mark = models.CharField(max_length=64, help_text="Of the plan that was agreed to.")
    revise = models.BooleanField(default=False, help_text="Communities that are here are changed.")
    leave_out = models.BooleanField(default=False, help_text="Rows with something wrong are left out.")
    new_terms = models.JSONField(
        default=list, help_text="Kinds of terms that are made where they are missing."
    )
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.WAITING)
    made = models.JSONField(default=list, help_text="The keys of the communities that are new.")
    revised = models.JSONField(default=list, help_text="The keys of those that were here and were changed.")
    kept = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def can_see(self, user: Person) -> bool:
        """Whether this person may look at what it brought."""
        return may_review(user)


class Brought(models.Model):
    """What a file said of a community besides what the community says of itself."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="brought")
    file = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="brought")
    resting = models.BooleanField(default=False, help_text="It rests as soon as it is published.")
    convener_email = models.EmailField(
        blank=True, default="", help_text="Whom to ask to take it over, until they have been asked."
    )
    named_at = models.DateTimeField(
        null=True, blank=True, help_text="When the address came here: it is kept for so long and no longer."
    )

    class Meta:
        verbose_name_plural = "brought"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(convener_email="", named_at__isnull=True)
                | (~Q(convener_email="") & Q(named_at__isnull=False)),
                name="named_convener_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community} from {self.file}"
