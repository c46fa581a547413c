"""What people send to this room."""

import unicodedata
import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from community_directory.enums import ConnectionKind, ExchangeKind
from community_directory.introducing import candidates
from community_directory.models import Community, Connection
from community_directory.words import said_of
from kit.patient_data import PatientDataGuard
from kit.texts import LineField, LinesField
from members.models import Organisation, Region, Sector, Theme, User
from members.sent import Seen

# The texts that a browser keeps until they are sent, and the names under which it keeps those of a new listing.
LONG_TEXTS = ("domain", "purpose", "practice", "how_to_join")
DRAFT_KEYS = tuple(f"community-new-{name}" for name in LONG_TEXTS)


# The weeks that come nearest to some months: communities keep to weekdays.
_LOOK_AGAIN = {"3": ("In 3 months", 13), "6": ("In 6 months", 26), "12": ("In a year", 52)}


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


class OutsideForm(CommunityForm):
    """The same, and who writes: for somebody without an account. Only editors read their name and address."""

    steward_name = LineField(
        label="Your name", max_length=150, error_messages={"required": "Enter your name"}
    )
    steward_email = forms.EmailField(
        label="Your email address",
        help_text="We write to you there, and nobody else learns it.",
        max_length=254,
        error_messages={
            "required": "Enter your email address",
            "invalid": "Enter an email address, such as name@example.org",
        },
    )
    may_speak = forms.BooleanField(
        label="Yes, I may speak for this community",
        error_messages={"required": "Tick the box if you may speak for this community"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["steward_name"].widget.attrs["autocomplete"] = "name"
        self.fields["steward_email"].widget.attrs["autocomplete"] = "email"

    @property
    def given(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "email": sent["steward_email"],
            "by": sent["steward_name"],
            "request_key": sent["request_key"] or uuid.uuid4(),
            **self.written(),
        }


class TakeOnForm(PatientDataGuard, forms.Form):
    """Who looks after a community from now on."""

    name = LineField(
        label="Your name",
        help_text="Only editors see it.",
        max_length=150,
        error_messages={"required": "Enter your name"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class HandOverForm(forms.Form):
    """Who should look after a community next."""

    email = forms.EmailField(
        label="Their email address",
        help_text="We ask them first. Nothing changes until they say yes.",
        max_length=254,
        error_messages={
            "required": "Enter their email address",
            "invalid": "Enter an email address, such as name@example.org",
        },
    )


class EndForm(PatientDataGuard, forms.Form):
    """What a community leaves behind."""

    left_behind = LinesField(
        label="What does it leave behind?",
        help_text="What you learned, what you made, where it can be found. Whoever can still see its page reads this.",
        max_length=600,
        required=False,
    )


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
    kind = forms.ChoiceField(
        label="What would you do together?",
        choices=[(kind, said_of(kind, asked=False)) for kind in ConnectionKind.values],
        initial=ConnectionKind.SHARES_PRACTICE,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose what you would do together"},
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

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or ConnectionKind.SHARES_PRACTICE

    def clean_source(self) -> Community:
        return self.own[self.cleaned_data["source"]]


class IntroduceForm(PatientDataGuard, forms.Form):
    """Whom somebody who knows both introduces, and why."""

    other = forms.ChoiceField(
        label="To which community?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a community",
            "invalid_choice": "Choose one of these communities",
        },
    )
    reason = ComposedLineField(
        label="Why should they talk?",
        max_length=400,
        widget=forms.Textarea,
        help_text="One or two sentences to both. If they connect, everyone can read this on both pages.",
        error_messages={"required": "Say why the two of them should talk"},
    )

    def __init__(self, *args: Any, person: User, community: Community, text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(other.pk): other for other in candidates(person, community, text)}
        self.fields["other"].choices = [  # type: ignore[attr-defined]
            (key, other.name) for key, other in self.found.items()
        ]

    def clean_other(self) -> Community:
        return self.found[self.cleaned_data["other"]]


class ConnectionCareForm(PatientDataGuard, Seen, forms.ModelForm):
    """What a link is for, when to look at it again, and what came of it. Only what the sender changed is written."""

    purpose = ComposedLineField(
        label="What do you want to do together?",
        max_length=400,
        required=False,
        widget=forms.Textarea,
        help_text="For example: compare our falls reviews twice a year.",
    )
    came_of_it = LinesField(
        label="What came of it?",
        max_length=600,
        required=False,
        help_text="What is different because you talked? A small thing counts.",
    )
    look_again = forms.ChoiceField(
        label="When do you want to look at it again?",
        required=False,
        widget=forms.RadioSelect,
        help_text="We remind the conveners of both communities on that day. Nobody else sees it.",
        error_messages={"invalid_choice": "Choose when you want to look at it again"},
    )

    class Meta:
        model = Connection
        fields = ("purpose", "came_of_it")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        kept = self.instance.look_again_on
        self.days: dict[str, date | None] = {}
        choices = []
        for key, (words, weeks) in _LOOK_AGAIN.items():
            self.days[key] = day = today + timedelta(weeks=weeks)
            choices.append((key, f"{words}, on {date_format(day)}"))
        if kept is not None:
            self.days["kept"] = kept
            choices.insert(0, ("kept", f"As it is set now: {date_format(kept)}"))
        self.days[""] = None
        self.fields["look_again"].choices = [*choices, ("", "No reminder")]  # type: ignore[attr-defined]
        self.initial["look_again"] = "kept" if kept is not None else ""

    def written(self) -> dict[str, Any]:
        """What was changed, as the action takes it."""
        changed = self.changes()
        if "look_again" in changed:
            changed["look_again_on"] = self.days[changed.pop("look_again")]
        return changed


class ExchangeForm(PatientDataGuard, forms.Form):
    """What a community offers to others, or asks of them."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(ExchangeKind.OFFER, "We offer something"), (ExchangeKind.ASK, "We ask for something")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose whether you offer or ask",
            "invalid_choice": "Choose whether you offer or ask",
        },
    )
    text = ComposedLineField(
        label="What do you offer or ask for?",
        max_length=280,
        widget=forms.Textarea,
        help_text="One thing, in a sentence or two. For example: two places at our simulation day in May.",
        error_messages={"required": "Say what you offer or ask for"},
    )
    weeks = forms.ChoiceField(
        label="For how long?",
        choices=[("2", "2 weeks"), ("4", "4 weeks"), ("13", "3 months")],
        initial="4",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for how long", "invalid_choice": "Choose for how long"},
    )
    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("request_key", uuid.uuid4())

    def written(self) -> dict[str, Any]:
        """What was sent, as the action takes it."""
        sent = dict(self.cleaned_data)
        weeks = timedelta(weeks=int(sent.pop("weeks")))
        return {name: sent[name] for name in ("kind", "text", "request_key")} | {
            "until": timezone.localdate() + weeks
        }


class ExchangeAnswerForm(PatientDataGuard, forms.Form):
    """What somebody answers to an offer or an ask."""

    note = LinesField(
        label="What do you want to say?",
        max_length=600,
        error_messages={"required": "Write a sentence to them"},
    )
