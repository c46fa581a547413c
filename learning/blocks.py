"""Blocks of the programme's and the modules' pages."""

from wagtail import blocks

from kit.blocks import PLAIN, body_blocks
from learning.enums import Phase


class ElementBlock(blocks.StructBlock):
    """A part of the year, such as co-consulting."""

    title = blocks.CharBlock(max_length=100)
    amount = blocks.CharBlock(max_length=120, help_text="For example: five times one hour.")
    form = blocks.CharBlock(max_length=250, help_text="For example: online, in small groups.")

    class Meta:
        icon = "tick"
        label = "Part of the year"
        template = "blocks/element.html"
        description = "One row of the table of what a participant does."
        preview_value = {
            "title": "Co-consulting",
            "amount": "5 sessions of 1 hour",
            "form": "Online, in a small group of peers",
        }


class StepBlock(blocks.StructBlock):
    """One thing to do before, during or after a module's sessions."""

    phase = blocks.ChoiceBlock(choices=Phase.choices, default=Phase.BEFORE)
    title = blocks.CharBlock(max_length=150)
    text = blocks.RichTextBlock(features=PLAIN, required=False)
    minutes = blocks.IntegerBlock(required=False, min_value=1, max_value=600, label="Minutes it takes")
    guidance = blocks.PageChooserBlock(required=False, page_type=["learning.GuidancePage"])

    class Meta:
        icon = "tick"
        label = "Step"
        template = "blocks/step.html"
        description = "Something to do. People can tick it off."
        preview_value = {
            "phase": "before",
            "title": "Bring one question",
            "text": "<p>Yours, not your team’s.</p>",
            "minutes": 10,
            "guidance": None,
        }


class OutcomeBlock(blocks.CharBlock):
    """Completes: by the end you can …"""

    class Meta:
        icon = "success"
        label = "Outcome"
        max_length = 300
        help_text = "Completes “By the end you can …”."
        template = "blocks/outcome.html"
        description = "One thing that people can do by the end."
        preview_value = "say what your community is for in one sentence"


class SessionDatesBlock(blocks.StructBlock):
    """When a module's half-days are: as the calendar has it whenever somebody looks."""

    module = blocks.PageChooserBlock(
        required=False,
        page_type=["learning.ModulePage"],
        help_text="Leave it empty on a module’s own page.",
    )

    class Meta:
        icon = "calendar-alt"
        label = "Session dates"
        template = "blocks/session_dates.html"
        preview_template = "blocks/preview_session_dates.html"
        description = "The dates of a module’s half-days. They change with the calendar. One on a page."


ONCE = {"session_dates": {"max_num": 1}}
"""What a page has one of at most: each asks the calendar."""


def learning_blocks() -> list[tuple[str, blocks.Block]]:
    """The blocks of this room's pages."""
    return [*body_blocks(), ("session_dates", SessionDatesBlock())]
