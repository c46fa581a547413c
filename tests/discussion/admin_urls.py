"""The portal's addresses, with this room's admin screens whether or not the menu has them yet."""

from django.urls import include, path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from discussion.modeladmin import PostAdmin, SpaceAdmin, TopicAdmin
from portal.urls import handler404, handler500
from portal.urls import urlpatterns as portal_urls

_screens = [
    url
    for admin in (SpaceAdmin(), TopicAdmin(), PostAdmin())
    for url in admin.get_admin_urls_for_registration()
]
urlpatterns = [path("admin/", include(decorate_urlpatterns(_screens, require_admin_access))), *portal_urls]

__all__ = ["handler404", "handler500", "urlpatterns"]
