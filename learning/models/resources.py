"""The guidance library: resources, and paths through them."""

import math
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.documents import get_document_model_string
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from learning.admin_forms import GuidancePageForm
from learning.blocks import ONCE, learning_blocks
from learning.enums import Audience, Kind, Licence
from learning.models.viewed import THEMES_HELP, ViewedPage
from learning.querysets import GuidanceManager
from members.enums import Stage
from members.models import CirclePage, Theme

WORDS_A_MINUTE = 200  # an ordinary reader of ordinary text


class LibraryPage(ViewedPage):
    """The guidance library: every resource, found by text and by what it is about."""

    introduction = models.TextField(max_length=400, blank=True)

    max_count = 1
    view = "learning.views.library"
    subpage_types: ClassVar = ["learning.GuidancePage", "learning.CollectionPage"]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction")]


class GuidanceTheme(ItemBase):
    """A theme of a resource."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="guidance_items")
    content_object = ParentalKey(
        "learning.GuidancePage", on_delete=models.CASCADE, related_name="theme_items"
    )


class GuidanceStage(Orderable):
    """A stage of a community's life at which a resource helps."""

    page = ParentalKey("learning.GuidancePage", on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=16, choices=Stage.choices)

    panels: ClassVar = [FieldPanel("stage")]

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "stage"], name="guidance_stage_once")
        ]


class GuidanceAudience(Orderable):
    """One of those for whom a resource is."""

    page = ParentalKey("learning.GuidancePage", on_delete=models.CASCADE, related_name="audiences")
    audience = models.CharField(max_length=12, choices=Audience.choices)

    panels: ClassVar = [FieldPanel("audience")]

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "audience"], name="guidance_audience_once")
        ]


class GuidanceDownload(Orderable):
    """A file that belongs to a resource."""

    page = ParentalKey("learning.GuidancePage", on_delete=models.CASCADE, related_name="downloads")
    document = models.ForeignKey(get_document_model_string(), on_delete=models.CASCADE, related_name="+")
    title = models.CharField(
        max_length=150, blank=True, help_text="If the file’s own name is not plain enough."
    )

    panels: ClassVar = [FieldPanel("document"), FieldPanel("title")]


def minutes_to_read(body: Any) -> int:
    """How long a text takes to read, in whole minutes, one at least: some 200 words a minute.

    Args:
        body: a StreamField's value; what a search would find in it is what is read.
    """
    texts = body.stream_block.get_searchable_content(body)
    words = sum(len(str(text).split()) for text in texts)
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def group_words(smallest: int | None, largest: int | None) -> str:
    """A group of so many in words: "3 to 12", "3 or more", "up to 12"; "" where nothing is known."""
    if smallest and largest:
        return str(smallest) if smallest == largest else f"{smallest} to {largest}"
    if smallest:
        return f"{smallest} or more"
    return f"up to {largest}" if largest else ""


class GuidancePage(ViewedPage):
    """A resource: something that a convener can use tonight."""

    in_short = models.CharField(
        "in short", max_length=250, help_text="What it helps with, in two lines at most."
    )
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.GUIDE)
    minutes = models.PositiveSmallIntegerField("minutes to run it", null=True, blank=True)
    group_min = models.PositiveSmallIntegerField("smallest group", null=True, blank=True)
    group_max = models.PositiveSmallIntegerField("largest group", null=True, blank=True)
    group_size = models.CharField(
        "group size in words", max_length=60, blank=True, help_text="For example: 3 to 30, in threes."
    )
    reviewed_on = models.DateField("reviewed on", null=True, blank=True)
    review_due = models.DateField(
        "review due",
        null=True,
        blank=True,
        help_text="On this day we write to who looks after the page.",
    )
    licence = models.CharField(max_length=12, choices=Licence.choices, blank=True)
    credit = models.CharField(
        max_length=250, blank=True, help_text="Whose work it is, if it is not the programme’s own."
    )
    minutes_to_read = models.PositiveSmallIntegerField(default=1, editable=False)
    body = StreamField(learning_blocks(), block_counts=ONCE, blank=True)
    themes = ClusterTaggableManager(through=GuidanceTheme, blank=True)

    objects = GuidanceManager()
    base_form_class = GuidancePageForm

    view = "learning.views.guidance"
    parent_page_types: ClassVar = ["learning.LibraryPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("in_short"),
        index.SearchField("body"),
        index.AutocompleteField("title"),
        index.FilterField("kind"),
        index.FilterField("title"),
        index.FilterField("first_published_at"),
    ]
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("in_short"),
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldPanel("minutes"),
                FieldPanel("group_min"),
                FieldPanel("group_max"),
                FieldPanel("group_size"),
            ],
            "What it is",
        ),
        FieldPanel("themes", heading="Themes", help_text=THEMES_HELP),
        InlinePanel("stages", label="stage", heading="Stages at which it helps"),
        InlinePanel("audiences", label="audience", heading="Who it is for"),
        FieldPanel("body"),
        InlinePanel("downloads", label="file", heading="Files to download", max_num=10),
        InlinePanel(
            "related",
            label="page",
            heading="Related guidance",
            help_text="Leave this empty, and pages about the same themes and stages are shown.",
            max_num=4,
        ),
        MultiFieldPanel(
            [
                FieldPanel("owner", heading="Who looks after it"),
                FieldPanel("reviewed_on"),
                FieldPanel("review_due"),
                FieldPanel("licence"),
                FieldPanel("credit"),
            ],
            "Upkeep",
        ),
    ]

    class Meta:
        indexes: ClassVar = [models.Index(fields=["circle", "kind"], name="guidance_by_kind")]

    @property
    def group_words(self) -> str:
        """How many it is run with, as people read it; "" where nothing is known."""
        return self.group_size or group_words(self.group_min, self.group_max)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Every way of saving a page comes by here, drafts too: what follows from the rest is put right."""
        self.minutes_to_read = minutes_to_read(self.body)
        if self.live and self.first_published_at is None:  # type: ignore[has-type]
            self.first_published_at = timezone.now()
        super().full_clean(*args, **kwargs)


class RelatedGuidance(Orderable):
    """Another resource to read next."""

    page = ParentalKey(GuidancePage, on_delete=models.CASCADE, related_name="related")
    other = models.ForeignKey(GuidancePage, on_delete=models.CASCADE, related_name="+", verbose_name="page")

    panels: ClassVar = [FieldPanel("other")]


class ReviewReminder(models.Model):
    """That who looks after a resource was told that its review is due. Once for each date."""

    page = models.ForeignKey(GuidancePage, on_delete=models.CASCADE, related_name="review_reminders")
    due = models.DateField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "due"], name="review_reminder_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.due}"


class CollectionPage(ViewedPage):
    """A path through resources, in an order that somebody has thought about."""

    introduction = models.TextField(max_length=400)
    body = StreamField(learning_blocks(), block_counts=ONCE, blank=True)

    view = "learning.views.collection"
    parent_page_types: ClassVar = ["learning.LibraryPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
        index.AutocompleteField("title"),
    ]
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
        InlinePanel("items", label="resource", heading="What it leads through, in order", min_num=1),
    ]


class CollectionItem(Orderable):
    """One resource on the way."""

    collection = ParentalKey(CollectionPage, on_delete=models.CASCADE, related_name="items")
    guidance = models.ForeignKey(GuidancePage, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(
        "why it comes here", max_length=250, blank=True, help_text="One line for who follows the path."
    )

    panels: ClassVar = [FieldPanel("guidance"), FieldPanel("why")]
