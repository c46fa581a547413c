"""What people write about what they read."""

from typing import Any

from django import forms

from kit.patient_data import PatientDataGuard
from kit.texts import LineField, LinesField
from members.models import User
from study.models import (
    BOOKMARK_NOTE_LONGEST,
    MISSED_LONGEST,
    NAME_LONGEST,
    NOTE_LONGEST,
    Bookmark,
    BookmarkList,
)

_ERRORS = {
    "max_length": "Shorten this to %(limit_value)d characters. It has %(show_value)d.",
    "null_characters_not_allowed": "There is a character in this text that cannot be kept. Paste it as plain text.",
}


class OpinionForm(PatientDataGuard, forms.Form):
    """Whether a page was useful, and a note."""

    useful = forms.ChoiceField(
        label="Was this useful?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no.", "invalid_choice": "Choose yes or no."},
    )
    note = LinesField(
        label="A note to the person who looks after this page",
        help_text="What helped, or what is missing? They see your name, your answer and this note. Do not write "
        "anything that could identify a patient.",
        required=False,
        max_length=NOTE_LONGEST,
        error_messages=_ERRORS,
    )


class ListForm(PatientDataGuard, forms.Form):
    """A list's name."""

    name = LineField(
        label="Name of the list",
        max_length=NAME_LONGEST,
        error_messages={**_ERRORS, "required": "Give the list a name."},
    )


class SearchForm(PatientDataGuard, forms.Form):
    """What to call a search that is kept."""

    name = LineField(
        label="Name of the search",
        help_text="Only you can see this.",
        max_length=NAME_LONGEST,
        error_messages={**_ERRORS, "required": "Give the search a name."},
    )


class MissedForm(PatientDataGuard, forms.Form):
    """What was searched for in vain. There is nothing to type: the words are those of the search."""

    text = LineField(
        label="What you searched for",
        max_length=MISSED_LONGEST,
        error_messages={**_ERRORS, "required": "Search for something first."},
    )


class BookmarkForm(PatientDataGuard, forms.Form):
    """Why a page is kept, and in which lists."""

    lists = forms.MultipleChoiceField(
        label="Put it in",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these lists is gone. Choose again."},
    )
    new_list = LineField(
        label="Put it in a new list",
        help_text="Give the new list a name.",
        required=False,
        max_length=NAME_LONGEST,
        error_messages=_ERRORS,
    )
    note = LinesField(
        label="Why you keep it",
        help_text="Only you can see this. Do not write anything that could identify a patient.",
        required=False,
        max_length=BOOKMARK_NOTE_LONGEST,
        error_messages=_ERRORS,
    )

    def __init__(self, *args: Any, bookmark: Bookmark, person: User, **kwargs: Any) -> None:
        own = BookmarkList.objects.visible_to(person)
        initial = {"note": bookmark.note, "lists": [str(one.pk) for one in bookmark.lists.all()]}
        super().__init__(*args, initial=initial, **kwargs)
        field: Any = self.fields["lists"]
        field.choices = [(str(one.pk), one.name) for one in own]
        if not field.choices:
            del self.fields["lists"]

    @property
    def chosen(self) -> list[int]:
        """The ids of the lists, once it is found to be right."""
        return [int(key) for key in self.cleaned_data.get("lists", [])]


class ChoicesForm(forms.Form):
    """How somebody wants to learn."""

    mark_at_end = forms.BooleanField(
        label="Mark pages as done when I reach the end",
        help_text="This works in browsers with JavaScript. You can always take a mark back.",
        required=False,
    )
