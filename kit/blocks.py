"""StreamField blocks that any room's pages may use; each has its own small template in blocks/."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import slugify
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from kit.media_blocks import DiscussionBlock, DocumentBlock, SoundBlock, VideoBlock

RICH = ["bold", "italic", "link", "document-link", "ol", "ul", "h3"]
PLAIN = ["bold", "italic", "link", "ol", "ul"]


def anchor_of(heading: str) -> str:
    """What a heading is linked to by: its words, as part of an address."""
    return slugify(heading)[:60]


class HeadingBlock(blocks.CharBlock):
    """A second-level heading, with an anchor made from its words."""

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["anchor"] = anchor_of(value)
        return context

    class Meta:
        icon = "title"
        label = "Heading"
        template = "blocks/heading.html"
        max_length = 150
        preview_value = "Before you begin"
        description = "A heading inside the page. It can be linked to."


class TextBlock(blocks.RichTextBlock):
    """Running text."""

    class Meta:
        icon = "pilcrow"
        label = "Text"
        template = "blocks/text.html"
        preview_value = "<p>Meet <b>somewhere people already go</b>, and start on time.</p>"
        description = "Paragraphs, lists and links."


class PictureBlock(blocks.StructBlock):
    """A picture that tells something, with its description."""

    image = ImageChooserBlock(label="Picture")
    description = blocks.CharBlock(
        max_length=250,
        help_text="What it shows, for people who cannot see it. Not “picture of”.",
    )
    caption = blocks.CharBlock(required=False, max_length=250)

    class Meta:
        icon = "image"
        label = "Picture"
        template = "blocks/picture.html"
        preview_template = "blocks/preview_picture.html"
        description = "A picture with its description and, if you like, a caption."


class QuotationBlock(blocks.StructBlock):
    """Somebody's words, always with their credit."""

    text = blocks.TextBlock(label="Words")
    author = blocks.CharBlock(max_length=120)
    year = blocks.IntegerBlock(required=False, min_value=1000, max_value=2100)
    source = blocks.CharBlock(required=False, max_length=200, help_text="Book, talk or page.")
    licence = blocks.CharBlock(required=False, max_length=200, help_text="On what terms you may print it.")

    class Meta:
        icon = "openquote"
        label = "Quotation"
        template = "blocks/quotation.html"
        preview_value = {
            "text": "Write the words exactly as they were said.",
            "author": "A. Writer",
            "year": 2014,
            "source": "A book",
            "licence": "Free to reproduce with attribution",
        }
        description = "Words of somebody else. The credit always shows."


class CalloutBlock(blocks.StructBlock):
    """Something set apart, so that nobody misses it."""

    title = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=PLAIN)

    class Meta:
        icon = "warning"
        label = "Callout"
        template = "blocks/callout.html"
        preview_value = {"title": "Before you start", "text": "<p>Ask who is missing.</p>"}
        description = "A box for what must not be missed. One or two on a page, no more."


class DoDontBlock(blocks.StructBlock):
    """What to do, and what not to."""

    do = blocks.ListBlock(blocks.CharBlock(max_length=300), label="Do")
    dont = blocks.ListBlock(blocks.CharBlock(max_length=300), label="Don’t")

    class Meta:
        icon = "list-ul"
        label = "Do and don’t"
        template = "blocks/do_dont.html"
        preview_value = {"do": ["start on time"], "dont": ["read out the slides"]}
        description = "Two short lists, side by side."


class StepBlock(blocks.StructBlock):
    """One step of several."""

    title = blocks.CharBlock(max_length=150)
    text = blocks.RichTextBlock(features=PLAIN, required=False)


class StepsBlock(blocks.StructBlock):
    """Numbered steps."""

    steps = blocks.ListBlock(StepBlock(), min_num=1)

    class Meta:
        icon = "list-ol"
        label = "Steps"
        template = "blocks/steps.html"
        preview_value = {"steps": [{"title": "Ask one question", "text": "<p>Then wait.</p>"}]}
        description = "What to do, one step after another."


class ExerciseBlock(blocks.StructBlock):
    """Something to do together."""

    title = blocks.CharBlock(max_length=150)
    purpose = blocks.TextBlock(help_text="What people will have by the end.")
    minutes = blocks.IntegerBlock(min_value=1, max_value=600, label="Minutes it takes")
    group_size = blocks.CharBlock(max_length=60, help_text="For example: 3 to 12.")
    materials = blocks.ListBlock(blocks.CharBlock(max_length=200), required=False, default=[])
    steps = blocks.ListBlock(blocks.TextBlock(), min_num=1)

    class Meta:
        icon = "group"
        label = "Exercise"
        template = "blocks/exercise.html"
        preview_value = {
            "title": "Two truths about our work",
            "purpose": "Know what each other’s day is like.",
            "minutes": 20,
            "group_size": "4 to 12",
            "materials": ["paper"],
            "steps": ["Write for two minutes.", "Read to your neighbour."],
        }
        description = "Something that a group does: purpose, time, people, materials, steps."


