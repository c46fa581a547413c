"""What people write in discussions, checked before it is read as Markdown."""

import uuid

from django import forms

from kit.patient_data import PatientDataGuard
from kit.texts import LineField, LinesField

TEXT_LONGEST = 20_000
TITLE_LONGEST = 140


class TextField(LinesField):
    """A text in Markdown, of some length, in which something can be seen."""

    def __init__(self, *, label: str, missing: str) -> None:
        super().__init__(
            label=label,
            max_length=TEXT_LONGEST,
            widget=forms.Textarea(attrs={"rows": 8}),
            error_messages={
                "required": missing,
                "max_length": "This is longer than %(limit_value)d characters (it has %(show_value)d). "
                "Split it in two, or shorten it.",
                "null_characters_not_allowed": "There is a character in this text that cannot be kept. "
                "Paste it as plain text.",
            },
        )


class TitleField(LineField):
    """A topic's title: one line, in which something can be seen."""

    def __init__(self) -> None:
        super().__init__(
            label="Title",
            help_text="Say what it is about in a few words. A question often works best.",
            max_length=TITLE_LONGEST,
            error_messages={
                "required": "Give your topic a title.",
                "max_length": "Shorten the title to %(limit_value)d characters. It has %(show_value)d.",
                "null_characters_not_allowed": "There is a character in the title that cannot be kept.",
            },
        )


class SentOnceForm(PatientDataGuard, forms.Form):
    """A form that knows when it is sent twice."""

    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        initial = {"client_key": uuid.uuid4(), **(kwargs.pop("initial", None) or {})}  # type: ignore[dict-item]
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[arg-type]


class TopicForm(SentOnceForm):
    """A new topic."""

    title = TitleField()
    text = TextField(label="What you want to say", missing="Write something first.")


class ReplyForm(SentOnceForm):
    """A reply, perhaps to one of the posts."""

    reply_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    text = TextField(label="Your reply", missing="Write your reply first.")

    def clean_reply_to(self) -> int | None:
        """The post that is answered; a number that cannot be one is none."""
        number = self.cleaned_data["reply_to"]
        return number if number is None or number < 2**63 else None


class EditForm(PatientDataGuard, forms.Form):
    """A post, said differently."""

    text = TextField(label="Text", missing="Write something. To take your post away, remove it instead.")


class EditTopicForm(EditForm):
    """A topic's first post, with its title."""

    title = TitleField()
    field_order = ["title", "text"]
