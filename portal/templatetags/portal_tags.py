"""Tags of the pages that join rooms."""

from django import template
from django.utils.safestring import SafeString

from portal import search

register = template.Library()


@register.filter
def highlight(text: str, sought: str) -> SafeString:
    """The text with what was sought marked."""
    return search.highlight(text, sought)
