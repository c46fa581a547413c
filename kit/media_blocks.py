"""StreamField blocks for what is played, and for what is downloaded."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.rich_text import RichText

from kit import players
from kit.page_checks import waits

_TRANSCRIPT = ["bold", "italic", "ol", "ul"]


class PlayedValue(blocks.StructValue):
    """A recording, and whether people can be shown it."""

    @cached_property
    def recording(self) -> players.Recording | None:
        """Where it is played; None for an address that we know nothing of."""
        return players.KINDS[self.block.kind](self.get("url") or "")

    @property
    def transcript_html(self) -> str:
        """The transcript as it is kept, "" for none."""
        text = self.get("transcript")
        return (text.source if isinstance(text, RichText) else text or "").strip()

    @property
    def waits(self) -> bool:
        """Whether people do not see it yet."""
        return waits(self.block.kind, {**self, "transcript": self.transcript_html})


class PlayedBlock(blocks.StructBlock):
    """Something that is played: nothing is asked of whoever keeps it until somebody presses the button."""

    title = blocks.CharBlock(max_length=150)
    url = blocks.URLBlock(label="Address")
    minutes = blocks.IntegerBlock(required=False, min_value=1, max_value=600, label="Minutes it takes")
    transcript = blocks.RichTextBlock(
        required=False,
        features=_TRANSCRIPT,
        help_text="What is said, in words. Until there is one, people do not see the recording.",
    )

    kind = ""  # of players.KINDS
    not_ours = "We can’t play this address."

    def get_searchable_content(self, value: Any) -> list[str]:
        """What nobody sees yet, nobody finds."""
        return [] if value.waits else list(super().get_searchable_content(value))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if players.KINDS[self.kind](cleaned["url"]) is None:
            raise blocks.StructBlockValidationError(block_errors={"url": ValidationError(self.not_ours)})
        return cleaned

    class Meta:
        template = "blocks/played.html"
        value_class = PlayedValue


class VideoBlock(PlayedBlock):
    """A video of YouTube or Vimeo."""

    captions = blocks.BooleanBlock(
        required=False,
        label="It has captions that somebody has read through",
        help_text="Captions made by a machine do not count until they are put right.",
    )
    kind = "video"
    not_ours = "Give the address of a video on YouTube or Vimeo, such as https://vimeo.com/123456789."

    class Meta:
        icon = "media"
        label = "Video"
        preview_value = {
            "title": "How we opened our first meeting",
            "url": "https://vimeo.com/123456789",
            "minutes": 4,
            "captions": True,
            "transcript": "<p>We put the chairs in a ring, and waited.</p>",
        }
        description = "A video on YouTube or Vimeo, with captions or a transcript."


class SoundBlock(PlayedBlock):
    """A recording to listen to."""

    kind = "sound"
    not_ours = "Give the address of a recording on SoundCloud, such as https://soundcloud.com/name/recording."

    class Meta:
        icon = "media"
        label = "Sound"
        preview_value = {
            "title": "A convener looks back",
            "url": "https://soundcloud.com/somebody/a-convener-looks-back",
            "minutes": 12,
            "transcript": "<p>It began with a corridor.</p>",
        }
        description = "A recording on SoundCloud, with a transcript."


class DocumentBlock(blocks.StructBlock):
    """A file to download, with its type and size."""

    document = DocumentChooserBlock()
    title = blocks.CharBlock(required=False, max_length=150, help_text="If its own is not plain enough.")
    text = blocks.CharBlock(required=False, max_length=250, label="What it is for")
    page = blocks.PageChooserBlock(
        required=False,
        label="The same as a page",
        help_text="A page can be read on a phone and read aloud. A PDF often can’t.",
    )

    class Meta:
        icon = "doc-full"
        label = "Document"
        template = "blocks/document.html"
        preview_template = "blocks/preview_document.html"
        description = "A file to download. Its type and size are said."


class DiscussionBlock(blocks.StructBlock):
    """A question to talk about."""

    prompt = blocks.TextBlock(help_text="One question that people can answer from their own work.")

    class Meta:
        icon = "group"
        label = "Question to discuss"
        template = "blocks/discussion.html"
        preview_value = {"prompt": "What did you try after the first meeting?"}
        description = "A question that leads to the discussions."
