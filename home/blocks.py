"""Blocks of the home page, the reading list and the team page."""

from django.core.validators import RegexValidator
from wagtail import blocks

from kit.blocks import PLAIN, CalloutBlock, QuotationBlock, TextBlock

# Two slashes at the beginning would lead to another host.
own_address = RegexValidator(r"^/(?!/)[\w\-/.?=&]*\Z", "Begin with /, such as /communities/.")


class WayInBlock(blocks.StructBlock):
    """One of the ways into the portal."""

    title = blocks.CharBlock(max_length=80)
    text = blocks.TextBlock(max_length=300)
    path = blocks.CharBlock(
        max_length=200, validators=[own_address], help_text="An address on this site, such as /guidance/."
    )
    link_text = blocks.CharBlock(max_length=60)

    class Meta:
        icon = "link"
        label = "Way in"


class WaysInBlock(blocks.StructBlock):
    """Ways in, side by side."""

    items = blocks.ListBlock(WayInBlock(), min_num=1, max_num=4)

    class Meta:
        icon = "grip"
        label = "Ways in"
        template = "blocks/ways_in.html"
        preview_value = {
            "items": [
                {
                    "title": "Browse guidance",
                    "text": "Short and practical.",
                    "path": "/guidance/",
                    "link_text": "See all guidance",
                }
            ]
        }
        description = "Up to four cards, each leading to a part of the portal."


class YearBlock(blocks.StaticBlock):
    """The year as a line of modules; drawn from the programme's own pages."""

    class Meta:
        icon = "date"
        label = "The year so far"
        template = "blocks/year.html"
        admin_text = "The five modules with their dates, and where we are now."
        preview_value = None
        description = "The programme's modules in a line. It keeps itself up to date."


class LatestCommunitiesBlock(blocks.StaticBlock):
    """Communities that were listed lately; drawn from the directory."""

    class Meta:
        icon = "group"
        label = "Communities lately joined"
        template = "blocks/latest_communities.html"
        admin_text = "The three communities that were listed last."
        preview_value = None
        description = "The newest communities of the directory. It keeps itself up to date."


class BookBlock(blocks.StructBlock):
    """Something to read."""

    kind = blocks.ChoiceBlock(choices=[("book", "Book"), ("article", "Article"), ("website", "Website")])
    title = blocks.CharBlock(max_length=250)
    authors = blocks.CharBlock(max_length=250)
    details = blocks.CharBlock(max_length=250, required=False, help_text="Publisher, place, journal, issue.")
    year = blocks.CharBlock(max_length=30, required=False)
    url = blocks.URLBlock(required=False)
    note = blocks.TextBlock(required=False, help_text="Why to read it, in a sentence.")

    class Meta:
        icon = "doc-full"
        label = "Something to read"
        template = "blocks/book.html"
        preview_value = {
            "kind": "book",
            "title": "A title",
            "authors": "A. Writer",
            "details": "A press",
            "year": "2002",
            "url": "",
            "note": "Start here.",
        }
        description = "A book, an article or a website, with why to read it."


class TeamRoleBlock(blocks.StructBlock):
    """A role in the team."""

    role = blocks.CharBlock(max_length=100)
    what = blocks.RichTextBlock(features=PLAIN, label="What they do")
    email = blocks.EmailBlock(required=False)

    class Meta:
        icon = "user"
        label = "Role"
        template = "blocks/team_role.html"
        preview_value = {
            "role": "Programme lead",
            "what": "<p>Holds the year together.</p>",
            "email": "programme@example.org",
        }
        description = "A role, what they do and how to reach them."


def home_blocks() -> list[tuple[str, blocks.Block]]:
    """What the front page is made of."""
    return [
        ("year", YearBlock()),
        ("ways_in", WaysInBlock()),
        ("latest_communities", LatestCommunitiesBlock()),
        ("quotation", QuotationBlock()),
        ("text", TextBlock()),
        ("callout", CalloutBlock()),
    ]


def reading_blocks() -> list[tuple[str, blocks.Block]]:
    """What a reading list is made of."""
    return [("book", BookBlock()), ("text", TextBlock())]


def team_blocks() -> list[tuple[str, blocks.Block]]:
    """What a team page is made of."""
    return [("role", TeamRoleBlock()), ("text", TextBlock())]
