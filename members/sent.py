"""What a form remembers from when it is shown until it is sent: that it is sent once, and what stood in it."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model

if TYPE_CHECKING:
    from wagtail.admin.forms import WagtailAdminModelForm as _Form
else:
    _Form = object

_NAMES = uuid.UUID("2b0d8a0c-1c0b-4c3f-8f7e-6a3b5e0f4d11")
_LONGEST = 4000


class Once(_Form):
    """Mixed into a form of the admin that makes something: sent twice, it makes one.

    The form needs ``for_user``, as Wagtail's forms have it.
    """

    for_user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["request_key"] = forms.Field(required=False, widget=forms.HiddenInput())
            self.initial["request_key"] = uuid.uuid4()

    @property
    def key(self) -> uuid.UUID | None:
        """The name of this one form; None if the browser sent none. Nobody can make that of somebody else's."""
        sent = str(self.cleaned_data.get("request_key") or "")[:_LONGEST]
        return uuid.uuid5(_NAMES, f"{self.for_user.pk} {sent}") if sent else None


class Seen(_Form):
    """Mixed into a form that changes something: what its sender left as it was shown to them is not written.

    Two people who have it open at once each keep what they changed: what one has saved meanwhile differs from
    what the other sends, but not because the other wanted it so.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["seen"] = forms.Field(required=False, widget=forms.HiddenInput())
            self.initial["seen"] = lambda: " ".join(f"{name}:{mark}" for name, mark in self._present.items())

    def changes(self) -> dict[str, Any]:
        """What differs from what was shown, as far as the browser says so; else from what stands there now."""
        shown = self._present | self._shown()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in shown and _mark(value) != shown[name]
        }

    @cached_property
    def _present(self) -> dict[str, str]:
        """A mark of what stands in each field now."""
        return {
            name: _mark(_cleaned(field, self.get_initial_for_field(field, name)))
            for name, field in self.fields.items()
            if name != "seen"
        }

    def _shown(self) -> dict[str, str]:
        pairs = (pair.partition(":") for pair in self.data.get("seen", "")[:_LONGEST].split(" "))
        return {name: mark for name, _, mark in pairs if name in self._present}


def _cleaned(field: forms.Field, value: Any) -> Any:
    """What a text becomes when it is sent back as it is: a field may tidy spaces and line ends."""
    return field.to_python(value) if isinstance(field, forms.CharField) else value


def _mark(value: Any) -> str:
    """The same for what a model has and what its form makes of it when nothing was changed."""
    return sha256(_plain(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _plain(value: Any) -> str:
    if value in (None, False):
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, datetime):  # shown and sent to the minute
        return value.astimezone(UTC).replace(second=0, microsecond=0).isoformat()
    if isinstance(value, Iterable):
        return " ".join(sorted(_plain(item) for item in value))
    return str(value)