class ReflectionBlock(blocks.StructBlock):
    """A question to sit with."""

    prompt = blocks.TextBlock(help_text="One open question.")

    class Meta:
        icon = "comment"
        label = "Reflection"
        template = "blocks/reflection.html"
        preview_value = {"prompt": "Who was not in the room?"}
        description = "A question that people take away."


class ExpanderBlock(blocks.StructBlock):
    """Text that opens when asked for."""

    title = blocks.CharBlock(max_length=150)
    text = blocks.RichTextBlock(features=RICH)

    class Meta:
        icon = "collapse-down"
        label = "Expander"
        template = "blocks/expander.html"
        preview_value = {"title": "If only three people come", "text": "<p>Stay, and begin.</p>"}
        description = "Text that stays folded until somebody wants it."


class QuestionBlock(blocks.StructBlock):
    """A question with its answer."""

    question = blocks.CharBlock(max_length=200)
    answer = blocks.RichTextBlock(features=PLAIN)


class QuestionsBlock(blocks.StructBlock):
    """Questions and answers."""

    items = blocks.ListBlock(QuestionBlock(), min_num=1, label="Questions")

    class Meta:
        icon = "help"
        label = "Questions and answers"
        template = "blocks/questions.html"
        preview_value = {"items": [{"question": "Does it cost anything?", "answer": "<p>No.</p>"}]}
        description = "What people ask, each with its answer."


class TableBlock(blocks.StructBlock):
    """A table with a caption and headed columns."""

    caption = blocks.CharBlock(max_length=150)
    header = blocks.ListBlock(blocks.CharBlock(max_length=80), min_num=1, max_num=6, label="Columns")
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(max_length=300, required=False), max_num=6), label="Rows"
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        columns = len(cleaned["header"])
        for number, row in enumerate(cleaned["rows"], start=1):
            if len(row) != columns:
                raise blocks.StructBlockValidationError(
                    block_errors={
                        "rows": ValidationError(
                            f"Row {number} has {len(row)} cells. The table has {columns} columns."
                        )
                    }
                )
        return cleaned

    class Meta:
        icon = "table"
        label = "Table"
        template = "blocks/table.html"
        preview_value = {
            "caption": "Who does what",
            "header": ["Who", "What"],
            "rows": [["Convener", "Opens the meeting"]],
        }
        description = "Rows and columns. The first row says what the columns are."


class ResourceLinkBlock(blocks.StructBlock):
    """A link that stands on its own, with why to follow it."""

    title = blocks.CharBlock(max_length=150)
    page = blocks.PageChooserBlock(required=False)
    url = blocks.URLBlock(required=False, label="Or an address elsewhere")
    text = blocks.CharBlock(required=False, max_length=250, label="Why follow it")

    @cached_property
    def _one_of(self) -> str:
        return "Choose a page or give an address."

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["url"]):
            raise blocks.StructBlockValidationError(block_errors={"url": ValidationError(self._one_of)})
        return cleaned

    class Meta:
        icon = "link"
        label = "Resource link"
        template = "blocks/resource_link.html"
        preview_value = {
            "title": "A longer read",
            "url": "https://example.org/",
            "page": None,
            "text": "For a quiet evening.",
        }
        description = "One link set apart, with the reason to follow it."


def body_blocks() -> list[tuple[str, blocks.Block]]:
    """The blocks of a page's body, fresh for each StreamField."""
    return [
        ("heading", HeadingBlock()),
        ("text", TextBlock(features=RICH)),
        ("picture", PictureBlock()),
        ("quotation", QuotationBlock()),
        ("callout", CalloutBlock()),
        ("do_dont", DoDontBlock()),
        ("steps", StepsBlock()),
        ("exercise", ExerciseBlock()),
        ("reflection", ReflectionBlock()),
        ("expander", ExpanderBlock()),
        ("questions", QuestionsBlock()),
        ("table", TableBlock()),
        ("resource_link", ResourceLinkBlock()),
        ("video", VideoBlock()),
        ("sound", SoundBlock()),
        ("document", DocumentBlock()),
        ("discussion", DiscussionBlock()),
    ]
