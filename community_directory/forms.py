"""What people send to this room."""

import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet

from community_directory.models import Community
from kit.patient_data import PatientDataGuard
from kit.texts import LineField, LinesField
from members.models import Organisation, Region, Sector, Theme, User
from members.sent import Seen

# The texts that a browser keeps until they are sent, and the names under which it keeps those of a new listing.
LONG_TEXTS = ("domain", "purpose", "practice", "how_to_join")
DRAFT_KEYS = tuple(f"community-new-{name}" for name in LONG_TEXTS)


class ComposedLineField(LineField):
    """One line, spelt as Unicode's NFC has it: names that look the same are the same."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return unicodedata.normalize("NFC", text) if len(text) <= 10 * (self.max_length or 1000) else text


class WebsiteField(forms.URLField):
    """A page on the web, and nothing else that an address can be."""

    default_validators = [
        URLValidator(
            schemes=["http", "https"], message="Enter a web address, such as https://www.example.org"
        )
    ]

    def run_validators(self, value: Any) -> None:
        """What is no address is said to be none once, whatever else is wrong with it."""
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise error.error_list[0] from error


class TermsField(forms.ModelMultipleChoiceField):
    """Terms of a managed list, compared in Python: what is sent never reaches the database."""

    widget = forms.CheckboxSelectMultiple

    def _check_values(self, value: Iterable[Any]) -> list[Any]:  # type: ignore[override]
        known = {str(term.pk): term for term in self.queryset or ()}
        sent = {str(item) for item in value}
        if not sent <= known.keys():
            raise ValidationError(
                "One of these is no longer on the list. Choose again.", code="invalid_choice"
            )
        return [term for pk, term in known.items() if pk in sent]


def _terms(queryset: QuerySet[Any], label: str, required: str = "", help_text: str = "") -> TermsField:
    return TermsField(
        queryset=queryset,
        label=label,
        required=bool(required),
        help_text=help_text,
        error_messages={"required": required},
    )


class CommunityForm(PatientDataGuard, Seen, forms.ModelForm):
    """All that a community says of itself. Of one that is there, only what the sender changed is written."""

    name = ComposedLineField(
        label="Name", max_length=140, error_messages={"required": "Enter the name of your community"}
    )
    summary = ComposedLineField(
        label="In one sentence",
        max_length=200,
        widget=forms.Textarea,  # all of it is seen as it is written; new lines are made spaces
        help_text="What you would say to a colleague in the lift.",
        error_messages={"required": "Say in one sentence what your community is about"},
    )
    domain = LinesField(
        label="What you care about",
        max_length=3000,
        help_text="The concern or passion that you share.",
        error_messages={"required": "Say what you care about"},
    )
    purpose = LinesField(
        label="Why you exist",
        max_length=3000,
        help_text="What will be better because of you.",
        error_messages={"required": "Say why you exist"},
    )
    practice = LinesField(
        label="What you make and share",
        max_length=3000,
        required=False,
        help_text="Tools, stories, ways of working.",
    )
    sectors = _terms(
        Sector.objects.all(), "Sectors that you cross", "Choose at least one sector", "Choose all that apply."
    )
    regions = _terms(
        Region.objects.all(), "Where you work", "Choose at least one region", "Choose all that apply."
    )
    themes = _terms(Theme.objects.all(), "What it is about", help_text="Choose the few that fit best.")
    organisations = _terms(
        Organisation.objects.select_related("sector").order_by("sector__name", "name"),
        "Organisations that you cross",
        help_text="Open a sector to find them. If one is missing, tell an editor.",
    )
    rhythm = ComposedLineField(
        label="When you meet",
        max_length=160,
        required=False,
        help_text="For example: first Tuesday of the month, 12:30pm to 1:30pm.",
    )
    how_to_join = LinesField(
        label="How to join",
        max_length=600,
        required=False,
        help_text="What should somebody do who wants to come? Everyone can read this.",
    )
    website = WebsiteField(
        label="Website",
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": "Enter a web address, such as https://www.example.org"},
    )
    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Community
        fields = (
            "name",
            "summary",
            "domain",
            "purpose",
            "practice",
            "themes",
            "sectors",
            "regions",
            "organisations",
            "stage",
            "rhythm",
            "meets",
            "open_to",
            "how_to_join",
            "website",
        )
        widgets = {
            "stage": forms.RadioSelect,
            "meets": forms.RadioSelect,
            "open_to": forms.RadioSelect,
        }
        labels = {"stage": "Where you are", "meets": "How you meet", "open_to": "Who can join"}
        error_messages = {
            "stage": {"required": "Choose where you are", "invalid_choice": "Choose where you are"},
            "meets": {"required": "Choose how you meet", "invalid_choice": "Choose how you meet"},
            "open_to": {"required": "Choose who can join", "invalid_choice": "Choose who can join"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("request_key", uuid.uuid4())

    def written(self) -> dict[str, Any]:
        """What was sent, checked, as the actions take it."""
        sent = self.cleaned_data if self.instance.pk is None else self.changes()
        return {name: value for name, value in sent.items() if name in self.Meta.fields}

    def organisations_by_sector(self) -> list[dict[str, Any]]:
        """The organisations in groups, since a long list is found through by sector."""
        field = self["organisations"]
        chosen = {str(getattr(item, "pk", item)) for item in field.value() or []}
        groups: dict[str, list[dict[str, Any]]] = {}
        listed = self.fields["organisations"].queryset  # type: ignore[attr-defined]
        for place, organisation in enumerate(listed):
            groups.setdefault(organisation.sector.name, []).append(
                {
                    "id": f"{field.auto_id}_{place}",
                    "value": organisation.pk,
                    "label": organisation.name,
                    "checked": str(organisation.pk) in chosen,
                }
            )
        return [
            {"name": name, "options": options, "chosen": sum(option["checked"] for option in options)}
            for name, options in groups.items()
        ]


class SendBackForm(PatientDataGuard, forms.Form):
    """What an editor asks for before a community can be published."""

    reason = LinesField(
        label="What should they change?",
        max_length=600,
        help_text="Its conveners see this.",
        error_messages={"required": "Say what should be changed"},
    )


class AskForm(PatientDataGuard, forms.Form):
    """Whom an editor asks to convene a community, and with what words."""

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="They need no account. Their yes makes them its convener.",
        error_messages={
            "required": "Enter an email address",
            "invalid": "Enter an email address, such as name@example.org",
        },
    )
    message = LinesField(
        label="A few words from you",
        max_length=1000,
        required=False,
        help_text="They see this in the email and on the page where they answer.",
    )


class ConnectionForm(PatientDataGuard, forms.Form):
    """Why two communities should talk."""

    source = forms.ChoiceField(
        label="Which of your communities?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of your communities"},
    )
    reason = ComposedLineField(
        label="Why should you talk?",
        max_length=400,
        widget=forms.Textarea,
        help_text="One or two sentences. If they say yes, everyone can read this on both pages.",
        error_messages={"required": "Say why the two of you should talk"},
    )

    def __init__(self, *args: Any, person: User, target: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = (
            Community.objects.led_by(person).listed().exclude(pk=target.pk).only("name", "circle_id", "state")
        )
        self.own = {str(community.pk): community for community in own}
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            (key, community.name) for key, community in self.own.items()
        ]
        if self.initial.get("source") not in self.own:
            self.initial.pop("source", None)
        if len(self.own) == 1:
            self.initial.setdefault("source", next(iter(self.own)))

    def clean_source(self) -> Community:
        return self.own[self.cleaned_data["source"]]
