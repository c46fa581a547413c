"""The programme, its modules, and the guidance library."""

from typing import ClassVar

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from kit.blocks import PLAIN, body_blocks
from learning.blocks import ElementBlock, OutcomeBlock, StepBlock
from learning.enums import Kind
from learning.querysets import GuidanceManager, StepDoneQuerySet
from members.enums import Stage
from members.models import CirclePage, Theme, User


class ProgrammePage(CirclePage):
    """A year-long course: what it is, who may apply, what one does."""

    introduction = models.TextField(max_length=600)
    year = models.CharField(
        max_length=80, blank=True, help_text="For example: September 2021 to September 2022."
    )
    body = StreamField(body_blocks(), blank=True)
    outcomes = StreamField([("outcome", OutcomeBlock())], blank=True)
    elements = StreamField([("element", ElementBlock())], blank=True, verbose_name="What a participant does")
    commitment = models.TextField("time it takes", max_length=600, blank=True)
    weeks_between_min = models.PositiveSmallIntegerField(
        "weeks between modules, at least", null=True, blank=True
    )
    weeks_between_max = models.PositiveSmallIntegerField(
        "weeks between modules, at most", null=True, blank=True
    )
    eligibility = RichTextField("who may apply", blank=True, features=PLAIN)
    applications_close = models.DateField(null=True, blank=True)
    gains = StreamField(body_blocks(), blank=True, verbose_name="What people and organisations gain")

    template = "learning/programme_page.html"
    subpage_types: ClassVar = [
        "learning.ModulesPage",
        "home.InformationPage",
        "home.ReadingListPage",
        "home.TeamPage",
    ]
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("year"),
        FieldPanel("body"),
        FieldPanel("outcomes"),
        FieldPanel("elements"),
        FieldPanel("gains"),
        MultiFieldPanel(
            [FieldPanel("commitment"), FieldPanel("weeks_between_min"), FieldPanel("weeks_between_max")],
            "Time",
        ),
        MultiFieldPanel([FieldPanel("eligibility"), FieldPanel("applications_close")], "Applying"),
    ]


class ModulesPage(CirclePage):
    """The list of a programme's modules."""

    introduction = models.TextField(max_length=400, blank=True)

    template = "learning/modules_page.html"
    parent_page_types: ClassVar = ["learning.ProgrammePage"]
    subpage_types: ClassVar = ["learning.ModulePage"]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction")]


class ModuleTheme(ItemBase):
    """A theme of a module."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="module_items")
    content_object = ParentalKey("learning.ModulePage", on_delete=models.CASCADE, related_name="theme_items")


class ModulePage(CirclePage):
    """One of the programme's modules: two half-days, and what to do before and after."""

    number = models.PositiveSmallIntegerField(default=1)
    summary = models.TextField(max_length=300)
    outcomes = StreamField([("outcome", OutcomeBlock())], blank=True)
    body = StreamField(body_blocks(), blank=True)
    steps = StreamField([("step", StepBlock())], blank=True, verbose_name="Before, during and after")
    themes = ClusterTaggableManager(through=ModuleTheme, blank=True)

    template = "learning/module_page.html"
    parent_page_types: ClassVar = ["learning.ModulesPage"]
    subpage_types: ClassVar = []
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.AutocompleteField("title"),
    ]
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("number"),
        FieldPanel("summary"),
        FieldPanel("themes"),
        FieldPanel("outcomes"),
        FieldPanel("body"),
        FieldPanel("steps"),
    ]


class LibraryPage(CirclePage):
    """The guidance library: every resource, found by text and by what it is about."""

    introduction = models.TextField(max_length=400, blank=True)

    max_count = 1
    template = "learning/library_page.html"
    subpage_types: ClassVar = ["learning.GuidancePage"]
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


class GuidancePage(CirclePage):
    """A resource: something that a convener can use tonight."""

    in_short = models.CharField(
        "in short", max_length=250, help_text="What it helps with, in two lines at most."
    )
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.GUIDE)
    minutes = models.PositiveSmallIntegerField("minutes to run it", null=True, blank=True)
    group_size = models.CharField(max_length=60, blank=True, help_text="For example: 3 to 12.")
    minutes_to_read = models.PositiveSmallIntegerField(default=1, editable=False)
    body = StreamField(body_blocks(), blank=True)
    themes = ClusterTaggableManager(through=GuidanceTheme, blank=True)

    objects = GuidanceManager()

    template = "learning/guidance_page.html"
    parent_page_types: ClassVar = ["learning.LibraryPage"]
    subpage_types: ClassVar = []
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
        MultiFieldPanel([FieldPanel("kind"), FieldPanel("minutes"), FieldPanel("group_size")], "What it is"),
        FieldPanel("themes"),
        InlinePanel("stages", label="stage", heading="Stages at which it helps"),
        FieldPanel("body"),
        InlinePanel("related", label="page", heading="Related guidance", max_num=4),
    ]


class RelatedGuidance(Orderable):
    """Another resource to read next."""

    page = ParentalKey(GuidancePage, on_delete=models.CASCADE, related_name="related")
    other = models.ForeignKey(GuidancePage, on_delete=models.CASCADE, related_name="+", verbose_name="page")

    panels: ClassVar = [FieldPanel("other")]


class StepDone(models.Model):
    """Somebody's tick on one step of a module."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="steps_done")
    module = models.ForeignKey(ModulePage, on_delete=models.CASCADE, related_name="steps_done")
    step = models.UUIDField(help_text="The id of the step's block.")
    done_at = models.DateTimeField(auto_now_add=True)

    objects = StepDoneQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "module", "step"], name="step_done_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.step}"
