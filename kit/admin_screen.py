"""One screen of ours among Wagtail's own: the same header, the same way back."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def screen(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    icon: str,
    trail: Sequence[tuple[str, str]] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Answer with a template that extends `wagtailadmin/generic/base.html`.

    `title` is its heading; `icon` is one of Wagtail's, by name; `trail` holds address and label of the screens
    between the admin's first one and this one; `status` is the HTTP status; what else is given, the template is.
    """
    crumbs = [(reverse("wagtailadmin_home"), "Home"), *trail, ("", title)]
    context |= {
        "header_title": title,
        "page_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in crumbs],
    }
    return render(request, template, context, status=status)
