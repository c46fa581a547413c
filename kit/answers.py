"""How what was sent is read and answered, the same in every room."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from kit import keyset

Row = TypeVar("Row", bound=Model)
View = Callable[..., HttpResponse]


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also if it was nothing; None if the page is only asked for."""
    return request.POST if request.method == "POST" else None


def status(form: BaseForm) -> int:
    """409 where what was sent is right in itself, and comes too late; else 200."""
    return 409 if form.non_field_errors() else 200


def see(to: Any, *args: object) -> HttpResponse:
    """Go and see a page, after something was sent (RFC 9110, section 15.4.4).

    Args:
        to: an address, the name of one, or a thing that has one.
        args: of the name.
    """
    response = redirect(to, *args)
    response.status_code = 303
    return response


def page_at(
    request: HttpRequest, rows: QuerySet[Row], *, order: tuple[str, ...], size: int, name: str = "cursor"
) -> keyset.Page[Row]:
    """The page of a list that is asked for.

    Args:
        request: a parameter of its address says where the page begins.
        rows: what is in the list.
        order: as ``keyset.page`` takes it.
        size: rows on a page.
        name: of that parameter.

    Raises:
        Http404: it is none of our cursors.
    """
    try:
        return keyset.page(rows, order=order, cursor=request.GET.get(name, ""), size=size)
    except keyset.BadCursor as error:
        raise Http404 from error


def signed_in_to_send(home: str) -> Callable[[View], View]:
    """Sign in first, then see another page: the address of a POST is no page to come back to.

    Args:
        home: name of the page that they see then.
    """

    def marked(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(reverse(home))
            return view(request, **kwargs)

        return checked

    return marked
