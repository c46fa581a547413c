"""The pages around the programme, and how the site looks and introduces itself."""

import math
import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.blocks import StructValue
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from home.blocks import home_blocks, own_address, reading_blocks, team_blocks
from home.colours import LEAST_FOR_TEXT, contrast
from kit.blocks import body_blocks
from kit.caching import forget_public_pages
from members.models import CirclePage

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write a colour as # and six digits, such as #0b6b66.")


class HomePage(CirclePage):
    """The front page."""

    headline = models.CharField(max_length=160, help_text="What this is, in one sentence.")
    introduction = models.TextField(max_length=600, blank=True)
    for_whom = models.TextField(max_length=600, blank=True, help_text="Who it is for.")
    body = StreamField(home_blocks(), blank=True)

    max_count = 1
    template = "home/home_page.html"
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("headline"),
        index.SearchField("introduction"),
    ]
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("introduction"),
        FieldPanel("for_whom"),
        FieldPanel("body"),
    ]

    @property
    def main_way(self) -> StructValue | None:
        """The first of its ways in: the one main thing to do for somebody who comes for the first time."""
        ways = self.body.first_block_by_name("ways_in")
        return next(iter(ways.value["items"]), None) if ways else None


class InformationPage(CirclePage):
    """A page of information, such as about, privacy or house rules."""

    introduction = models.TextField(max_length=400, blank=True)
    body = StreamField(body_blocks(), blank=True)

    template = "home/information_page.html"
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]


class ReadingListPage(CirclePage):
    """Books, articles and websites worth reading."""

    introduction = models.TextField(max_length=400, blank=True)
    items = StreamField(reading_blocks(), blank=True)

    template = "home/reading_list_page.html"
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("items"),
    ]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("items")]


class TeamPage(CirclePage):
    """Who runs the programme, by role."""

    introduction = models.TextField(max_length=400, blank=True)
    roles = StreamField(team_blocks(), blank=True)

    template = "home/team_page.html"
    search_fields: ClassVar = [
        *CirclePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("roles"),
    ]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("roles")]


class NoticeLevel(models.TextChoices):
    """How much a notice asks for attention."""

    INFO = "info", "For information"
    IMPORTANT = "important", "Important"


@register_setting(icon="site")
class SiteSettings(ClusterableModel, BaseSiteSetting):
    """Name, logo, colours, contact, navigation, footer and notice."""

    name = models.CharField(max_length=80, default="Communities of Practice")
    strapline = models.CharField(max_length=120, blank=True)
    logo = models.ForeignKey(
        "files.PortalImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Only a logo that you are allowed to use.",
    )
    brand_colour = models.CharField(max_length=7, blank=True, validators=[hex_colour])
    accent_colour = models.CharField(max_length=7, blank=True, validators=[hex_colour])
    contact_email = models.EmailField(blank=True)
    contact_text = models.CharField(max_length=250, blank=True)
    footer_text = models.CharField(max_length=250, blank=True)
    notice_on = models.BooleanField("show the notice", default=False)
    notice_level = models.CharField(max_length=10, choices=NoticeLevel.choices, default=NoticeLevel.INFO)
    notice_text = RichTextField(blank=True, features=["bold", "link"])

    panels: ClassVar = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("strapline"), FieldPanel("logo")], "Name"),
        MultiFieldPanel([FieldPanel("brand_colour"), FieldPanel("accent_colour")], "Colours"),
        MultiFieldPanel(
            [FieldPanel("contact_email"), FieldPanel("contact_text"), FieldPanel("footer_text")],
            "Contact and footer",
        ),
        MultiFieldPanel(
            [FieldPanel("notice_on"), FieldPanel("notice_level"), FieldPanel("notice_text")],
            "Notice on every page",
        ),
        InlinePanel("navigation", label="link", heading="Navigation"),
        InlinePanel("footer", label="link", heading="Footer links"),
    ]

    class Meta:
        verbose_name = "Site: name, navigation, notice"

    def clean(self) -> None:
        super().clean()
        problems = {name: _too_light(getattr(self, name)) for name in ("brand_colour", "accent_colour")}
        if any(problems.values()):
            raise ValidationError({name: problem for name, problem in problems.items() if problem})

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_public_pages()


def _too_light(colour: str) -> str:
    """What is wrong with a colour that is to be read on white, or to have white on it; "" if nothing is."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour) or contrast(colour, "#ffffff") >= LEAST_FOR_TEXT:
        return ""
    ratio = math.floor(contrast(colour, "#ffffff") * 10) / 10
    return f"This colour is too light to read on white: {ratio} to 1. Choose one of {LEAST_FOR_TEXT} to 1 or more."


class SiteLink(Orderable):
    """A link in the navigation or the footer."""

    title = models.CharField(max_length=60)
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(
        max_length=200,
        blank=True,
        validators=[own_address],
        help_text="Or an address on this site, such as /communities/.",
    )

    panels: ClassVar = [FieldPanel("title"), PageChooserPanel("page"), FieldPanel("path")]

    class Meta(Orderable.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        if bool(self.page_id) == bool(self.path):
            raise ValidationError({"path": "Choose a page or give an address, one of the two."})


class NavigationLink(SiteLink):
    """A link in the navigation."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="navigation")


class FooterLink(SiteLink):
    """A link in the footer."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="footer")
