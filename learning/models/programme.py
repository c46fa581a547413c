"""The programme and its modules."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from kit.blocks import PLAIN
from learning.blocks import ONCE, ElementBlock, OutcomeBlock, StepBlock, learning_blocks
from learning.models.viewed import THEMES_HELP, ViewedPage
from learning.querysets import StepDoneQuerySet
from learning.steps import Step, read_steps
from members.models import CirclePage, Theme, User


class ProgrammePage(ViewedPage):
    """A year-long course: what it is, who may apply, what one does."""

    introduction = models.TextField(max_length=600)
    year = models.CharField(
        max_length=80, blank=True, help_text="For example: September 2021 to September 2022."
    )
    body = StreamField(learning_blocks(), block_counts=ONCE, blank=True)
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
    gains = StreamField(
        learning_blocks(), block_counts=ONCE, blank=True, verbose_name="What people and organisations gain"
    )

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
    body = StreamField(learning_blocks(), block_counts=ONCE, blank=True)
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
        FieldPanel("themes", heading="Themes", help_text=THEMES_HELP),
        FieldPanel("outcomes"),
        FieldPanel("body"),
        FieldPanel("steps"),
    ]

    @property
    def says_when(self) -> bool:
        """Whether its own text has its dates in it already. No query."""
        blocks = (block for block in self.body.raw_data if block["type"] == "session_dates")
        return any(block["value"].get("module") in (None, self.pk) for block in blocks)

    @property
    def path_steps(self) -> list[Step]:
        """What to do before, during and after its sessions, in order. No query."""
        return read_steps(self.steps.raw_data)

    @property
    def step_keys(self) -> frozenset[UUID]:
        """The steps that can be ticked off."""
        return frozenset(step.key for step in self.path_steps if step.key)


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
