"""The page that belongs to one circle, or to everybody: every page type of ours is one."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.shortcuts import render
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from members import audience
from members.admin_forms import CirclePageCopyForm, CirclePageForm, check_address
from members.querysets import CirclePageManager, circle_ids
from members.requests import person_of
from members.stand_ins import WAYS_TO_LOOK, show_no_more_than, stand_in

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class CirclePage(Page):
    """A page that belongs to one circle, or to everybody. Every page type of ours is one."""

    circle = models.ForeignKey(
        "members.Circle",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="Who can see this page",
        help_text="Leave empty for everybody. Otherwise only the people of this cohort, community or group see it.",
    )

    objects = CirclePageManager()

    search_fields: ClassVar = [
        *Page.search_fields,
        index.FilterField("circle_id"),
        index.FilterField("circle"),
        index.AutocompleteField("search_kind"),
    ]
    settings_panels: ClassVar = [*Page.settings_panels, FieldPanel("circle")]
    private_page_options: ClassVar[list[str]] = []  # Wagtail's own restrictions answer 302, ours 404
    search_kind: ClassVar[str]  # see kit.search
    base_form_class = CirclePageForm
    copy_form_class = CirclePageCopyForm

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.search_kind = f"kindof{cls.__name__.lower()}"

    def clean(self) -> None:
        super().clean()
        # While a page is being added it has its place in the tree, and no key yet.
        parent = self.get_parent() if self.path and self.depth > 1 else None
        try:
            check_address(self.slug, parent)
        except ValidationError as error:
            raise ValidationError({"slug": error}) from error

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """None of Wagtail's: ``circle`` says who may read a page, and no query is spent on asking."""
        return PageViewRestriction.objects.none()

    def can_see(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may read the page, once it is published."""
        return self.live and (self.circle_id is None or self.circle_id in circle_ids(user))

    def refuse_strangers(self, request: HttpRequest) -> None:
        """Answer as for a page that is not there, to those who may not see it.

        Raises:
            Http404: the page is not theirs to see.
        """
        if not self.can_see(request.user):
            raise Http404

    @property
    def audience(self) -> audience.Audience:
        """Who can see it. Who edits the site reads it in the admin."""
        circle = self.circle if self.circle_id else None
        return audience.of(circle, editors=True, thing="this page")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.refuse_strangers(request)
        return super().serve(request, *args, **kwargs)

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """As whom an editor can look at it, before or after it is published."""
        return WAYS_TO_LOOK

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """The page as an editor has it on the screen, for them or as others will see it.

        Wagtail has asked whether they may edit it.
        """
        if mode_name:
            person = stand_in(mode_name, self.circle)
            is_theirs = self.circle_id is None or self.circle_id in circle_ids(person)
            show_no_more_than(person_of(request), person)
            request.user = person  # type: ignore[assignment]
            if not is_theirs:
                return render(request, "members/not_for_them.html", {"page": self, "kind": mode_name})
        return self.show_preview(request, mode_name)

    def show_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """Draw it for whoever the request says."""
        return super().serve_preview(request, mode_name)
