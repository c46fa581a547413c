"""When what visitors see has changed, kept pages are forgotten."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from home.frame import forget_frames


@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
@hooks.register("after_delete_page")
@hooks.register("after_move_page")
def forget_what_was_kept(request: HttpRequest, page: Page, *args: Any) -> None:
    """Show it at once."""
    forget_frames()
