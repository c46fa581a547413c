"""Answers that several pages give."""

from django.urls import reverse

from kit import answers
from kit.answers import see, sent
from members.limits import too_often
from members.models import Circle

__all__ = ["see", "sent", "signed_in_to_send", "too_often", "trail", "trail_to"]

signed_in_to_send = answers.signed_in_to_send("guests:groups")


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page, from the top down, without the page: (title, address) each."""
    return [{"title": title, "url": url} for title, url in (("Home", "/"), *steps)]


def trail_to(circle: Circle, *, people: bool) -> list[dict[str, str]]:
    """The way to a page about a circle: by its own page if it has one, else by the list of one's groups.

    Args:
        circle: which.
        people: whether the page stands below that of its people.
    """
    above = (circle.name, circle.url) if circle.url else ("Your groups", reverse("guests:groups"))
    below = [(f"People of {circle.name}", reverse("guests:people", args=[circle.slug]))] if people else []
    return trail(above, *below)
