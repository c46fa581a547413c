"""The group of those who work in Wagtail, with what they may do."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"
_PAGES = ("add_page", "change_page", "publish_page", "bulk_delete_page")
# Wagtail asks for the rights on its own picture and document models, whichever are in use.
_FILES: dict[str, tuple[str, ...]] = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}
_ROOMS = {
    "wagtailadmin": ("access_admin",),
    "home": ("change_sitesettings",),
    "community_directory": (
        "publish_community", "view_community", "change_community", "view_connection", "change_connection",
    ),
    "cohorts": ("view_cohort", "add_cohort", "change_cohort", "view_session", "add_session", "change_session"),
    "members": (
        *(
            f"{verb}_{model}"
            for model in ("organisation", "sector", "region", "theme", "circle", "membership")
            for verb in ("view", "add", "change")
        ),
        "view_accountrequest", "change_accountrequest",
    ),
    "discussion": ("view_space", "add_space", "change_space", "view_topic", "change_topic", "view_post", "change_post"),
}  # fmt: skip


def _permissions(rights: dict[str, tuple[str, ...]]) -> QuerySet[Permission]:
    wanted = Q()
    for app, codenames in rights.items():
        wanted |= Q(content_type__app_label=app, codename__in=codenames)
    return Permission.objects.filter(wanted)


def ensure_editor_group() -> Group:
    """Make the group, or give it what it lacks; done twice, it changes nothing.

    Returns:
        The group. What somebody has added to it by hand stays.
    """
    group, _ = Group.objects.get_or_create(name=EDITORS)
    group.permissions.add(*_permissions(_ROOMS))
    root = Page.get_first_root_node()
    for permission in _permissions({"wagtailcore": _PAGES}):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    files = Collection.get_first_root_node()
    for permission in _permissions(_FILES):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)
    return group


def take_back_from_editors() -> None:
    """The opposite: the group loses what ``ensure_editor_group`` gives for our rooms. Wagtail's own stays."""
    group = Group.objects.filter(name=EDITORS).first()
    if group is not None:
        ours = {app: codenames for app, codenames in _ROOMS.items() if app != "wagtailadmin"}
        group.permissions.remove(*_permissions(ours))
