"""The programme, its modules, and the guidance library."""

import math
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
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
from learning.steps import Step, read_steps
from members.enums import Stage
from members.models import CirclePage, Theme, User

WORDS_A_MINUTE = 200  # an ordinary reader of ordinary text

_THEMES_HELP = "Begin to type a name, and choose it from the list that opens."


class ViewedPage(CirclePage):
    """A page that a view of this room shows, published or in a preview.

    The view is named by its dotted path, as Django names the one for a page that is not there: a model
    imports no view.
    """

    view: ClassVar[str] = ""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_strangers(request)
        return import_string(self.view)(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page as an editor has it on the screen; Wagtail has asked whether they may edit it."""
        return import_string(self.view)(request, self)


class ProgrammePage(ViewedPage):
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

    view = "learning.views.programme"
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

    @property
    def applications_are_open(self) -> bool:
        """Whether one can still apply today, in London; the last day counts."""
        return self.applications_close is not None and timezone.localdate() <= self.applications_close


class ModulesPage(ViewedPage):
    """The list of a programme's modules."""

    introduction = models.TextField(max_length=400, blank=True)

    view = "learning.views.modules"
    parent_page_types: ClassVar = ["learning.ProgrammePage"]
    subpage_types: ClassVar = ["learning.ModulePage"]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction")]


class ModuleTheme(ItemBase):
    """A theme of a module."""

    tag = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="module_items")
    content_object = ParentalKey("learning.ModulePage", on_delete=models.CASCADE, related_name="theme_items")


class ModulePage(ViewedPage):
    """One of the programme's modules: two half-days, and what to do before and after."""

    number = models.PositiveSmallIntegerField(default=1)
    summary = models.TextField(max_length=300)
    outcomes = StreamField([("outcome", OutcomeBlock())], blank=True)
    body = StreamField(body_blocks(), blank=True)
    steps = StreamField([("step", StepBlock())], blank=True, verbose_name="Before, during and after")
    themes = ClusterTaggableManager(through=ModuleTheme, blank=True)

    view = "learning.views.module"
    parent_page_types: ClassVar = ["learning.ModulesPage"]
    subpage_types: ClassVar[list[str]] = []
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
        FieldPanel("themes", heading="Themes", help_text=_THEMES_HELP),
        FieldPanel("outcomes"),
        FieldPanel("body"),
        FieldPanel("steps"),
    ]

    @property
    def path_steps(self) -> list[Step]:
        """What to do before, during and after its sessions, in order. No query."""
        return read_steps(self.steps.raw_data)

    @property
    def step_keys(self) -> frozenset[UUID]:
        """The steps that can be ticked off."""
        return frozenset(step.key for step in self.path_steps if step.key)


class LibraryPage(ViewedPage):
    """The guidance library: every resource, found by text and by what it is about."""

    introduction = models.TextField(max_length=400, blank=True)

    max_count = 1
    view = "learning.views.library"
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


def minutes_to_read(body: Any) -> int:
    """How long a text takes to read, in whole minutes, one at least: some 200 words a minute.

    Args:
        body: a StreamField's value; what a search would find in it is what is read.
    """
    texts = body.stream_block.get_searchable_content(body)
    words = sum(len(str(text).split()) for text in texts)
    return max(1, math.ceil(words / WORDS_A_MINUTE))


class GuidancePage(ViewedPage):
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
        MultiFieldPanel([FieldPanel("kind"), FieldPanel("minutes"), FieldPanel("group_size")], "What it is"),
        FieldPanel("themes", heading="Themes", help_text=_THEMES_HELP),
        InlinePanel("stages", label="stage", heading="Stages at which it helps"),
        FieldPanel("body"),
        InlinePanel("related", label="page", heading="Related guidance", max_num=4),
    ]

    class Meta:
        indexes: ClassVar = [models.Index(fields=["circle", "kind"], name="guidance_by_kind")]

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
