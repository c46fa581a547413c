"""Tags that any template may use: panels, what was sought marked, and how a person's disc looks."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.safestring import SafeString, mark_safe

from kit import search
from kit.registry import panels

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: RequestContext, slot: str, thing: Any = None) -> SafeString:
    """What other rooms have to show at this slot about this thing."""
    request = context["request"]
    drawn = (item.draw(thing, request) for item in panels if item.slot == slot)
    return mark_safe("".join(drawn))


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    parts = [part for part in str(name).split() if part[0].isalnum()]
    if not parts:
        return "?"
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


@register.filter
def colour_number(key: int | None) -> int:
    """Which of the eight colours a person's or community's disc has."""
    return (key or 0) % 8


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """The present address's query with some parameters changed; None or "" takes one out.

    Paging starts afresh, since a cursor belongs to one list.
    """
    parameters = context["request"].GET.copy()
    parameters.pop("cursor", None)
    for name, value in changes.items():
        parameters.pop(name, None)
        if value not in (None, ""):
            parameters[name] = str(value)
    return "?" + parameters.urlencode()


@register.filter
def duration(minutes: int | None) -> str:
    """So many minutes in words: "20 minutes", "1 hour", "1 hour 30 minutes"; nothing for none."""
    if not minutes:
        return ""
    hours, left = divmod(int(minutes), 60)
    parts = [(hours, "hour"), (left, "minute")]
    return " ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in parts if number)


@register.filter
def highlight(text: str, sought: str) -> SafeString:
    """The text with what was sought marked."""
    return search.highlight(text, sought)
