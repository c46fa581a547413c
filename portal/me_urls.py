"""One's own pages."""

from django.urls import include, path

from portal import me_views

urlpatterns = [
    path("", me_views.dashboard, name="dashboard"),
    path("notifications/", include("notifications.urls")),
]
