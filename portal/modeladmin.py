"""The screens of the rooms in one menu, with what the package leaves open closed."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup

from cohorts.modeladmin import CohortAdmin, SessionAdmin
from community_directory.modeladmin import CommunityAdmin, ConnectionAdmin
from discussion.modeladmin import PostAdmin, SpaceAdmin, TopicAdmin
from kit import audit
from members.modeladmin import (
    AccountRequestAdmin,
    CircleAdmin,
    MembershipAdmin,
    OrganisationAdmin,
    RegionAdmin,
    SectorAdmin,
    ThemeAdmin,
)
from members.requests import person_of

LONGEST_SEARCH = 200
_EMPTY_ADMIN = AdminSite(name="empty")
_OWN = ("o", "ot", "q", "p", "export")


def note_export(request: HttpRequest, response: HttpResponse, what: str) -> None:
    """Write down that somebody took a list away as a file."""
    if request.GET.get("export") and response.has_header("Content-Disposition"):
        audit.record("portal.exported", person_of(request), by=request.user, list=what)


class GuardedIndex:
    """A list that filters by what it offers to filter by, and by nothing else.

    The package takes any field path as a parameter: ``?person__password__startswith=…`` would tell, letter
    by letter, what nobody may read.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.GET = self._only_known(request)  # type: ignore[assignment]
        try:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            note_export(request, response, str(self.model._meta.verbose_name_plural))  # type: ignore[attr-defined]
            return response
        except IncorrectLookupParameters:
            return redirect(self.index_url)  # type: ignore[attr-defined]

    def _only_known(self, request: HttpRequest) -> QueryDict:
        query = request.GET.copy()
        offered = [_parameter(one) for one in self.model_admin.get_list_filter(request)]  # type: ignore[attr-defined]
        for name in list(query):
            known = name in _OWN or any(_belongs_to(name, path) for path in offered)
            # PostgreSQL takes no null character, so nothing can be found by one.
            if not known or (name != "q" and any("\x00" in value for value in query.getlist(name))):
                del query[name]
        if "q" in query:
            query["q"] = str(query["q"]).replace("\x00", " ")[:LONGEST_SEARCH]
        return query


def _parameter(offered: Any) -> str:
    """The parameter of one of the filters that a list offers: a path, a path with its class, or a class."""
    if isinstance(offered, tuple):
        offered = offered[0]
    return offered if isinstance(offered, str) else offered.parameter_name


def _belongs_to(name: str, path: str) -> bool:
    """Whether a parameter is one that Django's filter on this field path makes."""
    if not name.startswith(path):
        return False
    return name[len(path) :] in ("", "__exact", "__id__exact", "__isnull", "__gte", "__lt", "__in")


class GuardedInstance:
    """A screen about one thing: found among those that the list would show, or not at all."""

    def __init__(self, model_admin: ModelAdmin, instance_pk: str) -> None:
        try:
            super().__init__(model_admin, instance_pk)  # type: ignore[call-arg]
        except (ValueError, OverflowError, ValidationError) as error:
            raise Http404 from error

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        helper, thing = self.permission_helper, self.instance  # type: ignore[attr-defined]
        listed = self.model_admin.get_queryset(request).filter(pk=thing.pk).exists()  # type: ignore[attr-defined]
        if not listed or not helper.user_can_list(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class GuardedAdmin:
    """Filters on relations ask Django's own admin for an order; it is not installed, so they ask an empty one."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)  # type: ignore[call-arg]
        self.admin_site = _EMPTY_ADMIN


def guarded(admin: type[ModelAdmin]) -> type[ModelAdmin]:
    """The same screens, closed where the package leaves them open."""
    views = {
        f"{name}_view_class": type(
            f"Guarded{name.title()}", (guard, getattr(admin, f"{name}_view_class")), {}
        )
        for name, guard in (
            ("index", GuardedIndex),
            ("edit", GuardedInstance),
            ("inspect", GuardedInstance),
            ("delete", GuardedInstance),
            ("history", GuardedInstance),
        )
    }
    return type(admin.__name__, (GuardedAdmin, admin), views)


class PeopleAndPlaces(ModelAdminGroup):
    """Everything that is no page: who there is, what they belong to, when they meet, what they say."""

    menu_label = "People & places"
    menu_item_name = "people-and-places"
    menu_icon = "group"
    menu_order = 150
    items = tuple(
        guarded(admin)
        for admin in (
            CommunityAdmin,
            ConnectionAdmin,
            CohortAdmin,
            SessionAdmin,
            SpaceAdmin,
            TopicAdmin,
            PostAdmin,
            AccountRequestAdmin,
            CircleAdmin,
            MembershipAdmin,
            ThemeAdmin,
            SectorAdmin,
            RegionAdmin,
            OrganisationAdmin,
        )
    )
