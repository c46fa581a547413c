"""What Wagtail's page forms of ours check: that an address is not taken by the portal itself."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.blocks import StreamValue
from wagtail.models import Page, Site
from wagtail.rich_text import get_text_for_indexing

from kit.patient_data import AdminPatientDataGuard, nhs_numbers


def _firsts(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """The first parts of some routes; where a part includes others at its own address, theirs."""
    found: set[str] = set()
    for pattern in patterns:
        route = str(pattern.pattern).lstrip("^")
        if not route and isinstance(pattern, URLResolver):
            found |= _firsts(pattern.url_patterns)
        first = route.split("/")[0]
        if first and not set("<(") & set(first):
            found.add(first)
    return found


def reserved_segments() -> frozenset[str]:
    """The first parts of addresses that Django's own routes take, so that no page may have them."""
    static = str(settings.STATIC_URL).strip("/").split("/")[0]
    return frozenset(_firsts(get_resolver().url_patterns) | {static})


def is_top_level(parent: Page | None) -> bool:
    """Whether pages below this one have addresses of one part: it is the root of a site."""
    if parent is None:
        return False
    return any(parent.url_path == path.root_path for path in Site.get_site_root_paths())


def check_address(slug: str, parent: Page | None) -> None:
    """Refuse an address that the portal takes itself.

    Raises:
        ValidationError: a page with this slug below this parent could never be reached.
    """
    if is_top_level(parent) and slug in reserved_segments():
        raise ValidationError(f"“{slug}” is taken by the portal itself. Choose another.", code="reserved")


class CirclePageForm(AdminPatientDataGuard, WagtailAdminPageForm):
    """The form of every page type of ours."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # A page that is there already has no parent_page when Wagtail edits it: its own is asked.
        parent = self.parent_page or (self.instance.get_parent() if self.instance.pk else None)
        _add_problem(self, "slug", parent)
        return cleaned

    def new_numbers(self) -> dict[str, list[str]]:
        """Of the whole page, beside its title, and only when it goes out: a draft is kept whatever stands in it."""
        if self.is_deferred_validation:
            return {}
        numbers = nhs_numbers(_words_of(self.cleaned_data.values()))
        if not numbers:
            return {}
        published = type(self.instance)._default_manager.filter(pk=self.instance.pk, live=True).first()
        known = nhs_numbers(_words_of(getattr(published, name, "") for name in self.fields))
        return {"title": [number for number in numbers if number not in known]}


def _words_of(values: Iterable[Any]) -> str:
    """What can be read in the fields of a page, one below another."""
    found: list[str] = []
    for value in values:
        if isinstance(value, StreamValue):
            found += value.stream_block.get_searchable_content(value)
        elif isinstance(value, str):
            found.append(get_text_for_indexing(value))
    return "\n".join(found)


class CirclePageCopyForm(CopyForm):
    """The form that copies a page of ours."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        _add_problem(self, "new_slug", cleaned.get("new_parent_page") or self.page.get_parent())
        return cleaned


def _add_problem(form: Any, field: str, parent: Page | None) -> None:
    try:
        check_address(form.cleaned_data.get(field, ""), parent)
    except ValidationError as error:
        form.add_error(field, error)
